"""The Problems page: what needs a person, grouped by cause, and mended from there."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from sqlalchemy import update

from rightsdesk.consent import PRESETS, Consent, Preset
from rightsdesk.desktop.pages.problems.decision import DecisionPanel
from rightsdesk.desktop.pages.problems.lines import (
    IGNORED,
    ListContent,
    ListFilter,
    ProblemLine,
    lines_of,
)
from rightsdesk.desktop.pages.problems.list_view import cut_of
from rightsdesk.desktop.pages.problems.page import ProblemsPage
from rightsdesk.desktop.pages.problems.words import Mend, mends_of
from rightsdesk.desktop.parts.names_list import NamesList
from rightsdesk.enums.causes import Cause
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.store.schema import files
from rightsdesk.workspace.status.problems import problems
from rightsdesk.workspace.types.problems import Problem, ProblemKind
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind, State
from tests.desktop.conftest import Scene
from tests.workspace.conftest import SAMPLES, retag

LEFT = Qt.MouseButton.LeftButton
K = ProblemKind


def opened(scene: Scene) -> ProblemsPage:
    """The page in front, with everything on it."""
    scene.window.actions_.problems.trigger()
    scene.settle()
    page = scene.window.problems
    assert page.isVisible()
    return page


def lines(page: ProblemsPage) -> list[ProblemLine]:
    return list(page.list.lines.lines)


def texts(page: ProblemsPage) -> list[str]:
    return [line.words[0] for line in lines(page)]


def go_to(page: ProblemsPage, beginning: str) -> None:
    """Make the first line that begins so the current one."""
    row = next(n for n, text in enumerate(texts(page)) if text.startswith(beginning))
    page.list.go_to(row)


def problem_row(page: ProblemsPage, kind: ProblemKind) -> int:
    for row, line in enumerate(lines(page)):
        if isinstance(line.about, Problem) and line.about.kind is kind:
            return row
    raise AssertionError(f"no {kind} in {texts(page)}")


def press_row(scene: Scene, page: ProblemsPage, row: int) -> None:
    """Click the button that is painted in a row."""
    index = page.list.lines.index(row)
    page.list.scrollTo(index)
    where = page.list.act_rect(page.list.visualRect(index), lines(page)[row])
    scene.qtbot.mouseClick(page.list.viewport(), LEFT, pos=where.center())


@pytest.fixture
def broken(scene: Scene, music: Path) -> Path:
    """A file that can't be read any more."""
    path = next((music / KOVAL).rglob("03 Paper Moons.mp3"))
    path.write_bytes(b"")
    workspace = scene.workspace.real
    workspace.catalogue.scan(workspace.artists.all()[0].id, [str(path)])
    scene.workspace.calls.clear()
    return path


@pytest.fixture
def otherwise(scene: Scene) -> Scene:
    """Files that were changed after the choice, and say something else."""
    workspace = scene.workspace.real
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter()))
    scope = Scope(ScopeKind.ARTIST, workspace.artists.all()[0].id)
    preset = PRESETS[Preset.ASK_FIRST]
    workspace.consents.set(scope, preset, confirmed=workspace.consents.widened_by(scope, preset))
    with workspace._database.write() as connection:
        connection.execute(update(files).values(since="2999-01-01T00:00:00+00:00"))
    scene.window.view_state.something_changed()
    scene.settle()
    return scene


def test_a_choice_that_waits_to_be_written_is_no_problem(scene: Scene, broken: Path) -> None:
    """It is a next step on Home, and a button in the catalogue."""
    page = opened(scene)
    everything = scene.workspace.real.catalogue.problems(Filter())
    assert ProblemKind.SILENT in {one.kind for one in everything}
    assert ProblemKind.SILENT not in page.chips
    assert "To write" not in texts(page)


def test_the_heading_counts_what_needs_a_person(scene: Scene, broken: Path) -> None:
    page = opened(scene)
    found = scene.workspace.real.catalogue.problems(
        Filter(artist_id=scene.window.view_state.one_artist.id),  # type: ignore[union-attr]
        waiting=False,
    )
    assert page.header.title.accessibleName() == f"{len(found)} problems"
    assert page.chips[None].text().endswith(f" {len(found)}")
    [row] = [line for line in lines(page) if line.words[0] == broken.name]
    assert row.words[1] == f"{KOVAL} · {broken.parent}"
    headings = {line.words[0]: line.count for line in lines(page) if line.about is None}
    assert headings["This file is empty. Copy or export it again."] == 1
    assert not scene.workspace.called_on_main_thread


