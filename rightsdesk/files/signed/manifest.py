"""Read the training and mining assertions of a Content Credentials manifest.

Signature and hash are not verified here, and anyone can write a manifest. So a manifest
never counts as a permission.

Sources: ISO/IEC 19566-5 (JUMBF); C2PA Technical Specification 2.2, section 11 (the last
manifest in a store is active; an update manifest adds to the manifests before it, back to
the standard manifest of the same file); CAWG Training and Data Mining Assertion 1.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.enums.causes import Cause
from rightsdesk.files.containers.base import Signed, read_at
from rightsdesk.files.errors import Damaged, FileError
from rightsdesk.files.signed import cbor

LABELS = ("cawg.training-mining", "c2pa.training-mining")
"""The labels of the assertions to read. Both have the same fields."""

_LARGEST = 1 << 23  # bytes of a manifest store, thumbnails included
_STORE = bytes.fromhex("6332706100110010800000aa00389b71")  # "c2pa" as a JUMBF type
_ASSERTIONS = "c2pa.assertions"
_UPDATE = b"c2um"
_MANIFESTS = (b"c2ma", _UPDATE)  # as JUMBF types
_HEAD = 512  # the first bytes of a frame or box, in which the store begins
_MOST_BOXES = 1 << 10


class UnreadManifest(FileError):
    """The file has Content Credentials, but their manifest can't be read."""

    cause = Cause.UNREAD_MANIFEST

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
    """Return the training-mining assertions in the active manifest: JSON texts by label.

    Empty without such assertions. Raises `UnreadManifest` if the manifest can't be parsed,
    and OSError.
    """
    if signed.length > _LARGEST:
        raise UnreadManifest
    try:
        found: dict[str, tuple[str, ...]] = {}
        for manifest in _active(read_at(f, signed.offset, signed.length)):
            for part in _superboxes(manifest.body):
                for assertion in _superboxes(part.body) if part.label == _ASSERTIONS else ():
                    label = assertion.label.partition("__")[0]  # a second instance ends in "__1"
                    if label in LABELS:
                        found[label] = (*found.get(label, ()), _content(assertion.body))
    except (Damaged, ValueError, RecursionError):
        raise UnreadManifest from None
    return found


def _active(data: bytes) -> list[_Box]:
    """Return the manifests that apply to the file: the last, and the ones that it updates."""
    manifests = list(_superboxes(_store(data)))
    active: list[_Box] = []
    while not active or active[0].type[:4] == _UPDATE:
        if not manifests or manifests[-1].type[:4] not in _MANIFESTS:
            raise ValueError("no manifest, or an unsupported kind (compressed)")
        active.insert(0, manifests.pop())
    return active


def _store(data: bytes) -> bytes:
    """Return the boxes in the manifest store. It begins within the first `_HEAD` bytes."""
    at = data.find(b"jumd" + _STORE, 0, _HEAD)
    start = at - 12
    if at < 12 or data[start + 4 : start + 8] != b"jumb":
        raise ValueError("no manifest store")
    size = int.from_bytes(data[start : start + 4], "big")
    for store in _superboxes(data[start : start + size]):
        return store.body
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
    """Return an assertion's data as JSON. Some programs write JSON instead of CBOR."""
    for kind, data in _boxes(body):
        if kind == b"cbor":
            return json.dumps(cbor.decode(data), default=repr, ensure_ascii=False)
        if kind == b"json":
            return data.decode("utf-8")
    raise ValueError("an assertion without data")
