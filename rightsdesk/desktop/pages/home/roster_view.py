"""Home of all artists: one row each, those who need something first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from rightsdesk.desktop.design.bars import paint_coverage
from rightsdesk.desktop.design.chips import paint_chip
from rightsdesk.desktop.design.tokens import Size, Theme, font_of, space, theme_of
from rightsdesk.desktop.pages.home.words import (
    need_of,
    newest_words,
    news_words,
    percent,
    recordings_and_consent,
)
from rightsdesk.desktop.parts.artist_rows import (
    ArtistRowDelegate,
    ArtistRows,
    Index,
    is_backwards,
    paint_arrow,
    paint_artist,
    paint_cut,
)
from rightsdesk.desktop.parts.segments import coverage_of
from rightsdesk.desktop.parts.texts import plain_tip, tr
from rightsdesk.folding import unaccented
from rightsdesk.shown import shown
from rightsdesk.workspace.overview.values import RosterRow

ROLE = Qt.ItemDataRole
ROW = ROLE.UserRole + 1
NARROW_STEPS = 170
"""Below this width the news are left to the tooltip."""


class HomeRosterModel(QAbstractListModel):
    """The artists, the most urgent first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RosterRow, ...] = ()

    def show_rows(self, rows: Sequence[RosterRow]) -> None:
        """Replace what is shown. `rows` are in the order of names."""
        self.beginResetModel()
        self.rows = tuple(sorted(rows, key=_urgency))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == ROLE.DisplayRole:
            return shown(row.name)
        if role == ROLE.AccessibleTextRole:
            return row_sentence(row)
        if role == ROLE.ToolTipRole:
            said = (row.name, recordings_and_consent(row), *(news_words(one) for one in row.news))
            return plain_tip("\n".join(said))
        return None


def _urgency(row: RosterRow) -> tuple[int, float]:
    said = row.everywhere / row.recordings if row.recordings else 1.0
    return need_of(row)[0], said


def row_sentence(row: RosterRow) -> str:
    """A row as a screen reader says it."""
    said = percent(row)
    parts = [
        shown(row.name),
        recordings_and_consent(row),
        tr("{percent} say it").format(percent=said) if said else "",
        need_of(row)[1],
        *(news_words(one) for one in row.news),
    ]
    return ", ".join(part for part in parts if part)


class RosterColumns:
    """Where the parts of a row stand, in pixels from the edge where it begins."""

    def __init__(self, width: int) -> None:
        pad, gap = space(3.5), space(2)
        room = max(1, width - 2 * pad + gap)
        self.narrow = width < space(NARROW_STEPS)
        shares = (0.40, 0.32, 0.28, 0.0) if self.narrow else (0.29, 0.25, 0.20, 0.26)
        at = pad
        self.parts: list[tuple[int, int]] = []
        for share in shares:
            self.parts.append((at, max(0, int(room * share) - gap)))
            at += int(room * share)


