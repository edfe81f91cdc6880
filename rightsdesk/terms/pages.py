"""The text of a fetched page of HTML, as Markdown that `paragraphs` reads back the same.

Nothing is executed or loaded. Navigation, dialogs and text that is never shown are left out;
every other sentence stays. Programs that guess the main part of a page lose clauses of terms,
so nothing is guessed here (docs/decisions/0007-text-of-pages.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from rightsdesk.terms.paragraphs import TextLine, html_lines, is_html
from rightsdesk.terms.trees import html_tree

FEWEST_LINKS, LONGEST_LINK = 5, 6
"""A menu has so many links at least, none of them with more words than that."""

_MENU_REST = 0.1
"""Share of a menu's characters that may be outside its links."""

_FEW_WORDS = 60
_HIDDEN_STYLE = re.compile(r"(?:display:none|visibility:hidden)")
_OUT_ROLES = frozenset({"navigation", "dialog", "alertdialog", "banner", "search", "menu"})
_OUT_TAGS = frozenset({"nav", "dialog"})
_MENU_TAGS = frozenset({"ul", "ol", "div", "footer", "header", "aside", "section"})

NEEDS_SCRIPTS = (
    "The page shows its text by a script (JavaScript). RightsDesk runs no scripts of others."
)


def page_text(page: str) -> str:
    """Return the text of a page of HTML, or Markdown and plain text as they are.

    Paragraphs are separated by an empty line, list items begin with "- ". Raises TermsTooLong or
    PageTooLarge.
    """
    if not is_html(page):
        return page
    tree = html_tree(page)
    if tree is None:
        return ""
    _drop(list(_left_out(tree)))
    return "\n\n".join(_written(line) for line in html_lines(tree))


def needs_scripts(page: str, text: str) -> bool:
    """Whether a page has hardly any text of its own, and scripts that would make it."""
    return is_html(page) and len(text.split()) < _FEW_WORDS and "<script" in page.lower()


def _written(line: TextLine) -> str:
    return f"- {line.text}" if line.in_list else line.text


def _left_out(tree: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements that are no part of the text."""
    opened = {
        name
        for element in _elements(tree)
        for key in ("aria-controls", "data-target", "data-bs-target", "href")
        for name in str(element.get(key) or "").replace("#", " ").split()
    }
    for element in _elements(tree):
        if element.tag in ("html", "body", "main"):
            continue
        role = str(element.get("role") or "").lower()
        if element.tag in _OUT_TAGS or role in _OUT_ROLES or _is_never_shown(element, opened):
            yield element
    yield from _menus(tree)


def _elements(tree: etree._Element) -> Iterator[etree._Element]:
    """Yield all elements in their order. `iter` would climb to the root from each of them."""
    return (element for _, element in etree.iterwalk(tree, events=("start",)))


def _is_never_shown(element: etree._Element, opened: set[str]) -> bool:
    """Whether an element is hidden, and no button of the page opens it."""
    style = "".join(str(element.get("style") or "").lower().split())
    hidden = element.get("hidden")
    is_hidden = bool(_HIDDEN_STYLE.search(style)) or (
        hidden is not None and hidden.lower() != "until-found"
    )
    if not is_hidden:
        return False
    role = str(element.get("role") or "").lower()
    return element.get("id") not in opened and role not in ("tabpanel", "region")


def _menus(tree: etree._Element) -> Iterator[etree._Element]:
    """Yield blocks that hold links and hardly anything else, each link a few words."""
    totals: dict[etree._Element, _Counted] = {}
    for _, element in etree.iterwalk(tree, events=("end",)):
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            continue
        here = _Counted().plus(element.text)
        for child in element:
            here = here.plus(child.tail, totals.pop(child, None))
        if element.tag == "a":
            here = _Counted(here.words, here.whole, here.whole, 1, here.words)
        totals[element] = here
        if (
            element.tag in _MENU_TAGS
            and here.links >= FEWEST_LINKS
            and here.longest <= LONGEST_LINK
            and here.whole - here.linked <= _MENU_REST * here.whole
        ):
            yield element


@dataclass(frozen=True, slots=True)
class _Counted:
    """Words, characters, those inside links, links, and the words of the longest link."""

    words: int = 0
    whole: int = 0
    linked: int = 0
    links: int = 0
    longest: int = 0

    def plus(self, text: str | None, inner: _Counted | None = None) -> _Counted:
        """With a text, and with what another element has."""
        plain = (text or "").split()
        inner = inner or _Counted()
        return _Counted(
            self.words + len(plain) + inner.words,
            self.whole + sum(map(len, plain)) + inner.whole,
            self.linked + inner.linked,
            self.links + inner.links,
            max(self.longest, inner.longest),
        )


def _drop(elements: list[etree._Element]) -> None:
    for element in elements:
        parent = element.getparent()
        if parent is None:
            continue
        tail, before = element.tail or "", element.getprevious()
        if before is not None:
            before.tail = f"{before.tail or ''} {tail}"
        else:
            parent.text = f"{parent.text or ''} {tail}"
        parent.remove(element)
