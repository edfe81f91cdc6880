"""What is selected, as a filter for plans, and the bar that says how much it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from rightsdesk.desktop.consents.many import ManyChooser
from rightsdesk.desktop.design.buttons import Button, ButtonKind, allow
from rightsdesk.desktop.design.cards import Card
from rightsdesk.desktop.design.text import ElidedText
from rightsdesk.desktop.design.tokens import Tone, space
from rightsdesk.desktop.pages.catalogue.table import CatalogueTable
from rightsdesk.desktop.parts.segments import write_tracks_text
from rightsdesk.desktop.parts.texts import counted, number_text, tr
from rightsdesk.desktop.state.catalogue_list import CatalogueList
from rightsdesk.desktop.state.view_state import ViewState
from rightsdesk.workspace.overview.values import ChipCounts, GroupBy
from rightsdesk.workspace.types.scopes import Filter


def selected_filter(listed: CatalogueList, table: CatalogueTable) -> Filter:
    """The selected recordings as a filter; all of a list that no chip narrows by what they are."""
    whole = table.selected_count == len(listed.model.listing.grouped.ids)
    if whole and listed.narrowing.state is None:
        return listed.filter
    among = tuple(table.selected_recordings())
    return Filter(artist_id=listed.filter.artist_id, among=among)


class SelectionBar(Card):
    """Shown while two or more recordings are selected.

    The button counts what is to be written among them, as soon as that is known.
    """

    def __init__(
        self,
        view_state: ViewState,
        table: CatalogueTable,
        *,
        write: Callable[[Filter], None],
        chooser: ManyChooser,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(padding=2.5, parent=parent)
        self.setObjectName("selection-bar")
        listed = view_state.list
        self._view_state, self._list, self._table = view_state, listed, table
        self.count = ElidedText(strong=True)
        self.count.setObjectName("selected-count")
        self.under = ElidedText(tone=Tone.DIM)
        self.clear = Button(tr("Clear"), table.clearSelection, name="clear-selection")
        self.change = Button(tr("Change choice"), name="change-selected")
        self.change.setMenu(QMenu(self.change))
        chooser.fill(self.change.menu())
        self.write = Button(kind=ButtonKind.PRIMARY, name="write-selected")
        self.write.clicked.connect(lambda: write(selected_filter(listed, table)))
        line = QHBoxLayout()
        line.setSpacing(space(3))
        line.addWidget(self.count, 2)
        line.addWidget(self.under, 3)
        for button in (self.clear, self.change, self.write):
            line.addWidget(button)
        self.body.addLayout(line)
        self.hide()
        listed.counted.connect(lambda _chips: self._count())
        table.selection_changed.connect(self.show_selection)

    @property
    def number(self) -> int:
        """How many recordings are selected."""
        return self._table.selected_count

    def show_selection(self) -> None:
        """Say how much is selected."""
        number = self.number
        self.setVisible(number > 1)
        if number < 2:
            return
        headers = [
            self._table.places.headers_in(first, last)
            for first, last in self._table.selected_ranges
        ]
        self.count.show_text(tr("{n} selected").format(n=number_text(number)))
        whole = number == len(self._list.model.listing.grouped.ids)
        releases = sum(headers) if self._list.by is GroupBy.RELEASE else 0
        form = counted("%n release", "%n releases", releases) if releases else ""
        self.under.show_text(tr("everything in this list") if whole else form)
        self._show_write(None)
        self._count()
        self.setAccessibleName(self.count.accessibleName())

    def _count(self) -> None:
        """Count what is to be written among the selected recordings; the latest count holds."""
        if self.number < 2:
            return
        chosen, catalogue = (
            selected_filter(self._list, self._table),
            self._view_state.workspace.catalogue,
        )

        def arrived(chips: ChipCounts) -> None:
            self._show_write(chips.to_write)

        self._view_state.read("selected", lambda: catalogue.chips(chosen), arrived, later=True)

    def _show_write(self, number: int | None) -> None:
        """`number` is None while it is not known."""
        words = write_tracks_text(number or 0)
        self.write.setText(tr("Nothing to write") if number == 0 else words)
        said = tr("What is selected says your choice already, or has none.")
        allow(self.write, unless=said if number == 0 else "")
