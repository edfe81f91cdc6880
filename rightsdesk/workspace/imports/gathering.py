"""Gathers what a library says into artists and the folders that hold their music.

A folder is proposed for an artist if the library knows no music of another one below it: the
common root of the artist's files. Where folders hold music of several artists, single files are
proposed. The library is streamed, and what is kept grows with the folders and not with the tracks.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from rightsdesk.changes.types import Cancel, Progress
from rightsdesk.files.scan.scanner import SUFFIXES
from rightsdesk.folding import unaccented
from rightsdesk.workspace.catalogue.artist_names import artist_key, joined
from rightsdesk.workspace.imports.types import LibraryTrack

MOST_SINGLE = 500
"""Single files that are proposed for one artist. Of more, the rest is counted as left out."""

_EVERY = 500
"""Tracks between two reports of progress."""

_SEVERAL, _NOBODY = -2, -1

Tracks = Callable[[], Iterator[LibraryTrack]]
"""Reads the library from its beginning."""


@dataclass(slots=True)
class GatheredArtist:
    """An artist as the library names it: spellings with their files, labels, id, places."""

    musicbrainz_id: str = ""
    spellings: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    folders: list[str] = field(default_factory=list)
    single: list[str] = field(default_factory=list)
    left_out: int = 0

    @property
    def files(self) -> int:
        return self.spellings.total()

    def add(self, other: GatheredArtist) -> None:
        """Take over what belongs to another entry of the same artist."""
        self.spellings += other.spellings
        self.labels += other.labels


@dataclass(slots=True)
class Gathered:
    """All that a library says, with the counts of a `Proposal`."""

    tracks: int = 0
    there: int = 0
    gone: int = 0
    elsewhere: int = 0
    other_formats: int = 0
    unnamed: int = 0
    artists: list[GatheredArtist] = field(default_factory=list)
    labels: Counter[str] = field(default_factory=Counter)


def gather(tracks: Tracks, progress: Progress, cancel: Cancel) -> Gathered:
    """Read a library and look which of its files exist. Incomplete once `cancel` is set."""
    found = Gathered()
    keys: dict[tuple[str, str], int] = {}
    folders: defaultdict[str, set[int]] = defaultdict(set)
    for track in tracks():
        if cancel.is_set():
            return found
        found.tracks += 1
        if found.tracks % _EVERY == 0:
            progress(found.tracks, 0, track.path)
        if not _counts(track, found):
            continue
        number = _NOBODY
        if track.artist:
            number = keys.setdefault(_key(track), len(keys))
            if number == len(found.artists):
                found.artists.append(GatheredArtist(track.musicbrainz_id))
            artist = found.artists[number]
            artist.spellings[track.artist] += 1
            if track.label:
                artist.labels[track.label] += 1
        else:
            found.unnamed += 1
        if track.label:
            found.labels[track.label] += 1
        folders[os.path.dirname(track.path)].add(number)
    same = _joined(found.artists)
    for numbers in folders.values():
        numbers.discard(_NOBODY)
    owners = {
        folder: {same[number] for number in numbers}
        for folder, numbers in folders.items()
        if numbers
    }
    mixed = _share_out(found.artists, owners)
    if mixed:
        _add_single(found.artists, tracks, keys, same, mixed, cancel)
    found.artists = [one for number, one in enumerate(found.artists) if same[number] == number]
    return found


def _counts(track: LibraryTrack, found: Gathered) -> bool:
    """Count a track, and return whether it is music that is there."""
    if not track.path:
        found.elsewhere += 1
    elif os.path.splitext(track.path)[1].lower() not in SUFFIXES:
        found.other_formats += 1
    elif not os.path.isfile(track.path):
        found.gone += 1
    else:
        found.there += 1
        return True
    return False


def _key(track: LibraryTrack) -> tuple[str, str]:
    return artist_key(track.artist, track.musicbrainz_id)


def _joined(artists: Sequence[GatheredArtist]) -> list[int]:
    """The place of each artist after those that are the same were joined."""
    same = joined([(artist.musicbrainz_id, artist.spellings) for artist in artists])
    for place, artist in enumerate(artists):
        if same[place] != place:
            artists[same[place]].add(artist)
    return same


def _share_out(artists: Sequence[GatheredArtist], owners: dict[str, set[int]]) -> set[str]:
    """Give each artist the roots of folders that hold nobody else's music.

    Returns the other folders with files: their files are proposed one by one.
    """
    whose: dict[str, int] = {}
    for folder, numbers in owners.items():
        for number in numbers:
            _claim(whose, folder, number)
    too_high = _too_high()
    below: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    mixed: set[str] = set()
    for folder in owners:
        number, top = whose[folder], folder
        if number == _SEVERAL or too_high(folder):
            mixed.add(folder)
            continue
        while not too_high(above := os.path.dirname(top)) and whose.get(above) == number:
            top = above
        below[number, top].append(folder)
    for (number, top), inside in below.items():
        root = os.path.commonpath(inside)
        artists[number].folders.append(_named(artists[number], root, top))
    return mixed


def _named(artist: GatheredArtist, root: str, top: str) -> str:
    """The folder around `root` that has the artist's name, up to `top`; else `root` itself.

    There the next release will be.
    """
    names, folder = set(map(unaccented, artist.spellings)), root
    while len(folder) >= len(top):
        if unaccented(os.path.basename(folder)) in names:
            return folder
        folder = os.path.dirname(folder)
    return root


def _claim(whose: dict[str, int], folder: str, number: int) -> None:
    """Note whose music is in a folder and in all above it."""
    while True:
        held = whose.get(folder)
        if held in (number, _SEVERAL):
            return  # so are all above
        whose[folder] = number if held is None else _SEVERAL
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _too_high() -> Callable[[str], bool]:
    """Whether a folder is too high up to be one artist's: a drive, what lies directly in it, the
    home folder and what is above that."""
    home = os.path.expanduser("~")

    @cache
    def too_high(folder: str) -> bool:
        above = os.path.dirname(folder)
        if above == folder or os.path.dirname(above) == above:
            return True
        return home == folder or home.startswith(folder.rstrip(os.sep) + os.sep)

    return too_high


def _add_single(
    artists: Sequence[GatheredArtist],
    tracks: Tracks,
    keys: dict[tuple[str, str], int],
    same: Sequence[int],
    mixed: set[str],
    cancel: Cancel,
) -> None:
    """Read the library again, for the files in folders of several artists."""
    for track in tracks():
        if cancel.is_set():
            return
        number = keys.get(_key(track)) if track.artist else None
        if number is None or os.path.dirname(track.path) not in mixed:
            continue
        if not _counts(track, Gathered()):
            continue
        artist = artists[same[number]]
        if len(artist.single) < MOST_SINGLE:
            artist.single.append(track.path)
        else:
            artist.left_out += 1
