"""The chain of the ledger: each entry's hash covers the entry and the hash before it.

docs/ledger.md states the rule for others, who check an exported ledger without this program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FORMAT = 1
"""The format of entries and of their hashes that is written today."""

GENESIS = "0" * 64
"""What stands in for the hash before the first entry."""

_DOMAIN = b"RightsDesk ledger, format 1\n"
"""Keeps these hashes apart from hashes that other rules make of the same bytes."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry: its number, and its hash, which covers all entries up to it.

    `hash` is SHA-256 in 64 lower-case hexadecimal digits. An empty ledger has number 0.
    """

    number: int = 0
    hash: str = GENESIS

    @property
    def text(self) -> bytes:
        """The text that a time stamp is made of: three lines of ASCII."""
        return f"RightsDesk ledger\nentry {self.number}\n{self.hash}\n".encode("ascii")


class ChainFaultKind(StrEnum):
    """How an entry does not fit into the chain."""

    CHANGED = "changed"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    UNKNOWN_FORMAT = "unknown-format"
    CUT_OFF = "cut-off"
    REPLACED = "replaced"
    LIST_CHANGED = "list-changed"


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first entry that does not fit, by number. `last` is the last one missing, if several.

    `witness` names what proves a cut or replaced end: "note" (kept outside the database),
    "stamp" (a time stamp), "backup" (an entry about a restored state).
    """

    kind: ChainFaultKind
    number: int
    last: int = 0
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as read: its number, its canonical bytes, and the hash stored with it.

    `entry` is None if the stored values have no canonical form: something else wrote them.
    """

    number: int
    entry: bytes | None
    hash: str
    format: int = FORMAT


def linked(previous: str, entry: bytes) -> str:
    """The hash of an entry (format 1): SHA-256 over the domain, the hash before it in hexadecimal,
    a line feed, and the entry's canonical bytes."""
    return hashlib.sha256(_DOMAIN + previous.encode("ascii") + b"\n" + entry).hexdigest()


class Walk:
    """Walks along the chain, and keeps the first fault and the last sound head.

    Start it at a head that is known to be sound, or at the beginning.
    """

    def __init__(self, start: Head = Head()) -> None:
        self.head = start
        self.fault: ChainFault | None = None

    def follow(self, links: Iterable[Link]) -> Iterator[Link]:
        """Yield each link that fits. Ends at the first that does not: see `fault`."""
        for link in links:
            if (fault := self._flaw(link)) is not None:
                self.fault = fault
                return
            self.head = Head(link.number, link.hash)
            yield link

    def _flaw(self, link: Link) -> ChainFault | None:
        expected = self.head.number + 1
        if link.number > expected:
            return ChainFault(ChainFaultKind.MISSING, expected, last=link.number - 1)
        if link.number < expected:
            return ChainFault(ChainFaultKind.CHANGED, link.number)
        if link.format != FORMAT:
            return ChainFault(ChainFaultKind.UNKNOWN_FORMAT, link.number)
        if link.entry is None or linked(self.head.hash, link.entry) != link.hash:
            return ChainFault(ChainFaultKind.CHANGED, link.number)
        return None


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """The one form of a value: JSON in ASCII with sorted keys and without spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


class ListDigest:
    """The digest of a list too long for an entry: SHA-256 over its lines, each canonical JSON and
    a line feed."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.count = 0

    def add(self, line: bytes) -> None:
        """Add one line, without its line feed."""
        self._hash.update(line + b"\n")
        self.count += 1

    def value(self) -> dict[str, Any]:
        """What the entry says about its list: the number of lines, and the digest."""
        return {"count": self.count, "sha256": self._hash.hexdigest()}
