"""The page Evidence: the record in a sentence, a report, and letters from draft to answer."""

import json
from pathlib import Path

from PySide6.QtWidgets import QPushButton

from rightsdesk.desktop.pages.evidence.letter_dialog import LetterDialog
from rightsdesk.desktop.pages.evidence.page import EvidencePage
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
    assert f"{head.number} entries are on record" in page.record.text()
    assert head.hash[:12] in page.record.text()
    assert "Nobody stamps it" in page.stamps.text()
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
    from rightsdesk.workspace.types import Filter

    kept = letters.write(letters.draft("query", Filter(), "A Firm"))
    page = page_of(scene)
    sent = button_of(page, f"sent-{kept.id}")
    assert sent is not None
    sent.click()
    scene.settle()
    assert "still to be filled in" in page.told.text()
    assert not letters.named(kept.id).sent_on
