"""Recovery at the next start after the program was killed during a job.

A file that was being replaced is wholly old or wholly new. A file that was being written in place
is restored from its before-image. Reading it then shows which state it has. Only the platform knows
what happened to a remote item: that change stays `interrupted`, and resuming or undoing the job
reads the item again. The same holds for a file that is out of reach.

Every step can be repeated: after a kill during recovery, the next start recovers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rightsdesk import phrases
from rightsdesk.changes import job_infos, journal
from rightsdesk.changes.carrier import Carrier, Observation, RecoveryOutcome
from rightsdesk.changes.edits import suites_of
from rightsdesk.changes.journal import Journaled
from rightsdesk.changes.names import job_name
from rightsdesk.changes.states import INTERRUPTED, PLANNED
from rightsdesk.changes.types import JobInfo, Outcome, Target
from rightsdesk.changes.words import OUTCOME_NAMES
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.sentences import together, worded
from rightsdesk.store.database import Database

_DONE = Outcome.DONE.value
_FAILED = Outcome.FAILED.value
_TAKEN_BACK, _LEFT, _REMOTE, _AWAY = "taken back", "left", "remote", "away"

_FORMS = {
    _TAKEN_BACK: "{number} brought back after being half written ({names})",
    _LEFT: "{number} left as found after a change by another program ({names})",
    _REMOTE: "{number} will be checked with the platform when you resume",
    _AWAY: "{number} could not be reached and will be checked at the next start ({names})",
    _FAILED: "{number} could not be checked ({names})",
}
"""What recovery reports about single carriers, in addition to the job's counts."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What recovery has to report; false if no job was interrupted.

    `unfinished` is the interrupted job, if some of it is still to do. `details` is what became of
    the carriers in the middle of a write, without the job and how far it came.
    """

    sentence: str = ""
    unfinished: int | None = None
    details: str = ""

    def __bool__(self) -> bool:
        return bool(self.sentence)


@dataclass(frozen=True, slots=True)
class _Found:
    """What became of a change: the key of its words, its journal state, and its carrier as
    observed."""

    finding: str
    state: str
    target: Target
    observation: Observation | None = None
    problem: str = ""


def to_recover(database: Database, local: Collection[str]) -> bool:
    """Whether a change was being written when the program stopped. See `recover`."""
    return journal.has_unsettled_changes(database, local)


def recover(database: Database, local: Mapping[CarrierId, Carrier]) -> Recovery:
    """Settle every change that was being written, and return the report for people.

    `local` are the carriers that can be read without a network.
    """
    unsettled = journal.unsettled_changes(database, list(local))
    if not unsettled:
        return Recovery()
    for name, carrier in local.items():
        carrier.tidy(
            [
                journaled.change.target
                for journaled in unsettled
                if journaled.change.target.carrier == name
            ]
        )
    names: dict[str, list[str]] = {}
    for journaled in unsettled:
        found = _settle(database, journaled, local.get(journaled.change.target.carrier))
        with database.write() as connection:
            journal.set_state(connection, _id(journaled), found.state, found.problem)
            if found.observation is not None:
                local[found.target.carrier].remember(
                    connection, [(found.target, found.observation)]
                )
        names.setdefault(found.finding, []).append(found.target.label)
    cut_off = {journaled.job for journaled in unsettled}
    journal.note_results(database, cut_off, suites_of(local))
    return _report([job for job in job_infos.job_list(database) if job.id in cut_off], names)


def _report(jobs: Sequence[JobInfo], names: Mapping[str, list[str]]) -> Recovery:
    """The report: how far the jobs came, and what happened to the carriers in the middle of a
    write."""
    unseen = {_REMOTE, _AWAY, _FAILED} & names.keys()
    interrupted = [
        worded(
            "“{job}” was interrupted: {so_far}."
            if unseen
            else "“{job}” was interrupted; nothing is damaged: {so_far}.",
            job=job_name(job),
            so_far=_so_far(job),
        )
        for job in jobs
    ]
    parts = [
        worded(
            form,
            number=phrases.number(len(names[finding])),
            names=phrases.first_few(names[finding], 3),
        )
        for finding, form in _FORMS.items()
        if finding in names
    ]
    found = worded("{parts}.", parts=together(parts, ", ")) if parts else ""
    unfinished = next((job.id for job in jobs if job.open_changes), None)
    harmless = "" if unseen else worded("Nothing is damaged.")
    return Recovery(together((*interrupted, found)), unfinished, together((harmless, found)))


def _so_far(job: JobInfo) -> str:
    """`440 done, 2 failed, 392 still to do`."""
    reported = (Outcome.DONE, Outcome.FAILED, Outcome.SKIPPED)
    parts = [
        worded("{number} {outcome}", number=phrases.number(number), outcome=OUTCOME_NAMES[outcome])
        for outcome in reported
        if (number := job.counts.get(outcome, 0))
    ]
    if job.open_changes:
        parts.append(worded("{number} still to do", number=phrases.number(job.open_changes)))
    return together(parts, ", ")


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
    finding = {RecoveryOutcome.TAKEN_BACK: _TAKEN_BACK, RecoveryOutcome.LEFT: _LEFT}.get(
        settling, state
    )
    return _Found(finding, state, target, observation)


def _id(journaled: Journaled) -> int:
    if journaled.change.id is None:
        raise AssertionError("a change from the journal has an id")
    return journaled.change.id
