"""Consents: set for an artist, overridden for a release or a recording, and inherited."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from rightsdesk.consent import Consent, Use, widened
from rightsdesk.consent.consent import strictest
from rightsdesk.consent.words import listed
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of, read_many
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import ChangedLater, Deed, DeedKind, DeedScope, DeedValue, note
from rightsdesk.store.joins import catalogued, with_artists
from rightsdesk.store.schema import artists, recordings, releases, stored_consents
from rightsdesk.workspace.consents.sharing import ConsentPlace, Partners, partners
from rightsdesk.workspace.types.consents import EffectiveConsent, Opened
from rightsdesk.workspace.types.scopes import Scope, ScopeKind

ARTIST, RELEASE, RECORDING = ScopeKind.ARTIST, ScopeKind.RELEASE, ScopeKind.RECORDING


class WideningNotConfirmed(KnownError):
    """A consent would allow AI more than before, and this was not confirmed."""

    cause = Cause.WIDENING

    def __init__(self, uses: tuple[Use, ...], opened: tuple[Opened, ...] = ()) -> None:
        super().__init__(
            worded("This choice newly allows: {uses}.", uses=listed(uses)),
            untouched="Nothing was changed.",
            advice="Confirm that this is what you want.",
        )
        self.uses = uses
        self.opened = opened


class NoLongerThere(KnownError):
    """The artist, release or recording of a consent was removed meanwhile."""

    cause = Cause.NO_LONGER_THERE

    def __init__(self, kind: ScopeKind) -> None:
        super().__init__(
            "This artist was removed."
            if kind is ARTIST
            else "This release was removed."
            if kind is RELEASE
            else "This recording was removed.",
            untouched="Nothing was changed.",
        )


@dataclass(frozen=True, slots=True)
class StoredConsents:
    """All stored consents, by scope."""

    own: Mapping[tuple[ScopeKind, int], Consent]
    partners: Partners = field(default_factory=dict)
    """Recordings that other artists share → all places whose consents count."""

    def effective(
        self, *, artist_id: int, release_id: int | None = None, recording_id: int | None = None
    ) -> Consent:
        """The effective consent: the artist's, overlaid with the nearer ones.

        A recording of several artists gets the strictest of theirs.
        """
        if recording_id is not None and recording_id in self.partners:
            return strictest(self._alone(*place) for place in self.partners[recording_id])
        return self._alone(artist_id, release_id, recording_id)

    def with_own_consent(self, kind: ScopeKind) -> set[int]:
        """The releases or recordings whose effective consent may differ from the inherited one."""
        found = {owner for of_kind, owner in self.own if of_kind is kind}
        return found | self.partners.keys() if kind is RECORDING else found

    def with_consent(self, scope: Scope, consent: Consent | None) -> StoredConsents:
        """A copy with another consent for one scope; None removes it."""
        own = dict(self.own)
        if consent is None:
            own.pop((scope.kind, scope.id), None)
        else:
            own[scope.kind, scope.id] = consent
        return replace(self, own=own)

    def _alone(self, artist_id: int, release_id: int | None, recording_id: int | None) -> Consent:
        result = Consent()
        for _, consent in self.layers(artist_id, release_id, recording_id):
            result = consent if not result else result.overlaid(consent)
        return result

    def effective_at(self, place: _Place) -> Consent:
        """The effective consent at a place."""
        return self.effective(
            artist_id=place.artist_id,
            release_id=place.release_id,
            recording_id=place.recording_id,
        )

    def layers(
        self, artist_id: int, release_id: int | None, recording_id: int | None
    ) -> list[tuple[ScopeKind, Consent]]:
        """The consents that apply, farthest first."""
        scopes = [(ARTIST, artist_id), (RELEASE, release_id), (RECORDING, recording_id)]
        return [
            (kind, self.own[kind, owner])
            for kind, owner in scopes
            if owner is not None and (kind, owner) in self.own
        ]


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    artist_id: int
    release_id: int | None = None
    recording_id: int | None = None
    artist: str = ""
    release: str = ""


def load(connection: Connection) -> StoredConsents:
    """All stored consents."""
    rows = connection.execute(select(stored_consents)).all()
    own = {(ScopeKind(r.kind), r.owner_id): texts.load_consent(r.consent) for r in rows}
    return StoredConsents(own, partners(connection))


def of_scope(database: Database, scope: Scope) -> EffectiveConsent:
    """The effective consent of a scope, and where each permission comes from."""
    with database.read() as connection:
        place, stored = _place(connection, scope), load(connection)
        rows = connection.execute(select(artists.c.id, artists.c.name))
        roster = {row.id: row.name for row in rows}
    names = {ARTIST: place.artist, RELEASE: place.release, RECORDING: place.name}
    effective, origin = Consent(), {}
    for kind, consent in stored.layers(place.artist_id, place.release_id, place.recording_id):
        effective = effective.overlaid(consent)
        origin.update(dict.fromkeys(consent, (kind, names[kind])))
    own = stored.own.get((scope.kind, scope.id), Consent())
    shared_effective = stored.effective_at(place)
    for partner in stored.partners.get(place.recording_id or 0, ()):
        other_consent = replace(stored, partners={}).effective(**partner._asdict())
        for use, permission in shared_effective.items():
            if effective.get(use) is not permission and other_consent.get(use) is permission:
                origin[use] = (ARTIST, roster[partner.artist_id])
    return EffectiveConsent(scope, place.name, own, shared_effective, origin)


def widened_by(database: Database, scope: Scope, consent: Consent | None) -> tuple[Use, ...]:
    """The uses that a consent would open up, in its scope and in all that inherits from it."""
    with database.read() as connection:
        return _widened_by(connection, scope, consent)


def _widened_by(connection: Connection, scope: Scope, consent: Consent | None) -> tuple[Use, ...]:
    before = load(connection)
    places = [_place(connection, scope), *_below(connection, scope, before)]
    places += _dependents(before, scope)
    after = before.with_consent(scope, consent)
    opened: set[Use] = set()
    for place in places:
        opened.update(widened(before.effective_at(place), after.effective_at(place)))
    return tuple(use for use in Use if use in opened)


def opened_by(database: Database, scope: Scope, consent: Consent | None) -> tuple[Opened, ...]:
    """Every recording for which a consent would allow AI more, in catalogue order.

    Dependent recordings of other artists come after the scope's own.
    """
    with database.read() as connection:
        return _opened_by(connection, scope, consent)


def _opened_by(connection: Connection, scope: Scope, consent: Consent | None) -> tuple[Opened, ...]:
    a, r, of = artists.c, recordings.c, releases.c
    column = {ARTIST: r.artist_id, RELEASE: r.release_id, RECORDING: r.id}[scope.kind]
    query = (
        select(r.id, r.artist_id, r.release_id, a.name, of.title, r.title)
        .select_from(catalogued())
        .order_by(a.name_key, of.title, r.disc, r.track, r.title, r.id)
    )
    opened: list[Opened] = []
    before = load(connection)
    after = before.with_consent(scope, consent)
    nearer = {
        kind: after.with_own_consent(kind) | before.with_own_consent(kind)
        for kind in (RELEASE, RECORDING)
    }
    others = {one.recording_id for one in _dependents(before, scope)}
    met: dict[tuple[int, int | None, int | None], tuple[Use, ...]] = {}
    seen: set[int] = set()
    for which in (column == scope.id, *any_of(r.id, others)):
        for number, artist, release, *names in read_many(connection, query.where(which)):
            if number in seen:
                continue
            if number in others:
                seen.add(number)
            place = (
                artist,
                release if release in nearer[RELEASE] else None,
                number if number in nearer[RECORDING] else None,
            )
            if place not in met:
                where = _Place("", *place)
                met[place] = widened(before.effective_at(where), after.effective_at(where))
            if uses := met[place]:
                whose, title, name = names
                opened.append(Opened(whose, title or "", name, uses))
    return tuple(opened)


def _dependents(stored: StoredConsents, scope: Scope) -> list[_Place]:
    """The recordings of several artists that also depend on a consent in this scope."""

    def counts(place: ConsentPlace) -> bool:
        ids = {ARTIST: place.artist_id, RELEASE: place.release_id, RECORDING: place.recording_id}
        return ids[scope.kind] == scope.id

    return [
        _Place("", *place)
        for number, group in stored.partners.items()
        if any(map(counts, group))
        for place in group
        if place.recording_id == number
    ]


def set_consent(
    database: Database,
    scope: Scope,
    consent: Consent | None,
    confirmed: Collection[Use],
    *,
    undoing: Deed | None = None,
) -> None:
    """Store a consent, and the deed of it; None inherits again.

    `undoing` is the deed that this takes back: only what it set is replaced. Raises
    WideningNotConfirmed, NoLongerThere, and ChangedSince, with nothing changed.
    """
    key = (stored_consents.c.kind == scope.kind.value) & (stored_consents.c.owner_id == scope.id)
    with database.write() as connection:
        stored = connection.execute(select(stored_consents.c.consent).where(key)).scalar()
        held = None if stored is None else texts.load_consent(stored)
        if undoing is not None and consent_of(undoing.after) != held:
            raise ChangedLater
        place = _place(connection, scope)
        opens = _widened_by(connection, scope, consent)
        if not set(opens) <= set(confirmed):
            raise WideningNotConfirmed(opens, _opened_by(connection, scope, consent))
        put(connection, scope, consent, held, undoing=undoing, place=place)


def put(
    connection: Connection,
    scope: Scope,
    consent: Consent | None,
    held: Consent | None,
    *,
    undoing: Deed | None = None,
    place: _Place | None = None,
    part_of: int | None = None,
) -> int | None:
    """Store a consent in place of the one `held`, and the deed of it; the deed's id.

    What it opens up was confirmed. `part_of` is the first deed of the same act. None if nothing
    changed. Raises NoLongerThere.
    """
    place = place or _place(connection, scope)
    if consent is None:
        key = stored_consents.c.kind == scope.kind.value
        connection.execute(
            delete(stored_consents).where(key, stored_consents.c.owner_id == scope.id)
        )
    else:
        _store(connection, scope, consent)
    if consent == held and undoing is None:
        return None
    return note(
        connection,
        DeedKind.CONSENT_CLEARED if consent is None else DeedKind.CONSENT_SET,
        DeedScope(place.artist_id, place.release_id, place.recording_id),
        before=_deed_value(held),
        after=_deed_value(consent),
        undoes=None if undoing is None else undoing.id,
        part_of=part_of,
    )


def scope_of(deed: Deed) -> Scope:
    """The scope of a deed about a consent: the recording, else the release, else the artist."""
    if deed.scope.recording_id is not None:
        return Scope(RECORDING, deed.scope.recording_id)
    if deed.scope.release_id is not None:
        return Scope(RELEASE, deed.scope.release_id)
    return Scope(ARTIST, deed.scope.artist_id or 0)


def consent_of(value: DeedValue) -> Consent | None:
    """The consent in a deed's `before` or `after`; None where it was inherited."""
    stored = value["consent"] if value is not None else None
    return None if stored is None else Consent.from_json(stored)


