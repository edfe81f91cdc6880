"""Writes tags into sample files, as other people's programs do.

The only place where mutagen writes, and only into sample files. People's files are written only by
the safe writer.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import mutagen
import mutagen.flac
import mutagen.id3
import mutagen.mp3
import mutagen.mp4

# mutagen's types are incomplete: its frames' constructors have none.
flac: Any = mutagen.flac
id3: Any = mutagen.id3
mp3: Any = mutagen.mp3
mp4: Any = mutagen.mp4

ID3_FRAMES = {
    "title": "TIT2",
    "artist": "TPE1",
    "album": "TALB",
    "albumartist": "TPE2",
    "tracknumber": "TRCK",
    "isrc": "TSRC",
}
MP4_ATOMS = {"title": "\xa9nam", "artist": "\xa9ART", "album": "\xa9alb", "albumartist": "aART"}
FREEFORM = "----:com.apple.iTunes:"


@dataclass(frozen=True, slots=True)
class Extra:
    """Further content of a file.

    `dj` adds data of DJ programs (cue points, play count), `old_id3` an ID3v1 tag and ID3 version
    2.3, `cover` the bytes of a picture (None: a small one).
    """

    dj: bool = False
    old_id3: bool = False
    copyright: str = ""
    declarations: Mapping[str, str] = field(default_factory=dict)
    cover: bytes | None = None


PLAIN = Extra()


def put_tags(path: Path, tags: Mapping[str, str], extra: Extra) -> None:
    """Write tags by their Vorbis names, and the content of `extra`, into a sample file."""
    file: Any = mutagen.File(path)
    if file is None:
        raise ValueError(f"{path.name} is not a sample sound")
    if file.tags is None:
        file.add_tags()
    cover = small_picture(tags.get("album", "")) if extra.cover is None else extra.cover
    if isinstance(file.tags, id3.ID3):
        _put_id3(file, tags, extra, cover)
    elif isinstance(file, mp4.MP4):
        _put_mp4(file, tags, extra, cover)
    else:
        _put_vorbis(file, tags, extra, cover)


def _put_id3(file: Any, tags: Mapping[str, str], extra: Extra, cover: bytes) -> None:
    put = file.tags.add
    for name, value in tags.items():
        put(id3.Frames[ID3_FRAMES[name]](encoding=3, text=[value]))
    put(id3.APIC(encoding=3, mime="image/png", type=3, desc="Cover", data=cover))
    if extra.copyright:
        put(id3.TCOP(encoding=3, text=[extra.copyright]))
    for name, value in extra.declarations.items():
        put(id3.TXXX(encoding=3, desc=name, text=[value]))
    if extra.dj:
        cues = b"\x01\x01" + bytes(range(256)) * 2
        mime = "application/octet-stream"
        put(id3.GEOB(encoding=0, mime=mime, filename="", desc="Serato Markers2", data=cues))
        put(id3.POPM(email="no@email", rating=196, count=17))
        put(id3.PRIV(owner="TRAKTOR4", data=b"DMRT\x00\x00\x00\x00"))
    old: dict[str, Any] = {"v2_version": 3} if extra.old_id3 else {}
    if extra.old_id3 and isinstance(file, mp3.MP3):
        old["v1"] = id3.ID3v1SaveOptions.CREATE
    file.save(**old)


def _put_mp4(file: Any, tags: Mapping[str, str], extra: Extra, cover: bytes) -> None:
    for name, value in tags.items():
        if name == "tracknumber":
            file.tags["trkn"] = [(int(value), 0)]
        elif name in MP4_ATOMS:
            file.tags[MP4_ATOMS[name]] = [value]
        else:
            file.tags[FREEFORM + name.upper()] = [mp4.MP4FreeForm(value.encode())]
    file.tags["covr"] = [mp4.MP4Cover(cover, mp4.MP4Cover.FORMAT_PNG)]
    if extra.copyright:
        file.tags["cprt"] = [extra.copyright]
    for name, value in extra.declarations.items():
        file.tags[FREEFORM + name] = [mp4.MP4FreeForm(value.encode())]
    file.save()


def _put_vorbis(file: Any, tags: Mapping[str, str], extra: Extra, cover: bytes) -> None:
    for name, value in {**tags, **extra.declarations}.items():
        file.tags[name] = [value]
    if extra.copyright:
        file.tags["copyright"] = [extra.copyright]
    picture = flac.Picture()
    picture.type, picture.mime, picture.desc, picture.data = 3, "image/png", "Cover", cover
    if hasattr(file, "add_picture"):
        file.add_picture(picture)
    else:
        encoded = base64.b64encode(picture.write()).decode("ascii")
        file.tags["metadata_block_picture"] = [encoded]
    file.save()


_SKIES = (
    ((18, 20, 62), (88, 54, 120), (255, 190, 92)),
    ((8, 58, 74), (70, 150, 150), (250, 236, 190)),
    ((74, 20, 40), (206, 92, 66), (255, 222, 150)),
    ((20, 34, 48), (120, 136, 150), (236, 240, 244)),
    ((30, 60, 34), (140, 170, 92), (250, 244, 160)),
    ((60, 30, 86), (214, 110, 150), (255, 232, 214)),
)
"""Colours of the sky above, of the sky below, and of the light, as red, green and blue."""


@cache
def small_picture(title: str = "", side: int = 48) -> bytes:
    """A PNG: a light above the water, at a place and in colours that come from the title.

    (PNG specification, sections 5 and 11.2.)
    """
    number = zlib.crc32(title.encode())
    above, below, light = _SKIES[number // 11 % len(_SKIES)]
    horizon = side * (5 + number // 7 % 3) // 10
    middle, radius = side * (3 + number // 31 % 5) // 10, side * (2 + number // 101 % 2) // 12
    height = horizon - side * (1 + number // 211 % 2) // 8
    rows = bytearray()
    for y in range(side):
        rows.append(0)  # no filter
        down = y / horizon if y < horizon else 1.2 - y / side
        sky = [round(a + (b - a) * down) for a, b in zip(above, below, strict=True)]
        for x in range(side):
            lit = (x - middle) ** 2 + (y - height) ** 2 <= radius**2
            if y >= horizon:  # the light on the water, in waves
                lit = y % 4 == 1 and abs(x - middle) <= radius + (y - horizon) // 3
            rows += bytes(light if lit else sky)
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
