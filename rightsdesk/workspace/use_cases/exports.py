"""Consents as texts and files to hand over."""

from __future__ import annotations

import os
from enum import StrEnum

from rightsdesk.workspace.exports import kinds, saving, spreadsheet
from rightsdesk.workspace.exports.kinds import EXPORTS, Export, ExportKind
from rightsdesk.workspace.status import matrix
from rightsdesk.workspace.types.matrix import MatrixRow
from rightsdesk.workspace.types.scopes import Filter, Scope, Sort
from rightsdesk.workspace.use_cases.catalogue import Catalogue
from rightsdesk.workspace.use_cases.core import Core

AT_ONCE = 500
"""Rows per query."""


class Saved(StrEnum):
    """What happened to the file."""

    WRITTEN = "written"
    MERGED = "merged"
    UNCHANGED = "unchanged"


class Exports:
    """Consents as texts and files to hand over.

    Thread-safe.
    """

    def __init__(self, core: Core, catalogue: Catalogue) -> None:
        self._database = core.database
        self._catalogue = catalogue
        self._clock = core.clock

    def kinds(self) -> tuple[ExportKind, ...]:
        """The kinds of exports."""
        return EXPORTS

    def make(self, kind: str, scope: Scope, *, site: str = "", iscc: str = "") -> Export:
        """The consent of an artist, a release or a recording, as a text to hand over.

        `site` is the address of the artist's web site, if no account has it. `iscc` is the
        recording's, for a kind that is `by_iscc`.

        Raises NoSuchExport, NoConsentSet, NothingToSay, NoAddress and NoIscc.
        """
        found = kinds.kind_named(kind)
        return kinds.export(self._database, found, scope, site, iscc, now=self._clock.now())

    def matrix_csv(self, chosen: Filter) -> str:
        """The matrix as CSV, for spreadsheets."""
        rows: list[MatrixRow] = []
        ids = matrix.recording_ids(self._database, chosen, Sort(), self._clock.now())
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            rows += matrix.rows(self._database, part, self._clock.now())
        return spreadsheet.as_csv(rows, self._catalogue.carriers())

    def save(self, export: Export, path: str, *, replace: bool = False) -> Saved:
        """Save an export to a file; in a folder under its usual name.

        An existing file is only changed with `replace`. If others write that file, too
        (robots.txt), their text stays. Raises AlreadyThere, NotSaved, and DialectError if that file
        can't be parsed.
        """
        place = os.path.join(path, export.kind.file_name) if os.path.isdir(path) else path
        existing = saving.read_whole(place)
        if existing is None:
            saving.save(place, export.text.encode(), replace=False)
            return Saved.WRITTEN
        # Bytes that are not UTF-8 belong to someone else and stay as they are.
        content = export.into(existing.decode("utf-8", "surrogateescape"))
        new = content.encode("utf-8", "surrogateescape")
        if new == existing:
            return Saved.UNCHANGED
        saving.save(place, new, replace=replace)
        return Saved.MERGED if export.kind.merges else Saved.WRITTEN

    def save_matrix(self, text: str, path: str, *, replace: bool = False) -> None:
        """Save the matrix as a CSV file that spreadsheet programs read as UTF-8.

        Raises AlreadyThere and NotSaved.
        """
        saving.save(path, text.encode("utf-8-sig", "backslashreplace"), replace=replace)
