"""Links each item of an account to its recording.

A guess never changes a link that a person made or refused. An uncertain match becomes a question.
An item that matches no recording gets a recording of its own, without a file, so it can be shown
and set like all others. Once a file matches it, the two recordings become one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, delete, or_, select, update

from rightsdesk.errors import KnownError
from rightsdesk.platforms.interface import Reach, RemoteItem
from rightsdesk.roster.accounts import AccountRecord, all_accounts
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, insertion, next_id, update_many, write_many
from rightsdesk.store.database import Database
from rightsdesk.store.joins import OWNED_ITEMS, catalogued
from rightsdesk.store.schema import (
    ASK,
    OWN,
    PERSON,
    REFUSED,
    accounts,
    artists,
    items,
    recordings,
    releases,
    stored_consents,
)
from rightsdesk.workspace.catalogue.grouping import FROM_PLATFORM, is_from_platform
from rightsdesk.workspace.catalogue.matching import (
    Match,
    OwnRecording,
    doubts,
    match_all,
    normal_isrc,
)
from rightsdesk.workspace.consents.consents import hand_over
from rightsdesk.workspace.observing.link_deeds import noting_answer
from rightsdesk.workspace.types.matches import MatchCandidate, MatchQuestion
from rightsdesk.workspace.types.scopes import ScopeKind

_LINKED = ("recording_id", "matched", "candidates")
_DESCRIBED = ("title", "performer", "isrc", "duration_ms")
_NEW = ("id", "artist_id", "key", *_DESCRIBED)
_INSERT = insertion(recordings, _NEW)


def link(connection: Connection, account: AccountRecord) -> None:
    """Link an account's items, except those that a person linked."""
    rows = connection.execute(
        _items().where(
            items.c.account_id == account.id,
            items.c.reach == Reach.ITEM.value,
            ~and_(items.c.matched == PERSON, items.c.recording_id.is_not(None)),
            # An unread item has nothing to match by yet.
            or_(items.c.problem == "", items.c.recording_id.is_not(None)),
        )
    ).all()
    if rows:
        _Linking(connection, account.artist_id).link(account.id, rows)


def link_again(database: Database, artist_id: int) -> None:
    """Link an artist's items again, after files were added or changed."""
    owned = all_accounts(database, artist_id)
    if not owned:
        return
    with database.write() as connection:
        for account in owned:
            link(connection, account)


def answer(database: Database, answers: Mapping[int, int | None]) -> list[int]:
    """Store a person's answers to questions: the recording of each item. All of them, or none.

    With None an item matches no recording and gets one of its own. Returns the ids of the deeds,
    in the order of the answers. Raises KnownError for a recording of another artist.
    """
    deed_ids: list[int] = []
    with database.write() as connection:
        for item_id, recording_id in answers.items():
            first = deed_ids[0] if deed_ids else None
            deed_ids.append(_answer(connection, item_id, recording_id, first))
    return deed_ids


def _answer(
    connection: Connection, item_id: int, recording_id: int | None, part_of: int | None
) -> int:
    row = connection.execute(_items().where(items.c.id == item_id)).one_or_none()
    if row is None:
        raise KnownError("This track is no longer there.", untouched="Nothing was changed.")
    account = select(accounts.c.artist_id).where(accounts.c.id == row.account_id)
    artist_id = connection.execute(account).scalar_one()
    linking = _Linking(connection, artist_id)
    if recording_id is not None:
        owner = select(recordings.c.artist_id).where(recordings.c.id == recording_id)
        if connection.execute(owner).scalar() != artist_id:
            raise KnownError(
                "This recording belongs to another artist.", untouched="Nothing was changed."
            )
    with noting_answer(connection, item_id, recording_id, part_of) as deed_ids:
        if recording_id is None:
            linking.refuse(row)
        else:
            linking.say(row, recording_id)
    return deed_ids[0]


def forget_own(database: Database, account_id: int) -> None:
    """Delete the recordings that exist only for the items of a removed account."""
    mine = recordings.c.key.startswith(_key(account_id, ""), autoescape=True)
    with database.write() as connection:
        forget_empty(connection, mine)


