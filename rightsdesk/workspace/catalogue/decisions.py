"""The decisions about catalogue findings that are in force."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from rightsdesk.sentence_data import said_in
from rightsdesk.store.database import Database
from rightsdesk.store.partial import is_filled
from rightsdesk.store.schema import files, health_decisions
from rightsdesk.workspace.types.findings import Decision, DecisionKind, FindingKind

_D = health_decisions.c
_ACTIVE = _D.undone_at == ""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions in force, indexed by the findings they answer."""

    sides: Mapping[int, Mapping[int, set[int]]] = field(default_factory=dict)
    """Recordings that were kept apart: recording → decision → its sides there."""
    labels: Mapping[int, set[str]] = field(default_factory=dict)
    """Recordings with decided files → the labels of those files (`files.decided`)."""
    of_finding: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Finding → summaries of the decisions about it."""
    ignores: Mapping[str, int] = field(default_factory=dict)
    """Ignored finding → how much of it was ignored."""

    def kept_apart(self, recordings: Iterable[int]) -> bool:
        """Whether one decision keeps all of these apart, apart from recordings that were merged."""
        groups = self._merged_groups(recordings)
        common = set.intersection(
            *(set().union(*(self.sides.get(number, {}) for number in group)) for group in groups)
        )
        for decision in common:
            sides = [
                set().union(*(self.sides.get(member, {}).get(decision, ()) for member in group))
                for group in groups
            ]
            if sum(map(len, sides)) == len(set().union(*sides)):
                return True
        return False

    def merged(self, recordings: Iterable[int]) -> bool:
        """Whether all of these were merged."""
        return len(self._merged_groups(recordings)) == 1

    def answered(self, finding: str, groups: Sequence[Collection[int]]) -> bool:
        """Whether a decision about the finding covers a file of each of these groups."""
        for summary in self.of_finding.get(finding, ()):
            decided_files = {number for side in summary.get("sides", ()) for number in side}
            if decided_files and all(not decided_files.isdisjoint(group) for group in groups):
                return True
        return False

    def keys_kept_apart(self, finding: str, keys: Collection[str]) -> bool:
        """Whether a decision about the finding covers all of these release keys."""
        return any(
            set(keys) <= set(summary.get("keys", ()))
            for summary in self.of_finding.get(finding, ())
        )

    def ignored(self, finding: str, count: int) -> bool:
        """Whether the finding is ignored and has not grown since."""
        return count <= self.ignores.get(finding, -1)

    def _merged_groups(self, recordings: Iterable[int]) -> list[list[int]]:
        groups: list[tuple[set[str], list[int]]] = []
        for number in recordings:
            labels = set(self.labels.get(number, ()))
            group = [number]
            for overlap in [entry for entry in groups if not labels.isdisjoint(entry[0])]:
                groups.remove(overlap)
                labels, group = labels | overlap[0], [*overlap[1], *group]
            groups.append((labels, group))
        return [group for _, group in groups]


def load_decided(connection: Connection) -> Decided:
    """All decisions in force."""
    rows = connection.execute(select(_D.id, _D.finding, _D.decision, _D.summary).where(_ACTIVE))
    side_of: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    of_finding: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    ignores: dict[str, int] = {}
    for number, finding, kind, stored in rows:
        summary = json.loads(stored)
        if kind == DecisionKind.IGNORE:
            ignores[finding] = max(summary["count"], ignores.get(finding, -1))
            continue
        of_finding[finding].append(summary)
        for place, side in enumerate(summary["sides"] if kind == DecisionKind.KEEP_APART else ()):
            for file in side:
                side_of[file].append((number, place))
    if not of_finding:
        return Decided(ignores=ignores)
    f = files.c
    query = select(f.id, f.recording_id, f.decided).where(
        is_filled(f.decided), f.recording_id.is_not(None), f.missing.is_(False)
    )
    sides: defaultdict[int, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    labels: defaultdict[int, set[str]] = defaultdict(set)
    for number, recording, label in connection.execute(query):
        labels[recording].add(label)
        for decision, place in side_of.get(number, ()):
            sides[recording][decision].add(place)
    return Decided(sides, labels, of_finding, ignores)


def load_ignored(connection: Connection) -> dict[str, int]:
    """What is ignored: problem → how much of it was there when it was ignored."""
    query = select(_D.finding, _D.summary)
    query = query.where(_ACTIVE, _D.decision == DecisionKind.IGNORE.value)
    found: dict[str, int] = {}
    for problem, stored in connection.execute(query):
        found[problem] = max(json.loads(stored)["count"], found.get(problem, -1))
    return found


def merged_releases(connection: Connection, artist_id: int) -> dict[str, str]:
    """Keys of an artist's merged releases → the key of the release they are now."""
    query = select(_D.summary).where(
        _ACTIVE, _D.decision == DecisionKind.MERGE.value, _D.finding.startswith(FindingKind.UPC)
    )
    found: dict[str, str] = {}
    for stored in connection.execute(query.order_by(_D.id)).scalars():
        summary = json.loads(stored)
        if summary.get("artist") == artist_id:
            into, keys = summary["into"], set(summary["keys"])
            found = {key: into if target in keys else target for key, target in found.items()}
            found |= dict.fromkeys(keys, into)
    return found


def decisions(database: Database) -> list[Decision]:
    """All decisions, newest first, including undone ones."""
    query = select(_D.id, _D.finding, _D.decision, _D.summary, _D.decided_at, _D.undone_at)
    with database.read() as connection:
        rows = connection.execute(query.order_by(_D.id.desc())).all()
    return [decision_of(row) for row in rows]


def decision_of(row: Any) -> Decision:
    """A stored decision as a value."""
    summary = json.loads(row.summary)
    return Decision(
        *(row.id, row.finding, DecisionKind(row.decision), said_in(summary, "where")),
        *(tuple(summary["names"]), row.decided_at, row.undone_at),
        sentence=said_in(summary, "sentence"),
        reason=summary.get("reason", ""),
    )
