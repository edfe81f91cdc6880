"""Terms of service as paragraphs and sentences, without their markup.

Reads Markdown and plain text, as Open Terms Archive keeps them, and HTML. Nothing is executed or
loaded. Layout is dropped here, so that the comparison sees words only: links, emphasis, headings,
list markers, numbering, tables and white space.

Every step reads the text once. The patterns have no nested repeats, and match bounded pieces.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.terms.trees import html_tree

MAX_CHARACTERS = 1_500_000
"""Terms with more characters are refused. The longest known ones have about 120,000."""

LONGEST_SENTENCE = 2_000
"""Characters after which a sentence is cut. A hostile file can be one endless sentence."""

MOST_SENTENCES = 60
"""Sentences after which a paragraph is cut, so that reading one in its context stays quick."""

_WORD = re.compile(r"\w+(?:'\w+)?|[,;:()]")
_BREAK = re.compile(r"[.!?;:]['\"”’)]?(?=\s)|\||\n")
_ABBREVIATIONS = (
    "e.g.",
    "i.e.",
    "etc.",
    "inc.",
    "ltd.",
    "u.s.",
    "no.",
    "art.",
    "z.b.",
    "d.h.",
    "bzw.",
)
_MARKER = re.compile(
    r"(?:[-*+•·‣▪–]|\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivxIVX]{1,5})[.)])(?=\s)"
)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,4}(?=\s)")
_RULE = re.compile(r"[-=_*|:\s]+")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_LINE_END_TAG = re.compile(r"<br\s{0,3}/?>|</?(?:p|li|div|tr)>", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S{1,500}|\bwww\.\S{1,300}")
_HTML_START = re.compile(r"\s{0,200}(?:<!doctype html|<html|<\?xml|<head|<body)", re.IGNORECASE)
_HTML_BLOCK = re.compile(r"<(?:p|div|section|article|main|table|ul|ol)[\s>]", re.IGNORECASE)
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details"),
        *("div", "dl", "dt", "figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hr", "html", "legend", "li", "main", "nav", "ol", "option", "p", "pre"),
        *("section", "summary", "table", "tbody", "tfoot", "thead", "title", "tr", "ul"),
    }
)
_CELLS = frozenset({"td", "th"})
_NO_TEXT = frozenset(
    {
        *("button", "head", "iframe", "math", "noscript", "object", "script", "select", "style"),
        *("svg", "template", "textarea"),
    }
)


class TermsTooLong(KnownError):
    """The text is longer than terms of service are."""

    cause = Cause.TOO_LARGE

    def __init__(self) -> None:
        super().__init__(
            f"The text has more than {MAX_CHARACTERS:,} characters.",
            advice="Terms of service are shorter. Compare the page that only holds the terms.",
        )


@dataclass(frozen=True)
class TermsSentence:
    """One sentence: as it is shown, and as it is compared.

    `key` holds the words in lower case, without punctuation; `tokens` keeps commas, colons and
    brackets, because they end a clause.
    """

    text: str

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The words and the marks that end a clause, in lower case."""
        return tuple(_WORD.findall(folded(self.text)))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words, in lower case."""
        return tuple(token for token in self.tokens if token not in ",;:()")

    @cached_property
    def key(self) -> str:
        """The words in one string. Equal keys are the same sentence."""
        return " ".join(self.words)


@dataclass(frozen=True)
class TermsParagraph:
    """One paragraph, list item or table row.

    `lead` is the paragraph that opened the list it belongs to ("You agree not to:"), or "".
    """

    text: str
    sentences: tuple[TermsSentence, ...]
    lead: str = ""

    @cached_property
    def key(self) -> str:
        """The words in one string. Equal keys are the same paragraph."""
        return " ".join(sentence.key for sentence in self.sentences)


def folded(text: str) -> str:
    """Return the text in lower case, with one kind of apostrophe, quote and space."""
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")


def paragraphs(text: str) -> tuple[TermsParagraph, ...]:
    """Return the paragraphs of Markdown, plain text or HTML. Raises TermsTooLong or
    PageTooLarge.
    """
    lines = _html_lines(text) if is_html(text) else _markdown_lines(text)
    return tuple(_paragraphs(lines))


def is_html(text: str) -> bool:
    """Return whether the text is a page of HTML. Markdown may hold single tags."""
    start = text.lstrip("\ufeff")[:100_000]
    return bool(_HTML_START.match(start)) or (
        start.lstrip().startswith("<") and len(_HTML_BLOCK.findall(start)) > 2
    )


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text, and whether it is an item of a list."""

    text: str
    in_list: bool


