"""The measurements: each of RightsDesk's jobs, and the plainest way to do the same."""

import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mutagen

from rightsdesk.changes.types import JobReport
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types import Filter, ScanReport, Scope, ScopeKind

EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Line:
    """A job and its yardstick, in seconds for all files."""

    job: str
    seconds: float
    yardstick: str
    plain_seconds: float

    @property
    def ratio(self) -> float:
        """How many times as long as the yardstick."""
        return self.seconds / self.plain_seconds


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Do it once and say how long it took."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def measure(music: Path, paths: Sequence[Path], data: Path) -> list[Line]:
    """All measurements, in one run over the same files, with the disk's cache warm."""
    for path in paths:
        path.read_bytes()
    with Workspace.open(data) as workspace:
        artist = workspace.add_artist("Bench")

        def scan() -> ScanReport:
            return workspace.scan(artist.id, [str(music)])

        def tag() -> JobReport:
            return workspace.apply(workspace.plan_tag(EVERYTHING))

        reading, _ = timed(lambda: [mutagen.File(path) for path in paths])
        first, report = timed(scan)
        expect(report.files, len(paths))
        walking, _ = timed(lambda: walk(music))
        second, report = timed(scan)
        expect(report.unchanged, len(paths))
        workspace.set_wish(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
        copying, _ = timed(lambda: copy_all(paths, data.parent / "copies"))
        tagging, done = timed(tag)
        expect(done.counts.get("done"), len(paths))
        nothing, done = timed(tag)
        expect(done.counts, {"unchanged": len(paths)})
    return [
        Line("first scan", first, "mutagen.File, one after the other", reading),
        Line("second scan", second, "os.scandir and stat", walking),
        Line("tag", tagging, "shutil.copyfile and fsync", copying),
        Line("tag, nothing to do", nothing, "second scan", second),
    ]


def expect(found: object, wanted: object) -> None:
    """A figure for work that was not done would be worth nothing."""
    if found != wanted:
        raise RuntimeError(f"expected {wanted}, found {found}")


def walk(folder: Path) -> int:
    """What a look at every file costs at least."""
    count, folders = 0, [str(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    entry.stat()
                    count += 1
    return count


def copy_all(paths: Sequence[Path], folder: Path) -> None:
    """What a durable copy of every file costs at least."""
    folder.mkdir()
    for index, path in enumerate(paths):
        copy = folder / str(index)
        shutil.copyfile(path, copy)
        with copy.open("rb") as file:
            os.fsync(file.fileno())
