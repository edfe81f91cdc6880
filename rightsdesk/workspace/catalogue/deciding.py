"""Decisions about findings of catalogue health: merge, keep apart, and undo. See `ignoring`, too.

Files with a decision carry a label (`files.decided`). Grouping keeps files with the same label
together, and files with different labels apart, so later scans respect the decision. Merged
recordings get the stricter consent. No consent is widened without a confirmation: a decision runs
in one transaction, which compares the consents of all files and items before and after.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from rightsdesk import phrases
from rightsdesk.consent import Use
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, next_id, values_of
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import (
    Deed,
    DeedKind,
    DeedScope,
    deed_by_id,
    deed_with,
    note,
    undone_deed,
)
from rightsdesk.store.schema import (
    artists,
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
from rightsdesk.workspace.catalogue.undoing_decisions import DecisionUndo
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
"""Limit of names stored with a decision; the ids are stored for all."""

_F, _R, _D = files.c, recordings.c, health_decisions.c


class NoSuchFinding(KnownError):
    """There is no such open finding."""

    cause = "no-such-finding"


class NotToDecide(KnownError):
    """The finding does not allow this decision."""

    cause = "not-to-decide"


class NoSuchDecision(KnownError):
    """There is no such decision in force."""

    cause = "no-such-decision"


class BuiltUpon(KnownError):
    """A later decision is about the same music."""

    cause = "built-upon"


class _OnlyPreview(Exception):
    """Ends a preview's transaction, so that it changes nothing."""

    def __init__(self, preview: DecisionPreview) -> None:
        super().__init__()
        self.preview = preview


def preview(
    database: Database, finding: str, kind: DecisionKind, members: Collection[int] = ()
) -> DecisionPreview:
    """What a decision would do; changes nothing. Raises NoSuchFinding and NotToDecide."""

    def act(connection: Connection) -> DecisionPreview:
        return _decide(connection, finding, kind, members)[1]

    return _previewed(database, act)


def decide(
    database: Database,
    finding: str,
    kind: DecisionKind,
    members: Collection[int] = (),
    confirmed: Collection[Use] = (),
    *,
    undoes: int | None = None,
) -> Decision:
    """Decide about a finding; `members` narrows a merge to some of its members.

    `undoes` is the deed that this undoes.

    Raises NoSuchFinding, NotToDecide and WideningNotConfirmed; then nothing is changed.
    """
    with database.write() as connection:
        number, would = _decide(connection, finding, kind, members)
        _check(would, confirmed)
        made = made_decision(connection, number)
        note_decision(connection, DeedKind.DECIDED, made, members, undoes)
        return made


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
) -> None:
    """Note in the history that a decision was made, or taken back."""
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
    made = kind is DeedKind.DECIDED
    before, after = (None, value) if made else (value, None)
    whose = _artists_of(connection, decision.id)
    if not whose and decision.sentence:
        named = select(artists.c.id).where(artists.c.name.in_(decision.names))
        whose = set(connection.execute(named).scalars())
    scope = DeedScope(whose.pop()) if len(whose) == 1 else DeedScope()
    note(connection, kind, scope, before=before, after=after, undoes=undoes)


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


def preview_undo(database: Database, number: int) -> DecisionPreview:
    """What undoing a decision would do; changes nothing. Raises NoSuchDecision and BuiltUpon."""
    return _previewed(database, lambda connection: _undo(connection, number))


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
        _check(_undo(connection, number), confirmed)
        made, deed = made_decision(connection, number), _deed_of(connection, number)
        members = ((deed.after or {}).get("members") or ()) if deed else ()
        taken_back = undoes or undone_deed(connection, deed.id if deed else None)
        note_decision(connection, DeedKind.DECISION_UNDONE, made, members, taken_back)
        return made


def _deed_of(connection: Connection, number: int) -> Deed | None:
    found = deed_with(connection, DeedKind.DECIDED, after=("decision", number))
    return None if found is None else deed_by_id(connection, found)


def _previewed(database: Database, act: Callable[[Connection], DecisionPreview]) -> DecisionPreview:
    try:
        with database.write() as connection:
            raise _OnlyPreview(act(connection))
    except _OnlyPreview as ended:
        return ended.preview


