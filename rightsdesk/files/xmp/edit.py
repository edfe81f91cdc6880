"""Read and set our properties in an XMP packet by editing the bytes of its text.

Every other property, namespace, attribute and comment stays byte for byte. An existing
property is set in place. New ones go into our own description at the end, which declares
its own namespaces. Growth uses up the packet's padding, so the packet keeps its length if
possible.

`end="r"` (read-only) only concerns programs that don't know the file format around the
packet (ISO 16684-1, 7.3.2). It is kept.

Source: ISO 16684-1 (XMP part 1), section 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rightsdesk.consent.fields import Fields
from rightsdesk.files.errors import DamagedXmp, Unsupported
from rightsdesk.files.owned import XMP_OWNED, XMP_READ
from rightsdesk.files.xmp.parse import LARGEST, damaged, parse
from rightsdesk.files.xmp.places import (
    LANGUAGE_ALTERNATIVES,
    NAMESPACES,
    RDF,
    Description,
    Packet,
    Property,
)

PADDING = 2048
"""Bytes of padding in a new packet (ISO 16684-1, 7.3.2: 2 to 4 KB)."""

_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = '<?xpacket end="w"?>'
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE = 100  # characters per line of padding
_Cut = tuple[int, int, bytes]


def fields_of(packet: bytes) -> dict[str, tuple[str, ...]]:
    """Return our properties and `dc:rights`, each with its values in order.

    Of a text in several languages, `x-default` counts. Raises `DamagedXmp`.
    """
    return _fields(_opened(packet)[0])


def is_packet(data: bytes) -> bool:
    """Return whether data that should be a packet is not blank."""
    return bool(data.strip(b"\0 \t\r\n"))


def edited(packet: bytes, wanted: Fields, *, padding: int = PADDING) -> bytes | None:
    """Return the packet with the wanted properties set; None if nothing is left in it.

    An empty tuple removes a property. A packet that outgrows its padding gets `padding`
    bytes. Raises `DamagedXmp` for a packet that can't be changed with certainty,
    `Unsupported` for a text that XML can't hold, ValueError for a property that is not ours.
    """
    _must_be_ours(wanted)
    return _edited(packet, tuple(wanted.items()), padding)


@lru_cache(maxsize=8)  # the packets of a catalogue are mostly the same
def _edited(
    packet: bytes, wanted: tuple[tuple[str, tuple[str, ...]], ...], padding: int
) -> bytes | None:
    old, coding = _opened(packet)
    before = _fields(old)
    changes = {name: values for name, values in wanted if values != before.get(name, ())}
    if not changes:
        return packet
    after = {**before, **changes}
    after = {name: values for name, values in after.items() if values}
    if _vacant(old) and (not after or old.rdf_close is None):
        return fresh(after, padding=padding) or None
    if old.rdf_close is None:
        raise damaged()
    text = _apply(old.text, _cuts(old, changes))
    result = _padded(packet, text, coding, padding)
    new, _ = _opened(result)
    if _fields(new) != after or _remainder(new) != _remainder(old):
        raise damaged()  # the packet uses RDF in a form that the parser misread
    return result


def fresh(wanted: Fields, *, padding: int = PADDING) -> bytes:
    """Return a new packet with these properties, in UTF-8; b"" if there are no values."""
    _must_be_ours(wanted)
    properties = {name: values for name, values in wanted.items() if values}
    if not properties:
        return b""
    lines = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
        f' <rdf:RDF xmlns:rdf="{RDF}">',
        _block(properties, b'""', b"rdf").decode("utf-8"),
        " </rdf:RDF>",
        "</x:xmpmeta>",
    )
    core = _HEAD.encode("utf-8") + "\n".join(lines).encode("utf-8")
    return core + _space(padding) + _TAIL.encode("ascii")


def foreign(packet: bytes) -> bytes:
    """Return the foreign parts of a packet, in a form that our changes leave equal.

    That is the text without our properties, without white space between elements and
    without padding; b"" if the packet holds only our properties. Raises `DamagedXmp`.
    """
    opened, coding = _opened(packet)
    if _vacant(opened):
        return b""
    return coding.name.encode("ascii") + coding.before + _remainder(opened) + coding.after


@dataclass(frozen=True, slots=True)
class _Coding:
    """The encoding of a packet's text: `name`, and `width` in bytes per character.

    `before` is the byte order mark, `after` the zero bytes at the end.
    """

    name: str
    width: int
    before: bytes
    after: bytes


@lru_cache(maxsize=8)
def _opened(packet: bytes) -> tuple[Packet, _Coding]:
    coding = _coding(packet)
    if len(packet) > LARGEST:
        raise damaged()
    core = packet[len(coding.before) : len(packet) - len(coding.after)]
    try:
        return parse(core.decode(coding.name).encode("utf-8")), coding
    except UnicodeError:
        raise damaged() from None


def _coding(packet: bytes) -> _Coding:
    """Return UTF-8, or UTF-16 by its byte order mark or by the zero byte next to "<"."""
    marks = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
    mark, name = next(((m, n) for m, n in marks if packet.startswith(m)), (b"", "utf-8"))
    if not mark:
        name = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(packet[:2], "utf-8")
    width = 1 if name == "utf-8" else 2
    length = len(packet)
    while length > len(mark) and packet[length - width : length] == bytes(width):
        length -= width
    return _Coding(name, width, mark, packet[length:])


def _fields(packet: Packet) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for prop in (*packet.properties, *packet.read_only):
        if prop.values:
            found[prop.name] = found.get(prop.name, ()) + prop.values
    return {name: found[name] for name in (*XMP_OWNED, *XMP_READ) if name in found}


def _vacant(packet: Packet) -> bool:
    """Return whether the packet holds only our properties."""
    return not packet.has_foreign and all(part.pure for part in packet.descriptions)


def _remainder(packet: Packet) -> bytes:
    cuts = [(start, end, b"") for end, start in packet.blanks.items()]
    if packet.padding:
        cuts.append((*packet.padding, b""))
    for description in packet.descriptions:
        if description.pure:
            cuts.append((*description.span, b""))
        for prop in () if description.pure else description.properties:
            spans = [item.span for item in prop.items or () if prop.is_ours(item)]
            cuts += [(*span, b"") for span in (spans if prop.has_other_languages else [prop.span])]
    return _apply(packet.text, _outermost(cuts))


def _outermost(cuts: list[_Cut]) -> list[_Cut]:
    kept: list[_Cut] = []
    for cut in sorted(cuts, key=lambda cut: (cut[0], -cut[1])):
        if not kept or cut[1] > kept[-1][1]:
            kept.append(cut)
    return kept


def _apply(text: bytes, cuts: Iterable[_Cut]) -> bytes:
    """Return the text with each [start, end) replaced. Raises `DamagedXmp` for overlaps."""
    out: list[bytes] = []
    at = 0
    for start, end, new in sorted(cuts, key=lambda cut: (cut[0], cut[1])):
        if start < at:
            raise damaged()
        out += (text[at:start], new)
        at = end
    return b"".join((*out, text[at:]))


def _cuts(packet: Packet, changes: Mapping[str, tuple[str, ...]]) -> list[_Cut]:
    """Return the changes to the text: in place for existing properties, else in our block."""
    block = next((part for part in packet.descriptions if part.pure and part.properties), None)
    inside: dict[str, tuple[str, ...]] = {}
    for prop in block.properties if block else ():
        inside[prop.name] = inside.get(prop.name, ()) + prop.values
    cuts: list[_Cut] = []
    for name, values in changes.items():
        inside.pop(name, None)
        left = values
        for description in packet.descriptions:
            for prop in description.properties:
                if description is not block and prop.name == name:
                    done, left = _set(packet, prop, left)
                    cuts += done
        if left:
            inside[name] = left
    return cuts + _set_block(packet, block, inside)


def _set(
    packet: Packet, prop: Property, values: tuple[str, ...]
) -> tuple[list[_Cut], tuple[str, ...]]:
    """Set a property among foreign ones; return the cuts and the values left to place."""
    start, end = prop.span
    if prop.has_other_languages:
        return _set_items(packet, prop, values), ()
    if not values:
        return [(_with_blank(packet, start), end, b"")], ()
    if prop.attribute:
        if len(values) > 1:
            return [(start, end, b"")], values
        value = _escaped(values[0]).replace('"', "&quot;").replace("\t", "&#9;")
        value = value.replace("\n", "&#10;")
        return [(start, end, b" " + prop.tag + b'="' + value.encode("utf-8") + b'"')], ()
    new = _element(prop.name, values, prop.tag, packet.rdf_prefix, prop.xmlns)
    return [(start, end, new)], ()


def _set_items(packet: Packet, prop: Property, values: tuple[str, ...]) -> list[_Cut]:
    """Return the cuts that set the `x-default` text and keep the other languages."""
    new = _items(values, packet.rdf_prefix)
    cuts: list[_Cut] = []
    for item in prop.items or ():
        if prop.is_ours(item):
            start, end = item.span
            cuts.append((start if new else _with_blank(packet, start), end, new))
            new = b""
    return [*cuts, (prop.opening, prop.opening, new)] if new else cuts


def _set_block(
    packet: Packet, block: Description | None, inside: Mapping[str, tuple[str, ...]]
) -> list[_Cut]:
    """Return the cuts that add, rewrite or remove our own description."""
    if block is None:
        if not inside:
            return []
        about = packet.descriptions[0].about if packet.descriptions else b'""'
        close = packet.rdf_close or 0
        at = _with_blank(packet, close)
        return [(at, at, b"\n" + _block(inside, about, packet.rdf_prefix))]
    start, end = block.span
    if not inside:
        return [(_with_blank(packet, start), end, b"")]
    return [(start, end, _block(inside, block.about, packet.rdf_prefix).lstrip())]


def _block(properties: Mapping[str, tuple[str, ...]], about: bytes, rdf_prefix: bytes) -> bytes:
    names = [name for name in XMP_OWNED if properties.get(name)]
    prefixes = dict.fromkeys(name.partition(":")[0] for name in names)
    xmlns = b"" if rdf_prefix == b"rdf" else f' xmlns:rdf="{RDF}"'.encode()
    xmlns += b"".join(
        f'\n    xmlns:{prefix}="{NAMESPACES[prefix]}"'.encode() for prefix in prefixes
    )
    lines = [
        b"   " + line
        for name in names
        for line in [_element(name, properties[name], name.encode("ascii"), b"rdf", b"")]
    ]
    head = b"  <rdf:Description rdf:about=" + about + xmlns + b">"
    return b"\n".join([head, *lines, b"  </rdf:Description>"])


def _element(
    name: str, values: tuple[str, ...], tag: bytes, rdf_prefix: bytes, xmlns: bytes
) -> bytes:
    """Return a property as XML. A simple property gets an element per value."""
    if name in LANGUAGE_ALTERNATIVES:
        alt = _qualified(b"Alt", rdf_prefix)
        contents = [b"<" + alt + b">" + _items(values, rdf_prefix) + b"</" + alt + b">"]
    else:
        contents = [_escaped(value).encode("utf-8") for value in values]
    return b"".join(
        b"<" + tag + xmlns + b">" + content + b"</" + tag + b">" for content in contents
    )


def _items(values: tuple[str, ...], rdf_prefix: bytes) -> bytes:
    li = _qualified(b"li", rdf_prefix)
    return b"".join(
        b"<" + li + b' xml:lang="x-default">' + _escaped(value).encode("utf-8") + b"</" + li + b">"
        for value in values
    )


def _qualified(local: bytes, prefix: bytes) -> bytes:
    return prefix + b":" + local if prefix else local


def _escaped(value: str) -> str:
    """Return text escaped for an element.

    Raises `Unsupported` for characters that XML 1.0 lacks (section 2.2).
    """
    if _UNFIT.search(value):
        raise Unsupported(
            "One of the texts to write holds a control character, which XMP can't hold.",
            advice="Type that text again.",
        )
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace("\r", "&#13;")


def _with_blank(packet: Packet, at: int) -> int:
    """Return the start of the white space before `at`, to remove it with an element."""
    return packet.blanks.get(at, at)


def _padded(packet: bytes, text: bytes, coding: _Coding, padding: int) -> bytes:
    """Return the new text in the old encoding, in the old length if padding allows it."""
    place = parse(text).padding
    if place is None:
        return coding.before + text.decode("utf-8").encode(coding.name) + coding.after
    start, end = place
    head = coding.before + text[:start].decode("utf-8").encode(coding.name)
    tail = text[end:].decode("utf-8").encode(coding.name) + coding.after
    room = (len(packet) - len(head) - len(tail)) // coding.width
    space = text[start:end] if room == end - start else _space(room if room >= 0 else padding)
    return head + space.decode("ascii").encode(coding.name) + tail


def _space(length: int) -> bytes:
    """Return white space in lines, as usual for the padding of packets."""
    line = b" " * (_LINE - 1) + b"\n"
    return (b"\n" + line * (length // _LINE + 1))[:length] if length else b""


def _must_be_ours(wanted: Fields) -> None:
    not_ours = set(wanted) - set(XMP_OWNED)
    if not_ours:
        raise ValueError(f"not ours to write: {sorted(not_ours)}")


__all__ = [
    "PADDING",
    "DamagedXmp",
    "edited",
    "fields_of",
    "foreign",
    "fresh",
    "is_packet",
]
