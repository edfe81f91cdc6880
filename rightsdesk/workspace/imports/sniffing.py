"""Which program's library a file is, by its content and never by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from rightsdesk.changes.types import Cancel, Never
from rightsdesk.files.os_errors import explain
from rightsdesk.sentences import worded
from rightsdesk.workspace.imports import beets, itunes, rekordbox
from rightsdesk.workspace.imports.types import (
    LibraryKind,
    LibraryTrack,
    LibraryUnreadable,
    NotALibrary,
)
from rightsdesk.workspace.imports.xml_stream import XmlAttributes, stream

Reader = Callable[[Path, str, Cancel], Iterator[LibraryTrack]]

READERS: Final[Mapping[LibraryKind, Reader]] = {
    LibraryKind.BEETS: beets.tracks,
    LibraryKind.ITUNES: itunes.tracks,
    LibraryKind.REKORDBOX: rekordbox.tracks,
}
_ROOTS = {itunes.ROOT: LibraryKind.ITUNES, rekordbox.ROOT: LibraryKind.REKORDBOX}
_BINARY_PLIST = b"bplist"
_MOST_PARTS = 16
"""Parts of an XML file that are read to find its outermost element."""
_HOW = (
    "RightsDesk reads beets' library.db, the XML of “Export Library” in Music or iTunes, and the "
    "XML of “Export Collection” in rekordbox."
)


def kind_of(file: Path) -> LibraryKind:
    """Whose library a file is. Raises NotALibrary, and LibraryUnreadable."""
    if file.is_dir():
        raise NotALibrary(
            worded("{path} is a folder, and no library of a music program.", path=file),
            untouched="Nothing was changed.",
            advice="To add a folder of music, scan it.",
        )
    try:
        with file.open("rb") as content:
            first = content.read(len(beets.MAGIC))
    except (OSError, ValueError) as error:
        why = explain(error).sentence if isinstance(error, OSError) else str(error)
        raise LibraryUnreadable(worded("{path}: {why}", path=file, why=why)) from error
    if first == beets.MAGIC:
        return LibraryKind.BEETS
    if first.startswith(_BINARY_PLIST):
        raise NotALibrary(
            "This is a property list in binary form.",
            untouched="Nothing was changed.",
            advice="In Music or iTunes: File → Library → Export Library, which writes XML.",
        )
    kind = _ROOTS.get(_root(file))
    if kind is None:
        raise NotALibrary(
            worded("{path} is no library that RightsDesk knows.", path=file),
            untouched="Nothing was changed.",
            advice=_HOW,
        )
    return kind


def _root(file: Path) -> str:
    """The name of an XML file's outermost element; "" if it has none."""
    names: list[str] = []

    def start(name: str, _attributes: XmlAttributes) -> None:
        names.append(name)

    with suppress(LibraryUnreadable):
        parts = stream(file, Never(), start=start, end=lambda _name: None)
        for _ in islice(parts, _MOST_PARTS):
            if names:
                break
    return names[0] if names else ""
