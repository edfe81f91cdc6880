"""The use cases, as a person would name them: all that the window and the command line call.

Each method may be called from any thread. What takes time reports its progress and can
be cancelled without harm.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from rightsdesk import data_folder
from rightsdesk.changes.carrier import Carrier
from rightsdesk.changes.recover import Recovery, recover
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.platforms.registry import PLATFORMS
from rightsdesk.roster.accounts import StoredSecrets
from rightsdesk.roster.asking import Ask
from rightsdesk.roster.vault import Vault
from rightsdesk.store.database import Database
from rightsdesk.workspace.carriers.items import FileCarrier, ItemCarrier
from rightsdesk.workspace.carriers.sidecars import SidecarCarrier
from rightsdesk.workspace.data import backups
from rightsdesk.workspace.data.backups import Restored
from rightsdesk.workspace.data.opening import open_database
from rightsdesk.workspace.lock import AnotherAtWork, working
from rightsdesk.workspace.sign_in.connections import Connections
from rightsdesk.workspace.suites import SIDECARS
from rightsdesk.workspace.use_cases.accounts import Accounts
from rightsdesk.workspace.use_cases.artists import Artists
from rightsdesk.workspace.use_cases.catalogue import Catalogue
from rightsdesk.workspace.use_cases.consents import Consents
from rightsdesk.workspace.use_cases.core import Core
from rightsdesk.workspace.use_cases.exports import Exports
from rightsdesk.workspace.use_cases.jobs import Jobs
from rightsdesk.workspace.use_cases.platforms import Platforms


class Workspace:
    """One folder of RightsDesk's data, open for work."""

    def __init__(
        self, data_dir: Path, database: Database, vault: Vault, clock: Clock = SYSTEM
    ) -> None:
        self.data_dir = data_dir
        self.recovery = Recovery()
        self.notes: tuple[str, ...] = ()
        """What there is to tell of the data themselves, a sentence each."""
        self._database = database
        self._close_database: Callable[[], None] = database.close
        self._clock = clock
        self._connections = Connections(database, vault, clock)
        self._local: dict[str, Carrier] = {
            "file": FileCarrier(database),
            SIDECARS: SidecarCarrier(database),
        }
        self._carriers = dict(self._local)
        for platform in PLATFORMS:
            self._carriers[platform.id] = ItemCarrier(platform, database, self._connections)
        core = Core(data_dir, database, self._connections, clock, self._carriers)
        self.artists = Artists(core)
        self.accounts = Accounts(core)
        self.platforms = Platforms(core)
        self.consents = Consents(core)
        self.catalogue = Catalogue(core, self.platforms, self.accounts)
        self.jobs = Jobs(core)
        self.exports = Exports(core, self.catalogue)

    @classmethod
    def open(
        cls,
        data_dir: Path | None = None,
        *,
        ask_passphrase: Ask | None = None,
        clock: Clock = SYSTEM,
    ) -> Workspace:
        """Open the data in a folder, made and brought up to date where needed.

        Work that was interrupted is settled first; `recovery` then says so.
        `ask_passphrase` is called when a secret is needed and the system has no
        keyring. Raises NoHome, NotPrivate, StoreError and NewerSchema.
        """
        folder = data_dir or data_folder.default()
        opened = open_database(folder, clock.now())
        try:
            database = opened.database
            vault = Vault(folder, StoredSecrets(database), ask=ask_passphrase)
            self = cls(folder, database, vault, clock)
            self.notes = opened.notes
            self._close_database = opened.close
            self._recover()
        except BaseException:
            opened.close()
            raise
        return self

    @staticmethod
    def restore(source: str, data_dir: Path | None = None, *, clock: Clock = SYSTEM) -> Restored:
        """Put a backup in the place of a folder's data, which are kept aside. The folder must
        not be open. Raises NoBackup, NewerSchema, InUse, AnotherAtWork and StoreError; then
        nothing was changed."""
        return backups.restore(data_dir or data_folder.default(), source, clock.now())

    def back_up(self, target: str, *, replace: bool = False) -> Path:
        """Write a backup of everything but the music to one file; its path. The vault is in it,
        encrypted; its key is not. Raises AlreadyThere unless `replace`, and NotSaved."""
        return backups.back_up(self.data_dir, target, replace=replace)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database and of all connections."""
        self._connections.close()
        self._close_database()

    def _recover(self) -> None:
        try:
            with working(self.data_dir):
                self.recovery = recover(self._database, self._local)
        except AnotherAtWork:
            self.recovery = Recovery()  # what is being written there is not interrupted

    def now(self) -> datetime:
        """The time by the clock that everything here goes by."""
        return self._clock.now()

    def changed_elsewhere(self) -> bool:
        """Whether another RightsDesk changed the same data since this was last asked."""
        return self._database.changed_elsewhere()