def test_the_side_bar_counts_problems_before_their_page_is_built_and_finds_them_once(
    scene: Scene, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []

    def counted(*given: Any) -> list[Problem]:
        made = problems(*given)
        assert ProblemKind.SILENT in {one.kind for one in made}
        found.append(sum(one.kind is not ProblemKind.SILENT for one in made))
        return made

    monkeypatch.setattr("rightsdesk.workspace.status.problems.problems", counted)
    scene.window.view_state.something_changed()
    scene.settle()
    item = scene.window.side_bar.pages.items["problems"]
    assert "problems" not in vars(scene.window)
    assert item.count == found[0] > 0
    assert item.count == len(opened(scene)._known.problems)
    assert len(found) == 1


def test_show_goes_to_the_folder_of_a_file(
    scene: Scene, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    def open_url(url: object) -> bool:
        shown.append(url.toLocalFile())  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    page = opened(scene)
    press_row(scene, page, problem_row(page, ProblemKind.FILE))
    assert shown == [str(broken.parent)]
    page.copy()
    assert broken.name in QGuiApplication.clipboard().text()


def test_show_goes_to_the_recordings_in_the_catalogue(otherwise: Scene) -> None:
    scene = otherwise
    page = opened(scene)
    page.list.setCurrentIndex(page.list.lines.index(problem_row(page, ProblemKind.CONFLICTS)))
    page.details.buttons["show"].click()
    scene.settle()
    assert scene.window.catalogue.isVisible()
    assert scene.window.view_state.list.narrowing.state is State.SAYS_OTHERWISE
    assert len(scene.window.view_state.list.model.listing.grouped.ids) > 0


def test_show_of_missing_codes_shows_all_recordings_of_the_artist(scene: Scene) -> None:
    """Such a problem names no recording: a filter would hide those that it is about."""
    page = opened(scene)
    page.list.setCurrentIndex(page.list.lines.index(problem_row(page, ProblemKind.CATALOGUE)))
    problem = page.list.lines.lines[page.list.currentIndex().row()].about
    assert isinstance(problem, Problem)
    scene.window.mending.do(Mend.SHOW, replace(problem, where=""))
    scene.settle()
    assert scene.window.catalogue.isVisible()
    assert not scene.window.view_state.list.narrowing
    assert len(scene.window.view_state.list.model.listing.grouped.ids) == 6


def test_enter_begins_what_the_row_offers(otherwise: Scene) -> None:
    scene = otherwise
    page = opened(scene)
    page.list.setCurrentIndex(page.list.lines.index(problem_row(page, ProblemKind.CONFLICTS)))
    page.list.setFocus()
    scene.workspace.calls.clear()
    scene.qtbot.keyClick(page.list, Qt.Key.Key_Return)
    review = scene.dialog("review")
    assert review.isVisible()
    review.reject()
    scene.settle()
    assert "jobs.apply" not in [name for name, *_ in scene.workspace.calls]


def test_groups_fold_by_key_and_by_click(scene: Scene, broken: Path) -> None:
    page = opened(scene)
    go_to(page, "This file is empty")
    page.list.setFocus()
    assert broken.name in texts(page)
    scene.qtbot.keyClick(page.list, Qt.Key.Key_Left)
    scene.settle()
    assert broken.name not in texts(page)
    index = page.list.currentIndex()
    assert str(index.data()).startswith("This file is empty"), "the keyboard stays where it was"
    scene.qtbot.mouseClick(page.list.viewport(), LEFT, pos=page.list.visualRect(index).center())
    scene.settle()
    assert broken.name in texts(page)


@pytest.mark.usefixtures("no_flashes")
def test_arrows_go_through_the_list_and_the_keyboard_stays_there(
    scene: Scene, broken: Path
) -> None:
    """The details are made anew for each row."""
    page = opened(scene)
    scene.window.activateWindow()
    scene.qtbot.waitUntil(scene.window.isActiveWindow)
    page.list.setFocus()
    page.list.setCurrentIndex(page.list.lines.index(0))
    for row in range(1, len(lines(page))):
        scene.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        scene.settle()
        assert page.list.currentIndex().row() == row
        assert QApplication.focusWidget() is page.list


def test_search_and_kinds_narrow_the_list(scene: Scene, broken: Path) -> None:
    page = opened(scene)
    scene.window.activateWindow()
    scene.qtbot.waitUntil(scene.window.isActiveWindow)
    scene.qtbot.keyClick(scene.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    scene.qtbot.keyClicks(page.field, "PAPER moons")
    scene.qtbot.waitUntil(lambda: len(lines(page)) == 2)
    scene.qtbot.keyClick(page.field, Qt.Key.Key_Escape)
    scene.qtbot.waitUntil(lambda: len(lines(page)) > 2)
    chip = page.chips[ProblemKind.CATALOGUE]
    scene.qtbot.mouseClick(chip, LEFT)
    scene.settle()
    assert texts(page)[0] == "Codes and duplicates"
    assert broken.name not in texts(page)
    scene.qtbot.mouseClick(page.chips[None], LEFT)
    scene.settle()
    assert broken.name in texts(page)


def test_ignored_with_a_reason_and_taken_back(scene: Scene, broken: Path) -> None:
    page = opened(scene)
    go_to(page, broken.name)
    scene.qtbot.mouseClick(page.details.buttons["ignore"], LEFT)
    scene.qtbot.keyClicks(page.details.form.reason, "an old demo")
    scene.qtbot.keyClick(page.details.form.reason, Qt.Key.Key_Return)
    scene.settle()
    assert broken.name not in texts(page)
    notice = scene.window.notice
    scene.qtbot.waitUntil(lambda: notice.text.text().startswith("Ignored:"))
    assert [button.text() for button in notice.buttons] == ["Undo"], "not what an earlier job said"
    go_to(page, "Ignored")
    scene.qtbot.keyClick(page.list, Qt.Key.Key_Return)
    scene.settle()
    [row] = [n for n, line in enumerate(lines(page)) if line.group == IGNORED and line.about]
    assert "an old demo" in lines(page)[row].words[1]
    press_row(scene, page, row)
    panel = decision(scene, page)
    scene.qtbot.waitUntil(panel.do.isEnabled)
    scene.qtbot.mouseClick(panel.do, LEFT)
    scene.qtbot.waitUntil(lambda: broken.name in texts(page))
    assert "Ignored" not in texts(page)
    assert not scene.workspace.called_on_main_thread
    scene.settle()


def test_enter_twice_ignores_once(scene: Scene, broken: Path) -> None:
    page = opened(scene)
    go_to(page, broken.name)
    scene.qtbot.mouseClick(page.details.buttons["ignore"], LEFT)
    done = len(scene.workspace.real.catalogue.decisions())
    for _ in range(2):
        scene.qtbot.keyClick(page.details.form.reason, Qt.Key.Key_Return)
        page.details.form.do.click()
    scene.settle()
    assert len(scene.workspace.real.catalogue.decisions()) == done + 1
    assert [name for name, _ in scene.workspace.calls].count("catalogue.ignore") == 1


def test_the_list_read_again_keeps_what_is_selected_and_a_reason_half_written(
    scene: Scene, broken: Path
) -> None:
    """Whatever key is held down meanwhile, and whatever was read in the background."""
    page = opened(scene)
    row = next(n for n, text in enumerate(texts(page)) if text == broken.name)
    other = problem_row(page, ProblemKind.CATALOGUE)
    page.list.go_to(other)
    scene.qtbot.keyClick(page.list, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    page.list.go_to(row)
    assert [line.words[0] for line in page.list.chosen] == [broken.name]
    page.refresh()
    scene.settle()
    assert [line.words[0] for line in page.list.chosen] == [broken.name]
    both = {texts(page)[row], texts(page)[other]}
    page.list.go_to(row, [lines(page)[row], lines(page)[other]])
    page.details.ask_reason()
    scene.qtbot.keyClicks(page.details.form.reason, "an old de")
    page.refresh()
    scene.settle()
    assert {line.words[0] for line in page.list.chosen} == both
    assert page.details.form.isVisible()
    assert page.details.form.reason.text() == "an old de"


def test_a_moved_folder_is_found_again(scene: Scene, music: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    os.rename(music / KOVAL, moved)
    page = opened(scene)
    press_row(scene, page, problem_row(page, ProblemKind.FOLDER))
    dialog = next(d for d in scene.window.findChildren(QFileDialog) if d.isVisible())
    dialog.fileSelected.emit(str(moved))
    dialog.reject()
    scene.qtbot.waitUntil(lambda: scene.workspace.real.artists.all()[0].folders == (str(moved),))
    scene.settle()
    assert ProblemKind.FOLDER not in {
        line.about.kind for line in lines(page) if isinstance(line.about, Problem)
    }


def test_the_menu_of_a_row_offers_all(scene: Scene, broken: Path) -> None:
    page = opened(scene)
    go_to(page, broken.name)
    page.list.menu_wanted.emit(page.mapToGlobal(page.rect().center()))
    [menu] = [m for m in page.findChildren(QMenu, "problem-menu") if m.isVisible()]
    offered = [action.text().replace("&", "") for action in menu.actions() if action.text()]
    assert offered == ["Show in folder", "Rescan", "Ignore…", "Copy"]
    menu.close()


def test_nothing_to_do_is_calm(scene: Scene) -> None:
    workspace = scene.workspace.real
    artist = workspace.artists.all()[0]
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter()))
    wanted = Filter(artist_id=artist.id)
    left = [one.id for one in workspace.catalogue.problems(wanted)]
    for made in workspace.catalogue.ignore(left):
        assert made.kind == "ignore"
    page = opened(scene)
    assert page.header.title.accessibleName() == "No problems"


def test_fifty_thousand_problems_fill_one_list() -> None:
    many = [
        Problem(
            ProblemKind.FILE, f"/a/{n}.flac", "It is empty.", "", path=f"/a/{n}.flac", id=str(n)
        )
        for n in range(50_000)
    ]
    found = lines_of(ListContent(many), ListFilter())
    assert (len(found.lines), found.lines[0].count, found.number) == (50_001, 50_000, 50_000)
    assert len(lines_of(ListContent(many), ListFilter("49999")).lines) == 2
    folded = lines_of(ListContent(many), ListFilter(turned=frozenset({found.lines[0].group})))
    assert len(folded.lines) == 1


# --- catalogue health --------------------------------------------------------------------


@pytest.fixture
def one_isrc(scene: Scene, tmp_path: Path) -> Scene:
    """Three songs with one ISRC, one of which is open."""
    folder = tmp_path / "one isrc"
    folder.mkdir()
    for name in ("First", "Second", "Third"):
        shutil.copy(SAMPLES / "sample.flac", folder / f"{name}.flac")
        retag(folder / f"{name}.flac", title=name, isrc="QZES52499999")
    workspace = scene.workspace.real
    artist = workspace.artists.all()[0]
    workspace.catalogue.scan(artist.id, [str(folder)])
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))
    [first] = [row.recording_id for row in rows if row.title == "First"]
    scope, consent = Scope(ScopeKind.RECORDING, first), PRESETS[Preset.OPEN]
    workspace.consents.set(scope, consent, confirmed=workspace.consents.widened_by(scope, consent))
    scene.workspace.calls.clear()
    return scene


def wanted(scene: Scene) -> dict[str, Consent]:
    workspace = scene.workspace.real
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))
    return {row.title: row.consent for row in rows if row.isrc == "QZES52499999"}


