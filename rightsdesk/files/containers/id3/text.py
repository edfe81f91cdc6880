"""Read and render our ID3v2 text frames in the version of the tag.

Sources: id3v2-00 (2.2) section 4.2, id3v2.3.0 sections 3.3 and 4.2, id3v2.4.0-structure
section 4 and id3v2.4.0-frames section 4.2.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from rightsdesk.files.containers.base import LARGEST_TEXT
from rightsdesk.files.errors import Unsupported
from rightsdesk.files.owned import COPYRIGHT, OWN, owned_name
from rightsdesk.files.text import raw_text

TEXT_IDS = {2: ("TXX", "TCR"), 3: ("TXXX", "TCOP"), 4: ("TXXX", "TCOP")}
"""By major version: the ids of the frames for user-defined text and for the copyright line."""

COPYRIGHT_IDS = frozenset(line for _, line in TEXT_IDS.values())
"""The ids of copyright frames in all versions."""

_ENCODINGS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}


LINE_UNREADABLE = (
    "This file's copyright line is in an unknown encoding, so this can't be written to it."
)

_LATIN, _WIDE, _WIDE_BE, _UTF8 = range(4)
_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_CONTROLS = frozenset(range(0x80, 0xA0))  # no letters in Latin-1, but in Windows code pages
_MOST_VALUES = 1 << 10


@dataclass(frozen=True, slots=True)
class _Part:
    """A value of a text frame: byte order mark, raw bytes after it, and Python codec.

    `codec` is "" if the bytes are not in the encoding that the frame states.
    """

    mark: bytes
    raw: bytes
    codec: str

    @property
    def text(self) -> str:
        return self.raw.decode(self.codec) if self.codec else raw_text.text_of(self.raw)

    def changed(self, text: str) -> bytes:
        """Return the bytes of another text. Bytes that both texts share stay unchanged.

        Raises UnicodeEncodeError, and `Unsupported` as `raw_text.changed` does.
        """
        if text == self.text:
            return self.mark + self.raw
        if self.codec:
            return self.mark + text.encode(self.codec)
        return raw_text.changed(self.raw, text)


@dataclass(frozen=True, slots=True)
class CommentLine:
    """The text of a copyright frame, with its raw bytes so that a change can keep them.

    `tail`: the zero bytes at its end, with stray byte order marks.
    """

    encoding: int
    parts: tuple[_Part, ...]
    tail: bytes = b""

    @property
    def unknown(self) -> bool:
        """Whether a part is not in the encoding that the frame states."""
        return not all(part.codec for part in self.parts)

    def rendered(self, values: tuple[str, ...]) -> bytes | None:
        """Return the frame's content with other values, in its current encoding.

        Returns None if that encoding can't hold them. Raises `Unsupported` if bytes in an
        unknown encoding would have to change.
        """
        more = len(values) - len(self.parts)
        parts = self.parts + (self.parts[-1:] * more if more > 0 else ())
        try:
            raws = [
                part.changed(value) if at < len(self.parts) or part.codec else value.encode("ascii")
                for at, (part, value) in enumerate(zip(parts, values, strict=False))
            ]
        except UnicodeEncodeError:
            return None
        between = bytes(2 if self.encoding in (_WIDE, _WIDE_BE) else 1)
        content = bytes((self.encoding,)) + between.join(raws) + self.tail
        again = _line(self.encoding, content[1:])
        if again is None or (again.unknown and not self.unknown):
            return None
        return content if tuple(part.text for part in again.parts) == values else None


@dataclass(frozen=True, slots=True)
class OwnedText:
    """A frame of ours: the field's name as in `owned.py`, and its values.

    `line` is set for a copyright line, which other programs also write.
    """

    name: str
    values: tuple[str, ...]
    line: CommentLine | None = None


def read_owned(version: int, frame_id: str, content: bytes) -> OwnedText | None:
    """Read a text frame; return None if it is not ours or can't be read.

    `content` is the frame's body as `plain_content` returns it. NUL separates values: the
    rule in 2.4, and common in 2.3.
    """
    user_text, copyright_line = TEXT_IDS[version]
    if not content or content[0] not in _ENCODINGS or frame_id not in (user_text, copyright_line):
        return None
    if frame_id == copyright_line:
        line = _line(content[0], content[1:])
        if line is None:
            return None
        return OwnedText(COPYRIGHT, tuple(part.text for part in line.parts), line)
    texts = _split(content[0], content[1:])
    name = owned_name(texts[0])
    return OwnedText(name, tuple(texts[1:]) or ("",)) if name in OWN else None


def known_texts(content: bytes) -> list[str] | None:
    """Return the texts in a text frame; None if a text is not in the stated encoding."""
    line = _line(content[0], content[1:]) if content[:1] and content[0] in _ENCODINGS else None
    return None if line is None or line.unknown else [part.text for part in line.parts]


def _line(encoding: int, data: bytes) -> CommentLine | None:
    """Read a copyright line; return None if it can't be decoded."""
    length = len(data.rstrip(b"\0"))
    wide = encoding in (_WIDE, _WIDE_BE)
    length += length & 1 if wide else 0
    data, tail = data[:length], data[length:]
    if data.count(b"\0\0" if wide else b"\0") >= _MOST_VALUES:
        return None
    parts = _wide_parts(encoding, data) if wide else _narrow_parts(encoding, data)
    if parts is None:
        return None
    while len(parts) > 1 and not parts[-1].text:  # only a byte order mark, or nothing
        tail = b"\0\0" + parts.pop().mark + tail
    return CommentLine(encoding, tuple(parts), tail)


