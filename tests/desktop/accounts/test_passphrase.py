"""The question for the passphrase: asked by a worker, answered in the window."""

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from rightsdesk.desktop.accounts.asker import Asker, PassphraseRefused
from rightsdesk.desktop.accounts.passphrase import PassphraseDialog
from rightsdesk.desktop.state.tasks import Lane, TaskRunner
from rightsdesk.roster.passphrase_prompts import IF_LOST, PromptReason
from tests.desktop.conftest import Scene


def asked(
    scene: Scene, work: TaskRunner, why: PromptReason, answers: list[Any]
) -> PassphraseDialog:
    asker = Asker()
    scene.window.activateWindow()
    scene.qtbot.waitUntil(scene.window.isActiveWindow)
    work.run(Lane.WAIT, lambda _task: asker(why), answers.append, failed=answers.append)
    dialog = scene.dialog("passphrase")
    assert isinstance(dialog, PassphraseDialog)
    return dialog


def texts(dialog: PassphraseDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_it_is_asked_in_the_window_while_a_worker_waits(scene: Scene, work: TaskRunner) -> None:
    answers: list[Any] = []
    dialog = asked(scene, work, PromptReason.KNOWN, answers)
    assert not dialog.form.go.isEnabled()
    assert "vault.json" not in texts(dialog)
    dialog.form.entry.setText("correct horse")
    dialog.form.go.click()
    scene.qtbot.waitUntil(lambda: answers == ["correct horse"])


def test_a_wrong_one_is_told_so_and_what_to_do_where_it_is_lost(
    scene: Scene, work: TaskRunner
) -> None:
    answers: list[Any] = []
    dialog = asked(scene, work, PromptReason.WRONG, answers)
    assert "not the right passphrase" in texts(dialog)
    assert IF_LOST in texts(dialog)
    dialog.reject()
    scene.qtbot.waitUntil(lambda: len(answers) == 1)
    assert isinstance(answers[0], PassphraseRefused)


def test_a_new_one_is_made_up_and_typed_twice(scene: Scene, work: TaskRunner) -> None:
    answers: list[Any] = []
    dialog = asked(scene, work, PromptReason.NEW, answers)
    assert "Choose a passphrase" in texts(dialog)
    assert IF_LOST in texts(dialog)
    dialog.form.entry.setText("short")
    dialog.form.again.setText("short")
    assert (dialog.form.go.isEnabled(), "at least 8" in dialog.form.strength.text()) == (
        False,
        True,
    )
    dialog.form.entry.setText("correct horse")
    dialog.form.again.setText("corr")
    assert "Weak" in dialog.form.strength.text()
    assert (dialog.form.go.isEnabled(), dialog.form.differ.text().strip()) == (False, "")
    dialog.form.again.setText("corect horse")
    assert (dialog.form.go.isEnabled(), "match" in dialog.form.differ.text()) == (False, True)
    dialog.form.again.setText("correct horse")
    dialog.form.go.click()
    scene.qtbot.waitUntil(lambda: answers == ["correct horse"])


@pytest.mark.parametrize("why", PromptReason)
def test_closing_the_window_answers_an_open_question_with_no(
    scene: Scene, work: TaskRunner, why: PromptReason
) -> None:
    answers: list[Any] = []
    asked(scene, work, why, answers)
    scene.window.close()
    scene.qtbot.waitUntil(lambda: not scene.window.isVisible())
    assert isinstance(answers[0], PassphraseRefused)
