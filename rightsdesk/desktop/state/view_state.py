"""What the window shows: artist, filter, order, selected recording; and how it is read.

The pages watch its signals (facts, not orders) and never read from the workspace themselves.
Every reading runs in a worker. Of two readings of the same thing, only the later answer counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from rightsdesk.desktop.parts.texts import carrier_names, tr
from rightsdesk.desktop.state.catalogue_list import CatalogueList
from rightsdesk.desktop.state.tasks import Lane, TaskRunner
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace

T = TypeVar("T")
ReadRoster = tuple[
    Sequence[Artist], Sequence[tuple[str, str]], Mapping[tuple[int, str], bool], frozenset[str]
]


class ViewState(QObject):
    """The state that the screens share."""

    artists_changed = Signal(object)
    artist_changed = Signal(object)
    carriers_changed = Signal(object)
    left_counted = Signal(int)
    recording_changed = Signal(object)
    facts_changed = Signal()

    def __init__(
        self, workspace: Workspace, work: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.work = work
        self.artists: tuple[Artist, ...] = ()
        self.carriers: tuple[tuple[str, str], ...] = ()
        self.for_all: frozenset[str] = frozenset()
        self._accounts: frozenset[tuple[int, str]] = frozenset()
        self.artist: Artist | None = None
        self.recording_id: int | None = None
        self.loaded = False
        self.artist_before: int | None = None
        """The artist to begin with, who was in view at the end of the last run."""
        self._serials: dict[str, int] = {}
        self.list = CatalogueList(self)
        self.list.counted.connect(lambda _chips: self._count_left())
        self.model = self.list.model

    # --- what is meant ---------------------------------------------------------------

    @property
    def filter(self) -> Filter:
        """The recordings of the artist in view, or of all."""
        return Filter(artist_id=self.artist.id if self.artist else None)

    @property
    def connected(self) -> frozenset[str]:
        """The platforms on which the artist in view has an account, or anyone on the roster."""
        whose = self.artist.id if self.artist else None
        return frozenset(name for owner, name in self._accounts if whose in (None, owner))

    @property
    def platforms(self) -> str:
        """The platforms in a word: the name of the only one, or `platforms`."""
        reached = {key for key, _ in self.workspace.platforms.connectable()}
        names = [name for key, name in self.carriers if key in reached and key not in self.for_all]
        if self.connected:
            names = [name for key, name in self.carriers if key in self.connected]
        return names[0] if len(names) == 1 else tr("platforms")

    def choose_artist(self, artist_id: int | None) -> None:
        """Show one artist, or all."""
        found = next((a for a in self.artists if a.id == artist_id), None)
        if found == self.artist and self.loaded:
            return
        self.artist = found
        self.artist_changed.emit(found)
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

    # --- reading ---------------------------------------------------------------------

    def reload(self) -> None:
        """Read everything again: artists, carriers, rows, counts."""
        workspace = self.workspace

        def read() -> ReadRoster:
            return (
                *(
                    workspace.artists.all(),
                    workspace.catalogue.carriers(),
                    workspace.accounts.read(),
                ),
                workspace.catalogue.carriers_for_all(),
            )

        self.read("roster", read, self._roster_arrived)

    def reload_rows(self) -> None:
        """Read the rows and their counts again."""
        self.list.reload()

    def _count_left(self) -> None:
        workspace, artist_id = self.workspace, self.artist.id if self.artist else None
        self.read(
            "left", lambda: workspace.catalogue.left_to_write(artist_id), self._left, later=True
        )

    def something_changed(self) -> None:
        """Files, consents or accounts changed: every page reads again."""
        self.facts_changed.emit()
        self.reload()

    def read(
        self,
        what: str,
        function: Callable[[], T],
        done: Callable[[T], None],
        *,
        later: bool = False,
    ) -> None:
        """Read something in a worker; `done` only if no later reading of `what` was begun.

        With `later`, it begins once all that a person waits for has arrived.
        """
        serial = self._serials[what] = self._serials.get(what, 0) + 1

        def arrived(result: T) -> None:
            if self._serials[what] == serial:
                done(result)

        lane = Lane.LATER if later else Lane.SHORT
        self.work.run(lane, lambda _task: function(), arrived, owner=self)

    def work_for(
        self, owner: QObject, function: Callable[[], T], done: Callable[[T], None]
    ) -> None:
        """Read something for a screen that may be gone before the answer comes."""
        self.work.run(Lane.SHORT, lambda _task: function(), done, owner=owner)

    # --- answers ---------------------------------------------------------------------

    def _roster_arrived(self, answer: ReadRoster) -> None:
        artists = tuple(answer[0])
        carriers = carrier_names(answer[1])
        self._accounts = frozenset(answer[2])
        self.for_all = answer[3]
        reached = frozenset(key for key, _ in self.workspace.platforms.connectable())
        self.model.show_accounts(reached, answer[2])
        if carriers != self.carriers:
            self.carriers = carriers
            self.carriers_changed.emit(carriers)
        kept = self.artist.id if self.artist else None
        first = not self.loaded
        self.artists = artists
        self.loaded = True
        if first:
            kept = artists[0].id if len(artists) == 1 else self.artist_before
        self.artist = next((a for a in artists if a.id == kept), None)
        self.artists_changed.emit(artists)
        self.artist_changed.emit(self.artist)
        self.reload_rows()

    def _left(self, left: dict[str, int]) -> None:
        on_platforms = sum(n for carrier, n in left.items() if carrier in self.connected)
        self.left_counted.emit(on_platforms)