class RosterDelegate(ArtistRowDelegate):
    """Avatar and name, a bar with its figure, what is to do, and the newest news."""

    def paint_row(self, painter: QPainter, rect: QRect, index: Index, theme: Theme) -> None:
        row: RosterRow = index.data(ROW)
        columns = RosterColumns(rect.width())

        def room(column: int) -> QRect:
            at, across = columns.parts[column]
            made = QRect(rect.left() + at, rect.top(), across, rect.height())
            if is_backwards(painter):
                made.moveLeft(rect.right() - (made.right() - rect.left()))
            return made

        paint_artist(painter, room(0), row.name, recordings_and_consent(row), theme)
        self._paint_bar(painter, room(1), row, theme)
        _urgent, words, tone = need_of(row)
        small = font_of(Size.SMALL, strong=True)
        paint_chip(painter, room(2), words, tone, theme, small)
        if not columns.narrow:
            painter.setFont(font_of(Size.SMALL))
            painter.setPen(QColor(theme.dim))
            gap = space(6)
            past = (gap, 0, 0, 0) if is_backwards(painter) else (0, 0, -gap, 0)
            paint_cut(painter, room(3).adjusted(*past), newest_words(row))
            paint_arrow(painter, room(3), theme)

    def _paint_bar(self, painter: QPainter, room: QRect, row: RosterRow, theme: Theme) -> None:
        said, small = percent(row), font_of(Size.SMALL)
        figure = QFontMetrics(small).horizontalAdvance("100 %") + space(2)
        across = max(space(6), room.width() - figure - space(6))
        backwards = is_backwards(painter)
        left = room.right() - across + 1 if backwards else room.left()
        thick = space(2.5)
        bar = QRect(left, room.center().y() - thick // 2, across, thick)
        if row.recordings and row.consent:
            paint_coverage(painter, bar, coverage_of(row.bar), theme)
        elif row.recordings:  # without a choice nothing can say it, so a bar would mean nothing
            said, bar = "–", QRect(bar.left(), bar.top(), 0, thick)
        painter.setFont(small)
        painter.setPen(QColor(theme.dim))
        gap = space(2.5) if bar.width() else 0
        at = QRect(bar.right() + gap, room.top(), figure, room.height())
        if backwards:
            at.moveRight((bar.left() if bar.width() else room.right()) - gap)
        paint_cut(painter, at, said)


class RosterHead(QWidget):
    """The names of the columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._across = 0
        self.setFixedHeight(QFontMetrics(font_of(Size.SMALL)).height() + space(4))

    def stand_above(self, width: int) -> None:
        """Take the columns of a list that is so wide: a scroll bar makes it less wide than this."""
        if width != self._across:
            self._across = width
            self.update()

    @property
    def columns(self) -> RosterColumns:
        """Where the names stand."""
        return RosterColumns(self._across or self.width())

    def restyle(self) -> None:
        """Take the height that the text size asks for."""
        self.setFixedHeight(QFontMetrics(font_of(Size.SMALL)).height() + space(4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        painter.setLayoutDirection(self.layoutDirection())
        painter.setFont(font_of(Size.SMALL))
        painter.setPen(QColor(theme.dim))
        columns = self.columns
        names = (tr("Artist"), tr("Says what you chose"), tr("To do"), tr("What changed"))
        for name, (at, across) in zip(names, columns.parts, strict=True):
            room = QRect(at, 0, across, self.height())
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                room.moveLeft(self.width() - room.right())
            if across:
                paint_cut(painter, room, name)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), QColor(theme.line))
        painter.end()


class RosterView(ArtistRows):
    """The roster in a card. `artist_chosen` gives the id of an artist, `menu_wanted` a place."""

    artist_chosen = Signal(int)
    menu_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.model, self.head = HomeRosterModel(), RosterHead()
        self.rows: tuple[RosterRow, ...] = ()
        """All of them, also those that a search hides."""
        self.searched = ""
        spoken = tr("Artists, those who need something first")
        super().__init__(
            *(self.model, RosterDelegate()),
            name="roster",
            spoken=spoken,
            head=self.head,
            several=True,
            parent=parent,
        )
        self.model.setParent(self)
        self.row_chosen.connect(lambda row: self.artist_chosen.emit(self.model.rows[row].artist_id))
        self.list.viewport().installEventFilter(self)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)

    def show_rows(self, rows: Sequence[RosterRow]) -> None:
        """Replace what is shown, and keep the place. A search goes on."""
        self.rows = tuple(rows)
        self._show()

    def search(self, text: str) -> None:
        """Show only artists that have this in their names."""
        self.searched = unaccented(text)
        self._show()

    def _show(self) -> None:
        place, chosen = self.keep_place(), set(self.selected)
        self.model.show_rows([one for one in self.rows if self.searched in unaccented(one.name)])
        self.back_to(place)
        for number, row in enumerate(self.model.rows):
            if row.artist_id in chosen:
                index = self.model.index(number, 0)
                self.list.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
        self.rows_selected.emit()

    @property
    def selected(self) -> tuple[int, ...]:
        """The ids of the selected artists, in the order of the rows."""
        rows = sorted(index.row() for index in self.list.selectedIndexes())
        return tuple(self.model.rows[row].artist_id for row in rows)

    def _menu(self, at: QPoint) -> None:
        self.menu_wanted.emit(self.list.viewport().mapToGlobal(at))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.list.viewport():
            if event.type() is QEvent.Type.Resize:
                self.head.stand_above(self.list.viewport().width())
            return False
        return super().eventFilter(watched, event)
