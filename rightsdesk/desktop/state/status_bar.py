"""The strips at the bottom of the window: what is under way, and what there is to tell.

Neither ever takes the window away from the person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from rightsdesk.desktop.parts.texts import path_text, plain_tip, tr
from rightsdesk.desktop.parts.theme import Accent, em, em_across, icon, tint
from rightsdesk.desktop.parts.widgets import PlainLabel, button, icon_label, plain_label, vertical
from rightsdesk.desktop.state.tasks import Task, Work
from rightsdesk.shown import shown


class ElidedLabel(PlainLabel):
    """One line of plain text that gives way: paths in the middle, names at the end.

    What does not fit is in the tooltip, and is what a screen reader says.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        super().__init__("", parent)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._full = ""

    def show_text(self, text: str) -> None:
        """Replace the text."""
        self._full = shown(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fitting = self.fontMetrics().elidedText(self._full, self._mode, self.width())
        self.setText(fitting)
        self.setToolTip(plain_tip(self._full) if fitting != self._full else "")
        self.setAccessibleName(self._full)


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
        layout.setContentsMargins(em(self, 0.6), em(self, 0.25), em(self, 0.6), em(self, 0.25))
        layout.addWidget(self.label)
        layout.addWidget(self.item, 1)
        layout.addWidget(self.count)
        layout.addWidget(self.bar)
        layout.addWidget(self.stop)

    def show_progress(self, done: int, total: int, label: str) -> None:
        """Show how far it is; a total of 0 means that nobody knows yet."""
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

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[Task, ProgressRow] = {}
        self._layout = vertical(spacing=0)
        self.setLayout(self._layout)
        work.progressed.connect(self._progressed)
        self.hide()

    def watch(self, task: Task, title: str) -> None:
        """Show a task until `let_go`."""
        self.rows[task] = ProgressRow(title, task)
        self._layout.addWidget(self.rows[task])
        self.show()

    def let_go(self, task: Task) -> None:
        """The task has ended."""
        row = self.rows.pop(task, None)
        if row is not None:
            row.hide()
            self._layout.removeWidget(row)
            row.deleteLater()
        self.setVisible(bool(self.rows))

    def _progressed(self, task: Task, done: int, total: int, label: str) -> None:
        if task in self.rows:
            self.rows[task].show_progress(done, total, label)


class NoticeBar(QFrame):
    """The latest thing to tell, with what can be done about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAutoFillBackground(True)
        self._layout = QHBoxLayout(self)
        edge = em(self, 0.4)
        self._layout.setContentsMargins(round(edge * 1.5), edge, edge, edge)
        self.text = plain_label()
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.buttons: list[QPushButton] = []
        self._parts: list[QWidget] = []
        self.hide()

    def tell(
        self,
        text: str,
        *,
        kind: Accent = Accent.TOLD,
        icon_name: str = "info",
        offers: Sequence[tuple[str, Callable[[], object]]] = (),
    ) -> None:
        """Say something; the first of `offers` (button text, what it does) is the likely one."""
        self.clear()
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, tint(QApplication.palette(self), kind, 0.14))
        self.setPalette(palette)
        sign = icon_label(icon_name, kind, self)
        sign.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.text.setText(text)
        self.setAccessibleName(shown(text, keep="\n"))
        self.buttons = [button(title, action) for title, action in offers]
        close = QToolButton()
        close.setIcon(icon("close", self))
        close.setAutoRaise(True)
        close.setToolTip(tr("Close"))
        close.setAccessibleName(tr("Close"))
        close.clicked.connect(self.clear)
        self._parts = [sign, *self.buttons, close]
        self._layout.addWidget(sign)
        self._layout.addWidget(self.text, 1)
        for each in self._parts[1:]:
            self._layout.addWidget(each)
        self.show()

    def clear(self) -> None:
        """Take it away."""
        self._layout.removeWidget(self.text)
        for part in self._parts:
            part.hide()
            self._layout.removeWidget(part)
            part.deleteLater()
        self._parts, self.buttons = [], []
        self.hide()