@dataclass(slots=True)
class _Linking:
    """One run of linking, in a write transaction."""

    connection: Connection
    artist_id: int
    files: list[OwnRecording] = field(default_factory=list)
    own: dict[int, OwnRecording] = field(default_factory=dict)
    """Recordings that came from a platform and have no file, by id."""
    keys: dict[int, str] = field(default_factory=dict)
    changed: list[dict[str, Any]] = field(default_factory=list)
    left: dict[int, int | None] = field(default_factory=dict)
    """Own recordings that items have left → the recording they went to."""

    def __post_init__(self) -> None:
        query = (
            select(recordings, artists.c.name)
            .select_from(catalogued())
            .where(recordings.c.artist_id == self.artist_id)
        )
        for row in self.connection.execute(query):
            own_recording = OwnRecording(
                recording_id=row.id,
                title=row.title,
                artist=row.performer or row.name,
                isrc=row.isrc,
                duration_ms=row.duration_ms,
            )
            if is_from_platform(row.key):
                self.own[row.id], self.keys[row.id] = own_recording, row.key
            else:
                self.files.append(own_recording)

    def link(self, account_id: int, rows: Sequence[Any]) -> None:
        """Link these items of an account."""
        self._let_go([row for row in rows if row.gone])
        rows = [row for row in rows if not row.gone]
        self._describe_anew(rows)
        unmatched: list[_Unmatched] = []
        for row, found in self._matched(rows, self.files, self._linked_to_files):
            refused = _refused(row, found)
            candidates = [
                candidate for candidate in found.candidates if candidate.recording_id not in refused
            ]
            if found.recording_id is not None and found.recording_id not in refused:
                self._set(row, found.recording_id, found.how, candidates)
            elif candidates and found.recording_id is None:
                self._set(row, self._own_of(row), ASK, candidates)
            elif row.matched == REFUSED and self._own_of(row) is not None:
                continue
            elif row.matched == REFUSED:
                unmatched.append(_Unmatched(row, REFUSED, _listed_of(row, found)))
            elif self._own_of(row) is not None:
                self._set(row, row.recording_id, OWN, ())
            else:
                unmatched.append(_Unmatched(row, OWN))
        self._among_own(account_id, unmatched)
        self._save()

    def refuse(self, row: Any) -> None:
        """Store a person's answer that an item is no candidate, nor its current recording."""
        candidates = [(number, score) for number, score in json.loads(row.candidates)]
        if row.recording_id is not None and row.recording_id not in self.own:
            candidates.append((row.recording_id, 100.0))
        number = self._own_of(row)
        if number is None:
            [number] = self._make([row])
        self._set(row, number, REFUSED, [_Refused(*refused) for refused in candidates])
        self._save()

    def say(self, row: Any, recording_id: int) -> None:
        """Store a person's answer which recording an item is."""
        self._set(row, recording_id, PERSON, ())
        self._save()

    def _among_own(self, account_id: int, unmatched: Sequence[_Unmatched]) -> None:
        """Match items without a file against the recordings of other platforms.

        Two items of one account are different recordings, unless they share an ISRC.
        """
        mine = _key(account_id, "")
        recordings_to_match = [
            OwnRecording(number, "", "", own_recording.isrc)
            if self.keys[number].startswith(mine)
            else own_recording
            for number, own_recording in self.own.items()
        ]
        new = [entry for entry in unmatched if entry.how == REFUSED]
        undecided = [entry.row for entry in unmatched if entry.how == OWN]
        for row, found in self._matched(undecided, recordings_to_match, lambda _: False):
            if found.recording_id is not None:
                self._set(row, found.recording_id, found.how, found.candidates)
            elif found.candidates:
                self._set(row, None, ASK, found.candidates)
            else:
                new.append(_Unmatched(row, OWN))
        alike: dict[str, list[_Unmatched]] = {}
        for entry in new:
            key = normal_isrc(entry.row.isrc) or _key(account_id, entry.row.remote_id)
            alike.setdefault(key, []).append(entry)
        made = self._make([same[0].row for same in alike.values()])
        for number, same in zip(made, alike.values(), strict=True):
            for entry in same:
                self._set(entry.row, number, entry.how, entry.refused)

    def _make(self, rows: Sequence[Any]) -> list[int]:
        """Create a recording for each of these items."""
        first = next_id(self.connection, recordings.c.id)
        existing = {key: number for number, key in self.keys.items()}
        numbers: list[int] = []
        new: list[tuple[Any, ...]] = []
        for row in rows:
            key = _key(row.account_id, row.remote_id)
            if key in existing:  # the item was deleted and is back
                numbers.append(existing[key])
                continue
            number = first + len(new)
            numbers.append(number)
            self.keys[number] = key
            new.append((number, self.artist_id, key, *_described(row)))
        write_many(self.connection, _INSERT, _NEW, new)
        return numbers

    def _matched(
        self, rows: Sequence[Any], own: Sequence[OwnRecording], linked: Callable[[Any], bool]
    ) -> Iterable[tuple[Any, Match]]:
        stored = {row.remote_id: row.recording_id for row in rows if linked(row)}
        return zip(rows, match_all(map(_remote, rows), own, stored), strict=True)

    def _linked_to_files(self, row: Any) -> bool:
        return row.recording_id is not None and row.recording_id not in self.own

    def _own_of(self, row: Any) -> int | None:
        return row.recording_id if row.recording_id in self.keys else None

    def _let_go(self, rows: Sequence[Any]) -> None:
        """Unlink deleted items from their own recordings, unless a consent is set there."""
        chosen = select(stored_consents.c.owner_id).where(
            stored_consents.c.kind == ScopeKind.RECORDING.value
        )
        kept = set(self.connection.execute(chosen).scalars())
        for row in rows:
            if row.recording_id in self.own and row.recording_id not in kept:
                self._set(row, None, "", ())

    def _set(self, row: Any, recording_id: int | None, how: str, candidates: Sequence[Any]) -> None:
        listed = texts.dump([[candidate.recording_id, candidate.score] for candidate in candidates])
        values = (recording_id, how, listed)
        if values != (row.recording_id, row.matched, row.candidates):
            self.changed.append(dict(zip(("id", *_LINKED), (row.id, *values), strict=True)))
        if row.recording_id in self.own and row.recording_id != recording_id:
            self.left[row.recording_id] = recording_id

    def _save(self) -> None:
        update_many(self.connection, items, self.changed)
        for own, into in self.left.items():
            if into is not None:
                _merge(self.connection, own, into)
        for part in any_of(recordings.c.id, self.left):
            forget_empty(self.connection, part)

    def _describe_anew(self, rows: Sequence[Any]) -> None:
        """Update own recordings with the current title, ISRC and length of their item."""
        changed = []
        for row in rows:
            own_recording = self.own.get(row.recording_id)
            if own_recording is None or self.keys[own_recording.recording_id] != _key(
                row.account_id, row.remote_id
            ):
                continue
            title, performer, isrc, duration_ms = described = _described(row)
            if (title, isrc, duration_ms) != (
                own_recording.title,
                own_recording.isrc,
                own_recording.duration_ms,
            ):
                values = dict(zip(_DESCRIBED, described, strict=True))
                changed.append({"id": own_recording.recording_id, **values})
                artist = performer or own_recording.artist
                self.own[own_recording.recording_id] = OwnRecording(
                    own_recording.recording_id, title, artist, isrc, duration_ms
                )
        update_many(self.connection, recordings, changed)


