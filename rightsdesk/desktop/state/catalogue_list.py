"""What the catalogue lists: search, chip, grouping and order, and the rows that they let through.

Every reading runs in a worker; of two readings only the later one's answer counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rightsdesk.desktop.parts.texts import carrier_names
from rightsdesk.desktop.state.catalogue_model import CatalogueModel, Listing
from rightsdesk.desktop.state.tasks import Lane
from rightsdesk.errors import KnownError
from rightsdesk.workspace.overview.values import ChipCounts, GroupBy
from rightsdesk.workspace.types.scopes import Filter, Sort, State

if TYPE_CHECKING:
    from rightsdesk.desktop.state.view_state import ViewState

Carriers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a person narrowed the list to. `carrier` limits `state` to one column. `places` are
    files and folders."""

    text: str = ""
    state: State | None = None
    carrier: str = ""
    places: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Narrowing()


class CatalogueList(QObject):
    """The list of the catalogue page. `listed` gives how many recordings there are."""

    listed = Signal(int)
    counted = Signal(object)
    narrowed = Signal(object)
    grouped = Signal(object)

    def __init__(self, view_state: ViewState) -> None:
        super().__init__(view_state)
        self._view_state = view_state
        self.model = CatalogueModel(self, self)
        self.model.sorted_by.connect(self._sorted)
        self.narrowing = Narrowing()
        self.by = GroupBy.RELEASE
        self.sort = Sort()
        self.chips = ChipCounts(0, {})

    @property
    def filter(self) -> Filter:
        """The recordings that are listed."""
        now = self.narrowing
        return replace(
            self._view_state.filter,
            text=now.text,
            state=now.state,
            carrier=now.carrier,
            places=now.places,
        )

    def search(self, text: str) -> None:
        """Narrow to recordings that hold the text."""
        self.narrow(replace(self.narrowing, text=text.strip()))

    def show_state(self, state: State | None, carrier: str = "") -> None:
        """Narrow to one chip, or to none; on one carrier, or on any."""
        self.narrow(replace(self.narrowing, state=state, carrier=carrier if state else ""))

    def show_places(self, places: tuple[str, ...]) -> None:
        """Narrow to what is in these files and folders; without any, to what is anywhere."""
        self.narrow(replace(self.narrowing, places=places))

    def narrow(self, narrowing: Narrowing) -> None:
        """Narrow the list in another way."""
        if narrowing != self.narrowing:
            self.narrowing = narrowing
            self.narrowed.emit(narrowing)
            self.reload()

    def group(self, by: GroupBy) -> None:
        """Group by something else."""
        if by is not self.by:
            self.by = by
            self.grouped.emit(by)
            self.reload()

    def reload(self) -> None:
        """Read the list and its counts again.

        The first list of a large catalogue comes at once and rough; its bars follow.
        """
        if not self._view_state.loaded:
            return
        workspace, chosen, by, sort = self._view_state.workspace, self.filter, self.by, self.sort
        several = chosen.artist_id is None and len(self._view_state.artists) > 1
        at_once = not self.model.rowCount()

        def read(at_once: bool) -> tuple[Listing, Carriers]:
            carriers = carrier_names(workspace.catalogue.carriers(chosen.artist_id))
            found = workspace.catalogue.groups(chosen, by, sort, at_once=at_once)
            return Listing.of(found, by), carriers

        def arrived(found: tuple[Listing, Carriers]) -> None:
            listing, carriers = found
            self.model.show_listing(listing, carriers, several_artists=several)
            self.listed.emit(len(listing.grouped.ids))
            if at_once and listing.grouped.rough:
                self._view_state.read("list", lambda: read(False), arrived, later=True)

        self._view_state.read("list", lambda: read(at_once), arrived)
        self._count(chosen)

    def _count(self, chosen: Filter) -> None:
        workspace = self._view_state.workspace
        self._view_state.read(
            "chips", lambda: workspace.catalogue.chips(chosen), self._chips_arrived, later=True
        )

    def fetch(self, ids: Sequence[int], generation: int) -> None:
        """Rows for the model, by `CatalogueModel.arrived`."""
        catalogue, work, model = (
            self._view_state.workspace.catalogue,
            self._view_state.work,
            self.model,
        )

        def failed(error: KnownError) -> None:
            work.failed.emit(error)

        work.run(
            Lane.SHORT,
            lambda _task: catalogue.listed(ids),
            lambda found: model.arrived(found, generation),
            failed=failed,
            owner=self,
        )

    def _chips_arrived(self, chips: ChipCounts) -> None:
        self.chips = chips
        self.counted.emit(chips)

    def _sorted(self, sort: Sort) -> None:
        if sort != self.sort:
            self.sort = sort
            self.reload()
