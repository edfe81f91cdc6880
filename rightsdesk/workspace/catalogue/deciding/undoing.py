"""Undo a decision about a finding: everything is as before, except consents set since."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from rightsdesk.consent import Use
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentence_data import said_in
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, values_of
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, undone_deed
from rightsdesk.store.schema import files, health_decisions, recordings
from rightsdesk.workspace.catalogue.deciding.consequences import (
    ConsentsBefore,
    must_be_confirmed,
    previewed,
)
from rightsdesk.workspace.catalogue.deciding.deeds import deed_of, made_decision, note_decision
from rightsdesk.workspace.catalogue.deciding.restoring import DecisionUndo
from rightsdesk.workspace.types.findings import Decision, DecisionKind, DecisionPreview

_F, _R, _D = files.c, recordings.c, health_decisions.c


class NoSuchDecision(KnownError):
    """There is no such decision in force."""

    cause = Cause.NO_SUCH_DECISION


class BuiltUpon(KnownError):
    """A later decision is about the same music."""

    cause = Cause.BUILT_UPON


def preview(database: Database, number: int) -> DecisionPreview:
    """What undoing a decision would do; changes nothing. Raises NoSuchDecision and BuiltUpon."""
    return previewed(database, lambda connection: _undo(connection, number))


def undo(
    database: Database,
    number: int,
    confirmed: Collection[Use] = (),
    *,
    undoes: int | None = None,
) -> Decision:
    """Undo a decision: everything is as before, except consents set since.

    `undoes` is the deed that this undoes: that of the decision, if not given. Raises
    NoSuchDecision, BuiltUpon, and WideningNotConfirmed with nothing changed.
    """
    with database.write() as connection:
        must_be_confirmed(_undo(connection, number), confirmed)
        made, deed = made_decision(connection, number), deed_of(connection, number)
        members = ((deed.after or {}).get("members") or ()) if deed else ()
        taken_back = undoes or undone_deed(connection, deed.id if deed else None)
        note_decision(connection, DeedKind.DECISION_UNDONE, made, members, taken_back)
        return made


def undo_within(
    connection: Connection, number: int, undoes: int, part_of: int | None = None
) -> int:
    """Undo a decision that changed no consent, in a transaction; the deed's id.

    Raises NoSuchDecision and BuiltUpon.
    """
    _undo(connection, number)
    made = made_decision(connection, number)
    return note_decision(connection, DeedKind.DECISION_UNDONE, made, (), undoes, part_of)


def _undo(connection: Connection, number: int) -> DecisionPreview:
    row = connection.execute(select(health_decisions).where(_D.id == number)).one_or_none()
    if row is None or row.undone_at:
        raise NoSuchDecision(
            worded("There is no decision {number} to undo.", number=number),
            advice="The list of findings has the numbers of decisions.",
        )
    notes, summary = json.loads(row.before), json.loads(row.summary)
    _check_not_built_upon(connection, number, notes, summary)
    moved = {file[1] for file in notes["files"]} | {
        recording["id"] for recording in notes["recordings"]
    }
    now = {
        recording
        for part in any_of(_F.id, [file[0] for file in notes["files"]])
        for recording in connection.execute(select(_F.recording_id).where(part)).scalars()
    }
    in_releases = {file[0] for file in notes["of_release"]}
    of_releases = values_of(
        connection, _R.id, _R.release_id, [release["id"] for release in notes["releases"]]
    )
    before = ConsentsBefore.of(connection, (moved | now | in_releases | of_releases) - {None})
    DecisionUndo(connection, number, notes).run()
    mark_undone = update(health_decisions).where(_D.id == number).values(undone_at=texts.now())
    connection.execute(mark_undone)
    kind = DecisionKind(row.decision)
    return DecisionPreview(
        kind, said_in(summary, "where"), tuple(summary["names"]), *before.compared(connection)
    )


def _check_not_built_upon(
    connection: Connection, number: int, notes: Mapping[str, Any], summary: Mapping[str, Any]
) -> None:
    """Raise BuiltUpon if a later decision is about the same files or releases."""
    own_files, keys = {file[0] for file in notes["files"]}, set(summary.get("keys", ()))
    later = select(_D.id, _D.before, _D.summary).where(_D.id > number, _D.undone_at == "")
    for later_id, before, other_summary in connection.execute(later.order_by(_D.id.desc())):
        shared = own_files & {file[0] for file in json.loads(before)["files"]}
        if shared or keys & set(json.loads(other_summary).get("keys", ())):
            raise BuiltUpon(
                worded(
                    "Decision {later_id} is about the same music and was made later.",
                    later_id=later_id,
                ),
                untouched="Nothing was changed.",
                advice=worded("Undo decision {later_id} first.", later_id=later_id),
            )
