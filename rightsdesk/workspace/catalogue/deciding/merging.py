"""Carries out decisions about findings: merges recordings or releases, and labels files.

A label keeps files together or apart. What was there before is noted, to undo the decision.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from rightsdesk.consent import widened
from rightsdesk.consent.consent import strictest
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, rows_of, update_many, values_of
from rightsdesk.store.joins import ACCOUNT_ITEMS
from rightsdesk.store.schema import (
    accounts,
    files,
    items,
    recordings,
    releases,
)
from rightsdesk.store.schema import stored_consents as consent_rows
from rightsdesk.workspace.catalogue.assigning import regroup
from rightsdesk.workspace.catalogue.grouping import FileDescription
from rightsdesk.workspace.catalogue.health import by_performer
from rightsdesk.workspace.consents import consents as stored_consents
from rightsdesk.workspace.types.findings import DecisionKind, Member
from rightsdesk.workspace.types.scopes import Scope, ScopeKind

_F, _R, _I, _W = files.c, recordings.c, items.c, consent_rows.c


@dataclass(slots=True)
class Notes:
    """The state before a decision of everything that it changes."""

    recordings: dict[int, dict[str, Any]] = field(default_factory=dict)
    releases: dict[int, dict[str, Any]] = field(default_factory=dict)
    files: dict[int, tuple[int | None, str]] = field(default_factory=dict)
    items: dict[int, tuple[int | None, str, str]] = field(default_factory=dict)
    of_release: dict[int, int] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    """Deleted recordings or releases → the one that replaced them."""
    stored_consents: dict[tuple[str, int], str | None] = field(default_factory=dict)

    def note_recordings(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Note recordings and their consents."""
        for row in rows_of(connection, _R.id, numbers):
            self.recordings.setdefault(row["id"], row)
        self.note_consents(connection, ScopeKind.RECORDING, numbers)

    def note_files(self, connection: Connection, conditions: Iterable[Any]) -> list[int]:
        """Note files, by several conditions. Returns their ids."""
        found = []
        for condition in conditions:
            query = select(_F.id, _F.recording_id, _F.decided).where(condition)
            for number, recording, label in connection.execute(query):
                self.files.setdefault(number, (recording, label))
                found.append(number)
        return found

    def note_consents(
        self, connection: Connection, kind: ScopeKind, numbers: Sequence[int]
    ) -> None:
        """Note the consents of recordings or releases, also if there are none."""
        existing = {
            row["owner_id"]: row["consent"]
            for row in rows_of(connection, _W.owner_id, numbers)
            if row["kind"] == kind.value
        }
        for number in numbers:
            self.stored_consents.setdefault((kind.value, number), existing.get(number))

    def to_json(self, connection: Connection) -> dict[str, Any]:
        """The notes as the store keeps them."""
        after = {
            (row.kind, row.owner_id): row.consent
            for row in connection.execute(select(consent_rows))
        }
        return {
            "recordings": list(self.recordings.values()),
            "left": list(rows_of(connection, _R.id, list(self.recordings))),
            "releases": list(self.releases.values()),
            "files": [[number, *before] for number, before in self.files.items()],
            "items": [[number, *before] for number, before in self.items.items()],
            "gone": list(self.gone.items()),
            "of_release": [[number, release] for number, release in self.of_release.items()],
            "consents": [
                [kind, owner, before, after.get((kind, owner))]
                for (kind, owner), before in self.stored_consents.items()
            ],
        }


def merge_recordings(
    connection: Connection, numbers: Sequence[int], label: str, notes: Notes
) -> None:
    """Merge the recordings of each artist; the files of all of them get the same label."""
    notes.note_recordings(connection, numbers)
    labels = _labels_of(connection, numbers)
    conditions = [*any_of(_F.recording_id, numbers), *any_of(_F.decided, sorted(labels))]
    file_ids = notes.note_files(connection, conditions)
    by_artist: defaultdict[int, list[int]] = defaultdict(list)
    for number in numbers:
        by_artist[notes.recordings[number]["artist_id"]].append(number)
    for artist, of_artist in by_artist.items():
        into = _biggest(connection, of_artist)
        gone = [number for number in of_artist if number != into]
        if not gone:
            continue
        stored = stored_consents.load(connection)
        strict = strictest(
            stored_consents.effective_of(connection, stored, number) for number in of_artist
        )
        _complete(connection, into, [notes.recordings[number] for number in (into, *gone)])
        _items_follow(connection, artist, gone, into, notes)
        notes.gone |= dict.fromkeys(gone, into)
        _move(connection, gone, into)
        stored_consents.keep_stricter(connection, strict, into)
    update_many(
        connection, files, [{"id": number, "decided": label} for number in dict.fromkeys(file_ids)]
    )


