"""Measure RightsDesk's jobs and their yardsticks, over the same files in the same run."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.bench.generated import long_wav, tiny
from tests.bench.measuring import Cost, Line, best, cost_of, expect, in_turns, megabytes
from tests.bench.yardsticks import Beets, copy_all, read_all, save_all, walk

EVERYTHING = Filter()
WALK = "os.scandir and stat"
_GROWING = Preset.NO_AI
_IN_PLACE = (Preset.NO_GENERATIVE, Preset.NO_AI)


@dataclass
class Bench:
    """A generated catalogue (`music`, `paths`), and a working folder.

    `beets`: the path of the program beet, "" for none. `many`: the number of extra tiny
    files. `long`: the bytes of a long file.
    """

    music: Path
    paths: Sequence[Path]
    work: Path
    rounds: int = 3
    beets: str = ""
    many: int = 0
    long: int = 1 << 29
    _numbers: Iterator[int] = field(default_factory=count)

    def lines(self) -> Iterator[Line]:
        """Yield all measurements."""
        for path in self.paths:
            path.read_bytes()
        yield from self.first_scans()
        with self._workspace() as workspace:
            artist = workspace.artists.add("Bench").id
            expect(workspace.catalogue.scan(artist, [str(self.music)]).files, len(self.paths))
            yield self.second_scan(workspace, artist, self.music)
            yield from self.tagging(workspace, artist)
            yield from table_lines(workspace, self.rounds)
        if self.many:
            yield from self.many_files()
        yield from self.memory()

    def first_scans(self) -> Iterator[Line]:
        """Measure scans into an empty workspace."""
        with ExitStack() as stack:
            empty = [stack.enter_context(self._workspace()) for _ in range(self.rounds)]

            def scan() -> None:
                workspace = empty.pop()
                report = workspace.catalogue.scan(
                    workspace.artists.add("Bench").id, [str(self.music)]
                )
                expect(report.new, len(self.paths))

            reading, first = in_turns(self.rounds, lambda: read_all(self.paths), scan)
        yield Line("first scan", first, "mutagen.File, one after the other", reading, reach=5)
        if self.beets:
            beets = Beets(self.beets, self.work / "beets")
            importing, _ = cost_of(lambda: beets.import_all(self.music))
            expect(beets.count(), len(self.paths))
            yield Line("first scan", first, "beet import -A -C", importing, reach=50)

    def second_scan(self, workspace: Workspace, artist: int, music: Path) -> Line:
        """Measure a scan without changes."""

        def scan() -> None:
            report = workspace.catalogue.scan(artist, [str(music)])
            expect((report.unchanged, report.new), (report.files, 0))

        walking, second = in_turns(self.rounds + 2, lambda: walk(music), scan)
        files = workspace.artists.all()[0].files
        return Line(f"second scan, {files:,} files", second, WALK, walking, reach=3, at_most=True)

    def tagging(self, workspace: Workspace, artist: int) -> Iterator[Line]:
        """Measure tagging: when files grow, when padding suffices, and with nothing to do."""
        copying, _ = cost_of(lambda: copy_all(self.paths, self.work / "copies"))
        growing, moved = self._tag(workspace, artist, _GROWING)
        yield Line(
            "tag, files grow",
            growing,
            "shutil.copyfile and fsync",
            copying,
            reach=0.8,
            note=f"{moved:.0%} of the files were written anew",
        )
        copies = copy_all(self.paths, self.work / "copies")  # in their current size
        save_all(copies, "-" * 60)
        saving, ours, moved = [], [], 0.0
        for turn in range(max(2, self.rounds)):
            saving.append(cost_of(partial(save_all, copies, "ny"[turn % 2] * 60))[0])
            cost, rewritten = self._tag(workspace, artist, _IN_PLACE[turn % 2])
            ours.append(cost)
            moved = max(moved, rewritten)
        tagging = best(ours)
        yield Line(
            "tag, padding suffices",
            tagging,
            "mutagen's save in place",
            best(saving),
            reach=1,
            note=f"{moved:.0%} of the files were written anew",
        )
        if self.beets:
            # On copies, so that RightsDesk need not read the files again.
            beets = Beets(self.beets, self.work / "beets-copies")
            beets.import_all(self.work / "copies")
            expect(beets.count(), len(copies))
            untouched = [copy.stat().st_mtime_ns for copy in copies]
            modifying, _ = cost_of(partial(beets.modify_all, "no AI"))
            moved_on = [copy.stat().st_mtime_ns for copy in copies]
            expect(sum(map(int.__eq__, untouched, moved_on)), 0)
            yield Line(
                "tag, padding suffices", tagging, "beet modify, one field", modifying, reach=5
            )

        def scan() -> None:
            workspace.catalogue.scan(artist, [str(self.music)])

        def nothing() -> None:
            report = workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
            expect(report.counts, {"unchanged": len(self.paths)})

        scanning, again = in_turns(self.rounds + 2, scan, nothing)
        yield Line("tag, nothing to do", again, "a second scan", scanning, reach=1.5, at_most=True)

    def many_files(self) -> Iterator[Line]:
        """Measure jobs with many tiny files, where only their number counts."""
        music = self.work / "many"
        tiny(music, self.many)
        with self._workspace() as workspace:
            artist = workspace.artists.add("Bench").id
            expect(workspace.catalogue.scan(artist, [str(music)]).new, self.many)
            yield self.second_scan(workspace, artist, music)
            workspace.consents.set(Scope(ScopeKind.ARTIST, artist), PRESETS[Preset.NO_AI])
            yield from table_lines(workspace, self.rounds)

    def memory(self) -> Iterator[Line]:
        """Measure peak memory in separate processes, in megabytes (as if they were seconds)."""
        if self.many:
            peak = peak_memory(self.work / "memory", self.work / "many")
            yield megabytes(f"memory, {self.many:,} files", peak, "300 MB", 300, 1)
        peaks = []
        for size in (1 << 20, self.long):
            folder = self.work / f"wav-{size}"
            folder.mkdir()
            long_wav(folder / "long.wav", size)
            peaks.append(peak_memory(self.work / f"memory-{size}", folder, tag=True))
        job = f"memory, a WAV of {self.long >> 20} MB"
        yield megabytes(job, peaks[1], "one of 1 MB", peaks[0], 1.05)

    def _tag(self, workspace: Workspace, artist: int, preset: Preset) -> tuple[Cost, float]:
        """Set a consent and tag; return the cost, and the share of files that were replaced."""
        scope = Scope(ScopeKind.ARTIST, artist)
        consent = PRESETS[preset]
        workspace.consents.set(
            scope, consent, confirmed=workspace.consents.widened_by(scope, consent)
        )
        before = [path.stat().st_ino for path in self.paths]

        def tag() -> object:
            plan = workspace.jobs.plan_tag(EVERYTHING)
            return workspace.jobs.apply(plan, confirmed=plan.confirmation()).counts

        cost, counts = cost_of(tag)
        expect(counts, {"done": len(self.paths)})
        after = [path.stat().st_ino for path in self.paths]
        moved = sum(old != new for old, new in zip(before, after, strict=True))
        return cost, moved / len(before)

    def _workspace(self) -> Workspace:
        return Workspace.open(self.work / f"data-{next(self._numbers)}")


def table_lines(workspace: Workspace, rounds: int) -> Iterator[Line]:
    """Measure the matrix against plain queries over the same tables."""
    database = sqlite3.connect(workspace.data_dir / "rightsdesk.sqlite3")
    by_title = "SELECT id FROM recordings ORDER BY title"
    every_file = "SELECT recording_id, says, problem, seen_at, missing FROM files"
    plain, ours, plain_files, counted = in_turns(
        rounds + 2,
        lambda: database.execute(by_title).fetchall(),
        lambda: workspace.catalogue.recordings(EVERYTHING),
        lambda: database.execute(every_file).fetchall(),
        lambda: workspace.catalogue.counts(EVERYTHING),
    )
    ids = workspace.catalogue.recordings(EVERYTHING)
    yield Line(f"table, {len(ids):,} rows in order", ours, by_title, plain, at_most=True)
    query = every_file.split(",")[0] + " ..."
    yield Line("table, standings counted", counted, query, plain_files, at_most=True)
    (shown,) = in_turns(rounds + 2, lambda: workspace.catalogue.rows(ids[len(ids) // 2 :][:50]))
    yield Line("table, 50 rows shown", shown, "all ids", ours, at_most=True)
    database.close()


def peak_memory(data: Path, music: Path, *, tag: bool = False) -> float:
    """Return the peak memory of a process for a scan, a plan and the table, in MB."""
    command = [sys.executable, "-m", "tests.bench.memory", str(data), str(music)]
    done = subprocess.run(
        [*command, *(["--tag"] if tag else [])], capture_output=True, text=True, check=True
    )
    return float(done.stdout)
