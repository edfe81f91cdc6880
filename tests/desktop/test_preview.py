"""The preview: all of it is shown, what widens first, and nothing widens without a tick."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from rightsdesk.changes.types import (
    NO_CONFIRMATION,
    Change,
    JobKind,
    JobSubject,
    Outcome,
    Plan,
    Target,
)
from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use, widened
from rightsdesk.consent.dialects.platforms.bluesky import LEXICON, UNDATED, BlueskyAi
from rightsdesk.consent.losses import Loss
from rightsdesk.desktop.jobs.preview import PreviewDialog, action_text, summary
from rightsdesk.desktop.jobs.preview_model import Digest, fields_text, losses_of
from rightsdesk.desktop.parts.names_list import NamesList

LEFT = Qt.MouseButton.LeftButton
NO_AI, OPEN = PRESETS[Preset.NO_AI], PRESETS[Preset.OPEN]


def change(number: int, before: Consent, after: Consent, **more: object) -> Change:
    target = Target("file", number, f"/music/Mira/Night/{number}.mp3", f"{number}.mp3")
    return Change(
        target,
        before,
        after,
        edit={"AI-CONSENT": ("search=y",)},
        expected={},
        widens=widened(before, after),
        **more,  # type: ignore[arg-type]  # fields of a Change
    )


def plan(*changes: Change, kind: JobKind = JobKind.TAG, unchanged: int = 0) -> Plan:
    return Plan(kind, JobSubject(Preset.NO_AI, (("file", 2),)), changes, unchanged)


def preview(qtbot: QtBot, made: Plan, forecast: tuple[str, ...] = ()) -> PreviewDialog:
    dialog = PreviewDialog(Digest.of(made, {"file": "Files"}, forecast))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_the_button_names_the_action_and_the_number(qtbot: QtBot) -> None:
    dialog = preview(qtbot, plan(change(1, Consent(), NO_AI), change(2, Consent(), NO_AI)))
    assert dialog.go.text() == "&Write to 2 files"
    assert dialog.go.isDefault()
    with qtbot.waitSignal(dialog.agreed) as agreed:
        qtbot.mouseClick(dialog.go, LEFT)
    assert agreed.args == [dialog.plan, NO_CONFIRMATION]


def test_what_widens_needs_a_tick_of_its_own(qtbot: QtBot) -> None:
    dialog = preview(qtbot, plan(change(1, Consent(), NO_AI), change(2, NO_AI, OPEN)))
    assert dialog.agree is not None
    assert not dialog.agree.isChecked()
    assert not dialog.go.isEnabled()
    assert not dialog.go.isDefault()
    assert dialog.changes.index(0, 0).data() == "2.mp3", "what widens comes first"
    dialog.agree.click()
    with qtbot.waitSignal(dialog.agreed) as agreed:
        qtbot.mouseClick(dialog.go, LEFT)
    confirmation = agreed.args[1]
    assert confirmation.named == {("file", 2, use) for use in widened(NO_AI, OPEN)}


def test_an_undo_names_what_it_reopens_and_asks_no_more(qtbot: QtBot) -> None:
    dialog = preview(qtbot, plan(change(1, NO_AI, Consent()), kind=JobKind.UNDO))
    assert dialog.agree is None
    assert dialog.go.isEnabled()
    assert not dialog.go.isDefault()
    assert dialog.go.text() == "&Undo in 1 place"


def test_a_redo_is_called_one_and_what_it_opens_has_to_be_agreed_to(qtbot: QtBot) -> None:
    dialog = preview(qtbot, plan(change(1, NO_AI, OPEN), kind=JobKind.REDO))
    assert dialog.agree is not None
    assert not dialog.go.isEnabled()
    assert dialog.go.text() == "&Redo in 1 place"
    assert "again" in box_texts(dialog, "widenings")[0]


def test_a_change_can_be_read_field_by_field(qtbot: QtBot) -> None:
    dialog = preview(qtbot, plan(change(1, Consent(), NO_AI)))
    dialog.table.selectRow(0)
    assert dialog.fields.toPlainText().splitlines() == [
        "/music/Mira/Night/1.mp3",
        "",
        "AI-CONSENT",
        "   now:  (not there)",
        "   then: search=y",
    ]
    assert dialog.changes.index(0, 1).data() == "Mira/Night"


def test_nothing_to_do_says_so_and_offers_nothing(qtbot: QtBot) -> None:
    dialog = preview(qtbot, plan(unchanged=7))
    assert not dialog.go.isVisible()
    assert dialog.cancel.text() == "Close"
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Nothing to do" in labels
    assert any(text.startswith("Everything already says what you want.") for text in labels)


def test_what_cannot_be_changed_is_listed_with_its_reason(qtbot: QtBot) -> None:
    bad = change(1, Consent(), NO_AI, outcome=Outcome.SKIPPED, problem="It is read-only.")
    dialog = preview(qtbot, plan(bad, change(2, Consent(), NO_AI)))
    assert dialog.go.text() == "&Write to 1 file"
    shown = [dialog.changes.index(0, column).data() for column in (0, 3, 4)]
    assert shown == ["1.mp3", "stays as it is", "It is read-only."]


def test_what_was_last_read_some_time_ago_is_told_as_that() -> None:
    assert "2 say it already" in summary(Digest.of(plan(unchanged=2), {}))
    unread = replace(plan(unchanged=2), notes=("Bluesky (Mira): offline",))
    assert "2 said it already when last read." in summary(Digest.of(unread, {}))


def test_what_could_not_be_looked_at_is_not_said_to_say_nothing(qtbot: QtBot) -> None:
    why = {"outcome": Outcome.FAILED, "problem": "It is damaged."}
    dialog = preview(
        qtbot, plan(change(1, Consent(), NO_AI, unread=True, **why), change(2, Consent(), NO_AI))
    )
    said = {dialog.changes.index(n, 0).data(): dialog.changes.index(n, 2).data() for n in (0, 1)}
    assert said == {"1.mp3": "not read", "2.mp3": "nothing"}


def test_what_cannot_be_done_or_may_fail_comes_first(qtbot: QtBot) -> None:
    fine = change(1, Consent(), NO_AI)
    doubtful = change(2, Consent(), NO_AI, earlier_problem="Read-only.")
    ruled_out = change(3, Consent(), NO_AI, outcome=Outcome.SKIPPED, problem="Read-only.")
    dialog = preview(qtbot, plan(fine, doubtful, ruled_out))
    rows = [dialog.changes.index(row, 0).data() for row in range(3)]
    assert rows == ["3.mp3", "2.mp3", "1.mp3"]


def test_what_waits_for_an_answer_is_never_taken_for_right(qtbot: QtBot) -> None:
    waiting = replace(plan(kind=JobKind.SYNC, unchanged=7), waiting=4)
    text = summary(Digest.of(waiting, {}))
    assert not text.startswith("Everything")
    assert "4 wait until you say which recordings they are" in text


def test_a_date_that_is_not_known_yet_is_not_shown() -> None:
    written = BlueskyAi().encode(Declaration(NO_AI))
    assert UNDATED in written[LEXICON][0]
    target = Target("bluesky", 1, "at://koval.test", "koval.test")
    shown = fields_text(Change(target, Consent(), NO_AI, edit=written, expected={}))
    assert "updatedAt" not in shown
    assert '"allow"' in shown


def test_losses_are_told_once_with_their_reach() -> None:
    one = Loss("AIPREF", Use.DATA_MINING, Permission.PROHIBITED, None)
    other = Loss("AIPREF", Use.LIKENESS, Permission.PROHIBITED, None)
    third = Loss("TDMRep", Use.SEARCH, None, Permission.PROHIBITED)
    changes = (
        change(1, Consent(), NO_AI, losses=(one, other, third)),
        change(2, Consent(), NO_AI, losses=(one, other)),
    )
    assert losses_of(plan(*changes)) == [
        "AIPREF says nothing about data mining, imitating voice or style.",
        "TDMRep also says “No” to search. (1 time)",
    ]


def test_its_table_is_a_model_as_qt_wants_one(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    dialog = preview(qtbot, plan(change(1, Consent(), NO_AI), change(2, NO_AI, OPEN)))
    qtmodeltester.check(dialog.changes)
    spoken = dialog.changes.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("2.mp3, Mira/Night: says now No AI, will say Open. opens up: ")


def test_ten_thousand_changes_open_at_once(qtbot: QtBot) -> None:
    many = tuple(change(n, NO_AI, OPEN) for n in range(10_000))
    dialog = preview(qtbot, plan(*many))
    assert dialog.changes.rowCount() == 10_000
    assert len(dialog.findChildren(QCheckBox)) == 1
    assert Use.LIKENESS in many[0].widens


def box_texts(dialog: PreviewDialog, name: str) -> list[str]:
    frame = dialog.findChild(QFrame, name)
    return [label.text() for label in frame.findChildren(QLabel) if label.text()] if frame else []


def test_how_far_it_gets_today_is_told_before_the_yes(qtbot: QtBot) -> None:
    far = "YouTube: 188 of 1,340 today, the rest by Thursday."
    dialog = preview(qtbot, plan(change(1, Consent(), NO_AI), kind=JobKind.SYNC), (far,))
    assert box_texts(dialog, "forecast") == ["How far it gets today", far]
    assert box_texts(preview(qtbot, plan(change(1, Consent(), NO_AI))), "forecast") == []


def test_what_could_not_be_looked_at_is_never_taken_for_right(qtbot: QtBot) -> None:
    note = "Bluesky (mira.example): Bluesky can't be reached."
    dialog = preview(qtbot, replace(plan(kind=JobKind.SYNC, unchanged=3), notes=(note,)))
    title, told = box_texts(dialog, "notes")
    assert title == "1 account could not be read. The list leaves it out."
    assert told == note
    assert summary(dialog.digest).startswith("There is nothing to change in what could be read.")


def test_notes_of_fifty_accounts_leave_room_for_the_list(qtbot: QtBot) -> None:
    notes = tuple(f"SoundCloud (artist {n}): it can't be reached." for n in range(50))
    dialog = preview(qtbot, replace(plan(change(1, Consent(), NO_AI)), notes=notes))
    assert dialog.table.height() > dialog.fontMetrics().height() * 4
    assert dialog.go.isVisible()


def test_with_several_artists_each_change_says_whose_it_is(qtbot: QtBot) -> None:
    made = plan(change(1, Consent(), NO_AI), change(2, NO_AI, OPEN))
    whose = {("file", 1): "Mira Koval", ("file", 2): "Salt & Signal"}
    digest = Digest.of(made, {"file": "Files"}, whose=whose)
    dialog = PreviewDialog(digest)
    qtbot.addWidget(dialog)
    assert dialog.changes.headerData(0, Qt.Orientation.Horizontal) == "Artist"
    assert [dialog.changes.index(n, 0).data() for n in (0, 1)] == ["Salt & Signal", "Mira Koval"]
    assert dialog.changes.index(0, 1).data() == "2.mp3"
    spoken = dialog.changes.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Salt & Signal: 2.mp3, ")
    assert digest.opens_up[0][1] == ["Salt & Signal: 2.mp3"]


def test_everything_that_opens_up_is_named(qtbot: QtBot) -> None:
    made = plan(*(change(number, NO_AI, OPEN) for number in range(500)))
    dialog = preview(qtbot, made)
    [names] = dialog.findChildren(NamesList)
    assert names.names == [f"{number}.mp3" for number in range(500)]
    assert dialog.table.height() > dialog.fontMetrics().height() * 4


def test_what_is_updated_is_called_what_its_platform_calls_it() -> None:
    def digest(*carriers: str) -> Digest:
        changes = [change(n, Consent(), NO_AI) for n, _ in enumerate(carriers)]
        there = [
            replace(c, target=replace(c.target, carrier=carrier))
            for c, carrier in zip(changes, carriers, strict=True)
        ]
        return Digest.of(plan(*there, kind=JobKind.SYNC), {})

    assert action_text(digest("soundcloud", "soundcloud")) == "&Update 2 tracks"
    assert action_text(digest("own_site")) == "&Update 1 domain"
    assert action_text(digest("youtube", "bluesky")) == "&Update 2 items"


def test_what_is_particular_about_a_change_stands_above_its_fields() -> None:
    remark = "Its XMP packet is damaged; it was left as it is, the other fields are written."
    one = change(1, Consent(), NO_AI, problem=remark)
    lines = fields_text(one).splitlines()
    assert lines[0] == one.target.locator
    assert lines.index(remark) < lines.index("AI-CONSENT")


def test_an_undo_says_what_becomes_of_a_sidecar() -> None:
    made = Target("sidecar", 1, "/music/song.flac.xmp", "song.flac.xmp")
    back = Change(made, NO_AI, Consent(), {"tdm:reservation": ()}, {"tdm:reservation": ("1",)})
    assert "goes again if nothing else is in it" in fields_text(back)
    forth = replace(back, edit={"tdm:reservation": ("1",)}, expected={})
    assert "goes again" not in fields_text(forth)
