"""Values of imports: what other programs' libraries say, and what is proposed from them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.folding import unaccented
from rightsdesk.sentences import worded


class LibraryKind(StrEnum):
    """Whose library a file is. The values are stored in deeds."""

    BEETS = "beets"
    ITUNES = "itunes"
    REKORDBOX = "rekordbox"


LIBRARY_NAMES = {
    LibraryKind.BEETS: "beets",
    LibraryKind.ITUNES: "iTunes / Music",
    LibraryKind.REKORDBOX: "rekordbox",
}
"""What people call the programs."""


class NotALibrary(KnownError):
    """The file is no library that can be imported."""

    cause = Cause.NOT_A_LIBRARY


class LibraryUnreadable(KnownError):
    """The library can't be read: it is damaged, locked, or not there."""

    cause = Cause.LIBRARY_UNREADABLE

    def __init__(self, sentence: str, *, advice: str = "") -> None:
        super().__init__(sentence, advice=advice, untouched="Nothing was changed.")


class MusicFolderNeeded(KnownError):
    """The library names its files relative to a folder that it does not name."""

    cause = Cause.MUSIC_FOLDER_NEEDED


class NothingToImport(KnownError):
    """What was chosen has no artist."""

    cause = Cause.NOTHING_TO_IMPORT


class LibraryTrack(NamedTuple):
    """What a library says of one file.

    `path` is absolute, as `os.fsdecode` gives it; "" if the file is not on this computer. `artist`
    is "" if no artist is named. `musicbrainz_id` is the artist's, "" if it is not known.
    """

    path: str
    artist: str
    musicbrainz_id: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class ProposedArtist:
    """An artist that a library names, and where the music is.

    `files` counts those that exist. `places` are folders, and single files in folders that hold
    music of others too; those that the artist has already are left out. `left_out` counts files for
    which there is no place. `also` are other spellings. `artist_id` is set if the artist is on the
    roster.
    """

    name: str
    files: int
    places: tuple[str, ...]
    musicbrainz_id: str = ""
    labels: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    artist_id: int | None = None
    left_out: int = 0

    @property
    def adds(self) -> bool:
        """Whether taking this artist over changes anything."""
        return self.artist_id is None or bool(self.places)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a library would add. Nothing is stored.

    `tracks` counts all that the library lists: those `there`, those `gone` from the disk, those
    `elsewhere` (in a cloud, on another computer), and those in `other_formats` than RightsDesk
    reads. `unnamed` are files that are there and name no artist. `artists` come with most files
    first, `labels` with the number of their files, most first.
    """

    kind: LibraryKind
    file: str
    tracks: int
    there: int
    gone: int
    elsewhere: int
    other_formats: int
    unnamed: int
    artists: tuple[ProposedArtist, ...]
    labels: tuple[tuple[str, int], ...]

    def chosen(
        self, artists: Collection[str] = (), labels: Collection[str] = ()
    ) -> tuple[ProposedArtist, ...]:
        """The artists of these names, and all with music on these labels.

        Accents may be left out. Raises NothingToImport for a name that is not there.
        """
        names = {unaccented(name): name for name in artists}
        on_labels = {unaccented(label): label for label in labels}
        found = []
        met: set[str] = set()
        for one in self.artists:
            mine = {unaccented(name) for name in (one.name, *one.also)} & set(names)
            theirs = {unaccented(label) for label in one.labels} & set(on_labels)
            if mine or theirs:
                found.append(one)
                met |= mine | theirs
        for key, name in (*names.items(), *on_labels.items()):
            if key not in met:
                raise NothingToImport(
                    worded("The library names no “{name}” with files on this computer.", name=name),
                    untouched="Nothing was changed.",
                    advice="Look at the whole proposal first.",
                )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import added: the deed, new artists, and the places to scan by artist's id."""

    deed: int
    artists: int
    places: tuple[tuple[int, tuple[str, ...]], ...]