@dataclass(frozen=True, slots=True)
class _Refused:
    recording_id: int
    score: float


@dataclass(frozen=True, slots=True)
class _Unmatched:
    """An item that matches no file."""

    row: Any
    how: str
    refused: Sequence[_Refused] = ()


def _refused(row: Any, found: Match) -> set[int]:
    """The recordings that a person said an item is not.

    An item without a recording was answered before refused candidates were stored. Then the answer
    meant all candidates.
    """
    if row.matched != REFUSED:
        return set()
    return {refused.recording_id for refused in _listed_of(row, found)}


def _listed_of(row: Any, found: Match) -> list[_Refused]:
    if row.recording_id is not None:
        return [_Refused(number, score) for number, score in json.loads(row.candidates)]
    fits = {candidate.recording_id: candidate.score for candidate in found.candidates}
    if found.recording_id is not None:
        fits[found.recording_id] = found.score
    return [_Refused(number, score) for number, score in fits.items()]


def _merge(connection: Connection, own: int, into: int) -> None:
    """Move everything that is linked to an own recording to the recording it turned out to be."""
    hand_over(connection, own, into)
    linked = items.c.recording_id == own
    how = case((items.c.matched == ASK, OWN), else_=items.c.matched)
    values = {"recording_id": into, "matched": how}
    connection.execute(update(items).where(linked, items.c.matched != REFUSED).values(values))


