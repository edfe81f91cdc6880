"""What one run of the command line has in hand: its output and the workspace."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rightsdesk.cli.exits import Exit, ending_with, usage
from rightsdesk.cli.output.output import Output
from rightsdesk.shown import shown

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace
    from rightsdesk.workspace.types import Artist, Filter, Scope


def open_workspace(data_dir: Path | None) -> Workspace:
    """The real one. Loaded late: the database and its migrations take their time."""
    from rightsdesk.cli.asking import passphrase
    from rightsdesk.workspace import Workspace

    return Workspace.open(data_dir, ask_passphrase=passphrase)


@dataclass
class Session:
    """One run. The workspace is opened when first asked for, and closed by `close`."""

    opener: Callable[[Path | None], Workspace] = open_workspace
    out: Output = field(default_factory=Output)
    data_dir: Path | None = None
    fault: Exception | None = None
    """The bug that ended the run."""
    opening: bool = False
    """Whether the workspace is being opened just now."""
    _opened: Workspace | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def workspace(self) -> Workspace:
        """The workspace on the chosen data folder."""
        if self._opened is None:
            self.opening = True
            with ending_with(Exit.COULD_NOT_START):
                self._opened = self.opener(self.data_dir)
            self.opening = False
            self._stack.callback(self._opened.close)
            self.out.note(*self._opened.notes)
            if recovery := self._opened.recovery:
                self.out.note(recovery.sentence)
                if recovery.unfinished is not None:
                    self.out.note(f"Go on: rightsdesk jobs resume {recovery.unfinished}")
        return self._opened

    def close(self) -> None:
        """Close what was opened."""
        self._stack.close()
        self._opened = None

    def artist(self, name: str) -> Artist:
        """The artist of that name; without a name the only one there is."""
        workspace = self.workspace()
        if name:
            return workspace.artists.named(name)
        artists = workspace.artists.all()
        if len(artists) == 1:
            return artists[0]
        if not artists:
            raise usage("There is no artist yet.", "Add one: rightsdesk artist add NAME")
        names = ", ".join(f"“{shown(artist.name)}”" for artist in artists)
        raise usage("Say which artist you mean: --artist NAME.", f"There are: {names}.")

    def filter(self, *, artist: str, release: str, recording: str, path: str) -> Filter:
        """What the filter options mean."""
        return self.workspace().catalogue.find(
            artist=artist, release=release, recording=recording, path=path
        )

    def scopes(self, *, artist: str, release: str, recording: str) -> list[Scope]:
        """The scopes from the artist down to the one that is meant."""
        from rightsdesk.workspace.types import Scope, ScopeKind

        if not (release or recording):
            return [Scope(ScopeKind.ARTIST, self.artist(artist).id)]
        workspace = self.workspace()
        found = self.filter(artist=artist, release=release, recording=recording, path="")
        some = workspace.catalogue.recordings(found)[:1]
        if not some:
            raise usage("There is no music of that name any more.", "Scan its folder again.")
        row = workspace.catalogue.rows(some)[0]
        ids = (
            (ScopeKind.ARTIST, row.artist_id),
            (ScopeKind.RELEASE, row.release_id),
            (ScopeKind.RECORDING, found.recording_id),
        )
        return [Scope(kind, row_id) for kind, row_id in ids if row_id is not None]
