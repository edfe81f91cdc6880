"""The strips at the bottom of the window: what is under way, and what there is to tell.

Neither ever takes the window away from the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QWidget,
)

from rightsdesk.desktop.design.banner import Banner, NoticeOffer
from rightsdesk.desktop.design.text import ElidedText
from rightsdesk.desktop.design.tokens import Size, Tone
from rightsdesk.desktop.parts.texts import path_text, tr
from rightsdesk.desktop.parts.theme import em, em_across
from rightsdesk.desktop.parts.widgets import button, plain_label, vertical
from rightsdesk.desktop.state.tasks import Task, TaskRunner

if TYPE_CHECKING:
    from rightsdesk.workspace.history.types import HistoryEntry


class ElidedLabel(ElidedText):
    """One line of plain text that gives way: paths in the middle, names at the end."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
        size: Size = Size.BODY,
    ) -> None:
        super().__init__("", parent, mode=mode, size=size)


class ProgressRow(QWidget):
    """One task: what it is about, how far it is, and a way to stop it."""

    def __init__(self, title: str, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._task = task
        self.label = plain_label(title, wrap=False)
        self.item = ElidedLabel()
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(title)
        self.bar.setFixedWidth(em_across(self, 12))
        self.bar.setMaximumHeight(em(self, 1))
        self.count = plain_label("", wrap=False)
        self.stop = button(tr("Cancel"), self._cancel, name="cancel-task")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, em(self, 0.25), 0, em(self, 0.25))
        layout.addWidget(self.label)
        layout.addWidget(self.item, 1)
        layout.addWidget(self.count)
        layout.addWidget(self.bar)
        layout.addWidget(self.stop)

    def show_progress(self, done: int, total: int, label: str) -> None:
        """Show how far it is; a total of 0 means that it is not known yet."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        locale = self.locale()
        if total:
            text = f"{locale.toString(done)} / {locale.toString(total)}"
        else:
            text = locale.toString(done) if done else ""
        self.count.setText(text)
        self.item.show_text(path_text(label))

    def _cancel(self) -> None:
        self._task.cancel()
        self.stop.setEnabled(False)
        self.label.setText(tr("Stopping after this one…"))


class ProgressArea(QWidget):
    """All tasks that the person asked for and that take their time."""

    def __init__(self, work: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[Task, ProgressRow] = {}
        self._layout = vertical(spacing=0)
        self.setLayout(self._layout)
        work.progressed.connect(self._progressed)
        self._kept_back = False
        self.hide()

    def watch(self, task: Task, title: str) -> None:
        """Show a task until `let_go`."""
        self.rows[task] = ProgressRow(title, task)
        self._layout.addWidget(self.rows[task])
        self._show()

    def let_go(self, task: Task) -> None:
        """The task has ended."""
        row = self.rows.pop(task, None)
        if row is not None:
            row.hide()
            self._layout.removeWidget(row)
            row.deleteLater()
        self._show()

    def keep_back(self, kept_back: bool) -> None:
        """Hide while a page is in front that shows the same in full."""
        self._kept_back = kept_back
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self.rows) and not self._kept_back)

    def _progressed(self, task: Task, done: int, total: int, label: str) -> None:
        if task in self.rows:
            self.rows[task].show_progress(done, total, label)


class NoticeBar(Banner):
    """The latest thing to tell, with what can be done about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._deed = self._job = 0

    def tell(
        self,
        text: str,
        *,
        kind: Tone = Tone.TOLD,
        icon_name: str = "",
        offers: Sequence[NoticeOffer] = (),
        deed: int = 0,
        job: int = 0,
    ) -> None:
        """Say something; the first of `offers` (button text, what it does) is the likely one.

        `deed` or `job`: what it is about. Once the history has something newer, it goes.
        """
        self.say(text, tone=kind, icon_name=icon_name, offers=offers)
        self._deed, self._job = deed, job

    def outlive(self, newest: Iterable[HistoryEntry]) -> None:
        """Go if one of these is newer than what is told: it was undone, or written, elsewhere."""
        found = tuple(newest)
        for entry in found:
            if self._job and entry.job is not None and entry.job.id == self._job:
                self._deed = max(self._deed, entry.id)
        if 0 < self._deed < max((entry.id for entry in found), default=0):
            self.clear()

    def clear(self) -> None:
        self._deed = self._job = 0
        super().clear()
