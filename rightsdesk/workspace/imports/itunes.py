"""Reads the library of iTunes or Apple Music: a property list in XML with a dictionary `Tracks`.

The library of 500,000 tracks has hundreds of megabytes, so it is streamed. Source: Apple's
PropertyList-1.0.dtd, and the keys that iTunes writes for each track.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rightsdesk.changes.types import Cancel
from rightsdesk.workspace.catalogue.artist_names import is_artist
from rightsdesk.workspace.imports.locations import local_path, text_in
from rightsdesk.workspace.imports.types import LibraryTrack, NotALibrary
from rightsdesk.workspace.imports.xml_stream import XmlAttributes, stream

ROOT = "plist"
_TRACKS = ["", "Tracks"]
"""Where the tracks are: the keys of the dictionaries around each of them."""
_WANTED = frozenset(("Location", "Artist", "Album Artist"))
_LONGEST = 100_000


class _Plist:
    """Follows the dictionaries of a property list, and collects the tracks."""

    def __init__(self) -> None:
        self.found: list[LibraryTrack] = []
        self.has_tracks = False
        self._keys: list[str] = []
        """The key that led to each open dictionary."""
        self._key = ""
        self._text: list[str] | None = None
        self._length = 0
        self._track: dict[str, str] = {}

    @property
    def _in_track(self) -> bool:
        return len(self._keys) == 3 and self._keys[:2] == _TRACKS

    def start(self, name: str, _attributes: XmlAttributes) -> None:
        self._text = None
        if name in ("dict", "array"):
            self._keys.append(self._key if name == "dict" else "\0")
            self._key = ""
            self.has_tracks = self.has_tracks or self._keys == _TRACKS
            if self._in_track:
                self._track = {}
        elif name == "key" or (name == "string" and self._in_track and self._key in _WANTED):
            self._text, self._length = [], 0

    def text(self, part: str) -> None:
        if self._text is not None and self._length < _LONGEST:
            self._text.append(part)
            self._length += len(part)

    def end(self, name: str) -> None:
        text = "".join(self._text or ())
        self._text = None
        if name == "key":
            self._key = text
            return
        if name in ("dict", "array") and self._keys:
            if self._in_track:
                self.found.append(_track(self._track))
            self._keys.pop()
        elif name == "string" and self._in_track and self._key in _WANTED:
            self._track[self._key] = text
        self._key = ""


def tracks(file: Path, _music_folder: str, cancel: Cancel) -> Iterator[LibraryTrack]:
    """Yield what the library says of each track. Ends early once `cancel` is set.

    Raises LibraryUnreadable, and NotALibrary for a property list without tracks.
    """
    plist = _Plist()
    for _ in stream(file, cancel, start=plist.start, end=plist.end, text=plist.text):
        yield from plist.found
        plist.found.clear()
    if not plist.has_tracks and not cancel.is_set():
        raise NotALibrary(
            "This property list is no music library.",
            untouched="Nothing was changed.",
            advice="In Music or iTunes: File → Library → Export Library.",
        )


def _track(values: dict[str, str]) -> LibraryTrack:
    names = (text_in(values.get(key)) for key in ("Album Artist", "Artist"))
    artist = next((name for name in names if is_artist(name)), "")
    return LibraryTrack(local_path(values.get("Location", "")), artist)
