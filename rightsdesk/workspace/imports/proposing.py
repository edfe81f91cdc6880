"""Proposes a first roster from another program's library. Stores nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rightsdesk.changes.types import Cancel, Progress
from rightsdesk.phrases import number
from rightsdesk.roster.artists import ArtistRecord, all_artists, folders_of, name_key
from rightsdesk.store.database import Database
from rightsdesk.workspace.imports.gathering import GatheredArtist, gather
from rightsdesk.workspace.imports.sniffing import READERS, kind_of
from rightsdesk.workspace.imports.types import LibraryTrack, Proposal, ProposedArtist


def propose(
    database: Database, file: str, music_folder: str, progress: Progress, cancel: Cancel
) -> Proposal | None:
    """What a library would add to the roster; None once `cancel` is set.

    `music_folder` is where relative paths begin, "" to look for it. Raises NotALibrary,
    LibraryUnreadable and MusicFolderNeeded.
    """
    library = Path(os.path.abspath(file))
    kind = kind_of(library)

    def tracks() -> Iterator[LibraryTrack]:
        return READERS[kind](library, music_folder, cancel)

    found = gather(tracks, progress, cancel)
    if cancel.is_set():
        return None
    roster = _Roster(all_artists(database), folders_of(database))
    found.artists.sort(key=lambda artist: (-artist.files, _name(artist)))
    return Proposal(
        kind=kind,
        file=str(library),
        tracks=found.tracks,
        there=found.there,
        gone=found.gone,
        elsewhere=found.elsewhere,
        other_formats=found.other_formats,
        unnamed=found.unnamed,
        artists=tuple(map(roster.proposed, found.artists)),
        labels=tuple(found.labels.most_common()),
    )


def _name(artist: GatheredArtist) -> str:
    """The spelling of most files; of equals the first by the alphabet."""
    return min(artist.spellings, key=lambda name: (-artist.spellings[name], name))


class _Roster:
    """Who is on the roster, and which names are taken."""

    def __init__(
        self, artists: Iterable[ArtistRecord], folders: Mapping[int, tuple[str, ...]]
    ) -> None:
        every = list(artists)
        self._by_key = {name_key(one.name): one for one in every}
        self._by_id = {one.musicbrainz_id: one for one in every if one.musicbrainz_id}
        self._folders = folders
        self._taken = set(self._by_key)
        self._met: set[int] = set()

    def proposed(self, artist: GatheredArtist) -> ProposedArtist:
        """An artist of a library as an entry of the roster, or a new one with a free name."""
        name = _name(artist)
        known = self._known(name, artist.musicbrainz_id)
        places = sorted(artist.folders) + sorted(artist.single)
        if known is not None:
            self._met.add(known.id)
            name = known.name
            held = self._folders.get(known.id, ())
            places = [place for place in places if not _is_within(place, held)]
        else:
            name = self._free(name)
        return ProposedArtist(
            name=name,
            files=artist.files,
            places=tuple(places),
            musicbrainz_id=artist.musicbrainz_id,
            labels=tuple(label for label, _ in artist.labels.most_common()),
            also=tuple(sorted(set(artist.spellings) - {name})),
            artist_id=None if known is None else known.id,
            left_out=artist.left_out,
        )

    def _known(self, name: str, musicbrainz_id: str) -> ArtistRecord | None:
        """The artist of the roster who has this id, or else this name and no other id."""
        found = self._by_id.get(musicbrainz_id) or self._by_key.get(name_key(name))
        if found is None or found.id in self._met:
            return None
        differ = musicbrainz_id and found.musicbrainz_id not in ("", musicbrainz_id)
        return None if differ else found

    def _free(self, name: str) -> str:
        """The name, or the name with a number: two artists of one name have two entries."""
        wanted, version = " ".join(name.split()), 1
        free = wanted
        while name_key(free) in self._taken:
            version += 1
            free = f"{wanted} ({number(version)})"
        self._taken.add(name_key(free))
        return free


def _is_within(place: str, folders: Iterable[str]) -> bool:
    return any(
        place == folder or place.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders
    )
