"""The places in an XMP packet's text that matter here: where our properties stand.

Source: ISO 16684-1 (XMP part 1), sections 7.3 (packets) and 7.4 to 7.9 (RDF/XML).
"""

from __future__ import annotations

from dataclasses import dataclass, field

Span = tuple[int, int]
"""[start, end) in the packet's text as UTF-8."""

NAMESPACES = {
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "tdm": "http://www.w3.org/ns/tdmrep/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LANGUAGE_ALTERNATIVES = ("xmpRights:UsageTerms", "plus:OtherConstraints", "dc:rights")
"""Texts that may stand in several languages; ours is the one for everyone, `x-default`."""


@dataclass(slots=True)
class Item:
    """An `rdf:li`; `lang` is its xml:lang in lower case, "" without one."""

    span: Span
    lang: str = ""
    value: str = ""

    @property
    def for_everyone(self) -> bool:
        return self.lang in ("", "x-default")


@dataclass(slots=True)
class Property:
    """One of our properties where it stands: an element, or an attribute (shorthand).

    An attribute's span takes in the blank before it. `tag` is the name as written, `xmlns`
    what the element itself declares. `opening` is where an array's first item goes.
    """

    name: str
    span: Span
    tag: bytes
    attribute: bool = False
    xmlns: bytes = b""
    text: str = ""
    items: list[Item] | None = None
    opening: int = 0
    broken: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        if self.items is None:
            return (self.text,)
        return tuple(item.value for item in self.items if self.is_ours(item))

    @property
    def others(self) -> bool:
        """Whether it holds other languages, which are not ours."""
        return any(not self.is_ours(item) for item in self.items or ())

    def is_ours(self, item: Item) -> bool:
        return self.name not in LANGUAGE_ALTERNATIVES or item.for_everyone


@dataclass(slots=True)
class Description:
    """An `rdf:Description`; `pure` if it holds nothing but ours. `about` as written."""

    span: Span
    about: bytes = b'""'
    properties: list[Property] = field(default_factory=list)
    pure: bool = True


@dataclass(slots=True)
class Packet:
    """A packet's text and the places in it.

    `blanks` are the runs of white space between elements, where it means nothing: the
    start by the end.
    `padding` lies before the closing xpacket; None where there is no such. `others` says
    whether there is anything between the elements besides descriptions: comments,
    or elements that are no part of RDF. `rdf_close` is where `</rdf:RDF>` begins; None
    for an empty element.
    """

    text: bytes
    descriptions: list[Description] = field(default_factory=list)
    read_only: list[Property] = field(default_factory=list)
    blanks: dict[int, int] = field(default_factory=dict)
    padding: Span | None = None
    others: bool = False
    rdf_prefix: bytes = b""
    rdf_close: int | None = None

    @property
    def properties(self) -> list[Property]:
        return [one for description in self.descriptions for one in description.properties]
