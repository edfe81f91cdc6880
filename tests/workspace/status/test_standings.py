"""Standings computed for all recordings at once equal the cells of each recording."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from sys import getsizeof

import pytest
from sqlalchemy import select, update

from rightsdesk.consent import Consent, Permission, Standing, Use
from rightsdesk.store import texts
from rightsdesk.store.bulk import read_many
from rightsdesk.store.schema import files, items, recordings
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.overview.values import Segment
from rightsdesk.workspace.status.standings import RANK, Ranks, RecordingPlaces
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind, Sort
from tests.workspace.conftest import SignIn, choose

EVERYTHING = Filter()


@pytest.fixture
def catalogue(workspace: Workspace, koval: Artist, signal: Artist, sign_in: SignIn) -> Workspace:
    """Two artists, one with an account; with nearer consents, conflicts and missing files."""
    account = sign_in(koval)
    workspace.accounts.read_items(account.id)
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter(text="Night")))
    release = workspace.catalogue.releases(koval.id)[0][0]
    ids = workspace.catalogue.recordings(Filter(artist_id=koval.id))
    narrower = Consent({Use.SEARCH: Permission.PROHIBITED})
    workspace.consents.set(Scope(ScopeKind.RELEASE, release), narrower)
    workspace.consents.set(Scope(ScopeKind.RECORDING, ids[-1]), narrower)
    next(Path(signal.folders[0]).rglob("*.flac")).unlink()
    workspace.catalogue.scan(signal.id, signal.folders)
    return workspace


def cells(workspace: Workspace, chosen: Filter = EVERYTHING) -> dict[str, dict[int, Standing]]:
    found: dict[str, dict[int, Standing]] = {}
    for row in workspace.catalogue.rows(workspace.catalogue.recordings(chosen)):
        for carrier, cell in row.cells.items():
            found.setdefault(carrier, {})[row.recording_id] = cell.standing
    return found


@pytest.mark.parametrize("chosen", [EVERYTHING, Filter(text="Night"), Filter(text="no such")])
def test_counts_equal_the_cells(catalogue: Workspace, chosen: Filter) -> None:
    expected = {
        carrier: dict(Counter(ranks.values()))
        for carrier, ranks in cells(catalogue, chosen).items()
    }

    assert catalogue.catalogue.counts(chosen) == expected
    assert chosen.text == "no such" or len(expected["file"]) > 1


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("carrier", ["", "file", "soundcloud", "nowhere"])
def test_a_standing_filter_matches_the_cells(
    catalogue: Workspace, carrier: str, standing: Standing
) -> None:
    asked = {carrier: cells(catalogue).get(carrier, {})} if carrier else cells(catalogue)
    expected = {i for ranks in asked.values() for i, found in ranks.items() if found is standing}

    found = catalogue.catalogue.recordings(Filter(carrier=carrier, standing=standing))

    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("descending", [False, True])
def test_the_worst_segments_come_first_and_recordings_without_come_last(
    catalogue: Workspace, *, descending: bool
) -> None:
    ordered = catalogue.catalogue.recordings(EVERYTHING, Sort("soundcloud", descending))

    worst_first = list(Segment)
    found = [row.segments.get("soundcloud") for row in catalogue.catalogue.listed(ordered)]
    ranks = [len(worst_first) if one is None else worst_first.index(one) for one in found]
    assert len(set(ranks)) > 2
    assert ranks == sorted(ranks, reverse=descending)
    assert set(ordered) == set(catalogue.catalogue.recordings(EVERYTHING))


def test_sorting_by_consent_keeps_equal_consents_together(catalogue: Workspace) -> None:
    ordered = catalogue.catalogue.recordings(EVERYTHING, Sort("consent"))

    scoped_consents = [row.consent for row in catalogue.catalogue.rows(ordered)]
    changes = sum(first != second for first, second in pairwise(scoped_consents))
    assert changes == len(set(scoped_consents)) - 1 > 0


def test_an_account_wide_standing_holds_for_each_recording_of_its_artists(
    catalogue: Workspace, koval: Artist
) -> None:
    with catalogue._database.write() as connection:
        item = connection.execute(select(items.c.id)).scalars().first()
        says = texts.dump_consent(Consent({Use.GENERATIVE_TRAINING: Permission.ALLOWED}))
        connection.execute(update(items).where(items.c.id == item).values(reach="site", says=says))

    counted = catalogue.catalogue.counts(EVERYTHING)["soundcloud"]

    assert counted == dict(Counter(cells(catalogue)["soundcloud"].values()))
    assert sum(counted.values()) == len(catalogue.catalogue.recordings(Filter(artist_id=koval.id)))


def test_many_rows_are_read_correctly(catalogue: Workspace) -> None:
    with catalogue._database.read() as connection:
        query = select(files.c.path, files.c.missing, recordings.c.title).join(
            recordings, recordings.c.id == files.c.recording_id
        )
        rows = list(read_many(connection, query))
        expected = [tuple(row) for row in connection.execute(query)]

    assert rows == expected
    assert {type(row[1]) for row in rows} == {int}


def test_ranks_take_a_byte_for_each_recording() -> None:
    places = RecordingPlaces()
    ranks = Ranks(places, 100_000)
    for number in range(0, 100_000, 2):
        ranks.unless_known(number, RANK[Standing.SILENT])
    ranks.unless_known(0, RANK[Standing.CONFLICTS])
    assert ranks.counted() == {Standing.SILENT: 50_000}
    assert ranks.counted({0, 1, 2, 200_000}) == {Standing.SILENT: 49_998}
    assert len(ranks.by_number()) == 50_000
    assert getsizeof(ranks.ranks) < 2 * 100_000
