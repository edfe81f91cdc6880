"""The power fails at any step of a job, of its undo, or of the recovery after a kill.

Each file is wholly old or wholly new, and no other file is next to it. The journal knows its state.
Conversely, the tests fail if any single sync is left out.
"""

from __future__ import annotations

import random
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from rightsdesk.changes import job_infos, journal
from rightsdesk.changes.carrier import Carrier
from rightsdesk.changes.recover import recover
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.files.writing import in_place, writer
from rightsdesk.store.database import FILE_NAME, Database
from rightsdesk.workspace.carriers import files as file_carrier
from rightsdesk.workspace.carriers import on_disk
from rightsdesk.workspace.carriers.files import FileCarrier
from tests.crash import music_folder
from tests.crash.music_folder import MusicFolder
from tests.crash.power import Moment, PowerDisk, put
from tests.files.writing.steps import left_over

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux makes the watched calls"),
]
SAMPLES = 5
"""Random states at each step, in addition to the extreme states."""
KILLS = 8
"""Moments at which the program is killed before the power fails."""
WRONG = r"torn|in the journal|left over"
FILES = ("grows.mp3", "ends.wav", "stays.m4a")
"""A file that is replaced, a file that is written at its end, and a file written in its middle."""
DONE, PLANNED = "done", "planned"


