"""Tables: drawn by rich on a terminal, aligned plain text in a pipe.

rich is imported only for a terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import combining, east_asian_width

from rightsdesk.cli.output.output import Output


@dataclass(frozen=True, slots=True)
class TableCell:
    """A text with a style that only a terminal shows."""

    text: str
    style: str = ""


Group = tuple[str, Sequence[Sequence[TableCell | str]]]
"""A heading (may be empty) and the rows under it."""


def print_table(out: Output, headers: Sequence[str], groups: Iterable[Group]) -> None:
    """Print rows under headings, in columns that line up over all groups."""
    if out.as_json:
        return
    made = [(heading, [[_cell(c) for c in row] for row in rows]) for heading, rows in groups]
    if sys.stdout.isatty():
        _print_rich(headers, made)
    else:
        out.say(*plain_lines(headers, made))


def plain_lines(
    headers: Sequence[str], groups: Sequence[tuple[str, Sequence[Sequence[TableCell]]]]
) -> list[str]:
    """Return the table as plain lines, with columns two spaces apart."""
    widths = _widths(headers, groups)
    lines = [_line(headers, widths)]
    for heading, rows in groups:
        if heading:
            lines += ["", heading]
        lines += [_line([cell.text for cell in row], widths) for row in rows]
    return lines


def width(text: str) -> int:
    """Return how many columns a text takes on a terminal: wide characters take two."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _cell(value: TableCell | str) -> TableCell:
    return value if isinstance(value, TableCell) else TableCell(value)


def _widths(
    headers: Sequence[str], groups: Sequence[tuple[str, Sequence[Sequence[TableCell]]]]
) -> list[int]:
    widths = [width(header) for header in headers]
    for _, rows in groups:
        for row in rows:
            widths = [max(old, width(cell.text)) for old, cell in zip(widths, row, strict=True)]
    return widths


def _line(texts: Sequence[str], widths: Sequence[int]) -> str:
    padded = (t + " " * (w - width(t)) for t, w in zip(texts, widths, strict=True))
    return "  ".join(padded).rstrip()


def _print_rich(
    headers: Sequence[str], groups: Sequence[tuple[str, Sequence[Sequence[TableCell]]]]
) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    widths = _widths(headers, groups)
    fits = sum(widths) + 2 * len(widths) <= console.width
    for number, (heading, rows) in enumerate(groups):
        if heading:
            console.print(Text(f"\n{heading}" if number else heading, style="bold"))
        table = Table(box=None, show_header=number == 0, header_style="dim", pad_edge=False)
        for header, columns in zip(headers, widths, strict=True):
            table.add_column(header, min_width=columns if fits else None, overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell.text, style=cell.style) for cell in row))
        console.print(table)
