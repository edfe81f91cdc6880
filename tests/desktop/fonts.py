"""Fonts that the tests build themselves, so that no test depends on those of the machine.

Every glyph is a box. What counts is how wide letters are and how high lines are, and those
are given. The tables are those that OpenType requires of a TrueType font
(https://learn.microsoft.com/typography/opentype/spec/otff).
"""

import struct
from dataclasses import dataclass

UNITS = 1000
"""Font units in an em."""
NARROW = set(map(ord, " !'(),.:;I[]fijlrt|"))
WIDE = set(map(ord, "%@MWmw—…")) | set(range(0x2E80, 0xA000))  # CJK, too


@dataclass(frozen=True)
class Shape:
    """How large the letters of a font are, in thousandths of its size."""

    family: str
    letter: int
    narrow: int
    wide: int
    ascent: int
    descent: int


PLAIN = Shape("RightsDesk Plain", letter=550, narrow=300, wide=850, ascent=930, descent=240)
"""About as DejaVu Sans and Verdana are."""
TALL = Shape("RightsDesk Tall", letter=520, narrow=280, wide=830, ascent=1070, descent=300)
"""About as Noto Sans is: lines that are high for the width of their letters."""
BROAD = Shape("RightsDesk Broad", letter=900, narrow=900, wide=900, ascent=750, descent=210)
"""Wider than any that people read by, in low lines, and each letter as wide as the others."""
SHAPES = {shape.family.rpartition(" ")[2].lower(): shape for shape in (PLAIN, TALL, BROAD)}


def build(shape: Shape) -> bytes:
    """A TrueType font that has a box for every character, as bytes."""
    advances = [shape.letter, shape.letter, shape.narrow, shape.wide]  # the first is .notdef
    glyphs = [_box(advance, shape.ascent * 7 // 10) for advance in advances]
    offsets = [sum(map(len, glyphs[:n])) for n in range(len(glyphs) + 1)]
    mono = shape.letter == shape.narrow == shape.wide
    top, bottom = shape.ascent, -shape.descent
    tables = {
        b"OS/2": _os2(shape),
        b"cmap": _cmap(),
        b"glyf": b"".join(glyphs),
        b"head": struct.pack(
            ">IIIIHHqqhhhhHHhhh",
            *(0x10000, 0x10000, 0, 0x5F0F3CF5, 0, UNITS, 0, 0),
            *(0, bottom, max(advances), top, 0, 8, 2, 1, 0),
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhh8xhH",
            *(0x10000, top, bottom, 0, max(advances), 0, 0, max(advances)),
            *(1, 0, 0, 0, len(glyphs)),
        ),
        b"hmtx": b"".join(struct.pack(">Hh", advance, 60) for advance in advances),
        b"loca": struct.pack(f">{len(offsets)}I", *offsets),
        b"maxp": struct.pack(">I14H", 0x10000, len(glyphs), 4, 1, *(0,) * 2, 2, *(0,) * 8),
        b"name": _name(shape.family),
        b"post": struct.pack(">IIhhI16x", 0x30000, 0, -100, 50, mono),
    }
    return _assembled(tables)


def _box(advance: int, height: int) -> bytes:
    """A rectangle as one contour of four points."""
    left, right = 60, advance - 60
    head = struct.pack(">hhhhhHH", 1, left, 0, right, height, 3, 0)
    # Four points on the curve, their coordinates as words: x by steps, then y.
    glyph = head + b"\x01" * 4 + struct.pack(">4h", left, right - left, 0, left - right)
    glyph += struct.pack(">4h", 0, 0, height, 0)
    return glyph + b"\0" * (-len(glyph) % 4)


def _cmap() -> bytes:
    """Every character beyond the controls, except surrogates and what Unicode has no use for.

    Format 13 gives whole ranges one glyph.
    """
    groups: list[tuple[int, int, int]] = []
    for code in [*range(0x20, 0xD800), *range(0xE000, 0xFFFE)]:
        if 0x7F <= code < 0xA0:
            continue
        glyph = 2 if code in NARROW else 3 if code in WIDE else 1
        if groups and groups[-1][1] == code - 1 and groups[-1][2] == glyph:
            groups[-1] = groups[-1][0], code, glyph
        else:
            groups.append((code, code, glyph))
    groups.append((0x10000, 0x1FFFD, 3))
    body = b"".join(struct.pack(">III", *group) for group in groups)
    table = struct.pack(">HHIII", 13, 0, 16 + len(body), 0, len(groups)) + body
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _name(family: str) -> bytes:
    texts = {1: family, 2: "Regular", 3: family, 4: family, 6: family.replace(" ", "")}
    records, strings = b"", b""
    for number, text in texts.items():
        encoded = text.encode("utf-16-be")
        records += struct.pack(">6H", 3, 1, 0x409, number, len(encoded), len(strings))
        strings += encoded
    return struct.pack(">3H", 0, len(texts), 6 + len(records)) + records + strings


def _os2(shape: Shape) -> bytes:
    everything = 0xFFFFFFFF
    top, bottom = shape.ascent, shape.descent
    return struct.pack(
        ">HhHHH11h10s4I4sHHHhhhHHIIhhHHH",
        *(4, shape.letter, 400, 5, 0),
        *(650, 700, 0, 140, 650, 700, 0, 480, 50, 250, 0),
        bytes(10),
        *(everything, everything, everything, 0x0FFFFFFF),
        b"TEST",
        *(0x40, 0x20, 0xFFFF, top, -bottom, 0, top, bottom),
        *(everything, everything),
        *(520, 700, 0, 0x20, 0),
    )


def _assembled(tables: dict[bytes, bytes]) -> bytes:
    power = len(tables).bit_length() - 1
    sizes = 16 << power, power, 16 * len(tables) - (16 << power)
    head = struct.pack(">I4H", 0x10000, len(tables), *sizes)
    at = len(head) + 16 * len(tables)
    directory, body = b"", b""
    for tag, table in sorted(tables.items()):
        padded = table + b"\0" * (-len(table) % 4)
        words = struct.unpack(f">{len(padded) // 4}I", padded)
        directory += tag + struct.pack(">III", sum(words) & 0xFFFFFFFF, at, len(table))
        body += padded
        at += len(padded)
    return head + directory + body
