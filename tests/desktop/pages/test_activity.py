"""Activity: what runs, and one history of everything, undone and redone from there."""

import datetime
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.modeltest import ModelTester
from sqlalchemy import text

from rightsdesk.changes.types import JobInfo, JobKind, JobSubject
from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.desktop.design.appearance import AppearanceOptions, appearance
from rightsdesk.desktop.design.chips import FilterChip
from rightsdesk.desktop.jobs.history_words import stopped_text
from rightsdesk.desktop.pages.activity.feed_model import FeedModel, PlaceInCard, day_title
from rightsdesk.desktop.pages.activity.feed_shape import shape_of
from rightsdesk.desktop.pages.activity.feed_view import FeedView
from rightsdesk.desktop.pages.activity.mending import mending
from rightsdesk.desktop.pages.activity.running import left_text
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace.history.types import Can
from rightsdesk.workspace.jobs.failures import FailedGroup
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.problems import ProblemKind
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.desktop.conftest import LONG, Scene, Watched
from tests.desktop.jobs.test_main_job import contents, press, write

LEFT = Qt.MouseButton.LeftButton
SPOKEN = Qt.ItemDataRole.AccessibleTextRole
NO_AI, OPEN = PRESETS[Preset.NO_AI], PRESETS[Preset.OPEN]


def activity(scene: Scene) -> tuple[FeedModel, FeedView]:
    scene.window.actions_.jobs.trigger()
    scene.settle()
    page = scene.window.activity
    assert page.isVisible()
    return page.feed, page.history


def titles(feed: FeedModel) -> list[str]:
    """What was done, without the days."""
    return [row.title for row in feed.rows if row.entry is not None]


def number_of(feed: FeedModel, title: str) -> int:
    return next(n for n, row in enumerate(feed.rows) if row.title == title)


def click(scene: Scene, view: FeedView, rect: QRect) -> None:
    assert rect.isValid()
    scene.qtbot.mouseClick(view.viewport(), LEFT, pos=rect.center())


def artist_of(scene: Scene) -> Artist:
    artist: Artist = scene.workspace.real.artists.all()[0]
    return artist


def choose(scene: Scene, preset: Preset) -> None:
    """Set the artist's choice as another program would, and let the window see it."""
    scope = Scope(ScopeKind.ARTIST, artist_of(scene).id)
    scene.workspace.real.consents.set(scope, PRESETS[preset], confirmed=tuple(Use))
    scene.window.view_state.something_changed()
    scene.settle()


def test_everything_that_was_done_stands_there_newest_first(scene: Scene) -> None:
    write(scene)
    feed, view = activity(scene)
    assert titles(feed) == [
        "No AI on 9 files",
        f"Choice for {KOVAL}: No AI",
        f"Files of {KOVAL} scanned: 9 new",
        f"Folder added for {KOVAL}: {scene.music / KOVAL}",
        f"Artist added: {KOVAL}",
    ]
    assert feed.rows[0].title == "Today"
    assert feed.rows[1].under == "9 done", "the artist in view is named once"
    assert [row.place for row in feed.rows[:3]] == [
        PlaceInCard.TOP,
        PlaceInCard.FIRST,
        PlaceInCard.MIDDLE,
    ]
    assert feed.rows[-1].place is PlaceInCard.LAST
    assert view.accessibleName() == "History"


@pytest.mark.usefixtures("no_flashes")
def test_a_write_is_undone_and_done_again_from_its_row(scene: Scene) -> None:
    before = contents(scene.music)
    write(scene)
    feed, view = activity(scene)
    click(scene, view, view.act_rect(1, "undo"))
    review = scene.dialog("review")
    assert review.go.text() == "&Undo on 9 files, and let AI do more"
    scene.qtbot.mouseClick(review.go, LEFT)
    scene.qtbot.waitUntil(lambda: titles(feed)[0] == "Undone: No AI on 9 files")
    scene.settle()
    assert contents(scene.music) == before
    assert view.act_rect(2, "undo").isNull(), "what is undone has no undo"
    click(scene, view, view.act_rect(1, "redo"))
    scene.qtbot.mouseClick(scene.dialog("review").go, LEFT)
    scene.qtbot.waitUntil(lambda: titles(feed)[0] == "Redone: No AI on 9 files")
    scene.settle()
    assert contents(scene.music) != before


