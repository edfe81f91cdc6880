"""Parse an XMP packet into the places of our properties and of its padding.

expat reports the offset of each tag. So a change can edit these bytes and keep all others.
A document type, and so every entity, is refused. So is a packet that is too large, too
deep, or that holds one of our properties in an unknown form.

Sources: ISO 16684-1 (XMP part 1), sections 7.3 (packets) and 7.4 to 7.9 (RDF/XML).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from rightsdesk.files.errors import DamagedXmp
from rightsdesk.files.owned import XMP_OWNED, XMP_READ
from rightsdesk.files.xmp.places import NAMESPACES, RDF, Description, ListItem, Packet, Property

LARGEST = 1 << 21
"""Bytes that a packet can have. A larger packet counts as damaged."""
_DEEPEST = 64
_MOST_DESCRIPTIONS = 1 << 12
_MOST = 256  # of our properties per packet, and of items per property
_XML = "http://www.w3.org/XML/1998/namespace"
_META = {("adobe:ns:meta/", "xmpmeta"), ("adobe:ns:meta/", "xapmeta")}
_ARRAYS = {(RDF, "Alt"), (RDF, "Bag"), (RDF, "Seq")}
_NAMES = {
    (NAMESPACES[name.partition(":")[0]], name.partition(":")[2]): name
    for name in (*XMP_OWNED, *XMP_READ)
}
_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*+>""")
_ATTRIBUTE = re.compile(rb"""(?<!\s)\s++([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")


def parse(text: bytes) -> Packet:
    """Find our properties in a packet's text (UTF-8). Raises `DamagedXmp`."""
    if len(text) > LARGEST:
        raise damaged()
    reader = _Reader(text)
    try:
        reader.expat.Parse(text, True)
    except (expat.ExpatError, RecursionError):
        raise damaged() from None
    return reader.done()


def damaged() -> DamagedXmp:
    """Return the error for a packet that can't be read with certainty."""
    return DamagedXmp("This file's XMP packet is damaged, so RightsDesk leaves the file alone.")


@dataclass(slots=True)
class _Open:
    """An open element. `kind` is the state of the reader inside it."""

    kind: str
    start: int
    tag_end: int
    empty: bool


_AT_NODE_LEVEL = ("meta", "rdf", "description", "array")


class _Reader:
    """Follow expat's events, and collect the places in a `Packet`."""

    def __init__(self, text: bytes) -> None:
        self._packet = Packet(text)
        self._text = text
        self._open: list[_Open] = []
        self._blank: int | None = None
        self._root_end = 0
        self._rdf_seen = False
        self._count = 0
        self._texts: list[str] = []  # pieces of the value that is being read
        self._description = Description((0, 0))
        self._property = Property("", (0, 0), b"")
        parser = expat.ParserCreate("utf-8", "\n")
        parser.namespace_prefixes = True
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartCdataSectionHandler = self._cdata
        parser.CommentHandler = self._comment
        parser.ProcessingInstructionHandler = self._instruction
        self.expat = parser

    def done(self) -> Packet:
        if not self._rdf_seen:
            raise damaged()
        return self._packet

    def _start(self, name: str, attributes: list[str]) -> None:
        if len(self._open) == _DEEPEST:
            raise damaged()
        parent = self._open[-1].kind if self._open else ""
        if parent == "other":
            self._open.append(_Open("other", 0, 0, False))
            return
        start = self._at()
        if parent == "description" and _split(name) not in _NAMES:
            self._description.pure = False
            self._open.append(_Open("other", 0, 0, False))
            return
        tag = _TAG.match(self._text, start)
        if tag is None:
            raise damaged()
        opened = _Open("other", start, tag.end(), tag[0].endswith(b"/>"))
        self._open.append(opened)
        raw = list(_ATTRIBUTE.finditer(tag[0]))
        plain = [match for match in raw if not _is_xmlns(match[1])]
        if len(plain) * 2 != len(attributes):
            raise damaged()
        named = [
            (_split(resolved), value, match)
            for resolved, value, match in zip(attributes[::2], attributes[1::2], plain, strict=True)
        ]
        opened.kind = self._kind(parent, _split(name), start, tag, raw, named)

    def _kind(
        self,
        parent: str,
        name: tuple[str, str],
        start: int,
        tag: re.Match[bytes],
        raw: list[re.Match[bytes]],
        attributes: list[tuple[tuple[str, str], str, re.Match[bytes]]],
    ) -> str:
        """Return an element's kind by its parent and name; collect our properties in it."""
        if parent == "" and name in _META:
            return "meta"
        if parent in ("", "meta") and name == (RDF, "RDF"):
            if self._rdf_seen:
                raise damaged()
            self._rdf_seen = True
            self._packet.rdf_prefix = _tag_name(tag[0]).rpartition(b":")[0]
            return "rdf"
        if parent == "":
            raise damaged()
        if parent == "rdf" and name == (RDF, "Description"):
            self._description = Description((start, 0))
            self._packet.descriptions.append(self._description)
            if len(self._packet.descriptions) > _MOST_DESCRIPTIONS:
                raise damaged()
            for key, value, found in attributes:
                self._shorthand(key, value, found, start)
            return "description"
        if parent in ("meta", "rdf"):
            self._packet.has_foreign = True
        if parent == "description":
            xmlns = b"".join(match[0] for match in raw if _is_xmlns(match[1]))
            self._property = Property(_NAMES[name], (start, 0), _tag_name(tag[0]), xmlns=xmlns)
            self._describe(attributes)
            self._texts = []
            return "property"
        if parent == "property":
            prop = self._property
            blank = not prop.text and not "".join(self._texts).strip()
            if name in _ARRAYS and prop.items is None and blank and not attributes:
                prop.items = []
                prop.opening = tag.end()
                return "array"
            prop.broken = True
        if parent == "array":
            return self._item(name, start, attributes)
        if parent == "item":
            self._property.broken = True
        return "other"

    def _shorthand(
        self, key: tuple[str, str], value: str, found: re.Match[bytes], start: int
    ) -> None:
        """Handle an attribute of a description: its subject, our property, or foreign."""
        if key in ((RDF, "about"), ("", "about")):
            self._description.about = found[2]
            return
        name = _NAMES.get(key, "")
        span = (start + found.start(), start + found.end())
        prop = Property(name, span, found[1], attribute=True, text=value)
        if name in XMP_OWNED:
            self._ours(prop)
            return
        self._description.pure = False
        if name in XMP_READ:
            self._packet.read_only.append(prop)

    def _describe(self, attributes: list[tuple[tuple[str, str], str, re.Match[bytes]]]) -> None:
        """Handle the attributes of our property: a URI as its value, or a language."""
        for key, value, _ in attributes:
            if key == (RDF, "resource"):
                self._property.text = value
            elif key != (_XML, "lang"):
                self._property.broken = True

    def _item(
        self,
        name: tuple[str, str],
        start: int,
        attributes: list[tuple[tuple[str, str], str, re.Match[bytes]]],
    ) -> str:
        item = ListItem((start, 0))
        if name != (RDF, "li") or self._property.items is None:
            self._property.broken = True
            return "other"
        for key, value, _ in attributes:
            if key == (RDF, "resource"):
                item.value = value
            elif key == (_XML, "lang"):
                item.lang = value.lower()
            else:
                self._property.broken = True
        self._property.items.append(item)
        self._texts = []
        return "item"

    def _end(self, _name: str) -> None:
        closed = self._open.pop()
        if closed.kind == "other":
            return
        if closed.empty:
            close = end = closed.tag_end
        else:
            close = self._at()
            tag = _TAG.match(self._text, close)
            if tag is None:
                raise damaged()
            end = tag.end()
        span = (closed.start, end)
        if closed.kind == "description":
            self._description.span = span
        elif closed.kind == "property":
            self._property.span = span
            if self._property.items is None:
                self._property.text += "".join(self._texts)
            self._keep(self._property)
        elif closed.kind == "item" and self._property.items:
            item = self._property.items[-1]
            item.span = span
            item.value += "".join(self._texts)
        elif closed.kind == "rdf":
            self._packet.rdf_close = None if closed.empty else close
        if not self._open:
            self._root_end = end

    def _keep(self, prop: Property) -> None:
        if prop.name in XMP_READ:
            self._description.pure = False
            if not prop.broken:
                self._packet.read_only.append(prop)
            return
        if prop.broken or len(prop.items or ()) > _MOST:
            raise damaged()
        if prop.has_other_languages:
            self._description.pure = False
        self._ours(prop)

    def _ours(self, prop: Property) -> None:
        self._description.properties.append(prop)
        self._count += 1
        if self._count > _MOST:
            raise damaged()

    def _data(self, data: str) -> None:
        kind = self._open[-1].kind
        if kind == "item" or (kind == "property" and self._property.items is None):
            self._texts.append(data)
        elif kind == "property":
            if data.strip():
                self._property.broken = True
        elif kind in _AT_NODE_LEVEL:
            if data.strip(" \t\r\n"):
                raise damaged()
            if self._blank is None:
                self._blank = self.expat.CurrentByteIndex

    def _cdata(self) -> None:
        if self._open and self._open[-1].kind in _AT_NODE_LEVEL:
            raise damaged()

    def _comment(self, _data: str) -> None:
        self._aside()

    def _instruction(self, target: str, data: str) -> None:
        start = self._at()
        if target != "xpacket" or self._open:
            self._aside()
        elif self._root_end and data.startswith("end="):
            blank = self._text[self._root_end : start]
            if not blank.strip(b" \t\r\n"):
                self._packet.padding = (self._root_end, start)

    def _aside(self) -> None:
        """Handle a comment or an instruction between the elements."""
        self._at()
        kind = self._open[-1].kind if self._open else ""
        if kind in ("property", "item"):
            self._property.broken = True
        elif kind in ("description", "array"):
            self._description.pure = False
        elif kind != "other":
            self._packet.has_foreign = True

    def _at(self) -> int:
        """Return the offset of the event; end the run of white space before it."""
        at = self.expat.CurrentByteIndex
        if self._blank is not None:
            self._packet.blanks[at] = self._blank
            self._blank = None
        return at


def _refuse(*_: object) -> NoReturn:
    raise damaged()


def _split(name: str) -> tuple[str, str]:
    """Return (namespace, local name) of expat's "namespace local prefix"."""
    parts = name.split("\n")
    return (parts[0], parts[1]) if len(parts) > 1 else ("", name)


def _tag_name(tag: bytes) -> bytes:
    found = re.match(rb"<([^\s/>]+)", tag)
    return found[1] if found else b""


def _is_xmlns(name: bytes) -> bool:
    return name == b"xmlns" or name.startswith(b"xmlns:")
