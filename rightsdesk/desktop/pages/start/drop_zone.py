"""A place to drop folders that can be seen, with a button for those who would rather choose."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from rightsdesk.desktop.design.buttons import Button, ButtonKind, LinkButton
from rightsdesk.desktop.design.icons import Sign
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import CARD_RADIUS, Size, Tone, space, theme_of
from rightsdesk.desktop.parts.texts import plain_tip, tr


def folders_in(mime: QMimeData) -> list[str]:
    """The folders that are being dropped; of a file its folder."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    folders = [path if path.is_dir() else path.parent for path in paths]
    return list(dict.fromkeys(str(folder) for folder in folders))


class DropZone(QFrame):
    """A dashed frame that takes folders. `dropped` gives their paths, `choose_wanted` asks for a
    dialog, `import_wanted` for another program's library."""

    dropped = Signal(list)
    choose_wanted = Signal()
    import_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._over = False
        self.sign = Sign("folder", Tone.ACCENT, size=9)
        self.heading = Text(tr("Drop your music folder here"), size=Size.HEADING, strong=True)
        self.sentence = Text(size=Size.SMALL, tone=Tone.DIM, wrap=True)
        self.choose = Button(
            tr("&Choose a folder…"),
            kind=ButtonKind.PRIMARY,
            icon_name="folder",
            name="choose-folder",
        )
        self.choose.clicked.connect(self.choose_wanted)
        self.library = LinkButton(
            tr("Or import a library…"), self.import_wanted.emit, name="import-library"
        )
        programs = tr("What beets, Music or rekordbox knows of your music")
        self.library.setToolTip(plain_tip(programs))
        self.library.setAccessibleDescription(programs)
        for label in (self.heading, self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(6), space(8), space(6), space(8))
        column.setSpacing(space(3))
        for widget in (self.sign, self.heading):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.sentence)
        column.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.library, 0, Qt.AlignmentFlag.AlignHCenter)
        self.tell("")

    def tell(self, problem: str) -> None:
        """Show why another folder is needed; "" shows what will happen."""
        calm = tr("RightsDesk reads what the files say, and changes nothing yet.")
        self.sentence.setText(problem or calm)
        self.sentence.set_tone(Tone.BAD if problem else Tone.DIM)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if folders_in(event.mimeData()):
            self._show_over(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(False)
        event.acceptProposedAction()
        self.dropped.emit(folders_in(event.mimeData()))

    def _show_over(self, over: bool) -> None:
        self._over = over
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.accent if self._over else theme.edge), 1.6)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(QColor(theme.accent_ground if self._over else theme.card))
        radius = space(CARD_RADIUS)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        painter.end()
