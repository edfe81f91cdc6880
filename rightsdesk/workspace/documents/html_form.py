"""A document as one HTML page: self-contained, without scripts, fit for print, part by part.

The markup is also well-formed XML, so that any parser reads the same. A content security policy
keeps a browser from loading anything, whatever a title says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from rightsdesk.shown import shown
from rightsdesk.workspace.documents.blocks import (
    Bar,
    Bars,
    Block,
    BlockTone,
    Callout,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Points,
    Table,
    Title,
)

COLOURS = {
    BlockTone.GOOD: "#1d7044",
    BlockTone.BAD: "#b42318",
    BlockTone.OPEN: "#e3b778",
    BlockTone.TOLD: "#3b6ea8",
    BlockTone.UNKNOWN: "#a9a9a4",
    BlockTone.QUIET: "#55554f",
    BlockTone.PLAIN: "#1b1b19",
}
"""Colours for paper: dark enough to print, and never the only sign."""

_STYLE = """
@page { size: A4; margin: 20mm 18mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; color: #1b1b19;
  background: #fff; max-width: 60rem; margin: 2.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.45rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
p { margin: 0 0 .6rem; white-space: pre-line; overflow-wrap: anywhere; }
.quiet { color: #55554f; } .strong { font-weight: 600; } .bad { color: #9c1d13; }
.open { color: #7a4b00; }
.code { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: .85em;
  overflow-wrap: anywhere; }
.panel { border: 1px solid #c9c9c2; border-radius: 8px; padding: 1rem 1.25rem; margin: 1.25rem 0; }
.panel p:last-child { margin: 0; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: .25rem 0 1rem;
  font-size: .9rem; }
th, td { text-align: start; vertical-align: top; padding: .35rem .6rem .35rem 0;
  border-bottom: 1px solid #dcdcd6; overflow-wrap: anywhere; }
th { color: #55554f; font-weight: 600; border-color: #9a9a93; }
.bars th, .bars td { padding: .5rem .75rem .5rem 0; vertical-align: middle; }
.bars th { color: inherit; border-color: #dcdcd6; }
.bars svg { width: 100%; height: 8px; display: block; border-radius: 4px; }
thead { display: table-header-group; } tr { break-inside: avoid; }
h1, h2, h3 { break-after: avoid; }
.break { break-before: page; }
@media print { body { max-width: none; margin: 0; padding: 0; font-size: 10pt; } }
"""

_LEVELS = {1: "h2", 2: "h3"}


def html(document: Document) -> Iterator[str]:
    """The parts of the page, to be written in turn as UTF-8."""
    title, language = _text(document.title), escape(document.language, quote=True)
    yield (
        "<!DOCTYPE html>\n"
        f'<html xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}">\n'
        '<head>\n<meta charset="utf-8"/>\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        '<meta name="robots" content="noindex"/>\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
    )
    if document.running:
        yield f'<p class="quiet">{_text(document.running)}</p>\n'
    for block in document.blocks:
        yield from _block(block)
    yield "</main>\n</body>\n</html>\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Title(text, under):
            yield f'<h1 dir="auto">{_text(text)}</h1>\n'
            if under:
                yield f'<p class="quiet">{_text(under)}</p>\n'
        case Heading(text, level):
            name = _LEVELS[level]
            yield f"<{name}>{_text(text)}</{name}>\n"
        case Paragraph():
            yield _paragraph(block)
        case Callout(parts):
            yield '<div class="panel">\n'
            yield from map(_paragraph, parts)
            yield "</div>\n"
        case Points(texts):
            items = "".join(f'<li dir="auto">{_text(text)}</li>\n' for text in texts)
            yield f"<ul>\n{items}</ul>\n" if items else ""
        case Bars(rows):
            yield '<table class="bars">\n'
            yield _columns((18, 25, 27, 30))
            yield "<tbody>\n"
            yield from map(_bar, rows)
            yield "</tbody>\n</table>\n"
        case Table():
            yield from _table(block)
        case PageBreak():
            yield '<div class="break"></div>\n'


def _paragraph(block: Paragraph) -> str:
    tone = "" if block.tone is BlockTone.PLAIN else f' class="{block.tone.value}"'
    return f'<p{tone} dir="auto">{_text(block.text)}</p>\n'


def _table(block: Table) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{_text(head)}</th>' for head in block.heads)
    yield f"<table>\n{_columns(block.widths)}<thead>\n<tr>{heads}</tr>\n</thead>\n<tbody>\n"
    empty = True
    for row in block.rows:
        empty = False
        cells = (
            f'<td class="code">{_text(text)}</td>'
            if at in block.code
            else f'<td dir="auto">{_text(text)}</td>'
            for at, text in enumerate(row)
        )
        yield f"<tr>{''.join(cells)}</tr>\n"
    if empty:
        yield f'<tr><td colspan="{len(block.heads)}">–</td></tr>\n'
    yield "</tbody>\n</table>\n"


def _columns(widths: Sequence[int]) -> str:
    whole = sum(widths)
    columns = "".join(f'<col style="width:{100 * width / whole:.2f}%"/>' for width in widths)
    return f"<colgroup>{columns}</colgroup>\n"


def _bar(row: Bar) -> str:
    whole = sum(number for _tone, number in row.parts) or 1
    at, parts = 0.0, []
    for tone, number in row.parts:
        width = 100 * number / whole
        parts.append(
            f'<rect x="{at:.3f}" y="0" width="{width:.3f}" height="8" fill="{COLOURS[tone]}"/>'
        )
        at += width
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 8" preserveAspectRatio="none" '
        f'role="img" aria-label="{_text(row.words)}">{"".join(parts)}</svg>'
    )
    return (
        f'<tr><th scope="row" dir="auto">{_text(row.name)}</th><td>{picture}</td>'
        f'<td>{_text(row.words)}</td><td class="quiet">{_text(row.note)}</td></tr>\n'
    )


def _text(text: str) -> str:
    return escape(shown(text, keep="\n"), quote=True)
