"""The artists' music: scanned, inspected, and compared with the consents."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from rightsdesk import log_file
from rightsdesk.changes.types import Cancel, Never, Progress, no_progress
from rightsdesk.consent import Standing, Use
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.roster import artists as roster
from rightsdesk.store.queries import platforms_by_artist
from rightsdesk.workspace import finding
from rightsdesk.workspace.audio_proof import VerifyReport
from rightsdesk.workspace.status import matrix
from rightsdesk.workspace.status.attested import attested_platforms
from rightsdesk.workspace.status.kept_problems import KeptProblems
from rightsdesk.workspace.status.whole_accounts import WholeAccount, whole_accounts
from rightsdesk.workspace.suites import holds_for_all
from rightsdesk.workspace.types.findings import Decision, DecisionKind, DecisionPreview, Finding
from rightsdesk.workspace.types.matrix import FileInspection, MatrixRow, RecordingView
from rightsdesk.workspace.types.problems import Problem, ProblemKind
from rightsdesk.workspace.types.scopes import Filter, Sort
from rightsdesk.workspace.use_cases.accounts import Accounts
from rightsdesk.workspace.use_cases.core import Core
from rightsdesk.workspace.use_cases.platforms import Platforms

if TYPE_CHECKING:
    from rightsdesk.workspace.catalogue.finding_folder import FolderFound
    from rightsdesk.workspace.catalogue.scan_report import ScanReport
    from rightsdesk.workspace.catalogue.surveying import Survey
    from rightsdesk.workspace.overview.covers import Covers
    from rightsdesk.workspace.overview.segments import Overview
    from rightsdesk.workspace.overview.values import (
        ChipCounts,
        GroupBy,
        GroupedCatalogue,
        Home,
        RosterRow,
    )

BY_RELEASE = Sort()


class Catalogue:
    """The artists' music: scanned, inspected, and compared with the consents.

    Thread-safe.
    """

    def __init__(self, core: Core, platforms: Platforms, accounts: Accounts) -> None:
        self._database = core.database
        self._clock = core.clock
        self.data_dir = core.data_dir
        self._platforms = platforms
        self._accounts = accounts
        self._problems = KeptProblems(core.database, core.clock)

    @cached_property
    def _overview(self) -> Overview:
        from rightsdesk.workspace.overview.segments import Overview

        return Overview(self._database, self._clock)

    @cached_property
    def _covers(self) -> Covers:
        from rightsdesk.workspace.overview.covers import Covers

        return Covers(self._database, self.data_dir)

    def scan(
        self,
        artist_id: int,
        folders: Sequence[str],
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> ScanReport:
        """Scan folders for the artist's music, and remember the folders."""
        from rightsdesk.workspace.catalogue import scanning
        from rightsdesk.workspace.observing import linking

        roster.artist_by_id(self._database, artist_id)
        report = scanning.scan(self._database, artist_id, folders, progress, cancel or Never())
        log_file.note(
            *("scan: %d new, %d changed, %d missing, %d failed", report.new, report.changed),
            *(report.missing, len(report.failed)),
        )
        if report.new or report.changed:
            linking.link_again(self._database, artist_id)
        return report

    def survey(
        self,
        folders: Sequence[str],
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> Survey:
        """Whose music the tags in folders name, and how much there is. Stores nothing."""
        from rightsdesk.workspace.catalogue.surveying import survey

        return survey(folders, progress, cancel or Never())

    def artists_at(self, places: Sequence[str]) -> dict[str, frozenset[int]]:
        """The artists who have known files in each of these files and folders: ids by place."""
        from rightsdesk.workspace.catalogue.whose_files import artists_at

        return artists_at(self._database, places)

    def forget_folders(self, artist_id: int, folders: Sequence[str]) -> int:
        """Stop scanning folders and forget their files, all or nothing. Returns the number of
        files.

        Nothing on the disk is changed, and jobs can still be undone. Raises NotRemembered.
        """
        from rightsdesk.workspace.catalogue.forgetting import forget_folders

        return forget_folders(self._database, artist_id, folders)

    def check_folders(self, artist_id: int, folders: Sequence[str]) -> list[str]:
        """The folders as they are stored. Raises NotRemembered if one is not the artist's."""
        from rightsdesk.workspace.catalogue.forgetting import remembered

        with self._database.read() as connection:
            return remembered(connection, artist_id, folders)

    def inspect(self, places: Sequence[str]) -> Iterator[FileInspection]:
        """Yields what files say now, and all audio files below folders."""
        from rightsdesk.workspace.status import inspecting

        return inspecting.inspect(places)

    def releases(self, artist_id: int | None = None) -> list[tuple[int, str]]:
        """The releases of an artist, or of all artists: (id, title)."""
        return finding.release_titles(self._database, artist_id)

    def find(
        self, *, artist: str = "", release: str = "", recording: str = "", path: str = ""
    ) -> Filter:
        """The filter for these names. Raises KnownError if a name is unknown or not unique."""
        return finding.find(self._database, artist, release, recording, path)

    def carriers(self, artist_id: int | None = None) -> list[tuple[str, str]]:
        """The columns for an artist, or for all: files, connected and attested platforms.

        Each is a carrier's id and its name. A platform that is not used has no column.
        """
        used = self._connected(artist_id)
        with self._database.read() as connection:
            attested = attested_platforms(connection, artist_id) - used
        facts = self._platforms.facts(attested) if attested else ()
        return [
            (CarrierId.FILES, "Files"),
            *(
                (platform, name)
                for platform, name in self._platforms.connectable()
                if platform in used
            ),
            *((facts_of_platform.id, facts_of_platform.name) for facts_of_platform in facts),
        ]

    def carriers_for_all(self) -> frozenset[str]:
        """The columns in which one statement holds for all recordings of an artist."""
        used = self._connected()
        with self._database.read() as connection:
            attested = attested_platforms(connection) - used
        return attested | {platform for platform in used if holds_for_all(platform)}

    def _connected(self, artist_id: int | None = None) -> set[CarrierId]:
        with self._database.read() as connection:
            by_artist = platforms_by_artist(connection)
        meant = by_artist.values() if artist_id is None else [by_artist.get(artist_id, set())]
        return set[CarrierId]().union(*meant)

    def recordings(self, chosen: Filter, sort: Sort = BY_RELEASE) -> list[int]:
        """The recordings that a filter lets through, in order."""
        if chosen.state is None and sort.column in matrix.STORED_ORDERS:
            return matrix.recording_ids(self._database, chosen, sort, self._clock.now())
        from rightsdesk.workspace.overview import lists

        return lists.recording_ids(self._overview, chosen, sort)

    def count(self, chosen: Filter) -> int:
        """How many recordings a filter lets through."""
        from rightsdesk.workspace.overview import lists

        return lists.count(self._overview, chosen)

    def chips(self, chosen: Filter) -> ChipCounts:
        """How many recordings each filter chip would show. `Filter.state` does not count."""
        from rightsdesk.workspace.overview import lists

        return lists.chips(self._overview, chosen)

    def groups(
        self, chosen: Filter, by: GroupBy, sort: Sort = BY_RELEASE, *, at_once: bool = False
    ) -> GroupedCatalogue:
        """The recordings that a filter lets through, in order below their headers.

        Another order than by release sorts within groups, and groups by their first recording.
        With `at_once` the answer is `rough` where bars would have to be worked out first.
        """
        from rightsdesk.workspace.overview import lists

        return lists.groups(self._overview, chosen, by, sort, at_once=at_once)

    def listed(self, recording_ids: Sequence[int]) -> list[MatrixRow]:
        """The rows of these recordings with their segments, which agree with bars and chips."""
        from rightsdesk.workspace.overview import lists

        return lists.listed(self._overview, recording_ids)

    def home(self, artist_id: int | None = None) -> Home:
        """The home page of an artist, or of all: figures, bars, news and next steps."""
        from rightsdesk.workspace.overview import home

        return home.home(self._overview, artist_id)

    def left_to_write(self, artist_id: int | None = None) -> dict[str, int]:
        """How many files and items are to be written, by carrier, by the last readings."""
        from rightsdesk.workspace.overview import home

        return home.left_to_write(self._overview, artist_id)

    def roster(self) -> list[RosterRow]:
        """All artists by name, each with its bar, news and next steps."""
        from rightsdesk.workspace.overview import home

        return home.roster(self._overview)

    def cover(self, release_id: int) -> bytes | None:
        """The front cover of a release as the bytes of an image; None where there is none.

        It comes from files and is not checked beyond its first bytes: decode it with limits.
        """
        return self._covers.cover(release_id)

    def keep_cover(self, release_id: int, thumbnail: bytes) -> None:
        """Keep a smaller image of a release's cover: `cover` gives it from now on."""
        self._covers.keep(release_id, thumbnail)

    def find_folder(self, old: str, new: str) -> FolderFound:
        """Take the files known below one folder for those below another: it was moved.

        Recordings, baselines, jobs and their undo follow. Nothing on the disk is changed.
        Raises NotThatFolder and AnotherAtWork.
        """
        from rightsdesk.workspace.catalogue.finding_folder import find_folder
        from rightsdesk.workspace.lock import working

        with working(self.data_dir):
            return find_folder(self._database, old, new)

    def rows(self, recording_ids: Sequence[int]) -> list[MatrixRow]:
        """The rows of these recordings, in the given order."""
        return matrix.rows(self._database, recording_ids, self._clock.now())

    def recording(self, recording_id: int) -> RecordingView:
        """Everything about one recording."""
        from rightsdesk.workspace.status import inspecting

        return inspecting.recording(self._database, recording_id, self._clock.now())

    def counts(self, chosen: Filter) -> dict[str, dict[Standing, int]]:
        """How many recordings have which standing, by carrier."""
        return matrix.counts(self._database, chosen, self._clock.now())

    def whole_accounts(self, chosen: Filter) -> list[WholeAccount]:
        """The filtered accounts with their whole-account states; none for part of the music."""
        return whole_accounts(self._database, chosen, self._clock.now())

    def problems(self, chosen: Filter, *, waiting: bool = True) -> list[Problem]:
        """Conflicts and failures, and what to do about them.

        `waiting` includes choices that have only to be written: something to do, no alarm.
        """
        found = self._problems.of(chosen)
        return [one for one in found if waiting or one.kind is not ProblemKind.SILENT]

    def verify(
        self, chosen: Filter, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> VerifyReport:
        """Compare the audio of files with its state before RightsDesk's first change."""
        from rightsdesk.workspace.status import verifying

        return verifying.verify(self._database, chosen, progress, cancel or Never())

    def findings(self, chosen: Filter) -> list[Finding]:
        """The undecided findings of catalogue health."""
        from rightsdesk.workspace.catalogue import health

        return health.findings(self._database, chosen)

    def decisions(self) -> list[Decision]:
        """The decisions about findings, newest first, including undone ones."""
        from rightsdesk.workspace.catalogue.decisions import decisions

        return decisions(self._database)

    def preview_decision(
        self, finding: str, kind: DecisionKind, members: Collection[int] = ()
    ) -> DecisionPreview:
        """What a decision would do; changes nothing. Raises NoSuchFinding and NotToDecide.

        Other problems than findings can be ignored by their ids.
        """
        from rightsdesk.workspace.catalogue.deciding import ignoring, making

        if kind is DecisionKind.IGNORE:
            return ignoring.preview(self._to_ignore([finding])[0])
        return making.preview(self._database, finding, kind, members)

    def decide(
        self,
        finding: str,
        kind: DecisionKind,
        members: Collection[int] = (),
        *,
        confirmed: Collection[Use] = (),
    ) -> Decision:
        """Decide about a finding; `members` narrows a merge to some members.

        Raises NoSuchFinding, NotToDecide, AnotherAtWork and WideningNotConfirmed.
        """
        from rightsdesk.workspace.catalogue.deciding import making
        from rightsdesk.workspace.lock import working

        if kind is DecisionKind.IGNORE:
            return self.ignore([finding])[0]
        with working(self.data_dir):
            return making.decide(self._database, finding, kind, members, confirmed)

    def ignore(self, problems: Sequence[str], reason: str = "") -> list[Decision]:
        """Ignore problems, by their ids, until there is more of them; `undo_decision` undoes it.

        Raises NoSuchFinding, NotToDecide and AnotherAtWork; then nothing was changed.
        """
        from rightsdesk.workspace.catalogue.deciding import ignoring
        from rightsdesk.workspace.lock import working

        with working(self.data_dir):
            return ignoring.ignore(self._database, self._to_ignore(problems), reason)

    def _to_ignore(self, ids: Sequence[str]) -> list[Problem]:
        from rightsdesk.workspace.status.finding_problems import problems_to_ignore

        return problems_to_ignore(self._database, ids, self._clock.now())

    def preview_undo_decision(self, number: int) -> DecisionPreview:
        """What undoing a decision would do. Raises NoSuchDecision and BuiltUpon."""
        from rightsdesk.workspace.catalogue.deciding import undoing

        return undoing.preview(self._database, number)

    def undo_decision(self, number: int, *, confirmed: Collection[Use] = ()) -> Decision:
        """Undo a decision.

        Raises NoSuchDecision, BuiltUpon, AnotherAtWork and WideningNotConfirmed.
        """
        from rightsdesk.workspace.catalogue.deciding import undoing
        from rightsdesk.workspace.lock import working

        with working(self.data_dir):
            return undoing.undo(self._database, number, confirmed)
