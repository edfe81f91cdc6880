"""ID3v2 text frames that are ours, read and rendered in the tag's own version.

Sources: id3v2-00 (2.2) section 4.2, id3v2.3.0 sections 3.3 and 4.2, id3v2.4.0-structure
section 4 and id3v2.4.0-frames section 4.2.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from rightsdesk.files.containers.base import LARGEST_TEXT
from rightsdesk.files.owned import COPYRIGHT, OWN, owned_name

TEXT_IDS = {2: ("TXX", "TCR"), 3: ("TXXX", "TCOP"), 4: ("TXXX", "TCOP")}
"""By major version: the frame for user-defined text, and the one for the copyright line."""

_ENCODINGS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}


@dataclass(frozen=True, slots=True)
class OwnedText:
    """One frame of ours: the field's name as in `owned.py`, and its values."""

    name: str
    values: tuple[str, ...]


def read_owned(version: int, frame_id: str, content: bytes) -> OwnedText | None:
    """What a text frame says, if it is one of ours.

    `content` is the frame's body without flags' extras (see `plain_content`). Several
    values are separated by NUL: the rule in 2.4, and widely done in 2.3.
    """
    user_text, copyright_line = TEXT_IDS[version]
    if not content or content[0] not in _ENCODINGS or frame_id not in (user_text, copyright_line):
        return None
    texts = _split(content[0], content[1:])
    if frame_id == copyright_line:
        return OwnedText(COPYRIGHT, _values(texts))
    name = owned_name(texts[0])
    return OwnedText(name, _values(texts[1:])) if name in OWN else None


def _values(texts: list[str]) -> tuple[str, ...]:
    while len(texts) > 1 and not texts[-1]:  # terminators, where none were asked for
        texts.pop()
    return tuple(texts) if texts else ("",)


def _split(encoding: int, data: bytes) -> list[str]:
    if encoding in (0, 3):
        return [part.decode(_ENCODINGS[encoding], "replace") for part in data.split(b"\0")]
    texts: list[str] = []
    order = "utf-16-be" if encoding == 2 else "utf-16-le"
    for part in _split_wide(data):
        if part[:2] == b"\xff\xfe":
            order, part = "utf-16-le", part[2:]
        elif part[:2] == b"\xfe\xff":
            order, part = "utf-16-be", part[2:]
        texts.append(part.decode(order, "replace"))
    return texts


def _split_wide(data: bytes) -> list[bytes]:
    """Split at NUL characters of two bytes, at even offsets only."""
    parts: list[bytes] = []
    start = look = 0
    while (at := data.find(b"\0\0", look)) >= 0:
        if at % 2:
            look = at + 1
            continue
        parts.append(data[start:at])
        start = look = at + 2
    parts.append(data[start:])
    return parts


def plain_content(
    version: int, flags: int, tag_unsynchronised: bool, body: bytes, most: int = LARGEST_TEXT
) -> bytes | None:
    """A frame's content without grouping, length and compression; None if it can't be had.

    No more than `most` bytes of it are unpacked.

    `flags` is the second flag byte of 2.3 (section 3.3.1) or 2.4 (section 4.1.2).
    """
    if version == 3:
        compressed, encrypted, grouped = flags & 0x80, flags & 0x40, flags & 0x20
        if compressed:
            body = body[4:]
        if grouped:
            body = body[1:]
    elif version == 4:
        compressed, encrypted, grouped = flags & 0x08, flags & 0x04, flags & 0x40
        if grouped:
            body = body[1:]
        if flags & 0x01:  # data length indicator
            body = body[4:]
        if flags & 0x02 or tag_unsynchronised:
            body = body.replace(b"\xff\x00", b"\xff")
    else:
        return body
    if encrypted:
        return None
    if not compressed:
        return body
    try:
        return zlib.decompressobj().decompress(body, most)
    except zlib.error:
        return None


def render_owned(version: int, name: str, values: tuple[str, ...]) -> tuple[str, bytes]:
    """The frame id and content for a field of ours.

    2.4 gets UTF-8; 2.2 and 2.3 know only Latin-1 and UTF-16. Raises ValueError for a
    NUL in a value, which ID3 has no way to hold.
    """
    if any("\0" in value for value in values):
        raise ValueError(f"{name}: NUL cannot stand in an ID3 text")
    user_text, copyright_line = TEXT_IDS[version]
    texts = values if name == COPYRIGHT else (name, *values)
    frame_id = copyright_line if name == COPYRIGHT else user_text
    if version == 4:
        return frame_id, b"\x03" + "\0".join(texts).encode("utf-8")
    try:
        return frame_id, b"\x00" + "\0".join(texts).encode("latin-1")
    except UnicodeEncodeError:
        wide = (b"\xff\xfe" + text.encode("utf-16-le") for text in texts)
        return frame_id, b"\x01" + b"\0\0".join(wide)
