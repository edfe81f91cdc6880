"""The two kinds of failure: the world's, which a person can understand, and ours.

`KnownError` is the world's fault (a full disk, a locked file, no network, a revoked
login). It carries sentences for the person. Every other exception is a bug, and
surfaces as one.
"""

from datetime import datetime


class KnownError(Exception):
    """Something outside RightsDesk went wrong, in words for a person.

    `sentence` says what happened, `advice` what to do about it (may be empty), and
    `untouched` what was left as it was (may be empty). Subclasses name a cause, so
    that failures of one cause can be shown together: see `cause`.
    """

    cause = "other"
    skips = False
    """Whether it only means that this one is left alone, rather than that it failed."""
    stops = False
    """Whether the next one over the same line would meet the same trouble (offline, quota)."""
    stays_open = False
    """Whether what met it stays to be done once a person has seen to it: a new sign-in."""
    wears_out = False
    """Whether a few in a row mean that the next would meet it, too: a server that is ill."""
    accepted = False
    """Whether a write was taken all the same, and only does not show yet."""
    unsure = False
    """Whether a write may have been taken all the same: its answer was lost on the way."""

    half_written = False
    """Whether what was being written may be neither old nor new: it has to be looked at again."""

    def __init__(self, sentence: str, *, advice: str = "", untouched: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.advice = advice
        self.untouched = untouched

    @property
    def due(self) -> datetime | None:
        """When it will be over by itself (aware, UTC); None where nobody knows, or a person
        has to do something first."""
        return None

    def __str__(self) -> str:
        return " ".join(part for part in (self.sentence, self.untouched, self.advice) if part)