def test_a_choice_is_undone_by_keyboard_alone(scene: Scene) -> None:
    choose(scene, Preset.ASK_FIRST)
    choose(scene, Preset.NO_AI)
    feed, view = activity(scene)
    view.setFocus()
    view.setCurrentIndex(feed.index(2))  # “Ask me first”
    scene.qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.currentIndex().row() == 1
    scene.qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.act_at is not None
    scene.qtbot.keyClick(view, Qt.Key.Key_Return)
    question = scene.dialog("opens-up")
    assert question.yes.text() == "&Undo, and let AI do more with these 6 recordings"
    scene.qtbot.mouseClick(question.yes, LEFT)
    scene.qtbot.waitUntil(lambda: titles(feed)[0] == f"Undone: choice for {KOVAL}")
    assert artist_of(scene).consent == PRESETS[Preset.ASK_FIRST]


def test_what_an_undo_opens_up_is_named_and_no_is_the_answer_to_enter(scene: Scene) -> None:
    press(scene, Qt.Key.Key_Z)
    question = scene.dialog("opens-up")
    named = [
        label.text() for label in question.findChildren(type(question.layout().itemAt(0).widget()))
    ]
    assert f"Undo choice for {KOVAL}?" in named
    scene.qtbot.keyClick(question, Qt.Key.Key_Return)
    scene.settle()
    assert artist_of(scene).consent == NO_AI


def test_ctrl_z_takes_the_newest_whatever_it_is_and_names_it(scene: Scene) -> None:
    actions, real = scene.window.actions_, scene.workspace.real
    artist = artist_of(scene)
    real.platforms.place(artist.id, "bandcamp", here=True)
    choose(scene, Preset.ASK_FIRST)
    assert actions.undo.text() == f"&Undo choice for {KOVAL}"
    assert not actions.redo.isEnabled()
    press(scene, Qt.Key.Key_Z)
    scene.qtbot.waitUntil(lambda: actions.redo.text() == f"&Redo choice for {KOVAL}")
    scene.settle()
    assert artist_of(scene).consent == NO_AI
    assert actions.undo.text() == "&Undo note on Bandcamp"
    press(scene, Qt.Key.Key_Z)
    scene.qtbot.waitUntil(lambda: actions.redo.text() == "&Redo note on Bandcamp")
    scene.settle()
    assert scene.window.notice.text.text() == "Undone: note on Bandcamp."
    focused: QWidget | None = scene.window.focusWidget()
    focus = focused or scene.window
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    scene.qtbot.keyClick(focus, Qt.Key.Key_Z, both)
    scene.qtbot.waitUntil(lambda: actions.undo.text() == "&Undo note on Bandcamp")
    scene.settle()
    scene.qtbot.keyClick(focus, Qt.Key.Key_Z, both)
    question = scene.dialog("opens-up")
    scene.qtbot.mouseClick(question.yes, LEFT)
    scene.qtbot.waitUntil(lambda: actions.undo.text() == f"&Undo choice for {KOVAL}")
    scene.settle()
    assert artist_of(scene).consent == PRESETS[Preset.ASK_FIRST]
    assert not actions.redo.isEnabled()


def test_the_way_back_of_a_licence_is_named_by_its_partner(scene: Scene) -> None:
    scope = Scope(ScopeKind.ARTIST, artist_of(scene).id)
    use = Use.GENERATIVE_TRAINING
    agreement = Agreement("Klay", frozenset({use}))
    scene.workspace.real.licences.add(agreement, [scope], confirmed={use})
    scene.window.view_state.something_changed()
    scene.settle()
    actions = scene.window.actions_
    assert actions.undo.text() == "&Undo licence of Klay"
    press(scene, Qt.Key.Key_Z)
    notice = scene.window.notice
    scene.qtbot.waitUntil(lambda: notice.text.text() == "Undone: licence of Klay.")
    feed, _ = activity(scene)
    chip = scene.window.activity.findChild(FilterChip, "kind-licences")
    scene.qtbot.mouseClick(chip, LEFT)
    scene.settle()
    assert titles(feed)[0] == "Undone: licence of Klay"


def test_the_way_back_of_an_ignored_problem_has_one_full_stop(scene: Scene) -> None:
    real = scene.workspace.real
    [codes] = [
        one for one in real.catalogue.problems(Filter()) if one.kind is ProblemKind.CATALOGUE
    ]
    assert codes.sentence.endswith(".")
    real.catalogue.ignore([codes.id])
    scene.window.view_state.something_changed()
    scene.settle()
    press(scene, Qt.Key.Key_Z)
    said = f"Undone: decision on {codes.sentence}"
    scene.qtbot.waitUntil(lambda: scene.window.notice.text.text() == said)


