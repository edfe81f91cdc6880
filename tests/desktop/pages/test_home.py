"""Home: the figure, the bars, what changed, the next steps; and the roster of all artists."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import mutagen
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.desktop.design.bars import BarPart, CoverageBar
from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.design.cards import paint_card
from rightsdesk.desktop.design.tokens import CARD_RADIUS, Tone, space, theme_of
from rightsdesk.desktop.pages.home.roster_view import RosterColumns, RosterView, row_sentence
from rightsdesk.desktop.pages.home.words import SETTLED, need_of
from rightsdesk.desktop.parts.segments import coverage_of
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace.overview.values import RosterRow
from rightsdesk.workspace.types.matrix import Segment
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.desktop.conftest import Scene, Watched

LEFT = Qt.MouseButton.LeftButton
OTHER = "Salt & Signal"


def written(scene: Scene) -> None:
    plan = scene.workspace.real.jobs.plan_tag(Filter())
    scene.workspace.real.jobs.apply(plan)
    scene.window.view_state.something_changed()
    scene.settle()


def steps(scene: Scene) -> dict[str, Button]:
    found = scene.window.home.artist.next.findChildren(Button)
    return {one.objectName(): one for one in found if one.isVisible()}


def test_only_carriers_in_use_have_a_bar(scene: Scene) -> None:
    scene.window.go_to("home")
    scene.settle()
    bars = scene.window.home.artist.stand.findChildren(CoverageBar)
    assert [bar.accessibleName().partition(":")[0] for bar in bars] == ["Files"]


def test_without_a_choice_the_one_button_is_to_choose(
    open_window: Callable[..., Scene], workspace: Watched, music: Path
) -> None:
    artist = workspace.artists.add(KOVAL)
    workspace.catalogue.scan(artist.id, [str(music / KOVAL)])
    window = open_window(page="home").window
    primary = window.home.header.primary
    assert primary.isVisible()
    assert primary.text() == "Choose what AI may do…"
    assert not window.home.change.isVisible(), "it would be the same button once more"
    primary.click()
    assert window.page.key == "catalogue"
    assert window.catalogue.consent.isVisible()


def test_in_one_column_what_is_to_do_comes_first_and_proof_last(scene: Scene) -> None:
    window = scene.window
    window.go_to("home")
    view = window.home.artist
    for width, order in ((1280, "stand proof"), (640, "next stand proof")):
        window.resize(width, 800)
        scene.settle()
        tops = [getattr(view, name).mapTo(view, QPoint()).y() for name in order.split()]
        assert tops == sorted(tops)
        assert len(set(tops)) == len(tops)


def test_a_bar_can_be_filled_beside_platforms_that_have_only_terms() -> None:
    done = coverage_of({Segment.SAYS: 3, Segment.TERMS: 27})
    assert done.counts == ((BarPart.SAYS, 3),)
    assert coverage_of({Segment.TERMS: 3}).counts == ((BarPart.UNKNOWN, 3),)


def test_platforms_with_nothing_but_terms_share_one_line(scene: Scene) -> None:
    """A bar for each of them would be a column of the same empty bars."""
    artist = scene.workspace.real.artists.all()[0]
    for platform in ("spotify", "bandcamp"):
        scene.workspace.real.platforms.place(artist.id, platform, here=True)
    scene.window.go_to("home")
    scene.window.view_state.something_changed()
    scene.settle()
    view = scene.window.home.artist
    assert len(view.stand.findChildren(CoverageBar)) == 1
    assert view.terms_only.text() == "Known from terms only: Bandcamp, Spotify"


def test_the_figure_and_the_button_lead_to_written_files(scene: Scene) -> None:
    window = scene.window
    window.go_to("home")
    scene.settle()
    home = window.home
    assert home.header.title.accessibleName() == "0 of 6 recordings say No AI in their files"
    assert home.chip.text() == "No AI"
    assert home.since.text() == "your choice since today"
    assert home.header.primary.text().startswith("Write to 9 files")
    scene.qtbot.mouseClick(home.header.primary, LEFT)
    preview = scene.dialog("review")
    scene.qtbot.mouseClick(preview.go, LEFT)
    scene.qtbot.waitUntil(lambda: "Done" in window.notice.text.text())
    scene.settle()
    assert home.header.title.accessibleName() == "All 6 recordings say No AI in their files"
    assert not home.header.primary.isVisible()
    scene.qtbot.mouseClick(home.change, LEFT)
    assert window.page.key == "catalogue"
    assert window.catalogue.consent.isVisible()


def test_a_release_with_its_own_choice_is_not_counted_as_the_artists_choice(scene: Scene) -> None:
    """All files are as chosen, but not all of them say No AI."""
    releases = {title: number for number, title in scene.workspace.real.catalogue.releases()}
    scope = Scope(ScopeKind.RELEASE, releases["Night Ferry"])
    consent = PRESETS[Preset.ASK_FIRST]
    scene.workspace.real.consents.set(scope, consent, confirmed=tuple(Use))
    scene.window.go_to("home")
    written(scene)
    title = scene.window.home.header.title.accessibleName()
    assert title == "6 of 6 recordings say what you chose in their files"


def test_what_another_program_changed_is_told(scene: Scene) -> None:
    window = scene.window
    written(scene)
    path = next((scene.music / KOVAL).rglob("*.flac"))
    audio = mutagen.File(path)
    audio.delete()
    audio.save()
    artist = scene.workspace.real.artists.all()[0]
    scene.workspace.real.catalogue.scan(artist.id, artist.folders)
    window.go_to("home")
    window.view_state.something_changed()
    scene.settle()
    shown = window.home.artist.changed
    assert shown.isVisible()
    show = shown.findChild(Button, "news-file")
    assert isinstance(show, Button)
    assert "1 file was changed outside RightsDesk today" in show.accessibleDescription()
    scene.qtbot.mouseClick(show, LEFT)
    assert window.page.key == "catalogue"


def test_a_step_to_write_opens_the_review(scene: Scene) -> None:
    scene.window.go_to("home")
    scene.settle()
    scene.qtbot.mouseClick(steps(scene)["step-write"], LEFT)
    review = scene.dialog("review")
    assert review.rows.planned["file"] > 0
    review.reject()


def test_a_missing_folder_is_found_from_here(scene: Scene, tmp_path: Path) -> None:
    window = scene.window
    written(scene)
    shutil.move(scene.music / KOVAL, tmp_path / "elsewhere")
    window.go_to("home")
    window.view_state.something_changed()
    scene.settle()
    scene.qtbot.mouseClick(steps(scene)["step-find_folder"], LEFT)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "elsewhere"))
    dialog.reject()
    scene.settle()
    artist = scene.workspace.real.artists.all()[0]
    assert artist.folders == (str(tmp_path / "elsewhere"),)
    assert "step-find_folder" not in steps(scene)
    assert window.home.header.title.accessibleName() == "All 6 recordings say No AI in their files"


def test_the_rows_of_the_roster_leave_the_corners_of_its_card_round(
    open_window: Callable[..., Scene], workspace: Watched, music: Path
) -> None:
    for name in (KOVAL, OTHER):
        artist = workspace.real.artists.add(name)
        workspace.real.catalogue.scan(artist.id, [str(music / name)])
    roster = open_window(page="home").window.home.roster
    shown = roster.grab().toImage()
    bare = QImage(shown.size(), shown.format())
    bare.setDevicePixelRatio(shown.devicePixelRatio())
    bare.fill(roster.palette().window().color())
    painter = QPainter(bare)
    paint_card(painter, roster.rect(), theme_of(roster.palette()))
    painter.end()
    low, right = shown.height() - 1, shown.width() - 1
    for x in range(space(CARD_RADIUS)):
        for y in range(space(CARD_RADIUS)):
            for across, down in ((x, low - y), (right - x, low - y)):
                assert shown.pixelColor(across, down) == bare.pixelColor(across, down)


def test_the_roster_shows_who_needs_something_first(
    open_window: Callable[..., Scene], workspace: Watched, music: Path
) -> None:
    real = workspace.real
    for name in (KOVAL, OTHER):
        artist = real.artists.add(name)
        real.catalogue.scan(artist.id, [str(music / name)])
    koval = real.artists.all()[0]
    assert koval.name == KOVAL
    real.consents.set(Scope(ScopeKind.ARTIST, koval.id), PRESETS[Preset.NO_AI])
    real.artists.add("Aaa Without Music")
    scene = open_window(page="home")
    window = scene.window
    roster = window.home.roster
    assert roster.isVisible()
    assert window.home.header.title.accessibleName() == "2 of 3 artists need you"
    # Salt & Signal has no choice yet, Mira Koval has something to write, Aaa has no music.
    assert [row.name for row in roster.model.rows] == [OTHER, KOVAL, "Aaa Without Music"]
    sentence = row_sentence(roster.model.rows[1])
    assert sentence.startswith("Mira Koval, 6 recordings · No AI, 0 % say it")
    roster.list.setFocus()
    scene.qtbot.keyClick(roster.list, Qt.Key.Key_Down)
    scene.qtbot.keyClick(roster.list, Qt.Key.Key_Return)
    scene.settle()
    assert window.view_state.artist is not None
    assert window.view_state.artist.name == KOVAL
    assert window.home.chip.text() == "No AI"
    assert window.focusWidget() is window.home.header.primary, "the keyboard is on what comes next"


def test_an_artist_whose_files_can_not_all_be_read_is_not_called_settled(
    open_window: Callable[..., Scene], workspace: Watched, music: Path
) -> None:
    real = workspace.real
    for name in (KOVAL, OTHER):
        artist = real.artists.add(name)
        real.catalogue.scan(artist.id, [str(music / name)])
        real.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    real.jobs.apply(real.jobs.plan_tag(Filter()))
    rows = {
        row.name: need_of(row) for row in open_window(page="home").window.home.roster.model.rows
    }
    assert rows[KOVAL] == (SETTLED + 1, "settled", Tone.GOOD)
    assert rows[OTHER] == (SETTLED, "1 not read", Tone.DIM), "a damaged file is among them"


def test_an_artist_without_music_is_asked_for_it(
    open_window: Callable[..., Scene], workspace: Watched
) -> None:
    workspace.real.artists.add("Aaa Without Music")
    scene = open_window(page="home")
    scene.qtbot.mouseClick(steps(scene)["step-add_music"], LEFT)
    dialog = scene.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.reject()


def test_the_keyboard_stays_with_the_steps_while_they_are_read_again(scene: Scene) -> None:
    written(scene)
    scene.window.go_to("home")
    scene.settle()
    steps(scene)["step-reserve_site"].setFocus()
    scene.window.view_state.something_changed()
    scene.settle()
    assert scene.window.focusWidget() is steps(scene)["step-reserve_site"]


def test_the_button_is_called_write_whatever_the_choice(scene: Scene) -> None:
    artist = scene.workspace.real.artists.all()[0]
    scope = Scope(ScopeKind.ARTIST, artist.id)
    uses = scene.workspace.real.consents.widened_by(scope, PRESETS[Preset.OPEN])
    scene.workspace.real.consents.set(scope, PRESETS[Preset.OPEN], confirmed=uses)
    scene.window.go_to("home")
    scene.window.view_state.something_changed()
    scene.settle()
    window = scene.window
    assert window.home.header.primary.text() == "Write to 9 files…"
    window.go_to("catalogue")
    scene.settle()
    assert window.catalogue.write.text() == "Write to 6 tracks…"
    window.catalogue.table.selectAll()
    scene.settle()
    assert window.catalogue.selection.write.text() == "Write to 6 tracks…"
    menu = QMenu(window)
    window.catalogue.menus.fill_rows(menu)
    assert menu.actions()[0].text() == "&Write to these tracks…"
    scene.select("Lantern")
    window.catalogue.open_details()
    scene.settle()
    write = window.catalogue.details.findChild(Button, "write-track")
    assert isinstance(write, Button)
    assert write.text() == "Write to this track…"


def test_nothing_is_asked_of_the_workspace_on_the_main_thread(scene: Scene) -> None:
    scene.window.go_to("home")
    scene.window.view_state.something_changed()
    scene.settle()
    assert not scene.workspace.called_on_main_thread


def test_the_roster_s_headings_stand_above_its_columns(qtbot: QtBot) -> None:
    view = RosterView()
    qtbot.addWidget(view)
    rows = [
        RosterRow(number, f"Artist {number}", 6, 0, {}, PRESETS[Preset.NO_AI], (), (), False)
        for number in range(40)
    ]
    view.resize(space(200), space(60))
    view.show()
    view.show_rows(rows)
    QApplication.processEvents()
    across = view.list.viewport().width()
    assert across < view.head.width(), "there is a scroll bar"
    assert view.head.columns.parts == RosterColumns(across).parts
    view.resize(space(160), space(60))
    QApplication.processEvents()
    assert view.head.columns.narrow
    assert view.head.columns.parts[3][1] == 0, "names need the room"


def shows_all(scene: Scene) -> bool:
    return scene.window.view_state.one_artist is None


def roster_click(scene: Scene, row: int, modifier: Qt.KeyboardModifier) -> None:
    rows = scene.window.home.roster.list
    at = rows.visualRect(rows.model().index(row, 0)).center()
    scene.qtbot.mouseClick(rows.viewport(), LEFT, modifier, pos=at)


def test_a_long_roster_is_searched_and_what_it_shows_gets_the_choice(
    open_window: Callable[..., Scene], workspace: Watched
) -> None:
    for number in range(13):
        workspace.real.artists.add(f"Artist {number}")
    meant = workspace.real.artists.add("Sól").id
    scene = open_window(page="home")
    window, home = scene.window, scene.window.home
    assert home.field.isVisible()
    assert home.choose.text() == "Choice for all artists"
    window.actions_.find.trigger()
    assert window.focusWidget() is home.field, "Ctrl+F stays on Home"
    scene.qtbot.keyClicks(home.field, "sol")
    scene.qtbot.waitUntil(lambda: [row.name for row in home.roster.model.rows] == ["Sól"])
    assert home.choose.text() == "Choice for 1 artist"
    home.choose.menu().actions()[0].trigger()
    scene.settle()
    assert [one.id for one in workspace.real.artists.all() if one.consent] == [meant]
    scene.qtbot.keyClicks(home.field, "x")
    scene.qtbot.waitUntil(home.none.isVisible)
    assert home.none.text() == "No artist has “solx” in their name."
    assert not home.choose.isEnabled()
    scene.qtbot.keyClick(home.field, Qt.Key.Key_Escape)
    scene.qtbot.waitUntil(lambda: len(home.roster.model.rows) == 14)
    assert home.choose.text() == "Choice for all artists"


def test_several_artists_get_one_choice(
    open_window: Callable[..., Scene], workspace: Watched, music: Path
) -> None:
    real = workspace.real
    for name in (KOVAL, OTHER, "Third"):
        artist = real.artists.add(name)
        if (music / name).is_dir():
            real.catalogue.scan(artist.id, [str(music / name)])
    scene = open_window(page="home")
    home = scene.window.home
    assert list(home.roster.selected) == []
    assert home.choose.isVisible()
    assert home.choose.text() == "Choice for all artists"
    for row in (0, 1):
        roster_click(scene, row, Qt.KeyboardModifier.ControlModifier)
    assert shows_all(scene), "such a click opens nobody"
    meant = home.roster.selected
    assert len(meant) == 2
    assert home.choose.text() == "Choice for 2 artists"
    home.choose.menu().actions()[0].trigger()
    scene.settle()
    chosen = {one.id: one.consent for one in real.artists.all()}
    assert {number for number, consent in chosen.items() if consent} == set(meant)
    notice = scene.window.notice
    assert notice.text.text() == "Saved for 2 artists: No AI."
    assert home.roster.selected == meant, "they stay chosen, though rows have moved"
    assert [button.text() for button in notice.buttons] == ["Undo"]
    roster_click(scene, 0, Qt.KeyboardModifier.NoModifier)
    scene.settle()
    assert not shows_all(scene)
    assert not home.choose.isVisible()
