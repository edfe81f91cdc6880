"""The review: all of it is shown, what widens first, and nothing widens without its own yes."""

import weakref
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QMenu, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from rightsdesk.changes.types import (
    LEFT_OUT,
    NO_CONFIRMATION,
    Change,
    JobKind,
    JobSubject,
    Outcome,
    Plan,
    Target,
)
from rightsdesk.consent import PRESETS, Consent, Permission, Preset, Standing, Use, widened
from rightsdesk.consent.licences.grant import Grant
from rightsdesk.consent.losses import Loss
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.tokens import Tone
from rightsdesk.desktop.parts.names_list import NamesList
from rightsdesk.desktop.parts.widgets import Expander
from rightsdesk.desktop.review.dialog import ReviewDialog
from rightsdesk.desktop.review.digest import Digest, Happens, losses_of
from rightsdesk.desktop.review.model import AFTER, BESIDE, NOTE, NOW, TONES, WHAT
from rightsdesk.desktop.review.words import action_of, chips_of, heading_of, sub_of
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace.jobs.change_locations import ChangeKey, ChangeLocation
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.desktop.conftest import Scene, delete_now
from tests.desktop.jobs.test_main_job import write

LEFT = Qt.MouseButton.LeftButton
CHECK = Qt.ItemDataRole.CheckStateRole
SPOKEN = Qt.ItemDataRole.AccessibleTextRole
NO_AI, OPEN = PRESETS[Preset.NO_AI], PRESETS[Preset.OPEN]
NAMES = {"file": "Files", "soundcloud": "SoundCloud"}


def change(number: int, before: Consent, after: Consent, **more: object) -> Change:
    target = Target(CarrierId.FILES, number, f"/music/Mira/Night/{number}.mp3", f"{number}.mp3")
    return Change(
        target,
        before,
        after,
        edit={"AI-CONSENT": ("search=y",)},
        expected={},
        widens=widened(before, after),
        **more,  # type: ignore[arg-type]  # fields of a Change
    )


def track(number: int, before: Consent, after: Consent) -> Change:
    target = Target(CarrierId.SOUNDCLOUD, number, f"soundcloud:tracks:{number}", f"Track {number}")
    return replace(change(number, before, after), target=target)


def plan(*changes: Change, kind: JobKind = JobKind.TAG, unchanged: int = 0) -> Plan:
    return Plan(kind, JobSubject(Preset.NO_AI, ((CarrierId.FILES, 2),)), changes, unchanged)


def places(*numbers: int, release: str = "Night Ferry") -> dict[ChangeKey, ChangeLocation]:
    return {
        (CarrierId.FILES, n): ChangeLocation(
            f"{n}.mp3", ("file", "files"), "Mira", release, f"Song {n}"
        )
        for n in numbers
    }


def review(
    qtbot: QtBot,
    made: Plan,
    where: dict[ChangeKey, ChangeLocation] | None = None,
    memory: WindowSettings | None = None,
    forecast: tuple[str, ...] = (),
) -> ReviewDialog:
    dialog = ReviewDialog(Digest.of(made, NAMES, where, forecast), memory=memory)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def rows(dialog: ReviewDialog, column: int = WHAT) -> list[list[str]]:
    """What a column shows, group by group."""
    model = dialog.rows
    return [
        [
            model.index(group, column).data(),
            *(
                model.index(n, column, model.index(group, 0)).data()
                for n in range(model.rowCount(model.index(group, 0)))
            ),
        ]
        for group in range(model.rowCount())
    ]


def chips(dialog: ReviewDialog) -> list[str]:
    return [chip.text() for chip in dialog.chips.findChildren(Chip) if not chip.isHidden()]


def box_texts(dialog: ReviewDialog, name: str) -> list[str]:
    frame = dialog.findChild(QFrame, name)
    return [label.text() for label in frame.findChildren(QLabel) if label.text()] if frame else []


def tick(qtbot: QtBot, box: QCheckBox) -> None:
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))


# --- the sentence, the chips, the button -----------------------------------------------------


def test_one_sentence_says_what_will_be_and_the_button_what_it_does(qtbot: QtBot) -> None:
    dialog = review(qtbot, plan(change(1, Consent(), NO_AI), change(2, OPEN, NO_AI)))
    assert dialog.heading.text() == "2 files will say No AI"
    assert chips(dialog) == ["1 says something else now", "1 silent", "Allows nothing new"]
    assert dialog.go.text() == "&Write to 2 files"
    assert dialog.go.isDefault()
    with qtbot.waitSignal(dialog.agreed) as agreed:
        qtbot.mouseClick(dialog.go, LEFT)
    assert agreed.args == [dialog.plan, NO_CONFIRMATION, frozenset()]


