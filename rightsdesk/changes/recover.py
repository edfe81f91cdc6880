"""What happens at the next start after the program was killed in the middle of a job.

A file that was being replaced is wholly old or wholly new; one that was being written in
place is made so from its before-image. Then looking at it tells which. What happened to a
remote item can only be asked of its platform: that change stays `interrupted`, and is
looked at again when the job is resumed or undone. So does a file that is out of reach.

Every step can be repeated: a kill in the middle of this leaves it to the next start.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rightsdesk import phrases
from rightsdesk.changes import journal
from rightsdesk.changes.carrier import Carrier, Observation, RecoveryOutcome
from rightsdesk.changes.confirming import INTERRUPTED
from rightsdesk.changes.journal import PLANNED, Journaled
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import JobInfo, Outcome, Target
from rightsdesk.changes.words import OUTCOME_NAMES
from rightsdesk.errors import KnownError
from rightsdesk.store.database import Database

_DONE = Outcome.DONE.value
_FAILED = Outcome.FAILED.value
_TAKEN_BACK, _LEFT, _REMOTE, _AWAY = "taken back", "left", "remote", "away"

_WORDS = {
    _TAKEN_BACK: "brought back after being half written",
    _LEFT: "left as found after a change by another program",
    _REMOTE: "will be checked with the platform when you go on",
    _AWAY: "could not be reached and will be checked at the next start",
    _FAILED: "could not be checked",
}
"""What a person may want to look at beyond how far the job came."""
_NAMED = _WORDS.keys() - {_REMOTE}
"""What is told by name, as far as one line goes."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What there is to tell after an interruption; "" where there was none.

    `unfinished` is the job that was interrupted, where some of it is still to do.
    """

    sentence: str = ""
    unfinished: int | None = None

    def __bool__(self) -> bool:
        return bool(self.sentence)


@dataclass(frozen=True, slots=True)
class _Found:
    """What became of a change: in words, as the journal's state, and as the carrier is."""

    what: str
    state: str
    target: Target
    observation: Observation | None = None
    problem: str = ""


def to_recover(database: Database, local: Collection[str]) -> bool:
    """Whether a change was being written when the program stopped. See `recover`."""
    return journal.has_unsettled_changes(database, local)


def recover(database: Database, local: Mapping[str, Carrier]) -> Recovery:
    """Settle every change that was being written; what there is to tell about it.

    `local` are the carriers that can be looked at without a network.
    """
    unsettled = journal.unsettled_changes(database, list(local))
    if not unsettled:
        return Recovery()
    for name, carrier in local.items():
        carrier.tidy([one.change.target for one in unsettled if one.change.target.carrier == name])
    names: dict[str, list[str]] = {}
    for journaled in unsettled:
        found = _settle(database, journaled, local.get(journaled.change.target.carrier))
        with database.write() as connection:
            journal.set_state(connection, _id(journaled), found.state, found.problem)
            if found.observation is not None:
                local[found.target.carrier].remember(
                    connection, [(found.target, found.observation)]
                )
        names.setdefault(found.what, []).append(found.target.label)
    cut_off = {one.job for one in unsettled}
    return _told([job for job in journal.job_list(database) if job.id in cut_off], names)


def _told(jobs: Sequence[JobInfo], names: Mapping[str, list[str]]) -> Recovery:
    """How far the jobs came as a whole, and what to know of what was being written just then."""
    unseen = {_REMOTE, _AWAY, _FAILED} & names.keys()
    harmless = "" if unseen else "; nothing is damaged"
    sentences = [f"“{job_name(job)}” was interrupted{harmless}: {_so_far(job)}." for job in jobs]
    parts = [
        f"{phrases.number(len(names[what]))} {words}{_named(what, names[what])}"
        for what, words in _WORDS.items()
        if what in names
    ]
    if parts:
        sentences.append(f"{', '.join(parts)}.")
    unfinished = next((job.id for job in jobs if job.open_changes), None)
    return Recovery(" ".join(sentences), unfinished)


def _so_far(job: JobInfo) -> str:
    """`440 done, 2 failed, 392 still to do`."""
    told = (Outcome.DONE, Outcome.FAILED, Outcome.SKIPPED)
    counts = [(job.counts.get(outcome, 0), OUTCOME_NAMES[outcome]) for outcome in told]
    counts.append((job.open_changes, "still to do"))
    return ", ".join(f"{phrases.number(number)} {words}" for number, words in counts if number)


def _named(what: str, labels: list[str]) -> str:
    if what not in _NAMED:
        return ""
    return f" ({phrases.first_few(labels, 3)})"


def _settle(database: Database, journaled: Journaled, carrier: Carrier | None) -> _Found:
    change = journaled.change
    target = change.target
    if carrier is None:
        return _Found(_REMOTE, INTERRUPTED, target)
    try:
        image = journal.image_of(database, journaled) or b""
        settling = carrier.settle(target, image)
        if settling is RecoveryOutcome.GONE and (moved := carrier.find(target, image, ())):
            target = moved
            settling = carrier.settle(target, image)
    except KnownError as error:
        return _Found(_AWAY, INTERRUPTED, target, problem=str(error))
    try:
        observation = carrier.observe(target)
    except KnownError as error:
        return _Found(_FAILED, _FAILED, target, problem=str(error))
    state = _DONE if carrier.holds(observation, change.edit) else PLANNED
    if state == _DONE:
        observation = carrier.with_original_essence(observation, image)
    what = {RecoveryOutcome.TAKEN_BACK: _TAKEN_BACK, RecoveryOutcome.LEFT: _LEFT}.get(
        settling, state
    )
    return _Found(what, state, target, observation)


def _id(journaled: Journaled) -> int:
    if journaled.change.id is None:
        raise AssertionError("a change from the journal has an id")
    return journaled.change.id
