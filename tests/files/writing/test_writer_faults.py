"""Every step of a write fails, and every step is killed: the file is never torn."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from rightsdesk.errors import KnownError
from rightsdesk.files.os_errors import DiskFull, DiskTrouble, InUse, explain
from rightsdesk.files.patch.patch import Patch
from rightsdesk.files.writing.writer import opened, stage, sweep
from tests.files.changing import NO_AI, fields
from tests.files.writing.steps import KINDS, at_step, left_over, planned, refusing, staged


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.flac"
    path.write_bytes(KINDS["flac"])
    if hasattr(os, "setxattr"):
        with contextlib.suppress(OSError):  # then there are fewer steps that copy attributes
            os.setxattr(path, "user.mine", b"1")
    return path


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EACCES, errno.ESTALE])
def test_a_failure_at_any_step_leaves_a_whole_file_and_no_temp_file(song: Path, code: int) -> None:
    old = song.read_bytes()
    with staged(song) as version:
        new = Path(version.temp).read_bytes()
    steps: set[str] = set()
    number = 0
    while True:
        number += 1
        arguments = planned(song)
        failure: KnownError | None = None
        with at_step(number, refusing(code)) as calls:
            try:
                stage(*arguments).replace()
            except KnownError as error:
                failure = error
        now, replaced = song.read_bytes(), "replace" in calls[: number - 1]
        assert left_over(song.parent) == []
        assert now == (new if replaced or failure is None else old)
        if failure is not None and not replaced:
            assert failure.untouched or failure.cause == "changed-on-disk"
        steps.update(calls)
        if len(calls) < number:
            break
        song.write_bytes(old)
    assert {"open", "fsync", "replace", "fstat", "fchmod", "dup"} <= steps


def test_the_new_version_is_synced_before_the_replace_and_the_folder_after(
    song: Path,
) -> None:
    arguments = planned(song)
    with at_step(0, refusing(errno.EIO)) as calls:
        stage(*arguments).replace()

    order = [call for call in calls if call in ("fchmod", "fsync", "replace")]
    assert order == ["fchmod", "fsync", "replace", "fsync"]


def test_a_disk_that_fills_up_during_the_write(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = song.read_bytes()

    def filling(patch: Patch, original: BinaryIO, out: BinaryIO) -> None:
        out.write(original.read(100_000))
        out.flush()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Patch, "write", filling)

    with pytest.raises(DiskFull) as refusal:
        staged(song)
    assert refusal.value.untouched == "The file was left as it is."
    assert song.read_bytes() == old
    assert left_over(song.parent) == []


def test_a_bug_is_raised_and_leaves_no_temp_file(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Patch, "write", broken)

    with pytest.raises(ZeroDivisionError):
        staged(song)
    assert left_over(song.parent) == []


def test_an_interrupt_leaves_no_temp_file(song: Path) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    old = song.read_bytes()
    arguments = planned(song)
    with at_step(0, interrupt) as calls:
        stage(*arguments).discard()
    for number in (len(calls) // 2, len(calls)):
        with at_step(number, interrupt), pytest.raises(KeyboardInterrupt):
            stage(*arguments).discard()
        assert (song.read_bytes(), left_over(song.parent)) == (old, [])


def test_a_failure_after_the_replace_is_not_reported_as_untouched(song: Path) -> None:
    old = song.read_bytes()
    arguments = planned(song)
    with at_step(0, refusing(errno.EIO)) as calls:
        stage(*arguments).replace()
    last_sync = len(calls) - calls[::-1].index("fsync")
    song.write_bytes(old)
    arguments = planned(song)

    with at_step(last_sync, refusing(errno.EIO)), pytest.raises(DiskTrouble) as raised:
        stage(*arguments).replace()

    assert raised.value.untouched == ""
    assert fields(song.read_bytes()) == NO_AI


# Kill


@pytest.mark.crash
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kind", ["flac", "mp3"])
def test_killed_at_any_step_the_file_is_whole(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"song.{kind}"
    path.write_bytes(KINDS[kind])
    root = Path(__file__).parents[3]
    script = (
        "import sys; from pathlib import Path; from tests.files.writing.steps import *; "
        "print(kill_at_every_step(Path(sys.argv[1])))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 15


# Sweeping temp files


def test_only_abandoned_temp_files_are_swept(song: Path) -> None:
    dead = song.parent / ".rightsdesk-0123abcd.tmp"
    dead.write_bytes(b"half a song")
    foreign = [song.parent / name for name in (".rightsdesk-x.tmp", "rightsdesk-0123abcd.tmp")]
    for path in foreign:
        path.touch()
    (song.parent / ".rightsdesk-99999999.tmp").mkdir()

    with staged(song) as version:
        assert sweep(str(song.parent)) == 1
        assert Path(version.temp).exists()
        version.replace()

    assert not dead.exists()
    assert all(path.exists() for path in foreign)
    assert sweep(str(song.parent / "no such folder")) == 0


def test_without_file_locks_the_age_decides(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    young, old = (song.parent / f".rightsdesk-0000000{n}.tmp" for n in (1, 2))
    young.touch()
    old.touch()
    os.utime(old, (0, 0))

    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)

    assert sweep(str(song.parent)) == 1
    assert young.exists()
    young.unlink()


def test_a_temp_file_that_was_swept_at_once_is_created_again(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = os.open

    def sweeping(path: str, *rest: Any) -> int:
        descriptor = real(path, *rest)
        if path.endswith(".tmp") and not made:
            made.append(path)
            os.unlink(path)
        return descriptor

    monkeypatch.setattr(os, "open", sweeping)

    with staged(song) as version:
        assert version.temp not in made
        version.replace()


# Messages


@pytest.mark.parametrize(
    ("code", "cause", "words"),
    [
        (errno.ENOSPC, "disk-full", "not enough free space"),
        (errno.EDQUOT, "disk-full", "not enough free space"),
        (errno.EIO, "disk-trouble", "reported an error"),
        (errno.EROFS, "read-only-disk", "only be read"),
        (errno.EACCES, "read-only", "read-only"),
        (errno.EPERM, "read-only", "read-only"),
        (errno.ESTALE, "share-gone", "can't be reached"),
        (errno.EHOSTDOWN, "share-gone", "can't be reached"),
        (errno.ENAMETOOLONG, "name-too-long", "too long"),
        (errno.ENOENT, "gone", "not there"),
        (errno.ELOOP, "link-loop", "circle"),
        (errno.EBUSY, "in-use", "using this file"),
        (errno.EDOM, "system", "could not change this file"),
    ],
)
def test_each_system_error_has_its_own_message(code: int, cause: str, words: str) -> None:
    error = explain(OSError(code, os.strerror(code)), writing=True)

    assert (error.cause, words in error.sentence) == (cause, True)


def test_reading_and_writing_errors_have_different_messages() -> None:
    refusal = PermissionError(errno.EACCES, "Permission denied")

    assert explain(refusal).cause == "unreadable"
    assert explain(refusal).untouched == ""


def test_a_disk_error_while_reading_is_reported_too(song: Path) -> None:
    with pytest.raises(DiskTrouble), opened(str(song)):
        raise OSError(errno.EIO, "Input/output error")


# Windows


class SharingViolation(PermissionError):
    winerror = 32


def test_on_windows_a_busy_file_is_retried_a_few_times(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace
    pauses: list[float] = []
    refusals = [2]

    def busy(source: str, target: str) -> None:
        if refusals[0]:
            refusals[0] -= 1
            raise SharingViolation(errno.EACCES, "in use")
        real(source, target)

    monkeypatch.setattr(os, "replace", busy)
    stage(*planned(song), sleep=pauses.append).replace()
    assert (len(pauses), fields(song.read_bytes())) == (2, NO_AI)

    refusals[0] = 100
    before = song.read_bytes()
    arguments = planned(song, dict.fromkeys(NO_AI, ()))
    with pytest.raises(InUse):
        stage(*arguments, sleep=pauses.append).replace()
    assert (len(pauses), song.read_bytes(), left_over(song.parent)) == (5, before, [])
