"""Arguments that are no text in the encoding of this terminal, in words."""

from __future__ import annotations

import sys

from rightsdesk.errors import KnownError
from rightsdesk.shown import shown


class NotText(KnownError):
    """An argument is no text in the encoding of this terminal."""

    cause = "not-text"

    def __init__(self, argument: str) -> None:
        super().__init__(
            f"This is no text in {sys.getfilesystemencoding().upper()}: {shown(argument)}",
            untouched="Nothing was changed.",
            advice="Type it again in this terminal.",
        )


class AsciiOnly(KnownError):
    """The locale knows ASCII only, and there is other text."""

    cause = "locale"

    def __init__(self) -> None:
        super().__init__(
            "The locale of this terminal or script knows ASCII only, and there is other text.",
            advice="Set LC_ALL=C.UTF-8 (or another locale with UTF-8), then try again.",
        )


def ascii_only() -> bool:
    """Whether the locale knows ASCII only."""
    return sys.getfilesystemencoding().lower() in ("ascii", "us-ascii", "646")


def flaw(argument: str) -> KnownError | None:
    """What to say of an argument that holds bytes outside the encoding (PEP 383)."""
    if not any("\ud800" <= character <= "\udfff" for character in argument):
        return None
    return AsciiOnly() if ascii_only() else NotText(argument)
