"""A UTF-8 locale for Qt, which works in no other one (QCoreApplication's documentation)."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import MutableMapping

_UTF8 = ("C.UTF-8", "C.utf8", "en_US.UTF-8")
"""Locales whose only part in this is their encoding; the first one that a system has is used."""
_OTHER_PARTS = ("LC_COLLATE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME")


def ensure_utf8(environment: MutableMapping[str, str] = os.environ) -> None:
    """Make the encoding of this process UTF-8, if its locale has another one.

    Call it before Qt starts: Qt reads the environment, complains on stderr about any other
    encoding, and then uses UTF-8. Language, number and date formats stay. Does nothing on
    Windows and macOS, and where the system has no UTF-8 locale.
    """
    if os.name != "posix" or sys.platform == "darwin":
        return
    if _encoding("") == "utf-8":
        return
    name = next((name for name in _UTF8 if _encoding(name) == "utf-8"), None)
    if name is None:
        return
    if whole := environment.pop("LC_ALL", ""):
        environment.update(dict.fromkeys(_OTHER_PARTS, whole))
    environment["LC_CTYPE"] = name
    locale.setlocale(locale.LC_CTYPE, name)


def _encoding(name: str) -> str:
    """The encoding of a locale ("": the environment's), in lower case; "" if there is none."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
        return locale.nl_langinfo(locale.CODESET).lower()
    except locale.Error:
        return ""
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
