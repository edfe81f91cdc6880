"""The workspace: all use cases that the window and the command line call.

Thread-safe. Long operations report progress and can be cancelled without harm.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rightsdesk import data_folder
from rightsdesk.changes.recover import Recovery, recover, to_recover
from rightsdesk.changes.types import Cancel, Progress, no_progress
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.enums.carriers import ON_DISK
from rightsdesk.roster.passphrase_prompts import PassphraseQuestion
from rightsdesk.store.database import Database
from rightsdesk.workspace.data.opening import open_database
from rightsdesk.workspace.lock import AnotherAtWork, can_work, working
from rightsdesk.workspace.use_cases.core import Core

if TYPE_CHECKING:
    from rightsdesk.workspace.data.backups import Restored
    from rightsdesk.workspace.data.damage import Damage
    from rightsdesk.workspace.data.leaving import Left, Stays
    from rightsdesk.workspace.data.ledger import LedgerReport
    from rightsdesk.workspace.sign_in.connections import Connections
    from rightsdesk.workspace.use_cases.accounts import Accounts
    from rightsdesk.workspace.use_cases.artists import Artists
    from rightsdesk.workspace.use_cases.catalogue import Catalogue
    from rightsdesk.workspace.use_cases.consents import Consents
    from rightsdesk.workspace.use_cases.evidence import LedgerEvidence
    from rightsdesk.workspace.use_cases.exports import Exports
    from rightsdesk.workspace.use_cases.facts import Facts
    from rightsdesk.workspace.use_cases.history import History
    from rightsdesk.workspace.use_cases.imports import Imports
    from rightsdesk.workspace.use_cases.jobs import Jobs
    from rightsdesk.workspace.use_cases.letters import Letters
    from rightsdesk.workspace.use_cases.licences import Licences
    from rightsdesk.workspace.use_cases.platforms import Platforms
    from rightsdesk.workspace.use_cases.reports import Reports
    from rightsdesk.workspace.use_cases.settings import Settings
    from rightsdesk.workspace.use_cases.terms import Terms
    from rightsdesk.workspace.use_cases.updates import Updates


_LOCAL = ON_DISK
"""The carriers that are read without a network."""


class Workspace:
    """An open data folder.

    Each of the objects below is imported and created on first access.
    """

    def __init__(
        self,
        data_dir: Path,
        database: Database,
        clock: Clock = SYSTEM,
        *,
        ask_passphrase: PassphraseQuestion | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.recovery = Recovery()
        self.notes: tuple[str, ...] = ()
        """Notes about the data, one sentence each."""
        self._database = database
        self._close_database: Callable[[], None] = database.close
        self._clock = clock
        self._ask_passphrase = ask_passphrase
        self._core = Core(data_dir, database, clock, self._connect)

    @cached_property
    def artists(self) -> Artists:
        """The roster, and what goes with each artist's declarations."""
        from rightsdesk.workspace.use_cases.artists import Artists

        return Artists(self._core)

    @cached_property
    def accounts(self) -> Accounts:
        """The artists' accounts: connected, read, checked, removed."""
        from rightsdesk.workspace.use_cases.accounts import Accounts

        return Accounts(self._core)

    @cached_property
    def platforms(self) -> Platforms:
        """Facts about platforms, and what people attested there."""
        from rightsdesk.workspace.use_cases.platforms import Platforms

        return Platforms(self._core)

    @cached_property
    def facts(self) -> Facts:
        """Which facts about platforms are in use, and newer ones."""
        from rightsdesk.workspace.use_cases.facts import Facts

        return Facts(self._core)

    @cached_property
    def consents(self) -> Consents:
        """What AI may do with the music, set for artists, releases and recordings."""
        from rightsdesk.workspace.use_cases.consents import Consents

        return Consents(self._core)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The artists' music: scanned, inspected, and compared with the consents."""
        from rightsdesk.workspace.use_cases.catalogue import Catalogue

        return Catalogue(self._core, self.platforms, self.accounts)

    @cached_property
    def licences(self) -> Licences:
        """What single partners may do with the music, where, and until when."""
        from rightsdesk.workspace.use_cases.licences import Licences

        return Licences(self._core, self.jobs)

    @cached_property
    def jobs(self) -> Jobs:
        """Jobs: planned, applied, resumed and undone."""
        from rightsdesk.workspace.use_cases.jobs import Jobs

        return Jobs(self._core)

    @cached_property
    def history(self) -> History:
        """The history of everything that was done, and its undo and redo."""
        from rightsdesk.workspace.use_cases.history import History

        return History(self._core)

    @cached_property
    def evidence(self) -> LedgerEvidence:
        """The ledger: checked, exported, and stamped with a time."""
        from rightsdesk.workspace.use_cases.evidence import LedgerEvidence

        return LedgerEvidence(self._core)

    @cached_property
    def exports(self) -> Exports:
        """Consents as texts and files to hand over."""
        from rightsdesk.workspace.use_cases.exports import Exports

        return Exports(self._core, self.catalogue)

    @cached_property
    def imports(self) -> Imports:
        """Libraries of other music programs as a first roster."""
        from rightsdesk.workspace.use_cases.imports import Imports

        return Imports(self._core)

    @cached_property
    def reports(self) -> Reports:
        """Reports on consent, for people and machines."""
        from rightsdesk.workspace.use_cases.reports import Reports

        return Reports(self._core)

    @cached_property
    def letters(self) -> Letters:
        """Letters to platforms and AI companies: filled, kept, and followed up."""
        from rightsdesk.workspace.use_cases.letters import Letters

        return Letters(self._core, self.reports)

    @cached_property
    def settings(self) -> Settings:
        """Settings of the whole data folder."""
        from rightsdesk.workspace.use_cases.settings import Settings

        return Settings(self._core)

    @cached_property
    def terms(self) -> Terms:
        """What the terms of platforms say: watched, kept, compared, answered."""
        from rightsdesk.workspace.use_cases.terms import Terms

        return Terms(self._core)

    @cached_property
    def updates(self) -> Updates:
        """New versions of RightsDesk."""
        from rightsdesk.workspace.use_cases.updates import Updates

        return Updates(self._core)

    @classmethod
    def open(
        cls,
        data_dir: Path | None = None,
        *,
        ask_passphrase: PassphraseQuestion | None = None,
        clock: Clock = SYSTEM,
    ) -> Workspace:
        """Open the data of a folder; create or update them if needed.

        Interrupted work is recovered first; `recovery` has the result. `ask_passphrase` is called
        when a secret is needed and the system has no keyring.

        Raises NoHome, NotPrivate, StoreError and NewerSchema.
        """
        folder = data_dir or data_folder.default()
        opened = open_database(folder, clock.now())
        data_folder.use(folder)
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
        """Replace a folder's data with a backup; the data from before are kept.

        The folder must not be open. Once the backup is checked, `agree` gets the number of artists
        in it; an exception from it ends the restore. Raises NoBackup, NewerSchema, InUse,
        AnotherAtWork and StoreError; then nothing was changed.
        """
        from rightsdesk.workspace.data import backups

        folder = data_dir or data_folder.default()
        return backups.restore(folder, source, clock.now(), agree or backups.agreed)

    @staticmethod
    def forget(data_dir: Path | None = None, *, keep_backups: bool = False) -> Left:
        """Remove a folder's data, and the keys of its vault from the system's keyring.

        The folder must not be open. What is in files and on platforms stays: see `what_stays`.
        Raises DatabaseInUse, AnotherAtWork and StoreError.
        """
        from rightsdesk.workspace.data import leaving

        return leaving.forget(data_dir or data_folder.default(), keep_backups=keep_backups)

    @staticmethod
    def save_log(target: str, data_dir: Path | None = None, *, replace: bool = False) -> list[str]:
        """Write versions, the log and crash reports to a zip file, without secrets.

        Returns the names of the files in it. The data need not be readable. Raises AlreadyThere
        unless `replace`, and NotSaved.
        """
        from rightsdesk.workspace.data.log_bundle import save_log

        return save_log(data_dir or data_folder.default(), target, replace=replace)

    @staticmethod
    def verify_ledger(
        data_dir: Path | None = None,
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> LedgerReport:
        """Check the ledger of a folder's data, also of data that are too damaged to open.

        Only reads. Raises Damaged if there is no ledger that could be read.
        """
        from rightsdesk.workspace.use_cases.evidence import verify_folder

        folder = data_dir or data_folder.default()
        return verify_folder(folder, progress=progress, cancel=cancel)

    @staticmethod
    def find_damage(data_dir: Path | None = None) -> Damage:
        """Check each table of a folder's data, also of data that do not open. Only reads.

        Raises Damaged if not even the list of tables can be read.
        """
        from rightsdesk.workspace.use_cases.evidence import damage_in

        return damage_in(data_dir or data_folder.default())

    def back_up(self, target: str, *, replace: bool = False) -> Path:
        """Write a backup of everything except the music to one file. Returns its path.

        The encrypted vault is in it; its key is not. Raises AlreadyThere unless `replace`, and
        NotSaved.
        """
        from rightsdesk.workspace.data import backups

        return backups.back_up(self.data_dir, target, replace=replace)

    def what_stays(self) -> Stays:
        """What RightsDesk wrote into files and on platforms, and did not take back."""
        from rightsdesk.workspace.data import leaving

        return leaving.what_stays(self._database, self.jobs.all())

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and all connections."""
        self._core.close()
        self._close_database()

    @property
    def _connections(self) -> Connections:
        return self._core.connections

    def _connect(self) -> Connections:
        from rightsdesk.roster.accounts import StoredSecrets
        from rightsdesk.roster.vault import Vault
        from rightsdesk.workspace.sign_in.connections import Connections

        self.settings.use_proxy()
        vault = Vault(self.data_dir, StoredSecrets(self._database), ask=self._ask_passphrase)
        return Connections(self._database, vault, self._clock)

    def _recover(self) -> None:
        can_work(self.data_dir)
        if not to_recover(self._database, _LOCAL):
            return  # the usual start: the lock and the file formats are not loaded
        try:
            with working(self.data_dir):
                local_carriers = {carrier: self._core.carriers[carrier] for carrier in _LOCAL}
                self.recovery = recover(self._database, local_carriers)
        except AnotherAtWork:
            self.recovery = Recovery()  # the other program's running job is not interrupted

    def now(self) -> datetime:
        """The time of the workspace's clock."""
        return self._clock.now()

    def changed_elsewhere(self) -> bool:
        """Whether another RightsDesk changed the same data since the last call."""
        return self._database.changed_elsewhere()
