"""What a Content Credentials manifest in a file says about training and mining.

Only read, and never believed for a permission: whether signature and hash hold is not
looked at here, and anyone can write a manifest.

Sources: ISO/IEC 19566-5 (JUMBF), C2PA Technical Specification 2.2, section 11 (manifest
stores: the active manifest is the last one), CAWG Training and Data Mining Assertion 1.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.files import cbor
from rightsdesk.files.containers.base import read_at
from rightsdesk.files.errors import Damaged
from rightsdesk.files.signed import Signed

LABELS = ("cawg.training-mining", "c2pa.training-mining")
"""The assertions that are looked for; their fields have the same names."""

_LARGEST = 1 << 23  # bytes of a manifest store, thumbnails included
_STORE = bytes.fromhex("6332706100110010800000aa00389b71")  # "c2pa" as a JUMBF type
_ASSERTIONS = "c2pa.assertions"
_HEAD = 512  # bytes in which the store begins, in a frame or box
_MOST_BOXES = 1 << 10


@dataclass(frozen=True, slots=True)
class _Box:
    """A JUMBF superbox: its type, its label, and the boxes after its description."""

    type: bytes
    label: str
    body: bytes


def declared_in(signed: Signed, f: BinaryIO) -> dict[str, tuple[str, ...]]:
    """The data of the training-mining assertions in the active manifest, as JSON texts.

    By label; empty where there are none, or where the manifest can't be followed.
    Raises OSError.
    """
    if signed.length > _LARGEST:
        return {}
    try:
        data = read_at(f, signed.offset, signed.length)
        manifests = [one for one in _superboxes(_store(data)) if one.type[:4] in (b"c2ma", b"c2um")]
        found: dict[str, tuple[str, ...]] = {}
        for part in _superboxes(manifests[-1].body) if manifests else ():
            for assertion in _superboxes(part.body) if part.label == _ASSERTIONS else ():
                label = assertion.label.partition("__")[0]  # a second one has "__1" behind
                if label in LABELS:
                    found[label] = (*found.get(label, ()), _content(assertion.body))
    except (Damaged, ValueError, RecursionError):
        return {}
    return found


def _store(data: bytes) -> bytes:
    """The boxes in the manifest store, which begins somewhere near the beginning."""
    at = data.find(b"jumd" + _STORE, 0, _HEAD)
    start = at - 12
    if at < 12 or data[start + 4 : start + 8] != b"jumb":
        raise ValueError("no manifest store")
    size = int.from_bytes(data[start : start + 4], "big")
    for one in _superboxes(data[start : start + size]):
        return one.body
    raise ValueError("an empty store")


def _superboxes(data: bytes) -> Iterator[_Box]:
    for kind, body in _boxes(data):
        if kind != b"jumb":
            continue
        inner = _boxes(body)
        name, description = next(inner, (b"", b""))
        if name != b"jumd" or len(description) < 17:
            raise ValueError("a box without description")
        text = description[17:].partition(b"\0")[0] if description[16] & 0x02 else b""
        yield _Box(description[:16], text.decode("utf-8"), body[8 + len(description) :])


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _ in range(_MOST_BOXES):
        if len(data) - at < 8:
            return
        size = int.from_bytes(data[at : at + 4], "big")
        if not 8 <= size <= len(data) - at:
            raise ValueError("a box that leaves its parent")
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def _content(body: bytes) -> str:
    """An assertion's data as JSON, which some write instead of CBOR."""
    for kind, data in _boxes(body):
        if kind == b"cbor":
            return json.dumps(cbor.decode(data), default=repr, ensure_ascii=False)
        if kind == b"json":
            return json.dumps(json.loads(data), ensure_ascii=False)
    raise ValueError("an assertion without data")