def _paragraphs(lines: Iterator[TextLine]) -> Iterator[TermsParagraph]:
    lead, total = "", 0
    for line in lines:
        total += len(line.text)
        if total > MAX_CHARACTERS:
            raise TermsTooLong
        # Some lists have no markers: an item then starts in lower case, or ends in ";".
        in_list = line.in_list or line.text[:1].islower() or line.text.endswith(";")
        found = tuple(_sentences(line.text))
        if len(found) <= MOST_SENTENCES:
            if found:
                yield TermsParagraph(line.text, found, lead if in_list else "")
        else:
            for start in range(0, len(found), MOST_SENTENCES):
                some = found[start : start + MOST_SENTENCES]
                text = " ".join(sentence.text for sentence in some)
                yield TermsParagraph(text, some, lead if in_list else "")
        if line.text.endswith((":", "not", "to")):
            lead = line.text[-400:]
        elif not in_list:
            lead = ""


def _sentences(text: str) -> Iterator[TermsSentence]:
    start = 0
    for match in _BREAK.finditer(text):
        end = match.end()
        if match[0].startswith(".") and text[max(start, end - 5) : end].lower().strip(
            " ("
        ).endswith(_ABBREVIATIONS):
            continue
        yield from _pieces(text[start:end])
        start = end
    yield from _pieces(text[start:])


def _pieces(text: str) -> Iterator[TermsSentence]:
    for start in range(0, len(text), LONGEST_SENTENCE):
        sentence = TermsSentence(text[start : start + LONGEST_SENTENCE].strip(" |\n\t"))
        if sentence.key:
            yield sentence


def _markdown_lines(text: str) -> Iterator[TextLine]:
    """Yield the paragraphs of Markdown: lines that belong together, joined."""
    pending: list[str] = []
    in_list = False
    for raw in text.splitlines():
        line = raw.strip()
        if not line or _RULE.fullmatch(line) or line.startswith(("#", "|")):
            if pending:
                yield from _joined(pending, in_list)
                pending, in_list = [], False
            if line.startswith(("#", "|")) and not _RULE.fullmatch(line):
                yield from _joined([line.strip("#| ")], in_list=False)
            continue
        marked = bool(_MARKER.match(line.replace("\\", "")[:40]))
        if marked and pending:
            yield from _joined(pending, in_list)
            pending = []
        if not pending:
            in_list = marked
        pending.append(line)
    if pending:
        yield from _joined(pending, in_list)


def _joined(lines: list[str], in_list: bool) -> Iterator[TextLine]:
    text = _LINE_END_TAG.sub(" \n ", _without_links(" ".join(lines)))
    for piece in text.split("\n"):
        clean = _clean(piece)
        if clean:
            yield TextLine(clean, in_list)


def _without_links(text: str) -> str:
    """Return the text with `[words](address)` as `words`, and `![](…)` removed."""
    if "](" not in text:
        return text
    parts = []
    for number, part in enumerate(text.split("](")):
        if number:
            end = part.find(")")
            # An address can hold a pair of brackets itself.
            if 0 <= part.find("(") < end:
                after = part.find(")", end + 1)
                end = after if after >= 0 else end
            part = part[end + 1 :] if 0 <= end < 2_000 else part
        parts.append(part)
    return "".join(parts)


def _clean(text: str) -> str:
    """Return the visible words of one paragraph of Markdown."""
    text = _ADDRESS.sub(" ", _TAG.sub(" ", text))
    text = html.unescape(text).replace("\\", "")
    for mark in ("**", "__", "[", "]", "`", "*", "_"):
        text = text.replace(mark, "")
    text = " ".join(text.replace("\u200b", "").replace("\ufeff", "").split())
    for _ in range(3):  # "- 4.2 (a) Text" has several
        match = _MARKER.match(text) or _NUMBER.match(text)
        if not match:
            break
        text = text[match.end() :].lstrip()
    return text.strip("|# ")


def _html_lines(text: str) -> Iterator[TextLine]:
    """Yield the blocks of an HTML page in their order."""
    tree = html_tree(text)
    if tree is not None:
        yield from html_lines(tree)


def html_lines(tree: etree._Element) -> Iterator[TextLine]:
    """Yield the blocks of a tree in their order."""
    parts: list[str] = []
    in_list = False
    hidden: etree._Element | None = None
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if hidden is not None and element is not hidden:
            continue
        if event == "start":
            if element.tag in _NO_TEXT:
                hidden = element
                continue
            if element.tag in _CELLS:
                parts.append(" | ")
            elif element.tag in _BLOCKS:
                yield from _flushed(parts, in_list)
                in_list = element.tag == "li" or (in_list and element.tag == "p")
            parts.append(element.text or "")
            continue
        if element is hidden:
            hidden = None
        elif element.tag in _BLOCKS:
            yield from _flushed(parts, in_list)
            in_list = False
        parts.append(element.tail or "")
    yield from _flushed(parts, in_list)


def _flushed(parts: list[str], in_list: bool) -> Iterator[TextLine]:
    clean = _clean("".join(parts))
    parts.clear()
    if clean:
        yield TextLine(clean, in_list)