def decision(scene: Scene, page: ProblemsPage) -> DecisionPanel:
    """The question in the page, as soon as it is there."""

    def panels() -> list[DecisionPanel]:
        return [one for one in page.findChildren(DecisionPanel) if one.isVisible()]

    scene.qtbot.waitUntil(lambda: bool(panels()))
    return panels()[0]


def shown_names(scene: Scene, panel: DecisionPanel) -> list[str]:
    """The recordings that the question names."""

    def visible() -> list[NamesList]:
        return [one for one in panel.findChildren(NamesList) if one.isVisible()]

    scene.qtbot.waitUntil(lambda: len(visible()) == 1)
    return visible()[0].names


def test_a_finding_is_merged_in_the_page_and_that_is_taken_back(one_isrc: Scene) -> None:
    scene = one_isrc
    page = opened(scene)
    go_to(page, "One ISRC")
    page.list.setFocus()
    scene.qtbot.keyClick(page.list, Qt.Key.Key_Return)
    panel = decision(scene, page)
    scene.qtbot.waitUntil(panel.do.isEnabled)
    assert panel.do.text() == "Merge"
    panel.boxes[2].click()
    scene.qtbot.waitUntil(panel.do.isEnabled)
    stricter = shown_names(scene, panel)
    assert stricter == [f"{KOVAL}, First: Open → No AI"]
    scene.qtbot.mouseClick(panel.do, LEFT)
    scene.qtbot.waitUntil(lambda: "Decided" in texts(page))
    assert len(wanted(scene)) == 2
    assert set(wanted(scene).values()) == {PRESETS[Preset.NO_AI]}

    go_to(page, "Decided")
    scene.qtbot.keyClick(page.list, Qt.Key.Key_Right)
    scene.settle()
    go_to(page, "Merged")
    page.details.buttons["take-back"].click()
    panel = decision(scene, page)
    scene.qtbot.waitUntil(panel.yes.isVisible)
    assert not panel.do.isEnabled(), "what it opens up needs a yes of its own"
    assert shown_names(scene, panel) == [f"{KOVAL}, First"]
    panel.yes.click()
    scene.qtbot.mouseClick(panel.do, LEFT)
    scene.qtbot.waitUntil(lambda: "Decided" not in texts(page))
    assert wanted(scene)["First"] == PRESETS[Preset.OPEN]
    assert not scene.workspace.called_on_main_thread
    scene.settle()


