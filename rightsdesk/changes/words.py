"""Words for outcomes and for resume times, the same in the window and on the command line."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rightsdesk import phrases
from rightsdesk.changes.types import Change, Outcome
from rightsdesk.consent import Consent, read_as
from rightsdesk.consent.dialects.files.ai_consent import AiConsent
from rightsdesk.sentences import worded

OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.PLANNED: "planned",
    Outcome.DONE: "done",
    Outcome.UNCONFIRMED: "written, not confirmed yet",
    Outcome.OVERWRITTEN: "overwritten before it was confirmed",
    Outcome.UNCHANGED: "already right",
    Outcome.FAILED: "failed",
    Outcome.SKIPPED: "left alone",
}


def stated(change: Change) -> tuple[Consent, Consent]:
    """What to name the consents before and after a change by: as they were declared."""
    before = read_as(change.before, _OWN.declared(change.expected))
    return before, read_as(change.after, _OWN.declared(change.edit) or change.consent)


_OWN = AiConsent()


def preview_notes(change: Change) -> tuple[str, ...]:
    """The sentences of a preview about a change: its own problem, and why the last attempt
    failed."""
    earlier = change.earlier_problem
    last_time = ""
    if earlier:
        last_time = worded("Last time this could not be done: {why}", why=earlier)
    return tuple(note for note in (change.problem, last_time) if note)


def resume_words(due_at: str, now: datetime) -> str:
    """`continues tomorrow at 09:00` for a time as stored; "" for none."""
    if not due_at:
        return ""
    due = datetime.fromisoformat(due_at)
    if due <= now:
        return worded("continues soon")
    return worded("continues {when}", when=phrases.at_moment(due, now))


def artist_words(artists: Sequence[str]) -> str:
    """The artist of a job, or how many artists it has."""
    if len(artists) < 2:
        return "".join(artists)
    return phrases.counted(len(artists), "artist")
