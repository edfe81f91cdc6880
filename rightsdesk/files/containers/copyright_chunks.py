"""The copyright lines of WAV and AIFF outside an ID3 tag: `ICOP` and `(c) `.

Some readers read only these (ffmpeg in WAV). The formats state no encoding. Text that is
valid UTF-8 counts as UTF-8; other text has an unknown encoding (see `raw_text`).

Sources: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0",
section "INFO List Chunk"; Apple "Audio Interchange File Format 1.3", "Text Chunks".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from rightsdesk.files.containers.base import LARGEST_TEXT, read_at
from rightsdesk.files.containers.chunklayout import Chunk
from rightsdesk.files.patch.patch import Splice
from rightsdesk.files.text import raw_text

ICOP, AIFF_COPYRIGHT = b"ICOP", b"(c) "
_SLACK = 256  # zero bytes after a text that grows, so that the next change moves nothing


@dataclass(frozen=True, slots=True)
class InfoEntry:
    """An entry of an INFO list: its id, its span in the list's data, and its raw text."""

    id: bytes
    start: int
    end: int
    raw: bytes

    @property
    def unpadded(self) -> bool:
        """Whether the pad byte after it is missing, as it may be at a list's end."""
        return bool((self.end - self.start) & 1)


@dataclass(frozen=True, slots=True)
class InfoList:
    """A LIST chunk of form INFO."""

    chunk: Chunk
    data: bytes
    entries: list[InfoEntry]

    @property
    def end(self) -> int:
        """The offset in the data where the entries end."""
        return self.entries[-1].end if self.entries else 4

    @property
    def rest(self) -> bytes:
        """The list's data without our entries, padded; b"" if nothing else is in it."""
        kept = b"".join(
            self.data[entry.start : entry.end] + bytes(entry.unpadded)
            for entry in self.entries
            if entry.id.upper() != ICOP
        )
        kept += self.data[self.end :]
        return b"INFO" + kept if kept else b""


def info_list(f: BinaryIO, chunk: Chunk) -> InfoList | None:
    """Parse a LIST chunk; return None if it is no INFO list. Data after the entries is kept."""
    if chunk.id.upper() != b"LIST" or not 4 <= chunk.length <= LARGEST_TEXT:
        return None
    data = read_at(f, chunk.data, chunk.length)
    if data[:4] != b"INFO":
        return None
    entries: list[InfoEntry] = []
    at = 4
    while _is_entry(data, at):
        stop = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        # Some programs omit the pad byte; then the next entry follows immediately.
        padded = (stop - at) & 1 and (_is_entry(data, stop + 1) or not _is_entry(data, stop))
        end = min(stop + padded, len(data))
        entries.append(InfoEntry(data[at : at + 4], at, end, data[at + 8 : stop]))
        at = end
    if data[at : at + 4].upper() == ICOP and at + 8 < len(data):  # truncated by the list's end
        entries.append(InfoEntry(data[at : at + 4], at, len(data), data[at + 8 :]))
    return InfoList(chunk, data, entries)


def _is_entry(data: bytes, at: int) -> bool:
    """Return whether a complete entry of an INFO list begins at `at`."""
    if len(data) - at < 8 or not all(0x20 <= byte < 0x7F for byte in data[at : at + 4]):
        return False
    return at + 8 + int.from_bytes(data[at + 4 : at + 8], "little") <= len(data)


def info_raws(lists: Sequence[InfoList]) -> list[bytes]:
    """Return the bytes of the copyright lines in INFO lists."""
    return [entry.raw for entry in _ours(lists)]


def info_edit(
    lists: Sequence[InfoList], values: tuple[str, ...], *, keep: bool = False
) -> tuple[list[Splice], set[int], list[tuple[bytes, bytes]]]:
    """Set the lines; return splices inside chunks, chunks to remove, chunks to append.

    `keep`: an emptied list stays, so that a line can return to it. Raises `Unsupported` for
    a line in an unknown encoding that can't be changed this way.
    """
    raws, new = updated_lines([entry.raw for entry in _ours(lists)], values)
    splices: list[Splice] = []
    removed: set[int] = set()
    for info in lists:
        for entry in info.entries:
            if entry.id.upper() != ICOP:
                continue
            raw = raws.pop(0)
            if raw != entry.raw:
                span = (info.chunk.data + entry.start, entry.end - entry.start)
                splices.append(Splice(*span, b"" if raw is None else _entry(raw, entry.id)))
        if not info.rest and not values and not keep:
            removed.add(info.chunk.offset)
    added = b"".join(_entry(raw, ICOP) for raw in new)
    if not added:
        return splices, removed, []
    if not lists:
        return splices, removed, [(b"LIST", b"INFO" + added)]
    first = lists[0]
    pad = bytes(bool(first.entries) and first.entries[-1].unpadded)
    splices.append(Splice(first.chunk.data + first.end, 0, pad + added))
    return splices, removed, []


def updated_lines(
    raws: Sequence[bytes], values: Sequence[str]
) -> tuple[list[bytes | None], list[bytes]]:
    """Return the new bytes of the existing texts (None: remove), and the texts to add.

    A text that stays keeps its bytes. Raises `Unsupported` for a text in an unknown encoding
    that can't be changed this way, ValueError for a NUL.
    """
    if any("\0" in value for value in values):
        raise ValueError("a text chunk cannot contain NUL")
    left = list(values)
    new: list[bytes | None] = []
    for index, raw in enumerate(raws):
        text, spare = text_of(raw), len(raws) - index > len(left)
        if not left or (spare and not left[0].startswith(text) and not text.startswith(left[0])):
            new.append(None)
        elif text == left[0]:
            new.append(raw)
            left.pop(0)
        else:
            new.append(fitted(raw_text.changed(_before_nul(raw), left.pop(0)), len(raw)))
    return new, [fitted(value.encode("utf-8")) for value in left]


def text_of(raw: bytes) -> str:
    """Return the text up to the first zero byte."""
    return raw_text.text_of(_before_nul(raw))


def have_unknown_encoding(raws: Iterable[bytes]) -> bool:
    """Return whether any of these texts is in an unknown encoding."""
    return not all(raw_text.is_utf8(_before_nul(raw)) for raw in raws)


def continue_after_nul(raws: Iterable[bytes]) -> bool:
    """Return whether any of these texts has data after its zero byte, as in UTF-16.

    The effect of a change on such a text is unknown.
    """
    return any(raw.partition(b"\0")[2].strip(b"\0") for raw in raws)


def _before_nul(raw: bytes) -> bytes:
    return raw.split(b"\0", 1)[0]


def _ours(lists: Sequence[InfoList]) -> Iterator[InfoEntry]:
    return (entry for info in lists for entry in info.entries if entry.id.upper() == ICOP)


def fitted(raw: bytes, room: int = 0) -> bytes:
    """Return a text with zero bytes after it: to fill `room` bytes, else with some slack."""
    length = room if room > len(raw) else len(raw) + _SLACK + 1
    return raw.ljust(length, b"\0")


def _entry(data: bytes, name: bytes) -> bytes:
    """Return a rendered entry of even length."""
    return name + len(data).to_bytes(4, "little") + data + bytes(len(data) & 1)