def test_what_is_kept_apart_is_not_listed_again(one_isrc: Scene) -> None:
    scene = one_isrc
    page = opened(scene)
    go_to(page, "One ISRC")
    page.details.buttons["fix"].click()
    panel = decision(scene, page)
    panel.ways[1].click()
    assert panel.do.text() == "Keep apart"
    scene.qtbot.waitUntil(panel.do.isEnabled)
    scene.qtbot.mouseClick(panel.do, LEFT)
    scene.qtbot.waitUntil(lambda: not any(text.startswith("One ISRC") for text in texts(page)))
    scene.settle()


def test_a_finding_is_left_as_it_is(one_isrc: Scene) -> None:
    page = opened(one_isrc)
    go_to(page, "One ISRC")
    page.details.buttons["fix"].click()
    panel = decision(one_isrc, page)
    one_isrc.qtbot.mouseClick(panel.keep, LEFT)
    assert page.details.buttons["fix"].isVisible()
    assert len(wanted(one_isrc)) == 3
    one_isrc.settle()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        (ProblemKind.CONFLICTS, Qt.TextElideMode.ElideRight),
        (ProblemKind.FOLDER, Qt.TextElideMode.ElideMiddle),
        (ProblemKind.FILE, Qt.TextElideMode.ElideMiddle),
    ],
)
def test_a_sentence_gives_way_at_its_end_and_a_path_in_the_middle(
    kind: ProblemKind, mode: Qt.TextElideMode
) -> None:
    line = ProblemLine("group", ("words", "place"), Problem(kind, "place", "words", "advice"))
    assert cut_of(line) is mode


