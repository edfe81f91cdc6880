"""Assigns files to the releases and recordings of one artist, which it finds or creates.

Grouping happens in memory. Results are written in bulk, thousands of files at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, delete, select, update

from rightsdesk.consent import Consent
from rightsdesk.folding import folded
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, insertion, next_id, update_many, write_many
from rightsdesk.store.schema import artists, files, items, recordings, releases
from rightsdesk.store.schema import stored_consents as consent_rows
from rightsdesk.workspace.catalogue.decisions import merged_releases
from rightsdesk.workspace.catalogue.grouping import (
    FileDescription,
    Groups,
    KnownRecording,
    is_from_platform,
    parted,
)
from rightsdesk.workspace.catalogue.same_recording import core_title, same_length, same_title
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.types.scopes import ScopeKind

_FACTS = ("upc", "year", "label", "catalogue_number", "musicbrainz_id")
"""What files say of their release; the first file that says it counts."""

_of_release = attrgetter("upc", "year", "label", "catalogue_number", "mb_release")

_RELEASE = ("id", "artist_id", "key", "title", *_FACTS)
_RECORDING = (
    *("id", "artist_id", "release_id", "title", "performer"),
    *("disc", "track", "isrc", "duration_ms", "key", "titled", "musicbrainz_id"),
)
_NEW_RELEASE = insertion(releases, _RELEASE)
_NEW_RECORDING = insertion(recordings, _RECORDING)


@dataclass(frozen=True, slots=True)
class _Member:
    """A file of a recording to be regrouped; `changed`: its content has changed since."""

    id: int
    file: FileDescription
    decided: str
    changed: bool


class RecordingAssigner:
    """Assigns files to recordings. Use: `begin`, any number of `recording_of`, `save`.

    Files that already have a recording stay in it until `regroup` has compared all of its files.
    """

    def __init__(self, connection: Connection, artist_id: int) -> None:
        self.artist_id = artist_id
        self._groups = Groups()
        self._recordings: dict[int, KnownRecording] = {}
        self._releases: dict[str, int] = {}
        self._release_ids: dict[str, int] = {}
        self._facts: dict[int, dict[str, Any]] = {}
        self._learned: dict[int, dict[str, Any]] = {}
        self._next_release = self._next_recording = 0
        self._new_releases: list[tuple[Any, ...]] = []
        self._new_recordings: list[tuple[Any, ...]] = []
        self._completed: dict[int, KnownRecording] = {}
        self._corrected: dict[int, dict[str, Any]] = {}
        c = recordings.c
        shown = (c.title, c.performer, c.titled, c.musicbrainz_id)
        of_artist = select(c.key, c.id, c.isrc, c.duration_ms, *shown).where(
            c.artist_id == artist_id
        )
        titles = select(releases).where(releases.c.artist_id == artist_id)
        decided = select(files.c.recording_id, files.c.tags, files.c.path).where(
            files.c.artist_id == artist_id,
            files.c.decided != "",
            files.c.recording_id.is_not(None),
            files.c.missing.is_(False),
        )
        for key, number, isrc, duration, *described in connection.execute(of_artist):
            recording = KnownRecording(number, isrc, duration, is_from_platform(key), *described)
            self._add(key, recording)
        for row in connection.execute(titles):
            self._releases[row.key] = row.id
            self._facts[row.id] = {name: getattr(row, name) for name in _FACTS}
            if row.musicbrainz_id:
                self._release_ids.setdefault(row.musicbrainz_id, row.id)
        self._same_release = merged_releases(connection, artist_id)
        name = select(artists.c.name).where(artists.c.id == artist_id)
        self._owner = folded(connection.execute(name).scalar() or "")
        for number, tags, path in connection.execute(decided):
            # Merged recordings have more than one title, track number or length.
            file = FileDescription.from_text(texts.load_path(path), tags)
            self._groups.add_alias(_described_recording(number, file), file.recording_key)

    def begin(self, connection: Connection) -> None:
        """Reserve ids for new rows; `connection` is in a write transaction."""
        self._next_release = next_id(connection, releases.c.id)
        self._next_recording = next_id(connection, recordings.c.id)

    def recording_of(self, file: FileDescription) -> int:
        """The id of a file's recording, which may be a new one.

        If a recording had no file, or no file with a title, this file names it.
        """
        found, key = self._groups.find(file)
        if found is None:
            return self._new(file, key)
        # The alias of a file has the id, but not the recording itself.
        recording = self._recordings.get(found.id, found)
        self._learn(file)
        self._complete(recording, file)
        if recording.bare:
            recording.bare = False
            self._correct(recording, file, key)
        elif file.title and not recording.titled:
            self._correct(recording, file)
        return recording.id

    def save(self, connection: Connection) -> None:
        """Write what is new since `begin`, in the same transaction."""
        write_many(connection, _NEW_RELEASE, _RELEASE, self._new_releases)
        write_many(connection, _NEW_RECORDING, _RECORDING, self._new_recordings)
        completed = [
            {
                "id": recording.id,
                "isrc": recording.isrc,
                "duration_ms": recording.duration_ms,
                "musicbrainz_id": recording.musicbrainz_id,
            }
            for recording in self._completed.values()
        ]
        update_many(connection, recordings, completed)
        update_many(connection, recordings, list(self._corrected.values()))
        update_many(connection, releases, list(self._learned.values()))
        self._new_releases, self._new_recordings, self._completed = [], [], {}
        self._corrected, self._learned = {}, {}

    def regroup(
        self, connection: Connection, touched: Collection[int], changed: Collection[bytes]
    ) -> None:
        """Compare the files of recordings again, in the transaction that stored them.

        `touched` are recordings with files that changed or were described for the first time;
        `changed` are the paths of changed files. Files that contradict the others move to another
        recording, existing or new, with the stricter of both consents. The recording is described
        as its remaining files say now.
        """
        splits: list[tuple[Consent, int]] = []
        moved: list[dict[str, Any]] = []
        stored = consents.load(connection) if touched else None
        for number, members in self._members(connection, touched, changed):
            recording = self._recordings.get(number)
            if recording is None or stored is None:
                continue
            parts = [
                [members[place] for place in part]
                for part in parted([(member.file, member.decided) for member in members])
            ]
            kept = _stays(recording, parts)
            before = Consent()
            if len(parts) > 1:
                before = consents.effective_of(connection, stored, number)
            for part in parts:
                for member in part:
                    self._learn(member.file)
                if part is kept:
                    continue
                into = self._recording_for(connection, part, number)
                splits.append((before, into))
                moved += [{"id": member.id, "recording_id": into} for member in part]
            self._update_description(recording, kept)
            self._merge_if_same(connection, recording, kept)
        self.save(connection)
        update_many(connection, files, moved)
        for before, into in splits:
            consents.keep_stricter(connection, before, into)

    def _members(
        self, connection: Connection, touched: Collection[int], changed: Collection[bytes]
    ) -> Iterable[tuple[int, list[_Member]]]:
        of_recording: defaultdict[int, list[_Member]] = defaultdict(list)
        f = files.c
        for part in any_of(f.recording_id, sorted(touched)):
            query = (
                select(f.id, f.recording_id, f.path, f.tags, f.decided)
                .where(part)
                .where(f.missing.is_(False), f.tags.not_in(("", "[]")))
                .order_by(f.path)
            )
            for number, recording, path, tags, decided in connection.execute(query):
                file = FileDescription.from_text(texts.load_path(path), tags)
                member = _Member(number, file, decided, path in changed)
                of_recording[recording].append(member)
        return of_recording.items()

    def _recording_for(self, connection: Connection, part: Sequence[_Member], without: int) -> int:
        """The recording for files that leave another one: an existing one, or a new one."""
        if decision := next((member.decided for member in part if member.decided), ""):
            f = files.c
            query = select(f.recording_id).where(
                f.decided == decision, f.artist_id == self.artist_id, f.recording_id != without
            )
            found = connection.execute(query.order_by(f.id)).scalar()
            if found is not None and found in self._recordings:
                return int(found)
        lead = _lead(part)
        recording, _ = self._groups.find(lead, without)
        if decision or recording is None or recording.bare:
            # A decision that keeps it apart forbids a recording of the same description.
            return self._new(lead, self._groups.free_key(lead))
        return recording.id

    def _update_description(self, recording: KnownRecording, members: Sequence[_Member]) -> None:
        """Describe a recording as its files say now, if the current description is out of date."""
        changed = [member.file for member in members if member.changed]
        lead = next((file for file in reversed(changed) if file.title), None)
        if lead is None and not any(_agrees(recording, member.file) for member in members):
            lead = _lead(members)
        codes = [member.file.isrc for member in members if member.file.isrc]
        ids = [member.file.mb_recording for member in members if member.file.mb_recording]
        lengths = [member.file.duration_ms for member in members if member.file.duration_ms]
        code = recording.isrc if recording.isrc in codes else next(iter(codes), "")
        number = recording.musicbrainz_id
        number = number if number in ids else next(iter(ids), "")
        length = recording.duration_ms
        if lengths and not (length and any(same_length(length, other) for other in lengths)):
            length = lengths[0]
        held = (recording.isrc, recording.duration_ms, recording.musicbrainz_id)
        if (code, length, number) != held:
            recording.isrc, recording.duration_ms = code, length
            recording.musicbrainz_id = number
            self._completed[recording.id] = recording
        if lead is not None:
            self._correct(recording, lead, self._groups.free_key(lead, recording))
        self._groups.add_codes(recording)

    def _merge_if_same(
        self, connection: Connection, recording: KnownRecording, members: Sequence[_Member]
    ) -> None:
        """Merge a recording with the one that it turned out to be, if there is one."""
        lead = _lead(members)
        other, _ = self._groups.find(lead, recording.id)
        if other is None or other.bare or self._kept_apart(connection, members, other.id):
            return
        self.save(connection)  # so that both are stored and can be compared
        own = consents.load(connection).own
        ordered = sorted(
            (recording, other),
            key=lambda candidate: ((ScopeKind.RECORDING, candidate.id) not in own, candidate.id),
        )
        into, gone = ordered[0].id, ordered[1].id
        consents.hand_over(connection, gone, into)
        drop = (consent_rows.c.kind == ScopeKind.RECORDING.value) & (
            consent_rows.c.owner_id == gone
        )
        connection.execute(delete(consent_rows).where(drop))
        for table in (files, items):
            moves = update(table).where(table.c.recording_id == gone)
            connection.execute(moves.values(recording_id=into))
        for candidate in (recording, other):
            candidate.id = into  # files found by either description belong to the remaining one
        self._recordings[gone] = ordered[0]

    def _kept_apart(self, connection: Connection, members: Sequence[_Member], other: int) -> bool:
        own_labels = {member.decided for member in members if member.decided}
        if not own_labels:
            return False
        query = select(files.c.decided).where(files.c.recording_id == other, files.c.decided != "")
        other_labels = set(connection.execute(query).scalars())
        return bool(other_labels) and not own_labels & other_labels

    def _add(self, key: str, recording: KnownRecording) -> None:
        self._recordings[recording.id] = recording
        self._groups.add(key, recording)

    def _new(self, file: FileDescription, key: str) -> int:
        number, self._next_recording = self._next_recording, self._next_recording + 1
        self._add(key, _described_recording(number, file))
        self._new_recordings.append(
            (
                *(number, self.artist_id, self._release_of(file), file.shown_title),
                *(file.performer, file.disc, file.track, file.isrc, file.duration_ms, key),
                *(bool(file.title), file.mb_recording),
            )
        )
        return number

    def _correct(self, recording: KnownRecording, file: FileDescription, key: str = "") -> None:
        recording.title, recording.performer = file.shown_title, file.performer
        recording.titled = bool(file.title)
        row = {
            "id": recording.id,
            "title": recording.title,
            "performer": recording.performer,
            "titled": recording.titled,
            "disc": file.disc,
            "track": file.track,
            "release_id": self._release_of(file),
        }
        self._groups.add_codes(recording)
        if key:
            recording.key = key
            self._groups.by_key[key] = recording
        self._corrected[recording.id] = {**row, "key": recording.key}

    def _complete(self, recording: KnownRecording, file: FileDescription) -> None:
        """Copy an ISRC, a MusicBrainz id or a length that the recording lacks."""
        if file.isrc and not recording.isrc:
            recording.isrc = file.isrc
            self._groups.add_codes(recording)
            self._completed[recording.id] = recording
        if file.mb_recording and not recording.musicbrainz_id:
            recording.musicbrainz_id = file.mb_recording
            self._groups.add_codes(recording)
            self._completed[recording.id] = recording
        if file.duration_ms and not recording.duration_ms:
            recording.duration_ms = file.duration_ms
            self._completed[recording.id] = recording

    def _release_of(self, file: FileDescription) -> int | None:
        key = file.release_key
        if not key:
            return None
        key = self._same_release.get(key, key)
        number = self._known_release(key, file)
        if number is None:
            number, self._next_release = self._next_release, self._next_release + 1
            self._releases[key] = number
            if file.mb_release:
                self._release_ids[file.mb_release] = number
            self._facts[number] = _facts(file)
            row = (number, self.artist_id, key, file.album, *self._facts[number].values())
            self._new_releases.append(row)
        else:
            self._releases.setdefault(key, number)
            self._learn_of(number, file)
        return number

    def _learn(self, file: FileDescription) -> None:
        """Copy what a file says of its release, if no other file said it before."""
        key = file.release_key
        number = self._known_release(self._same_release.get(key, key), file) if key else None
        if number is not None:
            self._learn_of(number, file)

    def _known_release(self, key: str, file: FileDescription) -> int | None:
        """The release of a key, or else the one with the file's MusicBrainz id: names that are
        spelled in two ways are one release. An album without an album artist is the artist's."""
        known = self._releases.get(key) or self._release_ids.get(file.mb_release)
        if known is not None or folded(file.album_artist) not in ("", self._owner):
            return known
        other = file._replace(album_artist="" if file.album_artist else self._owner).release_key
        return self._releases.get(self._same_release.get(other, other))

    def _learn_of(self, number: int, file: FileDescription) -> None:
        facts = self._facts.get(number)
        if facts is None:
            return
        said = zip(_FACTS, _of_release(file), strict=True)
        new = {name: value for name, value in said if value and not facts[name]}
        if new:
            facts |= new
            if file.mb_release:
                self._release_ids.setdefault(file.mb_release, number)
            self._learned[number] = {"id": number, **facts}


