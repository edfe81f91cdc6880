"""The matrix's model: ids only, rows on demand, nothing computed on the main thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from rightsdesk.consent import PRESETS, Preset, Standing
from rightsdesk.desktop.state.matrix_model import BLOCK, CELL_ROLE, FIRST_ROLE, Listing, MatrixModel
from rightsdesk.workspace.types import Cell, MatrixRow, ScopeKind, Sort

ROLE = Qt.ItemDataRole
NO_AI = PRESETS[Preset.NO_AI]


def row(number: int, *, title: str = "", release: str = "Night Ferry") -> MatrixRow:
    return MatrixRow(
        recording_id=number,
        artist_id=1,
        release_id=hash(release),
        artist="Mira Koval",
        release=release,
        title=title or f"Song {number}",
        track=str(number),
        isrc="",
        duration_ms=1000,
        consent=NO_AI,
        inherited_from=ScopeKind.ARTIST,
        cells={"file": Cell(Standing.SILENT, count=2)},
    )


@dataclass
class Shelf:
    """Notes what is asked for, and hands it out when the test says so."""

    rows: dict[int, MatrixRow]
    asked: list[tuple[list[int], int]] = field(default_factory=list)

    def fetch(self, ids: Sequence[int], generation: int) -> None:
        self.asked.append((list(ids), generation))

    def hand_out(self, model: MatrixModel) -> None:
        asked, self.asked = self.asked, []
        for ids, generation in asked:
            model.arrived([self.rows[i] for i in ids], generation)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf({n: row(n) for n in range(1, 501)})


@pytest.fixture
def model(qapp: object, shelf: Shelf) -> MatrixModel:
    made = MatrixModel(shelf)
    made.show_carriers([("file", "Files"), ("soundcloud", "SoundCloud")])
    made.show_listing(Listing.of(list(shelf.rows)), several_artists=False)
    return made


def test_it_is_a_model_as_qt_wants_one(
    qtmodeltester: ModelTester, qtbot: QtBot, model: MatrixModel, shelf: Shelf
) -> None:
    qtmodeltester.check(model)
    qtbot.waitUntil(lambda: bool(shelf.asked))
    shelf.hand_out(model)
    model.refresh()
    qtmodeltester.check(model)


def test_only_what_is_looked_at_is_fetched_and_once(
    qtbot: QtBot, model: MatrixModel, shelf: Shelf
) -> None:
    assert model.index(70, 2).data() == "…"
    assert model.index(71, 2).data() == "…"
    qtbot.waitUntil(lambda: bool(shelf.asked))
    assert [ids for ids, _ in shelf.asked] == [list(range(BLOCK + 1, 2 * BLOCK + 1))]
    shelf.hand_out(model)
    assert model.index(70, 2).data() == "Song 71"
    assert shelf.asked == []


def test_a_refresh_keeps_showing_what_was_there_and_drops_late_answers(
    qtbot: QtBot, model: MatrixModel, shelf: Shelf
) -> None:
    model.index(0, 2).data()
    qtbot.waitUntil(lambda: bool(shelf.asked))
    shelf.hand_out(model)
    model.refresh()
    assert model.index(0, 2).data() == "Song 1"
    qtbot.waitUntil(lambda: bool(shelf.asked))
    model.refresh()
    shelf.rows[1] = row(1, title="Too late")
    shelf.hand_out(model)
    assert model.index(0, 2).data() == "Song 1"
    shelf.rows[1] = row(1, title="New")
    qtbot.waitUntil(lambda: bool(shelf.asked))
    shelf.hand_out(model)
    assert model.index(0, 2).data() == "New"


def test_flags_touch_no_data(model: MatrixModel, shelf: Shelf) -> None:
    for place in range(500):
        assert model.flags(model.index(place, 1)) & Qt.ItemFlag.ItemIsSelectable
    assert shelf.asked == []


def test_a_row_is_read_out_whole(qtbot: QtBot, model: MatrixModel, shelf: Shelf) -> None:
    model.index(0, 0).data()
    qtbot.waitUntil(lambda: bool(shelf.asked))
    shelf.hand_out(model)
    spoken = "Song 1, Night Ferry, wanted: No AI, Files: Silent · 2, SoundCloud: Not there"
    assert {model.index(0, n).data(ROLE.AccessibleTextRole) for n in range(7)} == {spoken}


def test_the_first_row_of_a_release_stands_out(
    qtbot: QtBot, model: MatrixModel, shelf: Shelf
) -> None:
    shelf.rows = {n: row(n, release="One" if n < 3 else "Two") for n in range(1, 5)}
    model.show_listing(Listing.of(list(shelf.rows)), several_artists=True)
    model.index(0, 0).data()
    qtbot.waitUntil(lambda: bool(shelf.asked))
    shelf.hand_out(model)
    assert [model.index(n, 0).data(FIRST_ROLE) for n in range(4)] == [True, False, True, False]
    shown = [model.index(n, 0).data() for n in range(4)]
    assert shown == ["One · Mira Koval", "One", "Two · Mira Koval", "Two"]


def test_sorting_is_the_workspaces(model: MatrixModel) -> None:
    asked: list[Sort] = []
    model.sorted_by.connect(asked.append)
    model.sort(5, Qt.SortOrder.DescendingOrder)
    model.sort(1, Qt.SortOrder.AscendingOrder)
    assert asked == [Sort("file", descending=True), Sort("release")]


def test_a_title_is_never_markup(qtbot: QtBot, model: MatrixModel, shelf: Shelf) -> None:
    shelf.rows[1] = row(1, title="<b>Loud</b> & clear")
    model.index(0, 2).data()
    qtbot.waitUntil(lambda: bool(shelf.asked))
    shelf.hand_out(model)
    assert model.index(0, 2).data() == "<b>Loud</b> & clear"
    assert "&lt;b>Loud&lt;/b> &amp; clear" in model.index(0, 2).data(ROLE.ToolTipRole)


def test_a_carrier_that_has_nothing_of_it_has_no_cell(
    qtbot: QtBot, model: MatrixModel, shelf: Shelf
) -> None:
    model.index(0, 0).data()
    qtbot.waitUntil(lambda: bool(shelf.asked))
    shelf.hand_out(model)
    assert model.index(0, 5).data(CELL_ROLE) == Cell(Standing.SILENT, count=2)
    assert model.index(0, 6).data(CELL_ROLE) is None


def test_half_a_million_ids_are_shown_at_once(model: MatrixModel, shelf: Shelf) -> None:
    model.show_listing(Listing.of(range(1, 500_001)), several_artists=False)
    assert model.rowCount() == 500_000
    assert model.place_of(400_000) == 399_999
    assert shelf.asked == []


def test_an_empty_cell_says_why_it_is_empty(qtbot: QtBot, model: MatrixModel, shelf: Shelf) -> None:
    model.show_carriers([("file", "Files"), ("soundcloud", "SoundCloud"), ("spotify", "Spotify")])
    model.show_listing(Listing.of([1]), several_artists=False)
    assert model.index(0, 6).data() is None
    qtbot.waitUntil(lambda: bool(shelf.asked))
    shelf.hand_out(model)

    def shown() -> list[str]:
        return [model.index(0, column).data() for column in (6, 7)]

    assert shown() == ["Not there", "Not there"]
    reached = frozenset({"soundcloud"})
    for looked, word in (
        ({}, "No account"),
        ({(2, "soundcloud"): True}, "No account"),
        ({(1, "soundcloud"): False}, "Not read"),
        ({(1, "soundcloud"): True}, "Not there"),
    ):
        model.show_accounts(reached, looked)
        assert shown() == [word, "Not there"]
        spoken = model.index(0, 0).data(ROLE.AccessibleTextRole)
        assert f"SoundCloud: {word}" in spoken
    model.show_accounts(reached, {})
    assert "Add one under Artist" in model.index(0, 6).data(ROLE.ToolTipRole)