def _deed_value(consent: Consent | None) -> DeedValue:
    return {"consent": None if consent is None else consent.to_json()}


def _store(connection: Connection, scope: Scope, consent: Consent) -> None:
    row = {
        "kind": scope.kind.value,
        "owner_id": scope.id,
        "consent": texts.dump_consent(consent),
        "set_at": texts.now(),
    }
    connection.execute(insert(stored_consents).values(row).on_conflict_do_update(set_=row))


def _place(connection: Connection, scope: Scope) -> _Place:
    if scope.kind is ARTIST:
        query = select(artists.c.name).where(artists.c.id == scope.id)
        row = connection.execute(query).first()
        found = row and _Place(row.name, scope.id, artist=row.name)
    elif scope.kind is RELEASE:
        query = (
            select(releases.c.title, releases.c.artist_id, artists.c.name)
            .select_from(with_artists(releases, releases.c.artist_id))
            .where(releases.c.id == scope.id)
        )
        row = connection.execute(query).first()
        found = row and _Place(
            row.title, row.artist_id, scope.id, artist=row.name, release=row.title
        )
    else:
        query = (
            select(
                recordings.c.title,
                recordings.c.artist_id,
                recordings.c.release_id,
                artists.c.name,
                releases.c.title.label("release"),
            )
            .select_from(catalogued())
            .where(recordings.c.id == scope.id)
        )
        row = connection.execute(query).first()
        found = row and _Place(
            row.title, row.artist_id, row.release_id, scope.id, row.name, row.release or ""
        )
    if not found:
        raise NoLongerThere(scope.kind)
    return found


