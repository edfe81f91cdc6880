"""Writing in place: what it changes, what it keeps, and how it is settled after a failure."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightsdesk.errors import KnownError
from rightsdesk.files.errors import ChangedOnDisk, DamagedPatch
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.opening import opened
from rightsdesk.files.os_errors import DiskFull, Gone, NotWritable
from rightsdesk.files.patch.before_image import BeforeImage, ChangeState
from rightsdesk.files.patch.patch import Patch, Splice
from rightsdesk.files.writing.guards import RESERVE
from rightsdesk.files.writing.in_place import (
    LARGEST,
    HalfWritten,
    Settled,
    settle,
    suits,
    write_in_place,
)
from tests.files.changing import NO_AI, change, fields
from tests.files.writing.steps import (
    ASK,
    KINDS,
    at_step,
    full_after,
    planned_in_place,
    refusing,
    short_writes,
    tagged,
)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "album" / "song.flac"
    path.parent.mkdir()
    path.write_bytes(tagged("flac"))
    return path


OLD = tagged("flac")
NEW = change(OLD, ASK)


# What it does


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_change_and_its_undo_in_every_kind_of_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"song.{kind}"
    path.write_bytes(tagged(kind))
    inode = path.stat().st_ino
    where, image, identity = planned_in_place(path)
    assert suits(image.forth)

    changed = write_in_place(where, image, identity)

    assert fields(path.read_bytes()).items() >= ASK.items()
    assert changed == FileIdentity.of(where) != identity
    with opened(where) as f:
        assert image.fits(f)
        back = BeforeImage.of(f, image.back, in_place=True)
    write_in_place(where, back, changed)
    assert path.read_bytes() == tagged(kind)
    assert path.stat().st_ino == inode


def test_hard_links_follow_and_a_symbolic_link_stays(song: Path, tmp_path: Path) -> None:
    second, link = tmp_path / "second.flac", tmp_path / "link.flac"
    os.link(song, second)
    link.symlink_to("album/song.flac")

    write_in_place(*planned_in_place(link))

    assert song.read_bytes() == second.read_bytes() == NEW
    assert os.readlink(link) == "album/song.flac"


def test_permissions_stay_and_the_modification_time_increases(song: Path) -> None:
    song.chmod(0o640)
    for _ in range(3):  # within one tick of the system's clock
        before = song.stat()
        write_in_place(*planned_in_place(song, ASK if song.read_bytes() == OLD else NO_AI))
        after = song.stat()
        assert (after.st_mode, after.st_ino) == (before.st_mode, before.st_ino)
        assert after.st_mtime_ns > before.st_mtime_ns


def test_with_a_coarse_clock_the_modification_time_still_increases(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.utime(song, ns=(0, 10**18))
    arguments = planned_in_place(song)
    real = os.fsync

    def turning_back(descriptor: int) -> None:
        real(descriptor)
        os.utime(descriptor, ns=(0, 10**18))  # as if the write had happened at exactly that time

    monkeypatch.setattr(os, "fsync", turning_back)

    write_in_place(*arguments)

    assert song.stat().st_mtime_ns > 10**18


def test_a_system_that_writes_a_few_bytes_at_a_time(song: Path) -> None:
    with short_writes(3):
        write_in_place(*planned_in_place(song))
    assert song.read_bytes() == NEW


def test_only_small_changes_that_move_nothing_are_done_in_place() -> None:
    assert suits(Patch(9, (Splice(1, 2, b"ab"),)))
    assert not suits(Patch(9, (Splice(1, 2, b"abc"),)))
    assert not suits(Patch(LARGEST * 2, (Splice(0, LARGEST + 1, bytes(LARGEST + 1)),)))


# What it refuses


def refused(path: Path, cause: type[KnownError]) -> None:
    before = path.read_bytes()
    with pytest.raises(cause) as raised:
        write_in_place(*planned_in_place(path))
    assert raised.value.untouched
    assert path.read_bytes() == before


def test_a_read_only_file_is_refused_but_not_a_read_only_folder(song: Path) -> None:
    song.chmod(0o444)
    refused(song, NotWritable)
    song.chmod(0o644)
    song.parent.chmod(0o555)
    write_in_place(*planned_in_place(song))
    song.parent.chmod(0o755)
    assert song.read_bytes() == NEW


class FullDisk:
    total, free = 10**12, 0


def test_a_change_that_fits_into_the_padding_is_written_on_a_full_disk(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: FullDisk)
    write_in_place(*planned_in_place(song))
    assert song.read_bytes() == NEW


def test_a_file_that_grows_needs_free_space(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    song.write_bytes(KINDS["wav"])
    path, image, identity = planned_in_place(song)
    growth = image.forth.new_size - image.forth.size
    monkeypatch.setattr(FullDisk, "free", RESERVE + growth - 1)
    monkeypatch.setattr("shutil.disk_usage", lambda _: FullDisk)
    with pytest.raises(DiskFull):
        write_in_place(path, image, identity)
    assert song.read_bytes() == KINDS["wav"]
    monkeypatch.setattr(FullDisk, "free", RESERVE + growth)
    write_in_place(path, image, identity)


def test_a_file_that_changed_since_the_preview_is_refused(song: Path) -> None:
    arguments = planned_in_place(song)
    os.utime(song, ns=(5, 5))
    with pytest.raises(ChangedOnDisk):
        write_in_place(*arguments)
    assert song.read_bytes() == OLD


def test_a_change_with_an_unchanged_time_is_noticed(song: Path) -> None:
    """The identity is the same, but the before-image does not match the bytes to replace."""
    arguments = planned_in_place(song)
    found = song.stat()
    at = arguments[1].forth.splices[0].offset
    song.write_bytes(OLD[:at] + b"\0" + OLD[at + 1 :])
    os.utime(song, ns=(found.st_atime_ns, found.st_mtime_ns))
    before = song.read_bytes()
    with pytest.raises(KnownError):
        write_in_place(*arguments)
    assert song.read_bytes() == before


def test_a_file_replaced_at_the_same_moment_is_left_alone(song: Path) -> None:
    arguments = planned_in_place(song)
    other = song.with_name("other")
    other.write_bytes(KINDS["flac"])

    def replaced(_: str) -> None:
        if other.exists():
            os.rename(other, song)

    with at_step(0, replaced) as calls:
        write_in_place(*arguments)
    moment = calls.index("pwrite") + 1
    song.write_bytes(OLD)
    other.write_bytes(KINDS["flac"])
    arguments = planned_in_place(song)
    with at_step(moment, replaced), pytest.raises(ChangedOnDisk):
        write_in_place(*arguments)
    assert song.read_bytes() == KINDS["flac"]


# Failures during the write


CODES = [errno.EIO, errno.ENOSPC, errno.EACCES, errno.ESTALE, errno.EINTR]


@pytest.mark.parametrize("code", CODES)
def test_a_failure_at_any_step_leaves_a_whole_file(song: Path, code: int) -> None:
    found = song.stat()
    number, steps = 0, set[str]()
    while True:
        number += 1
        arguments = planned_in_place(song)
        failure: KnownError | None = None
        with at_step(number, refusing(code)) as calls:
            try:
                write_in_place(*arguments)
            except KnownError as error:
                failure = error
        now = song.read_bytes()
        assert now in (OLD, NEW)
        if failure is None:
            assert now == NEW
        elif now == OLD:
            assert failure.untouched
            assert song.stat().st_mtime_ns == found.st_mtime_ns
        else:
            assert not failure.untouched
        steps.update(calls)
        if len(calls) < number:
            break
        song.write_bytes(OLD)
        os.utime(song, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert {"open", "pwrite", "pread", "fsync", "fstat", "stat"} <= steps


def test_an_interrupted_write_is_reverted(song: Path) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    arguments = planned_in_place(song)
    with at_step(0, interrupt) as calls:
        write_in_place(*arguments)
    fsync = calls.index("fsync") + 1
    song.write_bytes(OLD)
    arguments = planned_in_place(song)
    with at_step(fsync, interrupt), pytest.raises(KeyboardInterrupt):
        write_in_place(*arguments)
    assert song.read_bytes() == OLD


def test_a_disk_that_refuses_writes_is_reported_and_settled_later(song: Path) -> None:
    arguments = planned_in_place(song)
    with full_after(5), pytest.raises(HalfWritten) as raised:
        write_in_place(*arguments)
    assert not raised.value.untouched
    assert song.read_bytes() not in (OLD, NEW)
    assert settle(str(song), arguments[1]) is Settled.TAKEN_BACK
    assert song.read_bytes() == OLD


# How it is settled


def image_of(path: Path) -> BeforeImage:
    image: BeforeImage = planned_in_place(path)[1]
    return image


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_mixture_of_old_and_new_is_restored(song: Path, data: st.DataObject) -> None:
    """A power cut may keep any of the disk's blocks, not only the first blocks."""
    song.write_bytes(OLD)
    image = image_of(song)
    assert image.forth is not None
    half = bytearray(OLD)
    for splice in image.forth.splices:
        start = data.draw(st.integers(0, splice.length))
        end = data.draw(st.integers(start, splice.length))
        half[splice.offset + start : splice.offset + end] = splice.data[start:end]
    song.write_bytes(half)

    settled = settle(str(song), image)

    assert settled is (Settled.WHOLE if half in (OLD, NEW) else Settled.TAKEN_BACK)
    assert song.read_bytes() == (NEW if half == NEW else OLD)
    assert settle(str(song), image) is Settled.WHOLE


