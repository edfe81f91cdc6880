"""Killed at every call, on every kind of server: the old file, the new file, or restored."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rightsdesk.platforms.http.errors import PlatformError
from rightsdesk.platforms.interface import SettledItem
from rightsdesk.platforms.sites.files_folder import FilesFolder, is_part
from rightsdesk.platforms.sites.folder import HalfPublished
from rightsdesk.platforms.sites.local import LocalFolder
from tests.platforms.sites.scripted import (
    LIVE,
    CountedLocal,
    Dead,
    Disk,
    Ftp,
    ScriptedDav,
    ScriptedSftp,
)

OLD = b"# mine\nUser-agent: *\nDisallow: /private/\n"
ADDED = OLD + b"\n# BEGIN RightsDesk\nUser-agent: GPTBot\nDisallow: /\n# END RightsDesk\n"
OTHER = b"User-agent: *\nDisallow: /\n"

SERVERS: dict[str, Callable[[Disk], FilesFolder]] = {
    "posix-rename": lambda disk: ScriptedSftp(disk, "posix plain"),
    "plain-rename": lambda disk: ScriptedSftp(disk, "plain"),
    "only-write": lambda disk: ScriptedSftp(disk, ""),
    "posix-rename-fixed": lambda disk: ScriptedSftp(disk, "posix plain fixed"),
    "plain-rename-fixed": lambda disk: ScriptedSftp(disk, "plain fixed"),
    "dav-with-move": lambda disk: ScriptedDav(disk, "move"),
    "dav-without-move": lambda disk: ScriptedDav(disk, ""),
}
CHANGES = {
    "added": (OLD, ADDED),
    "taken-away": (ADDED, OLD),
    "another": (ADDED, OTHER),
    "longer": (OTHER, ADDED),
    "first": (None, ADDED),
    "emptied": (OLD, b""),
}
ATOMIC = {"posix-rename-fixed", "dav-with-move"}
OVERWRITTEN = {"posix-rename", "plain-rename", "only-write"}
MOST_CALLS = 80


def disk_with(old: bytes | None) -> Disk:
    disk = Disk()
    if old is not None:
        disk.put(LIVE, old)
        disk.modes[LIVE] = 0o644
    return disk


def live_content(disk: Disk) -> bytes | None:
    return disk.files.get(LIVE)


def check_whole(server: str, disk: Disk, old: bytes | None, new: bytes | None) -> None:
    folder = SERVERS[server](disk)
    folder.settle("robots.txt", old, new)
    assert live_content(disk) in (old, new)
    assert disk.left == []
    assert folder.settle("robots.txt", old, new) is SettledItem.WHOLE
    folder.close()


@pytest.mark.parametrize("effect", ["none", "half", "all"])
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("server", SERVERS)
def test_a_kill_at_any_call_can_be_repaired(server: str, change: str, effect: str) -> None:
    old, new = CHANGES[change]
    for at in range(1, MOST_CALLS):
        disk = disk_with(old)
        disk.at, disk.effect = at, effect
        folder = SERVERS[server](disk)
        try:
            folder.write("robots.txt", new)
        except Dead:
            pass
        else:
            assert live_content(disk) == new
            assert disk.left == []
            assert at > 5
            break
        context = f"call {at} ({disk.log[-1]})"
        now = live_content(disk)
        if server in ATOMIC:
            assert now in (old, new), context
        elif now is None:
            assert old is None or disk.left, context
        else:
            assert is_part(now, old, new), context
        if server in OVERWRITTEN and old is not None and effect != "half":
            assert now is not None, context
            assert now in (old, new) or now == new + b"\n" * (len(old) - len(new)), context
        if server in OVERWRITTEN and change == "added":
            assert now is not None, context
            assert now.startswith(OLD), "the artist's own lines always stay"
        check_whole(server, disk.revived(), old, new)
    else:
        raise AssertionError("too many calls")


@pytest.mark.parametrize("effect", ["none", "half", "all"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_kill_on_this_computer_leaves_the_old_or_the_new_file(
    tmp_path: Path, change: str, effect: str
) -> None:
    (old, new), live = CHANGES[change], tmp_path / "robots.txt"
    for at in range(1, MOST_CALLS):
        live.unlink(missing_ok=True)
        if old is not None:
            live.write_bytes(old)
        disk = Disk(at=at, effect=effect)
        try:
            CountedLocal(disk, tmp_path).write("robots.txt", new)
        except Dead:
            now = live.read_bytes() if live.exists() else None
            assert now in (old, new), f"call {at} ({disk.log[-1]})"
        else:
            assert live.read_bytes() == new
            break
        assert LocalFolder(str(tmp_path)).settle("robots.txt", old, new) is SettledItem.WHOLE
        assert set(tmp_path.iterdir()) <= {live}
    assert at > 5


@pytest.mark.parametrize(
    "server", ["plain-rename", "plain-rename-fixed", "only-write", "dav-without-move"]
)
def test_a_kill_during_the_repair_can_be_repaired(server: str) -> None:
    hurt = 0
    for at in range(1, MOST_CALLS):
        disk = disk_with(ADDED)
        disk.at, disk.effect = at, "half"
        try:
            SERVERS[server](disk).write("robots.txt", OTHER)
        except Dead:
            pass
        else:
            break
        if live_content(disk) in (ADDED, OTHER):
            continue
        hurt += 1
        for again in range(1, MOST_CALLS):
            second = disk.revived()
            second.at, second.effect = again, "half"
            try:
                SERVERS[server](second).settle("robots.txt", ADDED, OTHER)
            except Dead:
                check_whole(server, second.revived(), ADDED, OTHER)
            else:
                break
    assert hurt


@pytest.mark.parametrize("effect", ["none", "half", "all"])
@pytest.mark.parametrize("server", SERVERS)
def test_a_lost_connection_leaves_the_old_or_the_new_file(server: str, effect: str) -> None:
    for at in range(1, MOST_CALLS):
        disk = disk_with(OLD)
        disk.at, disk.effect, disk.lose = at, effect, lambda: ConnectionResetError("lost")
        folder = SERVERS[server](disk)
        try:
            folder.write("robots.txt", ADDED)
        except PlatformError:
            assert live_content(disk) == OLD, f"call {at}"
        else:
            assert live_content(disk) == ADDED, f"call {at}"
        if disk.at == at:  # this call was never reached
            break
    assert not disk.left


@pytest.mark.parametrize("server", SERVERS)
def test_an_unreachable_server_is_reported_as_half_written(server: str) -> None:
    errors: set[type[PlatformError]] = set()
    for at in range(1, MOST_CALLS):
        disk = disk_with(ADDED)
        disk.at, disk.effect, disk.away = at, "half", True
        disk.lose = lambda: ConnectionResetError("lost")
        how = None
        try:
            SERVERS[server](disk).write("robots.txt", OTHER)
        except PlatformError as error:
            how = type(error)
        if how is None:
            break
        errors.add(how)
        if live_content(disk) not in (ADDED, OTHER):
            assert how is HalfPublished, f"call {at} ({disk.log[-1]})"
        check_whole(server, disk.revived(), ADDED, OTHER)
    assert HalfPublished in errors


@pytest.mark.parametrize("old", [OLD, None], ids=["old", "first"])
def test_a_server_that_can_only_move_files_away_is_written_to(
    monkeypatch: pytest.MonkeyPatch, old: bytes | None
) -> None:
    real = Ftp.rename

    def rename(self: Ftp, source: str, target: str) -> None:
        if source.endswith(".part"):
            raise PermissionError(13, "Permission denied")
        real(self, source, target)

    monkeypatch.setattr(Ftp, "rename", rename)
    disk = disk_with(old)
    ScriptedSftp(disk, "plain").write("robots.txt", ADDED)
    assert disk.files == {LIVE: ADDED}


@pytest.mark.parametrize("server", SERVERS)
def test_a_later_write_by_another_program_stays(server: str) -> None:
    disk = disk_with(b"User-agent: *\nAllow: /music/\n")
    folder = SERVERS[server](disk)
    assert folder.settle("robots.txt", OLD, ADDED) is SettledItem.LEFT
    assert live_content(disk) == b"User-agent: *\nAllow: /music/\n"
    disk.remove(LIVE)
    assert folder.settle("robots.txt", OLD, ADDED) is SettledItem.LEFT, (
        "another program removed the file"
    )
    assert live_content(disk) is None


@pytest.mark.parametrize("server", SERVERS)
def test_only_temp_files_with_our_names_are_removed(server: str) -> None:
    disk = disk_with(OLD)
    theirs = [
        "/site/.robots.txt.part",
        "/site/.robots.txt.swp",
        "/site/.other.txt.rightsdesk-0a1b2c3d.part",
        "/site/robots.txt.rightsdesk-0a1b2c3d.part",
        "/site/.robots.txt.rightsdesk-0a1b2c3.part",
        "/site/.robots.txt.rightsdesk-0a1b2c3d.part.txt",
    ]
    ours = ["/site/.robots.txt.rightsdesk-0a1b2c3d.part", "/site/.robots.txt.0a1b2c3d.part"]
    for path in [*theirs, *ours, "/site/.robots.txt.rightsdesk-0a1b2c3d.old"]:
        disk.put(path, b"x")
    SERVERS[server](disk).tidy("robots.txt")
    assert sorted(disk.files) == sorted([LIVE, *theirs])


@pytest.mark.parametrize(
    ("now", "new", "part"),
    [
        (b"", OTHER, True),
        (OLD, OTHER, True),
        (ADDED[:50], ADDED, True),
        (ADDED[:50], OTHER, False),
        (OTHER[:5] + OLD[5:], OTHER, True),
        (OTHER + OLD[len(OTHER) :], OTHER, True),
        (OTHER[:5] + OLD[6:], OTHER, False),
        (OTHER + b"\n" * (len(OLD) - len(OTHER)), OTHER, True),
        (OTHER + b"\n" * 4 + OLD[len(OTHER) + 4 :], OTHER, True),
        (OTHER + b"\n" * 99, OTHER, False),
        (OLD[:9] + OTHER[9:] + b"\n" * (len(OLD) - len(OTHER)), OTHER, True),
        (OLD + b"more", OTHER, False),
        (b"x", None, False),
        (b"", None, True),
    ],
)
def test_a_partial_write_is_distinguished_from_another_text(
    now: bytes, new: bytes | None, part: bool
) -> None:
    assert is_part(now, OLD, new) is part
    assert is_part(now, new, OLD) is part