def _below(connection: Connection, scope: Scope, stored: StoredConsents) -> list[_Place]:
    """The places with consents of their own that inherit from this scope."""
    if scope.kind is RECORDING:
        return []
    own_ids = {kind: [i for k, i in stored.own if k is kind] for kind in ScopeKind}
    places = []
    column = recordings.c.artist_id if scope.kind is ARTIST else recordings.c.release_id
    query = select(recordings.c.id, recordings.c.artist_id, recordings.c.release_id).where(
        column == scope.id
    )
    with_own = set(own_ids[RECORDING])
    if with_own:
        places += [
            _Place("", row.artist_id, row.release_id, row.id)
            for row in connection.execute(query)
            if row.id in with_own
        ]
    if scope.kind is ARTIST and own_ids[RELEASE]:
        rows = connection.execute(select(releases.c.id).where(releases.c.artist_id == scope.id))
        places += [_Place("", scope.id, r.id) for r in rows if r.id in set(own_ids[RELEASE])]
    return places


def differing_below(database: Database, scope: Scope) -> dict[ScopeKind, int]:
    """How many releases and recordings in a scope have a different effective consent."""
    with database.read() as connection:
        stored = load(connection)
        here, below = _place(connection, scope), _below(connection, scope, stored)
    consent = stored.effective_at(here)
    numbers = {RELEASE: 0, RECORDING: 0}
    for place in below:
        if stored.effective_at(place) != consent:
            numbers[RELEASE if place.recording_id is None else RECORDING] += 1
    return numbers


