"""The page Evidence: the record in a sentence, a report, and letters from draft to answer."""

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton

from rightsdesk.desktop.pages.evidence.letter_dialog import LetterDialog
from rightsdesk.desktop.pages.evidence.page import EvidencePage
from rightsdesk.desktop.pages.evidence.saving import file_name
from rightsdesk.desktop.parts.saved_line import SavedLine
from tests.desktop.conftest import Scene


def page_of(scene: Scene) -> EvidencePage:
    """The page, in front and filled."""
    scene.window.go_to("evidence")
    scene.settle()
    return scene.window.evidence


def button_of(page: EvidencePage, name: str) -> QPushButton | None:
    """A button that is on the page now."""
    found = page.findChildren(QPushButton, name)
    return next((one for one in found if one.isVisible()), None)


def test_the_record_is_said_and_checked(scene: Scene) -> None:
    page = page_of(scene)
    head = scene.workspace.evidence.head()
    assert page.header.title.accessibleName() == f"{head.number} entries on record"
    assert head.hash[:12] in page.hash.text()
    assert page.stamps.text() == "no time stamp yet"
    page.check.click()
    scene.settle()
    assert page.checked.text() == "Checked now: every entry fits."


def test_a_report_is_saved_and_never_over_another_file(scene: Scene, tmp_path: Path) -> None:
    page, place = page_of(scene), tmp_path / "report.json"
    page.save_report(str(place))
    scene.settle()
    assert json.loads(place.read_bytes())["format"] == "rightsdesk-report"
    assert str(place) in page.told.text()
    place.write_text("mine", "utf-8")
    page.save_report(str(place))
    scene.settle()
    assert place.read_text("utf-8") == "mine"


def test_with_all_artists_in_view_a_letter_asks_whose_it_is(scene: Scene) -> None:
    scene.workspace.real.artists.add("Salt & Signal")
    scene.window.view_state.something_changed()
    scene.settle()
    scene.window.view_state.choose_artist(None)
    page = page_of(scene)
    page.write.click()
    [menu] = [one for one in page.findChildren(QMenu, "letter-artists") if one.isVisible()]
    names = [one.text() for one in menu.actions() if not one.isSeparator()]
    assert names == ["Mira Koval", "Salt && Signal"]
    menu.actions()[-1].trigger()
    menu.close()
    scene.settle()
    [dialog] = page.findChildren(LetterDialog)
    assert "Salt & Signal" in dialog.text.toPlainText()
    dialog.reject()
    page.told.tell("Saved.")
    scene.window.view_state.choose_artist(scene.window.view_state.artists[0].id)
    assert not page.told.text(), "what was said of another view is gone"


def test_a_report_is_called_by_the_artist_in_view(scene: Scene) -> None:
    """A manager saves one for each: they may not all be called the same."""
    real = scene.workspace.real
    real.artists.rename(real.artists.all()[0].id, "A/B: Koval?")
    scene.window.view_state.something_changed()
    scene.settle()
    page_of(scene).header.primary.click()
    [dialog] = [one for one in scene.window.findChildren(QFileDialog) if one.isVisible()]
    assert [Path(name).name for name in dialog.selectedFiles()] == ["Report A-B- Koval-.pdf"]
    dialog.reject()


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Report", "Report.pdf"),
        ("Letter to A\\B|C.", "Letter to A-B-C.pdf"),
        ("Report \t ..", "Report -.pdf"),
        ("x" * 300, "x" * 100 + ".pdf"),
    ],
)
def test_a_file_name_is_one_that_every_system_takes(words: str, name: str) -> None:
    assert file_name(words, "pdf") == name


def test_a_letter_from_the_form_to_its_answer(scene: Scene) -> None:
    page = page_of(scene)
    page.write.click()
    scene.settle()
    [dialog] = page.findChildren(LetterDialog)
    dialog.recipient.setEditText("A Firm")
    scene.settle()
    assert "A Firm" in dialog.text.toPlainText()
    assert "rightsholder" in dialog.missing.text()
    dialog.text.setPlainText("Dear firm, all is filled in.")
    assert not dialog.missing.isVisible()
    dialog.keep.click()
    scene.settle()
    [letter] = scene.workspace.letters.all()
    assert (letter.recipient, letter.text) == ("A Firm", "Dear firm, all is filled in.")
    sent = button_of(page, f"sent-{letter.id}")
    assert sent is not None
    sent.click()
    scene.settle()
    answered = button_of(page, f"answered-{letter.id}")
    assert answered is not None
    answered.click()
    scene.settle()
    assert scene.workspace.letters.named(letter.id).answered_on
    assert button_of(page, f"answered-{letter.id}") is None


def test_a_letter_with_open_places_is_not_sent(scene: Scene) -> None:
    letters = scene.workspace.letters
    from rightsdesk.workspace.types.scopes import Filter

    kept = letters.write(letters.draft("query", Filter(), "A Firm"))
    page = page_of(scene)
    sent = button_of(page, f"sent-{kept.id}")
    assert sent is not None
    sent.click()
    scene.settle()
    assert "still to be filled in" in page.told.text()
    assert not letters.named(kept.id).sent_on


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed to the person's own programs."""
    found: list[str] = []

    def open_url(url: object) -> bool:
        found.append(url.toLocalFile())  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return found


def test_what_was_saved_is_opened_or_shown_in_its_folder(
    scene: Scene, tmp_path: Path, opened: list[str]
) -> None:
    page, place = page_of(scene), tmp_path / "ledger.jsonl"
    assert not page.told.isVisible()
    page.save_record(str(place))
    scene.settle()
    head = scene.workspace.evidence.head()
    assert len([one for one in place.read_bytes().splitlines() if b'"hash"' in one]) == head.number
    assert page.told.text() == f"Saved in {place}."
    page.told.open.click()
    page.told.folder.click()
    assert opened == [str(place), str(tmp_path)]
    place.write_text("mine", "utf-8")
    page.told.tell("Something else")
    assert not page.told.open.isVisible()
    assert not page.told.folder.isVisible()


def test_a_saved_letter_can_be_opened_from_its_dialog(
    scene: Scene, tmp_path: Path, opened: list[str]
) -> None:
    page, place = page_of(scene), tmp_path / "letter.txt"
    page.write.click()
    scene.settle()
    [dialog] = page.findChildren(LetterDialog)
    one, letters = dialog._shown(), scene.workspace.letters
    dialog._saver.write(str(place), lambda path, _replace, _task: letters.save(one, path))
    scene.settle()
    [line] = dialog.findChildren(SavedLine)
    line.open.click()
    assert opened == [str(place)]
    dialog.reject()


def test_who_stamps_the_record_is_chosen_one_click_away(scene: Scene) -> None:
    page = page_of(scene)
    assert not page.stamp.isVisible()
    page.choose.click()
    scene.settle()
    assert scene.window.settings.isVisible()
    focused = scene.window.focusWidget()
    assert focused is not None
    assert focused.objectName() == "stamp-authority"
    scene.workspace.evidence.choose_authority("https://tsa.example/")
    page = page_of(scene)
    scene.window.view_state.something_changed()
    scene.settle()
    assert page.stamp.isVisible()
    assert not page.choose.isVisible()
