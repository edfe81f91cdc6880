"""Libraries of other music programs as a first roster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rightsdesk import log_file
from rightsdesk.changes.types import Cancel, Never, Progress, no_progress
from rightsdesk.workspace.use_cases.core import Core

if TYPE_CHECKING:
    from rightsdesk.workspace.imports.types import Imported, Proposal, ProposedArtist


class Imports:
    """Libraries of beets, iTunes or Music, and rekordbox: they say where the music is and whose.

    Thread-safe. A library is only read.
    """

    def __init__(self, core: Core) -> None:
        self._database = core.database

    def propose(
        self,
        file: str,
        *,
        music_folder: str = "",
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> Proposal | None:
        """The artists and folders that a library names; stores nothing. None if cancelled.

        `music_folder` is where the library's relative paths begin. Raises NotALibrary,
        LibraryUnreadable, and MusicFolderNeeded if it has to be named.
        """
        from rightsdesk.workspace.imports.proposing import propose

        return propose(self._database, file, music_folder, progress, cancel or Never())

    def take_over(self, proposal: Proposal, chosen: Sequence[ProposedArtist]) -> Imported:
        """Add the chosen artists and their places: one entry of the history, with one undo.

        Reads no music: scan the places of the result. Raises NothingToImport, and ArtistExists or
        NoSuchArtist if the roster has changed since.
        """
        from rightsdesk.workspace.imports.importing import take_over

        done = take_over(self._database, proposal, chosen)
        log_file.note("import: %d artists, %d with places", done.artists, len(done.places))
        return done
