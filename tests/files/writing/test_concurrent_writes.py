"""Another program writes a file at the moment it is replaced: nothing is lost."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from rightsdesk.changes.types import Outcome
from rightsdesk.files.errors import ChangedOnDisk
from rightsdesk.files.os_errors import DiskTrouble
from rightsdesk.files.writing.temp_files import sweep
from tests.crash.music_folder import MusicFolder
from tests.files.writing.steps import KINDS, left_over, staged

THEIRS = b"what the other program wrote"


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.mp3"
    path.write_bytes(KINDS["mp3"])
    os.utime(path, ns=(10**18, 10**18))  # a write shows, however coarse the clock is
    return path


@pytest.fixture(params=["links", "no links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Runs once with and once without hard links (as on FAT)."""
    if request.param == "links":
        return True
    if os.name == "nt":
        pytest.skip("Windows does not replace an open file")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refused)
    return False


def meanwhile(
    monkeypatch: pytest.MonkeyPatch, before: Callable[[], object], after: Callable[[], object]
) -> None:
    """Call `before` right before the next replace, and `after` right after it."""
    real = os.replace

    def replace(source: str, target: str) -> None:
        monkeypatch.setattr(os, "replace", real)
        before()
        real(source, target)
        after()

    monkeypatch.setattr(os, "replace", replace)


def nothing() -> None:
    """No action, for the other moment."""


@pytest.mark.parametrize("when", ["before", "after", "both"])
def test_a_write_by_another_program_stays(
    song: Path, monkeypatch: pytest.MonkeyPatch, links: bool, when: str
) -> None:
    mode = stat.S_IMODE(song.stat().st_mode)
    with song.open("r+b") as other, staged(song) as version:

        def write() -> None:
            other.write(THEIRS)
            other.flush()

        meanwhile(
            monkeypatch,
            write if when != "after" else nothing,
            write if when != "before" else nothing,
        )
        with pytest.raises(ChangedOnDisk) as raised:
            version.replace()
        if links:  # The open file is still the same file, so later writes reach it too.
            other.write(b"more")
    assert raised.value.skips
    assert "as the other program left it" in raised.value.untouched
    written = THEIRS * (2 if when == "both" else 1) + (b"more" if links else b"")
    assert song.read_bytes() == written + KINDS["mp3"][len(written) :]
    assert stat.S_IMODE(song.stat().st_mode) == mode
    assert song.stat().st_nlink == 1
    assert left_over(song.parent) == []


def test_a_file_that_grows_at_its_end_is_noticed(
    song: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """This holds even if the program restores the file's time."""

    def append() -> None:
        with song.open("ab") as other:
            other.write(THEIRS)
        os.utime(song, ns=(10**18, 10**18))

    with staged(song) as version:
        meanwhile(monkeypatch, append, nothing)
        with pytest.raises(ChangedOnDisk):
            version.replace()
    assert song.read_bytes() == KINDS["mp3"] + THEIRS


def test_a_file_renamed_over_the_original_is_not_replaced(song: Path, tmp_path: Path) -> None:
    """The rename happens after the last check but one."""
    with staged(song) as version:
        other = tmp_path / "theirs"
        other.write_bytes(THEIRS)
        os.replace(other, song)
        with pytest.raises(ChangedOnDisk):
            version.replace()
    assert song.read_bytes() == THEIRS


def test_a_failing_disk_reports_where_the_file_is_kept(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_and_fail() -> None:
        with song.open("r+b") as other:
            other.write(THEIRS)

    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with staged(song) as version:
        meanwhile(monkeypatch, write_and_fail, lambda: monkeypatch.setattr(os, "replace", broken))
        with pytest.raises(DiskTrouble) as raised:
            version.replace()
    assert not raised.value.untouched
    [kept] = [song.parent / name for name in left_over(song.parent)]
    assert str(kept) in str(raised.value)
    assert kept.read_bytes().startswith(THEIRS)


def test_a_kill_before_the_cleanup_leaves_a_temp_file_to_sweep(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill() -> None:
        monkeypatch.setattr(os, "unlink", lambda *_: None)
        raise Killed

    with staged(song) as version:
        meanwhile(monkeypatch, kill, nothing)
        with pytest.raises(Killed):
            version.replace()
    monkeypatch.undo()
    assert song.stat().st_nlink == 2
    assert sweep(str(song.parent)) == 2, "the new version, and the second name of the old version"
    assert song.read_bytes() == KINDS["mp3"]
    assert song.stat().st_nlink == 1


def test_links_with_different_inodes_are_no_change(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on sshfs, where each hard link reports its own inode."""

    def copied(source: str, name: str, **_: object) -> None:
        shutil.copy2(source, name)

    monkeypatch.setattr(os, "link", copied)
    with staged(song) as version:
        new = Path(version.temp).read_bytes()
        version.replace()
    assert song.read_bytes() == new
    assert left_over(song.parent) == []


def test_a_descriptor_resolved_by_path_is_no_change(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some systems return the new version's attributes for a descriptor of the old version."""
    real, replaced = os.stat, os.replace

    def by_path(source: str, target: str) -> None:
        replaced(source, target)
        monkeypatch.setattr(
            os,
            "stat",
            lambda place, **more: real(target if isinstance(place, int) else place, **more),
        )

    monkeypatch.setattr(os, "replace", by_path)
    with staged(song) as version:
        new = Path(version.temp).read_bytes()
        version.replace()
    monkeypatch.undo()
    assert song.read_bytes() == new
    assert left_over(song.parent) == []


def test_a_job_reports_the_other_program_and_leaves_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = MusicFolder(tmp_path / "music", tmp_path / "data", {"song.mp3": KINDS["mp3"]})
    place = tmp_path / "music" / "song.mp3"

    def write() -> None:
        with place.open("r+b") as other:
            other.write(THEIRS)

    meanwhile(monkeypatch, write, nothing)
    [result] = music.apply(music.plan()).results
    assert result.outcome is Outcome.SKIPPED
    assert result.problem.startswith("Another program changed this file just as RightsDesk")
    assert place.read_bytes() == THEIRS + KINDS["mp3"][len(THEIRS) :]
    assert left_over(place.parent) == []
    assert music.recover() == ""
