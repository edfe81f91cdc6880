"""One consent for many recordings at once.

What is chosen for all recordings of a release or an artist is set there, so that later changes
reach them; the rest is set one by one. Consents of their own below that are cleared: afterwards
all of these recordings have the consent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select

from rightsdesk.consent import Consent, Use, widened
from rightsdesk.store.bulk import numbers_in, read_many
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import ChangedLater, Deed
from rightsdesk.store.joins import catalogued
from rightsdesk.store.schema import artists, recordings, releases
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.consents.consents import StoredConsents, WideningNotConfirmed
from rightsdesk.workspace.types.consents import ManyChanged, Opened
from rightsdesk.workspace.types.scopes import Scope, ScopeKind

ARTIST, RELEASE, RECORDING = ScopeKind.ARTIST, ScopeKind.RELEASE, ScopeKind.RECORDING
_R = recordings.c
ConsentStep = tuple[Scope, Consent | None]
ScopedRecording = tuple[int, int, int | None]
"""A recording, its artist and its release."""


@dataclass(frozen=True, slots=True)
class _Change:
    steps: Sequence[ConsentStep]
    rows: Sequence[ScopedRecording]
    before: StoredConsents
    after: StoredConsents


def preview(
    database: Database, recording_ids: Collection[int], consent: Consent | None
) -> ManyChanged:
    """What setting a consent for these recordings would change, and what it would open up."""
    with database.read() as connection:
        change = _change(connection, recording_ids, consent)
        return _described(connection, change)


def set_for(
    database: Database,
    recording_ids: Collection[int],
    consent: Consent | None,
    confirmed: Collection[Use],
) -> ManyChanged:
    """Set a consent for these recordings, all or none; None inherits again.

    Raises WideningNotConfirmed.
    """
    with database.write() as connection:
        return _made(connection, _change(connection, recording_ids, consent), confirmed)


def preview_artists(
    database: Database, artist_ids: Collection[int], consent: Consent
) -> ManyChanged:
    """What setting the consent of these artists would change, and what it would open up."""
    with database.read() as connection:
        return _described(connection, _change_of_artists(connection, artist_ids, consent))


def set_artists(
    database: Database, artist_ids: Collection[int], consent: Consent, confirmed: Collection[Use]
) -> ManyChanged:
    """Set the consent of these artists, all or none, as one act. Consents of their releases and
    recordings stay.

    Raises WideningNotConfirmed.
    """
    with database.write() as connection:
        return _made(connection, _change_of_artists(connection, artist_ids, consent), confirmed)


def _made(connection: Connection, change: _Change, confirmed: Collection[Use]) -> ManyChanged:
    described = _described(connection, change)
    if not set(described.uses) <= set(confirmed):
        raise WideningNotConfirmed(described.uses, described.opened)
    deeds: list[int] = []
    for scope, consent in change.steps:
        held = change.before.own.get((scope.kind, scope.id))
        first = deeds[0] if deeds else None
        number = consents.put(connection, scope, consent, held, part_of=first)
        deeds += [] if number is None else [number]
    return replace(described, deeds=tuple(deeds))


def preview_back(database: Database, deeds: Sequence[Deed]) -> ManyChanged:
    """What taking these deeds back would change, and what it would open up."""
    with database.read() as connection:
        return _described(connection, _change_back(connection, deeds))


def take_back(database: Database, deeds: Sequence[Deed], confirmed: Collection[Use]) -> None:
    """Put back what was chosen before these deeds of one act, all or nothing, as one act.

    Raises WideningNotConfirmed, and ChangedSince if one of them no longer holds.
    """
    with database.write() as connection:
        change = _change_back(connection, deeds)
        described = _described(connection, change)
        if not set(described.uses) <= set(confirmed):
            raise WideningNotConfirmed(described.uses, described.opened)
        first: int | None = None
        for deed, (scope, consent) in zip(deeds, change.steps, strict=True):
            held = change.before.own.get((scope.kind, scope.id))
            if consents.consent_of(deed.after) != held:
                raise ChangedLater
            number = consents.put(connection, scope, consent, held, undoing=deed, part_of=first)
            first = first or number


def _change_back(connection: Connection, deeds: Sequence[Deed]) -> _Change:
    """The change back, and the recordings in the scopes of these deeds."""
    before = consents.load(connection)
    steps = [(consents.scope_of(deed), consents.consent_of(deed.before)) for deed in deeds]
    query = select(_R.id, _R.artist_id, _R.release_id)
    rows: dict[int, ScopedRecording] = {}
    for kind, column in ((ARTIST, _R.artist_id), (RELEASE, _R.release_id), (RECORDING, _R.id)):
        owners = [scope.id for scope, _ in steps if scope.kind is kind]
        if owners:
            chosen = query.where(column.in_(numbers_in(owners)))
            rows |= {
                n: (n, artist, release) for n, artist, release in read_many(connection, chosen)
            }
    return _Change(steps, list(rows.values()), before, _with(before, steps))


def _change_of_artists(
    connection: Connection, artist_ids: Collection[int], consent: Consent
) -> _Change:
    before = consents.load(connection)
    scopes = [Scope(ARTIST, number) for number in artist_ids]
    steps = [(one, consent) for one in scopes if before.own.get((one.kind, one.id)) != consent]
    query = select(_R.id, _R.artist_id, _R.release_id).order_by(_R.id)
    chosen = query.where(_R.artist_id.in_(numbers_in([scope.id for scope, _ in steps])))
    rows: list[ScopedRecording] = [
        (n, artist, release) for n, artist, release in read_many(connection, chosen)
    ]
    return _Change(steps, rows, before, _with(before, steps))


def _change(
    connection: Connection, recording_ids: Collection[int], consent: Consent | None
) -> _Change:
    before = consents.load(connection)
    query = select(_R.id, _R.artist_id, _R.release_id).order_by(_R.id)
    chosen = query.where(_R.id.in_(numbers_in(recording_ids)))
    rows: list[ScopedRecording] = [
        (n, artist, release) for n, artist, release in read_many(connection, chosen)
    ]
    steps = _steps(connection, rows, before, consent)
    return _Change(steps, rows, before, _with(before, steps))


def _with(before: StoredConsents, steps: Sequence[ConsentStep]) -> StoredConsents:
    """The stored consents after these steps."""
    own = dict(before.own)
    for scope, consent in steps:
        if consent is None:
            own.pop((scope.kind, scope.id), None)
        else:
            own[scope.kind, scope.id] = consent
    return StoredConsents(own, before.partners)


def _steps(
    connection: Connection,
    rows: Sequence[ScopedRecording],
    before: StoredConsents,
    consent: Consent | None,
) -> list[ConsentStep]:
    """What to set and to clear, the widest scope first; what is so already is left out."""
    whole_artists = _whole(connection, _R.artist_id, Counter(artist for _, artist, _ in rows))
    whole_releases = _whole(connection, _R.release_id, Counter(release for *_, release in rows))
    own: dict[tuple[ScopeKind, int], Consent | None] = {}
    if consent is None:
        whole_artists = set()
    for number, artist, release in rows:
        covered = artist in whole_artists
        if covered:
            own[ARTIST, artist] = consent
        if release in whole_releases and release is not None:
            own[RELEASE, release] = None if covered else consent
            covered = True
        own[RECORDING, number] = None if covered else consent
    order = {ARTIST: 0, RELEASE: 1, RECORDING: 2}
    return [
        (Scope(kind, owner), value)
        for (kind, owner), value in sorted(
            own.items(), key=lambda item: (order[item[0][0]], item[0][1])
        )
        if before.own.get((kind, owner)) != value
    ]


def _whole(connection: Connection, column: object, chosen: Counter[int | None]) -> set[int | None]:
    """The owners of whom all recordings are chosen."""
    owners = [owner for owner in chosen if owner is not None]
    owned = recordings.c.artist_id if column is _R.artist_id else recordings.c.release_id
    query = select(owned, func.count()).where(owned.in_(numbers_in(owners))).group_by(owned)
    return {owner for owner, number in connection.execute(query) if chosen[owner] == number}


def _described(connection: Connection, change: _Change) -> ManyChanged:
    """How much is changed, and what it opens up: for these recordings, and for those of other
    artists that share their files."""
    before, after = change.before, change.after
    touched = {number for number, *_ in change.rows}
    nearer = {
        kind: before.with_own_consent(kind) | after.with_own_consent(kind)
        for kind in (RELEASE, RECORDING)
    }
    met: dict[tuple[int, int | None, int | None], tuple[Consent, Consent]] = {}
    opened: dict[int, tuple[Use, ...]] = {}
    befores: set[Consent] = set()
    for number, artist, release in [*change.rows, *_partners(before, touched)]:
        place = (
            artist,
            release if release in nearer[RELEASE] else None,
            number if number in nearer[RECORDING] else None,
        )
        if place not in met:
            was, now = (one.effective(**_named(place)) for one in (before, after))
            met[place] = was, now
            if number in touched:
                befores.add(was)
        was, now = met[place]
        opened[number] = widened(was, now)
    for number, heir in enumerate(_inherited(change), start=1):
        was, now = (one.effective(**heir) for one in (before, after))
        opened[-number] = widened(was, now)
    return ManyChanged(
        recordings=len(change.rows),
        scopes=tuple(scope for scope, _ in change.steps),
        uses=_all_of(opened),
        opened=_named_opened(connection, opened),
        before=befores.pop() if len(befores) == 1 else None,
    )


def _inherited(change: _Change) -> list[dict[str, int]]:
    """The artists and releases that get another consent: what comes later inherits it, too."""
    owner = {release: artist for _, artist, release in change.rows if release is not None}
    return [
        {"artist_id": scope.id}
        if scope.kind is ARTIST
        else {"artist_id": owner[scope.id], "release_id": scope.id}
        for scope, _ in change.steps
        if scope.kind is ARTIST or (scope.kind is RELEASE and scope.id in owner)
    ]


def _all_of(opened: Mapping[int, tuple[Use, ...]]) -> tuple[Use, ...]:
    found = {use for uses in opened.values() for use in uses}
    return tuple(use for use in Use if use in found)


def _named(place: tuple[int, int | None, int | None]) -> dict[str, int]:
    names = ("artist_id", "release_id", "recording_id")
    return {name: one for name, one in zip(names, place, strict=True) if one is not None}


def _partners(before: StoredConsents, touched: Collection[int]) -> list[ScopedRecording]:
    return [
        (number, place.artist_id, place.release_id)
        for number, group in before.partners.items()
        if number not in touched and any(one.recording_id in touched for one in group)
        for place in group
        if place.recording_id == number
    ]


def _named_opened(connection: Connection, opened: dict[int, tuple[Use, ...]]) -> tuple[Opened, ...]:
    numbers = [number for number, uses in opened.items() if number > 0 and uses]
    if not numbers:
        return ()
    query = (
        select(_R.id, artists.c.name, releases.c.title, _R.title)
        .select_from(catalogued())
        .where(_R.id.in_(numbers_in(numbers)))
        .order_by(artists.c.name_key, releases.c.title, _R.disc, _R.track, _R.title, _R.id)
    )
    return tuple(
        Opened(artist, release or "", title, opened[number])
        for number, artist, release, title in read_many(connection, query)
    )
