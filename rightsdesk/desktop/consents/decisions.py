"""The question before a finding of catalogue health is decided, or a decision is taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QWidget

from rightsdesk import phrases
from rightsdesk.consent import Use
from rightsdesk.desktop.parts.names_list import NamesList
from rightsdesk.desktop.parts.opened import opened_widgets
from rightsdesk.desktop.parts.texts import (
    consent_text,
    counted,
    plain_mnemonic,
    tr,
)
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
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.errors import KnownError
from rightsdesk.workspace.types import DecisionKind, DecisionPreview, Finding, Member

Look = Callable[[Sequence[int]], DecisionPreview]
Act = Callable[[Sequence[int], Sequence[Use]], object]


class DecisionQuestion(QDialog):
    """Says what a decision means, recording by recording, before it is made.

    Members of a merge can be left out; what it means is then worked out again.
    """

    def __init__(
        self,
        desk: ViewState,
        title: str,
        action: str,
        look: Look,
        act: Act,
        *,
        members: Sequence[Member] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("decision")
        self.setWindowTitle(tr("Catalogue health"))
        self._desk, self._look, self._act = desk, look, act
        self._uses: tuple[Use, ...] = ()
        self._asked = 0
        lines = vertical(spacing=0.5, margin=1.0)
        self.setLayout(lines)
        lines.addWidget(heading(title, factor=1.15))
        self.boxes = [self._box(one) for one in members]
        if self.boxes:
            held = QWidget()
            column = vertical(spacing=0.2)
            held.setLayout(column)
            for box in self.boxes:
                column.addWidget(box)
            column.addStretch(1)
            lines.addWidget(scrolled(held), 1)
        self._members = list(members)
        self.meaning = vertical(spacing=0.4)
        lines.addLayout(self.meaning)
        lines.addStretch(0)
        self.failure = plain_label()
        self.failure.hide()
        lines.addWidget(self.failure)
        buttons = QDialogButtonBox()
        self.keep = primary(button(tr("&Leave it as it is"), self.reject, name="keep"))
        self.do = button(action, self._do, name="do")
        buttons.addButton(self.keep, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(self.do, QDialogButtonBox.ButtonRole.ActionRole)
        lines.addWidget(buttons)
        resize_to_ems(self, 36, 22)
        self._work_out()

    def _box(self, one: Member) -> QCheckBox:
        box = QCheckBox(plain_mnemonic(member_text(one)))
        box.setChecked(True)
        box.toggled.connect(self._work_out)
        return box

    @property
    def chosen(self) -> list[int]:
        """The members that are meant; none where they cannot be chosen."""
        pairs = zip(self._members, self.boxes, strict=True)
        return [one.id for one, box in pairs if box.isChecked()]

    def _work_out(self) -> None:
        self.do.setEnabled(False)
        chosen, look = self.chosen, self._look
        if self.boxes and len(chosen) < 2:
            self._asked += 1
            self._tell([dim_label(tr("Choose at least two."))])
            return
        self._asked += 1
        asked = self._asked
        self._tell([dim_label(tr("Looking…"))])
        self._desk.work.run(
            Lane.LOOK,
            lambda _task: look(chosen),
            lambda would: self._arrived(asked, would),
            failed=self._failed,
            owner=self,
        )

    def _arrived(self, asked: int, would: DecisionPreview) -> None:
        if asked != self._asked:
            return  # something else is chosen by now
        self._uses = would.uses
        self._tell(meaning_of(would))
        self.do.setEnabled(True)

    def _tell(self, widgets: Sequence[QWidget]) -> None:
        emptied(self.meaning)
        for widget in widgets:
            self.meaning.addWidget(widget)

    def _do(self) -> None:
        self.do.setEnabled(False)
        chosen, uses, act = self.chosen, self._uses, self._act
        self._desk.work.run(
            Lane.WAIT,
            lambda _task: act(chosen, uses),
            lambda _done: self.accept(),
            failed=self._failed,
            owner=self,
        )

    def _failed(self, error: KnownError) -> None:
        self.failure.setText(str(error))
        self.failure.show()


def meaning_of(would: DecisionPreview) -> list[QWidget]:
    """What changes for whom: stricter answers, and every recording that opens up."""
    opened = {(one.artist, one.title) for one in would.opened}
    stricter = [one for one in would.reconsidered if (one.artist, one.title) not in opened]
    told: list[QWidget] = []
    if stricter:
        told.append(plain_label(tr("Where consents differ, the stricter one holds:")))
        arrow = tr("{artist}, {title}: {before} → {after}")
        told.append(
            NamesList(
                [
                    arrow.format(
                        artist=one.artist,
                        title=one.title,
                        before=consent_text(one.before),
                        after=consent_text(one.after),
                    )
                    for one in stricter
                ]
            )
        )
    told += opened_widgets(would.opened)
    if not would.reconsidered:
        told.append(plain_label(tr("What AI may do stays the same everywhere.")))
    told.append(dim_label(tr("Files and platforms stay as they are until you write to them.")))
    return told


def member_text(one: Member) -> str:
    """A member in one line: title, release, artist, length, files."""
    files = counted("%n file", "%n files", one.files)
    kinds = f" ({', '.join(one.containers)})" if one.containers else ""
    length = phrases.length(one.duration_ms)
    release = one.release if one.release != one.title else ""
    return ", ".join(filter(None, (one.title, release, one.artist, length, files + kinds)))


def ask_decision(
    desk: ViewState, finding: Finding, kind: DecisionKind, done: Callable[[], None], parent: QWidget
) -> None:
    """Ask about a decision, without stopping the event loop; `done` once it is made."""
    titles = {
        DecisionKind.MERGE: tr("Merge: {where}"),
        DecisionKind.KEEP_APART: tr("Keep apart: {where}"),
        DecisionKind.IGNORE: tr("Ignore: {where}"),
    }
    actions = {
        DecisionKind.MERGE: tr("&Merge"),
        DecisionKind.KEEP_APART: tr("Keep &apart"),
        DecisionKind.IGNORE: tr("&Ignore"),
    }
    workspace, identity = desk.workspace, finding.id
    several = kind is DecisionKind.MERGE and len(finding.members) > 2 and finding.kind != "files"
    question = DecisionQuestion(
        desk,
        titles[kind].format(where=finding.where or finding.artist),
        actions[kind],
        lambda chosen: workspace.catalogue.preview_decision(identity, kind, chosen),
        lambda chosen, uses: workspace.catalogue.decide(identity, kind, chosen, confirmed=uses),
        members=finding.members if several else (),
        parent=parent,
    )
    _open(question, done)


def ask_undo(
    desk: ViewState, number: int, title: str, done: Callable[[], None], parent: QWidget
) -> None:
    """Ask about taking a decision back; `done` once it is."""
    workspace = desk.workspace
    question = DecisionQuestion(
        desk,
        tr("Take back: {title}").format(title=title),
        tr("&Take it back"),
        lambda _chosen: workspace.catalogue.preview_undo_decision(number),
        lambda _chosen, uses: workspace.catalogue.undo_decision(number, confirmed=uses),
        parent=parent,
    )
    _open(question, done)


def _open(question: DecisionQuestion, done: Callable[[], None]) -> None:
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.accepted.connect(done)
    question.open()
