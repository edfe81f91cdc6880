"""The front cover of a release: a picture in an audio file, or an image file next to it.

Returns only bytes that begin like a JPEG, PNG, WebP or GIF, and does not decode them. Files are
untrusted, so the number of bytes read is limited, and mutagen's errors are handled here.
"""

from __future__ import annotations

import base64
import importlib
import io
import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from rightsdesk.errors import KnownError
from rightsdesk.files.containers import container_of
from rightsdesk.files.containers.base import Tags
from rightsdesk.files.opening import opened

LARGEST = 1 << 24
"""Maximum size of a returned picture, in bytes."""

MOST_READ = 1 << 26
"""Maximum number of bytes read from one audio file."""

NAMES = ("cover", "folder", "front")
ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
_FRONT = 3  # ID3v2.4, 4.14; FLAC has the same numbers (RFC 9639, 8.8)
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")


class _TooMuch(OSError):
    """Finding the picture would take more than `MOST_READ` bytes."""


class _Limited(io.RawIOBase):
    """A file object that limits the number of bytes read in all."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._left = MOST_READ

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left + 1 if size < 0 else size)
        self._left -= len(data)
        if self._left < 0:
            raise _TooMuch
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def picture_in(path: str) -> bytes | None:
    """Return the front cover in an audio file, else its first picture.

    None if there is no picture or the file can't be read.
    """
    try:
        with opened(path) as f:
            container = container_of(f)
            container.fields(f)  # raises for a compressed tag that swells: mutagen would unpack it
            f.seek(0)
            module, name = container.reader
            audio = getattr(importlib.import_module(module), name)(_Limited(f))
            found = sorted(_PICTURES[container.tags](audio), key=lambda one: one[0] != _FRONT)
    except (KnownError, OSError):
        return None
    except Exception:
        # mutagen promises MutagenError, and fuzzed files make it raise all kinds of others.
        return None
    return next((data for _, data in found if is_picture(data)), None)


def picture_beside(path: str) -> bytes | None:
    """Return the image next to an audio file with a usual name of covers; None for none."""
    folder = os.path.dirname(path)
    try:
        there = {name.lower(): name for name in os.listdir(folder)}
    except OSError:
        return None
    for wanted in (name + ending for name in NAMES for ending in ENDINGS):
        if wanted in there and (data := _image(os.path.join(folder, there[wanted]))):
            return data
    return None


def is_picture(data: bytes) -> bool:
    """Whether bytes begin like an image of a known format and are not too large."""
    known = data.startswith(_BEGINNINGS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
    return known and len(data) <= LARGEST


def _image(path: str) -> bytes | None:
    try:
        with opened(path) as f:
            data = f.read(LARGEST + 1)
    except (KnownError, OSError):
        return None
    return data if is_picture(data) else None


def _of_id3(audio: Any) -> Iterator[tuple[int, bytes]]:
    for frame in audio.tags.getall("APIC") if audio.tags is not None else ():
        yield int(frame.type), bytes(frame.data)


def _of_vorbis(audio: Any) -> Iterator[tuple[int, bytes]]:
    pictures = list(getattr(audio, "pictures", ()))
    flac = importlib.import_module("mutagen.flac")
    for text in audio.tags.get("metadata_block_picture", ()) if audio.tags is not None else ():
        pictures.append(flac.Picture(base64.b64decode(text, validate=True)))
    for picture in pictures:
        yield int(picture.type), bytes(picture.data)


def _of_mp4(audio: Any) -> Iterator[tuple[int, bytes]]:
    for data in audio.tags.get("covr", ()) if audio.tags is not None else ():
        yield _FRONT, bytes(data)


_PICTURES: dict[Tags, Callable[[Any], Iterator[tuple[int, bytes]]]] = {
    Tags.ID3: _of_id3,
    Tags.VORBIS: _of_vorbis,
    Tags.MP4: _of_mp4,
}
