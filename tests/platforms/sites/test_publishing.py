"""Publishing into a folder: attributes are kept, non-files are refused, writes are durable."""

import errno
import os
import socket
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import paramiko
import pytest
from paramiko.sftp import SFTP_FAILURE

from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.platforms.http.errors import BadAnswer, Offline, Refused
from rightsdesk.platforms.own_site import NotServed, OwnSite
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sites import sftp
from rightsdesk.platforms.sites.local import LocalFolder, LocalSession
from rightsdesk.platforms.sites.session import SiteFull
from rightsdesk.platforms.sites.sftp import SftpFolder
from rightsdesk.practice.website import PracticeWebsite
from tests.platforms.connected import raises
from tests.platforms.sites.changes import PASSWORD, Place, place
from tests.platforms.sites.scripted import LIVE, Disk, Ftp, ScriptedDav, ScriptedSftp
from tests.platforms.sites.sftp_server import sftp_server

NO_AI = Declaration(PRESETS[Preset.NO_AI])
OLD, NEW = b"User-agent: *\nDisallow: /private/\n", b"User-agent: *\nDisallow: /\n"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="extended attributes of Linux")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "robots.txt").write_bytes(OLD)
    return tmp_path / "html"


@pytest.fixture
def folder(root: Path) -> LocalFolder:
    return LocalFolder(str(root))


@pytest.fixture
def practice(root: Path) -> Iterator[PracticeWebsite]:
    with PracticeWebsite(root) as server:
        yield server


@pytest.fixture
def site(practice: PracticeWebsite, root: Path) -> Iterator[Place]:
    found = place(OwnSite(), practice.base_url, identifier=str(root))
    yield found
    found.client.close()


# Attributes of a file


@POSIX
@pytest.mark.parametrize("mode", [0o644, 0o604, 0o664, 0o600, 0o444])
def test_permissions_stay(folder: LocalFolder, root: Path, mode: int) -> None:
    (root / "robots.txt").chmod(mode)
    folder.write("robots.txt", NEW)
    assert (root / "robots.txt").read_bytes() == NEW
    assert stat.S_IMODE((root / "robots.txt").stat().st_mode) == mode


@LINUX
def test_attributes_stay(folder: LocalFolder, root: Path) -> None:
    try:
        os.setxattr(root / "robots.txt", "user.note", b"mine")
    except OSError:
        pytest.skip("this file system has no attributes")
    folder.write("robots.txt", NEW)
    assert os.getxattr(root / "robots.txt", "user.note") == b"mine"


@POSIX
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_owner_and_group_stay(folder: LocalFolder, root: Path) -> None:
    os.chown(root / "robots.txt", 1234, 4321)
    folder.write("robots.txt", NEW)
    found = (root / "robots.txt").stat()
    assert (found.st_uid, found.st_gid) == (1234, 4321)


