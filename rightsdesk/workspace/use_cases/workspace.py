"""The use cases, as a person would name them: all that the window and the command line call.

Each method may be called from any thread. What takes time reports its progress and can
be cancelled without harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from rightsdesk import data_folder
from rightsdesk.changes.carrier import Carrier
from rightsdesk.changes.recover import Recovery, recover
from rightsdesk.changes.types import (
    Cancel,
    Change,
    JobKind,
    Never,
    Plan,
    Progress,
    no_progress,
)
from rightsdesk.changes.undo import plan_resume, plan_undo
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.consent import Standing
from rightsdesk.errors import KnownError
from rightsdesk.platforms.registry import PLATFORMS
from rightsdesk.roster import accounts as account_store
from rightsdesk.roster import artists as roster
from rightsdesk.roster.accounts import StoredSecrets
from rightsdesk.roster.asking import Ask
from rightsdesk.roster.vault import Vault
from rightsdesk.store.database import Database
from rightsdesk.workspace import finding
from rightsdesk.workspace.carriers.items import FileCarrier, ItemCarrier
from rightsdesk.workspace.carriers.moved_files import folders_to_search
from rightsdesk.workspace.carriers.sidecars import SidecarCarrier
from rightsdesk.workspace.catalogue import scanning
from rightsdesk.workspace.catalogue.forgetting import forget_folder
from rightsdesk.workspace.catalogue.scan_report import ScanReport
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.data import backups
from rightsdesk.workspace.data.backups import Restored
from rightsdesk.workspace.data.opening import open_database
from rightsdesk.workspace.guided.views import Guiding
from rightsdesk.workspace.jobs.change_locations import Key, Whereabouts, whereabouts
from rightsdesk.workspace.lock import AnotherAtWork, working
from rightsdesk.workspace.observing import linking, reading
from rightsdesk.workspace.observing.settling_items import settle_all
from rightsdesk.workspace.planning import plan as planning
from rightsdesk.workspace.planning.forecast import forecast
from rightsdesk.workspace.planning.held import held_files, held_items, held_sidecars
from rightsdesk.workspace.planning.remarks import remarks
from rightsdesk.workspace.planning.still_wanted import ChoicesNow
from rightsdesk.workspace.sign_in.connections import Connections
from rightsdesk.workspace.status import inspecting, matrix, roster_view, verifying
from rightsdesk.workspace.status.attested import platforms_told_of
from rightsdesk.workspace.status.problems import problems
from rightsdesk.workspace.status.whole_accounts import WholeAccount, whole_accounts
from rightsdesk.workspace.suites import SIDECARS, holds_for_all
from rightsdesk.workspace.types import (
    Artist,
    FileInspection,
    Filter,
    Problem,
    RecordingView,
    Row,
    Sort,
    VerifyReport,
)
from rightsdesk.workspace.use_cases.accounts import Connecting
from rightsdesk.workspace.use_cases.consents import Choosing
from rightsdesk.workspace.use_cases.curating import Curating
from rightsdesk.workspace.use_cases.exports import HandingOver
from rightsdesk.workspace.use_cases.jobs import Applying

BY_RELEASE = Sort()


class Workspace(Applying, Choosing, Connecting, Curating, Guiding, HandingOver):
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

    # The roster

    def artists(self) -> list[Artist]:
        """Everybody on the roster, with what there is of each."""
        return roster_view.artists(self._database)

    def artist_named(self, name: str) -> Artist:
        """The artist of that name. Raises KnownError where there is none."""
        return roster_view.artist(self._database, roster.artist_named(self._database, name).id)

    def add_artist(self, name: str) -> Artist:
        """Put an artist on the roster."""
        return roster_view.artist(self._database, roster.add_artist(self._database, name))

    def rename_artist(self, artist_id: int, name: str) -> None:
        """Give an artist another name. Raises ArtistExists, and vault errors where the artist's
        stored logins can't be opened just now: they are bound to the name."""
        self._connections.rename_artist(artist_id, name)

    def remove_artist(self, artist_id: int) -> tuple[str, ...]:
        """Take an artist off the roster, with accounts and everything noted; no file is touched.

        A sentence for each platform that could not be told to end a sign-in.
        """
        owned = account_store.all_accounts(self._database, artist_id)
        told = [self._connections.remove(account.id) for account in owned]
        consents.forget(self._database, artist_id)
        roster.remove_artist(self._database, artist_id)
        return tuple(one for one in told if one)

    # The catalogue

    def scan(
        self,
        artist_id: int,
        folders: Sequence[str],
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> ScanReport:
        """Find the artist's music in folders, and remember those."""
        roster.artist_by_id(self._database, artist_id)
        report = scanning.scan(self._database, artist_id, folders, progress, cancel or Never())
        if report.new or report.changed:
            linking.link_again(self._database, artist_id)
        return report

    def forget_folder(self, artist_id: int, folder: str) -> int:
        """Look into a folder no more, and list its files no longer; how many those were.

        Nothing on the disk is changed, and jobs can still be undone. Raises NotRemembered.
        """
        return forget_folder(self._database, artist_id, folder)

    def inspect(self, places: Sequence[str]) -> Iterator[FileInspection]:
        """Read what files, or the files below folders, say now."""
        return inspecting.inspect(places)

    def releases(self, artist_id: int | None = None) -> list[tuple[int, str]]:
        """The releases of an artist, or all: (id, title)."""
        return finding.release_titles(self._database, artist_id)

    def find(
        self, *, artist: str = "", release: str = "", recording: str = "", path: str = ""
    ) -> Filter:
        """The filter that names mean. Raises KnownError where a name is unknown or not unique."""
        return finding.find(self._database, artist, release, recording, path)

    # The matrix

    def carriers(self) -> list[tuple[str, str]]:
        """The matrix's columns: files, each platform that somebody is connected to, and each
        of which somebody told how it stands, or that they are there."""
        used = {account.platform for account in self.accounts()} or {PLATFORMS[0].id}
        with self._database.read() as connection:
            told = platforms_told_of(connection) - used
        return [
            ("file", "Files"),
            *((i, name) for i, name in self.platforms() if i in used),
            *((one.id, one.name) for one in self.facts() if one.id in told),
        ]

    def carriers_for_all(self) -> frozenset[str]:
        """The columns in which one statement holds for all recordings of an artist."""
        used = {account.platform for account in self.accounts()}
        with self._database.read() as connection:
            told = platforms_told_of(connection) - used
        return told | {one.id for one in PLATFORMS if holds_for_all(one.id)}

    def recordings(self, chosen: Filter, sort: Sort = BY_RELEASE) -> list[int]:
        """The recordings that a filter lets through, in order."""
        return matrix.recording_ids(self._database, chosen, sort)

    def rows(self, recording_ids: Sequence[int]) -> list[Row]:
        """The rows of some recordings, in the given order."""
        return matrix.rows(self._database, recording_ids)

    def recording(self, recording_id: int) -> RecordingView:
        """Everything about one recording."""
        return inspecting.recording(self._database, recording_id)

    def counts(self, chosen: Filter) -> dict[str, dict[Standing, int]]:
        """How many recordings stand how, by carrier."""
        return matrix.counts(self._database, chosen)

    def whole_accounts(self, chosen: Filter) -> list[WholeAccount]:
        """The accounts concerned, and what holds for all of each; none for a part of the music."""
        return whole_accounts(self._database, chosen)

    def problems(self, chosen: Filter) -> list[Problem]:
        """What disagrees or could not be read, and what to do."""
        return problems(self._database, chosen)

    def verify(
        self, chosen: Filter, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> VerifyReport:
        """Compare the audio of files with what it was before RightsDesk first changed them."""
        return verifying.verify(self._database, chosen, progress, cancel or Never())

    # Plans and jobs

    def plan_tag(
        self,
        chosen: Filter,
        *,
        even_signed: bool = False,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> Plan:
        """The plan that makes files say what is wanted; signed ones only where that is agreed."""
        held = chain(held_files(self._database, chosen), held_sidecars(self._database, chosen))
        stop = cancel or Never()
        return planning.plan(
            self._database, JobKind.TAG, held, progress, stop, even_signed=even_signed
        )

    def plan_sync(
        self,
        chosen: Filter,
        platform: str = "",
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> Plan:
        """The plan that makes remote items say what is wanted; reads the platforms first."""
        stop = cancel or Never()
        there = self._database, self._connections
        notes = reading.read_all(*there, chosen, platform, progress, stop)
        held = held_items(self._database, chosen, platform)
        made = planning.plan(self._database, JobKind.SYNC, held, progress, stop)
        asked = linking.questions(self._database, chosen.artist_id)
        waiting = sum(not one.own and platform in ("", one.platform) for one in asked)
        return replace(made, notes=notes, waiting=waiting)

    def left_to_sync(self, chosen: Filter) -> int:
        """How many remote items do not say what is wanted, as far as was read; asks nobody."""
        held = held_items(self._database, chosen, "")
        try:
            plan = planning.plan(self._database, JobKind.SYNC, held, no_progress, Never())
        except planning.NothingChosen:
            return 0
        return len(plan.planned)

    def forecast(self, plan: Plan) -> tuple[str, ...]:
        """How far a plan gets today where a platform counts, a sentence each; asks nobody."""
        return forecast(plan, self._database, self._connections)

    def remarks(self, plan: Plan) -> tuple[str, ...]:
        """What to know of the languages that a plan writes, a sentence each; asks nobody."""
        return remarks(plan)

    def whereabouts(self, changes: Iterable[Change]) -> dict[Key, Whereabouts]:
        """Whose each change is and where, by its target's carrier and id."""
        return whereabouts(self._database, changes)

    def plan_undo(
        self,
        job_id: int | None = None,
        *,
        even_signed: bool = False,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> Plan:
        """The plan that takes a job back; without an id the last one that can be.

        Files that somebody has signed since only where that is agreed.
        """
        job = self._job(job_id) if job_id is not None else self.last_undoable()
        if job is None:
            raise KnownError("There is nothing to undo.")
        stop = cancel or Never()
        settle_all(self._database, self._connections)
        for artist, places in folders_to_search(self._database, job.id).items():
            scanning.scan(self._database, artist, places, progress, stop)
        return plan_undo(
            *(self._database, job, self._carriers, progress, stop),
            agreed=even_signed,
            choices=ChoicesNow(self._database),
            clock=self._clock,
        )

    def plan_resume(
        self, job_id: int, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> Plan:
        """The plan of what a job did not get to, as far as it is still wanted; what is wanted
        otherwise by now is planned anew."""
        job = self._job(job_id)
        settle_all(self._database, self._connections)
        return plan_resume(
            *(self._database, job, self._carriers, progress, cancel or Never()),
            choices=ChoicesNow(self._database),
            clock=self._clock,
        )
