"""Changes in terms: shown on Home, read side by side, and answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from rightsdesk.consent import Use
from rightsdesk.desktop.pages.home.artist_view import ArtistView
from rightsdesk.desktop.terms.dialog import TermsDialog
from rightsdesk.desktop.terms.differences import MOST_WORDS, differing
from rightsdesk.desktop.terms.passage import Passage
from rightsdesk.platforms.http.public_pages import PublicPage
from rightsdesk.terms.judging import ChangedParagraph, Direction, compare_texts
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.overview.values import Home
from rightsdesk.workspace.terms import alarms, documents, keeping
from rightsdesk.workspace.terms.reading import FetchedText
from rightsdesk.workspace.terms.types import (
    Alarm,
    AlarmAnswer,
    Concerned,
    DocumentSource,
    TermsCheck,
    TermsVersion,
)
from tests.desktop.conftest import Scene
from tests.unit.terms.texts import HOSTING

OLD_WORDS = "You grant us a licence to host your songs."
NEW_WORDS = "You grant us a licence to host your songs and to train AI on them."
VERSION = TermsVersion(
    *(
        1,
        "soundcloud",
        "terms",
        DocumentSource.PAGE,
        "https://soundcloud.com/terms-of-use",
        "0" * 64,
    ),
    *("a" * 64, "", "2026-01-02T00:00:00+00:00", "2026-11-20T00:00:00+00:00"),
)
ALARM = Alarm(
    id=1,
    platform="soundcloud",
    platform_name="SoundCloud",
    document="terms",
    title="Terms of Use",
    region="",
    old=VERSION,
    new=replace(VERSION, id=2, text_sha256="b" * 64, first_seen="2026-11-21T00:00:00+00:00"),
    direction=Direction.WIDENS,
    uses=(Use.GENERATIVE_TRAINING,),
    paragraphs=(ChangedParagraph(OLD_WORDS, NEW_WORDS, "Now allowed: training AI. Rule: train."),),
    concerned=Concerned(((1, "Mira Koval"),), ((7, "mira-koval"),)),
    raised_at="2026-11-21T08:00:00+00:00",
)


def seeded(workspace: Workspace) -> Alarm:
    """An alarm about SoundCloud's terms, as a check would raise it."""
    watched = documents.named("soundcloud/terms")
    texts = (HOSTING, f"{HOSTING}\n\nWe may train generative AI on your music.")
    numbers = []
    with workspace._database.write() as connection:
        for text, at in zip(texts, (VERSION.first_seen, ALARM.raised_at), strict=True):
            page = PublicPage(watched.document.address, b"")
            fetched = FetchedText(text, "0" * 64)
            numbers.append(keeping.add(connection, watched, DocumentSource.PAGE, page, fetched, at))
        old = keeping.version_by_id(connection, numbers[0])
        assert old is not None
        judged = compare_texts(*texts)
        number = alarms.raise_alarm(connection, watched, old, numbers[1], judged, ALARM.raised_at)
    return workspace.terms.alarm(number)


def test_the_words_that_differ_are_marked() -> None:
    gone, added = differing(OLD_WORDS, NEW_WORDS)
    assert [OLD_WORDS[start:end] for start, end in gone] == ["songs."]
    assert [NEW_WORDS[start:end] for start, end in added] == ["songs and to train AI on them."]
    assert differing("", NEW_WORDS)[1] == [(0, len(NEW_WORDS))]
    assert differing("word " * (MOST_WORDS + 1), "word") == ((), ())


def test_home_shows_a_change_in_terms_and_leads_to_it(qtbot: QtBot) -> None:
    view = ArtistView()
    qtbot.addWidget(view)
    view.show_home(Home(1, 3, 3, (), (), (), terms=(ALARM,)), ())
    assert view.changed.isVisibleTo(view)
    read = view.findChild(QPushButton, "terms-1")
    assert isinstance(read, QPushButton)
    assert "SoundCloud changed “Terms of Use”" in read.accessibleDescription()
    with qtbot.waitSignal(view.terms_chosen) as chosen:
        read.click()
    assert chosen.args == [ALARM]
    view.show_home(Home(1, 3, 3, (), (), ()), ())
    assert not view.changed.isVisibleTo(view)


def test_both_texts_are_shown_as_they_are_and_no_mark_up_is_read(
    qtbot: QtBot, scene: Scene
) -> None:
    evil = ChangedParagraph("<b>old</b>", "<img src=x>\u202enew", "Why.")
    opened: list[QUrl] = []
    dialog = TermsDialog(
        scene.window.view_state, [replace(ALARM, paragraphs=(evil,))], open_url=opened.append
    )
    qtbot.addWidget(dialog)
    old, new = [one.toPlainText() for one in dialog.findChildren(Passage)]
    assert old == "<b>old</b>"
    assert new.startswith("<img src=x>")
    assert "\u202e" not in new
    assert "Mira Koval" in dialog.concerned.text()
    dialog.page_link.click()
    assert opened == [QUrl("https://soundcloud.com/terms-of-use")]


@pytest.mark.parametrize("name", ["noted", "ask-again"])
def test_an_answer_is_stored_and_closes_the_dialog(qtbot: QtBot, scene: Scene, name: str) -> None:
    workspace, window = scene.workspace.real, scene.window
    alarm = seeded(workspace)
    window.terms.show_one(alarm)
    dialog = window.terms.dialog
    assert dialog is not None
    button = dialog.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    button.click()
    qtbot.waitUntil(lambda: window.terms.dialog is None)
    answer = AlarmAnswer.NOTED if name == "noted" else AlarmAnswer.ASK_AGAIN
    assert workspace.terms.alarm(alarm.id).answer is answer


def test_the_watch_is_switched_on_in_settings(scene: Scene) -> None:
    window = scene.window
    window.go_to("settings")
    box = window.settings.terms.watch
    scene.settle()
    assert not box.isChecked()
    box.click()
    scene.settle()
    assert scene.workspace.real.terms.is_on()


def test_the_watch_runs_when_it_is_due_and_leads_to_what_it_found(
    qtbot: QtBot, scene: Scene
) -> None:
    window, workspace = scene.window, scene.workspace
    checks: list[int] = []

    def check(**_how: object) -> TermsCheck:
        checks.append(1)
        workspace.real.terms.nothing_to_watch()
        return TermsCheck(read=1, new_versions=1, alarms=(ALARM,))

    workspace.instead["terms.check"] = check
    window.schedule.ask()
    scene.settle()
    assert checks == [], "the watch is off at first"
    workspace.real.terms.switch(True)
    with qtbot.waitSignal(window.schedule.found) as found:
        window.schedule.ask()
    scene.settle()
    assert found.args is not None
    assert "SoundCloud changed “Terms of Use”" in found.args[1]
    window.schedule.terms_wanted.emit((ALARM,))
    dialog = scene.dialog("terms")
    assert dialog.heading.text() == "SoundCloud changed what AI may do with uploads"
    dialog.close()
    window.schedule.ask()
    scene.settle()
    assert checks == [1], "once a day"
