"""The matrix for spreadsheets: one line a recording, as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from rightsdesk.consent import Consent, Use
from rightsdesk.consent.words import PERMISSION_NAMES, USE_NAMES
from rightsdesk.workspace.types import Cell, MatrixRow

NAMES = ("Artist", "Release", "Track", "Title", "ISRC")
_FORMULA = (*"=+-@|%\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What spreadsheet programs take for the beginning of a formula, full-width signs included,
or of a new cell."""


def as_csv(rows: Sequence[MatrixRow], carriers: Sequence[tuple[str, str]]) -> str:
    """The rows under a heading; `carriers` are the matrix's columns, (id, name).

    For each use a column with what is wanted; for each carrier its standing, what it says
    and when that was seen (UTC). Numbers and times are plain, for programs to sort.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_heading(carriers))
    writer.writerows(_line(row, carriers) for row in rows)
    return text.getvalue()


def harmless(text: str) -> str:
    """A cell that no spreadsheet program takes for a formula.

    Titles come from other people's files. An apostrophe before them is the common way to
    say that what follows is text; as the first character it is shown only by some programs.
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _heading(carriers: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from NAMES
    yield from (f"Wanted: {USE_NAMES[use]}" for use in Use)
    for _, name in carriers:
        yield from (harmless(name), f"{name}: says", f"{name}: seen", f"{name}: problem")


def _line(row: MatrixRow, carriers: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from map(harmless, (row.artist, row.release, row.track, row.title, row.isrc))
    yield from (PERMISSION_NAMES[row.wanted[use]] if use in row.wanted else "" for use in Use)
    for carrier, _ in carriers:
        yield from _standpoint(row.cells.get(carrier))


def _standpoint(cell: Cell | None) -> tuple[str, str, str, str]:
    if cell is None:
        return ("", "", "", "")
    return (cell.standing.value, _words(cell.says), cell.seen_at, harmless(cell.problem))


def _words(says: Consent) -> str:
    return "; ".join(
        f"{USE_NAMES[use]}: {PERMISSION_NAMES[says[use]]}" for use in Use if use in says
    )