@POSIX
def test_attributes_that_cannot_be_kept_are_refused_before_publishing(
    folder: LocalFolder, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fstat

    def another(number: int) -> os.stat_result:
        found = list(real(number))
        found[4] = 4711 if os.readlink(f"/proc/self/fd/{number}").endswith(".part") else 0
        return os.stat_result(found)

    if not Path("/proc/self/fd").exists():
        pytest.skip("this system does not show the names of open files")
    monkeypatch.setattr(os, "fchown", lambda *_: None)
    monkeypatch.setattr(os, "fstat", another)
    with raises(Refused, set()) as caught:
        folder.write("robots.txt", NEW)
    assert caught.value.sentence == "Replacing robots.txt would lose this: owner."
    assert caught.value.untouched == "Nothing was published."
    assert [path.name for path in root.iterdir()] == ["robots.txt"]
    assert (root / "robots.txt").read_bytes() == OLD


@pytest.mark.parametrize("what", ["owner", "permissions"])
def test_a_server_that_would_lose_owner_or_permissions_gets_no_write(what: str) -> None:
    disk = Disk()
    disk.put(LIVE, OLD)
    disk.modes[LIVE] = 0o640
    if what == "owner":
        disk.owners[LIVE] = (33, 33)
    folder = ScriptedSftp(disk, "posix plain fixed")
    if what == "permissions":
        disk.call = _ignores_chmod(disk)  # type: ignore[method-assign]
    with raises(Refused, set()) as caught:
        folder.write("robots.txt", NEW)
    assert f"would lose this: {what}" in caught.value.sentence
    assert disk.files == {LIVE: OLD}
    assert (disk.modes[LIVE], disk.owners.get(LIVE, (0, 0))[0]) == (
        0o640,
        33 if what == "owner" else 0,
    )


def _ignores_chmod(disk: Disk) -> Any:
    real = disk.call

    def call(name: str, *parts: Any) -> Any:
        if name == "chmod":
            raise OSError("Operation unsupported")
        return real(name, *parts)

    return call


def test_a_file_with_hidden_attributes_is_overwritten_in_place() -> None:
    disk = Disk()
    disk.put(LIVE, OLD)
    disk.owners[LIVE] = (33, 33)
    folder = ScriptedSftp(disk, "posix plain")
    before = [folder.may_lose]
    folder.write("robots.txt", NEW)
    assert (disk.files, disk.owners) == ({LIVE: NEW}, {LIVE: (33, 33)})
    assert not [step for step in disk.log if "rename" in step]
    assert [*before, folder.may_lose] == ["sftp", ""]
    assert [saved.overwrites for saved in folder.saved] == [True]
    folder.write("robots.txt", OLD)
    assert (disk.files, len(folder.saved)) == ({LIVE: OLD}, 1)


def test_a_file_that_can_only_be_replaced_is_kept_if_the_review_named_no_loss() -> None:
    disk = Disk()
    disk.put(LIVE, OLD)
    folder = ScriptedSftp(disk, "posix plain")
    folder.write("robots.txt", NEW)
    folder.moves += " fixed"
    folder.close()
    with raises(Refused, set()) as caught:
        folder.write("robots.txt", OLD)
    assert "doesn't let RightsDesk write into robots.txt" in caught.value.sentence
    assert caught.value.untouched == "Nothing was published."
    assert disk.files == {LIVE: NEW}


@pytest.mark.parametrize("stored", [OLD, b"User-agent: *\nAllow: /\n"])
def test_a_server_that_falsely_confirms_an_overwrite_is_noticed(stored: bytes) -> None:
    class FixedAnswer(Disk):
        def put(self, path: str, data: bytes) -> None:
            super().put(path, data if ".part" in path or path not in self.files else stored)

    disk = FixedAnswer()
    disk.put(LIVE, OLD)
    folder = ScriptedSftp(disk, "posix plain")
    # If the overwrite had no effect, the file is replaced, as the review said.
    if stored == OLD:
        folder.write("robots.txt", NEW)
        assert disk.files == {LIVE: NEW}
    else:
        with raises(Refused, set()) as caught:
            folder.write("robots.txt", NEW)
        assert "different data than was sent" in caught.value.sentence
    assert folder.saved == []


@pytest.mark.parametrize("what", ["access list", "attributes"])
def test_a_file_with_a_visible_loss_is_not_replaced(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Ftp._attributes

    def shown(self: Ftp, path: str) -> Any:
        found = real(self, path)
        if path == LIVE and what == "access list":
            found.longname = "-rw-r--r--+   1 mara mara 40 Nov 29 19:00 robots.txt"
        elif path == LIVE:
            found.attr = {b"note@mara.example": b"mine"}
        return found

    monkeypatch.setattr(Ftp, "_attributes", shown)
    disk = Disk()
    disk.put(LIVE, OLD)
    with raises(Refused, set()) as caught:
        ScriptedSftp(disk, "posix plain fixed").write("robots.txt", NEW)
    assert caught.value.sentence == f"Replacing robots.txt would lose this: {what}."
    assert disk.files == {LIVE: OLD}


# New folders


@POSIX
@pytest.mark.parametrize(
    ("neighbours", "parent", "new"),
    [
        ([0o755, 0o755, 0o700], 0o755, 0o755),
        ([0o750, 0o750], 0o755, 0o750),
        ([0o700], 0o711, 0o711),
        ([], 0o751, 0o751),
        ([0o777], 0o755, 0o775),
    ],
)
def test_a_new_folder_has_the_permissions_of_its_neighbours(
    folder: LocalFolder, root: Path, neighbours: list[int], parent: int, new: int
) -> None:
    for number, mode in enumerate(neighbours):
        (root / f"album-{number}").mkdir()
        (root / f"album-{number}").chmod(mode)
    root.chmod(parent)
    old = os.umask(0o077)
    try:
        folder.write(".well-known/tdmrep.json", b"[]")
    finally:
        os.umask(old)
        root.chmod(0o755)
    assert stat.S_IMODE((root / ".well-known").stat().st_mode) == new
    assert stat.S_IMODE((root / ".well-known" / "tdmrep.json").stat().st_mode) == 0o644


def test_a_folder_on_a_server_has_the_permissions_of_its_neighbours() -> None:
    disk = Disk()
    disk.folders |= {"/site/music": 0o751, "/site/press": 0o751}
    ScriptedSftp(disk, "posix").write(".well-known/tdmrep.json", b"[]")
    assert disk.folders["/site/.well-known"] == 0o751


def test_an_undo_removes_the_folders_that_were_created(site: Place, root: Path) -> None:
    done = site.declare(NO_AI)
    assert (root / ".well-known").is_dir()
    site.undo(done)
    assert [path.name for path in root.iterdir()] == ["robots.txt"]


def test_a_folder_left_by_a_killed_undo_is_removed(site: Place, root: Path) -> None:
    done = site.declare(NO_AI)
    back = {name: done.before.fields.get(name, ()) for name in done.edit}
    site.undo(done)
    (root / ".well-known").mkdir()
    OwnSite().settle(site.client, done.after.remote_id, done.after.fields, back)
    assert [path.name for path in root.iterdir()] == ["robots.txt"]


@pytest.mark.parametrize("full", [False, True])
def test_a_folder_that_existed_before_or_is_in_use_stays(
    site: Place, root: Path, *, full: bool
) -> None:
    if not full:
        (root / ".well-known").mkdir()
    done = site.declare(NO_AI)
    if full:
        (root / ".well-known" / "security.txt").write_text("Contact: mailto:mara@mara.example")
    site.undo(done)
    assert (root / ".well-known").is_dir()
    assert len(list((root / ".well-known").iterdir())) == int(full)


# Entries that are no files


@POSIX
@pytest.mark.parametrize("kind", ["pipe", "folder", "socket"])
def test_an_entry_that_is_no_file_is_reported_and_kept(
    site: Place, root: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "robots.txt").unlink()
    if kind == "pipe":
        os.mkfifo(root / "robots.txt")
    elif kind == "folder":
        (root / "robots.txt").mkdir()
    else:
        monkeypatch.chdir(root)  # the path of a socket has to be short
        with socket.socket(socket.AF_UNIX) as socket_:
            socket_.bind("robots.txt")
    with raises(Refused, set()) as caught:
        site.read()
    assert "robots.txt is a " in caught.value.sentence
    assert list(root.iterdir()) == [root / "robots.txt"]


@POSIX
def test_a_pipe_on_a_server_is_not_opened() -> None:
    class Piped(Disk):
        """A server on which robots.txt is a pipe: opening it would wait forever."""

        def call(self, name: str, act: Any, half: Any = None) -> Any:
            assert not name.startswith("open"), "it would wait forever"
            answer = super().call(name, act, half)
            if name == "stat" and answer.st_size:
                answer.st_mode = stat.S_IFIFO | 0o644
            return answer

    disk = Piped()
    disk.put(LIVE, OLD)
    with raises(Refused, set()) as caught:
        ScriptedSftp(disk, "posix").read("robots.txt")
    assert "a pipe or a device" in caught.value.sentence


# A full disk


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_reported_as_full(
    folder: LocalFolder, root: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "write", full)
    with raises(SiteFull, set()) as caught:
        folder.write("robots.txt", NEW)
    assert "disk is full, or a quota" in caught.value.sentence
    monkeypatch.undo()
    assert [path.name for path in root.iterdir()] == ["robots.txt"]
    assert (root / "robots.txt").read_bytes() == OLD


@pytest.mark.parametrize("words", ["No space left on device", "Disk quota exceeded", "Failure"])
def test_a_full_disk_on_a_server_is_reported_as_full(words: str) -> None:
    class Full(Disk):
        """It has no free space, and reports this when asked."""

        def call(self, name: str, act: Any, half: Any = None) -> Any:
            if name == "write":
                raise OSError(words)
            if name.startswith("statvfs"):
                message = paramiko.Message()
                for number in (4096, 4096, 1000, 0, 0, 1000, 10, 10):
                    message.add_int64(number)
                message.rewind()
                return 201, message
            return super().call(name, act, half)

    disk = Full()
    disk.put(LIVE, OLD)
    with raises(SiteFull, set()):
        ScriptedSftp(disk, "posix").write("robots.txt", NEW)
    assert disk.files == {LIVE: OLD}


def test_a_full_webdav_server_is_reported_as_full() -> None:
    class Full(ScriptedDav):
        def _done(self, request: Any, path: str) -> Any:
            answer = super()._done(request, path)
            if request.method == "PUT":
                self.disk.remove(path)
                answer.status_code = 507
            return answer

    disk = Disk()
    disk.put(LIVE, OLD)
    with raises(SiteFull, {"x" * 9}):
        Full(disk, "move").write("robots.txt", NEW)
    assert disk.files == {LIVE: OLD}


def test_a_server_that_stores_something_different_gets_no_write() -> None:
    class Short(Disk):
        """Confirms the whole write, but stores only a part."""

        def put(self, path: str, data: bytes) -> None:
            super().put(path, data[:9] if ".part" in path else data)

    disk = Short()
    disk.put(LIVE, OLD)
    with raises(Refused, set()) as caught:
        ScriptedSftp(disk, "posix").write("robots.txt", NEW)
    assert "different data than was sent" in caught.value.sentence
    assert disk.files == {LIVE: OLD}


# The view of a visitor


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_site_that_stops_showing_a_file_gets_the_old_file_back(
    site: Place, practice: PracticeWebsite, root: Path, status: int
) -> None:
    practice.habits.refuses = lambda path, body: status if b"RightsDesk" in (body or b"") else 0
    before = site.read()
    with raises(NotServed, set()) as caught:
        site.platform.write(site.client, before.remote_id, before, site.plan(before, NO_AI))
    assert f"answers {status} for robots.txt" in caught.value.sentence
    assert "were restored" in caught.value.untouched
    assert [path.name for path in root.iterdir()] == ["robots.txt"]
    assert (root / "robots.txt").read_bytes() == OLD


# Durability


@POSIX
def test_file_and_folder_are_synced_before_the_next_step(
    folder: LocalFolder, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(number: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file"
        steps.append(f"fsync {kind}")
        fsync(number)

    def replaced(source: str, target: str) -> None:
        steps.append("replace")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    folder.write("robots.txt", NEW)
    assert steps[0] == "fsync file"
    assert steps[-2:] == ["replace", "fsync folder"]
    steps.clear()
    folder.write(".well-known/tdmrep.json", b"[]")
    assert steps[0] == "fsync folder", "the new folder's own name"
    assert steps[-2:] == ["replace", "fsync folder"]
    steps.clear()
    folder.remove("robots.txt")
    assert steps == ["fsync folder"]


def test_a_file_overwritten_in_place_is_durable(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bytes] = []
    fsync = os.fsync

    def sync(number: int) -> None:
        synced.append((root / "robots.txt").read_bytes())
        fsync(number)

    (root / "robots.txt").write_bytes(OLD + NEW)
    monkeypatch.setattr(os, "fsync", sync)
    LocalSession().overwrite(str(root / "robots.txt"), NEW)
    assert synced == [NEW], "the whole new content, and no old bytes"


@pytest.mark.parametrize("moves", ["posix plain", "plain", ""])
def test_a_new_file_is_durable_next_to_an_overwritten_file(moves: str) -> None:
    disk = Disk()
    disk.put(LIVE, OLD)
    ScriptedSftp(disk, moves).write("robots.txt", NEW)
    steps = [step for step in disk.log if step not in ("stat", "list", "open rb", "read")]
    durable = ["write", "fsync@openssh.com"]
    assert steps == ["open wx", *durable, "open r+", *durable, "truncate", "remove"]


@pytest.mark.parametrize("moves", ["posix plain fixed", "plain fixed"])
def test_a_file_on_a_server_is_synced_before_it_is_moved(moves: str) -> None:
    disk = Disk()
    disk.put(LIVE, OLD)
    ScriptedSftp(disk, moves).write("robots.txt", NEW)
    synced = disk.log.index("fsync@openssh.com")
    assert disk.log[synced - 1] == "write"
    assert synced < min(disk.log.index(step) for step in disk.log if "rename" in step)
    assert disk.log.count("fsync@openssh.com") == disk.log.count("write")


# Slow or lying servers


_ANSWERS = threading.Event()


def _drip(*_: object) -> int:
    _ANSWERS.wait(30)
    return SFTP_FAILURE


def test_a_server_with_an_endless_answer_is_abandoned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sftp, "WHOLE_SECONDS", 0.4)
    (tmp_path / "robots.txt").write_bytes(OLD)
    monkeypatch.setattr("tests.platforms.sites.sftp_server._Files.stat", _drip)
    key = paramiko.ECDSAKey.generate()
    with sftp_server(tmp_path, PASSWORD, key) as port:
        address = f"sftp://mara@127.0.0.1:{port}/"
        agreed = Credentials(secret=PASSWORD, host_key=key.fingerprint)
        folder = SftpFolder(address, agreed, lambda _: None)
        with raises(Offline, {PASSWORD}) as caught:
            folder.read("robots.txt")
        _ANSWERS.set()
        folder.close()
    assert "took too long" in caught.value.sentence


def test_a_slow_server_is_abandoned_after_many_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer is within its limit; together they take too long. A pause begins anew."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "robots.txt").write_bytes(OLD)
    passed = [0.0]

    def slow_clock() -> float:
        passed[0] += 40.0
        return passed[0]

    monkeypatch.setattr(sftp, "monotonic", slow_clock)
    key = paramiko.ECDSAKey.generate()
    with sftp_server(tmp_path, PASSWORD, key) as port:
        address = f"sftp://mara@127.0.0.1:{port}/"
        agreed = Credentials(secret=PASSWORD, host_key=key.fingerprint)
        folder = SftpFolder(address, agreed, lambda _: None)
        reads = 0
        with raises(Offline, {PASSWORD}) as caught:
            while reads < 100:
                folder.read("robots.txt")
                reads += 1
        assert 0 < reads <= sftp.ALL_SECONDS / 40 + 1
        passed[0] += 10 * sftp.IDLE_SECONDS
        assert folder.read("robots.txt") is not None
        folder.close()
    assert "took too long" in caught.value.sentence


def test_a_server_with_an_endless_greeting_is_abandoned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sftp, "WHOLE_SECONDS", 0.4)
    # accepts the connection, sends nothing
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"sftp://mara@127.0.0.1:{listener.getsockname()[1]}/"
        folder = SftpFolder(address, Credentials(secret=PASSWORD), lambda _: None)
        with raises(Offline, {PASSWORD}):
            folder.read("robots.txt")
        folder.close()


class FixedAnswer(ScriptedDav):
    """Answers each request with the same bytes."""

    body = b""

    def _done(self, request: Any, path: str) -> Any:
        return httpx.Response(207, content=self.body)


LAUGHS = b"".join(
    [
        b'<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa">',
        *(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)),
        b"]><m>&m;</m>",
    ]
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<D:multistatus",
        b"\xff\xfe\x00<",
        b"not XML",
        b'<!DOCTYPE m SYSTEM "file:///etc/passwd"><m/>',
        b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><m>&x;</m>',
        LAUGHS,
        b"<a>" * 100_000,
    ],
    ids=["empty", "cut", "bytes", "text", "dtd", "entity", "laughs", "deep"],
)
def test_invalid_or_hostile_xml_is_an_unreadable_answer(body: bytes) -> None:
    liar = FixedAnswer(Disk(), "move")
    liar.body = body
    with raises(BadAnswer, set()):
        liar.check()
