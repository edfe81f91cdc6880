"""Whether a file carries Content Credentials (C2PA): a signed manifest over its bytes.

Any change to such a file, of a single tag even, breaks the hash in the manifest; so it is
told before, by structure alone. Whether the signature holds is not looked at here.

Sources: C2PA Technical Specification 2.2, annex A.3.4 (ID3), A.3.6 (RIFF), A.5.1 (BMFF),
and 2.3, A.3.5 (Ogg).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.files.containers.aiff import AIFF
from rightsdesk.files.containers.base import Container, read_at, size_of
from rightsdesk.files.containers.chunks import Chunked
from rightsdesk.files.containers.id3 import tags as id3
from rightsdesk.files.containers.mp4.boxes import top_boxes
from rightsdesk.files.containers.ogg import pages
from rightsdesk.files.containers.ogg.container import Ogg
from rightsdesk.files.containers.wav import WAV
from rightsdesk.files.errors import FileError

MEDIA_TYPES = (b"application/c2pa\0", b"application/x-c2pa-manifest-store\0")
"""How a GEOB frame says that it holds a manifest; the second was used before C2PA 1.0."""

_BOX_ID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
SIGNED = (
    "This file carries Content Credentials, signed over its bytes: any change would break "
    "them. It was left as it is. Agree to that, and it is changed too."
)
SIGNED_BESIDE = (
    "The Content Credentials in {name} are signed over this file's bytes: any change would "
    "break them. It was left as it is. Agree to that, and it is changed too."
)
"""Why such files are left alone, and what to do about it."""

_DETACHED = ".c2pa"
_OGG_PACKET = b"\0c2pa"
_FRAME_HEAD = 64  # bytes of a GEOB frame within which its media type begins and ends
_MOST_STREAMS = 64
_LARGEST_ODD_TAG = 1 << 22


@dataclass(frozen=True, slots=True)
class Signed:
    """Where a manifest was found: `place` in the format's own terms.

    `offset` and `length` are the frame, chunk or box that holds it, header included, in
    bytes of the file.
    """

    place: str
    offset: int
    length: int

    @property
    def sentence(self) -> str:
        """What a person should know before such a file is changed."""
        return (
            "This file carries Content Credentials, signed over its bytes. "
            "Changing it would break them."
        )


def signature_of(container: Container, f: BinaryIO) -> Signed | None:
    """The first manifest that is in a file, None if there is none.

    A file whose structure cannot be followed counts as unsigned from there on: it is
    refused anyway when it is to be changed. Raises OSError.
    """
    try:
        return next(_manifests(container, f), None)
    except FileError:
        return None


def manifest_beside(path: str) -> str:
    """The name of the file with a manifest that was made for an audio file, "" if there is none.

    Such a manifest is over the audio file's bytes just the same. It is named as the audio
    file, with `.c2pa` after its name or in place of its ending (C2PA 2.2, 11.4: "external
    manifests"). Where two audio files could be meant, it may be either's, so it counts for both.
    """
    folder, names = _names(path)
    return next((one for one in names if os.path.isfile(os.path.join(folder, one))), "")


class Detached:
    """The same for many files: each folder is listed once."""

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}

    def manifest_of(self, path: str) -> str:
        """As `manifest_beside`."""
        folder, names = _names(path)
        if folder not in self._known:
            self._known[folder] = _manifests_in(folder)
        return next((one for one in names if one in self._known[folder]), "")


def _names(path: str) -> tuple[str, tuple[str, str]]:
    folder, name = os.path.split(path)
    return folder, (name + _DETACHED, os.path.splitext(name)[0] + _DETACHED)


def _manifests_in(folder: str) -> frozenset[str]:
    try:
        with os.scandir(folder or ".") as entries:
            return frozenset(one.name for one in entries if one.name.endswith(_DETACHED))
    except OSError:  # then nothing in it can be changed either
        return frozenset()


def _manifests(container: Container, f: BinaryIO) -> Iterator[Signed]:
    size = size_of(f)
    if container in (WAV, AIFF) and isinstance(container, Chunked):
        for chunk in container.form.layout(f).chunks:
            if chunk.id == b"C2PA":
                yield Signed("C2PA chunk", chunk.offset, chunk.length + 8)
            elif chunk.id in (b"id3 ", b"ID3 "):
                yield from _in_tags(f, chunk.data, chunk.end)
    elif container.name == "M4A":
        for one in top_boxes(f, size)[0]:
            room = one.kind == b"uuid" and one.size - one.header >= len(_BOX_ID)
            if room and read_at(f, one.body, len(_BOX_ID)) == _BOX_ID:
                yield Signed("uuid box", one.offset, one.size)
    elif isinstance(container, Ogg):
        yield from _in_ogg(f, size)
    else:
        yield from _in_tags(f, 0, size)


def _in_tags(f: BinaryIO, start: int, end: int) -> Iterator[Signed]:
    try:
        tags = id3.tags_at(f, start, end)
    except FileError:  # a tag that can't be followed: then its words have to do
        head = read_at(f, start, min(_LARGEST_ODD_TAG, end - start))
        if head[:3] == b"ID3" and any(media_type in head for media_type in MEDIA_TYPES):
            yield Signed("ID3 GEOB", start, len(head))
        return
    for tag in tags:
        for frame in tag.frames:
            if frame.id in ("GEOB", "GEO"):
                head = read_at(f, frame.start, min(_FRAME_HEAD, frame.end - frame.start))
                if any(media_type in head for media_type in MEDIA_TYPES):
                    yield Signed("ID3 GEOB", frame.start, frame.end - frame.start)


def _in_ogg(f: BinaryIO, size: int) -> Iterator[Signed]:
    """A stream of its own; the first pages of all streams come first (RFC 3533, section 4)."""
    for number, page in enumerate(pages.pages_from(f, 0, size)):
        if not page.flags & pages.BEGINNING or number == _MOST_STREAMS:
            return
        packet = read_at(f, page.body, min(page.length, len(_OGG_PACKET)))
        if packet == _OGG_PACKET:
            yield Signed("Ogg stream", page.offset, page.end - page.offset)
