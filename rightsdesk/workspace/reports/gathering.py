"""A report as values: its sums at once, its long lists one by one.

All that is read on the report's connection is the store at one moment. Lists are made anew each
time they are asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

import rightsdesk
from rightsdesk.changes.types import Cancel
from rightsdesk.consent import Consent
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, os_user
from rightsdesk.store.joins import catalogued
from rightsdesk.store.queries import folders_by_artist
from rightsdesk.store.schema import artists, recordings, releases
from rightsdesk.workspace.catalogue.filtering import conditions
from rightsdesk.workspace.history.types import HistoryFilter
from rightsdesk.workspace.licences.views import LicenceFilter, views
from rightsdesk.workspace.reports import around, history, sums
from rightsdesk.workspace.reports.recordings import Hasher, recording_lines
from rightsdesk.workspace.reports.types import (
    AccountLine,
    CarrierSum,
    ChosenConsent,
    HeldLine,
    HistoryLine,
    LicenceLine,
    NotedLine,
    OpenPoint,
    Owner,
    RecordingLine,
    ReportSubject,
    Seal,
    TermsLine,
    Totals,
)
from rightsdesk.workspace.status import matrix
from rightsdesk.workspace.status.problems import problems
from rightsdesk.workspace.types.scopes import Filter, Sort


@dataclass(frozen=True)
class Report:
    """A report on some music. `name` is "" for the roster and for a selection.

    `consents` are those in force, with the number of recordings; `kinds` counts the entries of the
    history that concern the report, and `first_at` is the time of the first.
    """

    about: ReportSubject
    name: str
    made_at: datetime
    made_by: str
    version: str
    owners: tuple[Owner, ...]
    totals: Totals
    consents: tuple[tuple[Consent, int], ...]
    carriers: tuple[CarrierSum, ...]
    accounts: tuple[AccountLine, ...]
    noted: tuple[NotedLine, ...]
    terms: tuple[TermsLine, ...]
    held: tuple[HeldLine, ...]
    licences: tuple[LicenceLine, ...]
    open_points: tuple[OpenPoint, ...]
    kinds: Counter[DeedKind]
    first_at: str
    seal: Seal
    hashed: bool
    source: ListSource

    def chosen(self) -> Iterator[ChosenConsent]:
        """Every consent that was set for the music."""
        return sums.chosen(self.source.connection, self.source.condition)

    def recordings(self, *, hashed: bool = False) -> Iterator[RecordingLine]:
        """The recordings in order of artist and release. Raises Cancelled.

        With `hashed`, files are read for their SHA-256 if the report has a hasher: do that once.
        """
        source = self.source
        hasher = source.hasher if hashed else None
        return recording_lines(source.connection, source.ids, self.made_at, source.cancel, hasher)

    @property
    def numbers_missing(self) -> bool:
        """Whether the ledger has entries that `history` does not list."""
        return sum(self.kinds.values()) < self.seal.entries

    def history(self) -> Iterator[HistoryLine]:
        """The entries of the history that concern the report, newest first."""
        source = self.source
        return history.history_lines(
            source.database, source.entries, source.concerns, self.seal.entry
        )


@dataclass(frozen=True, slots=True)
class ListSource:
    """Where a report reads its long lists from."""

    database: Database
    connection: Connection
    condition: sums.Condition
    ids: Sequence[int]
    entries: HistoryFilter
    concerns: history.Concerns
    cancel: Cancel
    hasher: Hasher | None


@contextmanager
def gathered(
    database: Database,
    chosen: Filter,
    now: datetime,
    cancel: Cancel,
    hasher: Hasher | None = None,
) -> Iterator[Report]:
    """A report on the filtered music as it is now. It can be read within the block only.

    `hasher` reads the files for their SHA-256. Raises NoSuchArtist.
    """
    ids = matrix.recording_ids(database, chosen, Sort(), now)
    condition = conditions(chosen)
    open_points = tuple(
        OpenPoint(
            *(one.kind.value, one.where, one.artist, one.sentence, one.advice),
            *(one.count, one.since),
        )
        for one in problems(database, chosen, now)
    )
    counts = matrix.counts(database, chosen, now)
    licences = views(database, LicenceFilter(), now)
    with database.read() as connection:
        owners = _owners(connection, chosen, condition)
        concerns = _concerns(connection, chosen, condition, owners)
        entries = HistoryFilter(artist_id=chosen.artist_id)
        seal = history.seal(database, connection)
        kinds, first_at = history.kinds_of(connection, concerns, seal.entry)
        noted = tuple(around.noted_lines(connection, owners))
        oldest = dict[str, str]()
        for one in noted:
            oldest[one.platform] = min(one.noted_at, oldest.get(one.platform, one.noted_at))
        accounts = tuple(around.account_lines(database, owners, now))
        about, name = _about(connection, chosen, owners)
        platforms = {*counts, *(one.platform for one in accounts), *oldest}
        yield Report(
            about=about,
            name=name,
            made_at=now.astimezone(UTC),
            made_by=os_user(),
            version=rightsdesk.__version__,
            owners=owners,
            totals=sums.totals(connection, condition),
            consents=tuple(sums.consent_counts(connection, condition)),
            carriers=tuple(sums.carrier_sums(connection, condition, counts, oldest)),
            accounts=accounts,
            noted=noted,
            terms=tuple(around.terms_lines(platforms)),
            held=tuple(around.held_lines(connection, platforms)),
            licences=tuple(around.licence_lines(connection, condition, licences)),
            open_points=open_points,
            kinds=kinds,
            first_at=first_at,
            seal=seal,
            hashed=hasher is not None,
            source=ListSource(
                *(database, connection, condition, ids, entries, concerns, cancel, hasher)
            ),
        )


def _owners(connection: Connection, chosen: Filter, condition: sums.Condition) -> tuple[Owner, ...]:
    """The artists of the music; an artist that was chosen by name also without any."""
    meant = select(recordings.c.artist_id).select_from(catalogued()).where(condition)
    a = artists.c
    query = select(a.id, a.name, a.rightsholder, a.contact, a.terms_url).order_by(a.name_key)
    if chosen == Filter():
        pass
    elif chosen == Filter(artist_id=chosen.artist_id):
        query = query.where(a.id == chosen.artist_id)
    else:
        query = query.where(a.id.in_(meant))
    places = folders_by_artist(connection)
    return tuple(
        Owner(*row, folders=tuple(places.get(row.id, ()))) for row in connection.execute(query)
    )


def _concerns(
    connection: Connection,
    chosen: Filter,
    condition: sums.Condition,
    owners: Sequence[Owner],
) -> history.Concerns:
    ids = frozenset(owner.id for owner in owners)
    if chosen == Filter():
        return history.everything
    if chosen == Filter(artist_id=chosen.artist_id):
        return history.of_artists(ids)
    return history.of_music(connection, condition, ids)


def _about(
    connection: Connection, chosen: Filter, owners: Sequence[Owner]
) -> tuple[ReportSubject, str]:
    if chosen == Filter():
        return ReportSubject.ROSTER, ""
    if chosen.recording_id is not None:
        query = select(recordings.c.title).where(recordings.c.id == chosen.recording_id)
        return ReportSubject.RECORDING, connection.execute(query).scalar() or ""
    if chosen == Filter(artist_id=chosen.artist_id, release_id=chosen.release_id):
        if chosen.release_id is not None:
            query = select(releases.c.title).where(releases.c.id == chosen.release_id)
            return ReportSubject.RELEASE, connection.execute(query).scalar() or ""
        return ReportSubject.ARTIST, owners[0].name if owners else ""
    return ReportSubject.SELECTION, ""
