"""The home page of one artist, and the roster of all: figures, bars, news and next steps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, func, select

from rightsdesk.consent import Consent
from rightsdesk.consent.licences.grant import beyond
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store.joins import ACCOUNT_ITEMS
from rightsdesk.store.partial import is_filled
from rightsdesk.store.schema import (
    accounts,
    artists,
    attestations,
    files,
    items,
    recordings,
    releases,
    stored_consents,
    terms_alarms,
)
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.licences.holding import holding
from rightsdesk.workspace.overview.segments import (
    SEGMENTS,
    Overview,
    says_it_everywhere,
    worst,
)
from rightsdesk.workspace.overview.steps import Counts, steps, to_write, urgency
from rightsdesk.workspace.overview.values import (
    Action,
    CarrierBar,
    Home,
    News,
    RosterRow,
    Segment,
)
from rightsdesk.workspace.terms.types import Alarm
from rightsdesk.workspace.types.scopes import ScopeKind


def home(overview: Overview, artist_id: int | None = None) -> Home:
    """The home page of an artist, or of all. An artist without anything has an empty page."""
    now = overview.patterns()
    counts = overview.remembered("counts", Counts.of)
    with overview.database.read() as connection:
        known = consents.load(connection)
        artist_ids = _artists(connection) if artist_id is None else {artist_id: ""}
        by_artist = {one: known.effective(artist_id=one) for one in artist_ids}
        next_steps = steps(connection, now, counts, by_artist, overview.clock.now())
        chosen_at = {} if artist_id is None else _chosen_at(connection)
        exceptions = 0 if artist_id is None else _exceptions(connection, artist_id)
        licences = holding(connection, overview.clock.now(), known.partners)
    read_at = overview.remembered("read_at", _read_at)
    news = overview.remembered("news", _news)
    counted = Counter[bytes]()
    for one in artist_ids:
        counted.update(now.by_artist.get(one, {}))
    bars = now.by_carrier(counted)
    files_first = sorted(bars, key=lambda carrier: carrier != CarrierId.FILES)
    return Home(
        artist_id=artist_id,
        recordings=counted.total(),
        everywhere=_everywhere(counted),
        carriers=tuple(
            CarrierBar(
                carrier,
                bars[carrier],
                max((read_at.get((one, carrier), "") for one in artist_ids), default=""),
            )
            for carrier in files_first
        ),
        news=_together(one for artist in artist_ids for one in news.get(artist, ())),
        steps=tuple(sorted((step for some in next_steps.values() for step in some), key=urgency)),
        consent=by_artist[artist_id] if artist_id is not None else Consent(),
        chosen_at=chosen_at.get(artist_id, "") if artist_id is not None else "",
        exceptions=exceptions,
        terms=tuple(_terms(overview).get(artist_id, ())) if artist_id is not None else (),
        grants=() if artist_id is None else beyond(licences.at(artist_id), by_artist[artist_id]),
    )


def left_to_write(overview: Overview, artist_id: int | None) -> dict[str, int]:
    """How many files and items of an artist, or of all, are to be written, by carrier."""
    found = Counter[str]()
    for (artist, carrier), (number, _) in to_write(overview.patterns()).items():
        if artist_id in (None, artist):
            found[carrier] += number
    return dict(found)


def roster(overview: Overview) -> list[RosterRow]:
    """All artists by name, each with what needs attention."""
    now = overview.patterns()
    counts = overview.remembered("counts", Counts.of)
    with overview.database.read() as connection:
        known = consents.load(connection)
        names = _artists(connection)
        by_artist = {one: known.effective(artist_id=one) for one in names}
        next_steps = steps(connection, now, counts, by_artist, overview.clock.now())
        licences = holding(connection, overview.clock.now(), known.partners)
    news = overview.remembered("news", _news)
    terms = _terms(overview)
    rows: list[RosterRow] = []
    for artist, name in names.items():
        counted = now.by_artist.get(artist, Counter())
        todo = next_steps.get(artist, ())
        rows.append(
            RosterRow(
                artist_id=artist,
                name=name,
                recordings=counted.total(),
                everywhere=_everywhere(counted),
                bar=_by_worst(counted),
                consent=by_artist[artist],
                steps=todo,
                news=_together(news.get(artist, ())),
                broken=any(one.action in _BROKEN for one in todo),
                terms=len(terms.get(artist, ())),
                grants=beyond(licences.at(artist), by_artist[artist]),
            )
        )
    return rows


_BROKEN = (Action.RECONNECT, Action.FIND_FOLDER)


def _terms(overview: Overview) -> dict[int, list[Alarm]]:
    """The changes in terms that wait for an answer, by artist."""
    with overview.database.read() as connection:
        if connection.execute(select(terms_alarms.c.id).limit(1)).first() is None:
            return {}  # the usual case: the facts are not read for it
        from rightsdesk.workspace.terms import alarms, documents

        today = overview.clock.now().astimezone().date().isoformat()
        waiting = [one for one in alarms.all_alarms(connection) if one.is_open(today)]
        if not waiting:
            return {}
        using = documents.users(connection)
    found: dict[int, list[Alarm]] = {}
    for alarm in waiting:
        for artist in alarms.artists_of(alarm, using):
            found.setdefault(artist, []).append(alarm)
    return found


def _everywhere(counted: Mapping[bytes, int]) -> int:
    return sum(number for pattern, number in counted.items() if says_it_everywhere(pattern))


def _by_worst(counted: Mapping[bytes, int]) -> dict[Segment, int]:
    found = Counter[Segment]()
    for pattern, number in counted.items():
        if segment := worst(pattern):
            found[segment] += number
    return {segment: found[segment] for segment in SEGMENTS if found[segment]}


def _together(news: Iterable[News]) -> tuple[News, ...]:
    """One piece of news for each carrier, the newest first."""
    by_carrier: defaultdict[str, list[News]] = defaultdict(list)
    for one in news:
        by_carrier[one.carrier].append(one)
    merged = [
        News(
            carrier,
            sum(one.count for one in some),
            min(one.since for one in some),
            max(one.at for one in some),
        )
        for carrier, some in by_carrier.items()
    ]
    return tuple(sorted(merged, key=lambda one: (one.at, one.carrier), reverse=True))


def _artists(connection: Connection) -> dict[int, str]:
    """All artists by name: id → name."""
    query = select(artists.c.id, artists.c.name).order_by(artists.c.name_key)
    return {row.id: row.name for row in connection.execute(query)}


def _read_at(connection: Connection) -> dict[tuple[int, str], str]:
    """When each artist's files and platforms were last read, or attested."""
    f, a, s = files.c, accounts.c, attestations.c
    found: dict[tuple[int, str], str] = {}
    of_files = select(f.artist_id, func.max(f.seen_at)).group_by(f.artist_id)
    for artist, at in connection.execute(of_files):
        found[artist, CarrierId.FILES] = at
    attested = select(s.artist_id, s.platform, func.max(s.attested_at))
    attested = attested.where(s.withdrawn_at == "").group_by(s.artist_id, s.platform)
    of_items = select(a.artist_id, a.platform, func.max(items.c.seen_at))
    of_items = of_items.select_from(ACCOUNT_ITEMS).group_by(a.artist_id, a.platform)
    for query in (attested, of_items):
        for artist, platform, at in connection.execute(query):
            found[artist, platform] = at
    return found


