"""Evidence for others: the ledger, checked and exported."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from rightsdesk.changes.types import Cancel, Progress, no_progress
from rightsdesk.ledger.chain import Head
from rightsdesk.store import deeds
from rightsdesk.store.database import FILE_NAME, Damaged
from rightsdesk.store.state import DatabaseState
from rightsdesk.workspace.data import ledger
from rightsdesk.workspace.data.ledger import LedgerReport
from rightsdesk.workspace.evidence.ledger_file import LedgerExport, LedgerLines
from rightsdesk.workspace.use_cases.core import Core


class Evidence:
    """The ledger: its head, a check of all of it, and its export. Thread-safe."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database

    def head(self) -> Head:
        """The newest entry's number and hash. The hash covers the whole history up to it."""
        with self._database.read() as connection:
            return deeds.head(connection)

    def verify(
        self, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> LedgerReport:
        """Check every entry of the ledger, every list, and every head known from elsewhere."""
        return verify_folder(self._core.data_dir, progress=progress, cancel=cancel)

    def export_ledger(self, path: str, *, replace: bool = False) -> LedgerExport:
        """Write the ledger as JSON Lines, which another program can check.

        Raises AlreadyThere unless `replace`, NotSaved and Damaged.
        """
        from rightsdesk.workspace.exports.saving import save

        lines = LedgerLines(self._database)
        save(path, lines, replace=replace)
        return LedgerExport(os.path.abspath(path), lines.head)


def verify_folder(
    folder: Path, *, progress: Progress = no_progress, cancel: Cancel | None = None
) -> LedgerReport:
    """Check the ledger of a data folder that need not open as usual. Only reads.

    Raises Damaged if there is no ledger that could be read.
    """
    path = folder / FILE_NAME
    try:
        return ledger.verify(path, DatabaseState.read(folder).head, progress, cancel)
    except sqlite3.Error as error:
        raise Damaged(path) from error