@pytest.fixture(autouse=True)
def sequential(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every run the same."""
    monkeypatch.setattr(file_carrier, "WRITERS", 1)


@pytest.fixture
def music(tmp_path: Path) -> MusicFolder:
    """Files for all ways of writing. `new` is known from a first run, which was undone."""
    music = MusicFolder(
        tmp_path / "music", tmp_path / "data", {name: music_folder.FILES[name] for name in FILES}
    )
    music.apply(music.plan())
    ways = music.in_place()
    assert music.old.keys() > ways > set(), "some files are written in place, some are replaced"
    music.new = music.contents()
    music.undo()
    assert music.contents() == music.old
    return music


def stored(path: Path) -> bytes:
    """The database as a reader finds it now."""
    with sqlite3.connect(path) as connection:
        content = connection.serialize()
    connection.close()
    return content


@contextmanager
def recorded(disk: PowerDisk, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Watch the folder and the commits."""
    real = Database.write

    @contextmanager
    def write(database: Database) -> Iterator[object]:
        with real(database) as connection:
            yield connection
        disk.commit()

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", write)
        with disk.watching():
            yield


class Restarts:
    """Starts RightsDesk on a state after a power cut, and checks the result."""

    def __init__(self, music: MusicFolder, place: Path, *, undo: bool = False) -> None:
        self.music = music
        self.path = place / FILE_NAME
        self.seen: set[object] = set()
        self.jobs = len(job_infos.job_list(music.database))
        both = music.old, music.new
        self.before, self.written = both[::-1] if undo else both
        place.mkdir()

    @contextmanager
    def started(self, database: bytes) -> Iterator[tuple[Database, Mapping[CarrierId, Carrier]]]:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        self.path.write_bytes(_without_wal(database))
        opened = Database(self.path)
        event.listen(opened.engine, "connect", _hurried)
        try:
            yield opened, {CarrierId.FILES: FileCarrier(opened)}
        finally:
            opened.close()

    def after_all(self, moments: list[Moment]) -> int:
        """Test every moment; return the number of different states."""
        dice = random.Random(20261129)
        before = len(self.seen)
        for moment in moments:
            for files in moment.after_power_cut(dice, SAMPLES):
                key = hash(moment.database), tuple(sorted(files.items()))
                if key not in self.seen:
                    self.seen.add(key)
                    self._after(moment, files)
        return len(self.seen) - before

    def _after(self, moment: Moment, files: Mapping[str, bytes]) -> None:
        put(self.music.folder, files)
        with self.started(moment.database) as (database, carriers):
            recover(database, carriers)
            states = self._states(database)
        for name, data in self.music.contents().items():
            where = f"{name}, after {moment.step}"
            assert data in (self.written[name], self.before[name]), f"torn: {where}"
            known = states.get(name, PLANNED)
            assert known in (DONE, PLANNED), f"{known}: {where}"
            expected = self.written if known == DONE else self.before
            assert data == expected[name], f"{known} in the journal, but not on disk: {where}"
        if states:
            assert left_over(self.music.folder) == [], f"left over: after {moment.step}"

    def _states(self, database: Database) -> dict[str, str]:
        """The journal's states of the changes of the running job, if it had begun."""
        last = max(job_infos.job_list(database), key=lambda job: job.id)
        if last.id <= self.jobs:
            return {}
        return {j.change.target.label: j.state for j in journal.changes_of(database, last.id)}


def _hurried(connection: sqlite3.Connection, _record: object) -> None:
    """The power in these tests does not really fail, so real syncs can be skipped."""
    connection.execute("PRAGMA synchronous=OFF")


def _without_wal(database: bytes) -> bytes:
    """SQLite's header says that there is a WAL, but `serialize` already includes it."""
    return database[:18] + b"\x01\x01" + database[20:]


Job = Callable[[], object]


def run(music: MusicFolder, monkeypatch: pytest.MonkeyPatch, job: Job) -> PowerDisk:
    disk = PowerDisk(music.folder, lambda: stored(music.database.path))
    with recorded(disk, monkeypatch):
        job()
    return disk


def tagging(music: MusicFolder) -> Job:
    plan = music.plan()
    return lambda: music.apply(plan)


def test_a_power_cut_during_a_job(
    music: MusicFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restarts = Restarts(music, tmp_path / "restarted")
    disk = run(music, monkeypatch, tagging(music))
    assert music.contents() == music.new
    steps = {moment.step for moment in disk.moments}
    assert steps >= {"start", "open", "pwrite", "fsync", "replace", "link", "unlink", "commit"}
    assert restarts.after_all(disk.moments) > 30


def test_a_power_cut_during_an_undo(
    music: MusicFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music.apply(music.plan())
    restarts = Restarts(music, tmp_path / "restarted", undo=True)
    disk = run(music, monkeypatch, music.undo)
    assert music.contents() == music.old
    assert restarts.after_all(disk.moments) > 30


def power_cut_in_recovery(music: MusicFolder, place: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The program is killed, and the power fails while the next start recovers, or right after
    that.
    """
    restarts, killed = Restarts(music, place / "restarted"), Restarts(music, place / "killed")
    disk = run(music, monkeypatch, tagging(music))
    unsafe = [
        moment
        for moment in disk.moments
        if moment.pending or any(len(content) > 1 for content in moment.files.values())
    ]
    states = 0
    for moment in unsafe[:: max(1, len(unsafe) // KILLS)]:
        disk.kill(moment)
        with killed.started(moment.database) as (database, carriers):
            disk.read_database = lambda: stored(killed.path)
            with recorded(disk, monkeypatch):
                recover(database, carriers)
        states += restarts.after_all(disk.moments)
    return states


def test_a_power_cut_during_a_recovery(
    music: MusicFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert power_cut_in_recovery(music, tmp_path, monkeypatch) > 20


# --- with a missing sync ---------------------------------------------------------------------


def without_sync(*_: object) -> None:
    """Replaces a sync."""


@pytest.mark.parametrize(
    ("module", "name"),
    [(writer, "sync"), (in_place, "sync"), (on_disk, "sync_folder")],
    ids=["of the new version", "of a file in place", "of the folder"],
)
def test_a_missing_sync_is_noticed(
    music: MusicFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    restarts = Restarts(music, tmp_path / "restarted")
    monkeypatch.setattr(module, name, without_sync)
    disk = run(music, monkeypatch, tagging(music))
    monkeypatch.undo()
    with pytest.raises(AssertionError, match=WRONG):
        restarts.after_all(disk.moments)


def test_a_late_before_image_is_noticed(
    music: MusicFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with synchronous=NORMAL, where a commit becomes durable later."""
    restarts = Restarts(music, tmp_path / "restarted")
    commits = [stored(music.database.path)]

    def late() -> bytes:
        commits.append(stored(music.database.path))
        return commits[-2]

    disk = PowerDisk(music.folder, late)
    with recorded(disk, monkeypatch):
        tagging(music)()
    with pytest.raises(AssertionError, match=WRONG):
        restarts.after_all(disk.moments)


@pytest.mark.parametrize(
    ("module", "name"),
    [(in_place, "sync"), (on_disk, "sync_folder")],
    ids=["of a file in place", "of the folder"],
)
def test_a_missing_sync_in_the_recovery_is_noticed(
    music: MusicFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    real = recover

    def careless(*arguments: object) -> object:
        with monkeypatch.context() as patch:
            patch.setattr(module, name, without_sync)
            return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setitem(globals(), "recover", careless)
    with pytest.raises(AssertionError, match=WRONG):
        power_cut_in_recovery(music, tmp_path, monkeypatch)


def test_the_journal_is_durable_at_each_commit(music: MusicFolder) -> None:
    """All these tests rely on it (https://www.sqlite.org/pragma.html#pragma_synchronous)."""
    with music.database.read() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