Touch = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    "touch",
    [
        lambda half: half + b"more",
        lambda half: half[:-1],
        lambda half: half.replace(b"likeness", b"LIKENESS"),
        lambda half: half[:30] + b"?" + half[31:],
    ],
    ids=["longer", "shorter", "written over", "changed nearby"],
)
def test_a_later_write_by_another_program_stays(song: Path, touch: Touch) -> None:
    image = image_of(song)
    assert image.forth is not None
    largest = max(image.forth.splices, key=lambda splice: splice.length)
    middle = largest.offset + largest.length // 2
    half = NEW[:middle] + OLD[middle:]
    assert half not in (OLD, NEW)
    song.write_bytes(touch(half))

    assert settle(str(song), image) is Settled.OTHER
    assert song.read_bytes() == touch(half)


def test_a_missing_file_cannot_be_settled(song: Path) -> None:
    image = image_of(song)
    song.unlink()
    with pytest.raises(Gone):
        settle(str(song), image)


@pytest.mark.crash
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kind", ["mp3", "wav"])
def test_a_kill_at_any_step_can_be_settled(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"song.{kind}"
    path.write_bytes(tagged(kind))
    script = (
        "import sys; from pathlib import Path; from tests.files.writing.steps import *; "
        "print(*kill_in_place_at_every_step(Path(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps, torn = map(int, done.stdout.split())
    assert steps > 12
    assert torn > 5


# The before-image


def test_an_image_from_the_journal_is_unchanged(song: Path) -> None:
    image = image_of(song)
    stored = image.to_bytes()
    assert BeforeImage.from_bytes(stored) == image
    assert image.forth is not None
    with opened(str(song)) as f:
        assert image.state(f) is ChangeState.OLD
        replaced = BeforeImage.of(f, image.forth, in_place=False)
    assert BeforeImage.from_bytes(replaced.to_bytes()) == replaced
    first = replace(image, essence="0f" * 32)
    assert BeforeImage.from_bytes(first.to_bytes()) == first
    for damaged in (stored[:-1], stored[:40], stored[:50] + b"?" + stored[51:], b""):
        with pytest.raises(DamagedPatch):
            BeforeImage.from_bytes(damaged)


def test_an_image_from_an_older_journal_is_understood(song: Path) -> None:
    image = image_of(song)
    first_format = image.written + image.back.to_bytes()
    assert BeforeImage.from_bytes(first_format) == BeforeImage(image.back, image.written)
    body = image.to_bytes()[:-4]
    second_format = b"RDi2" + body[4:68] + body[100:]  # older images have no digest of the audio
    second_format += zlib.crc32(second_format).to_bytes(4, "big")
    assert BeforeImage.from_bytes(second_format) == image