def forget_empty(connection: Connection, which: ColumnElement[bool]) -> None:
    """Delete those recordings that have no item left, with their consents."""
    linked = select(items.c.recording_id).where(items.c.recording_id.is_not(None))
    empty = and_(which, recordings.c.id.not_in(linked))
    of_recordings = stored_consents.c.kind == ScopeKind.RECORDING.value
    gone = stored_consents.c.owner_id.in_(select(recordings.c.id).where(empty))
    connection.execute(delete(stored_consents).where(of_recordings, gone))
    connection.execute(delete(recordings).where(empty))


def _key(account_id: int, remote_id: str) -> str:
    return f"{FROM_PLATFORM}{account_id}/{remote_id}"


def _items() -> Any:
    names = ("id", "account_id", "remote_id", *_DESCRIBED, "url", "stamp", "gone", *_LINKED)
    return select(*(items.c[name] for name in names))


def _described(row: Any) -> tuple[str, str, str, int | None]:
    """The values that a recording takes over from an item, in the order of `_DESCRIBED`."""
    return row.title or row.remote_id, row.performer, normal_isrc(row.isrc), row.duration_ms


def _remote(row: Any) -> RemoteItem:
    return RemoteItem(
        remote_id=row.remote_id,
        title=row.title,
        artist=row.performer,
        isrc=row.isrc,
        duration_ms=row.duration_ms,
        url=row.url,
        fields={},
        stamp=row.stamp,
    )


def questions(database: Database, artist_id: int | None = None) -> list[MatchQuestion]:
    """Items that may be one of several recordings, or none."""
    query = (
        select(
            items,
            accounts.c.platform,
            artists.c.name.label("whose"),
        )
        .select_from(OWNED_ITEMS)
        .where(items.c.matched == ASK, items.c.gone.is_(False))
        .order_by(items.c.id)
    )
    if artist_id is not None:
        query = query.where(accounts.c.artist_id == artist_id)
    titles = select(
        recordings, releases.c.title.label("release"), artists.c.name.label("whose")
    ).select_from(catalogued())
    with database.read() as connection:
        rows = connection.execute(query).all()
        candidate_ids = {number for row in rows for number, _ in json.loads(row.candidates)}
        named = {
            row.id: row
            for part in any_of(recordings.c.id, candidate_ids)
            for row in connection.execute(titles.where(part))
        }
    return [
        MatchQuestion(
            item_id=row.id,
            platform=row.platform,
            title=row.title,
            url=row.url,
            duration_ms=row.duration_ms,
            candidates=tuple(
                _candidate(row, named[number], score)
                for number, score in json.loads(row.candidates)
                if number in named
            ),
            artist=row.whose,
            account_id=row.account_id,
            own=row.recording_id is not None,
            performer=row.performer,
            isrc=row.isrc,
        )
        for row in rows
    ]


def _candidate(row: Any, found: Any, score: float) -> MatchCandidate:
    own = OwnRecording(
        recording_id=found.id,
        title=found.title,
        artist=found.performer or found.whose,
        isrc=found.isrc,
        duration_ms=found.duration_ms,
    )
    return MatchCandidate(
        recording_id=own.recording_id,
        title=own.title,
        release=found.release or "",
        score=score,
        duration_ms=own.duration_ms,
        artist=own.artist,
        isrc=own.isrc,
        doubts=doubts(_remote(row), own),
    )
