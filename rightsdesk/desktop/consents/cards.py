"""The four ready-made choices as large buttons, each with its meaning in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from rightsdesk.consent import Preset
from rightsdesk.desktop.parts.texts import preset_meaning, preset_title, tr
from rightsdesk.desktop.parts.theme import em, em_across, mixed
from rightsdesk.desktop.parts.widgets import described, larger


class ChoiceCard(QAbstractButton):
    """One choice: a title, its meaning, and a ring that fills when it is chosen."""

    def __init__(self, title: str, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self._meaning = meaning
        self._title_font = larger(self.font(), 1.1, bold=True)
        self.suggested = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        described(self, title, meaning)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def nextCheckState(self) -> None:
        """A click asks for the choice; whether it is made shows once it was made."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FontChange:
            self._title_font = larger(self.font(), 1.1, bold=True)
        return super().event(event)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._meaning_rect(width).bottom() + self._pad()

    def sizeHint(self) -> QSize:
        width = em_across(self, 15)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        width = em_across(self, 9)
        return QSize(width, em(self, 3))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, role = self.palette(), QPalette.ColorRole
        base, text = palette.color(role.Base), palette.color(role.Text)
        mark = palette.color(role.Highlight)
        lit = self.underMouse() and self.isEnabled()
        ground = mixed(base, mark, 0.14 if self.isChecked() else 0.06 if lit else 0.0)
        marked = self.isChecked() or self.hasFocus()
        edge = mark if marked or self.suggested else mixed(base, text, 0.45)
        width = 2.0 if marked else 1.0
        painter.setPen(QPen(edge, width))
        painter.setBrush(ground)
        frame = QRectF(self.rect()).adjusted(width, width, -width, -width)
        painter.drawRoundedRect(frame, 6, 6)
        if self.hasFocus():  # and nothing else looks like this
            painter.setPen(QPen(text, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), 4, 4)
        self._paint_ring(painter, edge=mark if self.isChecked() else mixed(base, text, 0.6))
        group = palette.currentColorGroup()
        painter.setPen(palette.color(group, role.Text))
        painter.setFont(self._title_font)
        painter.drawText(self._title_rect(self.width()), Qt.AlignmentFlag.AlignLeft, self.text())
        painter.setFont(self.font())
        painter.setPen(mixed(base, palette.color(group, role.Text), 0.82))
        wrap = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(self._meaning_rect(self.width()), wrap, self._meaning)

    def _paint_ring(self, painter: QPainter, *, edge: object) -> None:
        size = em(self, 0.85)
        title = self._title_rect(self.width())
        ring = QRectF(self._pad(), title.center().y() - size / 2, size, size)
        painter.setPen(QPen(edge, 1.5))  # type: ignore[call-overload]  # a QColor, as given above
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(ring)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
            painter.drawEllipse(ring.adjusted(3.5, 3.5, -3.5, -3.5))

    def _pad(self) -> int:
        return em(self, 0.6)

    def _left(self) -> int:
        return self._pad() + em(self, 1.35)

    def _title_rect(self, width: int) -> QRect:
        height = QFontMetrics(self._title_font).height()
        return QRect(self._left(), self._pad(), width - self._left() - self._pad(), height)

    def _meaning_rect(self, width: int) -> QRect:
        title = self._title_rect(width)
        room = QRect(title.left(), title.bottom() + 1 + em(self, 0.15), title.width(), 10_000)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        return QFontMetrics(self.font()).boundingRect(room, int(flags.value), self._meaning)


class PresetCards(QWidget):
    """The four presets. `asked_for` names the one that was clicked; it is not chosen by that."""

    asked_for = Signal(object)

    def __init__(self, *, columns: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        described(self, tr("What may AI do?"))
        self.cards: dict[Preset, ChoiceCard] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(em(self, 0.4))
        for place, preset in enumerate(Preset):
            card = ChoiceCard(preset_title(preset), preset_meaning(preset))
            card.setObjectName(f"preset-{preset.value}")
            card.clicked.connect(lambda _=False, p=preset: self.asked_for.emit(p))
            self.cards[preset] = card
            grid.addWidget(card, place // columns, place % columns)

    def show_choice(self, chosen: Preset | None, *, suggested: Preset | None = None) -> None:
        """Show what is chosen, if it is one of these; frame a suggestion."""
        for preset, card in self.cards.items():
            card.setChecked(preset is chosen)
            card.suggested = preset is suggested
            card.update()
