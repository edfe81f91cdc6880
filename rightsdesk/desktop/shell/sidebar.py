"""The side bar: whose music it is about, and the pages. Narrow windows show its icons only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QLineEdit,
    QListView,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from rightsdesk.desktop.catalogue.artists import ArtistDelegate, ArtistFilter, ArtistModel
from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.design.cards import paint_avatar, paint_card
from rightsdesk.desktop.design.icons import paint_icon
from rightsdesk.desktop.design.navigation import NavItem, NavList
from rightsdesk.desktop.design.style import keyboard_focus, paint_ring
from rightsdesk.desktop.design.tokens import CARD_RADIUS, Size, font_of, space, theme_of
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.parts.artist_rows import SEARCH_FROM
from rightsdesk.desktop.parts.search_field import make_search
from rightsdesk.desktop.parts.texts import counted, plain_tip, tr
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.shown import shown
from rightsdesk.workspace.types.artists import Artist

WIDE_STEPS, NARROW_STEPS = 58, 15
"""The width of the side bar, in steps of the grid."""
MOST_ROWS = 9
"""So many artists are seen in the list at once; more scroll."""


class ArtistSwitcher(QAbstractButton):
    """Whose music the window shows; a click opens the list of all artists, Down as well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("artist-switcher")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.name, self.under, self.everybody, self.narrow = "", "", True, False

    def show_artist(self, name: str, under: str, *, everybody: bool) -> None:
        """Replace what it shows."""
        self.name, self.under, self.everybody = shown(name), under, everybody
        self.setAccessibleName(tr("Artist: {name}").format(name=self.name))
        self.setAccessibleDescription(under)
        self.setToolTip(plain_tip(f"{self.name}\n{under}"))
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Show the avatar alone."""
        self.narrow = narrow
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        lines = (
            QFontMetrics(font_of(Size.BODY)).height() + QFontMetrics(font_of(Size.SMALL)).height()
        )
        return QSize(space(11 if self.narrow else WIDE_STEPS), lines + space(4))

    def minimumSizeHint(self) -> QSize:
        return QSize(space(10), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        paint_card(painter, self.rect(), theme)
        side = space(7.5)
        left = (self.width() - side) // 2 if self.narrow else space(2.5)
        disc = QRect(left, (self.height() - side) // 2, side, side)
        sign = "people" if self.everybody else ""
        paint_avatar(painter, self._mirrored(disc), self.name, sign=sign)
        if not self.narrow:
            self._paint_words(painter, disc.right() + 1 + space(2.5))
        if keyboard_focus(self):
            paint_ring(painter, self.rect(), theme, CARD_RADIUS)
        painter.end()

    def _paint_words(self, painter: QPainter, left: int) -> None:
        theme = theme_of(self.palette())
        ahead = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
        align = Qt.AlignmentFlag.AlignLeft if ahead else Qt.AlignmentFlag.AlignRight
        align |= Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        side = space(4)
        arrow = QRect(self.width() - space(2.5) - side, 0, side, self.height())
        paint_icon(painter, self._mirrored(arrow), "chevron-down", QColor(theme.dim))
        across = max(0, arrow.left() - space(1) - left)
        top = space(2)
        for words, font, colour in (
            (self.name, font_of(Size.BODY, strong=True), theme.text),
            (self.under, font_of(Size.SMALL), theme.dim),
        ):
            height = QFontMetrics(font).height()
            painter.setFont(font)
            painter.setPen(QColor(colour))
            room = QRect(left, top, across, height)
            cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, across)
            painter.drawText(self._mirrored(room), align, cut)
            top += height

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)


class ArtistMenu(QFrame):
    """The list of artists that opens below the switcher. `chosen` gives an id, or None for all."""

    chosen = Signal(object)

    def __init__(self, model: ArtistModel, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("artist-menu")
        self.setAccessibleName(tr("Artists"))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._model = model
        self._filter = ArtistFilter(self)
        self._filter.setSourceModel(model)
        self.search = QLineEdit()
        self.search.setObjectName("find-artist")
        self.search.setPlaceholderText(tr("Find an artist"))
        self.search.setAccessibleName(tr("Find an artist"))
        make_search(self.search, self.search.placeholderText())
        self.search.textChanged.connect(self._searched)
        self.list = QListView()
        self.list.setObjectName("artists")
        self.list.setAccessibleName(tr("Artists"))
        self.list.setModel(self._filter)
        self.list.setItemDelegate(ArtistDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._clicked)
        self.add = Button(tr("Add artist…"), icon_name="plus", name="add-artist")
        self.add.clicked.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(2), space(2), space(2), space(2))
        column.setSpacing(space(2))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.add)

    def open_below(self, switcher: QWidget, artist_id: int | None) -> None:
        """Show it below the switcher, with the artist in view selected."""
        rows = self._model.rowCount()
        self.search.clear()
        self.search.setVisible(rows > SEARCH_FROM)
        row = self.list.sizeHintForRow(0)
        self.list.setFixedHeight(row * min(rows, MOST_ROWS) + 2)
        self.setFixedWidth(space(70))
        self.adjustSize()
        index = self._filter.mapFromSource(self._model.index(self._model.place_of(artist_id)))
        self.list.setCurrentIndex(index)
        corner = QPoint(0, switcher.height() + space(1))
        if switcher.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            corner.setX(switcher.width() - self.width())
        self.move(switcher.mapToGlobal(corner))
        self.show()
        (self.search if self.search.isVisible() else self.list).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.add.hasFocus():
            self._clicked(self.list.currentIndex())
            return
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus()
            return
        super().keyPressEvent(event)

    def _searched(self, text: str) -> None:
        self._filter.search(text)
        self.list.setCurrentIndex(self._filter.index(0, 0))

    def _clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.close()
            self.chosen.emit(self._model.artist_id(self._filter.mapToSource(index).row()))


class SideBar(QWidget):
    """Artist, pages, and below them accounts and settings. `chosen` gives a page's key."""

    chosen = Signal(str)

    def __init__(self, view_state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side-bar")
        self._view_state = view_state
        self.narrow = False
        self._items: dict[str, NavItem] = {}
        self.model = ArtistModel(self)
        self.switcher = ArtistSwitcher()
        self.menu = ArtistMenu(self.model, self)
        self.switcher.clicked.connect(self.open_menu)
        self.menu.chosen.connect(view_state.choose_artist)
        self.pages = NavList(tr("Pages"))
        self.below = NavList(tr("Settings"))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(2), space(2.5), space(2), space(2.5))
        column.setSpacing(space(3))
        column.addWidget(self.switcher)
        column.addWidget(self.pages)
        column.addStretch(1)
        column.addWidget(self.below)
        for each in (self.pages, self.below):
            each.chosen.connect(self.chosen)
            each.left_by.connect(self._to_the_other)
        self.setFixedWidth(space(WIDE_STEPS))
        view_state.artists_changed.connect(self._show)
        view_state.artist_changed.connect(lambda _a: self._show(self._view_state.artists))
        self._show(())

    def add_place(self, place: PagePlace, *, below: bool = False) -> None:
        """List a page."""
        made = (self.below if below else self.pages).add(place.key, place.key, place.title)
        self._items[place.key] = made

    def show_count(self, key: str, number: int, *, alarm: bool) -> None:
        """Show how many there are on a page; whether they want attention."""
        self._items[key].show_count(number, alarm=alarm)

    def choose(self, key: str) -> None:
        """Mark the page in front."""
        self.pages.choose(key)
        self.below.choose(key)

    def open_menu(self) -> None:
        """Open the list of artists."""
        self.menu.open_below(
            self.switcher, self._view_state.artist.id if self._view_state.artist else None
        )

    def set_narrow(self, narrow: bool) -> None:
        """Shrink to icons, or grow again."""
        if narrow == self.narrow:
            return
        self.narrow = narrow
        for each in (self.switcher, self.pages, self.below):
            each.set_narrow(narrow)
        self.restyle()

    def restyle(self) -> None:
        """Take the width that the text size asks for."""
        self.setFixedWidth(space(NARROW_STEPS if self.narrow else WIDE_STEPS))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self.palette())
        painter.fillRect(self.rect(), QColor(theme.side))
        ahead = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
        edge = self.width() - 1 if ahead else 0
        painter.fillRect(QRect(edge, 0, 1, self.height()), QColor(theme.line))
        painter.end()

    def _show(self, artists: Sequence[Artist]) -> None:
        self.model.show_artists(artists)
        artist = self._view_state.artist
        if artist is not None:
            under = counted("%n recording", "%n recordings", artist.recordings)
            self.switcher.show_artist(artist.name, under, everybody=False)
        else:
            under = counted("%n artist", "%n artists", len(artists))
            self.switcher.show_artist(tr("All artists"), under, everybody=True)

    def _to_the_other(self, which: object, step: int) -> None:
        if which is self.pages and step > 0:
            self.below.focus_end(1)
        elif which is self.below and step < 0:
            self.pages.focus_end(-1)
        elif which is self.pages:
            self.switcher.setFocus(Qt.FocusReason.TabFocusReason)
