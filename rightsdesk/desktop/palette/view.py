"""The palette: type a few letters, press Enter, and be there. It lies over the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QMainWindow,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from rightsdesk.desktop.design.announcing import announce
from rightsdesk.desktop.design.appearance import running_app
from rightsdesk.desktop.design.cards import paint_card
from rightsdesk.desktop.design.icons import icon, paint_icon
from rightsdesk.desktop.design.style import paint_box
from rightsdesk.desktop.design.tokens import (
    CONTROL_RADIUS,
    Size,
    Tone,
    font_of,
    space,
    theme_of,
)
from rightsdesk.desktop.palette.finding import PaletteEntry, SearchIndex, found
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.desktop.state.window_settings import WindowSettings
from rightsdesk.shown import shown

Place = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
ENTRY = ROLE.UserRole + 1
ACROSS_STEPS, ROWS = 150, 9
"""Width in steps of the grid, and how many rows are seen at once."""


class EntriesModel(QAbstractListModel):
    """What was found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: Sequence[PaletteEntry] = ()

    def show_entries(self, entries: Sequence[PaletteEntry]) -> None:
        """Replace what is shown."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Place = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Place, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        if role == ROLE.DisplayRole:
            return shown(entry.title)
        if role == ROLE.AccessibleTextRole:
            return f"{shown(entry.title)}, {shown(entry.under)}"
        return None


class EntriesDelegate(QStyledItemDelegate):
    """A sign, the title, and at the end what it is."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Place) -> QSize:
        return QSize(space(60), QFontMetrics(font_of(Size.BODY)).height() + space(3.5))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Place) -> None:
        entry: PaletteEntry = index.data(ENTRY)
        widget, rect, theme = option.widget, option.rect, theme_of(option.widget.palette())
        painter.save()
        room = rect.adjusted(space(1.5), 1, -space(1.5), -1)
        if option.state & QStyle.StateFlag.State_Selected:
            paint_box(painter, room, QColor(theme.selection), None, CONTROL_RADIUS)

        def mirrored(place: QRect) -> QRect:
            return QStyle.visualRect(widget.layoutDirection(), rect, place)

        side = space(4)
        inner = room.adjusted(space(2), 0, -space(2), 0)
        at = QRect(inner.left(), inner.top(), side, inner.height())
        paint_icon(painter, mirrored(at), entry.sign, QColor(theme.dim))
        small = QFontMetrics(font_of(Size.SMALL))
        under = small.elidedText(
            shown(entry.under), Qt.TextElideMode.ElideRight, inner.width() * 2 // 5
        )
        across = small.horizontalAdvance(under) + 1
        left = inner.left() + side + space(2.5)
        end = QRect(inner.right() - across, inner.top(), across, inner.height())
        title = QRect(left, inner.top(), end.left() - left - space(3), inner.height())
        ahead = widget.layoutDirection() is Qt.LayoutDirection.LeftToRight
        start = Qt.AlignmentFlag.AlignLeft if ahead else Qt.AlignmentFlag.AlignRight
        flags = start | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font_of(Size.BODY))
        painter.setPen(QColor(theme.text))
        cut = painter.fontMetrics().elidedText(
            shown(entry.title), Qt.TextElideMode.ElideRight, title.width()
        )
        painter.drawText(mirrored(title), flags, cut)
        painter.setFont(font_of(Size.SMALL))
        painter.setPen(QColor(theme.dim))
        painter.drawText(mirrored(end), flags, under)
        painter.restore()


