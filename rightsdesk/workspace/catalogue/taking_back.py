"""Taking a decision on catalogue health back, as far as what it changed is still as it left it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, next_id, rows_of, update_many, values_of
from rightsdesk.store.schema import artists, files, items, recordings, releases
from rightsdesk.store.schema import stored_consents as consent_rows
from rightsdesk.workspace.catalogue.grouping import FileDescription
from rightsdesk.workspace.catalogue.shelf import settle
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.types import Scope, ScopeKind

_F, _R, _I = files.c, recordings.c, items.c


class TakingBack:
    """Takes one decision back, as far as what it changed is still as it left it."""

    def __init__(self, connection: Connection, number: int, notes: Mapping[str, Any]) -> None:
        self.connection = connection
        self.number = number
        self.notes = notes
        self.gone: dict[int, int] = dict(notes["gone"])
        self.ids: dict[int, int] = {}
        """Recordings → what they are called by now."""
        self.release_ids: dict[int, int] = {}

    def back(self) -> None:
        self._releases()
        self._recordings()
        left = self._files()
        self._items()
        self._consents()
        self._drop(left)
        self._settle()

    def _releases(self) -> None:
        rows = self.notes["releases"]
        self.release_ids = _recreated(self.connection, releases, rows, self.gone)
        merged = {self.release_ids[into] for into in self.gone.values() if rows}
        changed = [
            {"id": number, "release_id": self.release_ids[release]}
            for number, release in self.notes["of_release"]
        ]
        still = values_of(self.connection, _R.id, _R.release_id, merged)
        changed = [one for one in changed if one["id"] in still]
        known = {owner for kind, owner, *_ in self.notes["wishes"] if kind == ScopeKind.RECORDING}
        changed += self._came_since(sorted(still - known))
        update_many(self.connection, recordings, changed)

    def _came_since(self, numbers: Sequence[int]) -> list[dict[str, int]]:
        """Recordings that came after releases were put together, and name one that comes back."""
        by_key = {
            (row["artist_id"], row["key"]): self.release_ids[row["id"]]
            for row in self.notes["releases"]
            if row["id"] in self.gone
        }
        found: dict[int, int] = {}
        for part in any_of(_F.recording_id, numbers):
            query = select(_F.recording_id, _F.artist_id, _F.path, _F.tags)
            query = query.where(part, _F.missing.is_(False)).order_by(_F.path)
            for recording, artist, path, tags in self.connection.execute(query):
                key = FileDescription.from_text(texts.load_path(path), tags).release_key
                if (release := by_key.get((artist, key))) is not None:
                    found.setdefault(recording, release)
        return [{"id": number, "release_id": release} for number, release in found.items()]

    def _recordings(self) -> None:
        there = set(self.connection.execute(select(releases.c.id)).scalars())
        rows = [
            {**row, "release_id": row["release_id"] if row["release_id"] in there else None}
            for row in self.notes["recordings"]
        ]
        self.ids = _recreated(self.connection, recordings, rows, self.gone if rows else {})
        self._call_as_before(rows)

    def _call_as_before(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """A recording that the decision left is called as before, if it is as it was left."""
        left = {row["id"]: row for row in self.notes.get("left", ())}
        now = {row["id"]: row for row in rows_of(self.connection, _R.id, list(left))}
        changed = [
            row
            for row in rows
            if row["id"] in left and now.get(row["id"]) == left[row["id"]] != row
        ]
        mine = select(_R.key).where(_R.id.not_in([row["id"] for row in changed]))
        for row in changed:
            taken = mine.where(_R.artist_id == row["artist_id"], _R.key == row["key"])
            if self.connection.execute(taken).first() is None:
                values = {name: value for name, value in row.items() if name != "id"}
                self.connection.execute(update(recordings).where(_R.id == row["id"]).values(values))

    def _files(self) -> set[int]:
        """Files go back to their recordings, under the label that they had; the recordings
        that they leave come back."""
        was = {number: (recording, label) for number, recording, label in self.notes["files"]}
        changed, left = [], set()
        for part in any_of(_F.id, list(was)):
            query = select(_F.id, _F.recording_id, _F.decided).where(part)
            for number, recording, label in self.connection.execute(query):
                if label.partition(".")[0] != str(self.number) and label != was[number][1]:
                    continue  # what it is now is another file
                target = was[number][0]
                target = self.ids.get(target, target) if target is not None else None
                if recording is None or target is None:
                    target = recording  # it was forgotten meanwhile
                elif recording != target:
                    left.add(recording)
                changed.append({"id": number, "recording_id": target, "decided": was[number][1]})
        update_many(self.connection, files, changed)
        return left

    def _items(self) -> None:
        gone = {row["id"] for row in self.notes["recordings"]}
        here = {self.ids.get(number, number) for number in gone}
        for number, recording, matched, candidates in self.notes["items"]:
            now = self.connection.execute(
                select(_I.recording_id, _I.matched).where(_I.id == number)
            ).one_or_none()
            if now is None or now.matched != matched:
                continue  # somebody has answered since
            listed = [[self.ids.get(one, one), score] for one, score in json.loads(candidates)]
            values: dict[str, Any] = {"candidates": texts.dump(listed)}
            if recording in gone and now.recording_id in here:
                values["recording_id"] = self.ids.get(recording, recording)
            self.connection.execute(update(items).where(_I.id == number).values(values))

    def _consents(self) -> None:
        """What was chosen before holds again. What was chosen since stays, and holds for all
        that it was chosen for."""
        rows = self.connection.execute(select(consent_rows))
        now = {(row.kind, row.owner_id): row.consent for row in rows}
        was = {
            (kind, owner): (before, after) for kind, owner, before, after in self.notes["wishes"]
        }
        kind_gone = ScopeKind.RELEASE if self.notes["releases"] else ScopeKind.RECORDING
        for (kind, owner), (before, _) in was.items():
            into = self.gone.get(owner) if kind == kind_gone.value else None
            standing = (kind, owner if into is None else into)
            unchanged = now.get(standing) == was[standing][1]
            if into is None and not unchanged:
                continue
            wanted = before if unchanged else now.get(standing)
            ids = self.release_ids if kind == ScopeKind.RELEASE.value else self.ids
            scope = Scope(ScopeKind(kind), ids.get(owner, owner))
            consents.restore(self.connection, scope, wanted)

    def _drop(self, left: Collection[int]) -> None:
        """Recordings that only the decision made, and that nothing is left of."""
        own = {self.ids.get(row["id"], row["id"]) for row in self.notes["recordings"]}
        numbers = sorted(set(left) - own)
        for part in any_of(_R.id, numbers):
            used = select(_F.recording_id).where(_F.recording_id.is_not(None))
            linked = select(_I.recording_id).where(_I.recording_id.is_not(None))
            empty = select(_R.id).where(part, _R.id.not_in(used), _R.id.not_in(linked))
            gone = list(self.connection.execute(empty).scalars())
            consents.forget_choices(self.connection, ScopeKind.RECORDING, gone)
            for some in any_of(_R.id, gone):
                self.connection.execute(delete(recordings).where(some))

    def _settle(self) -> None:
        """Files that came since go where they belong now."""
        known = {was[0] for was in self.notes["files"]}
        touched: defaultdict[int, set[int]] = defaultdict(set)
        numbers = [self.ids.get(row["id"], row["id"]) for row in self.notes["recordings"]]
        for part in any_of(_F.recording_id, numbers):
            query = select(_F.id, _F.recording_id, _F.artist_id).where(part, _F.missing.is_(False))
            for number, recording, artist in self.connection.execute(query):
                if number not in known:
                    touched[artist].add(recording)
        settle(self.connection, touched)


def _recreated(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    gone: Mapping[int, int],
) -> dict[int, int]:
    """Bring back the rows that a decision took away, where their artists are still there: old
    id → id now. A number or a key that something else has by now is replaced.
    """
    ids: dict[int, int] = {}
    owners = set(connection.execute(select(artists.c.id)).scalars())
    there = {row["id"] for row in rows_of(connection, table.c.id, [r["id"] for r in rows])}
    for row in rows:
        number = row["id"]
        if row["artist_id"] in owners and (number in gone or number not in there):
            number = next_id(connection, table.c.id) if number in there else number
            key = _free_key(connection, table, row["artist_id"], row["key"])
            connection.execute(insert(table).values({**row, "id": number, "key": key}))
        ids[row["id"]] = number
    return ids


def _free_key(connection: Connection, table: Table, artist: int, key: str) -> str:
    taken, version = key, 1
    mine = select(table.c.id).where(table.c.artist_id == artist)
    while connection.execute(mine.where(table.c.key == taken)).first() is not None:
        version += 1
        taken = f"{key}|{version}"
    return taken
