"""What a job is called, what became of a change, and when a rest goes on: the same words in the
window and on the command line."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from rightsdesk.changes.types import JobKind, JobSubject, Outcome
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.platforms.registry import UnknownPlatform, platform_by_id

OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.PLANNED: "planned",
    Outcome.DONE: "done",
    Outcome.UNCONFIRMED: "written, not confirmed yet",
    Outcome.UNCHANGED: "already right",
    Outcome.FAILED: "failed",
    Outcome.SKIPPED: "left alone",
}

_JOB_NAMES: Mapping[JobKind, str] = {
    JobKind.TAG: "{subject}",
    JobKind.SYNC: "{subject}",
    JobKind.UNDO: "Undo: {subject}",
    JobKind.REDO: "Redo: {subject}",
}

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


class Named(Protocol):
    """What has a job's name: a plan, a job in the list, or its report."""

    @property
    def kind(self) -> JobKind:
        """What the job is for."""

    @property
    def about(self) -> JobSubject:
        """What it is about."""


def job_name(job: Named) -> str:
    """`No AI on 124 files`, `Undo: No AI on 124 files`, `Open on 3 SoundCloud tracks
    (continued)`."""
    return _JOB_NAMES[job.kind].format(subject=subject_words(job.about))


def subject_words(about: JobSubject) -> str:
    """What a job is about, whether it is done, undone or redone."""
    title = PRESET_TEXTS[about.preset].title if about.preset else "Your choices"
    words = about.text or f"{title} on {_counted(about.carriers)}"
    return f"{words} (continued)" if about.continued else words


def _counted(carriers: Sequence[tuple[str, int]]) -> str:
    """`124 files and 3 sidecars`, `12 SoundCloud tracks`, `3 items on SoundCloud and Bluesky`."""
    counts = dict(carriers)
    on_disk = [(noun, counts[noun]) for noun in ("file", "sidecar") if counts.get(noun)]
    if len(on_disk) == len(counts):
        some = on_disk or [("file", 0)]
        return " and ".join(f"{n:,} {noun}{'' if n == 1 else 's'}" for noun, n in some)
    number = sum(counts.values())
    names, nouns = zip(*(_platform(carrier) for carrier in sorted(counts)), strict=True)
    if len(counts) == 1:
        return f"{number:,} {names[0]} {nouns[0][number != 1]}"
    noun = "item" if number == 1 else "items"
    return f"{number:,} {noun} on {', '.join(names[:-1])} and {names[-1]}"


def _platform(carrier: str) -> tuple[str, tuple[str, str]]:
    """A platform's name, and its words for one item and for several. A job of a platform that
    this version does not know still has a name."""
    try:
        platform = platform_by_id(carrier)
    except UnknownPlatform:
        return carrier, ("item", "items")
    return platform.name, (platform.noun, platform.nouns)


def when_words(due: datetime, now: datetime) -> str:
    """`at 14:05`, `tomorrow at 09:00`, `on Thursday at 09:00`, or `on 3 December at 09:00`.

    Both are aware; the words are for the time zone of the person.
    """
    local, today = due.astimezone(), now.astimezone().date()
    days = (local.date() - today).days
    clock = f"at {local:%H:%M}"
    if days <= 0:
        return clock
    if days == 1:
        return f"tomorrow {clock}"
    if days < 7:
        return f"on {_DAYS[local.weekday()]} {clock}"
    return f"on {local.day} {_MONTHS[local.month - 1]} {clock}"


def day_of(time: str) -> str:
    """The day of a time of the store, in the person's time zone: `2026-05-03`.

    What is a day or a month already stays as it is.
    """
    if len(time) <= len("2026-05-03"):
        return time
    return datetime.fromisoformat(time).astimezone().date().isoformat()


def goes_on_words(due_at: str, now: datetime) -> str:
    """`goes on tomorrow at 09:00`, for a time as the store has it; "" for none."""
    if not due_at:
        return ""
    due = datetime.fromisoformat(due_at)
    return "goes on soon" if due <= now else f"goes on {when_words(due, now)}"


def whose_words(artists: Sequence[str]) -> str:
    """Whose a job is, in a few words: the artist, or how many there are."""
    return artists[0] if len(artists) == 1 else f"{len(artists):,} artists" if artists else ""