def test_files_and_platforms_are_one_review(qtbot: QtBot) -> None:
    made = plan(
        *(change(n, Consent(), NO_AI) for n in range(1, 11)),
        *(track(n, Consent(), NO_AI) for n in range(1, 7)),
        kind=JobKind.SYNC,
    )
    dialog = review(qtbot, made)
    assert dialog.heading.text() == "10 files and 6 tracks on SoundCloud will say No AI"
    assert dialog.go.text() == "&Write to 10 files and 6 tracks"


def test_what_is_written_is_called_what_its_platform_calls_it() -> None:
    def action(*carriers: str) -> str:
        there = [
            replace(c, target=replace(c.target, carrier=CarrierId(carrier)))
            for c, carrier in (
                (track(n, Consent(), NO_AI), name) for n, name in enumerate(carriers)
            )
        ]
        digest = Digest.of(plan(*there, kind=JobKind.SYNC), {})
        return action_of(digest, digest.planned)

    assert action("soundcloud", "soundcloud") == "&Write to 2 tracks"
    assert action("own_site") == "&Write to 1 own site"
    assert action("youtube", "soundcloud") == "&Write to 1 track and 1 video"


def test_an_undo_and_a_redo_are_called_that() -> None:
    undo = Digest.of(plan(change(1, NO_AI, Consent()), kind=JobKind.UNDO), NAMES)
    assert heading_of(undo, undo.planned) == "1 file goes back to what was there before"
    assert action_of(undo, undo.planned) == "&Undo on 1 file"
    assert chips_of(undo, undo.counts)[0] == ("1 allows more", Tone.BAD)


def test_what_goes_back_is_no_contradiction() -> None:
    """The choice of today stands there: an undo review may not call it wrong, nor show it red."""
    ask_first = PRESETS[Preset.ASK_FIRST]
    changes = [change(number, ask_first, NO_AI) for number in (1, 2)]
    undo = Digest.of(plan(*changes, kind=JobKind.UNDO), NAMES)
    said = ("2 go back to what they said before", Tone.DIM)
    assert chips_of(undo, undo.counts) == [said, ("Allows nothing new", Tone.GOOD)]
    redo = Digest.of(plan(*changes, kind=JobKind.REDO), NAMES)
    assert chips_of(redo, redo.counts)[0] == ("2 say it again", Tone.DIM)
    assert Tone.BAD not in TONES[Happens.OTHERWISE]
    redo = Digest.of(plan(change(1, Consent(), NO_AI), kind=JobKind.REDO), NAMES)
    assert heading_of(redo, redo.planned) == "1 file will say No AI again"


def test_what_waits_names_the_menu_where_it_is_answered(scene: Scene) -> None:
    said = sub_of(Digest.of(replace(plan(change(1, Consent(), NO_AI)), waiting=1), NAMES))
    menu, entry = said.partition("(")[2].partition(")")[0].split(" › ")
    actions = scene.window.actions_
    assert entry == actions.questions.text().replace("&", "").rstrip("…")
    menus = [one.menu() for one in scene.window.menuBar().actions()]
    [found] = [
        one for one in menus if isinstance(one, QMenu) and actions.questions in one.actions()
    ]
    assert menu == found.title().replace("&", "")


def test_nothing_to_write_says_why_and_offers_nothing(qtbot: QtBot) -> None:
    dialog = review(qtbot, plan(unchanged=7))
    assert not dialog.go.isVisible()
    assert dialog.cancel.text() == "Close"
    assert dialog.heading.text() == "Nothing to write"
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    assert any(text.startswith("Everything already says what you chose.") for text in labels)
    assert chips(dialog) == ["7 match already"]


def test_what_was_last_read_some_time_ago_is_told_as_that(qtbot: QtBot) -> None:
    unread = replace(plan(unchanged=2), notes=("Bluesky (Mira): offline",))
    dialog = review(qtbot, unread)
    assert chips(dialog) == ["2 matched when last read"]
    said = sub_of(dialog.digest)
    assert said.startswith("There is nothing to change in what could be read.")


