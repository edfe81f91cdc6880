"""What was decided about findings of catalogue health, as it counts now."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from rightsdesk.store.database import Database
from rightsdesk.store.schema import files, health_decisions
from rightsdesk.workspace.types import Decision, DecisionKind, FindingKind

_D = health_decisions.c
_ACTIVE = _D.undone_at == ""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions that count, ready to be asked whether they answer a finding."""

    sides: Mapping[int, Mapping[int, set[int]]] = field(default_factory=dict)
    """Recordings that were kept apart from others: recording → decision → its sides there."""
    labels: Mapping[int, set[str]] = field(default_factory=dict)
    """Recordings with files about which somebody decided → `files.decided` of those."""
    of_finding: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Finding → summaries of what was decided about it."""

    def kept_apart(self, recordings: Iterable[int]) -> bool:
        """Whether one decision keeps all of these apart, but for those that were put together."""
        groups = self._put_together(recordings)
        common = set.intersection(
            *(set().union(*(self.sides.get(one, {}) for one in group)) for group in groups)
        )
        for decision in common:
            every = [
                set().union(*(self.sides.get(o, {}).get(decision, ()) for o in g)) for g in groups
            ]
            if sum(map(len, every)) == len(set().union(*every)):
                return True
        return False

    def put_together(self, recordings: Iterable[int]) -> bool:
        """Whether all of these were put together."""
        return len(self._put_together(recordings)) == 1

    def answered(self, finding: str, groups: Sequence[Collection[int]]) -> bool:
        """Whether a decision about a finding knew a file of each of these groups of files."""
        for summary in self.of_finding.get(finding, ()):
            known = {number for side in summary.get("sides", ()) for number in side}
            if known and all(not known.isdisjoint(group) for group in groups):
                return True
        return False

    def keys_kept_apart(self, finding: str, keys: Collection[str]) -> bool:
        """Whether a decision about a finding knew all of these keys of releases."""
        return any(
            set(keys) <= set(summary.get("keys", ()))
            for summary in self.of_finding.get(finding, ())
        )

    def ignored(self, finding: str, count: int) -> bool:
        """Whether a finding is ignored, and has not grown since."""
        return any(count <= one.get("count", -1) for one in self.of_finding.get(finding, ()))

    def _put_together(self, recordings: Iterable[int]) -> list[list[int]]:
        groups: list[tuple[set[str], list[int]]] = []
        for number in recordings:
            labels = set(self.labels.get(number, ()))
            group = [number]
            for other in [one for one in groups if not labels.isdisjoint(one[0])]:
                groups.remove(other)
                labels, group = labels | other[0], [*other[1], *group]
            groups.append((labels, group))
        return [group for _, group in groups]


def load_decided(connection: Connection) -> Decided:
    """All decisions that count."""
    rows = connection.execute(select(_D.id, _D.finding, _D.decision, _D.summary).where(_ACTIVE))
    side_of: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    of_finding: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for number, finding, kind, stored in rows:
        summary = json.loads(stored)
        of_finding[finding].append(summary)
        for place, side in enumerate(summary["sides"] if kind == DecisionKind.KEEP_APART else ()):
            for file in side:
                side_of[file].append((number, place))
    if not of_finding:
        return Decided()
    f = files.c
    query = select(f.id, f.recording_id, f.decided).where(
        f.decided != "", f.recording_id.is_not(None), f.missing.is_(False)
    )
    sides: defaultdict[int, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    labels: defaultdict[int, set[str]] = defaultdict(set)
    for number, recording, label in connection.execute(query):
        labels[recording].add(label)
        for decision, place in side_of.get(number, ()):
            sides[recording][decision].add(place)
    return Decided(sides, labels, of_finding)


def merged_releases(connection: Connection, artist_id: int) -> dict[str, str]:
    """Keys of an artist's releases that were put together → the key of what they are now."""
    query = select(_D.summary).where(
        _ACTIVE, _D.decision == DecisionKind.MERGE.value, _D.finding.startswith(FindingKind.UPC)
    )
    found: dict[str, str] = {}
    for stored in connection.execute(query.order_by(_D.id)).scalars():
        summary = json.loads(stored)
        if summary.get("artist") == artist_id:
            into, keys = summary["into"], set(summary["keys"])
            found = {key: into if now in keys else now for key, now in found.items()}
            found |= dict.fromkeys(keys, into)
    return found


def decisions(database: Database) -> list[Decision]:
    """All decisions, the newest first; those that were taken back among them."""
    query = select(_D.id, _D.finding, _D.decision, _D.summary, _D.decided_at, _D.undone_at)
    with database.read() as connection:
        rows = connection.execute(query.order_by(_D.id.desc())).all()
    return [decision_of(row) for row in rows]


def decision_of(row: Any) -> Decision:
    """A stored decision as a value."""
    summary = json.loads(row.summary)
    return Decision(
        *(row.id, row.finding, DecisionKind(row.decision), summary["where"]),
        *(tuple(summary["names"]), row.decided_at, row.undone_at),
    )
