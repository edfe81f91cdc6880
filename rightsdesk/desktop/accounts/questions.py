"""Which recording is this? Asked where the answer is not certain, never guessed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QRadioButton,
    QWidget,
)

from rightsdesk import phrases
from rightsdesk.desktop.parts.texts import plain_mnemonic, tr
from rightsdesk.desktop.parts.theme import resize_to_ems
from rightsdesk.desktop.parts.widgets import (
    button,
    dim_label,
    emptied,
    heading,
    plain_label,
    primary,
    scrolled,
    vertical,
)
from rightsdesk.desktop.state.tasks import Lane, Task
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.types import Account, Question

NONE_OF_THESE = -1
SHOWN = 50
"""Questions shown at once; answered ones make room for the next."""


class QuestionsDialog(QDialog):
    """A list of questions with candidates. `answered` tells how many were."""

    answered = Signal(int)

    def __init__(
        self, desk: ViewState, parent: QWidget | None = None, *, account: Account | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("questions")
        self._desk = desk
        self.groups: dict[int, QButtonGroup] = {}
        self.setWindowTitle(tr("Which recording is this?"))
        layout = vertical(spacing=0.5, margin=1.0)
        self.setLayout(layout)
        layout.addWidget(heading(tr("Which recording is this?")))
        layout.addWidget(
            dim_label(
                tr(
                    "These tracks could not be matched for certain. Your answers are remembered. "
                    "Until then nothing that you chose for one of these recordings is written to "
                    "the track. One that is none of these stays a recording of its own."
                )
            )
        )
        body = QWidget()
        self._lines = vertical(spacing=0.6)
        body.setLayout(self._lines)
        layout.addWidget(scrolled(body), 1)
        box = QDialogButtonBox()
        self.later = button(tr("&Later"), self.reject, name="later")
        self.save = primary(button(tr("&Save answers"), self._save, name="save-answers"))
        box.addButton(self.later, QDialogButtonBox.ButtonRole.RejectRole)
        box.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        layout.addWidget(box)
        resize_to_ems(self, 38, 28)
        self.save.setEnabled(False)
        workspace, artist = desk.workspace, desk.artist
        artist_id = artist.id if artist else None
        self._several = artist is None and len(desk.artists) > 1
        if account is not None:
            artist_id = account.artist_id

        def asked() -> list[Question]:
            found = workspace.accounts.questions(artist_id)
            return [q for q in found if account is None or q.account_id == account.id]

        desk.work_for(self, asked, self._show)

    def _show(self, questions: Sequence[Question]) -> None:
        emptied(self._lines)
        self.groups.clear()
        names = dict(self._desk.carriers)
        for question in questions[:SHOWN]:
            platform = names.get(question.platform, question.platform)
            self._lines.addWidget(self._question(question, platform))
        if not questions:
            self._lines.addWidget(plain_label(tr("There is nothing to ask. All is matched.")))
        if len(questions) > SHOWN:
            more = tr("{n} more come after these.").format(n=len(questions) - SHOWN)
            self._lines.addWidget(dim_label(more))
        self._lines.addStretch(1)

    def _question(self, question: Question, platform: str) -> QWidget:
        frame = QFrame()
        frame.setFrameShape(QFrame.Shape.StyledPanel)
        lines = vertical(spacing=0.3, margin=0.6)
        frame.setLayout(lines)
        lines.addWidget(heading(question.title, factor=1.0))
        known = [
            tr("for {artist}").format(artist=question.artist) if self._several else "",
            tr("on {platform}").format(platform=platform),
            phrases.length(question.duration_ms),
            question.url,
        ]
        lines.addWidget(dim_label(" · ".join(part for part in known if part)))
        group = QButtonGroup(frame)
        for candidate in question.candidates:
            name = " — ".join(part for part in (candidate.title, candidate.release) if part)
            length = phrases.length(candidate.duration_ms)
            text = " · ".join(part for part in (name, length) if part)
            self._radio(text, candidate.recording_id, group, lines)
        self._radio(tr("None of these"), NONE_OF_THESE, group, lines)
        group.idToggled.connect(lambda _id, _on: self.save.setEnabled(True))
        self.groups[question.item_id] = group
        return frame

    def _radio(self, text: str, number: int, group: QButtonGroup, lines: object) -> None:
        radio = QRadioButton(plain_mnemonic(text))
        # Ids of a button group below zero are Qt's own: recordings count from 1 here.
        group.addButton(radio, 0 if number == NONE_OF_THESE else number)
        lines.addWidget(radio)  # type: ignore[attr-defined]  # a QVBoxLayout, as made above

    def _save(self) -> None:
        answers = {
            item_id: group.checkedId() or None
            for item_id, group in self.groups.items()
            if group.checkedId() >= 0
        }
        workspace = self._desk.workspace

        def answer(_task: Task) -> int:
            for item_id, recording_id in answers.items():
                workspace.accounts.answer(item_id, recording_id)
            return len(answers)

        self.save.setEnabled(False)
        self._desk.work.run(Lane.LOOK, answer, self._saved, owner=self)

    def _saved(self, count: int) -> None:
        self._desk.something_changed()
        self.answered.emit(count)
        self.accept()