def _check(result: DecisionPreview, confirmed: Collection[Use]) -> None:
    if not set(result.uses) <= set(confirmed):
        raise WideningNotConfirmed(result.uses, result.opened)


def _decide(
    connection: Connection, finding: str, kind: DecisionKind, members: Collection[int]
) -> tuple[int, DecisionPreview]:
    target = next((f for f in findings_in(connection, Filter()) if f.id == finding), None)
    if target is None:
        raise NoSuchFinding(
            worded("There is no open finding “{finding}”.", finding=finding),
            advice="The list of findings has their ids.",
        )
    chosen = _chosen(target, kind, members)
    number = next_id(connection, _D.id)
    before = ConsentsBefore.of(connection, _touched(connection, target, chosen))
    notes = Notes()
    names = [member.title for member in chosen]
    summary: dict[str, Any] = {
        "where": target.where,
        "names": names[:_MOST_NAMES],
        "sides": [],
        "count": target.count,
    }
    if target.kind is FindingKind.UPC:
        keys = keys_of(connection, [member.id for member in chosen])
        summary["keys"] = [keys[member.id] for member in chosen]
        if kind is DecisionKind.MERGE:
            summary["into"] = keys[merge_releases(connection, chosen, notes)]
            summary["artist"] = notes.releases[chosen[0].id]["artist_id"]
    elif target.kind is FindingKind.FILES:
        summary["sides"] = sides_of_files(connection, chosen)
        label_files(connection, summary["sides"], number, kind, notes)
    else:
        numbers = [member.id for member in chosen]
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
    return number, DecisionPreview(kind, target.where, tuple(names), *changes)


def decidable(
    connection: Connection, wanted: Collection[tuple[str, DecisionKind, Collection[int]]]
) -> list[bool]:
    """Whether each of these decisions (finding, kind, members) could be made now."""
    names = {finding for finding, _, _ in wanted}
    there = {one.id: one for one in findings_in(connection, Filter()) if one.id in names}

    def possible(finding: str, kind: DecisionKind, members: Collection[int]) -> bool:
        if finding not in there:
            return False
        try:
            _chosen(there[finding], kind, members)
        except NotToDecide:
            return False
        return True

    return [possible(*one) for one in wanted]


def _chosen(target: Finding, kind: DecisionKind, members: Collection[int]) -> list[Member]:
    if kind not in target.decisions or kind is DecisionKind.IGNORE:
        kinds = phrases.or_list(target.decisions)
        raise NotToDecide(
            worded(
                "“{id}” can't be decided that way: {sentence}",
                id=target.id,
                sentence=target.sentence,
            ),
            untouched="Nothing was changed.",
            advice=worded("What can be decided: {kinds}.", kinds=kinds),
        )
    if not members:
        return list(target.members)
    chosen = [member for member in target.members if member.id in members]
    if len(chosen) != len(set(members)) or len(chosen) < 2:
        raise NotToDecide(
            worded("Name at least two of the members of “{id}”.", id=target.id),
            untouched="Nothing was changed.",
            advice="The list of findings has their numbers.",
        )
    if kind is not DecisionKind.MERGE or target.kind is FindingKind.FILES:
        raise NotToDecide(
            "Only a merge can be narrowed to some members, and only of recordings or releases.",
            untouched="Nothing was changed.",
        )
    return chosen


def _touched(connection: Connection, target: Finding, members: Sequence[Member]) -> set[int]:
    """The ids of the recordings that a decision is about."""
    numbers = [member.id for member in members]
    if target.kind is FindingKind.UPC:
        return values_of(connection, _R.id, _R.release_id, numbers)
    if target.kind is FindingKind.FILES:
        return values_of(connection, _F.recording_id, _F.id, numbers) - {None}
    return set(numbers)


def _undo(connection: Connection, number: int) -> DecisionPreview:
    row = connection.execute(select(health_decisions).where(_D.id == number)).one_or_none()
    if row is None or row.undone_at:
        raise NoSuchDecision(
            worded("There is no decision {number} to take back.", number=number),
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
        kind, summary["where"], tuple(summary["names"]), *before.compared(connection)
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
                advice=worded("Take decision {later_id} back first.", later_id=later_id),
            )
