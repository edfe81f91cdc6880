"""Reads a rekordbox collection that was exported as XML: `DJ_PLAYLISTS/COLLECTION/TRACK`.

Source: “rekordbox xml format list” by AlphaTheta. rekordbox's own database is encrypted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rightsdesk.changes.types import Cancel
from rightsdesk.workspace.catalogue.artist_names import is_artist
from rightsdesk.workspace.imports.locations import local_path, text_in
from rightsdesk.workspace.imports.types import LibraryTrack, NotALibrary
from rightsdesk.workspace.imports.xml_stream import XmlAttributes, stream

ROOT = "DJ_PLAYLISTS"
_COLLECTION = [ROOT, "COLLECTION"]
_DEEPEST = 3


class _Collection:
    """Collects the tracks of the collection; those of playlists only point to them."""

    def __init__(self) -> None:
        self.found: list[LibraryTrack] = []
        self.is_there = False
        self._open: list[str] = []

    def start(self, name: str, attributes: XmlAttributes) -> None:
        if self._open == _COLLECTION and name == "TRACK":
            self.found.append(_track(attributes))
        self._open.append(name if len(self._open) < _DEEPEST else "")
        self.is_there = self.is_there or self._open == _COLLECTION

    def end(self, _name: str) -> None:
        self._open.pop()


def tracks(file: Path, _music_folder: str, cancel: Cancel) -> Iterator[LibraryTrack]:
    """Yield what the collection says of each track. Ends early once `cancel` is set.

    Raises LibraryUnreadable, and NotALibrary for a file without a collection.
    """
    collection = _Collection()
    for _ in stream(file, cancel, start=collection.start, end=collection.end):
        yield from collection.found
        collection.found.clear()
    if not collection.is_there and not cancel.is_set():
        raise NotALibrary(
            "This file holds no collection of rekordbox.",
            untouched="Nothing was changed.",
            advice="In rekordbox: File → Export Collection in xml format.",
        )


def _track(attributes: XmlAttributes) -> LibraryTrack:
    artist = text_in(attributes.get("Artist"))
    label = text_in(attributes.get("Label"))
    path = local_path(attributes.get("Location", ""))
    return LibraryTrack(path, artist if is_artist(artist) else "", label=label)
