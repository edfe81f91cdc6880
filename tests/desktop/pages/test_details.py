"""The inspector: what each carrier says, by which evidence; and text is only ever text."""

from collections.abc import Callable
from pathlib import Path

import mutagen
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from rightsdesk.consent import Consent, Evidence, Standing
from rightsdesk.desktop.pages.catalogue.details import CarrierCard
from rightsdesk.desktop.pages.catalogue.legend import SignLegend
from rightsdesk.desktop.parts.segments import segment_meaning
from rightsdesk.desktop.parts.texts import evidence_text
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.files.xmp.edit import fresh
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace.types.matrix import CarrierView, Segment
from tests.desktop.conftest import Scene, Watched


def texts(scene: Scene) -> list[str]:
    return [label.text() for label in scene.window.catalogue.details.findChildren(QLabel)]


def inspect(scene: Scene, title: str) -> None:
    scene.window.catalogue.open_details()
    scene.select(title)


def test_a_contradiction_is_shown_language_by_language(scene: Scene) -> None:
    inspect(scene, "Small Hours")
    said = texts(scene)
    assert any(text.startswith("Read from the file today ") for text in said)
    assert any("It contradicts itself about training AI that makes music" in t for t in said)
    assert any(text.startswith("AI-CONSENT: Yes: training AI") for text in said)
    assert any(text.startswith("AIPREF: No: training AI") for text in said)
    assert any("train-ai=n" in text for text in said), "the raw text is there, on demand"
    assert f"You want: No AI, inherited from {KOVAL} (artist)." in said
    assert any(text.startswith("It has no word for: training other AI") for text in said)


def test_several_files_of_a_recording_each_have_their_say(scene: Scene) -> None:
    inspect(scene, "Night Ferry")
    said = texts(scene)
    for name in ("01 Night Ferry.wav", "01 Night Ferry.flac", "01 Night Ferry.mp3"):
        assert name in said


def test_a_sidecar_has_its_own_say_below_its_file(scene: Scene, music: Path) -> None:
    path = next((music / KOVAL).rglob("03 Paper Moons.mp3"))
    path.with_suffix(".xmp").write_bytes(fresh({"tdm:reservation": ("1",)}))
    scene.workspace.catalogue.scan(scene.workspace.artists.all()[0].id, [str(path)])
    inspect(scene, "Paper Moons")
    said = texts(scene)
    assert said.index("03 Paper Moons.mp3") < said.index("03 Paper Moons.xmp")
    assert any(text.endswith("· XMP sidecar") for text in said)
    assert any(text.startswith("TDM reservation (XMP): No: ") for text in said)


def test_the_path_can_be_copied(scene: Scene) -> None:
    inspect(scene, "Paper Moons")
    copy = next(
        b for b in scene.window.catalogue.details.findChildren(QPushButton) if b.text() == "Copy"
    )
    copy.click()
    assert QGuiApplication.clipboard().text().endswith("03 Paper Moons.mp3")


def test_a_title_with_markup_shows_literally(
    open_window: Callable[[], Scene], workspace: Watched, music: Path
) -> None:
    loud = "<b>Paper</b> & <img src=x>"
    path = next((music / KOVAL).rglob("03 Paper Moons.mp3"))
    audio = mutagen.File(path, easy=True)
    audio["title"] = loud
    audio.save()
    workspace.catalogue.scan(workspace.artists.add(KOVAL).id, [str(music / KOVAL)])
    scene = open_window()
    inspect(scene, loud)
    found = [x for x in scene.window.catalogue.details.findChildren(QLabel) if x.text() == loud]
    assert found
    shown = [x for x in scene.window.catalogue.details.findChildren(QLabel) if x.pixmap().isNull()]
    assert {label.textFormat() for label in shown} == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize("segment", Segment)
def test_each_sign_has_a_sentence(qapp: object, segment: Segment) -> None:
    """Where it stands, and for those who look at the line below the list, or listen."""
    meaning = segment_meaning(segment)
    assert meaning.endswith(".")
    legend = SignLegend()
    legend.show_segments([segment])
    assert "not there" not in legend.accessibleName()
    assert meaning in " ".join(legend.toolTip().split())


def test_the_licence_that_a_platform_shows_is_told(qapp: object) -> None:
    says = Consent()
    view = CarrierView(
        *("soundcloud", "Lantern", "", "", Standing.SILENT, says, (), (), Evidence.API, "", ""),
        fields={"licence": ("cc-by",)},
    )
    card = CarrierCard(view, "SoundCloud")
    assert "Licence there: cc-by" in [label.text() for label in card.findChildren(QLabel)]
    card.deleteLater()


def test_a_file_that_cannot_be_read_is_not_said_to_say_nothing(scene: Scene, music: Path) -> None:
    path = next((music / KOVAL).rglob("03 Paper Moons.mp3"))
    path.write_bytes(b"")
    scene.workspace.catalogue.scan(scene.workspace.artists.all()[0].id, [str(path)])
    scene.window.view_state.something_changed()
    inspect(scene, "Paper Moons")
    said = texts(scene)
    assert any(text.startswith("Tried to read it today ") for text in said)
    assert not [text for text in said if text.startswith(("It says", "Read from the file"))]
    model = scene.window.view_state.model
    row = model.row_of(scene.select("Paper Moons"))
    assert row is not None
    cell = model.index(row, model.column_keys.index(CarrierId.FILES))
    tip = str(cell.data(Qt.ItemDataRole.ToolTipRole))
    assert "Read from the file" not in tip


def test_each_way_of_knowing_has_words_of_its_own() -> None:
    ways = [one for one in Evidence if one]
    told = {evidence_text(one, "2026-11-01T08:00:00+00:00", "SoundCloud") for one in ways}
    assert len(told) == len(ways)
    assert "Not read yet." not in told
    assert evidence_text(Evidence.NONE, "2026-11-01T08:00:00+00:00", "") == "Not read yet."


def test_what_is_older_than_the_choice_is_to_write_and_can_be_written_from_here(
    scene: Scene,
) -> None:
    inspect(scene, "Paper Moons")
    said = texts(scene)
    assert any(text.startswith("To write · ") for text in said), "as the list says"
    write = scene.window.catalogue.details.findChild(QPushButton, "write-track")
    assert isinstance(write, QPushButton)
    scene.qtbot.mouseClick(write, Qt.MouseButton.LeftButton)
    review = scene.dialog("review")
    assert {review.digest.title_of(change) for change in review.digest.changes} == {"Paper Moons"}
    scene.qtbot.mouseClick(review.go, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: "Done" in scene.window.notice.text.text())
    scene.settle()
    assert scene.window.catalogue.details.findChild(QPushButton, "write-track") is None


def test_the_legend_says_what_the_dot_means(qtbot: QtBot) -> None:
    legend = SignLegend()
    qtbot.addWidget(legend)
    legend.show_segments([Segment.SAYS], nothing=True)
    assert legend.accessibleName() == "says what you chose, not there"
    assert "not there: nothing of this recording is known there" in legend.toolTip()
    legend.show_segments([])
    assert not legend.isVisible()
