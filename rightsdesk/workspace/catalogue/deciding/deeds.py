"""Decisions in the history: what their deeds say, and which deed made a decision."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import Connection, select

from rightsdesk.sentence_data import with_forms
from rightsdesk.store.bulk import any_of
from rightsdesk.store.deeds import Deed, DeedKind, DeedScope, deed_by_id, deed_with, note
from rightsdesk.store.schema import artists, files, health_decisions
from rightsdesk.workspace.catalogue.decisions import decision_of
from rightsdesk.workspace.types.findings import Decision

_F, _D = files.c, health_decisions.c


def made_decision(connection: Connection, number: int) -> Decision:
    """A stored decision, by its number."""
    row = connection.execute(select(health_decisions).where(_D.id == number)).one()
    return decision_of(row)


def note_decision(
    connection: Connection,
    kind: DeedKind,
    decision: Decision,
    members: Collection[int],
    undoes: int | None,
    part_of: int | None = None,
) -> int:
    """Note in the history that a decision was made, or taken back; the deed's id. `part_of` is the
    first deed of the same act."""
    value = {
        "decision": decision.id,
        "finding": decision.finding,
        "choice": decision.kind.value,
        "where": decision.where,
        "titles": list(decision.names),
        "members": sorted(members),
    }
    if decision.sentence:  # a problem that was ignored
        value |= {"sentence": decision.sentence, "reason": decision.reason}
    value = with_forms(value, "where", "sentence")
    made = kind is DeedKind.DECIDED
    before, after = (None, value) if made else (value, None)
    whose = _artists_of(connection, decision.id)
    if not whose and decision.sentence:
        named = select(artists.c.id).where(artists.c.name.in_(decision.names))
        whose = set(connection.execute(named).scalars())
    scope = DeedScope(whose.pop()) if len(whose) == 1 else DeedScope()
    return note(
        *(connection, kind, scope), before=before, after=after, undoes=undoes, part_of=part_of
    )


def _artists_of(connection: Connection, decision: int) -> set[int]:
    """The artists of what a decision is about."""
    stored = connection.execute(select(_D.before).where(_D.id == decision)).scalar_one()
    before = json.loads(stored)
    rows = (*before.get("recordings", ()), *before.get("releases", ()))
    whose = {row["artist_id"] for row in rows}
    query = select(_F.artist_id).distinct()
    for part in any_of(_F.id, {file[0] for file in before.get("files", ())}):
        whose |= set(connection.execute(query.where(part)).scalars())
    return whose


def deed_of(connection: Connection, number: int) -> Deed | None:
    """Return the deed that made a decision; None if it is older than the history."""
    found = deed_with(connection, DeedKind.DECIDED, after=("decision", number))
    return None if found is None else deed_by_id(connection, found)
