"""A page of HTML as a tree, however deep its elements are nested. Nothing is executed or loaded.

libxml2 drops whatever follows the 256th open element, without a word. So its parser only names
the tags here, and the tree is built from them. What a hostile page can cost stays bounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError

MAX_MARKUP = 9_500_000
"""Bytes of a page with its markup, in UTF-8. libxml2 leaves out single texts of 10 MB and more."""

MOST_SEARCHED = 300_000_000
"""Open elements times end tags, at most: each end tag is searched for among the open elements."""

FEWEST_ENDS = 10_000
"""A page counts as having so many end tags at least: so 30,000 elements can be open at most."""

ATTRIBUTES = frozenset(
    {
        *("aria-controls", "charset", "data-bs-target", "data-target", "hidden", "href", "id"),
        *("role", "style"),
    }
)
"""The attributes that are kept: those that say whether a text is shown."""

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_UNNAMED = "span"
"""What an element is called if its name is none in XML, such as `o:p`: no block, just text."""

_FRAME = frozenset({"html", "body"})

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class PageTooLarge(KnownError):
    """The page of HTML is larger or deeper than is read whole."""

    cause = Cause.TOO_LARGE

    def __init__(self, sentence: str = "") -> None:
        super().__init__(
            sentence or f"The page has more than {MAX_MARKUP / 1_000_000:.1f} MB.",
            advice="Terms of service are shorter. Save the page as text.",
        )


def html_tree(text: str) -> etree._Element | None:
    """Return a page of HTML as a tree; None if there is nothing in it. Raises PageTooLarge."""
    # Bytes, because lxml refuses a str with an encoding declaration.
    page = text.encode("utf-8", "replace")
    if len(page) > MAX_MARKUP:
        raise PageTooLarge
    parser = etree.HTMLParser(
        encoding="utf-8",
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
        target=_Builder(page.count(b"</")),
    )
    try:
        return etree.fromstring(page, parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


class _Builder:
    """Builds the tree from tags and texts, as `etree.HTMLParser` calls it.

    What follows the end of the body is still a part of it, as the HTML standard has it (13.2.6.4.19
    to 13.2.6.4.22). libxml2 would begin a second page there.
    """

    def __init__(self, ends: int) -> None:
        self._tree = etree.TreeBuilder()
        self._most_open = MOST_SEARCHED // max(ends, FEWEST_ENDS)
        self._open: list[str] = []
        self._frame: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins. Raises PageTooLarge."""
        if len(self._open) >= self._most_open:
            self._frame.clear()  # lxml asks for the tree all the same
            raise PageTooLarge("The page has too many elements inside each other.")
        if tag in self._frame:
            self._open.append("")
            return
        name = tag if _NAME.fullmatch(tag) else _UNNAMED
        kept = {key: _in_xml(attributes[key]) for key in ATTRIBUTES & attributes.keys()}
        self._tree.start(name, kept)
        if tag in _FRAME and not any(self._open):
            self._frame.append(tag)
            name = ""
        self._open.append(name)

    def end(self, _tag: str) -> None:
        """The newest open element ends."""
        name = self._open.pop()
        if name:
            self._tree.end(name)

    def data(self, text: str) -> None:
        """A text, in the newest open element."""
        if self._frame:
            self._tree.data(_in_xml(text))

    def close(self) -> etree._Element | None:
        """The tree; None if nothing began."""
        for name in reversed(self._frame):
            self._tree.end(name)
        return self._tree.close() if self._frame else None


def _in_xml(text: str) -> str:
    """A text without the control characters that a tree refuses."""
    return _NOT_XML.sub(" ", text)
