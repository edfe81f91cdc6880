"""Which platforms an artist uses: tiles with check marks, by kind, with a search."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from rightsdesk.desktop.design.announcing import announce
from rightsdesk.desktop.design.buttons import Button, ButtonKind, LinkButton, allow
from rightsdesk.desktop.design.cards import EmptyState, Tile
from rightsdesk.desktop.design.grid import CardGrid
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.design.tokens import Size, space
from rightsdesk.desktop.guided.texts import default_text, short_name
from rightsdesk.desktop.pages.platforms.board import place_links
from rightsdesk.desktop.pages.platforms.sections import is_used
from rightsdesk.desktop.pages.platforms.texts import direction_chip, kind_text
from rightsdesk.desktop.parts.search_field import make_search
from rightsdesk.desktop.parts.sub_page import SubPage
from rightsdesk.desktop.parts.texts import counted, plain_mnemonic, tr
from rightsdesk.desktop.parts.widgets import Flow
from rightsdesk.folding import unaccented
from rightsdesk.platforms.registry import NAMES
from rightsdesk.resources.controls import Default
from rightsdesk.resources.facts import PlatformKind, PlatformPlace
from rightsdesk.workspace.types.guided import AnsweredLast, GuidedView


class PlatformChooser(SubPage):
    """`chosen` gives the platforms whose answer changed, and whether they are used; `elsewhere`
    a place of its own that is wanted."""

    chosen = Signal(object)
    elsewhere = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Platforms"), wide=True, parent=parent)
        self.setObjectName("choose-platforms")
        self.tiles: dict[str, Tile] = {}
        self.views: dict[str, GuidedView] = {}
        self._groups: list[tuple[Text, CardGrid]] = []
        self._names: dict[str, str] = {}
        self.is_first = False
        self.search = QLineEdit()
        self.search.setObjectName("find-platform")
        self.search.setPlaceholderText(tr("Find a platform"))
        self.search.setAccessibleName(tr("Find a platform"))
        make_search(self.search, self.search.placeholderText())
        self.search.textChanged.connect(self._searched)
        self.search.installEventFilter(self)
        self.fixed.addWidget(self.search)
        self.same = LinkButton("", self._take_same, name="same-as")
        self._last: AnsweredLast | None = None
        self.none = EmptyState("search")
        self.none.button.clicked.connect(self.search.clear)
        self.save = Button("", self._save, kind=ButtonKind.PRIMARY, name="save-used")
        self.count = Text()
        self.foot.addWidget(self.count)
        self.foot.addWidget(self.same)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save)

    def show_platforms(
        self, views: Sequence[GuidedView], *, first: bool, last: AnsweredLast | None = None
    ) -> None:
        """Show all platforms, those that are used marked. `first`: nothing was chosen so far.
        `last` is what another artist uses."""
        self._last = last
        self.same.setVisible(last is not None)
        if last is not None:
            text = tr("&Same as for {artist}").format(artist=plain_mnemonic(last.artist))
            self.same.setText(text)
        while item := self.body.takeAt(0):
            widget = item.widget()
            if widget is not None and widget is not self.none:
                widget.hide()
                widget.deleteLater()
        views = [view for view in views if view.facts.place is PlatformPlace.PLATFORMS]
        self.views = {view.platform: view for view in views}
        self.tiles = {view.platform: self._tile(view) for view in views}
        self._names = {
            f"use-{view.platform}": unaccented(" ".join((view.facts.name, *view.facts.also)))
            for view in views
        }
        self._groups = []
        for kind in PlatformKind:
            some = [view for view in views if view.facts.kind is kind]
            if some:
                title = Text(kind_text(kind), size=Size.HEADING, strong=True)
                grid = CardGrid(least=48, most=4)
                grid.show_cards([self.tiles[view.platform] for view in sorted(some, key=_order)])
                self.body.addWidget(title)
                self.body.addWidget(grid)
                self._groups.append((title, grid))
        self.body.addWidget(self.none)
        links = Flow(spacing=space(3))
        links.show_widgets(place_links(self.elsewhere.emit))
        self.body.addWidget(links)
        self.body.addStretch(1)
        self.none.hide()
        self.is_first = first
        self.back_button.setVisible(not first)
        self.header.show_words(
            tr("Which do you use?"),
            tr("You then see only these, and what you have to do there yourself."),
        )
        self.search.clear()
        self._count()

    def _take_same(self) -> None:
        """Mark what the other artist uses; what is connected stays."""
        if self._last is None:
            return
        for platform, tile in self.tiles.items():
            used = platform in self._last.platforms or self.views[platform].connected
            tile.setChecked(used)
        announce(self, self.count.text())

    def _tile(self, view: GuidedView) -> Tile:
        words = direction_chip(view.facts.direction)[0]
        sentence = words[:1].upper() + words[1:]
        if view.connected:
            sentence = tr("Connected")
        elif any(one.control.permits_by_default for one in view.controls):
            switch = next(one for one in view.controls if one.control.permits_by_default)
            sentence = default_text(switch.control)
        elif view.platform in NAMES:
            sentence = tr("Can be connected")
        elif any(one.control.default is Default.OPT_IN for one in view.controls):
            sentence = tr("Has an offer to join")
        elif view.controls:
            sentence = tr("Has a switch of its own")
        tile = Tile(view.facts.name, sentence)
        tile.setObjectName(f"use-{view.platform}")
        tile.setCheckable(True)
        tile.setChecked(is_used(view))
        tile.toggled.connect(lambda on: self._toggled(view, tile, on=on))
        tile.installEventFilter(self)
        return tile

    def _toggled(self, view: GuidedView, tile: Tile, *, on: bool) -> None:
        """Count anew; a platform with an account stays."""
        if view.connected and not on:
            tile.blockSignals(True)
            tile.setChecked(True)
            tile.blockSignals(False)
            form = tr("{name} is connected. Disconnect the account first.")
            self.count.setText(form.format(name=short_name(view.facts)))
            announce(self, self.count.text())
            return
        self._count()

    def _count(self) -> None:
        number = sum(tile.isChecked() for tile in self.tiles.values())
        self.count.setText(counted("%n chosen", "%n chosen", number))
        self.save.setText(
            counted("Show what to do on %n platform", "Show what to do on %n platforms", number)
            if number
            else tr("Choose at least one")
        )
        allow(self.save, unless="" if number else tr("Choose at least one"))

    def _searched(self, text: str) -> None:
        wanted = unaccented(text.strip())

        def fits(tile: QWidget) -> bool:
            assert isinstance(tile, Tile)
            return wanted in self._names.get(tile.objectName(), "")

        found = False
        for title, grid in self._groups:
            some = [card for card in grid.cards if fits(card)]
            grid.show_some(some)
            title.setVisible(bool(some))
            grid.setVisible(bool(some))
            found = found or bool(some)
        self.none.setVisible(not found)
        form = tr("RightsDesk knows no platform with “{text}” in its name")
        self.none.tell(form.format(text=text.strip()), action=tr("Clear the search"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape clears the search, Enter there marks the only one that fits; Down and Up move
        through the tiles."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if watched is self.search:
                if key == Qt.Key.Key_Escape and self.search.text():
                    self.search.clear()
                    return True
                if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                    self._mark_the_only_one()
                    return True
                if key == Qt.Key.Key_Down:
                    return self.focusNextChild()
            elif key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
                return self.focusNextChild()
            elif key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
                return self.focusPreviousChild()
        return super().eventFilter(watched, event)

    def _mark_the_only_one(self) -> None:
        shown = [tile for tile in self.tiles.values() if tile.isVisible()]
        if len(shown) == 1 and shown[0].isEnabled():
            shown[0].toggle()
            self.search.selectAll()

    def go_back(self) -> None:
        """Leave; where nothing was ever chosen there is nowhere to go back to."""
        if not self.is_first:
            super().go_back()

    def _save(self) -> None:
        changed = {
            platform: tile.isChecked()
            for platform, tile in self.tiles.items()
            if tile.isChecked() != is_used(self.views[platform])
        }
        self.chosen.emit(changed)


def _order(view: GuidedView) -> tuple[bool, bool, str]:
    """Used ones first, then what is on by default."""
    on = any(one.control.permits_by_default for one in view.controls)
    return not is_used(view), not on, view.facts.name.casefold()
