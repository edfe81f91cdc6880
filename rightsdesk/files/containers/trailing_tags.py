"""Tags that other programs append after the audio. They are kept and don't count as audio.

ID3v1 (with the enhanced TAG+ before it), Lyrics3 v1 and v2, APEv2. A tag with a false size
counts as audio, which is never changed either.

Sources: id3.org "ID3v1", "Lyrics3 v2.00", Hydrogenaudio "APEv2 specification".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from rightsdesk.files.containers.base import read_at

_MOST_TAILS = 8
_APE_HEAD = 32  # bytes of the header, and of the footer
_LARGEST_LYRICS3V1 = 5100 + 11


def audio_end(f: BinaryIO, start: int, end: int) -> int:
    """Return the offset where the audio of [start, end) ends, without the trailing tags."""
    for begins, _ in tails(f, start, end):
        end = begins
    return end


def tails(f: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield [start, end) of each trailing tag, the last tag first."""
    for _ in range(_MOST_TAILS):
        length = _tail(f, start, end)
        if not length:
            break
        yield end - length, end
        end -= length


def front(f: BinaryIO, start: int, end: int) -> int:
    """Return the length of an APE tag that begins at `start`, 0 if there is none."""
    if end - start < 2 * _APE_HEAD:
        return 0
    head = read_at(f, start, _APE_HEAD)
    length = _APE_HEAD + int.from_bytes(head[12:16], "little")
    return length if head[:8] == b"APETAGEX" and length <= end - start else 0


def _tail(f: BinaryIO, start: int, end: int) -> int:
    """Return the length of the tag that ends at `end`, 0 if there is none."""
    room = end - start
    if room < 32:
        return 0
    last = read_at(f, end - 32, 32)
    length = 0
    if room >= 128 and read_at(f, end - 128, 3) == b"TAG":
        length = 128
        if room >= 355 and read_at(f, end - 355, 4) == b"TAG+":
            length = 355
    elif last[:8] == b"APETAGEX":
        flags = int.from_bytes(last[20:24], "little")
        length = int.from_bytes(last[12:16], "little") + (32 if flags & 0x80000000 else 0)
    elif last[23:] == b"LYRICS200" and last[17:23].isdigit():
        length = int(last[17:23]) + 15
    elif last[23:] == b"LYRICSEND":
        window = min(room, _LARGEST_LYRICS3V1)
        at = read_at(f, end - window, window).rfind(b"LYRICSBEGIN")
        length = window - at if at >= 0 else 0
    return length if 32 <= length <= room else 0
