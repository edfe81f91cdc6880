"""Convert an ID3v1 tag to frames for the new ID3v2.3 tag at the start of the file.

Many readers, such as ffmpeg, ignore the old tag once there is a new one. Title and artist
would seem lost. So the new tag gets the old tag's texts; the old tag stays unchanged.
After that, these frames are as foreign as any other.

Sources: id3.org "ID3v1" and its revision 1.1 (a track number in the comment's last bytes);
id3v2.3.0 section 4.2.
"""

from __future__ import annotations

from typing import BinaryIO

from rightsdesk.files.containers.base import read_at

LENGTH = 128
_LAST_GENRE = 191  # the last number that Winamp assigned; 255 means no genre


def frames_of(f: BinaryIO, start: int, end: int) -> list[tuple[str, bytes]]:
    """Return (frame id, content) for the tag at the end of [start, end); none without a tag."""
    if end - start < LENGTH:
        return []
    data = read_at(f, end - LENGTH, LENGTH)
    return _frames(data) if data[:3] == b"TAG" else []


def _frames(data: bytes) -> list[tuple[str, bytes]]:
    numbered = not data[125] and data[126]
    year = _text(data[93:97])
    texts = [
        ("TIT2", _text(data[3:33])),
        ("TPE1", _text(data[33:63])),
        ("TALB", _text(data[63:93])),
        ("TYER", year if len(year) == 4 and year.isdigit() else b""),
        ("TRCK", str(data[126]).encode("ascii") if numbered else b""),
        ("TCON", f"({data[127]})".encode("ascii") if data[127] <= _LAST_GENRE else b""),
    ]
    frames = [(name, b"\0" + text) for name, text in texts if text]
    comment = _text(data[97 : 125 if numbered else 127])
    return [*frames, ("COMM", b"\0XXX\0" + comment)] if comment else frames


def _text(raw: bytes) -> bytes:
    """Return the text up to the first zero byte. Some programs pad with spaces."""
    return raw.split(b"\0", 1)[0].strip(b" ")
