"""Sums of a report: how much music, what was chosen for it, and how carriers compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, true

from rightsdesk.consent import Consent, Evidence, Standing
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.registry import NAMES
from rightsdesk.resources.facts import all_facts
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.deeds import DeedKind
from rightsdesk.store.joins import (
    ARTIST_ITEMS,
    RECORDING_FILES,
    RECORDING_ITEMS,
    WHOLE_ACCOUNTS,
    catalogued,
    with_artists,
    with_consents,
)
from rightsdesk.store.schema import (
    accounts,
    artists,
    deeds,
    files,
    items,
    recordings,
    releases,
    stored_consents,
)
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.reports.types import CarrierSum, ChosenConsent, Totals
from rightsdesk.workspace.status.standings import ResolvedConsents
from rightsdesk.workspace.suites import evidence_of
from rightsdesk.workspace.types.scopes import ScopeKind

Condition = ColumnElement[bool]
_R = recordings.c


def totals(connection: Connection, condition: Condition) -> Totals:
    """How much music a condition on recordings lets through."""
    count = select(func.count(), func.count(_R.release_id.distinct())).select_from(catalogued())
    number, with_release = connection.execute(count.where(condition)).one()
    per_file = select(files.c.missing, func.count()).select_from(catalogued(RECORDING_FILES))
    rows = connection.execute(per_file.where(condition).group_by(files.c.missing))
    by_missing = {bool(missing): n for missing, n in rows}
    with_audio = select(func.count()).select_from(catalogued(RECORDING_FILES))
    with_audio = with_audio.where(condition, files.c.essence.is_not(None))
    on_platforms = select(func.count()).select_from(catalogued(RECORDING_ITEMS)).where(condition)
    return Totals(
        number,
        with_release,
        by_missing.get(False, 0),
        by_missing.get(True, 0),
        connection.execute(on_platforms.where(items.c.gone.is_(False))).scalar_one(),
        connection.execute(with_audio).scalar_one(),
    )


def consent_counts(connection: Connection, condition: Condition) -> list[tuple[Consent, int]]:
    """The consents in force, and for how many recordings each; the most frequent first."""
    effective = ResolvedConsents(consents.load(connection))
    query = select(_R.id, _R.artist_id, _R.release_id).select_from(catalogued()).where(condition)
    keys = Counter(
        effective.key(artist, release, number)
        for number, artist, release in read_many(connection, query)
    )
    found: Counter[Consent] = Counter()
    for key, number in keys.items():
        found[effective.of(key)] += number
    return found.most_common()


def chosen(connection: Connection, condition: Condition) -> Iterator[ChosenConsent]:
    """Every consent that was set for the music or a part of it: for artists, then releases, then
    recordings."""
    for kind, query in _owners(condition):
        since = _since(connection, kind)
        for owner, artist, name, consent, set_at in connection.execute(query):
            stated = texts.load_consent(consent)
            yield ChosenConsent(kind, name, artist, stated, since.get(owner, set_at))


def _owners(condition: Condition) -> Iterator[tuple[ScopeKind, Select[*tuple[Any, ...]]]]:
    c = stored_consents.c
    meant = select(_R.artist_id, _R.release_id, _R.id).select_from(catalogued()).where(condition)
    chosen = meant.subquery()
    whose = {
        ScopeKind.ARTIST: (artists.c.id, artists.c.name, artists, chosen.c.artist_id),
        ScopeKind.RELEASE: (
            *(releases.c.id, releases.c.title),
            *(with_artists(releases, releases.c.artist_id), chosen.c.release_id),
        ),
        ScopeKind.RECORDING: (_R.id, _R.title, catalogued(), chosen.c.id),
    }
    for kind, (number, name, source, ids) in whose.items():
        query = select(number, artists.c.name, name, c.consent, c.set_at)
        query = query.select_from(with_consents(source, number, kind.value))
        yield kind, query.where(number.in_(select(ids))).order_by(artists.c.name_key, name, number)


def _since(connection: Connection, kind: ScopeKind) -> Mapping[int, str]:
    """When the consent of each owner last changed, by the history."""
    d = deeds.c
    column = {
        ScopeKind.ARTIST: d.artist_id,
        ScopeKind.RELEASE: d.release_id,
        ScopeKind.RECORDING: d.recording_id,
    }[kind]
    query = select(column, func.max(d.at)).where(d.kind == DeedKind.CONSENT_SET.value)
    if kind is ScopeKind.ARTIST:
        query = query.where(d.release_id.is_(None), d.recording_id.is_(None))
    elif kind is ScopeKind.RELEASE:
        query = query.where(d.recording_id.is_(None))
    rows = connection.execute(query.where(column.is_not(None)).group_by(column))
    return {row[0]: row[1] for row in rows}


def carrier_sums(
    connection: Connection,
    condition: Condition,
    counts: Mapping[str, Mapping[Standing, int]],
    noted: Mapping[str, str],
) -> list[CarrierSum]:
    """The carriers that are in use, files first, by name. `counts` are those of the matrix;
    `noted` has the day of the oldest note of each attested platform."""
    read = _read(connection, condition)
    names = _names()
    found = []
    for carrier, standings in counts.items():
        first, last = read.get(carrier, ("", ""))
        if carrier in NAMES or carrier == CarrierId.FILES:
            evidence = evidence_of(CarrierId(carrier))
        else:
            attested = Standing.TERMS_ONLY not in standings
            evidence = Evidence.ATTESTED if attested else Evidence.TERMS
        if not first and evidence is Evidence.ATTESTED:
            first = last = noted.get(carrier, "")
        some = {standing: number for standing, number in standings.items() if number}
        found.append(CarrierSum(carrier, names.get(carrier, carrier), some, evidence, first, last))
    return sorted(found, key=lambda one: (one.carrier != CarrierId.FILES, one.name.casefold()))


def _names() -> dict[str, str]:
    return {facts.id: facts.name for facts in all_facts()} | dict(NAMES)


def _read(connection: Connection, condition: Condition) -> dict[str, tuple[str, str]]:
    """The oldest and the newest reading of each carrier."""
    seen = files.c.seen_at
    query = select(func.min(seen), func.max(seen)).select_from(catalogued(RECORDING_FILES))
    first, last = connection.execute(
        query.where(condition, seen != "", files.c.missing.is_(False))
    ).one()
    found: dict[str, tuple[str, str]] = {CarrierId.FILES: (first or "", last or "")}
    seen = items.c.seen_at
    for source, which in ((RECORDING_ITEMS, true()), (ARTIST_ITEMS, WHOLE_ACCOUNTS)):
        per_platform = select(accounts.c.platform, func.min(seen), func.max(seen))
        per_platform = per_platform.select_from(catalogued(source)).where(condition, seen != "")
        per_platform = per_platform.where(which).group_by(accounts.c.platform)
        for platform, first, last in connection.execute(per_platform):
            before = found.get(platform, (first, last))
            found[platform] = min(before[0], first), max(before[1], last)
    return found