def test_what_waits_for_an_answer_is_never_taken_for_right() -> None:
    waiting = replace(plan(kind=JobKind.SYNC, unchanged=7), waiting=4)
    text = sub_of(Digest.of(waiting, {}))
    assert not text.startswith("Everything")
    assert "4 wait until you say which recordings they are" in text


# --- the rows --------------------------------------------------------------------------------


def test_rows_are_grouped_by_what_happens_and_by_release(qtbot: QtBot) -> None:
    made = plan(
        change(1, Consent(), NO_AI),
        change(2, OPEN, NO_AI),
        change(3, Consent(), NO_AI),
        change(4, Consent(), NO_AI),
    )
    where = places(1, 2, 3) | places(4, release="Lanterns")
    dialog = review(qtbot, made, where)
    assert rows(dialog) == [
        ["Night Ferry", "Song 2"],
        ["Lanterns", "Song 4"],
        ["Night Ferry", "Song 1", "Song 3"],
    ]
    assert [group[0] for group in rows(dialog, NOW)] == ["Open", "silent", "silent"]
    assert {group[0] for group in rows(dialog, AFTER)} == {"No AI"}
    assert dialog.rows.index(2, WHAT).data(BESIDE) == "2 files"
    assert dialog.rows.index(0, WHAT, dialog.rows.index(2, 0)).data(BESIDE) == "1.mp3"


def test_what_cannot_be_changed_is_listed_last_with_its_reason(qtbot: QtBot) -> None:
    bad = change(1, Consent(), NO_AI, outcome=Outcome.SKIPPED, problem="It is read-only.")
    dialog = review(qtbot, plan(bad, change(2, Consent(), NO_AI)), places(1, 2))
    assert dialog.go.text() == "&Write to 1 file"
    assert [rows(dialog, column)[-1][0] for column in (WHAT, AFTER, NOTE)] == [
        "Night Ferry",
        "stays as it is",
        "It is read-only.",
    ]
    assert "1 can't be changed" in chips(dialog)


def test_what_could_not_be_read_is_not_said_to_say_nothing(qtbot: QtBot) -> None:
    why = {"outcome": Outcome.FAILED, "problem": "It is damaged."}
    made = plan(change(1, Consent(), NO_AI, unread=True, **why), change(2, Consent(), NO_AI))
    assert [group[0] for group in rows(review(qtbot, made), NOW)] == ["silent", "not read"]


def test_a_row_unfolds_to_its_fields(qtbot: QtBot) -> None:
    remark = "Its XMP packet is damaged; it was left as it is, the other fields are written."
    dialog = review(qtbot, plan(change(1, Consent(), NO_AI, problem=remark)), places(1))
    model = dialog.rows
    row = model.index(0, 0, model.index(0, 0))
    assert dialog.table.isExpanded(model.index(0, 0)), "few rows are shown at once"
    dialog.table.setCurrentIndex(row)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Right)
    assert dialog.table.isExpanded(row)
    fields = [[model.index(n, c, row).data() for c in (WHAT, NOW, AFTER)] for n in range(3)]
    assert fields == [
        ["/music/Mira/Night/1.mp3", "", ""],
        [remark, "", ""],
        ["AI-CONSENT", "(not there)", "search=y"],
    ]


def test_an_undo_says_what_becomes_of_a_sidecar(qtbot: QtBot) -> None:
    made = Target(CarrierId.SIDECARS, 1, "/music/song.flac.xmp", "song.flac.xmp")
    back = Change(made, NO_AI, Consent(), {"tdm:reservation": ()}, {"tdm:reservation": ("1",)})
    dialog = review(qtbot, plan(back, kind=JobKind.UNDO))
    row = dialog.rows.index(0, 0, dialog.rows.index(0, 0))
    lines = [dialog.rows.index(n, 0, row).data() for n in range(dialog.rows.rowCount(row))]
    assert any("goes again if nothing else is in it" in line for line in lines)


def test_with_several_artists_each_release_says_whose_it_is(qtbot: QtBot) -> None:
    made = plan(change(1, Consent(), NO_AI), change(2, NO_AI, OPEN))
    where = places(1) | {
        (CarrierId.FILES, 2): ChangeLocation("2.mp3", artist="Salt & Signal", release="X")
    }
    dialog = review(qtbot, made, where)
    assert dialog.rows.index(0, WHAT).data(BESIDE) == "Salt & Signal · 1 file"
    assert dialog.digest.opened[0][1] == ("Salt & Signal: 2.mp3",)


