"""The matrix as CSV for spreadsheets (RFC 4180): one row per recording."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from rightsdesk.consent import Consent, Use
from rightsdesk.consent.words import PERMISSION_NAMES, USE_NAMES, standing_name
from rightsdesk.workspace.types.matrix import Cell, MatrixRow

NAMES = ("Artist", "Release", "Track", "Title", "ISRC")
_FORMULA = (*"=+-@|%\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters that spreadsheet programs take for a formula (also full-width) or a new cell."""


def as_csv(rows: Sequence[MatrixRow], carriers: Sequence[tuple[str, str]]) -> str:
    """The rows as CSV with a heading; `carriers` are the matrix's columns (id, name).

    One column per use has the consent. Each carrier has its standing, what it says, when that was
    read (UTC), and its problem. Numbers and times are plain, so programs can sort them.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_heading(carriers))
    writer.writerows(_line(row, carriers) for row in rows)
    return text.getvalue()


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet program takes for a formula.

    Titles come from other people's files. A leading apostrophe is the common way to mark text; only
    some programs show it.
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _heading(carriers: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from NAMES
    yield from (f"Consent: {USE_NAMES[use]}" for use in Use)
    for _, name in carriers:
        yield from (
            f"{harmless(name)}: state",
            f"{name}: says",
            f"{name}: seen",
            f"{name}: problem",
        )


def _line(row: MatrixRow, carriers: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from map(harmless, (row.artist, row.release, row.track, row.title, row.isrc))
    yield from (PERMISSION_NAMES[row.consent[use]] if use in row.consent else "" for use in Use)
    for carrier, _ in carriers:
        yield from _standpoint(row.cells.get(carrier))


def _standpoint(cell: Cell | None) -> tuple[str, str, str, str]:
    if cell is None:
        return ("", "", "", "")
    return (
        standing_name(cell.standing, cell.says),
        _words(cell.says),
        cell.seen_at,
        harmless(cell.problem),
    )


def _words(says: Consent) -> str:
    return "; ".join(
        f"{USE_NAMES[use]}: {PERMISSION_NAMES[says[use]]}" for use in Use if use in says
    )
