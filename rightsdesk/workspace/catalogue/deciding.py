"""Deciding about findings of catalogue health: merge, keep apart, ignore, and taking that back.

Files that were decided about carry a label (`files.decided`): grouping keeps files of one label
together whatever they say, and files of two labels apart, so a later scan respects it. Where
recordings come together, the stricter consent holds for all. Nothing opens without a yes: a
decision is carried out in one transaction, in which what was wanted of every file and track
before is compared with what is wanted after.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from rightsdesk import phrases
from rightsdesk.consent import Use
from rightsdesk.errors import KnownError
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, next_id, values_of
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import Deed, DeedKind, deed_by_id, deed_with, note, undone_deed
from rightsdesk.store.schema import (
    files,
    health_decisions,
    recordings,
)
from rightsdesk.workspace.catalogue.consequences import ConsentsBefore
from rightsdesk.workspace.catalogue.decisions import decision_of
from rightsdesk.workspace.catalogue.health import findings_in
from rightsdesk.workspace.catalogue.merging import (
    Notes,
    files_of,
    keep_apart,
    keys_of,
    label_files,
    merge_recordings,
    merge_releases,
    sides_of_files,
)
from rightsdesk.workspace.catalogue.taking_back import TakingBack
from rightsdesk.workspace.consents.consents import WideningNotConfirmed
from rightsdesk.workspace.types import (
    Decision,
    DecisionKind,
    DecisionPreview,
    Filter,
    Finding,
    FindingKind,
    Member,
)

_MOST_NAMES = 1000
"""Names that a decision is remembered with; what it is about is stored for all."""

_F, _R, _D = files.c, recordings.c, health_decisions.c


class NoSuchFinding(KnownError):
    """There is no such finding, or it is decided."""

    cause = "no-such-finding"


class NotToDecide(KnownError):
    """A finding can't be decided that way."""

    cause = "not-to-decide"


class NoSuchDecision(KnownError):
    """There is no such decision that counts."""

    cause = "no-such-decision"


class BuiltUpon(KnownError):
    """A later decision is about the same music."""

    cause = "built-upon"


class _OnlyPreview(Exception):
    """Ends the transaction of a preview, so that nothing of it stays."""

    def __init__(self, preview: DecisionPreview) -> None:
        super().__init__()
        self.preview = preview


def preview(
    database: Database, finding: str, kind: DecisionKind, members: Collection[int] = ()
) -> DecisionPreview:
    """What a decision would do; nothing is changed. Raises NoSuchFinding and NotToDecide."""

    def act(connection: Connection) -> DecisionPreview:
        return _decide(connection, finding, kind, members)[1]

    return _looked(database, act)


def decide(
    database: Database,
    finding: str,
    kind: DecisionKind,
    members: Collection[int] = (),
    confirmed: Collection[Use] = (),
    *,
    undoes: int | None = None,
) -> Decision:
    """Decide about a finding; `members` narrows a merge to some of them. `undoes` is the deed
    that this takes back.

    Raises NoSuchFinding, NotToDecide, and WideningNotConfirmed with nothing changed.
    """
    with database.write() as connection:
        number, would = _decide(connection, finding, kind, members)
        _check(would, confirmed)
        made = _made(connection, number)
        _note(connection, DeedKind.DECIDED, made, members, undoes)
        return made


def _made(connection: Connection, number: int) -> Decision:
    row = connection.execute(select(health_decisions).where(_D.id == number)).one()
    return decision_of(row)


def _note(
    connection: Connection,
    kind: DeedKind,
    decision: Decision,
    members: Collection[int],
    undoes: int | None,
) -> None:
    value = {
        "decision": decision.id,
        "finding": decision.finding,
        "choice": decision.kind.value,
        "where": decision.where,
        "titles": list(decision.names),
        "members": sorted(members),
    }
    made = kind is DeedKind.DECIDED
    before, after = (None, value) if made else (value, None)
    note(connection, kind, before=before, after=after, undoes=undoes)


def preview_undo(database: Database, number: int) -> DecisionPreview:
    """What taking a decision back would do; nothing is changed. Raises NoSuchDecision and
    BuiltUpon."""
    return _looked(database, lambda connection: _undo(connection, number))


def undo(
    database: Database,
    number: int,
    confirmed: Collection[Use] = (),
    *,
    undoes: int | None = None,
) -> Decision:
    """Take a decision back: all is as it was before, but for what was chosen since.

    `undoes` is the deed that this takes back: that of the decision, if not said. Raises
    NoSuchDecision, BuiltUpon, and WideningNotConfirmed with nothing changed.
    """
    with database.write() as connection:
        _check(_undo(connection, number), confirmed)
        made, deed = _made(connection, number), _deed_of(connection, number)
        members = ((deed.after or {}).get("members") or ()) if deed else ()
        taken_back = undoes or undone_deed(connection, deed.id if deed else None)
        _note(connection, DeedKind.DECISION_UNDONE, made, members, taken_back)
        return made


def _deed_of(connection: Connection, number: int) -> Deed | None:
    found = deed_with(connection, DeedKind.DECIDED, after=("decision", number))
    return None if found is None else deed_by_id(connection, found)


def _looked(database: Database, act: Callable[[Connection], DecisionPreview]) -> DecisionPreview:
    try:
        with database.write() as connection:
            raise _OnlyPreview(act(connection))
    except _OnlyPreview as ended:
        return ended.preview


def _check(would: DecisionPreview, confirmed: Collection[Use]) -> None:
    if not set(would.uses) <= set(confirmed):
        raise WideningNotConfirmed(would.uses, would.opened)