def _news(connection: Connection) -> dict[int, list[News]]:
    """What changed without RightsDesk, by artist and carrier."""
    f, a = files.c, accounts.c
    found: defaultdict[int, list[News]] = defaultdict(list)
    at = func.json_extract(f.drift, "$.at")
    query = select(f.artist_id, func.count(), func.min(at), func.max(at))
    query = query.where(is_filled(f.drift), f.missing.is_(False)).group_by(f.artist_id)
    for artist, number, since, latest in connection.execute(query):
        found[artist].append(News(CarrierId.FILES, number, since, latest))
    at = func.json_extract(items.c.drift, "$.at")
    of_items = select(a.artist_id, a.platform, func.count(), func.min(at), func.max(at))
    of_items = of_items.select_from(ACCOUNT_ITEMS)
    of_items = of_items.where(is_filled(items.c.drift), items.c.gone.is_(False))
    of_items = of_items.group_by(a.artist_id, a.platform)
    for artist, platform, number, since, latest in connection.execute(of_items):
        found[artist].append(News(platform, number, since, latest))
    return found


def _chosen_at(connection: Connection) -> dict[int, str]:
    c = stored_consents.c
    query = select(c.owner_id, c.set_at).where(c.kind == ScopeKind.ARTIST.value)
    return {row.owner_id: row.set_at for row in connection.execute(query)}


def _exceptions(connection: Connection, artist_id: int) -> int:
    """How many releases and recordings of an artist have a consent of their own."""
    c = stored_consents.c
    total = 0
    for kind, table in ((ScopeKind.RELEASE, releases), (ScopeKind.RECORDING, recordings)):
        owned = select(table.c.id).where(table.c.artist_id == artist_id)
        query = select(func.count()).where(c.kind == kind.value, c.owner_id.in_(owned))
        total += connection.execute(query).scalar_one()
    return total
