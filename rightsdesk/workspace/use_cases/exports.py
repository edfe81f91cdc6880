"""Consents as files and texts to hand over."""

from __future__ import annotations

import os
from enum import StrEnum

from rightsdesk.workspace.exports import kinds, saving, spreadsheet
from rightsdesk.workspace.exports.kinds import EXPORTS, Export, ExportKind
from rightsdesk.workspace.status import matrix
from rightsdesk.workspace.types import (
    Filter,
    MatrixRow,
    Scope,
    Sort,
)
from rightsdesk.workspace.use_cases.catalogue import Catalogue
from rightsdesk.workspace.use_cases.core import Core

AT_ONCE = 500
"""How many rows are asked for at a time."""


class Saved(StrEnum):
    """What became of the file."""

    WRITTEN = "written"
    MERGED = "merged"
    UNCHANGED = "unchanged"


class Exports:
    """Consents as files and texts to hand over.

    Every method may be called from any thread.
    """

    def __init__(self, core: Core, catalogue: Catalogue) -> None:
        self._database = core.database
        self._catalogue = catalogue

    def kinds(self) -> tuple[ExportKind, ...]:
        """What can be handed over."""
        return EXPORTS

    def make(self, kind: str, scope: Scope, *, site: str = "", iscc: str = "") -> Export:
        """What was chosen for an artist, a release or a recording, in a language to hand over.

        `site` is the address of the artist's web site, where that is not known from an
        account; `iscc` is that of the recording, for a kind that is `by_iscc`.
        Raises NoSuchExport, NothingChosen, NothingToSay, NoAddress, and NoIscc.
        """
        return kinds.export(self._database, kinds.kind_named(kind), scope, site, iscc)

    def matrix_csv(self, chosen: Filter) -> str:
        """The matrix as CSV, for spreadsheets."""
        rows: list[MatrixRow] = []
        ids = matrix.recording_ids(self._database, chosen, Sort())
        for start in range(0, len(ids), AT_ONCE):
            rows += matrix.rows(self._database, ids[start : start + AT_ONCE])
        return spreadsheet.as_csv(rows, self._catalogue.carriers())

    def save(self, made: Export, path: str, *, replace: bool = False) -> Saved:
        """Put an export into a file; into a folder under its usual name.

        A file that is there is only changed with `replace`. Where others write in it too
        (robots.txt), what they wrote stays. Raises AlreadyThere, NotSaved, and DialectError
        where such a file cannot be understood.
        """
        place = os.path.join(path, made.kind.file_name) if os.path.isdir(path) else path
        there = saving.read_whole(place)
        if there is None:
            saving.save(place, made.text.encode(), replace=False)
            return Saved.WRITTEN
        # Bytes that are no UTF-8 are somebody's, and come back as they were.
        content = made.into(there.decode("utf-8", "surrogateescape"))
        new = content.encode("utf-8", "surrogateescape")
        if new == there:
            return Saved.UNCHANGED
        saving.save(place, new, replace=replace)
        return Saved.MERGED if made.kind.merges else Saved.WRITTEN

    def save_matrix(self, text: str, path: str, *, replace: bool = False) -> None:
        """Put the matrix into a CSV file that spreadsheet programs read as UTF-8.

        Raises AlreadyThere and NotSaved.
        """
        saving.save(path, text.encode("utf-8-sig", "backslashreplace"), replace=replace)
