"""The releases and recordings of one artist: found, or made, as files ask for them.

Grouping is worked out in memory and written in bulk, for thousands of files at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from rightsdesk.consent import Consent
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, insertion, next_id, update_many, write_many
from rightsdesk.store.schema import files, items, recordings, releases
from rightsdesk.store.schema import stored_consents as consent_rows
from rightsdesk.workspace.catalogue.decisions import merged_releases
from rightsdesk.workspace.catalogue.grouping import (
    FileDescription,
    Groups,
    KnownRecording,
    is_from_platform,
    parted,
)
from rightsdesk.workspace.catalogue.sameness import core_title, same_length, same_title
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.types import ScopeKind

_FACTS = ("upc", "year", "label", "catalogue_number")
"""What files say of their release; the first file that says it counts."""

_RELEASE = ("id", "artist_id", "key", "title", *_FACTS)
_RECORDING = (
    *("id", "artist_id", "release_id", "title", "performer"),
    *("disc", "track", "isrc", "duration_ms", "key", "titled"),
)
_NEW_RELEASE = insertion(releases, _RELEASE)
_NEW_RECORDING = insertion(recordings, _RECORDING)


@dataclass(frozen=True, slots=True)
class _Member:
    """A file of a recording that is looked at anew; `changed`: its content, since last time."""

    id: int
    file: FileDescription
    decided: str
    changed: bool


class Shelf:
    """Where the files of an artist belong. Use: `begin`, any number of `recording_of`, `save`.

    Files that have a recording already stay in it until `settle` has compared all of its files.
    """

    def __init__(self, connection: Connection, artist_id: int) -> None:
        self.artist_id = artist_id
        self._groups = Groups()
        self._known: dict[int, KnownRecording] = {}
        self._releases: dict[str, int] = {}
        self._facts: dict[int, dict[str, Any]] = {}
        self._learned: dict[int, dict[str, Any]] = {}
        self._next_release = self._next_recording = 0
        self._new_releases: list[tuple[Any, ...]] = []
        self._new_recordings: list[tuple[Any, ...]] = []
        self._completed: dict[int, KnownRecording] = {}
        self._corrected: dict[int, dict[str, Any]] = {}
        c = recordings.c
        shown = (c.title, c.performer, c.titled)
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
            known = KnownRecording(number, isrc, duration, is_from_platform(key), *described)
            self._add(key, known)
        for row in connection.execute(titles):
            self._releases[row.key] = row.id
            self._facts[row.id] = {name: getattr(row, name) for name in _FACTS}
        self._same_release = merged_releases(connection, artist_id)
        for number, tags, path in connection.execute(decided):
            # What a person put together has more than one title, place or length.
            file = FileDescription.from_text(texts.load_path(path), tags)
            self._groups.add_alias(_as_known(number, file), file.recording_key)

    def begin(self, connection: Connection) -> None:
        """Take the numbers for what will be new; `connection` is in a write transaction."""
        self._next_release = next_id(connection, releases.c.id)
        self._next_recording = next_id(connection, recordings.c.id)

    def recording_of(self, file: FileDescription) -> int:
        """The id of the recording that a file belongs to, which may be a new one.

        The first file of a recording that was only on a platform, or that nothing had a title
        of, says what it is called.
        """
        found, key = self._groups.find(file)
        if found is None:
            return self._new(file, key)
        known = self._known.get(found.id, found)  # it may have been found by one of its files
        self._learn(file)
        self._complete(known, file)
        if known.bare:
            known.bare = False
            self._correct(known, file, key)
        elif file.title and not known.titled:
            self._correct(known, file)
        return known.id

    def save(self, connection: Connection) -> None:
        """Write what is new since `begin`, in the same transaction."""
        write_many(connection, _NEW_RELEASE, _RELEASE, self._new_releases)
        write_many(connection, _NEW_RECORDING, _RECORDING, self._new_recordings)
        completed = [
            {"id": one.id, "isrc": one.isrc, "duration_ms": one.duration_ms}
            for one in self._completed.values()
        ]
        update_many(connection, recordings, completed)
        update_many(connection, recordings, list(self._corrected.values()))
        update_many(connection, releases, list(self._learned.values()))
        self._new_releases, self._new_recordings, self._completed = [], [], {}
        self._corrected, self._learned = {}, {}

    def settle(
        self, connection: Connection, touched: Collection[int], changed: Collection[bytes]
    ) -> None:
        """Look anew at recordings of which files have changed (`changed`: their paths) or have
        only now been described, in the transaction that stored them.

        What contradicts the others gets a recording of its own, with the stricter of what was
        wanted so far and what is wanted there; what turns out to be another recording that
        there is goes to it. The recording is called what its files say now.
        """
        splits: list[tuple[Consent, int]] = []
        moved: list[dict[str, Any]] = []
        known_consents = consents.load(connection) if touched else None
        for number, members in self._members(connection, touched, changed):
            known = self._known.get(number)
            if known is None or known_consents is None:
                continue
            parts = [
                [members[place] for place in part]
                for part in parted([(one.file, one.decided) for one in members])
            ]
            stays = _stays(known, parts)
            before = Consent()
            if len(parts) > 1:
                before = consents.wanted_of(connection, known_consents, number)
            for part in parts:
                for one in part:
                    self._learn(one.file)
                if part is stays:
                    continue
                into = self._home_of(connection, part, number)
                splits.append((before, into))
                moved += [{"id": one.id, "recording_id": into} for one in part]
            self._call(known, stays)
            self._unite(connection, known, stays)
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
                one = _Member(number, file, decided, path in changed)
                of_recording[recording].append(one)
        return of_recording.items()

    def _home_of(self, connection: Connection, part: Sequence[_Member], without: int) -> int:
        """The recording that a part which left another one is: one there is, or a new one."""
        if decision := next((one.decided for one in part if one.decided), ""):
            f = files.c
            query = select(f.recording_id).where(
                f.decided == decision, f.artist_id == self.artist_id, f.recording_id != without
            )
            found = connection.execute(query.order_by(f.id)).scalar()
            if found is not None and found in self._known:
                return int(found)
        lead = _lead(part)
        known, _ = self._groups.find(lead, without)
        if decision or known is None or known.bare:
            # Where a decision keeps it apart, its own kind is no place for it.
            return self._new(lead, self._groups.free_key(lead))
        return known.id

    def _call(self, known: KnownRecording, members: Sequence[_Member]) -> None:
        """Take over what its files say now, where that is not what it is called."""
        changed = [one.file for one in members if one.changed]
        lead = next((file for file in reversed(changed) if file.title), None)
        if lead is None and not any(_agrees(known, one.file) for one in members):
            lead = _lead(members)
        codes = [one.file.isrc for one in members if one.file.isrc]
        lengths = [one.file.duration_ms for one in members if one.file.duration_ms]
        code = known.isrc if known.isrc in codes else next(iter(codes), "")
        length = known.duration_ms
        if lengths and not (length and any(same_length(length, one) for one in lengths)):
            length = lengths[0]
        if (code, length) != (known.isrc, known.duration_ms):
            known.isrc, known.duration_ms = code, length
            self._completed[known.id] = known
        if lead is not None:
            self._correct(known, lead, self._groups.free_key(lead, known))
        self._groups.add_isrc(known)

    def _unite(
        self, connection: Connection, known: KnownRecording, members: Sequence[_Member]
    ) -> None:
        """Make it one with the recording that it turned out to be, if there is one."""
        lead = _lead(members)
        other, _ = self._groups.find(lead, known.id)
        if other is None or other.bare or self._kept_apart(connection, members, other.id):
            return
        self.save(connection)  # so that both are there to be compared
        own = consents.load(connection).own
        first = sorted(
            (known, other), key=lambda one: ((ScopeKind.RECORDING, one.id) not in own, one.id)
        )
        into, gone = first[0].id, first[1].id
        consents.hand_over(connection, gone, into)
        drop = (consent_rows.c.kind == ScopeKind.RECORDING.value) & (
            consent_rows.c.owner_id == gone
        )
        connection.execute(delete(consent_rows).where(drop))
        for table in (files, items):
            moves = update(table).where(table.c.recording_id == gone)
            connection.execute(moves.values(recording_id=into))
        for one in (known, other):
            one.id = into  # whoever is found by either's description belongs to what is left
        self._known[gone] = first[0]

    def _kept_apart(self, connection: Connection, members: Sequence[_Member], other: int) -> bool:
        ours = {one.decided for one in members if one.decided}
        if not ours:
            return False
        query = select(files.c.decided).where(files.c.recording_id == other, files.c.decided != "")
        theirs = set(connection.execute(query).scalars())
        return bool(theirs) and not ours & theirs

    def _add(self, key: str, known: KnownRecording) -> None:
        self._known[known.id] = known
        self._groups.add(key, known)

    def _new(self, file: FileDescription, key: str) -> int:
        number, self._next_recording = self._next_recording, self._next_recording + 1
        self._add(key, _as_known(number, file))
        self._new_recordings.append(
            (
                *(number, self.artist_id, self._release_of(file), file.shown_title),
                *(file.performer, file.disc, file.track, file.isrc, file.duration_ms, key),
                bool(file.title),
            )
        )
        return number

    def _correct(self, known: KnownRecording, file: FileDescription, key: str = "") -> None:
        known.title, known.performer = file.shown_title, file.performer
        known.titled = bool(file.title)
        row = {
            "id": known.id,
            "title": known.title,
            "performer": known.performer,
            "titled": known.titled,
            "disc": file.disc,
            "track": file.track,
            "release_id": self._release_of(file),
        }
        self._groups.add_isrc(known)
        if key:
            known.key = key
            self._groups.by_key[key] = known
        self._corrected[known.id] = {**row, "key": known.key}

    def _complete(self, known: KnownRecording, file: FileDescription) -> None:
        """Take over what this file knows and the recording does not."""
        if file.isrc and not known.isrc:
            known.isrc = file.isrc
            self._groups.add_isrc(known)
            self._completed[known.id] = known
        if file.duration_ms and not known.duration_ms:
            known.duration_ms = file.duration_ms
            self._completed[known.id] = known

    def _release_of(self, file: FileDescription) -> int | None:
        key = file.release_key
        if not key:
            return None
        key = self._same_release.get(key, key)
        number = self._releases.get(key)
        if number is None:
            number, self._next_release = self._next_release, self._next_release + 1
            self._releases[key] = number
            self._facts[number] = _facts(file)
            row = (number, self.artist_id, key, file.album, *self._facts[number].values())
            self._new_releases.append(row)
        else:
            self._learn(file)
        return number

    def _learn(self, file: FileDescription) -> None:
        """Take over what a file says of its release, where no other file said it before."""
        key = self._same_release.get(file.release_key, file.release_key)
        number = self._releases.get(key)
        known = self._facts.get(number) if number is not None else None
        if number is None or known is None:
            return
        new = {name: value for name, value in _facts(file).items() if value and not known[name]}
        if new:
            known |= new
            self._learned[number] = {"id": number, **known}


def settle(connection: Connection, touched: Mapping[int, Collection[int]]) -> None:
    """Look anew at recordings, by artist, of which something was decided."""
    for artist_id, numbers in touched.items():
        shelf = Shelf(connection, artist_id)
        shelf.begin(connection)
        shelf.settle(connection, numbers, ())


def _facts(file: FileDescription) -> dict[str, Any]:
    return {name: getattr(file, name) for name in _FACTS}


def _as_known(number: int, file: FileDescription) -> KnownRecording:
    return KnownRecording(
        id=number,
        isrc=file.isrc,
        duration_ms=file.duration_ms,
        title=file.shown_title,
        performer=file.performer,
        titled=bool(file.title),
    )


def _agrees(known: KnownRecording, file: FileDescription) -> bool:
    """Whether a recording, as it is called, is what a file says it is."""
    named = same_title(core_title(known.title, known.performer), file.core)
    return named and same_length(known.duration_ms, file.duration_ms)


def _stays(known: KnownRecording, parts: Sequence[list[_Member]]) -> list[_Member]:
    """The part that keeps the recording: the one that is what it is called, else the biggest."""
    return max(parts, key=lambda part: (any(_agrees(known, m.file) for m in part), len(part)))


def _lead(part: Sequence[_Member]) -> FileDescription:
    """The file of a part that says the most."""
    return max((one.file for one in part), key=lambda file: (bool(file.title), bool(file.isrc)))
