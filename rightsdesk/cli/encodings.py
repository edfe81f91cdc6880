"""Errors for arguments that are not text in the encoding of this terminal."""

from __future__ import annotations

import sys

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.shown import shown


class NotText(KnownError):
    """An argument is not text in the encoding of this terminal."""

    cause = Cause.NOT_TEXT

    def __init__(self, argument: str) -> None:
        super().__init__(
            f"This is not text in {sys.getfilesystemencoding().upper()}: {shown(argument)}",
            untouched="Nothing was changed.",
            advice="Type it again in this terminal.",
        )


class AsciiOnly(KnownError):
    """The locale supports only ASCII, and there is other text."""

    cause = Cause.LOCALE

    def __init__(self) -> None:
        super().__init__(
            "The locale of this terminal or script supports only ASCII, and there is other text.",
            advice="Set LC_ALL=C.UTF-8 (or another locale with UTF-8), then try again.",
        )


def ascii_only() -> bool:
    """Whether the locale supports only ASCII."""
    return sys.getfilesystemencoding().lower() in ("ascii", "us-ascii", "646")


def flaw(argument: str) -> KnownError | None:
    """Return the error for an argument with bytes outside the encoding (PEP 383), or None."""
    if not any("\ud800" <= character <= "\udfff" for character in argument):
        return None
    return AsciiOnly() if ascii_only() else NotText(argument)