def regroup(connection: Connection, touched: Mapping[int, Collection[int]]) -> None:
    """Compare the files of recordings again after a decision. `touched`: artist → recordings."""
    for artist_id, numbers in touched.items():
        assigner = RecordingAssigner(connection, artist_id)
        assigner.begin(connection)
        assigner.regroup(connection, numbers, ())


def _facts(file: FileDescription) -> dict[str, Any]:
    return dict(zip(_FACTS, _of_release(file), strict=True))


def _described_recording(number: int, file: FileDescription) -> KnownRecording:
    return KnownRecording(
        id=number,
        isrc=file.isrc,
        duration_ms=file.duration_ms,
        title=file.shown_title,
        performer=file.performer,
        titled=bool(file.title),
        musicbrainz_id=file.mb_recording,
    )


def _agrees(recording: KnownRecording, file: FileDescription) -> bool:
    """Whether a recording's description can be that of a file."""
    same_name = same_title(core_title(recording.title, recording.performer), file.core)
    return same_name and same_length(recording.duration_ms, file.duration_ms)


def _stays(recording: KnownRecording, parts: Sequence[list[_Member]]) -> list[_Member]:
    """The part that keeps the recording: the one that matches its description, else the largest."""
    return max(parts, key=lambda part: (any(_agrees(recording, m.file) for m in part), len(part)))


def _lead(part: Sequence[_Member]) -> FileDescription:
    """The file of a part with the most complete description."""
    return max(
        (member.file for member in part), key=lambda file: (bool(file.title), bool(file.isrc))
    )
