"""Carriers that name other partners than the licences that hold now.

What a carrier says is compared as a short text without partners. Few carriers name one, so these
are found on their own, by the rule by which `tag` and `sync` write them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, literal, null, or_, select

from rightsdesk.consent import Standing
from rightsdesk.consent.dialects import Dialect
from rightsdesk.enums.carriers import CARRIERS, PLATFORMS, CarrierId
from rightsdesk.store import texts
from rightsdesk.store.bulk import numbers_in, read_many
from rightsdesk.store.joins import (
    ACCOUNT_ITEMS,
    FILES_WITH_PARTNERS,
    ITEMS_WITH_PARTNERS,
    RECORDING_FILES,
    RECORDING_ITEMS,
    WHOLE_ACCOUNTS,
    catalogued,
)
from rightsdesk.store.schema import accounts, files, items, licences, recordings
from rightsdesk.workspace.consents.consents import StoredConsents
from rightsdesk.workspace.licences.declared import Declared, OwnerKey
from rightsdesk.workspace.suites import settable_of, suite_of

Misnaming = Mapping[tuple[CarrierId, int], Standing]
"""Carrier and id of a file or item → *conflicts* if it names a partner who may do less by now, or
*silent* if it lacks one. All others name the right ones."""

_MOST_REMEMBERED = 10_000
_R, _F, _I, _A = recordings.c, files.c, items.c, accounts.c
_Query = Select[*tuple[Any, ...]]


def misnaming(
    connection: Connection,
    stored: StoredConsents,
    condition: ColumnElement[bool],
    now: datetime,
) -> Misnaming:
    """The files, items and accounts that name the wrong partners, by licences as of `now` (aware).

    `condition` applies to recordings joined with artists and releases; whole accounts and sites
    are all looked at.
    """
    marked = [
        _files().where(condition, FILES_WITH_PARTNERS),
        _items().where(condition, ITEMS_WITH_PARTNERS),
        _whole().where(ITEMS_WITH_PARTNERS),
    ]
    found = list(_read(connection, marked))
    if not found and connection.execute(select(licences.c.id).limit(1)).first() is None:
        return {}
    judge = _Judge(Declared(connection, now, stored))
    licensed = _licensed(judge.declared, condition)
    return {
        (CARRIERS[carrier], number): standing
        for carrier, number, *about in (*found, *_read(connection, licensed))
        if (standing := judge.standing(CARRIERS[carrier], *about))
    }


def _read(connection: Connection, queries: Iterable[_Query]) -> Iterator[tuple[Any, ...]]:
    for query in queries:
        yield from read_many(connection, query)


def _licensed(declared: Declared, condition: ColumnElement[bool]) -> Iterator[_Query]:
    """The carriers that may have to name a partner."""
    held = declared.licences
    if not held:
        return
    covered = or_(
        _R.artist_id.in_(numbers_in(held.artists)),
        _R.release_id.in_(numbers_in(held.releases)),
        _R.id.in_(numbers_in(held.recordings)),
    )
    yield _files().where(condition, covered)
    platforms = [carrier for carrier in PLATFORMS if _can_name(carrier)]
    if platforms:
        yield _items().where(condition, covered, _A.platform.in_(platforms))
        of_artists = _A.artist_id.in_(numbers_in(held.artists))
        yield _whole().where(of_artists, _A.platform.in_(platforms))


@lru_cache(maxsize=64)
def _can_name(carrier: CarrierId) -> bool:
    """Whether a dialect of a carrier has a word for a partner."""
    dialects = suite_of(carrier).dialects
    return any(type(one).grants_in is not Dialect.grants_in for one in dialects)


class _Judge:
    def __init__(self, declared: Declared) -> None:
        self.declared = declared
        self._known: dict[tuple[CarrierId, OwnerKey, str, str], Standing | None] = {}

    def standing(
        self,
        carrier: CarrierId,
        artist: int,
        release: int | None,
        recording: int | None,
        places: str,
        fields: str,
    ) -> Standing | None:
        """The standing by the partners alone; None if they are the right ones."""
        owner = self.declared.key(artist, release, recording, on_disk=carrier == CarrierId.FILES)
        key = carrier, owner, places, fields
        if key not in self._known:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = self._compare(*key)
        return self._known[key]

    def _compare(
        self, carrier: CarrierId, owner: OwnerKey, places: str, stored: str
    ) -> Standing | None:
        declaration = self.declared.of(owner)
        if declaration is None:
            return None
        suite, fields = suite_of(carrier), texts.load_fields(stored)
        edit = suite.edit(fields, declaration, settable_of(carrier, places, fields))
        now, meant = suite.grants_in(fields), suite.grants_in(suite.edited(fields, edit))
        if now == meant:
            return None
        kept = all(any(one.covers(grant) for one in meant) for grant in now)
        return Standing.SILENT if kept else Standing.CONFLICTS


def _files() -> _Query:
    owner = (_F.artist_id, _R.release_id, _R.id)
    query = select(literal(CarrierId.FILES.value), _F.id, *owner, _F.settable, _F.fields)
    query = query.select_from(catalogued(RECORDING_FILES))
    return query.where(_F.missing.is_(False), _F.problem == "")


def _items() -> _Query:
    query = select(_A.platform, _I.id, _R.artist_id, _R.release_id, _R.id, literal(""), _I.fields)
    query = query.select_from(catalogued(RECORDING_ITEMS))
    return query.where(_I.gone.is_(False), _I.problem == "", _R.artist_id == _A.artist_id)


def _whole() -> _Query:
    owner = (_A.artist_id, null().label("release_id"), null().label("recording_id"))
    query = select(_A.platform, _I.id, *owner, literal(""), _I.fields)
    query = query.select_from(ACCOUNT_ITEMS)
    return query.where(WHOLE_ACCOUNTS, _I.gone.is_(False), _I.problem == "")
