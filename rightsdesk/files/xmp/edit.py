"""Our properties in an XMP packet: read, and set by changing the very bytes of the text.

Every other property, namespace, attribute and comment stays byte for byte. A property is
set where it stands; new ones go into a description of our own at the end, which brings
its namespaces along. What grows takes from the packet's padding, so that the packet keeps
its length while it can.

`end="r"` binds only programs that find packets without knowing the file around them
(ISO 16684-1, 7.3.2); it is kept.

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
"""Bytes of padding in a packet that has to hold its own (ISO 16684-1, 7.3.2: 2 to 4 KB)."""

_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = '<?xpacket end="w"?>'
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE = 100  # characters of a line of padding
_Cut = tuple[int, int, bytes]


def fields_of(packet: bytes) -> dict[str, tuple[str, ...]]:
    """Our properties and `dc:rights`, each with its values in order.

    A text in several languages gives the one for everyone (`x-default`). Raises
    `DamagedXmp`.
    """
    return _fields(_opened(packet)[0])


def is_packet(data: bytes) -> bool:
    """Whether there is anything at all in what should be a packet."""
    return bool(data.strip(b"\0 \t\r\n"))


def edited(packet: bytes, wanted: Fields, *, padding: int = PADDING) -> bytes | None:
    """The packet with the wanted properties set; None when nothing is left in it.

    `padding` is what a packet gets that outgrew its own, in bytes. An empty tuple
    removes a property. Raises `DamagedXmp` for a packet that cannot be changed with
    certainty, `Unsupported` for a text that XML cannot hold.
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
        raise damaged()  # a form of RDF that was not understood well enough
    return result


def fresh(wanted: Fields, *, padding: int = PADDING) -> bytes:
    """A new packet that says this, in UTF-8; empty when there is nothing to say."""
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
    """What in a packet is not ours, in a form that a change of ours leaves equal.

    That is its text without our properties, without the white space between elements
    and without padding; empty if it holds nothing but ours. Raises `DamagedXmp`.
    """
    opened, coding = _opened(packet)
    if _vacant(opened):
        return b""
    return coding.name.encode("ascii") + coding.before + _remainder(opened) + coding.after


@dataclass(frozen=True, slots=True)
class _Coding:
    """How a packet's text is coded, and what lies around it: a mark, zero bytes."""

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
    """UTF-8, or UTF-16 by its byte order mark or by where the zeros of "<" lie."""
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
    """Whether there is nothing in the packet but ours."""
    return not packet.others and all(one.pure for one in packet.descriptions)


def _remainder(packet: Packet) -> bytes:
    cuts = [(start, end, b"") for end, start in packet.blanks.items()]
    if packet.padding:
        cuts.append((*packet.padding, b""))
    for description in packet.descriptions:
        if description.pure:
            cuts.append((*description.span, b""))
        for prop in () if description.pure else description.properties:
            spans = [item.span for item in prop.items or () if prop.is_ours(item)]
            cuts += [(*span, b"") for span in (spans if prop.others else [prop.span])]
    return _apply(packet.text, _outermost(cuts))


def _outermost(cuts: list[_Cut]) -> list[_Cut]:
    kept: list[_Cut] = []
    for cut in sorted(cuts, key=lambda one: (one[0], -one[1])):
        if not kept or cut[1] > kept[-1][1]:
            kept.append(cut)
    return kept


def _apply(text: bytes, cuts: Iterable[_Cut]) -> bytes:
    """The text with each [start, end) replaced."""
    out: list[bytes] = []
    at = 0
    for start, end, new in sorted(cuts, key=lambda cut: (cut[0], cut[1])):
        if start < at:
            raise damaged()
        out += (text[at:start], new)
        at = end
    return b"".join((*out, text[at:]))


def _cuts(packet: Packet, changes: Mapping[str, tuple[str, ...]]) -> list[_Cut]:
    """The changes to the text: in place where a property stands, else in our own block."""
    block = next((one for one in packet.descriptions if one.pure and one.properties), None)
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
    """Set a property that stands among others', and say which values are left to place."""
    start, end = prop.span
    if prop.others:
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
    """Set the text for everyone beside those in other languages."""
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
    """Our own description with these properties: made, rewritten or removed."""
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
    xmlns += b"".join(f'\n    xmlns:{one}="{NAMESPACES[one]}"'.encode() for one in prefixes)
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
    """A property as an element; several values of a simple one as several elements."""
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
    """Text as it stands in an element. Raises `Unsupported` for what XML 1.0 lacks (2.2)."""
    if _UNFIT.search(value):
        raise Unsupported(
            "One of the texts to write holds a control character, which XMP can't hold.",
            advice="Type that text anew.",
        )
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace("\r", "&#13;")


def _with_blank(packet: Packet, at: int) -> int:
    """Where the white space before `at` begins, so that a removal leaves none behind."""
    return packet.blanks.get(at, at)


def _padded(packet: bytes, text: bytes, coding: _Coding, padding: int) -> bytes:
    """The new text coded as the old one, of the old one's length where padding allows it."""
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
    """White space in lines, as packets are padded with."""
    line = b" " * (_LINE - 1) + b"\n"
    return (b"\n" + line * (length // _LINE + 1))[:length] if length else b""


def _must_be_ours(wanted: Fields) -> None:
    strangers = set(wanted) - set(XMP_OWNED)
    if strangers:
        raise ValueError(f"not ours to write: {sorted(strangers)}")


__all__ = [
    "PADDING",
    "DamagedXmp",
    "edited",
    "fields_of",
    "foreign",
    "fresh",
    "is_packet",
]
