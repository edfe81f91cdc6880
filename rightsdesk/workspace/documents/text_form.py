"""A document as plain text: for letters, and to paste elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from rightsdesk.shown import shown
from rightsdesk.workspace.documents.blocks import (
    Bars,
    Block,
    Callout,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Points,
    Table,
    Title,
)


def plain_text(document: Document) -> str:
    """The whole document; blocks are separated by empty lines."""
    parts = (part for block in document.blocks for part in _block(block))
    return "\n\n".join(filter(None, parts)) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Title(text, under):
            yield _text(text)
            yield _text(under)
        case Heading(text) | Paragraph(text):
            yield _text(text)
        case Callout(parts):
            yield from (_text(part.text) for part in parts)
        case Points(texts):
            yield "\n".join(f"- {_text(text)}" for text in texts)
        case Bars(rows):
            yield "\n".join(_text(f"{row.name}: {row.words} ({row.note})") for row in rows)
        case Table(heads, rows):
            yield "\n".join("\t".join(map(_text, row)) for row in (heads, *rows))
        case PageBreak():
            yield ""


def _text(text: str) -> str:
    return shown(text, keep="\n")
