"""Evidence for others: the ledger, checked, exported, and stamped with a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection
from pathlib import Path

from rightsdesk.changes.types import Cancel, Progress, no_progress
from rightsdesk.ledger.chain import ChainFault, Head
from rightsdesk.store import deeds
from rightsdesk.store.database import FILE_NAME, DamagedDatabase
from rightsdesk.store.state import DatabaseState
from rightsdesk.workspace.data import ledger
from rightsdesk.workspace.data.damage import Damage, find_damage
from rightsdesk.workspace.data.ledger import LedgerReport
from rightsdesk.workspace.evidence import checking, sources, stamping
from rightsdesk.workspace.evidence.ledger_file import LedgerExport, LedgerLines
from rightsdesk.workspace.evidence.types import (
    Stamp,
    StampCheck,
    Stamped,
    StampKind,
    StampSources,
)
from rightsdesk.workspace.use_cases.core import Core


class LedgerEvidence:
    """The ledger: its head, a check of all of it, its export, and time stamps. Thread-safe."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database

    def head(self) -> Head:
        """The newest entry's number and hash. The hash covers the whole history up to it."""
        with self._database.read() as connection:
            return deeds.head(connection)

    def fault(self) -> ChainFault | None:
        """What does not fit in the newest part of the ledger, as found when the data were opened;
        None if nothing. A whole check is `verify`."""
        path = self._core.data_dir / FILE_NAME
        return ledger.check_newest(path, DatabaseState.read(self._core.data_dir).head)

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

    def stamp_sources(self) -> StampSources:
        """Who gives time stamps; nobody until a person chooses."""
        return sources.sources(self._database)

    def choose_authority(self, address: str, root: bytes | None = None) -> StampSources:
        """Take time stamps from an authority at this address from now on, "" for none.

        `root` are the certificates to trust (PEM or DER); None trusts the system's. Raises
        AddressRefused and NoCertificate.
        """
        return sources.choose_authority(self._database, address, root)

    def choose_calendars(self, addresses: Collection[str] | None = None) -> StampSources:
        """Use these OpenTimestamps calendars from now on; the usual ones for None, none for ().

        Raises AddressRefused.
        """
        chosen = sources.usual_calendars() if addresses is None else tuple(addresses)
        return sources.choose_calendars(self._database, chosen)

    def stamp(self, *kinds: StampKind) -> Stamped:
        """Have the ledger's head stamped with a time; without `kinds` in every chosen way.

        Raises NoStampSource, NotStamped and PlatformError; then no stamp was added in that way.
        """
        chosen = self.stamp_sources()
        self._use_proxy()
        return stamping.stamp(self._database, chosen, kinds or chosen.kinds, self._core.clock)

    def stamps(self, limit: int | None = None) -> list[Stamp]:
        """The time stamps, newest first."""
        return checking.stored(self._database, limit)

    def check_stamps(
        self, some: Collection[Stamp] | None = None, *, ask: bool = True
    ) -> list[StampCheck]:
        """Check these time stamps, or all. If `ask`, calendars complete pending ones first."""
        meant = self.stamps() if some is None else list(some)
        chosen = self.stamp_sources()
        if ask:
            self._use_proxy()
            meant = checking.upgrade(self._database, chosen, meant, self._core.clock)
        return checking.check(self._database, chosen, meant)

    def export_stamp(self, number: int, folder: str, *, replace: bool = False) -> list[str]:
        """Write a time stamp's files to a folder, for `openssl ts -verify` and others.

        Raises NoSuchStamp, AlreadyThere unless `replace`, and NotSaved.
        """
        chosen = self.stamp_sources()
        return checking.export(self._database, chosen, number, folder, replace=replace)

    def _use_proxy(self) -> None:
        from rightsdesk.workspace.use_cases.settings import Settings

        Settings(self._core).use_proxy()


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
        raise DamagedDatabase(path) from error


def damage_in(folder: Path) -> Damage:
    """Check each table of a data folder's database. Only reads.

    Raises Damaged if not even the list of tables can be read.
    """
    path = folder / FILE_NAME
    try:
        return find_damage(path)
    except sqlite3.Error as error:
        raise DamagedDatabase(path) from error
