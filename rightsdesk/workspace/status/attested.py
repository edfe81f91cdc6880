"""What people told of platforms, as cells of the matrix: per artist, and never as if it were read.

There are few such facts, and they hold for all of an artist's recordings. So they are held
against each different choice once, and recordings are only counted.
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
from rightsdesk.workspace.guided.attestations import Told, counting_of_all
from rightsdesk.workspace.status.standings import RANK, Effective, Ranks
from rightsdesk.workspace.types import CarrierView, Cell, GuidedView, MatrixRow, ScopeKind

if TYPE_CHECKING:
    from rightsdesk.resources.facts import PlatformFacts

Key = tuple[int, int, int]

_R = recordings.c
_CATALOGUE = catalogued()
_WORST_FIRST = (Standing.CONFLICTS, Standing.SILENT, Standing.UNKNOWN, Standing.ATTESTED)


class AttestedCells:
    """What counts of all that was told, ready to be held against what is wanted.

    A platform on which the artist has an account is left out: there RightsDesk reads.
    """

    def __init__(
        self, connection: Connection, known: StoredConsents, at: datetime.datetime | None = None
    ) -> None:
        self._effective = Effective(known)
        self._at = at or datetime.datetime.now(datetime.UTC)
        self._told = counting_of_all(connection)
        self._cells: dict[Key, Mapping[str, Cell]] = {}
        if not self._told:
            self._platforms: dict[int, tuple[PlatformFacts, ...]] = {}
            return
        reached = platforms_by_artist(connection)
        self._platforms = {
            artist: tuple(one for one in _facts_of(told) if one.id not in reached.get(artist, ()))
            for artist, told in self._told.items()
        }

    @property
    def artists(self) -> frozenset[int]:
        """Who told something."""
        return frozenset(artist for artist, platforms in self._platforms.items() if platforms)

    def cells(self, artist: int, release: int | None, recording: int) -> Mapping[str, Cell]:
        """The cells of a recording, by platform."""
        if artist not in self._platforms:
            return {}
        key = self._effective.key(artist, release, recording)
        if key not in self._cells:
            wanted = self._effective.of(key)
            told = self._told[artist]
            each = ((one.id, self._cell(artist, one, wanted, told)) for one in self._of(artist))
            self._cells[key] = {platform: cell for platform, cell in each if cell}
        return self._cells[key]

    def ranks(self, connection: Connection, condition: ColumnElement[bool]) -> dict[str, Ranks]:
        """How recordings stand, one by one. `condition` is as for `standings`."""
        found: dict[str, Ranks] = defaultdict(dict)
        query = select(_R.id, _R.artist_id, _R.release_id).select_from(_CATALOGUE)
        for number, artist, release in read_many(connection, query.where(self._meant(condition))):
            for platform, cell in self.cells(artist, release, number).items():
                found[platform][number] = RANK[cell.standing]
        return dict(found)

    def counts(
        self, connection: Connection, condition: ColumnElement[bool]
    ) -> dict[str, Counter[Standing]]:
        """How many recordings stand how: counted by release, but for those chosen one by one."""
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

    def _cell(self, artist: int, facts: PlatformFacts, wanted: Consent, told: Told) -> Cell | None:
        from rightsdesk.workspace.guided.views import view

        seen = view(artist, facts, wanted, told, self._at)
        return cell_of(seen) if seen.here else None


def cell_of(seen: GuidedView) -> Cell:
    """One cell for all switches of a platform: of those that were told of, the worst speaks.

    Where nothing was told of any, the terms are all there is, known or not.
    """
    told = [(one, one.attestation) for one in seen.controls if one.attestation]
    if not told:
        terms = seen.facts.terms
        return Cell(
            standing=Standing.TERMS_ONLY,
            evidence=Evidence.TERMS if terms else Evidence.NONE,
            seen_at=(terms.date or seen.facts.last_checked) if terms else "",
            problem=seen.look_again or seen.facts.no_terms,
        )
    worst, word = min(told, key=lambda one: _WORST_FIRST.index(one[0].standing))
    return Cell(
        standing=worst.standing,
        says=worst.says,
        evidence=Evidence.ATTESTED,
        seen_at=word.attested_at,
        problem=seen.look_again,
    )


def carriers_told_of(row: MatrixRow) -> tuple[CarrierView, ...]:
    """The cells of a row that stand on somebody's word or on terms alone, for the inspector."""
    from rightsdesk.resources.facts import all_facts

    known = {facts.id: facts for facts in all_facts()}
    return tuple(
        CarrierView(
            kind=platform,
            title=known[platform].name,
            place="",
            container="",
            standing=cell.standing,
            says=cell.says,
            conflicts=(),
            statements=(),
            evidence=cell.evidence or Evidence.TERMS,
            seen_at=cell.seen_at,
            since="",
            problem="" if cell.problem == known[platform].no_terms else cell.problem,
            terms=known[platform].terms_line,
        )
        for platform, cell in row.cells.items()
        if platform in known
        and (cell.evidence is Evidence.ATTESTED or cell.standing is Standing.TERMS_ONLY)
    )


def platforms_told_of(connection: Connection) -> frozenset[str]:
    """The platforms on which somebody said that they are, or how a switch stands."""
    if connection.execute(select(attestations.c.id).limit(1)).first() is None:
        return frozenset()
    from rightsdesk.workspace.guided.views import view

    told = counting_of_all(connection)
    now = datetime.datetime.now(datetime.UTC)
    return frozenset(
        facts.id
        for artist, one in told.items()
        for facts in _facts_of(one)
        if view(artist, facts, Consent(), one, now).here
    )


def _facts_of(told: Told) -> Iterable[PlatformFacts]:
    """The platforms of which something was told, as far as they are still known."""
    from rightsdesk.resources.facts import all_facts

    platforms = {platform for platform, _ in told}
    return (facts for facts in all_facts() if facts.id in platforms)
