"""Progress of work that has several parts, as one count."""

from __future__ import annotations

from dataclasses import dataclass

from rightsdesk.changes.types import Progress


@dataclass
class NeverBack:
    """Progress without a known total whose count never goes back.

    A later part that begins to count anew, such as comparing what was read, shows no number that is
    smaller than the one before. One thread at a time may call it.
    """

    progress: Progress
    latest: int = 0

    def __call__(self, done: int, _total: int, label: str) -> None:
        self.latest = max(self.latest, done)
        self.progress(self.latest, 0, label)


def part_of(progress: Progress, before: int, total: int) -> Progress:
    """Progress of one part, as a count of the whole: `before` are done, of `total`."""
    return lambda done, _total, label: progress(min(before + done, total), total, label)


def uncounted(progress: Progress) -> Progress:
    """Progress that shows what is being done, and no count."""
    return lambda _done, _total, label: progress(0, 0, label)
