"""The state of one run of the command line: its output and the workspace."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rightsdesk import log_file
from rightsdesk.cli.exits import Exit, ending_with, usage
from rightsdesk.cli.output.output import Output
from rightsdesk.shown import shown

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace
    from rightsdesk.workspace.types.artists import Artist
    from rightsdesk.workspace.types.scopes import Filter, Scope


def open_workspace(data_dir: Path | None) -> Workspace:
    """Open the workspace. Imported late: the database and its migrations take time."""
    from rightsdesk.cli.prompts import passphrase
    from rightsdesk.workspace import Workspace

    return Workspace.open(data_dir, ask_passphrase=passphrase)


@dataclass
class Session:
    """One run. The workspace is opened on first use, and closed by `close`."""

    opener: Callable[[Path | None], Workspace] = open_workspace
    out: Output = field(default_factory=Output)
    data_dir: Path | None = None
    fault: Exception | None = None
    """The bug that ended the run."""
    command: str = ""
    """The name of the command."""
    asks_for_help: bool = False
    asks_for_json: bool = False
    opening: bool = False
    """Whether the workspace is being opened now."""
    _opened: Workspace | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def workspace(self) -> Workspace:
        """Return the workspace on the chosen data folder."""
        if self._opened is None:
            self.opening = True
            with ending_with(Exit.COULD_NOT_START):
                self._opened = self.opener(self.data_dir)
            self.opening = False
            self._stack.callback(self._opened.close)
            log_file.begin(self._opened.data_dir, f"command {self.command}")
            self.out.note(*self._opened.notes)
            if recovery := self._opened.recovery:
                self.out.note(recovery.sentence)
                if recovery.unfinished is not None:
                    self.out.note(f"To resume it: rightsdesk jobs resume {recovery.unfinished}")
        return self._opened

    def close(self) -> None:
        """Close what was opened."""
        self._stack.close()
        self._opened = None

    def artist(self, name: str, *, otherwise: str = "") -> Artist:
        """Return the artist with this name; without a name the only one.

        Raises a usage error; `otherwise` says what else can be given.
        """
        workspace = self.workspace()
        if name:
            return workspace.artists.named(name)
        artists = workspace.artists.all()
        if len(artists) == 1:
            return artists[0]
        if not artists:
            raise usage("There is no artist yet.", "Add one: rightsdesk artist add NAME")
        names = ", ".join(f"“{shown(artist.name)}”" for artist in artists)
        raise usage(f"Name the artist: --artist NAME{otherwise}.", f"There are: {names}.")

    def filter(self, *, artist: str, release: str, recording: str, path: str) -> Filter:
        """Return the filter for the filter options."""
        return self.workspace().catalogue.find(
            artist=artist, release=release, recording=recording, path=path
        )

    def scopes(
        self, *, artist: str, release: str, recording: str, otherwise: str = ""
    ) -> list[Scope]:
        """Return the scopes from the artist down to the named release or recording.

        `otherwise` as for `artist`.
        """
        from rightsdesk.workspace.types.scopes import Scope, ScopeKind

        if not (release or recording):
            return [Scope(ScopeKind.ARTIST, self.artist(artist, otherwise=otherwise).id)]
        workspace = self.workspace()
        found = self.filter(artist=artist, release=release, recording=recording, path="")
        first = workspace.catalogue.recordings(found)[:1]
        if not first:
            raise usage("There is no music with that name any more.", "Scan its folder again.")
        row = workspace.catalogue.rows(first)[0]
        ids = (
            (ScopeKind.ARTIST, row.artist_id),
            (ScopeKind.RELEASE, row.release_id),
            (ScopeKind.RECORDING, found.recording_id),
        )
        return [Scope(kind, row_id) for kind, row_id in ids if row_id is not None]