def _is_latin(text: str) -> bool:
    """Return whether a text survives a round trip through Latin-1 (see `_CONTROLS`)."""
    return all(ord(char) < 0x100 and ord(char) not in _CONTROLS for char in text)


def _narrow_parts(encoding: int, data: bytes) -> list[_Part]:
    parts: list[_Part] = []
    for raw in data.split(b"\0"):
        valid = raw_text.is_utf8(raw) if encoding == _UTF8 else _CONTROLS.isdisjoint(raw)
        parts.append(_Part(b"", raw, _ENCODINGS[encoding] if valid else ""))
    return parts


def _wide_parts(encoding: int, data: bytes) -> list[_Part] | None:
    """Split UTF-16 data into parts.

    Returns None if the first text has no byte order mark, or at half a character.
    """
    codec = _ENCODINGS[_WIDE_BE] if encoding == _WIDE_BE else ""
    parts: list[_Part] = []
    for raw in _split_wide(data):
        mark = raw[:2] if raw[:2] in _MARKS else b""
        codec = _MARKS.get(mark, codec)
        part = _Part(mark, raw[len(mark) :], codec or "utf-16-le")
        try:
            if part.text and not codec:
                return None
        except UnicodeDecodeError:
            return None
        parts.append(part)
    return parts


def _split(encoding: int, data: bytes) -> list[str]:
    """Return the texts of a frame that only tools of our standards write."""
    if encoding in (_LATIN, _UTF8):
        parts = data.rstrip(b"\0").split(b"\0", _MOST_VALUES)
        return [part.decode(_ENCODINGS[encoding], "replace") for part in parts]
    texts: list[str] = []
    order = "utf-16-be" if encoding == _WIDE_BE else "utf-16-le"
    length = len(data.rstrip(b"\0"))
    for part in _split_wide(data[: length + (length & 1)]):
        if mark := _MARKS.get(part[:2]):
            order, part = mark, part[2:]
        texts.append(part.decode(order, "replace"))
    while len(texts) > 1 and not texts[-1]:
        texts.pop()
    return texts


def _split_wide(data: bytes) -> list[bytes]:
    """Split at NUL characters of two bytes, at even offsets only."""
    parts: list[bytes] = []
    start = position = 0
    while (at := data.find(b"\0\0", position)) >= 0 and len(parts) < _MOST_VALUES:
        if at % 2:
            position = at + 1
            continue
        parts.append(data[start:at])
        start = position = at + 2
    parts.append(data[start:])
    return parts


def plain_content(
    version: int, flags: int, tag_unsynchronised: bool, body: bytes, most: int = LARGEST_TEXT
) -> bytes | None:
    """Return a frame's content without grouping, length and compression.

    Returns None if it is encrypted or can't be unpacked. Unpacks at most `most` bytes.

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


_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2}))?", re.ASCII)


def new_date(text: str) -> list[tuple[str, bytes]]:
    """Return (frame id, content) in 2.3 for a date (a year, or YYYY-MM-DD); else nothing."""
    date = _DATE.fullmatch(text)
    if date is None:
        return []
    year, month, day = date.groups()
    return [("TYER", new_text(year)), *([("TDAT", new_text(day + month))] if month else [])]


def new_text(text: str, *, language: bytes = b"", description: str | None = None) -> bytes:
    """Return the body of a 2.3 text frame, with values separated by NUL.

    A comment begins with a `language` and an empty description, a user-defined text with a
    `description`.
    """
    texts = [*([""] if language else []), *([] if description is None else [description])]
    texts += text.split("\0")
    try:
        return b"\0" + language + b"\0".join(value.encode("latin-1") for value in texts)
    except UnicodeEncodeError:
        wide = (b"\xff\xfe" + value.encode("utf-16-le") for value in texts)
        return b"\1" + language + b"\0\0".join(wide)


def render_owned(
    version: int, name: str, values: tuple[str, ...], line: CommentLine | None = None
) -> tuple[str, bytes]:
    """Return the frame id and content for a field of ours.

    2.4 gets UTF-8; 2.2 and 2.3 support only Latin-1 and UTF-16. An existing copyright
    `line` keeps its encoding, and the bytes of values that stay. Raises ValueError for a
    NUL in a value, which ID3 can't hold, and `Unsupported` if the line can't be changed.
    """
    if any("\0" in value for value in values):
        raise ValueError(f"{name}: an ID3 text cannot contain NUL")
    user_text, copyright_line = TEXT_IDS[version]
    texts = values if name == COPYRIGHT else (name, *values)
    frame_id = copyright_line if name == COPYRIGHT else user_text
    kept = line.rendered(values) if line else None
    if kept is not None:
        return frame_id, kept
    if line and line.unknown:
        raise Unsupported(LINE_UNREADABLE)
    if version == 4:
        return frame_id, b"\x03" + "\0".join(texts).encode("utf-8")
    if all(map(_is_latin, texts)):
        return frame_id, b"\x00" + "\0".join(texts).encode("latin-1")
    wide = (b"\xff\xfe" + text.encode("utf-16-le") for text in texts)
    return frame_id, b"\x01" + b"\0\0".join(wide)
