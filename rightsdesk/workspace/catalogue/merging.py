"""What a decision about findings does: make recordings or releases one, or label files to be kept
together or apart. What was there before is noted, for taking it back.
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
from rightsdesk.workspace.catalogue.grouping import FileDescription
from rightsdesk.workspace.catalogue.health import by_performer
from rightsdesk.workspace.catalogue.shelf import settle
from rightsdesk.workspace.consents import consents as stored_consents
from rightsdesk.workspace.types import (
    DecisionKind,
    Member,
    Scope,
    ScopeKind,
)

_F, _R, _I, _W = files.c, recordings.c, items.c, consent_rows.c


@dataclass(slots=True)
class Notes:
    """What a decision changes, as it was before: for taking it back."""

    recordings: dict[int, dict[str, Any]] = field(default_factory=dict)
    releases: dict[int, dict[str, Any]] = field(default_factory=dict)
    files: dict[int, tuple[int | None, str]] = field(default_factory=dict)
    items: dict[int, tuple[int | None, str, str]] = field(default_factory=dict)
    of_release: dict[int, int] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    """Recordings, or releases, that another one took the place of → that one."""
    stored_consents: dict[tuple[str, int], str | None] = field(default_factory=dict)

    def note_recordings(self, connection: Connection, numbers: Sequence[int]) -> None:
        for row in rows_of(connection, _R.id, numbers):
            self.recordings.setdefault(row["id"], row)
        self.note_consents(connection, ScopeKind.RECORDING, numbers)

    def note_files(self, connection: Connection, which: Iterable[Any]) -> list[int]:
        """Note files by a condition for each part; their ids."""
        found = []
        for condition in which:
            query = select(_F.id, _F.recording_id, _F.decided).where(condition)
            for number, recording, label in connection.execute(query):
                self.files.setdefault(number, (recording, label))
                found.append(number)
        return found

    def note_consents(
        self, connection: Connection, kind: ScopeKind, numbers: Sequence[int]
    ) -> None:
        there = {
            row["owner_id"]: row["consent"]
            for row in rows_of(connection, _W.owner_id, numbers)
            if row["kind"] == kind.value
        }
        for number in numbers:
            self.stored_consents.setdefault((kind.value, number), there.get(number))

    def to_json(self, connection: Connection) -> dict[str, Any]:
        after = {
            (row.kind, row.owner_id): row.consent
            for row in connection.execute(select(consent_rows))
        }
        return {
            "recordings": list(self.recordings.values()),
            "left": list(rows_of(connection, _R.id, list(self.recordings))),
            "releases": list(self.releases.values()),
            "files": [[number, *was] for number, was in self.files.items()],
            "items": [[number, *was] for number, was in self.items.items()],
            "gone": list(self.gone.items()),
            "of_release": [[number, release] for number, release in self.of_release.items()],
            "wishes": [
                [kind, owner, was, after.get((kind, owner))]
                for (kind, owner), was in self.stored_consents.items()
            ],
        }


def merge_recordings(
    connection: Connection, numbers: Sequence[int], label: str, notes: Notes
) -> None:
    """Make the recordings one, of each artist; files of all of them get one label."""
    notes.note_recordings(connection, numbers)
    labels = _labels_of(connection, numbers)
    together = [*any_of(_F.recording_id, numbers), *any_of(_F.decided, sorted(labels))]
    marked = notes.note_files(connection, together)
    by_artist: defaultdict[int, list[int]] = defaultdict(list)
    for number in numbers:
        by_artist[notes.recordings[number]["artist_id"]].append(number)
    for artist, of_artist in by_artist.items():
        into = _biggest(connection, of_artist)
        gone = [number for number in of_artist if number != into]
        if not gone:
            continue
        known = stored_consents.load(connection)
        strict = strictest(stored_consents.wanted_of(connection, known, one) for one in of_artist)
        _complete(connection, into, [notes.recordings[number] for number in (into, *gone)])
        _items_follow(connection, artist, gone, into, notes)
        notes.gone |= dict.fromkeys(gone, into)
        _move(connection, gone, into)
        stored_consents.keep_stricter(connection, strict, into)
    update_many(connection, files, [{"id": one, "decided": label} for one in dict.fromkeys(marked)])


def _move(connection: Connection, gone: Sequence[int], into: int) -> None:
    for table, column in ((files, _F.recording_id), (items, _I.recording_id)):
        for part in any_of(column, gone):
            connection.execute(update(table).where(part).values(recording_id=into))
    stored_consents.forget_choices(connection, ScopeKind.RECORDING, gone)
    for part in any_of(_R.id, gone):
        connection.execute(delete(recordings).where(part))


def _complete(connection: Connection, into: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """What is left takes over a code or a length that only the others have."""
    isrc = next((row["isrc"] for row in rows if row["isrc"]), "")
    length = next((row["duration_ms"] for row in rows if row["duration_ms"]), None)
    if (isrc, length) != (rows[0]["isrc"], rows[0]["duration_ms"]):
        values = {"isrc": isrc, "duration_ms": length}
        connection.execute(update(recordings).where(_R.id == into).values(values))


def _items_follow(
    connection: Connection, artist: int, gone: Sequence[int], into: int, notes: Notes
) -> None:
    """Note the items that are linked to, or asked about, what goes; questions and refusals are
    about what is left from now on."""
    leaving = set(gone)
    query = select(_I.id, _I.recording_id, _I.matched, _I.candidates)
    query = query.select_from(ACCOUNT_ITEMS)
    query = query.where(accounts.c.artist_id == artist)
    changed = []
    for number, recording, matched, candidates in connection.execute(query):
        listed = json.loads(candidates)
        named = any(one in leaving for one, _ in listed)
        if recording not in leaving and not named:
            continue
        notes.items.setdefault(number, (recording, matched, candidates))
        if named:
            scores: dict[int, float] = {}
            for one, score in listed:
                one = into if one in leaving else one
                scores[one] = max(score, scores.get(one, score))
            changed.append(
                {"id": number, "candidates": texts.dump([list(o) for o in scores.items()])}
            )
    update_many(connection, items, changed)


def _biggest(connection: Connection, numbers: Sequence[int]) -> int:
    """The recording with the most files, the oldest among such."""
    counts = dict.fromkeys(numbers, 0)
    for part in any_of(_F.recording_id, numbers):
        query = select(_F.recording_id, func.count()).where(part, _F.missing.is_(False))
        rows = connection.execute(query.group_by(_F.recording_id))
        counts |= {row[0]: row[1] for row in rows}
    return max(numbers, key=lambda number: (counts[number], -number))


def keep_apart(connection: Connection, numbers: Sequence[int], decision: int, notes: Notes) -> None:
    """Label the files of each recording with a label of its own. A recording that was put
    together with others keeps the label that does so."""
    marked: list[dict[str, Any]] = []
    for part in any_of(_F.recording_id, numbers):
        notes.note_files(connection, [part])
    place = {number: at for at, number in enumerate(numbers)}
    had: defaultdict[int, set[str]] = defaultdict(set)
    for recording, label in notes.files.values():
        if recording is not None and label:
            had[recording].add(label)
    for number, (recording, label) in notes.files.items():
        if recording is not None and not label:
            of_recording = sorted(had[recording])
            new = of_recording[0] if of_recording else f"{decision}.{place[recording]}"
            marked.append({"id": number, "decided": new})
    update_many(connection, files, marked)


def label_files(
    connection: Connection,
    sides: Sequence[Sequence[int]],
    decision: int,
    kind: DecisionKind,
    notes: Notes,
) -> None:
    """Files of one recording: put together for good, or each side a recording of its own."""
    row = connection.execute(
        select(_F.recording_id, _F.artist_id).where(_F.id == sides[0][0])
    ).one()
    notes.note_recordings(connection, [row.recording_id])
    if kind is DecisionKind.MERGE:
        labels = _labels_of(connection, [row.recording_id])
        together = [_F.recording_id == row.recording_id, *any_of(_F.decided, sorted(labels))]
        marked = notes.note_files(connection, together)
        values = [{"id": number, "decided": str(decision)} for number in dict.fromkeys(marked)]
        update_many(connection, files, values)
        return
    notes.note_files(connection, [_F.recording_id == row.recording_id])
    stays = max(range(len(sides)), key=lambda place: (len(sides[place]), -place))
    values = [
        {"id": number, "decided": f"{decision}.{place}"}
        for place, side in enumerate(sides)
        for number in side
        # What stays keeps a label that puts it together with others.
        if place != stays or not notes.files[number][1]
    ]
    update_many(connection, files, values)
    wanted = stored_consents.wanted_of(
        connection, stored_consents.load(connection), row.recording_id
    )
    settle(connection, {row.artist_id: {row.recording_id}})
    chosen = notes.stored_consents[ScopeKind.RECORDING.value, row.recording_id]
    moved = values_of(connection, _F.recording_id, _F.id, list(notes.files)) - {row.recording_id}
    for number in sorted(moved):  # of what is apart the same is wanted as before
        stored_consents.restore(connection, Scope(ScopeKind.RECORDING, number), chosen)
        stored_consents.keep_stricter(connection, wanted, number)


def merge_releases(connection: Connection, members: Sequence[Member], notes: Notes) -> int:
    """Make the releases one; the id of what is left."""
    into = max(members, key=lambda one: (one.files, -one.id)).id
    numbers = [one.id for one in members]
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
    known = stored_consents.load(connection)
    wanted = {
        number: known.effective(artist_id=artist, release_id=release, recording_id=number)
        for number, release in inside
    }
    strict = strictest(known.effective(artist_id=artist, release_id=one) for one in numbers)
    for part in any_of(_R.release_id, gone):
        connection.execute(update(recordings).where(part).values(release_id=into))
    stored_consents.forget_choices(connection, ScopeKind.RELEASE, gone)
    for part in any_of(releases.c.id, gone):
        connection.execute(delete(releases).where(part))
    stored_consents.keep_stricter(connection, strict, into, ScopeKind.RELEASE)
    after = stored_consents.load(connection)
    for number, before in wanted.items():
        now = after.effective(artist_id=artist, release_id=into, recording_id=number)
        if widened(before, now):
            stored_consents.keep_stricter(connection, before, number)
    return into


def _labels_of(connection: Connection, numbers: Collection[int]) -> set[str]:
    """The labels that files of recordings carry."""
    return {
        label
        for part in any_of(_F.recording_id, numbers)
        for label in connection.execute(select(_F.decided).where(part, _F.decided != "")).scalars()
    }


def files_of(connection: Connection, numbers: Sequence[int]) -> list[list[int]]:
    """The files of each recording."""
    found: dict[int, list[int]] = {number: [] for number in numbers}
    for part in any_of(_F.recording_id, numbers):
        query = select(_F.recording_id, _F.id).where(part).order_by(_F.id)
        for recording, number in connection.execute(query):
            found[recording].append(number)
    return list(found.values())


def sides_of_files(connection: Connection, members: Sequence[Member]) -> list[list[int]]:
    """The files of one recording by the artist that they name."""
    recording = select(_F.recording_id).where(_F.id == members[0].id).scalar_subquery()
    query = select(_F.id, _F.path, _F.tags).where(
        _F.recording_id == recording, _F.missing.is_(False)
    )
    named = []
    for number, path, tags in connection.execute(query.order_by(_F.path)):
        performer = FileDescription.from_text(texts.load_path(path), tags).performer
        if performer:
            named.append((number, performer))
    return by_performer(named)


def keys_of(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    return {row["id"]: row["key"] for row in rows_of(connection, releases.c.id, numbers)}