@pytest.mark.parametrize(
    ("cause", "first"),
    [(Cause.DISK_FULL, Mend.RETRY), (Cause.DAMAGED, Mend.SHOW), (Cause.EMPTY, Mend.SHOW)],
)
def test_a_retry_is_offered_only_where_it_can_help(cause: Cause, first: Mend) -> None:
    failed = Problem(ProblemKind.FAILED, "file", "1 file could not be changed.", "Why", cause=cause)
    mends = mends_of(failed)
    assert mends[0] is first
    assert (Mend.RETRY in mends) is (first is Mend.RETRY)
    assert (Mend.RESCAN in mends) is (first is not Mend.RETRY)


@pytest.mark.parametrize(
    ("problem", "first"),
    [
        (Problem(K.FILE, "a.mp3", "Gone.", "", carrier="file", cause=Cause.GONE), Mend.RESCAN),
        (Problem(K.FILE, "a.mp3", "Empty.", "", carrier="file"), Mend.SHOW),
        (Problem(K.FAILED, "file", "1.", "", carrier="file", cause=Cause.GONE), Mend.RESCAN),
        (Problem(K.FAILED, "file", "1.", "", carrier="file", cause=Cause.UNREAD), Mend.RESCAN),
        (Problem(K.FAILED, "x", "1.", "", carrier="x", cause=Cause.CHANGED_SINCE), Mend.CHECK),
        (Problem(K.FAILED, "x", "1.", "", carrier="x", cause=Cause.OFFLINE), Mend.RETRY),
    ],
)
def test_what_was_moved_or_changed_is_read_again_first(problem: Problem, first: Mend) -> None:
    assert mends_of(problem)[0] is first


def test_in_a_narrow_list_the_words_have_the_room_and_the_details_the_button(
    scene: Scene, broken: Path
) -> None:
    page = opened(scene)
    row = problem_row(page, ProblemKind.FILE)
    line = lines(page)[row]
    assert page.list.act_text(line)
    scene.window.resize(640, 400)
    scene.settle()
    assert not page.list.act_text(line)
    page.list.setCurrentIndex(page.list.lines.index(row))
    scene.settle()
    assert page.details.buttons
