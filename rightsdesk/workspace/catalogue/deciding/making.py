"""Decide about a finding of catalogue health: merge, or keep apart. See `ignoring`, too.

Files with a decision carry a label (`files.decided`). Grouping keeps files with the same label
together, and files with different labels apart, so later scans respect the decision. Merged
recordings get the stricter consent. No consent is widened without a confirmation: a decision runs
in one transaction, which compares the consents of all files and items before and after.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, insert

from rightsdesk import phrases
from rightsdesk.consent import Use
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentence_data import with_forms
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.bulk import next_id, values_of
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind
from rightsdesk.store.schema import files, health_decisions, recordings
from rightsdesk.workspace.catalogue.deciding.consequences import (
    ConsentsBefore,
    must_be_confirmed,
    previewed,
)
from rightsdesk.workspace.catalogue.deciding.deeds import made_decision, note_decision
from rightsdesk.workspace.catalogue.deciding.merging import (
    Notes,
    files_of,
    keep_apart,
    keys_of,
    label_files,
    merge_recordings,
    merge_releases,
    sides_of_files,
)
from rightsdesk.workspace.catalogue.health import findings_in
from rightsdesk.workspace.types.findings import (
    Decision,
    DecisionKind,
    DecisionPreview,
    Finding,
    FindingKind,
    Member,
)
from rightsdesk.workspace.types.scopes import Filter

_MOST_NAMES = 1000
"""Limit of names stored with a decision; the ids are stored for all."""

_F, _R, _D = files.c, recordings.c, health_decisions.c


class NoSuchFinding(KnownError):
    """There is no such open finding."""

    cause = Cause.NO_SUCH_FINDING


class NotToDecide(KnownError):
    """The finding does not allow this decision."""

    cause = Cause.NOT_TO_DECIDE


def preview(
    database: Database, finding: str, kind: DecisionKind, members: Collection[int] = ()
) -> DecisionPreview:
    """What a decision would do; changes nothing. Raises NoSuchFinding and NotToDecide."""

    def act(connection: Connection) -> DecisionPreview:
        return _decide(connection, finding, kind, members)[1]

    return previewed(database, act)


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
        must_be_confirmed(would, confirmed)
        made = made_decision(connection, number)
        note_decision(connection, DeedKind.DECIDED, made, members, undoes)
        return made


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
        "summary": texts.dump(with_forms(summary, "where")),
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
