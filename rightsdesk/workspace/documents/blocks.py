"""Blocks of a document: headings, paragraphs, tables and bars, without a look.

Texts are as they were read, in the document's language. Whoever writes a form of the document makes
foreign text safe (`shown`, escaping). Tables give their rows one by one, so that a table of half a
million rows needs no memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class BlockTone(StrEnum):
    """What a paragraph or a part of a bar is like."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    CODE = "code"
    GOOD = "good"
    BAD = "bad"
    OPEN = "open"
    TOLD = "told"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Title:
    """The document's name, and a quiet line below it."""

    text: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 for a part of the document, 2 for a section."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. Line breaks in it are kept."""

    text: str
    tone: BlockTone = BlockTone.PLAIN


@dataclass(frozen=True, slots=True)
class Callout:
    """Paragraphs in a box: what a reader has to see first."""

    parts: Sequence[Paragraph]


@dataclass(frozen=True, slots=True)
class Points:
    """A list of short texts."""

    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Bar:
    """A name, a bar of parts, what the parts are in words, and a quiet note."""

    name: str
    parts: Sequence[tuple[BlockTone, int]]
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars below each other."""

    rows: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with headings that are repeated on each page.

    `widths` are shares of the width. The columns of `code` hold hashes and numbers.
    """

    heads: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[int]
    code: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a page of its own."""


Block = Title | Heading | Paragraph | Callout | Points | Bars | Table | PageBreak


@dataclass(frozen=True, slots=True)
class Document:
    """A document. `language` is a BCP 47 code. `running` is the line at the top of each page.

    `page_form` has `{page}` and `{pages}`; "" for no page numbers.
    """

    title: str
    language: str
    blocks: Iterable[Block]
    running: str = ""
    page_form: str = ""
    author: str = ""
