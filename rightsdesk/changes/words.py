"""What became of a change, and when a rest goes on: the same words in the window and on the
command line."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rightsdesk.changes.types import Change, Outcome
from rightsdesk.clock import when_words

OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.PLANNED: "planned",
    Outcome.DONE: "done",
    Outcome.UNCONFIRMED: "written, not confirmed yet",
    Outcome.OVERWRITTEN: "written over before it was confirmed",
    Outcome.UNCHANGED: "already right",
    Outcome.FAILED: "failed",
    Outcome.SKIPPED: "left alone",
}


def preview_notes(change: Change) -> tuple[str, ...]:
    """What a preview says about a change, a sentence each: what is particular about it, and why
    it could not be made the last time."""
    earlier = change.earlier_problem
    last_time = f"Last time this could not be done: {earlier}" if earlier else ""
    return tuple(note for note in (change.problem, last_time) if note)


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
