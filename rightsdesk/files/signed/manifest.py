"""What a Content Credentials manifest in a file says about training and mining.

Only read, and never believed for a permission: whether signature and hash hold is not
looked at here, and anyone can write a manifest.

Sources: ISO/IEC 19566-5 (JUMBF), C2PA Technical Specification 2.2, section 11 (manifest
stores: the active manifest is the last one; an update manifest adds to those before it up to
the standard manifest of the same file), CAWG Training and Data Mining Assertion 1.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.files.containers.base import Signed, read_at
from rightsdesk.files.errors import Damaged, FileError
from rightsdesk.files.signed import cbor

LABELS = ("cawg.training-mining", "c2pa.training-mining")
"""The assertions that are looked for; their fields have the same names."""

_LARGEST = 1 << 23  # bytes of a manifest store, thumbnails included
_STORE = bytes.fromhex("6332706100110010800000aa00389b71")  # "c2pa" as a JUMBF type
_ASSERTIONS = "c2pa.assertions"
_UPDATE = b"c2um"
_MANIFESTS = (b"c2ma", _UPDATE)  # as JUMBF types
_HEAD = 512  # bytes in which the store begins, in a frame or box
_MOST_BOXES = 1 << 10


class UnreadManifest(FileError):
    """There are Content Credentials whose manifest cannot be read: what it says is not known."""

    cause = "unread-manifest"

    def __init__(self) -> None:
        super().__init__(
            "The Content Credentials in this file can't be read, so what they declare is not known."
        )


@dataclass(frozen=True, slots=True)
class _Box:
    """A JUMBF superbox: its type, its label, and the boxes after its description."""

    type: bytes
    label: str
    body: bytes


def declared_in(signed: Signed, f: BinaryIO) -> dict[str, tuple[str, ...]]:
    """The data of the training-mining assertions in the active manifest, as JSON texts.

    By label; empty where there are none. Raises `UnreadManifest` where the manifest can't be
    followed, and OSError.
    """
    if signed.length > _LARGEST:
        raise UnreadManifest
    try:
        found: dict[str, tuple[str, ...]] = {}
        for manifest in _active(read_at(f, signed.offset, signed.length)):
            for part in _superboxes(manifest.body):
                for assertion in _superboxes(part.body) if part.label == _ASSERTIONS else ():
                    label = assertion.label.partition("__")[0]  # a second one has "__1" behind
                    if label in LABELS:
                        found[label] = (*found.get(label, ()), _content(assertion.body))
    except (Damaged, ValueError, RecursionError):
        raise UnreadManifest from None
    return found


def _active(data: bytes) -> list[_Box]:
    """The manifests that speak for the file: the last one, and what that one updates."""
    manifests = list(_superboxes(_store(data)))
    active: list[_Box] = []
    while not active or active[0].type[:4] == _UPDATE:
        if not manifests or manifests[-1].type[:4] not in _MANIFESTS:
            raise ValueError("no manifest, or one of a kind that is not read (compressed)")
        active.insert(0, manifests.pop())
    return active


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
            return data.decode("utf-8")
    raise ValueError("an assertion without data")
