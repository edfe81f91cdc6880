"""Undoes a decision about catalogue health, as far as nothing has changed its result since."""

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
from rightsdesk.workspace.catalogue.assigning import regroup
from rightsdesk.workspace.catalogue.grouping import FileDescription
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.types.scopes import Scope, ScopeKind

_F, _R, _I = files.c, recordings.c, items.c


class DecisionUndo:
    """Undoes one decision, as far as nothing has changed its result since."""

    def __init__(self, connection: Connection, number: int, notes: Mapping[str, Any]) -> None:
        self.connection = connection
        self.number = number
        self.notes = notes
        self.gone: dict[int, int] = dict(notes["gone"])
        self.ids: dict[int, int] = {}
        """Recording ids before the decision → ids now."""
        self.release_ids: dict[int, int] = {}

    def run(self) -> None:
        """Undo everything that the decision changed."""
        self._releases()
        self._recordings()
        emptied = self._files()
        self._items()
        self._consents()
        self._drop(emptied)
        self._settle()

    def _releases(self) -> None:
        rows = self.notes["releases"]
        self.release_ids = _recreated(self.connection, releases, rows, self.gone)
        merged = {self.release_ids[into] for into in self.gone.values() if rows}
        changed = [
            {"id": number, "release_id": self.release_ids[release]}
            for number, release in self.notes["of_release"]
        ]
        still_inside = values_of(self.connection, _R.id, _R.release_id, merged)
        changed = [row for row in changed if row["id"] in still_inside]
        with_consent = {
            owner for kind, owner, *_ in self.notes["consents"] if kind == ScopeKind.RECORDING
        }
        changed += self._came_since(sorted(still_inside - with_consent))
        update_many(self.connection, recordings, changed)

    def _came_since(self, numbers: Sequence[int]) -> list[dict[str, int]]:
        """Recordings added after releases were merged that name a restored release."""
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
        existing = set(self.connection.execute(select(releases.c.id)).scalars())
        rows = [
            {**row, "release_id": row["release_id"] if row["release_id"] in existing else None}
            for row in self.notes["recordings"]
        ]
        self.ids = _recreated(self.connection, recordings, rows, self.gone if rows else {})
        self._call_as_before(rows)

    def _call_as_before(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Restore titles of recordings that are still as the decision left them."""
        left_behind = {row["id"]: row for row in self.notes.get("left", ())}
        current = {row["id"]: row for row in rows_of(self.connection, _R.id, list(left_behind))}
        changed = [
            row
            for row in rows
            if row["id"] in left_behind and current.get(row["id"]) == left_behind[row["id"]] != row
        ]
        same_key = select(_R.key).where(_R.id.not_in([row["id"] for row in changed]))
        for row in changed:
            taken = same_key.where(_R.artist_id == row["artist_id"], _R.key == row["key"])
            if self.connection.execute(taken).first() is None:
                values = {name: value for name, value in row.items() if name != "id"}
                self.connection.execute(update(recordings).where(_R.id == row["id"]).values(values))

    def _files(self) -> set[int]:
        """Return files to their recordings, with their former labels.

        Returns the recordings that they leave.
        """
        before = {number: (recording, label) for number, recording, label in self.notes["files"]}
        changed, emptied = [], set()
        for part in any_of(_F.id, list(before)):
            query = select(_F.id, _F.recording_id, _F.decided).where(part)
            for number, recording, label in self.connection.execute(query):
                if label.partition(".")[0] != str(self.number) and label != before[number][1]:
                    continue  # another file has this row now
                target = before[number][0]
                target = self.ids.get(target, target) if target is not None else None
                if recording is None or target is None:
                    target = recording  # its recording was forgotten meanwhile
                elif recording != target:
                    emptied.add(recording)
                changed.append({"id": number, "recording_id": target, "decided": before[number][1]})
        update_many(self.connection, files, changed)
        return emptied

    def _items(self) -> None:
        gone = {row["id"] for row in self.notes["recordings"]}
        restored_ids = {self.ids.get(number, number) for number in gone}
        for number, recording, matched, candidates in self.notes["items"]:
            current = self.connection.execute(
                select(_I.recording_id, _I.matched).where(_I.id == number)
            ).one_or_none()
            if current is None or current.matched != matched:
                continue  # a person has answered since
            listed = [
                [self.ids.get(candidate, candidate), score]
                for candidate, score in json.loads(candidates)
            ]
            values: dict[str, Any] = {"candidates": texts.dump(listed)}
            if recording in gone and current.recording_id in restored_ids:
                values["recording_id"] = self.ids.get(recording, recording)
            self.connection.execute(update(items).where(_I.id == number).values(values))

    def _consents(self) -> None:
        """Restore former consents.

        Consents set since the decision stay, for everything they were set for.
        """
        rows = self.connection.execute(select(consent_rows))
        current = {(row.kind, row.owner_id): row.consent for row in rows}
        before_and_after = {
            (kind, owner): (before, after) for kind, owner, before, after in self.notes["consents"]
        }
        kind_gone = ScopeKind.RELEASE if self.notes["releases"] else ScopeKind.RECORDING
        for (kind, owner), (before, _) in before_and_after.items():
            into = self.gone.get(owner) if kind == kind_gone.value else None
            key = (kind, owner if into is None else into)
            unchanged = current.get(key) == before_and_after[key][1]
            if into is None and not unchanged:
                continue
            consent = before if unchanged else current.get(key)
            ids = self.release_ids if kind == ScopeKind.RELEASE.value else self.ids
            scope = Scope(ScopeKind(kind), ids.get(owner, owner))
            consents.restore(self.connection, scope, consent)

    def _drop(self, emptied: Collection[int]) -> None:
        """Delete recordings that only the decision created and that are empty now."""
        restored = {self.ids.get(row["id"], row["id"]) for row in self.notes["recordings"]}
        numbers = sorted(set(emptied) - restored)
        for part in any_of(_R.id, numbers):
            used = select(_F.recording_id).where(_F.recording_id.is_not(None))
            linked = select(_I.recording_id).where(_I.recording_id.is_not(None))
            empty = select(_R.id).where(part, _R.id.not_in(used), _R.id.not_in(linked))
            gone = list(self.connection.execute(empty).scalars())
            consents.delete_consents(self.connection, ScopeKind.RECORDING, gone)
            for batch in any_of(_R.id, gone):
                self.connection.execute(delete(recordings).where(batch))

    def _settle(self) -> None:
        """Regroup files that were added since."""
        noted = {file[0] for file in self.notes["files"]}
        touched: defaultdict[int, set[int]] = defaultdict(set)
        numbers = [self.ids.get(row["id"], row["id"]) for row in self.notes["recordings"]]
        for part in any_of(_F.recording_id, numbers):
            query = select(_F.id, _F.recording_id, _F.artist_id).where(part, _F.missing.is_(False))
            for number, recording, artist in self.connection.execute(query):
                if number not in noted:
                    touched[artist].add(recording)
        regroup(self.connection, touched)


def _recreated(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    gone: Mapping[int, int],
) -> dict[int, int]:
    """Restore the rows that a decision deleted, if their artists still exist: old id → new id.

    A used id or key is replaced.
    """
    ids: dict[int, int] = {}
    owners = set(connection.execute(select(artists.c.id)).scalars())
    existing = {row["id"] for row in rows_of(connection, table.c.id, [r["id"] for r in rows])}
    for row in rows:
        number = row["id"]
        if row["artist_id"] in owners and (number in gone or number not in existing):
            number = next_id(connection, table.c.id) if number in existing else number
            key = _free_key(connection, table, row["artist_id"], row["key"])
            connection.execute(insert(table).values({**row, "id": number, "key": key}))
        ids[row["id"]] = number
    return ids


def _free_key(connection: Connection, table: Table, artist: int, key: str) -> str:
    taken, version = key, 1
    of_artist = select(table.c.id).where(table.c.artist_id == artist)
    while connection.execute(of_artist.where(table.c.key == taken)).first() is not None:
        version += 1
        taken = f"{key}|{version}"
    return taken