def test_its_rows_are_a_model_as_qt_wants_one(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    made = plan(change(1, Consent(), NO_AI), change(2, NO_AI, OPEN), change(3, Consent(), NO_AI))
    dialog = review(qtbot, made, places(1, 2, 3))
    qtmodeltester.check(dialog.rows)
    spoken = dialog.rows.index(0, 0).data(SPOKEN)
    assert spoken.startswith("Night Ferry, 1 file: now No AI, after Open. newly allows: ")


# --- leaving out -----------------------------------------------------------------------------


def test_single_rows_can_be_left_out_with_the_keyboard(qtbot: QtBot) -> None:
    made = plan(*(change(n, Consent(), NO_AI) for n in range(1, 5)))
    dialog = review(qtbot, made, places(1, 2, 3, 4))
    model, table = dialog.rows, dialog.table
    group = model.index(0, 0)
    table.setCurrentIndex(group)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(table, key)
    assert group.data(CHECK) is Qt.CheckState.PartiallyChecked
    assert model.index(0, 0, group).data(CHECK) is Qt.CheckState.Unchecked
    assert model.index(0, 0, group).data(SPOKEN).endswith("Left out.")
    assert dialog.heading.text() == "3 files will say No AI"
    assert dialog.go.text() == "&Write to 3 files"
    assert dialog.left.text() == "1 is left out."
    assert chips(dialog) == ["3 silent", "Allows nothing new"]
    with qtbot.waitSignal(dialog.agreed) as agreed:
        qtbot.mouseClick(dialog.go, LEFT)
    assert agreed.args[2] == {("file", 1)}
    assert agreed.args[0].about.carriers == (("file", 3),)


def test_a_release_is_left_out_and_taken_in_as_a_whole(qtbot: QtBot) -> None:
    made = plan(*(change(n, Consent(), NO_AI) for n in range(1, 5)))
    dialog = review(qtbot, made, places(1, 2) | places(3, 4, release="Lanterns"))
    box = dialog.table.visualRect(dialog.rows.index(0, 0))
    spot = QPoint(box.left() + 8, box.center().y())
    qtbot.mouseClick(dialog.table.viewport(), LEFT, pos=spot)
    assert dialog.go.text() == "&Write to 2 files"
    assert dialog.rows.left_out == {("file", 3), ("file", 4)}
    qtbot.mouseClick(dialog.table.viewport(), LEFT, pos=spot)
    assert dialog.go.text() == "&Write to 4 files"
    for group in (0, 1):
        dialog.table.setCurrentIndex(dialog.rows.index(group, 0))
        qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    assert dialog.heading.text() == "Everything is left out"
    assert not chips(dialog)
    assert not dialog.go.isEnabled()


def test_rows_of_an_undo_can_be_left_out_and_are_recorded(qtbot: QtBot) -> None:
    made = plan(change(1, NO_AI, Consent()), change(2, NO_AI, Consent()), kind=JobKind.UNDO)
    dialog = review(qtbot, made)
    assert dialog.rows.setData(dialog.rows.index(0, 0), Qt.CheckState.Unchecked, CHECK)
    left = made.without(dialog.rows.left_out)
    assert [one.problem for one in left.changes] == [LEFT_OUT, LEFT_OUT]
    assert left.planned == ()


# --- opening up ------------------------------------------------------------------------------


def test_what_widens_comes_first_and_needs_its_own_yes(qtbot: QtBot) -> None:
    made = plan(change(1, Consent(), NO_AI), change(2, NO_AI, OPEN))
    dialog = review(qtbot, made, places(1, 2))
    assert rows(dialog)[0] == ["Night Ferry", "Song 2"]
    assert dialog.agree.text() == "&Yes, let AI do more with this file"
    assert not dialog.agree.isChecked()
    assert not dialog.go.isEnabled()
    assert dialog.cancel.isDefault(), "Enter keeps things as they are"
    assert any("Song 2 (2.mp3)" in text for text in box_texts(dialog, "widenings"))
    tick(qtbot, dialog.agree)
    with qtbot.waitSignal(dialog.agreed) as agreed:
        qtbot.mouseClick(dialog.go, LEFT)
    assert agreed.args[1].named == {("file", 2, use) for use in widened(NO_AI, OPEN)}


def test_the_yes_names_how_much(qtbot: QtBot) -> None:
    made = plan(
        *(change(n, NO_AI, OPEN) for n in range(1, 11)),
        *(track(n, NO_AI, OPEN) for n in range(1, 3)),
        kind=JobKind.SYNC,
    )
    dialog = review(qtbot, made)
    assert dialog.go.text() == "&Yes, let AI do more with these 10 files and 2 tracks"


def test_where_all_of_it_opens_up_the_button_is_the_only_yes(qtbot: QtBot) -> None:
    """Nobody is asked twice in one dialog; as soon as something else is chosen, both are asked."""
    made = plan(change(1, Consent(), NO_AI), change(2, NO_AI, OPEN))
    dialog = review(qtbot, made, places(1, 2))
    assert dialog.agree.isVisible()
    closes = next(n for n in range(2) if "Song 1" in rows(dialog)[n])
    assert dialog.rows.setData(dialog.rows.index(closes, 0), Qt.CheckState.Unchecked, CHECK)
    assert dialog.agree.isHidden()
    assert dialog.go.isEnabled()
    assert dialog.go.text() == "&Yes, let AI do more with this file"
    assert dialog.cancel.isDefault(), "Enter keeps things as they are"
    with qtbot.waitSignal(dialog.agreed) as agreed:
        qtbot.mouseClick(dialog.go, LEFT)
    assert agreed.args[1].named == {("file", 2, use) for use in widened(NO_AI, OPEN)}


def test_an_undo_that_opens_up_needs_the_yes_too(qtbot: QtBot) -> None:
    dialog = review(qtbot, plan(change(1, NO_AI, Consent()), kind=JobKind.UNDO))
    assert dialog.opens.isVisible()
    assert dialog.go.text() == "&Undo on 1 file, and let AI do more"
    assert dialog.cancel.isDefault(), "Enter keeps things as they are"
    assert box_texts(dialog, "widenings")[0].startswith("This undoes what you said on 1 file.")


def test_what_opens_up_can_be_left_out_at_once(qtbot: QtBot) -> None:
    made = plan(change(1, Consent(), NO_AI), change(2, NO_AI, OPEN))
    dialog = review(qtbot, made)
    leave = dialog.findChild(QPushButton, "leave-out")
    assert leave is not None
    assert chips(dialog) == ["1 allows more", "1 silent"]
    qtbot.mouseClick(leave, LEFT)
    assert not dialog.opens.isVisible()
    assert dialog.go.isEnabled()
    assert dialog.go.text() == "&Write to 1 file"
    assert chips(dialog) == ["1 silent", "Allows nothing new"]
    with qtbot.waitSignal(dialog.agreed) as agreed:
        qtbot.mouseClick(dialog.go, LEFT)
    assert agreed.args[1:] == [NO_CONFIRMATION, {(CarrierId.FILES, 2)}]


def test_where_all_of_it_opens_up_leaving_out_is_no_way_on(qtbot: QtBot) -> None:
    dialog = review(qtbot, plan(change(1, NO_AI, OPEN), change(2, NO_AI, OPEN)))
    leave = dialog.findChild(QPushButton, "leave-out")
    assert leave is not None
    assert not leave.isVisible()


def test_everything_that_opens_up_is_named(qtbot: QtBot) -> None:
    dialog = review(qtbot, plan(*(change(number, NO_AI, OPEN) for number in range(500))))
    [names] = dialog.findChildren(NamesList)
    assert sorted(names.names) == sorted(f"{number}.mp3" for number in range(500))
    assert dialog.table.height() > dialog.fontMetrics().height() * 4


def test_the_rest_is_written_and_what_opens_left_alone(scene: Scene) -> None:
    write(scene)
    first, second = scene.workspace.catalogue.recordings(Filter())[:2]
    open_up = Scope(ScopeKind.RECORDING, first)
    scene.workspace.consents.set(open_up, OPEN, confirmed=tuple(Use))
    narrower = NO_AI.overlaid({Use.SEARCH: Permission.PROHIBITED})
    scene.workspace.consents.set(Scope(ScopeKind.RECORDING, second), narrower)
    scene.window.actions_.write.trigger()
    dialog = scene.dialog("review")
    assert not dialog.go.isEnabled()
    scene.qtbot.mouseClick(dialog.findChild(QPushButton, "leave-out"), LEFT)
    with scene.qtbot.waitSignal(scene.window.job.ended):
        scene.qtbot.mouseClick(dialog.go, LEFT)
    scene.settle()
    stands = [row.cells["file"].standing for row in scene.workspace.catalogue.rows([first, second])]
    assert stands == [Standing.CONFLICTS, Standing.AGREES]


# --- the whole -------------------------------------------------------------------------------


def test_losses_are_told_once_with_their_reach(qtbot: QtBot) -> None:
    one = Loss("AIPREF", Use.DATA_MINING, Permission.PROHIBITED, None)
    other = Loss("AIPREF", Use.LIKENESS, Permission.PROHIBITED, None)
    third = Loss("TDMRep", Use.SEARCH, None, Permission.PROHIBITED)
    made = plan(
        change(1, Consent(), NO_AI, losses=(one, other, third)),
        change(2, Consent(), NO_AI, losses=(one, other)),
    )
    assert losses_of(made) == (
        "AIPREF says nothing about data mining, imitating voice or style.",
        "TDMRep also says “No” to search. (1 of 2)",
    )
    expander = review(qtbot, made).findChild(Expander)
    assert expander is not None
    assert expander.toggle.text() == "2 things these tags can't express"
    assert not expander.content.isVisible()
    qtbot.mouseClick(expander.toggle, LEFT)
    assert expander.content.isVisible()


def test_how_far_it_gets_today_is_told_before_the_yes(qtbot: QtBot) -> None:
    far = "YouTube: 188 of 1,340 today, the rest by Thursday."
    made = plan(change(1, Consent(), NO_AI), kind=JobKind.SYNC)
    dialog = review(qtbot, made, forecast=(far,))
    assert box_texts(dialog, "forecast") == ["How much fits today", far]
    assert box_texts(review(qtbot, made), "forecast") == []


def test_what_could_not_be_read_is_never_taken_for_right(qtbot: QtBot) -> None:
    note = "Bluesky (mira.example): Bluesky can't be reached."
    dialog = review(qtbot, replace(plan(kind=JobKind.SYNC, unchanged=3), notes=(note,)))
    title, told = box_texts(dialog, "notes")
    assert title == "1 account could not be read. The list leaves it out."
    assert told == note


def test_notes_of_fifty_accounts_leave_room_for_the_list(qtbot: QtBot) -> None:
    notes = tuple(f"SoundCloud (artist {n}): it can't be reached." for n in range(50))
    dialog = review(qtbot, replace(plan(change(1, Consent(), NO_AI)), notes=notes))
    assert dialog.table.height() > dialog.fontMetrics().height() * 4
    assert dialog.go.isVisible()


def test_it_remembers_its_size(qtbot: QtBot, tmp_path: Path) -> None:
    memory = WindowSettings(tmp_path)
    made = plan(change(1, Consent(), NO_AI))
    dialog = review(qtbot, made, memory=memory)
    dialog.resize(QSize(640, 480))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert review(qtbot, made, memory=WindowSettings(tmp_path)).size() == QSize(640, 480)


def test_a_hundred_thousand_changes_make_no_widget_per_row(qtbot: QtBot) -> None:
    made = plan(*(change(n, NO_AI, OPEN) for n in range(100_000)))
    few = len(review(qtbot, plan(*made.changes[:10])).children())
    dialog = review(qtbot, made)
    assert len(dialog.digest.changes) == 100_000
    assert len(dialog.children()) <= few + 2
    assert dialog.digest.counts == {Happens.OPENS: 100_000}
    dialog.table.setCurrentIndex(dialog.rows.index(0, 0))
    dialog.rows.leave_out_what_opens()
    assert dialog.left.text() == "100,000 are left out."


def test_eleven_thousand_releases_are_laid_out_as_one_scrolls(qtbot: QtBot) -> None:
    numbers = range(11_000)
    where = {
        (CarrierId.FILES, n): ChangeLocation(f"{n}.mp3", release=f"Release {n:05}") for n in numbers
    }
    dialog = review(qtbot, plan(*(change(n, Consent(), NO_AI) for n in numbers)), where)
    assert len(dialog.digest.groups) == 11_000
    first = dialog.rows.rowCount()
    assert first < 2_000
    qtbot.keyClick(dialog.table, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: dialog.rows.rowCount() > first)
    assert dialog.go.text() == "&Write to 11,000 files"


def test_a_small_screen_scrolls_to_all_of_it(qtbot: QtBot) -> None:
    dialog = review(qtbot, plan(*(change(number, NO_AI, OPEN) for number in range(500))))
    line = dialog.fontMetrics().height()
    assert dialog.minimumSizeHint().height() < 22 * line
    dialog.resize(40 * line, 24 * line)
    assert dialog.height() == 24 * line
    assert dialog.go.isVisible()
    assert dialog.rect().contains(dialog.go.mapTo(dialog, dialog.go.rect().center()))


# --- licences --------------------------------------------------------------------------------

KLAY = Grant("Klay", frozenset({Use.GENERATIVE_TRAINING}))


def licensed(number: int) -> Change:
    """A change that only lets one partner do more."""
    one = change(number, NO_AI, NO_AI, named_after=(KLAY,))
    return replace(one, widens=(Use.GENERATIVE_TRAINING,))


def test_what_a_licence_opens_names_its_partner(qtbot: QtBot) -> None:
    dialog = review(qtbot, plan(licensed(1), licensed(2)), places(1, 2))
    assert dialog.heading.text() == "2 files will say No AI, except Klay"
    assert dialog.go.text() == "&Yes, let Klay do more with these 2 files"
    title, named = box_texts(dialog, "widenings")[:2]
    assert title == "Klay may then do more with 2 files:"
    assert named == "Klay: training AI that makes music: Song 1 (1.mp3), Song 2 (2.mp3)"
    assert {row[NOTE] for row in dialog_notes(dialog)} == {
        "newly allows Klay: training AI that makes music"
    }


def test_where_everyone_may_do_more_no_partner_is_named_for_it(qtbot: QtBot) -> None:
    dialog = review(qtbot, plan(licensed(1), change(2, NO_AI, OPEN)), places(1, 2))
    assert dialog.go.text() == "&Yes, let AI do more with these 2 files"
    assert dialog.heading.text() == "2 files will say No AI, with exceptions"


def dialog_notes(dialog: ReviewDialog) -> list[dict[int, str]]:
    model = dialog.rows
    return [{NOTE: str(model.index(0, NOTE).data())}]


class Places(dict[ChangeKey, ChangeLocation]):
    """Places that can be watched."""


def test_a_dialog_that_is_over_holds_no_change(qtbot: QtBot) -> None:
    """It is in cycles, which are collected much later, and there may be 100,000 changes."""
    made = Places(places(1, 2, 3))
    held = weakref.ref(made)
    dialog = review(qtbot, plan(*(change(n, NO_AI, OPEN) for n in (1, 2, 3))), made)
    del made
    assert held() is not None
    dialog.reject()
    dialog.deleteLater()
    delete_now(dialog)
    assert held() is None
    assert not dialog.digest.changes
    assert not dialog.plan.changes


def test_remarks_about_the_tags_are_shown_folded(qtbot: QtBot, scene: Scene) -> None:
    """The command line says them, too."""
    jobs = scene.workspace.real.jobs
    made = jobs.plan_tag(Filter())
    known = jobs.remarks(made)
    scene.qtbot.mouseClick(scene.window.catalogue.write, LEFT)
    dialog = scene.dialog("review")
    assert dialog.digest.remarks == known
    dialog.reject()
    remarked = Digest.of(plan(change(1, Consent(), NO_AI)), NAMES, remarks=("It holds for all.",))
    shown = ReviewDialog(remarked)
    qtbot.addWidget(shown)
    titles = [one.toggle.text() for one in shown.findChildren(Expander)]
    assert titles == ["1 thing to know about these tags"]
    assert "•  It holds for all." in [label.text() for label in shown.findChildren(QLabel)]


def test_words_begin_below_their_heading(qtbot: QtBot) -> None:
    table = review(qtbot, plan(change(1, Consent(), NO_AI), change(2, Consent(), NO_AI))).table

    def inked(widget: QWidget, room: QRect) -> int:
        """How far from the start of its room the first letter is drawn."""
        image = widget.grab(room).toImage()
        ground = image.pixelColor(1, 2)
        drawn = (
            x
            for x in range(1, image.width())
            if any(image.pixelColor(x, y) != ground for y in range(4, image.height() - 4))
        )
        return next(drawn)

    cell = table.visualRect(table.rows.index(0, NOW, table.rows.index(0, 0)))
    header = table.header()
    room = QRect(header.sectionViewportPosition(NOW), 0, header.sectionSize(NOW), header.height())
    assert abs(inked(header.viewport(), room) - inked(table.viewport(), cell)) <= 3
