"""Undo and redo entries of the history. Each undo or redo is a deed itself.

Both follow one rule: the value before a deed is restored, if the deed's own value still holds. An
undo restores the value before the original deed, a redo the value before the undo.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rightsdesk.consent import Use
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.roster import artists as roster
from rightsdesk.sentences import worded
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import ChangedLater, Deed, DeedKind, deeds_of_act
from rightsdesk.workspace.catalogue.deciding import ignoring, making, undoing
from rightsdesk.workspace.consents import consents, many
from rightsdesk.workspace.guided import attestations
from rightsdesk.workspace.history.entries import entry, newest_undoing
from rightsdesk.workspace.history.families import Family, families
from rightsdesk.workspace.history.holding import decision_in
from rightsdesk.workspace.history.selecting import LICENCES
from rightsdesk.workspace.history.types import Can, HistoryEntry, UndoPreview, WhyNot
from rightsdesk.workspace.history.words import WHY_NOT_WORDS
from rightsdesk.workspace.imports import taking_back as imports
from rightsdesk.workspace.licences import changing as licences
from rightsdesk.workspace.lock import working
from rightsdesk.workspace.observing.undoing_links import opened_by_undo, undo_answers, uses_of
from rightsdesk.workspace.types.findings import DecisionKind

if TYPE_CHECKING:
    from rightsdesk.workspace.sign_in.connections import Connections


CONSENTS = (DeedKind.CONSENT_SET, DeedKind.CONSENT_CLEARED)


class NotUndoable(KnownError):
    """An entry can't be undone, or redone, now."""

    cause = Cause.NOT_UNDOABLE

    def __init__(self, why: WhyNot) -> None:
        sentence, advice = WHY_NOT_WORDS[why]
        super().__init__(sentence, untouched="Nothing was changed.", advice=advice)
        self.why = why


class JobToReview(KnownError):
    """An entry is a job, which is undone by a plan that a person reviews."""

    cause = Cause.JOB_TO_REVIEW

    def __init__(self, job: int) -> None:
        super().__init__(
            worded("This is job {job}: its undo is reviewed before anything is written.", job=job),
            untouched="Nothing was changed.",
            advice=worded("Undo it there: rightsdesk undo {job}", job=job),
        )
        self.job = job


def preview(database: Database, number: int, way: Can, now: datetime) -> UndoPreview:
    """The consequences of undoing or redoing an entry; nothing is changed.

    Raises NoSuchDeed, NotUndoable, ChangedSince and what undoing a decision raises.
    """
    found, act = _taken_back(database, number, way)
    deed = act[0]
    if found.job is not None:
        return UndoPreview(found, job=found.job.id)
    if found.root.kind is DeedKind.LIBRARY_IMPORTED:
        return UndoPreview(found)  # an artist with a consent is in use, and stays
    if deed.kind in CONSENTS and len(act) > 1:
        back = many.preview_back(database, act)
        return UndoPreview(found, uses=back.uses, opened=back.opened)
    if deed.kind in CONSENTS:
        before, scope = consents.consent_of(deed.before), consents.scope_of(deed)
        opened = consents.opened_by(database, scope, before)
        uses = consents.widened_by(database, scope, before)
        return UndoPreview(found, uses=uses, opened=opened)
    if deed.kind in LICENCES:
        opens = licences.opened_by_restoring(database, deed, now)
        return UndoPreview(found, uses=opens.uses, opened=opens.opened)
    if deed.kind is DeedKind.MATCHED:
        opened = opened_by_undo(database, act)
        return UndoPreview(found, uses=uses_of(opened), opened=opened)
    if deed.kind in (DeedKind.DECIDED, DeedKind.DECISION_UNDONE):
        if deed.kind is DeedKind.DECIDED:
            would = undoing.preview(database, (deed.after or {})["decision"])
        elif decision_in(deed)[1] is DecisionKind.IGNORE:
            return UndoPreview(found)  # it changes no consent
        else:
            would = making.preview(database, *decision_in(deed))
        return UndoPreview(found, uses=would.uses, opened=would.opened)
    return UndoPreview(found)


def carry_out(
    database: Database,
    connections: Callable[[], Connections],
    folder: Path,
    number: int,
    way: Can,
    confirmed: Collection[Use],
    now: datetime,
) -> int:
    """Undo or redo an entry that is no job. Returns the number of the new deed.

    Raises NoSuchDeed, NotUndoable, ChangedSince, JobToReview, WideningNotConfirmed,
    AnotherAtWork, and vault errors for a name; then nothing was changed.
    """
    found, act = _taken_back(database, number, way)
    deed = act[0]
    kind = deed.kind
    if found.job is not None:
        raise JobToReview(found.job.id)
    if found.root.kind is DeedKind.LIBRARY_IMPORTED:
        imports.take_back(database, act)
        return newest_undoing(database, _head(act).id)
    if kind in CONSENTS and len(act) > 1:
        many.take_back(database, act, confirmed)
    elif kind in CONSENTS:
        before, scope = consents.consent_of(deed.before), consents.scope_of(deed)
        consents.set_consent(database, scope, before, confirmed, undoing=deed)
    elif kind is DeedKind.DETAILS_CHANGED:
        roster.restore_details(database, deed)
    elif kind is DeedKind.ARTIST_RENAMED:
        name = (deed.before or {})["name"]
        connections().rename_artist(deed.scope.artist_id or 0, name, deed)
    elif kind in (DeedKind.ATTESTED, DeedKind.ATTESTATION_WITHDRAWN):
        attestations.restore(database, act)
    elif kind in LICENCES:
        licences.restore(database, deed, confirmed, now)
    elif kind is DeedKind.MATCHED:
        undo_answers(database, act, confirmed)
    elif kind is DeedKind.DECIDED and len(act) > 1:  # only problems are ignored at once
        with working(folder):
            ignoring.list_again(database, act)
    elif kind is DeedKind.DECIDED:
        with working(folder):
            decision = (deed.after or {})["decision"]
            undoing.undo(database, decision, confirmed, undoes=deed.id)
    else:
        with working(folder):
            if decision_in(deed)[1] is DecisionKind.IGNORE:
                ignoring.ignore_again(database, act)
            else:
                making.decide(database, *decision_in(deed), confirmed, undoes=deed.id)
    return newest_undoing(database, deed.id)


def _taken_back(database: Database, number: int, way: Can) -> tuple[HistoryEntry, list[Deed]]:
    """The entry, and the deeds to reverse in this order: with the ids of the original deeds and
    the values of the newest ones."""
    found = entry(database, number)
    if found.can is not way:
        raise _refusal(found, way)
    with database.read() as connection:
        originals = deeds_of_act(connection, found.root.id)
        related = families(connection, originals)
    act = [_deed(related[one.id], way) for one in originals]
    # A later deed of an act may build upon an earlier one.
    return found, act if way is Can.REDO else act[::-1]


def _head(act: list[Deed]) -> Deed:
    """The deed that stands for an import."""
    return next(one for one in act if one.kind is DeedKind.LIBRARY_IMPORTED)


def _deed(family: Family, way: Can) -> Deed:
    if way is Can.REDO and (undo := family.current_undo) is not None:
        return undo
    return replace(family.acting, id=family.root.id)


def _refusal(found: HistoryEntry, way: Can) -> KnownError:
    if found.why_not is WhyNot.CHANGED_SINCE:
        return ChangedLater()
    if found.why_not is not None:
        return NotUndoable(found.why_not)
    return NotUndoable(WhyNot.UNDONE_ALREADY if way is Can.UNDO else WhyNot.REDONE_ALREADY)
