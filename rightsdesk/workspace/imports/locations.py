"""Locations of files in other programs' libraries: `file:` URLs as local paths, and tidy texts.

Sources: RFC 8089 (the file URI scheme), and what iTunes and rekordbox write:
`file://localhost/…`, with a drive letter on Windows (`file://localhost/C:/…`).
"""

from __future__ import annotations

import os
import re
from urllib.parse import unquote_to_bytes

from rightsdesk.files.scan.tags import musicbrainz_id, shown

_SCHEME = re.compile(r"file://([^/]*)(/.*)", re.IGNORECASE | re.DOTALL)
_DRIVE = re.compile(r"/[A-Za-z]:")
_HERE = ("", "localhost", "127.0.0.1")


def local_path(location: str) -> str:
    """The local path of a `file:` URL; "" for any other URL, and for a file of another host."""
    found = _SCHEME.fullmatch(location)
    if found is None or found[1].lower() not in _HERE:
        return ""
    raw = unquote_to_bytes(found[2].encode("utf-8", "surrogatepass"))
    try:
        path = os.fsdecode(raw)
    except UnicodeDecodeError:  # only where paths are text
        return ""
    return absolute(path[1:] if os.name == "nt" and _DRIVE.match(path) else path)


def absolute(path: str) -> str:
    """A path in its shortest form; "" if it is not absolute or no path at all."""
    if "\0" in path or not os.path.isabs(path):
        return ""
    return os.path.normpath(path)


def text_in(value: object) -> str:
    """A text from a library for display and comparison; "" for any other value."""
    return shown(value) if isinstance(value, str) else ""


def musicbrainz_id_in(value: object) -> str:
    """The MusicBrainz id in a value; "" for none and for several."""
    return musicbrainz_id([value]) if isinstance(value, str) else ""
