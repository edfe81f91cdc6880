"""Each step of a whole job fails, in the writers and in the journal."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from rightsdesk.changes.types import Outcome
from rightsdesk.errors import KnownError
from rightsdesk.files.writing import guards
from rightsdesk.files.writing.in_place import HalfWritten
from rightsdesk.store.database import Database, StoreError
from tests.crash.music_folder import MusicFolder
from tests.files.writing.steps import at_step, full_after, refusing

CODES = (errno.EIO, errno.ENOSPC, errno.EACCES, errno.ESTALE, errno.EINTR, errno.EBUSY)


@pytest.fixture
def music(tmp_path: Path) -> Iterator[MusicFolder]:
    music = MusicFolder(tmp_path / "music", tmp_path / "data")
    assert music.apply(music.plan()).counts == {"done": 5}
    music.new = music.contents()
    assert music.in_place() == {"ends.wav", "stays.mp3", "stays.m4a"}
    music.undo()
    assert music.contents() == music.old
    yield music
    music.database.close()


@pytest.mark.crash
@pytest.mark.parametrize("turn", range(len(CODES)))
def test_after_any_failure_files_are_whole_errors_are_named_and_undo_works(
    music: MusicFolder, turn: int
) -> None:
    """Every step of the job in turn, each with one of the errors."""
    number = turn + 1 - len(CODES)
    steps: set[str] = set()
    while True:
        number += len(CODES)
        plan = music.plan()
        with at_step(number, refusing(CODES[turn])) as calls:
            report = music.apply(plan)
        music.must_be_whole()
        now = music.contents()
        done = {r.change.target.label for r in report.results if r.outcome is Outcome.DONE}
        assert {name for name in now if now[name] == music.new[name]} >= done
        assert len(done) >= 4, "a step belongs to one file, and the other files continue"
        for result in report.results:
            label = result.change.target.label
            if label not in done:
                assert result.problem, "each unfinished change has a message"
                assert result.uncertain or now[label] == music.old[label]
        for label, state in music.states().items():
            assert (state == "done") == (label in done)
        music.recover()
        assert "interrupted" not in music.states().values()
        music.undo()
        assert music.contents() == music.old
        steps.update(calls)
        if len(calls) < number:
            break
    assert {"open", "pwrite", "pread", "fsync", "replace", "read"} <= steps


@contextmanager
def failing_commit(number: int, *, at_the_end: bool) -> Iterator[list[int]]:
    """The database refuses one transaction, before it begins or at its commit."""
    real = Database.write
    count: list[int] = []

    @contextmanager
    def write(self: Database) -> Iterator[Connection]:
        count.append(1)
        refused = len(count) == number
        error = StoreError("The disk with RightsDesk's own data is full.")
        if refused and not at_the_end:
            raise error
        with real(self) as connection:
            yield connection
            if refused:
                raise error

    Database.write = write  # type: ignore[method-assign]
    try:
        yield count
    finally:
        Database.write = real  # type: ignore[method-assign]


@pytest.mark.parametrize("at_the_end", [False, True])
def test_after_any_failure_of_the_journal_the_next_start_knows_the_state(
    music: MusicFolder, at_the_end: bool
) -> None:
    number = 0
    while True:
        number += 1
        plan = music.plan()
        failure = None
        with failing_commit(number, at_the_end=at_the_end) as count:
            try:
                music.apply(plan)
            except StoreError as error:
                failure = error
        music.must_be_whole()
        music.recover()
        now = music.contents()
        if failure is None or music.contents() != music.old:
            for label, state in music.states().items():
                assert (state == "done") == (now[label] == music.new[label])
        music.undo()
        assert music.contents() == music.old
        if len(count) < number:
            break
    assert number > 3


def test_a_disk_that_keeps_failing_is_settled_by_the_next_start(music: MusicFolder) -> None:
    plan = music.plan()
    with full_after(30):
        report = music.apply(plan)
    half = [r for r in report.results if r.cause == HalfWritten.cause]
    assert half
    assert all(result.uncertain for result in half)
    assert "brought back" in music.recover()
    music.must_be_whole()
    assert music.recover() == ""
    assert {music.states()[r.change.target.label] for r in half} == {"planned"}
    music.undo()
    assert music.contents() == music.old


def test_a_disk_that_keeps_failing_can_be_undone_before_the_next_start(music: MusicFolder) -> None:
    plan = music.plan()
    with full_after(30):
        music.apply(plan)
    music.undo()
    assert music.contents() == music.old


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.name != "posix" or os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("only an administrator can create a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(folder: Path, leave: int) -> None:
    """Leave this many bytes free on a disk."""
    free = os.statvfs(folder)
    (folder / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize - leave))


@pytest.mark.crash
@pytest.mark.parametrize("noticed_before", [True, False])
def test_a_full_disk(
    tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch, noticed_before: bool
) -> None:
    monkeypatch.setattr(guards, "RESERVE", 0)
    # One after the other: in parallel, chance decides which file gets the last bytes.
    monkeypatch.setattr("rightsdesk.workspace.carriers.files.WRITERS", 1)
    music = MusicFolder(small_disk / "music", tmp_path / "data")
    plan = music.plan()
    fill(small_disk, 16384)
    if not noticed_before:
        monkeypatch.setattr("rightsdesk.files.writing.writer.must_have_room", lambda *_: None)
    report = music.apply(plan)
    assert {r.change.target.label: r.outcome.value for r in report.results} == {
        "grows.mp3": "failed",
        "grows.wav": "done",  # the file is smaller than the free space
        "ends.wav": "done",
        "stays.mp3": "done",
        "stays.m4a": "done",
    }
    [sentence] = report.failures
    assert "not enough free space" in sentence
    (small_disk / "filler").unlink()
    music.undo()
    assert music.contents() == music.old
    music.database.close()


@pytest.mark.crash
def test_a_full_disk_accepts_changes_that_fit_into_the_files(
    tmp_path: Path, small_disk: Path
) -> None:
    music = MusicFolder(small_disk / "music", tmp_path / "data")
    plan = music.plan()
    fill(small_disk, 0)
    report = music.apply(plan)
    assert {r.change.target.label: r.outcome.value for r in report.results} == {
        "grows.mp3": "failed",
        "grows.wav": "failed",
        "ends.wav": "failed",
        "stays.mp3": "done",
        "stays.m4a": "done",
    }
    music.undo()
    assert music.contents() == music.old
    music.database.close()


@pytest.mark.crash
def test_a_journal_on_a_full_disk_changes_nothing(tmp_path: Path, small_disk: Path) -> None:
    music = MusicFolder(tmp_path / "music", small_disk / "data")
    plan = music.plan()
    fill(small_disk, 0)
    with pytest.raises(KnownError, match="full"):
        music.apply(plan)
    assert music.contents() == music.old
    (small_disk / "filler").unlink()
    assert music.recover() == ""
    assert music.apply(music.plan()).counts == {"done": 5}
    music.database.close()
