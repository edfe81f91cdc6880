"""A paragraph of terms to read, select and copy, with the words marked that differ."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from rightsdesk.desktop.design.tokens import Tone, theme_of
from rightsdesk.desktop.terms.differences import TextRanges
from rightsdesk.shown import shown


class Passage(QTextEdit):
    """Plain text, as high as it needs. `marked` are the places that differ, in a tone's colour."""

    def __init__(
        self, text: str, marked: TextRanges, tone: Tone, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._marked, self._tone = marked, tone
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.setAccessibleName(name)
        # Escaping makes characters longer, and moves the places: then nothing is marked.
        visible = shown(text, keep="\n")
        if visible != text:
            self._marked = ()
        self.setPlainText(visible)
        self._mark()
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._mark()
            self._fit()

    def _fit(self) -> None:
        self.document().setTextWidth(max(1, self.viewport().width()))
        high = int(self.document().size().height()) + 2
        if high != self.height():
            self.setFixedHeight(high)

    def _mark(self) -> None:
        theme = theme_of(self.palette())
        look = QTextCharFormat()
        look.setBackground(QColor(theme.ground(self._tone)))
        look.setForeground(QColor(theme.colour(self._tone)))
        look.setFontWeight(600)
        selections = []
        for start, end in self._marked:
            one = QTextEdit.ExtraSelection()
            one.cursor = QTextCursor(self.document())
            one.cursor.setPosition(start)
            one.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            one.format = look
            selections.append(one)
        self.setExtraSelections(selections)
