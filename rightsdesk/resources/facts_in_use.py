"""Which facts about platforms are in use: those that the program ships, or newer ones that were
installed into the data folder (`facts_file`).

An installed file is verified each time that it is read. If it is damaged, the shipped facts are in
use, and `FactsInUse.problem` says so.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from rightsdesk import data_folder
from rightsdesk.resources.facts_file import (
    MAX_BYTES,
    Body,
    RefusedFacts,
    order,
    read_body,
    verified,
)
from rightsdesk.sentences import together, worded

NAME: Final = "platforms.facts"
"""The installed file's name in the data folder."""


_Stamp = tuple[str, int, int, int]


class FactsOrigin(StrEnum):
    """Where facts come from."""

    SHIPPED = "shipped"
    INSTALLED = "installed"


@dataclass(frozen=True, eq=False)
class FactsInUse:
    """Facts that are in use. `lines` by platform, to be decoded; `problem` why installed ones are
    not in use, or ""."""

    version: str
    lines: Mapping[str, bytes]
    origin: FactsOrigin = FactsOrigin.SHIPPED
    problem: str = ""


class _InUse:
    """What was read last, and of which file."""

    lock = threading.Lock()
    stamp: _Stamp | None = None
    held: FactsInUse | None = None


def in_use() -> FactsInUse:
    """The facts in use. Notices what another process installed, and another data folder."""
    folder = data_folder.in_use()
    with _InUse.lock:
        stamp = _stamp(folder)
        if _InUse.held is None or stamp != _InUse.stamp:
            _InUse.stamp = stamp
            _InUse.held = _newer(folder / NAME) if folder and stamp else shipped()
        return _InUse.held


@cache
def shipped() -> FactsInUse:
    """The facts that the program ships."""
    found = read_body((files(__package__) / "platforms.facts").read_bytes())
    return FactsInUse(found.version, found.lines)


def without(why: str) -> FactsInUse:
    """The shipped facts in the place of installed ones that cannot be used."""
    sentence = worded(
        "The installed facts about platforms can't be used. {why} RightsDesk uses the ones that "
        "it came with ({shipped}).",
        why=why,
        shipped=shipped().version,
    )
    advice = "Install them again: rightsdesk facts update"
    return replace(shipped(), problem=together((sentence, advice)))


def read_limited(file: Path) -> bytes:
    """A file's content, one byte more than is allowed at most. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _stamp(folder: Path | None) -> _Stamp | None:
    """What tells one installed file from another; None if there is none."""
    if folder is None:
        return None
    try:
        found = (folder / NAME).stat()
    except OSError:
        return None
    return str(folder), found.st_mtime_ns, found.st_size, found.st_ino


def _newer(file: Path) -> FactsInUse:
    """An installed file, or the shipped facts if it is older or cannot be used."""
    from rightsdesk.resources import facts_keys

    try:
        content = read_limited(file)
        found: Body = verified(content, facts_keys.trusted())
    except OSError as error:
        return without(worded("{why}.", why=error.strerror or error))
    except RefusedFacts as refused:
        return without(refused.sentence)
    if order(found.version) <= order(shipped().version):
        return shipped()
    return FactsInUse(found.version, found.lines, FactsOrigin.INSTALLED)
