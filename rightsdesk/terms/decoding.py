"""Reads the bytes of a captured page as text: by byte order mark, as UTF-8, or as declared."""

from __future__ import annotations

import codecs
import re

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError

MAX_BYTES = 16_000_000
"""Larger files are refused. The largest known page of terms has about one megabyte."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"charset=[\"']?([A-Za-z0-9_-]{3,20})")
_START = 4_096
_TRUSTED = frozenset({"iso-8859-1", "iso-8859-15", "windows-1252", "cp1252", "latin-1", "latin1"})
"""Encodings that a page may declare. Others can turn bytes into code that is not there."""


class NotTerms(KnownError):
    """The bytes are not text, or are more than a page of terms has."""

    cause = Cause.NOT_TERMS


def decoded(content: bytes) -> str:
    """Return the text of a file. Raises NotTerms if it has none, or is too large."""
    if len(content) > MAX_BYTES:
        raise NotTerms(
            f"The file has more than {MAX_BYTES // 1_000_000} MB.",
            advice="Terms of service are shorter. Save the page that only holds the terms.",
        )
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    try:
        return _strictly(content, "utf-8")
    except NotTerms:
        declared = _DECLARED.search(content[:_START])
        name = declared[1].decode("ascii").lower() if declared else ""
        if name not in _TRUSTED:
            raise
        # Browsers read all of these as Windows-1252, and so do the authors of such pages.
        return content.decode("iso-8859-15" if name == "iso-8859-15" else "cp1252", "replace")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotTerms(
            "The file is not text in UTF-8.", advice="Save the page as text, Markdown or HTML."
        ) from error
    if "\0" in text:
        raise NotTerms("The file is not text.", advice="Save the page as text, Markdown or HTML.")
    return text
