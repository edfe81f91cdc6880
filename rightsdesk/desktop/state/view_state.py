"""What the window is looking at, and the looking: artist, filter, order, recording at hand.

The screens watch its signals (facts, not orders) and never call the workspace for reading
themselves. Every look runs in a worker; of two looks at the same thing only the later
one's answer counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from rightsdesk.consent import Standing
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.desktop.state.matrix_model import Listing, MatrixModel
from rightsdesk.desktop.state.tasks import Lane, TaskRunner
from rightsdesk.errors import KnownError
from rightsdesk.workspace.types import Account, Artist, Filter, Sort

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace

T = TypeVar("T")
Counts = dict[str, dict[Standing, int]]
Roster = tuple[Sequence[Artist], Sequence[tuple[str, str]], Sequence[Account], frozenset[str]]
NEEDS_ATTENTION = (Standing.CONFLICTS, Standing.SILENT, Standing.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Attention:
    """The standing filter: everything, all that needs attention, or one standing."""

    standings: tuple[Standing, ...] = ()
    carrier: str = ""


class ViewState(QObject):
    """The state that the screens share."""

    artists_changed = Signal(object)
    artist_changed = Signal(object)
    carriers_changed = Signal(object)
    listed = Signal(int)
    counted = Signal(object)
    left_counted = Signal(int)
    attention_changed = Signal(object)
    recording_changed = Signal(object)
    facts_changed = Signal()

    def __init__(
        self, workspace: Workspace, work: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.work = work
        self.model = MatrixModel(self, self)
        self.model.sorted_by.connect(self._sorted)
        self.artists: tuple[Artist, ...] = ()
        self.carriers: tuple[tuple[str, str], ...] = ()
        self.for_all: frozenset[str] = frozenset()
        self.connected: frozenset[str] = frozenset()
        self.artist: Artist | None = None
        self.text = ""
        self.attention = Attention()
        self.counts: Counts = {}
        self.recording_id: int | None = None
        self.loaded = False
        self._sort = Sort()
        self._serials: dict[str, int] = {}

    # --- what is meant ---------------------------------------------------------------

    @property
    def filter(self) -> Filter:
        """The recordings that the whole screen is about, whatever their standing."""
        return Filter(artist_id=self.artist.id if self.artist else None, text=self.text)

    @property
    def platforms(self) -> str:
        """The platforms in a word: the name of the only one, or `platforms`."""
        reached = {key for key, _ in self.workspace.platforms.connectable()}
        names = [name for key, name in self.carriers if key in reached and key not in self.for_all]
        if self.connected:
            names = [name for key, name in self.carriers if key in self.connected]
        return names[0] if len(names) == 1 else tr("platforms")

    def choose_artist(self, artist_id: int | None) -> None:
        """Look at one artist, or at all."""
        found = next((a for a in self.artists if a.id == artist_id), None)
        if found == self.artist and self.loaded:
            return
        self.artist = found
        self.artist_changed.emit(found)
        self.reload_rows()

    def search(self, text: str) -> None:
        """Narrow to recordings that hold the text."""
        if text.strip() != self.text:
            self.text = text.strip()
            self.reload_rows()

    def attend(self, attention: Attention) -> None:
        """Narrow to some standings."""
        if attention != self.attention:
            self.attention = attention
            self.attention_changed.emit(attention)
            self.reload_rows()

    def hold(self, recording_id: int | None) -> None:
        """Take one recording in hand."""
        self.recording_id = recording_id
        self.recording_changed.emit(recording_id)

    @property
    def one_artist(self) -> Artist | None:
        """The artist in view; if only one is on the roster, that one."""
        meant = (self.artist,) if self.artist else self.artists
        return meant[0] if len(meant) == 1 else None

    # --- looking ---------------------------------------------------------------------

    def reload(self) -> None:
        """Look at everything again: artists, carriers, rows, counts."""
        workspace = self.workspace

        def look() -> Roster:
            return (
                *(
                    workspace.artists.all(),
                    workspace.catalogue.carriers(),
                    workspace.accounts.all(),
                ),
                workspace.catalogue.carriers_for_all(),
            )

        self.look("roster", look, self._roster_arrived)

    def reload_rows(self) -> None:
        """Look at the rows and their counts again."""
        workspace, wanted, sort, attention = self.workspace, self.filter, self._sort, self.attention
        self.look(
            "rows",
            lambda: Listing.of(attended(workspace, wanted, sort, attention)),
            self._rows_arrived,
        )
        self.look("counts", lambda: workspace.catalogue.counts(wanted), self._counts_arrived)
        self.look("left", lambda: workspace.jobs.left_to_sync(wanted), self.left_counted.emit)

    def something_changed(self) -> None:
        """Files, wishes or accounts changed: everybody looks again."""
        self.facts_changed.emit()
        self.reload()

    def look(self, what: str, function: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run a look in a worker; `done` only if no later look at `what` was begun."""
        serial = self._serials[what] = self._serials.get(what, 0) + 1

        def arrived(result: T) -> None:
            if self._serials[what] == serial:
                done(result)

        self.work.run(Lane.LOOK, lambda _task: function(), arrived, owner=self)

    def work_for(
        self, owner: QObject, function: Callable[[], T], done: Callable[[T], None]
    ) -> None:
        """Run a look for a screen that may be gone before the answer comes."""
        self.work.run(Lane.LOOK, lambda _task: function(), done, owner=owner)

    def fetch(self, ids: Sequence[int], generation: int) -> None:
        """Rows for the matrix, by `MatrixModel.arrived`."""
        workspace, model = self.workspace, self.model

        def failed(error: KnownError) -> None:
            self.work.failed.emit(error)

        self.work.run(
            Lane.LOOK,
            lambda _task: workspace.catalogue.rows(ids),
            lambda rows: model.arrived(rows, generation),
            failed=failed,
            owner=self,
        )

    # --- answers ---------------------------------------------------------------------

    def _roster_arrived(self, answer: Roster) -> None:
        artists, carriers = tuple(answer[0]), tuple(answer[1])
        self.connected = frozenset(account.platform for account in answer[2])
        self.for_all = answer[3]
        looked: dict[tuple[int, str], bool] = {}
        for account in answer[2]:
            key = account.artist_id, account.platform
            looked[key] = bool(account.looked_at) or looked.get(key, False)
        reached = frozenset(key for key, _ in self.workspace.platforms.connectable())
        self.model.show_accounts(reached, looked)
        if carriers != self.carriers:
            self.carriers = carriers
            self.model.show_carriers(carriers)
            self.carriers_changed.emit(carriers)
        kept = self.artist.id if self.artist else None
        first = not self.loaded
        self.artists = artists
        self.loaded = True
        if first and len(artists) == 1:
            kept = artists[0].id
        self.artist = next((a for a in artists if a.id == kept), None)
        self.artists_changed.emit(artists)
        self.artist_changed.emit(self.artist)
        self.reload_rows()

    def _rows_arrived(self, listing: Listing) -> None:
        several = self.artist is None and len(self.artists) > 1
        self.model.show_listing(listing, several_artists=several)
        self.listed.emit(len(listing.ids))

    def _counts_arrived(self, counts: Counts) -> None:
        self.counts = counts
        self.counted.emit(counts)

    def _sorted(self, sort: Sort) -> None:
        if sort != self._sort:
            self._sort = sort
            if self.loaded:
                self.reload_rows()


def attended(workspace: Workspace, wanted: Filter, sort: Sort, attention: Attention) -> list[int]:
    """The recordings in order, narrowed to those in which some carrier stands so."""
    if not attention.standings:
        return workspace.catalogue.recordings(wanted, sort)
    narrowed = [
        replace(wanted, standing=standing, carrier=attention.carrier)
        for standing in attention.standings
    ]
    if len(narrowed) == 1:
        return workspace.catalogue.recordings(narrowed[0], sort)
    meant = {i for each in narrowed for i in workspace.catalogue.recordings(each)}
    return [i for i in workspace.catalogue.recordings(wanted, sort) if i in meant]
