"""What narrows and groups the list: search, chips with counts, saved filters, grouping, columns."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from rightsdesk.desktop.design.buttons import Button
from rightsdesk.desktop.design.chips import FilterChip
from rightsdesk.desktop.design.tokens import space
from rightsdesk.desktop.design.words import within
from rightsdesk.desktop.parts.message_box import ask_name
from rightsdesk.desktop.parts.search_field import make_search
from rightsdesk.desktop.parts.texts import counted, path_text, plain_mnemonic, plain_tip, tr
from rightsdesk.desktop.parts.widgets import Flow
from rightsdesk.desktop.state.catalogue_list import CatalogueList, Narrowing
from rightsdesk.desktop.state.window_settings import SavedFilter, WindowSettings
from rightsdesk.workspace.overview.values import ChipCounts, GroupBy
from rightsdesk.workspace.types.scopes import State

TYPING_PAUSE_MS = 150
FIELD_STEPS = 14
"""What a search field needs beside its words, in steps of the grid: sign, clear button, edges."""
MOST_TIPS = 12
"""So many of the files and folders are named in the tooltip."""
NARROW_STEPS = 150
"""Below this width the buttons show their signs only."""


def state_title(state: State | None) -> str:
    """The name of a chip."""
    return {
        None: tr("All"),
        State.NEEDS_WORK: tr("Needs work"),
        State.SAYS_OTHERWISE: tr("Says otherwise"),
        State.UNKNOWN: tr("Unknown"),
    }[state]


def places_title(places: tuple[str, ...]) -> str:
    """What the list is limited to: the name of a file or folder, or how many there are."""
    if len(places) == 1:
        return path_text(os.path.basename(places[0]) or places[0])
    return counted("%n file or folder", "%n files and folders", len(places))


def group_title(by: GroupBy) -> str:
    """The name of a way to group."""
    return {
        GroupBy.RELEASE: tr("Release"),
        GroupBy.ARTIST: tr("Artist"),
        GroupBy.LABEL: tr("Label"),
        GroupBy.FOLDER: tr("Folder"),
        GroupBy.NONE: tr("None"),
    }[by]


class FilterBar(QWidget):
    """Narrows and groups a CatalogueList. `columns_menu` fills the menu of the columns."""

    def __init__(
        self,
        listed: CatalogueList,
        memory: WindowSettings,
        *,
        columns_menu: Callable[[QMenu], None],
        down: Callable[[], None],
        aside: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        """`down` takes the keyboard to the list. `aside` stands at the end of the line."""
        super().__init__(parent)
        self._list, self._memory, self._down, self._aside = listed, memory, down, aside
        self._columns_menu = columns_menu
        self.field = QLineEdit()
        self.field.setObjectName("find")
        self.field.setPlaceholderText(tr("Search title, release, ISRC, UPC, file"))
        self.field.setAccessibleName(tr("Search"))
        tip = tr("Searches titles, releases, artists, labels, ISRC, UPC, catalogue numbers and "
                 "file names. Accents and hyphens do not matter.")  # fmt: skip
        self.field.setToolTip(plain_tip(tip))
        self.field.setAccessibleDescription(tip)
        make_search(self.field, self.field.placeholderText())
        self.field.installEventFilter(self)
        self._pause = QTimer(self, singleShot=True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(lambda: listed.search(self.field.text()))
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self._search_now)
        self.chips: dict[State | None, FilterChip] = {}
        for state in (None, *State):
            chip = self.chips[state] = FilterChip(state_title(state), 0, parent=self)
            chip.setObjectName(f"chip-{state.value if state else 'all'}")
            chip.clicked.connect(partial(self._chip_clicked, state))
        self.carrier_chip = FilterChip(parent=self)
        self.carrier_chip.setObjectName("chip-carrier")
        self.carrier_chip.clicked.connect(lambda: listed.show_state(None))
        self.places_chip = FilterChip(parent=self)
        self.places_chip.setObjectName("chip-places")
        self.places_chip.clicked.connect(lambda: listed.show_places(()))
        self._flow = Flow(spacing=space(2))
        self.saved = Button(tr("Saved"), icon_name="filter", name="saved-filters")
        self.saved.setMenu(QMenu(self.saved))
        self.saved.menu().aboutToShow.connect(self._fill_saved)
        self.group = Button(name="group-by", icon_name="columns")
        self.group.setMenu(QMenu(self.group))
        self.group.menu().aboutToShow.connect(self._fill_groups)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(space(2))
        self._line = QHBoxLayout()
        self._line.setSpacing(space(3))
        self._line.addWidget(self.field, 1)
        self._line.addWidget(self.saved)
        self._line.addWidget(self.group)
        self._line.addWidget(aside)
        self._lines.addLayout(self._line)
        self._lines.addWidget(self._flow)
        self._wide: bool | None = None
        listed.counted.connect(self._show_counts)
        listed.narrowed.connect(self._show_narrowing)
        listed.grouped.connect(lambda _by: self._show_group())
        listed.listed.connect(lambda _n: self._show_counts(listed.chips))
        self._flow_now: list[FilterChip] = []
        for chip in (*self.chips.values(), self.carrier_chip, self.places_chip):
            chip.hide()  # until there is something to count
        self._show_counts(listed.chips)
        self._show_group()

    # --- search ----------------------------------------------------------------------

    def search_here(self) -> None:
        """Put the keyboard into the search."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def take(self, letters: str) -> None:
        """Begin a search with letters that were typed into the list."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.setText(letters)

    def clear(self) -> None:
        """Search for nothing."""
        self.field.clear()
        self._search_now()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape clears the search, Down goes to the list."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.field.text():
                self.clear()
                return True
            if event.key() == Qt.Key.Key_Down:
                self._search_now()
                self._down()
                return True
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        self._pause.start()

    def _search_now(self) -> None:
        self._pause.stop()
        self._list.search(self.field.text())

    # --- chips -----------------------------------------------------------------------

    def _chip_clicked(self, state: State | None) -> None:
        now = self._list.narrowing
        again = now.state is state and not now.carrier
        self._list.show_state(None if again else state)
        self._show_narrowing(self._list.narrowing)

    def _show_counts(self, chips: ChipCounts) -> None:
        now = self._list.narrowing
        shown = []
        for state, chip in self.chips.items():
            number = chips.total if state is None else chips.states.get(state, 0)
            chip.show_count(state_title(state), number)
            on = now.state is state and not now.carrier
            chip.setChecked(on)
            if state is None or number or on:
                shown.append(chip)
        if now.carrier:
            names = dict(self._list.model.carriers)
            name = names.get(now.carrier, now.carrier)
            self.carrier_chip.show_count(f"{name}: {within(state_title(now.state))} ✕", None)
            self.carrier_chip.setAccessibleDescription(tr("Click to show all again."))
            self.carrier_chip.setChecked(True)
            shown.append(self.carrier_chip)
        if now.places:
            self.places_chip.show_count(f"{places_title(now.places)} ✕", None)
            self.places_chip.setToolTip(
                plain_tip("\n".join(map(path_text, now.places[:MOST_TIPS])))
            )
            self.places_chip.setAccessibleDescription(tr("Click to show all again."))
            self.places_chip.setChecked(True)
            shown.append(self.places_chip)
        if shown != self._flow_now:
            for chip in self._flow_now:
                chip.hide()
            self._flow_now = shown
        self._place_chips()

    def _show_narrowing(self, narrowing: Narrowing) -> None:
        if self.field.text().strip() != narrowing.text:
            self.field.setText(narrowing.text)
            self._pause.stop()
        self._show_counts(self._list.chips)

    def _place_chips(self) -> None:
        self._flow.arrange(self._flow_now)
        self._fit()

    # --- saved filters ---------------------------------------------------------------

    def _fill_saved(self) -> None:
        menu, filters = self.saved.menu(), self._memory.saved_filters
        menu.clear()
        now = self._saved_now()
        for name, kept in filters.items():
            action = menu.addAction(plain_mnemonic(name))
            action.setCheckable(True)
            action.setChecked(kept == now)
            action.triggered.connect(partial(self._use, kept))
        if filters:
            menu.addSeparator()
        save = menu.addAction(tr("&Save this filter…"), self._ask_name)
        save.setEnabled(bool(self._list.narrowing))
        if not self._list.narrowing:
            save.setText(tr("Search or choose a chip to save a filter"))
        if filters:
            delete = menu.addMenu(tr("&Delete"))
            for name in filters:
                delete.addAction(plain_mnemonic(name)).triggered.connect(
                    partial(self._delete, name)
                )

    def _saved_now(self) -> SavedFilter:
        now = self._list.narrowing
        state = now.state.value if now.state else ""
        return SavedFilter(now.text, state, now.carrier, now.places)

    def _use(self, kept: SavedFilter) -> None:
        known = {state.value: state for state in State}
        self._list.narrow(Narrowing(kept.text, known.get(kept.state), kept.carrier, kept.places))

    def _ask_name(self) -> None:
        title, label = tr("Save filter"), tr("Name of the filter:")
        asked = ask_name(self, title, label, self._suggestion(), tr("Save"), self._save)
        asked.setObjectName("save-filter")

    def _suggestion(self) -> str:
        now = self._list.narrowing
        state = state_title(now.state) if now.state else ""
        carrier = dict(self._list.model.carriers).get(now.carrier, "")
        places = places_title(now.places) if now.places else ""
        return " · ".join(part for part in (now.text, places, carrier, state) if part)

    def _save(self, name: str) -> None:
        self._memory.keep_filters({**self._memory.saved_filters, name: self._saved_now()})

    def _delete(self, name: str) -> None:
        kept = self._memory.saved_filters
        kept.pop(name, None)
        self._memory.keep_filters(kept)

    # --- grouping --------------------------------------------------------------------

    def _fill_groups(self) -> None:
        menu = self.group.menu()
        menu.clear()
        choices = QActionGroup(menu)
        for by in GroupBy:
            action = QAction(group_title(by), menu, checkable=True)
            action.setChecked(by is self._list.by)
            action.triggered.connect(partial(self._list.group, by))
            choices.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        self._columns_menu(menu.addMenu(tr("&Columns")))

    def _show_group(self) -> None:
        words = tr("Group: {by}").format(by=group_title(self._list.by))
        self.group.setAccessibleName(words)
        self.group.setToolTip(plain_tip(words))
        self.saved.setAccessibleName(tr("Saved filters"))
        self.saved.setToolTip(plain_tip(tr("Saved filters")))
        narrow = self.width() < space(NARROW_STEPS)
        self.group.setText("" if narrow else words)
        self.saved.setText("" if narrow else tr("Saved"))

    def restyle(self) -> None:
        """Fit again: the text size decides what shares a line."""
        if hasattr(self, "_wide"):
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _width_of_one_line(self) -> int:
        """What search and chips need in order to share a line: the search shows its words whole."""
        words = self.field.placeholderText()
        search = self.field.fontMetrics().horizontalAdvance(words) + space(FIELD_STEPS)
        chips = sum(chip.sizeHint().width() + space(2) for chip in self._flow_now)
        buttons = (self.saved, self.group, self._aside)
        beside = sum(button.sizeHint().width() + space(3) for button in buttons)
        return search + chips + space(3) + beside

    def _fit(self) -> None:
        wide = self.width() >= self._width_of_one_line()
        if wide != self._wide:
            self._wide = wide
            if wide:
                self._lines.removeWidget(self._flow)
                self._line.insertWidget(1, self._flow)
                self._line.setAlignment(self._flow, Qt.AlignmentFlag.AlignVCenter)
            else:
                self._line.removeWidget(self._flow)
                self._lines.addWidget(self._flow)
        self._show_group()
