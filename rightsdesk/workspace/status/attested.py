"""Matrix cells for attested platforms, per artist.

Attested values are never shown as read from an API. Attestations are few and hold for all of an
artist's recordings. So each is compared once with every distinct consent, and recordings are only
counted.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, and_, func, select

from rightsdesk.consent import Consent, Evidence, Standing
from rightsdesk.store.bulk import read_many
from rightsdesk.store.joins import catalogued
from rightsdesk.store.queries import platforms_by_artist
from rightsdesk.store.schema import attestations, recordings
from rightsdesk.store.schema import stored_consents as consent_table
from rightsdesk.workspace.consents.consents import StoredConsents
from rightsdesk.workspace.guided.attestations import Attestations, current_attestations
from rightsdesk.workspace.status.consent_dates import ConsentKey
from rightsdesk.workspace.status.standings import RANK, ResolvedConsents
from rightsdesk.workspace.types.guided import GuidedView
from rightsdesk.workspace.types.matrix import CarrierView, Cell, MatrixRow
from rightsdesk.workspace.types.scopes import ScopeKind

if TYPE_CHECKING:
    from rightsdesk.resources.facts import PlatformFacts

_R = recordings.c
_CATALOGUE = catalogued()
_WORST_FIRST = (Standing.CONFLICTS, Standing.SILENT, Standing.UNKNOWN, Standing.ATTESTED)


class AttestedCells:
    """The current attestations, ready to compare with consents.

    Platforms where the artist has an account are left out: RightsDesk reads those itself.
    """

    def __init__(
        self, connection: Connection, stored: StoredConsents, at: datetime.datetime | None = None
    ) -> None:
        self._effective = ResolvedConsents(stored)
        self._at = at or datetime.datetime.now(datetime.UTC)
        self._attestations = current_attestations(connection)
        self._cells: dict[ConsentKey, Mapping[str, Cell]] = {}
        if not self._attestations:
            self._platforms: dict[int, tuple[PlatformFacts, ...]] = {}
            return
        reached = platforms_by_artist(connection)
        self._platforms = {
            artist: tuple(
                facts
                for facts in _facts_of(attestations)
                if facts.id not in reached.get(artist, ())
            )
            for artist, attestations in self._attestations.items()
        }

    @property
    def artists(self) -> frozenset[int]:
        """The artists with an attestation that counts."""
        return frozenset(artist for artist, platforms in self._platforms.items() if platforms)

    def cells(self, artist: int, release: int | None, recording: int) -> Mapping[str, Cell]:
        """A recording's cells, by platform."""
        if artist not in self._platforms:
            return {}
        key = self._effective.key(artist, release, recording)
        if key not in self._cells:
            consent = self._effective.of(key)
            attestations = self._attestations[artist]
            cells = (
                (facts.id, self._cell(artist, facts, consent, attestations))
                for facts in self._of(artist)
            )
            self._cells[key] = {platform: cell for platform, cell in cells if cell}
        return self._cells[key]

    def ranks(
        self, connection: Connection, condition: ColumnElement[bool]
    ) -> dict[str, dict[int, int]]:
        """The rank of each recording, by platform. `condition` is as for `standings`."""
        found: defaultdict[str, dict[int, int]] = defaultdict(dict)
        query = select(_R.id, _R.artist_id, _R.release_id).select_from(_CATALOGUE)
        for number, artist, release in read_many(connection, query.where(self._meant(condition))):
            for platform, cell in self.cells(artist, release, number).items():
                found[platform][number] = RANK[cell.standing]
        return dict(found)

    def counts(
        self, connection: Connection, condition: ColumnElement[bool]
    ) -> dict[str, Counter[Standing]]:
        """How many recordings have which standing, by platform.

        Counted by release; recordings with a consent of their own are counted one by one.
        """
        found: dict[str, Counter[Standing]] = defaultdict(Counter)
        if not self.artists:
            return found
        meant = self._meant(condition)
        own = select(consent_table.c.owner_id).where(
            consent_table.c.kind == ScopeKind.RECORDING.value
        )
        alike = select(_R.artist_id, _R.release_id, func.count()).select_from(_CATALOGUE)
        alike = alike.where(meant, _R.id.not_in(own)).group_by(_R.artist_id, _R.release_id)
        for artist, release, number in connection.execute(alike):
            self._count(found, self.cells(artist, release, 0), number)
        single = select(_R.id, _R.artist_id, _R.release_id).select_from(_CATALOGUE)
        for number, artist, release in read_many(connection, single.where(meant, _R.id.in_(own))):
            self._count(found, self.cells(artist, release, number), 1)
        return found

    def _of(self, artist: int) -> Iterable[PlatformFacts]:
        return self._platforms.get(artist, ())

    def _meant(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return and_(condition, _R.artist_id.in_(self.artists))

    def _count(
        self, found: dict[str, Counter[Standing]], cells: Mapping[str, Cell], number: int
    ) -> None:
        for platform, cell in cells.items():
            found[platform][cell.standing] += number

    def _cell(
        self, artist: int, facts: PlatformFacts, consent: Consent, attestations: Attestations
    ) -> Cell | None:
        from rightsdesk.workspace.guided.views import view

        guided = view(artist, facts, consent, attestations, self._at)
        return cell_of(guided) if guided.here else None


def cell_of(guided: GuidedView) -> Cell:
    """One cell for all switches of a platform: the worst attested switch decides.

    Without an attestation the cell shows the terms, or that there are none.
    """
    attested = [
        (control, control.attestation) for control in guided.controls if control.attestation
    ]
    if not attested:
        facts = guided.facts
        return Cell(
            standing=Standing.TERMS_ONLY,
            evidence=Evidence.TERMS if facts.terms else Evidence.NONE,
            seen_at=(facts.terms_date or facts.last_checked) if facts.terms else "",
            problem=guided.look_again or facts.no_terms,
        )
    worst, attestation = min(attested, key=lambda pair: _WORST_FIRST.index(pair[0].standing))
    return Cell(
        standing=worst.standing,
        says=worst.says,
        evidence=Evidence.ATTESTED,
        seen_at=attestation.attested_at,
        problem=guided.look_again,
    )


def attested_carriers(row: MatrixRow) -> tuple[CarrierView, ...]:
    """The cells of a row that rest on an attestation or on terms alone, for the inspector."""
    from rightsdesk.resources.facts import facts_of

    facts_by_id = {facts.id: facts for facts in facts_of(frozenset(row.cells))}
    return tuple(
        CarrierView(
            kind=platform,
            title=facts_by_id[platform].name,
            place="",
            container="",
            standing=cell.standing,
            says=cell.says,
            conflicts=(),
            statements=(),
            evidence=cell.evidence or Evidence.TERMS,
            seen_at=cell.seen_at,
            since="",
            problem="" if cell.problem == facts_by_id[platform].no_terms else cell.problem,
            terms=facts_by_id[platform].terms_line,
        )
        for platform, cell in row.cells.items()
        if platform in facts_by_id
        and (cell.evidence is Evidence.ATTESTED or cell.standing is Standing.TERMS_ONLY)
    )


def attested_platforms(connection: Connection, artist_id: int | None = None) -> frozenset[str]:
    """The platforms for which someone attested their presence or a switch, for an artist or any."""
    if connection.execute(select(attestations.c.id).limit(1)).first() is None:
        return frozenset()
    from rightsdesk.workspace.guided.views import view

    by_artist = current_attestations(connection)
    now = datetime.datetime.now(datetime.UTC)
    return frozenset(
        facts.id
        for artist, of_artist in by_artist.items()
        if artist_id in (None, artist)
        for facts in _facts_of(of_artist)
        if view(artist, facts, Consent(), of_artist, now).here
    )


def _facts_of(attestations: Attestations) -> Iterable[PlatformFacts]:
    """The facts of the attested platforms that RightsDesk still lists."""
    from rightsdesk.resources.facts import facts_of

    return facts_of(frozenset(platform for platform, _ in attestations))