def test_a_button_of_a_notice_gives_the_keyboard_to_the_page(scene: Scene) -> None:
    """The notice says something else then, and Qt would give it to the list of artists."""
    write(scene)
    _, view = activity(scene)
    choose(scene, Preset.ASK_FIRST)
    scene.window.saved.tell_newest()
    scene.settle()
    notice = scene.window.notice
    [undo] = notice.buttons
    undo.setFocus()
    scene.qtbot.keyClick(undo, Qt.Key.Key_Space)
    scene.qtbot.waitUntil(lambda: notice.text.text() == f"Undone: choice for {KOVAL}.")
    scene.settle()
    assert scene.window.focusWidget() is view


def test_a_notice_goes_once_it_is_no_longer_true(scene: Scene) -> None:
    """Another seat, or the command line, undid the job, or chose something else."""
    notice, real = scene.window.notice, scene.workspace.real

    def look_again() -> None:
        scene.window.view_state.something_changed()
        scene.settle()

    write(scene)
    assert notice.text.text().startswith("Done: ")
    look_again()
    assert notice.isVisible(), "nothing else was done"
    undo = real.jobs.plan_undo()
    real.jobs.apply(undo, confirmed=undo.confirmation())
    look_again()
    assert not notice.isVisible()
    choose(scene, Preset.ASK_FIRST)
    scene.window.saved.tell(real.consents.of(Scope(ScopeKind.ARTIST, artist_of(scene).id)))
    scene.settle()
    assert notice.text.text().startswith(f"Saved for {KOVAL}: Ask me first.")
    look_again()
    assert notice.isVisible()
    choose(scene, Preset.NO_AI)
    assert not notice.isVisible()


def test_details_are_folded_and_say_why_there_is_no_way_back(scene: Scene) -> None:
    feed, view = activity(scene)
    scanned = number_of(feed, f"Files of {KOVAL} scanned: 9 new")
    folded = view.visualRect(feed.index(scanned)).height()
    assert not feed.rows[scanned].acts
    view.setFocus()
    view.setCurrentIndex(feed.index(scanned))
    scene.qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.visualRect(feed.index(scanned)).height() > folded
    assert feed.rows[scanned].details[-1] == ("This changed nothing, so there is nothing to undo.")
    spoken = feed.index(scanned).data(SPOKEN)
    assert "so there is nothing to undo" in spoken
    scene.qtbot.mouseClick(view.viewport(), LEFT, pos=view.visualRect(feed.index(scanned)).center())
    assert view.visualRect(feed.index(scanned)).height() == folded


def test_what_failed_is_grouped_by_cause_with_what_mends_it_and_retried(scene: Scene) -> None:
    scene.qtbot.mouseClick(scene.window.catalogue.write, LEFT)
    preview = scene.dialog("review")
    victims = sorted((scene.music / KOVAL).rglob("*.opus"))
    for victim in victims:
        victim.write_bytes(victim.read_bytes() + b"\0")
    scene.qtbot.mouseClick(preview.go, LEFT)
    scene.qtbot.waitUntil(lambda: "left alone" in scene.window.notice.text.text())
    scene.settle()
    feed, view = activity(scene)
    assert [act.text for act in feed.rows[1].acts] == ["Retry 1", "Undo"]
    words = view.visualRect(feed.index(1)).topLeft() + QPoint(120, 20)
    scene.qtbot.mouseClick(view.viewport(), LEFT, pos=words)
    scene.settle()
    reasons = feed.rows[1].reasons
    assert reasons is not None
    [reason] = reasons
    assert reason.text.startswith("1 place: This was changed by something else")
    assert [act.text for act in reason.acts] == ["Rescan", "Show in folder", "Copy 1 name"]
    click(scene, view, view.act_rect(1, "copy"))
    assert QGuiApplication.clipboard().text() == str(victims[0])
    click(scene, view, view.act_rect(1, "retry"))
    again = scene.dialog("review")
    assert again.go.text() == "&Write to 1 file"
    scene.qtbot.mouseClick(again.go, LEFT)
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    scene.settle()


def test_a_damaged_file_has_a_reason_instead_of_a_retry(scene: Scene) -> None:
    [victim] = (scene.music / KOVAL).rglob("*.opus")
    victim.write_bytes(victim.read_bytes()[:40])
    write(scene)
    feed, view = activity(scene)
    assert [act.text for act in feed.rows[1].acts] == ["Show why", "Undo"]
    click(scene, view, view.act_rect(1, "why"))
    scene.settle()
    assert feed.rows[1].unfolded
    [reason] = feed.rows[1].reasons or ()
    assert [act.text for act in reason.acts] == ["Rescan", "Show in folder", "Copy 1 name"]