def _move(connection: Connection, gone: Sequence[int], into: int) -> None:
    for table, column in ((files, _F.recording_id), (items, _I.recording_id)):
        for part in any_of(column, gone):
            connection.execute(update(table).where(part).values(recording_id=into))
    stored_consents.delete_consents(connection, ScopeKind.RECORDING, gone)
    for part in any_of(_R.id, gone):
        connection.execute(delete(recordings).where(part))


def _complete(connection: Connection, into: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Copy an ISRC or a length that only deleted recordings have."""
    isrc = next((row["isrc"] for row in rows if row["isrc"]), "")
    length = next((row["duration_ms"] for row in rows if row["duration_ms"]), None)
    if (isrc, length) != (rows[0]["isrc"], rows[0]["duration_ms"]):
        values = {"isrc": isrc, "duration_ms": length}
        connection.execute(update(recordings).where(_R.id == into).values(values))


def _items_follow(
    connection: Connection, artist: int, gone: Sequence[int], into: int, notes: Notes
) -> None:
    """Note the items that are linked to deleted recordings, or have them as candidates.

    Their questions and refusals refer to the remaining recording from now on.
    """
    leaving = set(gone)
    query = select(_I.id, _I.recording_id, _I.matched, _I.candidates)
    query = query.select_from(ACCOUNT_ITEMS)
    query = query.where(accounts.c.artist_id == artist)
    changed = []
    for number, recording, matched, candidates in connection.execute(query):
        listed = json.loads(candidates)
        is_candidate = any(candidate in leaving for candidate, _ in listed)
        if recording not in leaving and not is_candidate:
            continue
        notes.items.setdefault(number, (recording, matched, candidates))
        if is_candidate:
            scores: dict[int, float] = {}
            for candidate, score in listed:
                candidate = into if candidate in leaving else candidate
                scores[candidate] = max(score, scores.get(candidate, score))
            changed.append(
                {"id": number, "candidates": texts.dump([list(pair) for pair in scores.items()])}
            )
    update_many(connection, items, changed)


def _biggest(connection: Connection, numbers: Sequence[int]) -> int:
    """The recording with the most files; of several, the oldest."""
    counts = dict.fromkeys(numbers, 0)
    for part in any_of(_F.recording_id, numbers):
        query = select(_F.recording_id, func.count()).where(part, _F.missing.is_(False))
        rows = connection.execute(query.group_by(_F.recording_id))
        counts |= {row[0]: row[1] for row in rows}
    return max(numbers, key=lambda number: (counts[number], -number))


def keep_apart(connection: Connection, numbers: Sequence[int], decision: int, notes: Notes) -> None:
    """Give the files of each recording a label of its own.

    A recording that was merged keeps its label.
    """
    marked: list[dict[str, Any]] = []
    for part in any_of(_F.recording_id, numbers):
        notes.note_files(connection, [part])
    position = {number: at for at, number in enumerate(numbers)}
    labels_before: defaultdict[int, set[str]] = defaultdict(set)
    for recording, label in notes.files.values():
        if recording is not None and label:
            labels_before[recording].add(label)
    for number, (recording, label) in notes.files.items():
        if recording is not None and not label:
            of_recording = sorted(labels_before[recording])
            new = of_recording[0] if of_recording else f"{decision}.{position[recording]}"
            marked.append({"id": number, "decided": new})
    update_many(connection, files, marked)


def label_files(
    connection: Connection,
    sides: Sequence[Sequence[int]],
    decision: int,
    kind: DecisionKind,
    notes: Notes,
) -> None:
    """Keep files of one recording together for good, or make each side a recording of its own."""
    row = connection.execute(
        select(_F.recording_id, _F.artist_id).where(_F.id == sides[0][0])
    ).one()
    notes.note_recordings(connection, [row.recording_id])
    if kind is DecisionKind.MERGE:
        labels = _labels_of(connection, [row.recording_id])
        conditions = [_F.recording_id == row.recording_id, *any_of(_F.decided, sorted(labels))]
        file_ids = notes.note_files(connection, conditions)
        values = [{"id": number, "decided": str(decision)} for number in dict.fromkeys(file_ids)]
        update_many(connection, files, values)
        return
    notes.note_files(connection, [_F.recording_id == row.recording_id])
    largest = max(range(len(sides)), key=lambda place: (len(sides[place]), -place))
    values = [
        {"id": number, "decided": f"{decision}.{place}"}
        for place, side in enumerate(sides)
        for number in side
        # The remaining part keeps the label of an earlier merge.
        if place != largest or not notes.files[number][1]
    ]
    update_many(connection, files, values)
    consent = stored_consents.effective_of(
        connection, stored_consents.load(connection), row.recording_id
    )
    regroup(connection, {row.artist_id: {row.recording_id}})
    own_consent = notes.stored_consents[ScopeKind.RECORDING.value, row.recording_id]
    separated = values_of(connection, _F.recording_id, _F.id, list(notes.files)) - {
        row.recording_id
    }
    for number in sorted(separated):  # separated recordings keep their consent
        stored_consents.restore(connection, Scope(ScopeKind.RECORDING, number), own_consent)
        stored_consents.keep_stricter(connection, consent, number)


def merge_releases(connection: Connection, members: Sequence[Member], notes: Notes) -> int:
    """Merge the releases. Returns the id of the remaining release."""
    into = max(members, key=lambda member: (member.files, -member.id)).id
    numbers = [member.id for member in members]
    gone = [number for number in numbers if number != into]
    for row in rows_of(connection, releases.c.id, numbers):
        notes.releases[row["id"]] = row
    artist = notes.releases[into]["artist_id"]
    notes.note_consents(connection, ScopeKind.RELEASE, numbers)
    inside = [
        (number, release)
        for part in any_of(_R.release_id, numbers)
        for number, release in connection.execute(select(_R.id, _R.release_id).where(part))
    ]
    notes.note_consents(connection, ScopeKind.RECORDING, [number for number, _ in inside])
    notes.gone = dict.fromkeys(gone, into)
    notes.of_release = {number: release for number, release in inside if release != into}
    stored = stored_consents.load(connection)
    consents_before = {
        number: stored.effective(artist_id=artist, release_id=release, recording_id=number)
        for number, release in inside
    }
    strict = strictest(
        stored.effective(artist_id=artist, release_id=release) for release in numbers
    )
    for part in any_of(_R.release_id, gone):
        connection.execute(update(recordings).where(part).values(release_id=into))
    stored_consents.delete_consents(connection, ScopeKind.RELEASE, gone)
    for part in any_of(releases.c.id, gone):
        connection.execute(delete(releases).where(part))
    stored_consents.keep_stricter(connection, strict, into, ScopeKind.RELEASE)
    after = stored_consents.load(connection)
    for number, before in consents_before.items():
        now = after.effective(artist_id=artist, release_id=into, recording_id=number)
        if widened(before, now):
            stored_consents.keep_stricter(connection, before, number)
    return into


def _labels_of(connection: Connection, numbers: Collection[int]) -> set[str]:
    """The labels of the files of recordings."""
    return {
        label
        for part in any_of(_F.recording_id, numbers)
        for label in connection.execute(select(_F.decided).where(part, _F.decided != "")).scalars()
    }


def files_of(connection: Connection, numbers: Sequence[int]) -> list[list[int]]:
    """The file ids of each recording."""
    found: dict[int, list[int]] = {number: [] for number in numbers}
    for part in any_of(_F.recording_id, numbers):
        query = select(_F.recording_id, _F.id).where(part).order_by(_F.id)
        for recording, number in connection.execute(query):
            found[recording].append(number)
    return list(found.values())


def sides_of_files(connection: Connection, members: Sequence[Member]) -> list[list[int]]:
    """The file ids of one recording, grouped by the artist that they name."""
    recording = select(_F.recording_id).where(_F.id == members[0].id).scalar_subquery()
    query = select(_F.id, _F.path, _F.tags).where(
        _F.recording_id == recording, _F.missing.is_(False)
    )
    performers = []
    for number, path, tags in connection.execute(query.order_by(_F.path)):
        performer = FileDescription.from_text(texts.load_path(path), tags).performer
        if performer:
            performers.append((number, performer))
    return by_performer(performers)


def keys_of(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The keys of releases, by id."""
    return {row["id"]: row["key"] for row in rows_of(connection, releases.c.id, numbers)}