def hand_over(connection: Connection, recording_id: int, into: int) -> None:
    """Apply a recording's consent to the recording that replaces it.

    If both have one, the stricter permissions stay: nothing is widened.
    """
    stored = load(connection)
    if (RECORDING, recording_id) not in stored.own:
        return
    keep_stricter(connection, effective_of(connection, stored, recording_id), into)


def effective_of(connection: Connection, stored: StoredConsents, recording_id: int) -> Consent:
    """The effective consent of one recording."""
    return stored.effective_at(_place(connection, Scope(RECORDING, recording_id)))


def keep_stricter(
    connection: Connection, before: Consent, owner_id: int, kind: ScopeKind = RECORDING
) -> None:
    """Store a consent so that nothing is wider than `before`, for a recording or a release."""
    scope = Scope(kind, owner_id)
    after = load(connection).effective_at(_place(connection, scope))
    stricter = strictest((before, after))
    opened = widened(after, stricter)
    kept = Consent({use: stricter[use] for use in stricter if use not in opened})
    if kept != after:
        _store(connection, scope, kept)


def restore(connection: Connection, scope: Scope, stored: str | None) -> None:
    """Restore a consent as the store had it; None removes it."""
    key = (stored_consents.c.kind == scope.kind.value) & (stored_consents.c.owner_id == scope.id)
    connection.execute(delete(stored_consents).where(key))
    if stored is not None:
        _store(connection, scope, texts.load_consent(stored))


def delete_consents(connection: Connection, kind: ScopeKind, numbers: Collection[int]) -> None:
    """Delete the consents of releases or recordings."""
    for part in any_of(stored_consents.c.owner_id, numbers):
        connection.execute(
            delete(stored_consents).where(stored_consents.c.kind == kind.value, part)
        )


def forget(database: Database, artist_id: int) -> None:
    """Delete all consents of an artist and of the artist's releases and recordings."""
    own_releases = select(releases.c.id).where(releases.c.artist_id == artist_id)
    own_recordings = select(recordings.c.id).where(recordings.c.artist_id == artist_id)
    owned = (
        (stored_consents.c.kind == ARTIST.value) & (stored_consents.c.owner_id == artist_id)
        | (stored_consents.c.kind == RELEASE.value) & stored_consents.c.owner_id.in_(own_releases)
        | (stored_consents.c.kind == RECORDING.value)
        & stored_consents.c.owner_id.in_(own_recordings)
    )
    with database.write() as connection:
        connection.execute(delete(stored_consents).where(owned))
