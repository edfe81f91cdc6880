"""The catalogue's model: ids only, rows on demand, nothing computed on the main thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from rightsdesk.consent import PRESETS, Preset, Standing
from rightsdesk.desktop.pages.catalogue.columns import laid_out
from rightsdesk.desktop.pages.catalogue.rows import RowPlaces
from rightsdesk.desktop.state.catalogue_model import (
    BLOCK,
    FIXED,
    CatalogueModel,
    Listing,
    isrc_text,
    short_name,
)
from rightsdesk.workspace.overview.values import CatalogueGroup, GroupBy, GroupedCatalogue
from rightsdesk.workspace.types.matrix import Cell, MatrixRow, Segment
from rightsdesk.workspace.types.scopes import ScopeKind, Sort

ROLE = Qt.ItemDataRole
NO_AI = PRESETS[Preset.NO_AI]
FIRST_CARRIER = len(FIXED)
CARRIERS = (("file", "Files"), ("soundcloud", "SoundCloud"))


def row(number: int, *, title: str = "") -> MatrixRow:
    return MatrixRow(
        recording_id=number,
        artist_id=1,
        release_id=1,
        artist="Mira Koval",
        release="Night Ferry",
        title=title or f"Song {number}",
        track=str(number),
        isrc="DEXX12400001",
        duration_ms=192_000,
        consent=NO_AI,
        inherited_from=ScopeKind.ARTIST,
        cells={"file": Cell(Standing.SILENT, count=2)},
        segments={"file": Segment.SILENT},
    )


@dataclass
class RowSource:
    """Notes what is asked for, and hands it out when the test says so."""

    rows: dict[int, MatrixRow]
    asked: list[tuple[list[int], int]] = field(default_factory=list)

    def fetch(self, ids: Sequence[int], generation: int) -> None:
        self.asked.append((list(ids), generation))

    def hand_out(self, model: CatalogueModel) -> None:
        asked, self.asked = self.asked, []
        for ids, generation in asked:
            model.arrived([self.rows[i] for i in ids], generation)


def flat(ids: Sequence[int]) -> Listing:
    return Listing.of(GroupedCatalogue(ids, (), ()), GroupBy.NONE)


def grouped(*sizes: int) -> Listing:
    """So many recordings below each header, numbered from 1."""
    made, start = [], 0
    for place, size in enumerate(sizes):
        made.append(
            CatalogueGroup(
                *(f"Release {place}", start, size, "Mira Koval", 2024, "4006381333931"),
                consent=NO_AI,
                bar={Segment.SAYS: size},
            )
        )
        start += size
    headers = tuple(one.start + place for place, one in enumerate(made))
    return Listing.of(GroupedCatalogue(range(1, start + 1), made, headers), GroupBy.RELEASE)


@pytest.fixture
def source() -> RowSource:
    return RowSource({n: row(n) for n in range(1, 501)})


@pytest.fixture
def model(qapp: object, source: RowSource) -> CatalogueModel:
    made = CatalogueModel(source)
    made.show_listing(flat(list(source.rows)), CARRIERS, several_artists=False)
    return made


def fetched(qtbot: QtBot, model: CatalogueModel, source: RowSource, place: int = 0) -> None:
    model.index(place, 0).data()
    qtbot.waitUntil(lambda: bool(source.asked))
    source.hand_out(model)


def test_it_is_a_model_as_qt_wants_one(
    qtmodeltester: ModelTester, qtbot: QtBot, model: CatalogueModel, source: RowSource
) -> None:
    qtmodeltester.check(model)
    fetched(qtbot, model, source)
    model.refresh()
    qtmodeltester.check(model)
    model.show_listing(grouped(3, 2), CARRIERS, several_artists=True)
    qtmodeltester.check(model)


def test_only_what_is_seen_is_fetched_and_once(
    qtbot: QtBot, model: CatalogueModel, source: RowSource
) -> None:
    assert model.index(70, 0).data() == "…"
    assert model.index(71, 0).data() == "…"
    qtbot.waitUntil(lambda: bool(source.asked))
    assert [ids for ids, _ in source.asked] == [list(range(BLOCK + 1, 2 * BLOCK + 1))]
    source.hand_out(model)
    assert model.index(70, 0).data() == "Song 71"
    assert source.asked == []


def test_a_refresh_keeps_showing_what_was_there_and_drops_late_answers(
    qtbot: QtBot, model: CatalogueModel, source: RowSource
) -> None:
    fetched(qtbot, model, source)
    model.refresh()
    assert model.index(0, 0).data() == "Song 1"
    qtbot.waitUntil(lambda: bool(source.asked))
    model.refresh()
    source.rows[1] = row(1, title="Too late")
    source.hand_out(model)
    assert model.index(0, 0).data() == "Song 1"
    source.rows[1] = row(1, title="New")
    qtbot.waitUntil(lambda: bool(source.asked))
    source.hand_out(model)
    assert model.index(0, 0).data() == "New"


def test_flags_touch_no_data(model: CatalogueModel, source: RowSource) -> None:
    for place in range(500):
        assert model.flags(model.index(place, 1)) & Qt.ItemFlag.ItemIsSelectable
    assert source.asked == []


def test_rows_and_headers_are_read_out_as_sentences(
    qtbot: QtBot, model: CatalogueModel, source: RowSource
) -> None:
    model.show_listing(grouped(3, 2), CARRIERS, several_artists=False)
    fetched(qtbot, model, source, 1)
    spoken = [model.index(n, 0).data(ROLE.AccessibleTextRole) for n in (0, 1)]
    assert spoken == [
        "Release 0. 2024 · 3 tracks · UPC 4006381333931. No AI. 3 say what you chose",
        "Song 1, track 1, Night Ferry, 3:12, No AI. Files: silent · 2, SoundCloud: not there.",
    ]
    cell = model.index(1, FIRST_CARRIER)
    assert cell.data(ROLE.AccessibleTextRole) == "Files: Silent · 2"
    across = [model.index(0, n) for n in range(1, model.columnCount())]
    assert {each.data(ROLE.AccessibleTextRole) for each in across} == {"Release 0"}
    assert {each.data(ROLE.DisplayRole) for each in across} == {None}


def test_a_rough_list_claims_nothing(model: CatalogueModel) -> None:
    bare = CatalogueGroup("Night Ferry", 0, 2)
    listing = GroupedCatalogue((1, 2), (bare,), (0,), rough=True)
    rough = Listing.of(listing, GroupBy.RELEASE)
    model.show_listing(rough, CARRIERS, several_artists=False)
    assert model.index(0, 0).data(ROLE.AccessibleTextRole) == "Night Ferry. 2 tracks"


def test_headers_stand_above_their_recordings(model: CatalogueModel) -> None:
    model.show_listing(grouped(3, 2), CARRIERS, several_artists=False)
    assert model.rowCount() == 7
    assert [model.id_at(n) for n in range(8)] == [None, 1, 2, 3, None, 4, 5, None]
    assert [model.row_of(n) for n in (1, 3, 4, 5, 6)] == [1, 3, 5, 6, None]
    assert model.index(4, 0).data() == "Release 1"
    listing = model.listing.grouped
    assert [list(listing.recordings_in(*rows)) for rows in ((0, 1), (2, 5), (4, 4))] == [
        [1],
        [2, 3, 4],
        [],
    ]


def test_what_is_newer_than_what_is_there_is_to_write(
    qtbot: QtBot, model: CatalogueModel, source: RowSource
) -> None:
    source.rows[1] = replace(row(1), segments={"file": Segment.TO_WRITE})
    fetched(qtbot, model, source)
    assert model.index(0, FIRST_CARRIER).data() == "To write"
    tip = model.index(0, FIRST_CARRIER).data(ROLE.ToolTipRole)
    assert "Your choice is not there yet." in tip


def test_sorting_is_the_workspaces(model: CatalogueModel) -> None:
    asked: list[Sort] = []
    model.sorted_by.connect(asked.append)
    model.sort(FIRST_CARRIER, Qt.SortOrder.DescendingOrder)
    model.sort(0, Qt.SortOrder.AscendingOrder)
    model.sort(-1)
    assert asked == [Sort("file", descending=True), Sort("title"), Sort()]


def test_a_title_is_never_markup(qtbot: QtBot, model: CatalogueModel, source: RowSource) -> None:
    source.rows[1] = row(1, title="<b>Loud</b> & clear")
    fetched(qtbot, model, source)
    assert model.index(0, 0).data() == "<b>Loud</b> & clear"
    assert "Loud" in model.index(0, 0).data(ROLE.ToolTipRole)


def test_half_a_million_ids_are_shown_at_once(model: CatalogueModel, source: RowSource) -> None:
    model.show_listing(flat(range(1, 500_001)), CARRIERS, several_artists=False)
    assert model.rowCount() == 500_000
    assert model.row_of(400_000) == 399_999
    assert source.asked == []


def test_an_empty_cell_says_why_it_is_empty(
    qtbot: QtBot, model: CatalogueModel, source: RowSource
) -> None:
    carriers = (*CARRIERS, ("spotify", "Spotify"))
    model.show_listing(flat([1]), carriers, several_artists=False)
    fetched(qtbot, model, source)

    def shown() -> list[str]:
        return [model.index(0, FIRST_CARRIER + place).data() for place in (1, 2)]

    assert shown() == ["Not there", "Not there"]
    reached = frozenset({"soundcloud"})
    for read, word in (
        ({}, "No account"),
        ({(2, "soundcloud"): True}, "No account"),
        ({(1, "soundcloud"): False}, "Not read"),
        ({(1, "soundcloud"): True}, "Not there"),
    ):
        model.show_accounts(reached, read)
        assert shown() == [word, "Not there"]
        spoken = model.index(0, 0).data(ROLE.AccessibleTextRole)
        assert f"SoundCloud: {word.lower()}" in spoken
    model.show_accounts(reached, {})
    assert "no account connected there" in model.index(0, FIRST_CARRIER + 1).data(ROLE.ToolTipRole)


def test_places_of_rows_agree_with_adding_them_up() -> None:
    places = RowPlaces(12, (0, 4, 5, 9), 60, 27)
    y = 0
    for number in range(12):
        assert (places.top(number), places.is_header(number)) == (y, number in (0, 4, 5, 9))
        height = places.height_of(number)
        assert [places.at(y), places.at(y + height - 1)] == [number, number]
        y += height
    assert (places.height, places.at(-1), places.at(y)) == (y, -1, 12)
    assert [places.group_header(n) for n in (0, 3, 4, 8, 11)] == [0, 0, 4, 5, 9]
    assert [places.group_end(n) for n in (0, 3, 4, 8, 11)] == [3, 3, 4, 8, 11]
    assert places.headers_in(3, 9) == 3
    assert RowPlaces(3, (), 60, 27).group_header(2) == -1


@pytest.mark.parametrize("room", [300, 404, 556, 692, 1008, 1600])
def test_eight_carriers_and_a_title_fit(room: int) -> None:
    keys = [*FIXED, *"abcdefgh"]
    found = laid_out(keys, room, 4.0, {}, 70)
    assert found.widths["title"] >= 180
    assert set("abcdefgh") <= set(found.widths), "carriers stay"
    if room >= 420:
        assert sum(found.widths.values()) == room


def test_codes_and_names_in_short() -> None:
    assert isrc_text("DEXX12400001") == "DE-XX1-24-00001"
    assert isrc_text("DEXX1240000") == "DEXX1240000"
    names = ("SoundCloud", "Bluesky", "X", "Own site")
    assert [short_name(name) for name in names] == ["SC", "Bl", "X", "Ow"]


@pytest.mark.parametrize("step", [1, 100_000])
def test_the_row_of_a_recording_is_found_whatever_its_number(step: int) -> None:
    """Dense numbers are kept in an array, sparse ones are not."""
    ids = [5 * step, 2 * step, 3 * step]
    groups = [CatalogueGroup("A", 0, 2), CatalogueGroup("B", 2, 1)]
    listing = Listing.of(GroupedCatalogue(ids, groups, (0, 3)), GroupBy.RELEASE)
    assert [listing.row_of(number) for number in ids] == [1, 2, 4]
    for other in (0, step, 4 * step, 6 * step, -1, 2**62):
        assert listing.row_of(other) is None
