"""The safe writer: what it changes, what it keeps, and which files it refuses to change."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pytest

from rightsdesk.errors import KnownError
from rightsdesk.file_attributes import NotKept
from rightsdesk.files.errors import ChangedOnDisk
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.os_errors import (
    DiskFull,
    DiskTrouble,
    Gone,
    NotAFile,
    NotWritable,
    ReadOnlyDisk,
)
from rightsdesk.files.patch.patch import Patch
from rightsdesk.files.writing import temp_files
from rightsdesk.files.writing.guards import RESERVE
from rightsdesk.files.writing.writer import HardLinked, opened, restore, stage
from tests.files.changing import NO_AI, fields
from tests.files.writing.steps import KINDS, inverse, left_over, planned, staged


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "album" / "song.mp3"
    path.parent.mkdir()
    path.write_bytes(KINDS["mp3"])
    return path


@pytest.fixture(autouse=True)
def leaves_nothing_behind(tmp_path: Path) -> Iterator[None]:
    yield
    for folder, _, _ in os.walk(tmp_path):
        assert left_over(Path(folder)) == []


# What it does


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_and_its_undo_in_every_kind_of_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"song.{kind}"
    path.write_bytes(KINDS[kind])
    where, patch, identity = planned(path)
    back = inverse(path, patch)

    with stage(where, patch, identity) as version:
        changed = version.replace()

    assert fields(path.read_bytes()).items() >= NO_AI.items()
    assert changed == FileIdentity.of(str(path)) != identity
    restored = restore(where, back, changed)
    assert path.read_bytes() == KINDS[kind]
    assert restored == FileIdentity.of(str(path))


def test_until_the_replace_the_file_is_unchanged(song: Path) -> None:
    with staged(song) as version:
        assert song.read_bytes() == KINDS["mp3"]
        assert fields(Path(version.temp).read_bytes()) == NO_AI
        assert Path(version.temp).parent == song.parent

    assert song.read_bytes() == KINDS["mp3"]
    assert not Path(version.temp).exists()


def test_bytes_as_path_and_names_in_no_encoding(song: Path) -> None:
    if sys.platform == "darwin":
        pytest.skip("file names are Unicode here")
    odd = os.path.join(os.fsencode(song.parent), b"\xff\xfe \n.mp3")
    os.replace(song, odd)
    _, patch, identity = planned(Path(os.fsdecode(odd)))

    restored = restore(odd, patch, identity)

    assert restored == FileIdentity.of(odd)


# What it keeps


def test_permissions_stay(song: Path) -> None:
    song.chmod(0o640)
    staged(song).replace()

    assert song.stat().st_mode & 0o7777 == 0o640


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="only root can change the owner of a file"
)
def test_the_owner_stays(song: Path) -> None:
    os.chown(song, 1234, 2345)
    song.chmod(0o2664)
    staged(song).replace()

    found = song.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o7777) == (1234, 2345, 0o2664)


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="only root can change the owner of a file"
)
@pytest.mark.parametrize(("owner", "lost"), [((1234, -1), "owner"), ((-1, 2345), "group")])
def test_a_file_is_refused_if_its_owner_cannot_be_kept(
    song: Path, monkeypatch: pytest.MonkeyPatch, owner: tuple[int, int], lost: str
) -> None:
    os.chown(song, *owner)
    before = song.stat()

    def refusing(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", refusing)
    monkeypatch.setattr(Patch, "write", lambda *_: pytest.fail("a byte was written"))

    with pytest.raises(NotKept, match=f"would lose this: {lost}"):
        staged(song)
    assert song.read_bytes() == KINDS["mp3"]
    assert (song.stat().st_uid, song.stat().st_gid) == (before.st_uid, before.st_gid)
    assert list(song.parent.iterdir()) == [song]


def set_attribute(path: Path, name: str, value: bytes) -> None:
    if not hasattr(os, "setxattr"):
        pytest.skip("Python does not offer extended attributes here")
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        pytest.skip(f"this file system does not support {name}: {error.strerror}")


def test_extended_attributes_stay(song: Path) -> None:
    set_attribute(song, "user.xdg.tags", b"favourite")
    staged(song).replace()

    assert os.getxattr(song, "user.xdg.tags") == b"favourite"


def entry(tag: int, permissions: int, number: int = 0xFFFFFFFF) -> bytes:
    """An entry of a POSIX access list, as Linux stores it (linux/posix_acl_xattr.h)."""
    return b"".join(
        n.to_bytes(size, "little") for n, size in ((tag, 2), (permissions, 2), (number, 4))
    )


ACCESS_LIST = (
    (2).to_bytes(4, "little")
    + entry(0x01, 6)
    + entry(0x02, 6, 1234)  # this user may write too
    + entry(0x04, 4)
    + entry(0x10, 6)
    + entry(0x20, 0)
)


def test_an_access_list_stays(song: Path) -> None:
    set_attribute(song, "system.posix_acl_access", ACCESS_LIST)
    mode = song.stat().st_mode
    staged(song).replace()

    assert os.getxattr(song, "system.posix_acl_access") == ACCESS_LIST
    assert song.stat().st_mode == mode


def test_a_file_does_not_get_the_access_list_of_its_folder(song: Path) -> None:
    set_attribute(song.parent, "system.posix_acl_default", ACCESS_LIST)
    mode = song.stat().st_mode
    staged(song).replace()

    assert "system.posix_acl_access" not in os.listxattr(song)
    assert song.stat().st_mode == mode


def test_a_file_is_refused_if_its_attributes_cannot_be_kept(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_attribute(song, "user.mine", b"1")

    def refusing(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "setxattr", refusing)

    with pytest.raises(NotKept, match="would lose this: attributes"):
        staged(song)
    assert os.getxattr(song, "user.mine") == b"1"


def test_a_file_is_refused_if_its_permissions_cannot_be_kept(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song.chmod(0o664)
    monkeypatch.setattr(os, "fchmod", lambda *_: None)

    with pytest.raises(NotKept, match="would lose this: permissions"):
        staged(song)
    assert song.read_bytes() == KINDS["mp3"]


def test_a_link_stays_a_link_and_its_target_changes(song: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.mp3"
    chain = tmp_path / "chain.mp3"
    link.symlink_to("album/song.mp3")
    chain.symlink_to(link)

    with staged(chain) as version:
        assert Path(version.temp).parent == song.parent
        version.replace()

    assert (os.readlink(link), os.readlink(chain)) == ("album/song.mp3", str(link))
    assert fields(song.read_bytes()) == NO_AI


# What it refuses


def refused(path: Path, cause: type[KnownError]) -> KnownError:
    """The refusal. Checks that the file is unchanged afterwards."""
    before = path.read_bytes()
    with pytest.raises(cause) as refusal:
        staged(path).replace()
    assert path.read_bytes() == before
    return refusal.value


def test_a_file_with_hard_links_is_refused(song: Path, tmp_path: Path) -> None:
    os.link(song, tmp_path / "second.mp3")

    assert refused(song, HardLinked).cause == "hard-link"
    assert song.stat().st_nlink == 2


@pytest.mark.parametrize("what", ["song.mp3", "."])
def test_a_read_only_file_or_folder_is_refused_even_for_root(
    song: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    protected = song.parent / what
    mode = protected.stat().st_mode
    protected.chmod(mode & ~0o222)
    created: list[str] = []
    monkeypatch.setattr(temp_files, "create", created.append)

    refused(song, NotWritable)

    assert created == []  # before a byte was written
    protected.chmod(mode)


def test_a_read_only_disk_is_refused(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Mounted:
        f_flag = os.ST_RDONLY

    monkeypatch.setattr(os, "statvfs", lambda _: Mounted)

    refused(song, ReadOnlyDisk)


@dataclass
class Disk:
    free: int
    total: int = 10**12


def test_too_little_space_is_noticed_before_writing(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = planned(song)[1].new_size + RESERVE
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(free=needed - 1))
    message = str(refused(song, DiskFull))
    assert "not enough free space" in message
    assert "leaves 16 MB of it free" in message

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(free=needed))
    staged(song).replace()


def test_a_network_share_that_does_not_report_its_space(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(total=0, free=0))

    staged(song).replace()

    assert fields(song.read_bytes()) == NO_AI


def test_a_file_that_changed_since_the_preview_is_refused(song: Path) -> None:
    arguments = planned(song)
    song.write_bytes(KINDS["mp3"] + b"more")

    with pytest.raises(ChangedOnDisk):
        stage(*arguments)
    assert song.read_bytes() == KINDS["mp3"] + b"more"


def test_a_file_that_changes_while_it_is_staged_is_refused(song: Path) -> None:
    version = staged(song)
    os.utime(song, ns=(5, 5))

    with pytest.raises(ChangedOnDisk):
        version.replace()
    assert song.read_bytes() == KINDS["mp3"]


def test_a_link_that_is_redirected_meanwhile_is_refused(song: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.mp3"
    link.symlink_to(song)
    version = staged(link)
    other = tmp_path / "other.mp3"
    other.write_bytes(KINDS["mp3"])
    link.unlink()
    link.symlink_to(other)

    with pytest.raises(ChangedOnDisk):
        version.replace()
    assert song.read_bytes() == other.read_bytes() == KINDS["mp3"]


def test_a_file_that_vanishes_is_refused(song: Path) -> None:
    arguments = planned(song)
    version = stage(*arguments)
    song.unlink()

    with pytest.raises(Gone):
        version.replace()
    with pytest.raises(Gone):
        stage(*arguments)


def test_pipes_and_folders_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")

    for path in (tmp_path / "pipe.mp3", tmp_path):
        with pytest.raises(NotAFile), opened(str(path)):
            pass


def test_a_disk_that_loses_the_end_of_a_file_is_noticed(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Patch.write

    def losing(patch: Patch, original: BinaryIO, out: BinaryIO) -> None:
        write(patch, original, out)
        out.truncate(patch.new_size - 1)

    monkeypatch.setattr(Patch, "write", losing)

    refused(song, DiskTrouble)


@pytest.mark.parametrize("more", [b"", b"?"])
def test_a_disk_that_returns_different_bytes_is_noticed(
    song: Path, monkeypatch: pytest.MonkeyPatch, more: bytes
) -> None:
    write = Patch.write

    def lying(patch: Patch, original: BinaryIO, out: BinaryIO) -> None:
        write(patch, original, out)
        out.seek(0, os.SEEK_END if more else os.SEEK_SET)
        out.write(more or b"?")
        out.flush()

    monkeypatch.setattr(Patch, "write", lying)

    refused(song, DiskTrouble)