def test_the_menu_of_a_row_has_all_that_can_be_done(scene: Scene) -> None:
    write(scene)
    feed, view = activity(scene)
    menu: QMenu = view.menu_of(1)
    assert [action.text() for action in menu.actions()] == ["Undo", "", "Show &details"]
    menu.actions()[-1].trigger()
    assert feed.rows[1].unfolded
    menu.deleteLater()


def test_chips_narrow_to_a_kind(scene: Scene) -> None:
    write(scene)
    feed, _ = activity(scene)
    chip = scene.window.activity.findChild(FilterChip, "kind-choices")
    scene.qtbot.mouseClick(chip, LEFT)
    scene.settle()
    assert titles(feed) == [f"Choice for {KOVAL}: No AI"]
    scene.qtbot.mouseClick(chip, LEFT)
    scene.settle()
    notes = scene.window.activity.findChild(FilterChip, "kind-notes")
    assert notes is not None
    scene.qtbot.mouseClick(notes, LEFT)
    scene.settle()
    assert scene.window.activity.empty.isVisible()
    assert notes.isVisible(), "the way out stays"


@pytest.mark.slow
def test_half_a_million_entries_are_read_page_by_page(
    open_window: Callable[..., Scene], workspace: Watched
) -> None:
    artist = workspace.artists.add(KOVAL)
    fill = """
        INSERT INTO deeds (at, who, kind, artist_id, names, before, after)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000)
        SELECT '2026-01-15T12:00:00+00:00', '', 'consent-set', :artist,
               '{"artist"\\:"Mira Koval"}', '{"consent"\\:null}', '{"consent"\\:{}}' FROM n
    """
    with workspace.real._database.write() as connection:
        connection.execute(text(fill), {"artist": artist.id})
    scene = open_window(page="activity")
    feed, view = scene.window.activity.feed, scene.window.activity.history
    loaded = [feed.rowCount()]
    assert loaded[0] < 100
    for _ in range(3):
        bar = view.verticalScrollBar()
        bar.setValue(bar.maximum())
        scene.qtbot.waitUntil(lambda: feed.rowCount() > loaded[-1])
        scene.settle()
        loaded.append(feed.rowCount())
    assert loaded[-1] < 400
    limits = [call for call in workspace.calls if call[0] == "history.entries"]
    assert len(limits) < 8
    assert "history.entries" not in workspace.called_on_main_thread


def test_its_rows_are_a_model_as_qt_wants_one(scene: Scene, qtmodeltester: ModelTester) -> None:
    write(scene)
    feed, _ = activity(scene)
    qtmodeltester.check(feed)
    assert feed.index(1).data(SPOKEN).endswith("Buttons: Undo")


@pytest.mark.usefixtures("no_flashes")
def test_what_runs_is_shown_paused_and_cancelled(scene: Scene) -> None:
    real = scene.workspace.real.jobs.apply
    reached, more = threading.Event(), threading.Event()
    seen: list[int] = []

    def held(plan: Any, *, progress: Any, cancel: Any, **rest: Any) -> Any:
        def note(done: int, total: int, label: str) -> None:
            progress(done, total, label)
            seen.append(done)

        progress(4, len(plan.planned), "the fourth file")
        reached.set()
        more.wait(LONG)
        note(5, len(plan.planned), "the fifth file")
        return real(plan, progress=progress, cancel=cancel, **rest)

    scene.workspace.instead["jobs.apply"] = held
    scene.qtbot.mouseClick(scene.window.catalogue.write, LEFT)
    scene.qtbot.mouseClick(scene.dialog("review").go, LEFT)
    scene.qtbot.waitUntil(reached.is_set)
    assert scene.window.progress.isVisible()
    [row] = scene.window.progress.rows.values()
    title = scene.window.catalogue.header.title
    left = {one.mapTo(scene.window, QPoint()).x() for one in (row.label, title)}
    assert len(left) == 1, "it has the margins of the page above it"
    scene.window.go_to("activity")
    card = scene.window.activity.running
    assert card.isVisible()
    assert not scene.window.progress.isVisible(), "the page shows the same in full"
    assert card.name.accessibleName() == "No AI on 9 files"
    scene.qtbot.waitUntil(lambda: "4 of 9" in card.count.text())
    scene.qtbot.mouseClick(card.pause, LEFT)
    assert card.pause.text() == "&Continue"
    assert "paused" in card.count.text()
    running = scene.window.job.running
    assert running is not None
    more.set()
    scene.qtbot.waitUntil(lambda: running.task.latest == (5, 9, "the fifth file"))
    assert not seen, "it waits where it reported"
    scene.qtbot.mouseClick(card.pause, LEFT)
    scene.qtbot.waitUntil(lambda: bool(seen))
    scene.qtbot.waitUntil(lambda: not scene.window.job.busy)
    scene.settle()
    assert not card.isVisible()