class Palette(QFrame):
    """`gather` gives the entries that are known at once; it is called in the main thread.
    `look_up` gives those that are read from the store; it is called in a worker.
    `search` searches the catalogue."""

    def __init__(
        self,
        window: QMainWindow,
        view_state: ViewState,
        memory: WindowSettings,
        *,
        gather: Callable[[], Sequence[PaletteEntry]],
        look_up: Callable[[], Sequence[PaletteEntry]],
        search: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self.setAccessibleName(tr("Go to"))
        self._window, self._view_state, self._memory = window, view_state, memory
        self._gather, self._look_up, self._search = gather, look_up, search
        self._index = SearchIndex()
        self._before: QWidget | None = None
        self.field = QLineEdit()
        self.field.setObjectName("palette-field")
        words = tr("Artists, releases, platforms, pages, settings and actions")
        self.field.setPlaceholderText(words)
        self.field.setAccessibleName(tr("Go to"))
        self.field.setAccessibleDescription(words)
        made = self.field.addAction(
            icon("search", Tone.DIM), QLineEdit.ActionPosition.LeadingPosition
        )
        made.setText(tr("Search"))
        self.field.installEventFilter(self)
        self.field.textChanged.connect(lambda _text: self._find())
        self.model = EntriesModel(self)
        self.list = QListView()
        self.list.setObjectName("palette-list")
        self.list.setAccessibleName(tr("Found"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(EntriesDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(lambda _index: self._run())
        column = QVBoxLayout(self)
        column.setContentsMargins(space(2), space(2), space(2), space(2))
        column.setSpacing(space(1.5))
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        window.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Open, or close again."""
        if self.isVisible():
            self.leave()
        else:
            self.open()

    def open(self) -> None:
        """Come to the front and take the keyboard."""
        self._before = self._window.focusWidget()
        at_once = tuple(self._gather())
        self._index = SearchIndex()
        self.field.clear()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        running_app().installEventFilter(self)

        def read() -> SearchIndex:
            return SearchIndex.of((*at_once, *self._look_up()))

        self._view_state.read("palette-index", read, self._known)

    def leave(self) -> None:
        """Close, and give the keyboard back to who had it."""
        running_app().removeEventFilter(self)
        self.hide()
        before, self._before = self._before, None
        if before is not None and isValid(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        room = self._window.rect()
        row = self.list.sizeHintForRow(0) if self.model.entries else space(8)
        high = self.field.sizeHint().height() + ROWS * row + space(7)
        across = min(space(ACROSS_STEPS), room.width() - space(6))
        self.resize(across, min(high, room.height() - space(10)))
        self.move((room.width() - across) // 2, max(space(6), room.height() // 9))

    # --- searching -------------------------------------------------------------------

    def _known(self, index: SearchIndex) -> None:
        self._index = index
        self._find()

    def _find(self) -> None:
        index, text, recent = self._index, self.field.text(), self._memory.recent
        self._view_state.read("palette", lambda: found(index, text, recent), self._show)

    def _show(self, entries: list[PaletteEntry]) -> None:
        if not self.isVisible():
            return
        if text := self.field.text().strip():
            entries = [*entries, self._in_catalogue(text)]
        self.model.show_entries(entries)
        self.list.setCurrentIndex(self.model.index(0))
        self._place()
        if self.field.text():
            announce(self.field, counted("%n found", "%n found", len(entries)))

    def _in_catalogue(self, text: str) -> PaletteEntry:
        """The last entry: there may be too many recordings to list them here."""
        title = tr("Search the recordings for “{text}”").format(text=text)
        return PaletteEntry("search", title, tr("Catalogue"), "search", lambda: self._search(text))

    # --- choosing --------------------------------------------------------------------

    def _run(self) -> None:
        row = self.list.currentIndex().row()
        if not 0 <= row < len(self.model.entries):
            return
        entry = self.model.entries[row]
        if entry.key != "search":
            self._memory.keep_recent(entry.key)
        self.leave()
        entry.run()

    def _step(self, by: int) -> None:
        last = len(self.model.entries) - 1
        row = min(max(self.list.currentIndex().row() + by, 0), last)
        if last >= 0:
            self.list.setCurrentIndex(self.model.index(row))
            announce(self.field, self.model.index(row).data(ROLE.AccessibleTextRole))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field walk the list; a click beside the palette closes it."""
        kind = event.type()
        if watched is self.field and isinstance(event, QKeyEvent):
            if kind is QEvent.Type.KeyPress:
                return self._pressed(event.key())
            if kind is QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        if watched is self._window and kind is QEvent.Type.Resize and self.isVisible():
            self._place()
        if kind is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            beside = isinstance(watched, QWidget) and watched.window() is self._window
            if beside and not self.rect().contains(
                self.mapFromGlobal(event.globalPosition().toPoint())
            ):
                self.leave()
        return False

    def _pressed(self, key: int) -> bool:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: ROWS - 1,
            Qt.Key.Key_PageUp: 1 - ROWS,
        }
        if key in steps:
            self._step(steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        elif key not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):  # the keyboard stays here
            return False
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = theme_of(self.palette())
        painter.fillRect(self.rect(), QColor(theme.window))
        paint_card(painter, self.rect(), theme)
        painter.end()
