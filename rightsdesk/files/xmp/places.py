"""The places of our properties in an XMP packet's text.

Source: ISO 16684-1 (XMP part 1), sections 7.3 (packets) and 7.4 to 7.9 (RDF/XML).
"""

from __future__ import annotations

from dataclasses import dataclass, field

TextRange = tuple[int, int]
"""[start, end) in the packet's text as UTF-8."""

NAMESPACES = {
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "tdm": "http://www.w3.org/ns/tdmrep/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LANGUAGE_ALTERNATIVES = ("xmpRights:UsageTerms", "plus:OtherConstraints", "dc:rights")
"""Properties with texts in several languages. Ours is the default text, `x-default`."""


@dataclass(slots=True)
class ListItem:
    """An `rdf:li`. `lang` is its xml:lang in lower case, "" if it has none."""

    span: TextRange
    lang: str = ""
    value: str = ""

    @property
    def is_default(self) -> bool:
        """Whether this is the text for all languages."""
        return self.lang in ("", "x-default")


@dataclass(slots=True)
class Property:
    """One of our properties: an element, or an attribute (shorthand).

    An attribute's span includes the blank before it. `tag` is the name as written, `xmlns`
    the element's own namespace declarations. `opening` is the place for an array's first
    item. `broken`: the property has an unknown form.
    """

    name: str
    span: TextRange
    tag: bytes
    attribute: bool = False
    xmlns: bytes = b""
    text: str = ""
    items: list[ListItem] | None = None
    opening: int = 0
    broken: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        if self.items is None:
            return (self.text,)
        return tuple(item.value for item in self.items if self.is_ours(item))

    @property
    def has_other_languages(self) -> bool:
        """Whether it holds texts in other languages, which are not ours."""
        return any(not self.is_ours(item) for item in self.items or ())

    def is_ours(self, item: ListItem) -> bool:
        """Whether we may set this item."""
        return self.name not in LANGUAGE_ALTERNATIVES or item.is_default


@dataclass(slots=True)
class Description:
    """An `rdf:Description`. `pure`: it holds only our properties. `about` is as written."""

    span: TextRange
    about: bytes = b'""'
    properties: list[Property] = field(default_factory=list)
    pure: bool = True


@dataclass(slots=True)
class Packet:
    """A packet's text and the places in it.

    `blanks` are the runs of insignificant white space between elements: start by end.
    `padding` precedes the closing xpacket; None if there is no closing xpacket.
    `has_foreign`: the packet holds comments, or elements outside descriptions. `rdf_close`
    is the start of `</rdf:RDF>`; None for an empty element.
    """

    text: bytes
    descriptions: list[Description] = field(default_factory=list)
    read_only: list[Property] = field(default_factory=list)
    blanks: dict[int, int] = field(default_factory=dict)
    padding: TextRange | None = None
    has_foreign: bool = False
    rdf_prefix: bytes = b""
    rdf_close: int | None = None

    @property
    def properties(self) -> list[Property]:
        """The properties of all descriptions, in order."""
        return [prop for description in self.descriptions for prop in description.properties]
