"""The use cases, as a person would name them: all that the window and the command line call.

Each method may be called from any thread. What takes time reports its progress and can
be cancelled without harm.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rightsdesk import data_folder
from rightsdesk.changes.recover import Recovery, recover, to_recover
from rightsdesk.changes.types import FILES, SIDECARS
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.roster.passphrase_prompts import Ask
from rightsdesk.store.database import Database
from rightsdesk.workspace.data.opening import open_database
from rightsdesk.workspace.lock import AnotherAtWork, can_work, working
from rightsdesk.workspace.use_cases.core import Core

if TYPE_CHECKING:
    from rightsdesk.workspace.data.backups import Restored
    from rightsdesk.workspace.sign_in.connections import Connections
    from rightsdesk.workspace.use_cases.accounts import Accounts
    from rightsdesk.workspace.use_cases.artists import Artists
    from rightsdesk.workspace.use_cases.catalogue import Catalogue
    from rightsdesk.workspace.use_cases.consents import Consents
    from rightsdesk.workspace.use_cases.exports import Exports
    from rightsdesk.workspace.use_cases.history import History
    from rightsdesk.workspace.use_cases.jobs import Jobs
    from rightsdesk.workspace.use_cases.platforms import Platforms


_LOCAL = (FILES, SIDECARS)
"""The carriers that can be looked at without a network."""


class Workspace:
    """One folder of RightsDesk's data, open for work.

    Each of the eight objects is imported and made when it is first asked for.
    """

    def __init__(
        self,
        data_dir: Path,
        database: Database,
        clock: Clock = SYSTEM,
        *,
        ask_passphrase: Ask | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.recovery = Recovery()
        self.notes: tuple[str, ...] = ()
        """What there is to tell of the data themselves, a sentence each."""
        self._database = database
        self._close_database: Callable[[], None] = database.close
        self._clock = clock
        self._ask_passphrase = ask_passphrase
        self._core = Core(data_dir, database, clock, self._connect)

    @cached_property
    def artists(self) -> Artists:
        """Everybody on the roster, and what goes with each artist's declarations."""
        from rightsdesk.workspace.use_cases.artists import Artists

        return Artists(self._core)

    @cached_property
    def accounts(self) -> Accounts:
        """The artists' logins: connected, read, checked, removed."""
        from rightsdesk.workspace.use_cases.accounts import Accounts

        return Accounts(self._core)

    @cached_property
    def platforms(self) -> Platforms:
        """What is known of platforms, and what people attested there."""
        from rightsdesk.workspace.use_cases.platforms import Platforms

        return Platforms(self._core)

    @cached_property
    def consents(self) -> Consents:
        """What AI may do with the music, set for artists, releases and recordings."""
        from rightsdesk.workspace.use_cases.consents import Consents

        return Consents(self._core)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The artists' music: scanned, looked at closely, and compared with the consents."""
        from rightsdesk.workspace.use_cases.catalogue import Catalogue

        return Catalogue(self._core, self.platforms, self.accounts)

    @cached_property
    def jobs(self) -> Jobs:
        """Plans, and the jobs that carry them out, continue them and undo them."""
        from rightsdesk.workspace.use_cases.jobs import Jobs

        return Jobs(self._core)

    @cached_property
    def history(self) -> History:
        """The history of everything that was done, and its undo and redo."""
        from rightsdesk.workspace.use_cases.history import History

        return History(self._core)

    @cached_property
    def exports(self) -> Exports:
        """Consents as texts and files to hand over."""
        from rightsdesk.workspace.use_cases.exports import Exports

        return Exports(self._core, self.catalogue)

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
            self = cls(folder, opened.database, clock, ask_passphrase=ask_passphrase)
            self.notes = opened.notes
            self._close_database = opened.close
            self._recover()
        except BaseException:
            opened.close()
            raise
        return self

    @staticmethod
    def restore(
        source: str,
        data_dir: Path | None = None,
        *,
        agree: Callable[[int], None] | None = None,
        clock: Clock = SYSTEM,
    ) -> Restored:
        """Put a backup in the place of a folder's data, which are kept aside. The folder must
        not be open. `agree` is called once the backup is found good, with how many artists are
        in it; what that raises ends it. Raises NoBackup, NewerSchema, InUse, AnotherAtWork and
        StoreError; then nothing was changed."""
        from rightsdesk.workspace.data import backups

        folder = data_dir or data_folder.default()
        return backups.restore(folder, source, clock.now(), agree or backups.agreed)

    def back_up(self, target: str, *, replace: bool = False) -> Path:
        """Write a backup of everything but the music to one file; its path. The vault is in it,
        encrypted; its key is not. Raises AlreadyThere unless `replace`, and NotSaved."""
        from rightsdesk.workspace.data import backups

        return backups.back_up(self.data_dir, target, replace=replace)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database and of all connections."""
        self._core.close()
        self._close_database()

    @property
    def _connections(self) -> Connections:
        return self._core.connections

    def _connect(self) -> Connections:
        from rightsdesk.roster.accounts import StoredSecrets
        from rightsdesk.roster.vault import Vault
        from rightsdesk.workspace.sign_in.connections import Connections

        vault = Vault(self.data_dir, StoredSecrets(self._database), ask=self._ask_passphrase)
        return Connections(self._database, vault, self._clock)

    def _recover(self) -> None:
        can_work(self.data_dir)
        if not to_recover(self._database, _LOCAL):
            return  # most starts: the lock and the file formats need not be loaded
        try:
            with working(self.data_dir):
                local = {carrier: self._core.carriers[carrier] for carrier in _LOCAL}
                self.recovery = recover(self._database, local)
        except AnotherAtWork:
            self.recovery = Recovery()  # what is being written there is not interrupted

    def now(self) -> datetime:
        """The time by the clock that everything here goes by."""
        return self._clock.now()

    def changed_elsewhere(self) -> bool:
        """Whether another RightsDesk changed the same data since this was last asked."""
        return self._database.changed_elsewhere()
