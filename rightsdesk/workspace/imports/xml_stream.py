"""Streams a foreign XML file: elements as they end, in little memory.

Entities are refused, nothing is fetched, and depth and the size of a single tag are limited: a
crafted file neither fills the memory nor reads anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from rightsdesk.changes.types import Cancel
from rightsdesk.workspace.imports.types import LibraryUnreadable

_CHUNK = 1 << 16
_LARGEST_TAG = 1 << 22
_DEEPEST = 100

XmlAttributes = dict[str, str]


class _Refused(Exception):
    """The file holds something that no library has."""


def stream(
    file: Path,
    cancel: Cancel,
    *,
    start: Callable[[str, XmlAttributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Parse a file, and yield after each part of it, and once more at its end.

    Ends early once `cancel` is set. Raises LibraryUnreadable for a file that is no XML or can't be
    read.
    """
    depth = 0

    def opened(name: str, attributes: XmlAttributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _Refused
        start(name, attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    if text is not None:
        parser.CharacterDataHandler = text
    read = 0
    try:
        with file.open("rb") as content:
            while chunk := content.read(_CHUNK):
                if cancel.is_set():
                    return
                read += len(chunk)
                parser.Parse(chunk, False)
                if read - parser.CurrentByteIndex > _LARGEST_TAG:
                    raise _Refused
                yield
            parser.Parse(b"", True)
            yield
    except OSError as error:
        raise LibraryUnreadable(f"{error.strerror}.") from error
    except (expat.ExpatError, _Refused, LookupError, ValueError) as error:
        raise LibraryUnreadable(
            "This library can't be read: it is damaged or cut.",
            advice="Export it once more, then try again.",
        ) from error


def _refuse(*_: object) -> NoReturn:
    raise _Refused
