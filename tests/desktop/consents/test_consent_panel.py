"""Saying what AI may do: in plain words, for a scope, and never wider without a yes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rightsdesk.consent import PRESETS, Consent, Permission, Preset, Use
from rightsdesk.desktop.consents.panel import ConsentPanel
from rightsdesk.desktop.parts.names_list import NamesList
from rightsdesk.desktop.parts.widgets import CalmComboBox
from rightsdesk.practice.catalogue import KOVAL, SIGNAL
from rightsdesk.workspace.status.roster_view import DetailsFlawed
from rightsdesk.workspace.types.artists import Details
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.desktop.conftest import Scene, Watched

LEFT = Qt.MouseButton.LeftButton
NO_AI = PRESETS[Preset.NO_AI]


@pytest.fixture
def consent(scene: Scene) -> ConsentPanel:
    scene.window.catalogue.show_consent()
    scene.settle()
    return scene.window.catalogue.consent


def for_scope(scene: Scene, kind: ScopeKind) -> None:
    box = scene.window.catalogue.consent.scope
    box.setCurrentIndex(box.findData(kind))
    box.activated.emit(box.currentIndex())
    scene.settle()


def one_artist(scene: Scene) -> bool:
    return scene.window.view_state.artist is not None


def consent_of_artist(scene: Scene) -> Consent:
    artist = scene.workspace.artists.all()[0]
    own: Consent = scene.workspace.consents.of(Scope(ScopeKind.ARTIST, artist.id)).own
    return own


def test_it_shows_what_is_chosen_and_where_it_comes_from(
    scene: Scene, consent: ConsentPanel
) -> None:
    assert consent.cards.cards[Preset.NO_AI].isChecked()
    assert consent.origin.text() == "No AI. Chosen for this artist."
    for_scope(scene, ScopeKind.RELEASE)
    assert consent.origin.text() == f"No AI, inherited from {KOVAL} (artist)."
    assert not consent.inherit.isVisible()


def test_a_narrower_choice_is_taken_at_once(scene: Scene, consent: ConsentPanel) -> None:
    scene.workspace.consents.set(
        Scope(ScopeKind.ARTIST, scene.workspace.artists.all()[0].id),
        PRESETS[Preset.ASK_FIRST],
        confirmed=tuple(Use),
    )
    scene.window.view_state.something_changed()
    scene.settle()
    scene.qtbot.mouseClick(consent.cards.cards[Preset.NO_AI], LEFT)
    scene.settle()
    assert consent_of_artist(scene) == NO_AI
    assert consent.cards.cards[Preset.NO_AI].isChecked()


def test_a_card_that_leaves_answers_open_says_what_still_holds_there(
    scene: Scene, consent: ConsentPanel
) -> None:
    for_scope(scene, ScopeKind.RELEASE)
    scene.qtbot.mouseClick(consent.cards.cards[Preset.NO_GENERATIVE], LEFT)
    scene.settle()
    still = f"there, the answer for {KOVAL} still applies (No)."
    assert still in consent.origin.text()
    assert still in scene.window.notice.text.text()


def test_what_still_says_the_old_thing_is_counted_and_can_be_written_or_undone(
    scene: Scene, consent: ConsentPanel
) -> None:
    notice = scene.window.notice
    for_scope(scene, ScopeKind.RELEASE)
    release = consent.scope.currentText().partition(": ")[2]
    files = 6 if release == "Night Ferry" else 3
    scene.qtbot.mouseClick(consent.cards.cards[Preset.NO_GENERATIVE], LEFT)
    scene.settle()
    said = notice.text.text()
    assert said.startswith(
        f"Saved for {release}: No generative AI. {files} files don't say it yet."
    )
    assert [button.text() for button in notice.buttons] == ["Write…", "Undo"]
    scene.qtbot.mouseClick(notice.buttons[0], LEFT)
    review = scene.dialog("review")
    assert len(review.plan.planned) == files
    assert review.heading.text() == f"{files} files will say No AI"
    review.reject()
    scene.settle()
    assert scene.window.actions_.undo.text() == f"&Undo choice for {release}"
    scene.window.actions_.undo.trigger()
    scene.qtbot.waitUntil(lambda: notice.text.text() == f"Undone: choice for {release}.")
    scene.settle()
    assert consent.origin.text().endswith(f"inherited from {KOVAL} (artist).")


def test_opening_up_asks_names_what_opens_and_enter_keeps_things_closed(
    scene: Scene, consent: ConsentPanel
) -> None:
    scene.qtbot.mouseClick(consent.cards.cards[Preset.OPEN], LEFT)
    question = scene.dialog("widening")
    texts = [label.text() for label in question.findChildren(type(consent.origin))]
    assert any("Training AI that makes music: No → Yes" in text for text in texts)
    [names] = question.findChildren(NamesList)
    titles = [name.rpartition(", ")[2] for name in names.names]
    assert sorted(titles) == sorted(scene.words())
    assert not question.open_up.isDefault()
    scene.qtbot.keyClick(question, Qt.Key.Key_Return)
    scene.settle()
    assert consent_of_artist(scene) == NO_AI
    assert consent.cards.cards[Preset.NO_AI].isChecked()


def test_opening_up_needs_a_click_on_it(scene: Scene, consent: ConsentPanel) -> None:
    scene.qtbot.mouseClick(consent.cards.cards[Preset.OPEN], LEFT)
    scene.qtbot.mouseClick(scene.dialog("widening").open_up, LEFT)
    scene.settle()
    assert consent_of_artist(scene) == PRESETS[Preset.OPEN]
    assert consent.cards.cards[Preset.OPEN].isChecked()


def test_a_recording_can_differ_and_inherit_again(scene: Scene, consent: ConsentPanel) -> None:
    scene.select(1)
    scene.settle()
    for_scope(scene, ScopeKind.RECORDING)
    scene.qtbot.mouseClick(consent.cards.cards[Preset.ASK_FIRST], LEFT)
    scene.settle()
    assert scene.words("consent")[1] == "Ask me first (track)"
    assert scene.words("consent")[0] == "No AI"
    assert consent.origin.text() == "Ask me first. Chosen for this recording."
    scene.qtbot.mouseClick(consent.inherit, LEFT)
    scene.settle()
    assert set(scene.words("consent")) == {"No AI"}
    assert not consent.inherit.isVisible()


def test_asking_first_is_one_yes_and_that_is_given_in_the_review(
    scene: Scene, consent: ConsentPanel
) -> None:
    """Nobody may do more without a licence: the choice asks nothing. Files that say No ask."""
    scene.workspace.real.jobs.apply(scene.workspace.real.jobs.plan_tag(Filter()))
    scene.qtbot.mouseClick(consent.cards.cards[Preset.ASK_FIRST], LEFT)
    scene.settle()
    assert consent_of_artist(scene) == PRESETS[Preset.ASK_FIRST]
    scene.window.actions_.write.trigger()
    review = scene.dialog("review")
    assert review.go.text() == "&Yes, let AI do more with these 9 files"
    assert not review.go.isDefault()
    review.reject()


@pytest.mark.parametrize("permission", [Permission.ALLOWED, None])
def test_a_mix_that_opens_one_use_without_a_licence_asks(
    scene: Scene, consent: ConsentPanel, permission: Permission | None
) -> None:
    mixed = {**PRESETS[Preset.ASK_FIRST], Use.DATA_MINING: permission}
    consent._choose(Consent({use: said for use, said in mixed.items() if said is not None}))
    scene.qtbot.mouseClick(scene.dialog("widening").keep, LEFT)
    scene.settle()
    assert consent_of_artist(scene) == NO_AI


@pytest.fixture
def two(open_window: Callable[[], Scene], workspace: Watched, music: Path) -> Scene:
    """The window with two artists, both in view."""
    for name in (KOVAL, SIGNAL):
        artist = workspace.artists.add(name)
        workspace.catalogue.scan(artist.id, [str(music / name)])
    return open_window()


def test_with_all_artists_in_view_no_choice_can_be_changed(two: Scene) -> None:
    consent = two.window.catalogue.consent
    two.window.catalogue.show_consent()
    assert not one_artist(two)
    assert two.window.catalogue.header.sub.text().endswith("2 artists without a choice")
    for place in (0, 8):
        two.select(place)
        two.settle()
        assert not consent.chosen_part.isVisible()
    assert "all artists" in consent.no_artist.text()
    assert consent.pick.text() == "P&ick Salt && Signal"
    two.qtbot.mouseClick(consent.pick, LEFT)
    two.settle()
    assert one_artist(two)
    assert two.window.view_state.artist == two.workspace.artists.named(SIGNAL)
    assert consent.scope.currentText() == f"All of {SIGNAL}"
    two.qtbot.mouseClick(consent.cards.cards[Preset.NO_AI], LEFT)
    two.settle()
    assert [bool(artist.consent) for artist in two.workspace.artists.all()] == [False, True]
    assert two.window.notice.text.text().startswith(f"Saved for {SIGNAL}: No AI.")


def test_what_is_being_typed_outlives_a_look_at_the_same(
    scene: Scene, consent: ConsentPanel
) -> None:
    consent.details_expander.toggle.click()
    scene.qtbot.keyClicks(consent.details.contact, "hello@koval.example")
    box = consent.uses.boxes[Use.SEARCH]
    box.setCurrentIndex(0)
    scene.select(2)
    scene.window.view_state.something_changed()
    scene.settle()
    assert consent.details.contact.text() == "hello@koval.example"
    assert box.currentIndex() == 0
    for_scope(scene, ScopeKind.RELEASE)
    assert box.currentText() == "Inherited: Yes", "another scope has answers of its own"


def test_each_use_can_be_answered(scene: Scene, consent: ConsentPanel) -> None:
    consent.expander.toggle.click()
    assert not consent.uses.save.isEnabled()
    box = consent.uses.boxes[Use.SEARCH]
    box.setCurrentIndex(box.findData(Permission.PROHIBITED))
    box.activated.emit(box.currentIndex())
    assert consent.uses.save.isEnabled()
    scene.qtbot.mouseClick(consent.uses.save, LEFT)
    scene.settle()
    assert consent_of_artist(scene) == NO_AI.overlaid({Use.SEARCH: Permission.PROHIBITED})
    assert scene.words("consent")[0] == "Own mix"


def test_what_a_scope_does_not_state_says_what_it_inherits(
    scene: Scene, consent: ConsentPanel
) -> None:
    for_scope(scene, ScopeKind.RELEASE)
    shown = {use: box.currentText() for use, box in consent.uses.boxes.items()}
    assert shown[Use.SEARCH] == "Inherited: Yes"
    assert shown[Use.LIKENESS] == "Inherited: No"
    assert consent.uses.consent() == Consent()


def test_terms_contact_and_sentence_are_kept(scene: Scene, consent: ConsentPanel) -> None:
    consent.details_expander.toggle.click()
    form = consent.details
    assert not form.words.isVisible()
    scene.qtbot.keyClicks(form.terms, "https://koval.example/ai")
    form.sentence.setCurrentIndex(1)
    form.sentence.activated.emit(1)
    assert form.words.isVisible()
    assert not form.save.isEnabled(), "own words need words"
    scene.qtbot.keyClicks(form.words, "Ask me first.")
    scene.qtbot.mouseClick(form.save, LEFT)
    scene.settle()
    kept = scene.workspace.artists.details(scene.workspace.artists.all()[0].id)
    assert kept == Details(terms_url="https://koval.example/ai", sentence="Ask me first.")
    assert not form.save.isEnabled()


def test_what_opens_below_the_edge_scrolls_into_sight(scene: Scene, consent: ConsentPanel) -> None:
    scene.resize(90, 37)
    scene.settle()
    consent.details_expander.toggle.click()

    def in_sight() -> bool:
        return not consent.details.rightsholder.visibleRegion().isEmpty()

    scene.qtbot.waitUntil(in_sight)


def test_an_address_that_is_none_is_not_kept(scene: Scene, consent: ConsentPanel) -> None:
    form = consent.details
    form.terms.setText("meine seite")
    form.terms.textEdited.emit("meine seite")
    assert not form.save.isEnabled()
    assert "begins with https://" in form.flaw.text()
    form.terms.setText("https://koval.example/ai")
    form.contact.setText("jana")
    form.contact.textEdited.emit("jana")
    assert not form.save.isEnabled()
    form.contact.setText("jana@koval.example")
    form.contact.textEdited.emit("jana@koval.example")
    assert form.save.isEnabled()
    assert not form.flaw.text()
    [artist] = scene.workspace.artists.all()
    with pytest.raises(DetailsFlawed, match="Whom to ask"):
        scene.workspace.artists.set_details(artist.id, Details(contact="jana"))


def test_sidecars_are_asked_for_and_those_that_are_there_stay(
    scene: Scene, consent: ConsentPanel
) -> None:
    consent.details_expander.toggle.click()
    form = consent.details
    assert not form.sidecars.isChecked(), "nobody gets files that they did not ask for"
    form.sidecars.setFocus()
    scene.qtbot.keyClick(form.sidecars, Qt.Key.Key_Space)
    scene.qtbot.mouseClick(form.save, LEFT)
    scene.settle()
    artist = scene.workspace.artists.all()[0].id
    assert scene.workspace.artists.details(artist) == Details(sidecars=True)
    scene.qtbot.keyClick(form.sidecars, Qt.Key.Key_Space)
    assert "stay, and are kept up to date" in form.about_sidecars.text()
    scene.qtbot.mouseClick(form.save, LEFT)
    scene.settle()
    assert scene.workspace.artists.details(artist) == Details()


def test_it_says_honestly_what_a_signal_is(consent: ConsentPanel) -> None:
    texts = [label.text() for label in consent.findChildren(type(consent.origin))]
    assert any(text.startswith("This is a signal, not a lock") for text in texts)


def test_the_wheel_scrolls_past_a_drop_down_and_never_chooses(qtbot: QtBot) -> None:
    box = CalmComboBox()
    qtbot.addWidget(box)
    box.addItems(["No", "Ask me", "Yes"])
    box.setFocus()
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, turn)
    assert box.currentText() == "No"
    assert not turn.isAccepted()
