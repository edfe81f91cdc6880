"""The whole main job through the widgets, on real files: choose, preview, write, undo."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from rightsdesk.changes.names import job_name
from rightsdesk.consent import PRESETS, Preset, Standing
from rightsdesk.desktop.pages.catalogue.details import folder_url
from rightsdesk.desktop.review.model import BESIDE
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace.overview.values import GroupBy
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind, State
from tests.desktop.conftest import LONG, Scene, Watched

LEFT = Qt.MouseButton.LeftButton


def write(scene: Scene) -> None:
    scene.qtbot.mouseClick(scene.window.catalogue.write, LEFT)
    scene.qtbot.mouseClick(scene.dialog("review").go, LEFT)
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    scene.settle()


def wait_for_jobs(scene: Scene, count: int) -> None:
    scene.qtbot.waitUntil(lambda: len(scene.workspace.jobs.all()) == count)


def press(scene: Scene, key: Qt.Key) -> None:
    """Ctrl and a key, wherever the focus is."""
    scene.window.activateWindow()
    scene.qtbot.waitUntil(scene.window.isActiveWindow)
    focused: QWidget | None = scene.window.focusWidget()
    scene.qtbot.keyClick(focused or scene.window, key, Qt.KeyboardModifier.ControlModifier)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_from_silent_to_agrees_and_back(scene: Scene) -> None:
    before = contents(scene.music)
    assert set(scene.words(CarrierId.FILES)) == {"To write"}
    scene.qtbot.mouseClick(scene.window.catalogue.write, LEFT)
    preview = scene.dialog("review")
    assert len(preview.digest.changes) == 9
    assert preview.go.text() == "&Write to 9 files"
    assert not preview.opens.isVisible()
    assert contents(scene.music) == before, "a preview changes nothing"
    scene.qtbot.mouseClick(preview.go, LEFT)
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    assert {word.split(" ·")[0] for word in scene.words(CarrierId.FILES)} == {"Says No AI"}
    assert all(
        contents(scene.music)[path] != old
        for path, old in before.items()
        if path.parts[-3] == KOVAL
    )
    undo = scene.window.actions_.undo
    assert undo.text() == "&Undo No AI on 9 files"
    assert scene.window.notice.buttons[0].text() == "Undo"
    press(scene, Qt.Key.Key_Z)
    preview = scene.dialog("review")
    assert preview.opens.isVisible(), "what an undo opens up is named"
    assert preview.go.text() == "&Undo on 9 files, and let AI do more"
    assert preview.agree.isHidden(), "where nothing else is chosen, one yes is enough"
    assert preview.cancel.isDefault(), "Enter keeps things as they are"
    scene.qtbot.mouseClick(preview.go, LEFT)
    scene.qtbot.waitUntil(lambda: "Undo" in scene.window.notice.text.text())
    assert "Your choice stays" in scene.window.notice.text.text()
    scene.settle()
    assert "Says No AI" not in scene.words(CarrierId.FILES)
    assert contents(scene.music) == before, "an undo restores every byte"
    assert not scene.workspace.called_on_main_thread


def test_undo_and_redo_take_turns(scene: Scene) -> None:
    write(scene)
    actions, notice = scene.window.actions_, scene.window.notice
    assert not actions.redo.isEnabled()
    words = {"Undo": "&Undo on 9 files, and let AI do more", "Redo": "&Redo on 9 files"}
    for number, (now, then) in enumerate((("Undo", "Redo"), ("Redo", "Undo"), ("Undo", "Redo"))):
        ways = {"Undo": actions.undo, "Redo": actions.redo}
        assert ways[now].text() == f"&{now} No AI on 9 files"
        older = "&Undo choice for Mira Koval" if then == "Undo" else "&Redo"
        assert ways[then].text() == older
        ways[now].trigger()
        preview = scene.dialog("review")
        assert preview.go.text() == words[now]
        scene.qtbot.mouseClick(preview.go, LEFT)
        wait_for_jobs(scene, number + 2)
        scene.settle()
        assert notice.buttons[0].text() == then
        assert ("Your choice stays" in notice.text.text()) is (now == "Undo")
    assert scene.workspace.catalogue.counts(Filter())["file"].get(Standing.AGREES, 0) == 0


def test_what_agrees_already_is_not_written_again(scene: Scene) -> None:
    write(scene)
    assert not scene.window.catalogue.write.isVisible()
    scene.window.actions_.write.trigger()
    preview = scene.dialog("review")
    assert preview.heading.text() == "Nothing to write"
    assert not preview.go.isVisible()
    assert [job_name(job) for job in scene.workspace.jobs.all()] == ["No AI on 9 files"]
    preview.reject()


def test_a_chip_shows_only_those(scene: Scene) -> None:
    chip = scene.window.catalogue.filters.chips[State.UNKNOWN]
    assert not chip.isVisible(), "no recording is unknown"
    chip = scene.window.catalogue.filters.chips[State.NEEDS_WORK]
    assert chip.accessibleName() == "Needs work 6"
    scene.qtbot.mouseClick(chip, LEFT)
    scene.settle()
    assert chip.isChecked()
    assert len(scene.words()) == 6
    write(scene)
    scene.settle()
    assert scene.window.catalogue.empty_list.title.text() == "Nothing needs work."
    scene.qtbot.mouseClick(chip, LEFT)
    scene.settle()
    assert len(scene.words()) == 6


def test_finding_and_sorting_happen_in_the_workspace(scene: Scene) -> None:
    press(scene, Qt.Key.Key_F)
    field = scene.window.catalogue.filters.field
    assert field.hasFocus()
    scene.qtbot.keyClicks(field, "lantern")
    scene.qtbot.waitUntil(lambda: scene.window.view_state.model.rowCount() == 4)
    scene.qtbot.keyClick(field, Qt.Key.Key_Escape)
    scene.qtbot.waitUntil(lambda: scene.window.view_state.model.rowCount() == 8)
    scene.window.view_state.list.group(GroupBy.NONE)
    scene.window.catalogue.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    scene.settle()
    titles = scene.words()
    assert titles == sorted(titles, reverse=True)


def test_cancel_stops_at_a_safe_point_and_the_rest_can_go_on(scene: Scene) -> None:
    real = scene.workspace.real.jobs.apply
    reached, go_on = threading.Event(), threading.Event()

    def held_apply(plan: Any, *, progress: Any, cancel: Any, **more: Any) -> Any:
        progress(0, len(plan.planned), "the first file")
        reached.set()
        go_on.wait(LONG)
        return real(plan, progress=progress, cancel=cancel, **more)

    scene.workspace.instead["jobs.apply"] = held_apply
    scene.qtbot.mouseClick(scene.window.catalogue.write, LEFT)
    scene.qtbot.mouseClick(scene.dialog("review").go, LEFT)
    scene.qtbot.waitUntil(reached.is_set)
    (row,) = scene.window.progress.rows.values()
    scene.qtbot.waitUntil(lambda: "/ 9" in row.count.text())
    assert scene.window.isEnabled()
    assert not scene.window.catalogue.write.isEnabled(), "one job at a time"
    table = scene.window.catalogue.table
    table.select_recordings(scene.window.view_state.model.listing.grouped.ids[3:4])
    assert table.selected_count == 1, "the window stays usable"
    scene.qtbot.mouseClick(row.stop, LEFT)
    assert row.label.text() == "Stopping after this one…"
    go_on.set()
    scene.qtbot.waitUntil(lambda: "Stopped" in scene.window.notice.text.text())
    scene.settle()
    assert not scene.window.progress.rows
    job = scene.workspace.jobs.all()[0]
    assert job.open_changes > 0
    scene.workspace.instead.clear()
    assert scene.window.notice.buttons[0].text() == "Continue"
    scene.qtbot.mouseClick(scene.window.notice.buttons[0], LEFT)
    scene.qtbot.mouseClick(scene.dialog("review").go, LEFT)
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    assert {word.split(" ·")[0] for word in scene.words(CarrierId.FILES)} == {"Says No AI"}


def test_closing_while_a_job_runs_stops_it_first(scene: Scene) -> None:
    began = threading.Event()

    def endless(*_args: Any, cancel: Any, **_more: Any) -> Any:
        began.set()
        cancel.wait(LONG)
        return scene.workspace.real.jobs.plan_tag(Filter(), cancel=cancel)

    scene.workspace.instead["jobs.plan_tag"] = endless
    scene.window.actions_.write.trigger()
    scene.qtbot.waitUntil(began.is_set)
    scene.window.close()
    scene.qtbot.waitUntil(lambda: not scene.window.isVisible())
    assert scene.work.idle


def test_a_file_that_changed_since_the_preview_is_left_alone_and_named(scene: Scene) -> None:
    scene.qtbot.mouseClick(scene.window.catalogue.write, LEFT)
    preview = scene.dialog("review")
    victim = next((scene.music / KOVAL).rglob("*.opus"))
    victim.write_bytes(victim.read_bytes() + b"\0")
    scene.qtbot.mouseClick(preview.go, LEFT)
    notice = scene.window.notice
    scene.qtbot.waitUntil(lambda: "left alone" in notice.text.text())
    assert "8 done. 1 left alone." in notice.text.text()
    assert [button.text() for button in notice.buttons] == ["Retry 1", "Show why", "Undo"]
    scene.qtbot.mouseClick(notice.buttons[1], LEFT)
    scene.settle()
    assert scene.window.page is scene.window.activity
    row = scene.window.activity.feed.rows[1]
    assert row.unfolded
    assert row.reasons is not None
    assert str(victim) in row.reasons[0].places


def test_names_that_are_no_text_are_shown_and_written_all_the_same(
    open_window: Callable[[], Scene], workspace: Watched, music: Path
) -> None:
    folder = music / KOVAL / "Night Ferry"
    odd = os.fsencode(folder) + b"/03 Caf\xe9.mp3"
    os.rename(folder / "03 Paper Moons.mp3", odd)
    artist = workspace.artists.add(KOVAL)
    workspace.catalogue.scan(artist.id, [str(music / KOVAL)])
    workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    scene = open_window()
    scene.qtbot.mouseClick(scene.window.catalogue.write, LEFT)
    preview = scene.dialog("review")
    names = [change.target.label for change in preview.digest.changes]
    shown = [preview.digest.title_of(change) for change in preview.digest.changes]
    assert len(names) == len(shown) == 9
    groups = [preview.rows.index(n, 0) for n in range(preview.rows.rowCount())]
    beside = [
        preview.rows.index(n, 0, group).data(BESIDE)
        for group in groups
        for n in range(preview.rows.rowCount(group))
    ]
    assert "03 Caf\\xe9.mp3" in beside
    scene.qtbot.mouseClick(preview.go, LEFT)
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    assert {word.split(" ·")[0] for word in scene.words(CarrierId.FILES)} == {"Says No AI"}
    scene.window.actions_.side.setChecked(True)
    scene.select("Paper Moons")
    scene.settle()
    view = scene.window.catalogue.details.view
    assert view is not None
    assert folder_url(view.carriers[0].place).toString().endswith("/Night Ferry")
