"""Make words in a PDF of Qt findable: its fonts must lead back to the letters that were written.

Qt maps each glyph to the first character that a font draws with it. For 行 that is a radical
(U+2F8F) in most fonts, for Arabic letters a presentation form, and for a space a tab: a search
finds none of them. So the maps are written again, as an incremental update (ISO 32000-1, 7.5.6
and 9.10.3): the file as Qt wrote it stays as it is, and new objects follow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_STREAM = re.compile(rb"\n(\d{1,9}) 0 obj\n<< /Length \d{1,9} >>\nstream\n")
_RANGES = re.compile(rb"\d{1,9} beginbfrange\n([^a-z]*)endbfrange\n")
_RANGE = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]{4})> (?:<([0-9A-F]{4})>|\[([0-9A-F<> ]*)\])\n")
_COMPATIBLE = ((0x2E80, 0x2FDF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))
"""Radicals of CJK, and presentation forms of Arabic: other characters stand for the same."""
_MOST_RANGES = 100
"""Ranges in one block (Adobe Technical Note 5411)."""


def searchable(content: bytes) -> bytes:
    """The PDF with corrected maps; as it is if it has none, or is not as Qt writes it."""
    start = re.search(rb"startxref\n(\d{1,12}) *\n%%EOF\n\Z", content)
    trailer = _trailer(content)
    if start is None or trailer is None:
        return content
    objects: dict[int, bytes] = {}
    for number, cmap in _maps(content):
        corrected = _corrected(cmap)
        if corrected != cmap:
            objects[number] = corrected
    if not objects:
        return content
    return content + _update(objects, len(content), trailer, start[1])


def _trailer(content: bytes) -> bytes | None:
    """What the file's trailer says, without its brackets; None if it is not as Qt writes it."""
    begin, _, after = content.rpartition(b"trailer\n<<\n")
    inside, end, _ = after.partition(b"\n>>\n")
    whole = inside.startswith(b"/Size ") and b"/Root " in inside and b"/ID [" in inside
    return inside if begin and end and whole else None


def _maps(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The character maps of its fonts, each with the number of its object."""
    for head in _STREAM.finditer(content):
        if not content.startswith(b"/CIDInit", head.end()):
            continue
        end = content.find(b"endstream", head.end())
        if end < 0:
            return
        cmap, found, _ = content[head.end() : end].partition(b"endcmap")
        if found:
            yield int(head[1]), cmap + found


def _update(objects: dict[int, bytes], at: int, trailer: bytes, previous: bytes) -> bytes:
    body, table = b"", b"xref\n"
    for number, cmap in sorted(objects.items()):
        table += b"%d 1\n%010d 00000 n \n" % (number, at + len(body))
        stream = cmap + b"\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        body += b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
            *(number, len(stream), stream),
        )
    end = b"trailer\n<<\n%s\n/Prev %s\n>>\nstartxref\n%d\n%%%%EOF\n"
    return body + table + end % (trailer, previous, at + len(body))


def _corrected(cmap: bytes) -> bytes:
    changed = False
    lines: list[bytes] = []
    for block in _RANGES.finditer(cmap):
        for low, high, first, several in _RANGE.findall(block[1]):
            number = int(high, 16) - int(low, 16) + 1
            if several:
                old = [int(code, 16) for code in re.findall(rb"[0-9A-F]+", several)]
            else:
                old = [int(first, 16) + step for step in range(number)]
            new = list(map(_letters, old))
            changed = changed or new != list(map(chr, old))
            texts = b" ".join(b"<%s>" % t.encode("utf-16-be").hex().upper().encode() for t in new)
            lines.append(b"<%s> <%s> [%s]\n" % (low, high, texts))
    if not changed:
        return cmap
    first_block = _RANGES.search(cmap)
    assert first_block is not None  # something in it has changed
    parts = [lines[at : at + _MOST_RANGES] for at in range(0, len(lines), _MOST_RANGES)]
    blocks = b"".join(
        b"%d beginbfrange\n%sendbfrange\n" % (len(part), b"".join(part)) for part in parts
    )
    return cmap[: first_block.start()] + blocks + b"endcmap"


def _letters(code: int) -> str:
    if code == 0x09:
        return " "
    if any(low <= code <= high for low, high in _COMPATIBLE):
        letters = unicodedata.normalize("NFKC", chr(code))
        return letters if len(letters) == 1 else chr(code)  # readers turn two letters around
    return chr(code) if not 0xD800 <= code <= 0xDFFF else "\ufffd"
