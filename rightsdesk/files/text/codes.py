"""The forms of the codes that tags hold, and how people write them.

Sources: ISO 3901:2019, 4.2 (ISRC); GS1 General Specifications (GTIN).
"""

from __future__ import annotations

import re

ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", re.ASCII)
UPC = re.compile(r"[0-9]{8}|[0-9]{12,14}", re.ASCII)
"""GTIN-8, -12 (UPC), -13 (EAN) and -14."""

_BETWEEN = re.compile(r"[\s\u2010-\u2015:-]")


def plain(code: str) -> str:
    """A code without spaces and hyphens between its parts, and without its name before it."""
    return _BETWEEN.sub("", code).upper().removeprefix("ISRC")


def is_isrc(text: str) -> bool:
    """Whether a text is one ISRC, however its parts are separated."""
    return len(text) < 100 and ISRC.fullmatch(plain(text)) is not None
