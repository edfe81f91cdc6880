"""Which facts about platforms are in use: those that the program ships, or newer ones that were
installed into the data folder (`facts_file`).

An installed file is verified each time that it is read. If it is damaged, the shipped facts are in
use, and `Held.problem` says so.
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


class Origin(StrEnum):
    """Where facts come from."""

    SHIPPED = "shipped"
    INSTALLED = "installed"


@dataclass(frozen=True, eq=False)
class Held:
    """Facts that are in use. `lines` by platform, to be decoded; `problem` why installed ones are
    not in use, or ""."""

    version: str
    lines: Mapping[str, bytes]
    origin: Origin = Origin.SHIPPED
    problem: str = ""


class _InUse:
    """What was read last, and of which file. One for the process, as its data folder is."""

    lock = threading.Lock()
    folder: Path | None = None
    stamp: tuple[int, ...] | None = None
    held: Held | None = None


def use_folder(folder: Path | None) -> None:
    """Use what is installed in this data folder; None: only what is shipped."""
    with _InUse.lock:
        _InUse.folder, _InUse.stamp, _InUse.held = folder, None, None


def in_use() -> Held:
    """The facts in use. Notices what another process installed."""
    with _InUse.lock:
        stamp = _stamp(_InUse.folder)
        if _InUse.held is None or stamp != _InUse.stamp:
            _InUse.stamp = stamp
            _InUse.held = _newer(_InUse.folder) if stamp else shipped()
        return _InUse.held


@cache
def shipped() -> Held:
    """The facts that the program ships."""
    found = read_body((files(__package__) / "platforms.facts").read_bytes())
    return Held(found.version, found.lines)


def without(held: Held, why: str) -> Held:
    """The shipped facts in the place of installed ones that cannot be used."""
    sentence = worded(
        "The installed facts about platforms ({version}) cannot be used. {why} RightsDesk uses the "
        "ones that it came with ({shipped}).",
        version=held.version or "?",
        why=why,
        shipped=shipped().version,
    )
    advice = "Install them again: rightsdesk facts update"
    return replace(shipped(), problem=together((sentence, advice)))


def read_limited(file: Path) -> bytes:
    """A file's content, one byte more than is allowed at most. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _stamp(folder: Path | None) -> tuple[int, ...] | None:
    if folder is None:
        return None
    try:
        found = (folder / NAME).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _newer(folder: Path | None) -> Held:
    assert folder is not None
    from rightsdesk.resources.facts_keys import trusted

    installed = Held("", {}, Origin.INSTALLED)
    try:
        content = read_limited(folder / NAME)
        found: Body = verified(content, trusted())
    except OSError as error:
        return without(installed, worded("{why}.", why=error.strerror or error))
    except RefusedFacts as refused:
        return without(installed, refused.sentence)
    if order(found.version) <= order(shipped().version):
        return shipped()
    return Held(found.version, found.lines, Origin.INSTALLED)