def test_a_paused_job_can_be_cancelled(scene: Scene) -> None:
    real = scene.workspace.real.jobs.apply
    reached, more = threading.Event(), threading.Event()

    def held(plan: Any, *, progress: Any, cancel: Any, **rest: Any) -> Any:
        reached.set()
        more.wait(LONG)
        progress(0, len(plan.planned), "the first file")
        return real(plan, progress=progress, cancel=cancel, **rest)

    scene.workspace.instead["jobs.apply"] = held
    scene.window.go_to("activity")
    scene.window.actions_.write.trigger()
    scene.qtbot.mouseClick(scene.dialog("review").go, LEFT)
    scene.qtbot.waitUntil(reached.is_set)
    card = scene.window.activity.running
    scene.qtbot.mouseClick(card.pause, LEFT)
    more.set()
    scene.qtbot.mouseClick(card.cancel, LEFT)
    assert card.count.text() == "Stopping after this one…"
    scene.qtbot.waitUntil(lambda: "Stopped at 0 of 9" in scene.window.notice.text.text())
    scene.settle()
    feed = scene.window.activity.feed
    assert feed.rows[1].under.startswith("Stopped at 0 of 9")
    assert [act.key for act in feed.rows[1].acts] == ["continue"]


@pytest.mark.parametrize("carriers", [((CarrierId.FILES, 211),), ()])
def test_a_stopped_job_counts_what_its_name_counts(carriers: Any) -> None:
    """Files that were right before it began are none of its work."""
    counts = {"planned": 82, "done": 129, "unchanged": 89}
    about = JobSubject(Preset.NO_AI, carriers, text="" if carriers else "No AI on 211 files")
    job = JobInfo(1, JobKind.TAG, about, "", "", counts, open_changes=82)
    assert stopped_text(job) == "Stopped at 129 of 211"


@pytest.mark.parametrize(
    ("done", "total", "seconds", "said"),
    [
        (2, 9, 1.0, ""),
        (10, 20, 5.0, "about 5 s left"),
        (10, 1000, 10.0, "about 16 minutes left"),
        (9, 9, 3.0, ""),
    ],
)
def test_what_is_left_is_guessed_from_what_was_done(
    done: int, total: int, seconds: float, said: str
) -> None:
    assert left_text(done, total, seconds) == said


def test_days_are_called_as_people_call_them() -> None:
    today = datetime.date(2026, 11, 23)
    days = [today, datetime.date(2026, 11, 22), datetime.date(2026, 11, 10)]
    assert [day_title(day, today) for day in days] == ["Today", "Yesterday", "10 Nov"]
    assert "2025" in day_title(datetime.date(2025, 11, 10), today)


def test_each_cause_has_the_button_that_mends_it(tmp_path: Path) -> None:
    def keys(cause: Cause, carrier: str) -> list[str]:
        return [
            act.key for act in mending(FailedGroup(cause, "Why.", CarrierId(carrier), 1, ("a",)))
        ]

    assert keys(Cause.NEEDS_RECONNECT, "soundcloud") == ["accounts", "copy"]
    assert keys(Cause.CHANGED_SINCE, "soundcloud") == ["check", "copy"]
    assert keys(Cause.READ_ONLY, "file") == ["folder", "copy"]
    assert keys(Cause.CHANGED_SINCE, "file") == ["rescan", "folder", "copy"]
    assert keys(Cause.GONE, "file") == ["rescan", "copy"]


def test_what_can_be_done_is_asked_of_the_history_and_nothing_else(scene: Scene) -> None:
    write(scene)
    feed, _ = activity(scene)
    for row in feed.rows:
        if row.entry is not None:
            keys = {act.key for act in row.acts}
            assert (row.entry.can is not Can.NOTHING) == bool(keys & {"undo", "redo"})


def test_a_time_is_never_cut_whatever_the_text_size(scene: Scene, qapp: QApplication) -> None:
    feed, _ = activity(scene)
    row = next(row for row in feed.rows if row.time)
    try:
        for percent in range(80, 205, 5):
            appearance(qapp).choose(AppearanceOptions(text=percent))
            (time,) = (piece for piece in shape_of(row, 600).pieces if piece.text == row.time)
            end, across = Qt.TextElideMode.ElideRight, time.rect.width()
            assert QFontMetrics(time.font).elidedText(row.time, end, across) == row.time
    finally:
        appearance(qapp).choose(AppearanceOptions())