def _decide(
    connection: Connection, finding: str, kind: DecisionKind, members: Collection[int]
) -> tuple[int, DecisionPreview]:
    about = next((o for o in findings_in(connection, Filter()) if o.id == finding), None)
    if about is None:
        raise NoSuchFinding(
            f"There is no open finding “{finding}”.", advice="The list of findings has their ids."
        )
    chosen = _chosen(about, kind, members)
    number = next_id(connection, _D.id)
    before = ConsentsBefore.of(connection, _touched(connection, about, chosen))
    notes = Notes()
    names = [one.title for one in chosen]
    summary: dict[str, Any] = {
        "where": about.where,
        "names": names[:_MOST_NAMES],
        "sides": [],
        "count": about.count,
    }
    if kind is DecisionKind.IGNORE:
        summary["names"] = [about.artist] if about.artist else []
    elif about.kind is FindingKind.UPC:
        keys = keys_of(connection, [one.id for one in chosen])
        summary["keys"] = [keys[one.id] for one in chosen]
        if kind is DecisionKind.MERGE:
            summary["into"] = keys[merge_releases(connection, chosen, notes)]
            summary["artist"] = notes.releases[chosen[0].id]["artist_id"]
    elif about.kind is FindingKind.FILES:
        summary["sides"] = sides_of_files(connection, chosen)
        label_files(connection, summary["sides"], number, kind, notes)
    else:
        numbers = [one.id for one in chosen]
        summary["sides"] = files_of(connection, numbers)
        if kind is DecisionKind.MERGE:
            merge_recordings(connection, numbers, str(number), notes)
        else:
            keep_apart(connection, numbers, number, notes)
    row = {
        "id": number,
        "finding": finding,
        "decision": kind.value,
        "decided_at": texts.now(),
        "undone_at": "",
        "summary": texts.dump(summary),
        "before": texts.dump(notes.to_json(connection)),
    }
    connection.execute(insert(health_decisions).values(row))
    changes = before.compared(connection)
    return number, DecisionPreview(kind, about.where, tuple(names), *changes)


def _chosen(about: Finding, kind: DecisionKind, members: Collection[int]) -> list[Member]:
    if kind not in about.decisions:
        can = phrases.or_list(about.decisions)
        raise NotToDecide(
            f"“{about.id}” can't be decided that way: {about.sentence}",
            untouched="Nothing was changed.",
            advice=f"What can be decided: {can}.",
        )
    if not members:
        return list(about.members)
    chosen = [one for one in about.members if one.id in members]
    if len(chosen) != len(set(members)) or len(chosen) < 2:
        raise NotToDecide(
            f"Name at least two of the members of “{about.id}”.",
            untouched="Nothing was changed.",
            advice="The list of findings has their numbers.",
        )
    if kind is not DecisionKind.MERGE or about.kind is FindingKind.FILES:
        raise NotToDecide(
            "Only a merge can be narrowed to some members, and only of recordings or releases.",
            untouched="Nothing was changed.",
        )
    return chosen


def _touched(connection: Connection, about: Finding, members: Sequence[Member]) -> set[int]:
    """The recordings that a decision is about."""
    numbers = [one.id for one in members]
    if about.kind is FindingKind.UPC:
        return values_of(connection, _R.id, _R.release_id, numbers)
    if about.kind is FindingKind.FILES:
        return values_of(connection, _F.recording_id, _F.id, numbers) - {None}
    return set(numbers)


def _undo(connection: Connection, number: int) -> DecisionPreview:
    row = connection.execute(select(health_decisions).where(_D.id == number)).one_or_none()
    if row is None or row.undone_at:
        raise NoSuchDecision(
            f"There is no decision {number} to take back.",
            advice="The list of findings has the numbers of decisions.",
        )
    notes, summary = json.loads(row.before), json.loads(row.summary)
    _check_not_built_upon(connection, number, notes, summary)
    moved = {was[1] for was in notes["files"]} | {one["id"] for one in notes["recordings"]}
    now = {
        recording
        for part in any_of(_F.id, [was[0] for was in notes["files"]])
        for recording in connection.execute(select(_F.recording_id).where(part)).scalars()
    }
    inside = {was[0] for was in notes["of_release"]}
    of_releases = values_of(connection, _R.id, _R.release_id, [o["id"] for o in notes["releases"]])
    before = ConsentsBefore.of(connection, (moved | now | inside | of_releases) - {None})
    TakingBack(connection, number, notes).back()
    done = update(health_decisions).where(_D.id == number).values(undone_at=texts.now())
    connection.execute(done)
    kind = DecisionKind(row.decision)
    return DecisionPreview(
        kind, summary["where"], tuple(summary["names"]), *before.compared(connection)
    )


def _check_not_built_upon(
    connection: Connection, number: int, notes: Mapping[str, Any], summary: Mapping[str, Any]
) -> None:
    """What a later decision is about has to stay as it found it."""
    ours, keys = {was[0] for was in notes["files"]}, set(summary.get("keys", ()))
    later = select(_D.id, _D.before, _D.summary).where(_D.id > number, _D.undone_at == "")
    for other, before, theirs in connection.execute(later.order_by(_D.id.desc())):
        met = ours & {was[0] for was in json.loads(before)["files"]}
        if met or keys & set(json.loads(theirs).get("keys", ())):
            raise BuiltUpon(
                f"Decision {other} is about the same music and was made later.",
                untouched="Nothing was changed.",
                advice=f"Take decision {other} back first.",
            )
