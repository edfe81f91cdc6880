"""Only their owner can read RightsDesk's own files, even in an existing folder."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from rightsdesk import crash_reports, data_folder
from rightsdesk.data_folder import NotAFolder, NotPrivate
from rightsdesk.store import database
from rightsdesk.store.database import FILE_NAME, Database
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.lock import renewing, working
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import SignIn

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has access rules instead")


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def open_all(folder: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o666)


def test_every_existing_file_is_made_private(
    workspace: Workspace, koval: Artist, sign_in: SignIn, isolated: Path
) -> None:
    sign_in(koval)
    (isolated / "backups").mkdir(exist_ok=True)
    (isolated / "backups" / "one.sqlite3").write_bytes(b"")
    open_all(isolated / "backups")
    (isolated / "backups").chmod(0o755)
    for path in isolated.iterdir():
        if path.is_file():
            path.chmod(0o666)
    assert modes(isolated)[f"{FILE_NAME}-wal"] == 0o666
    with Workspace.open(isolated), working(isolated), renewing(isolated, 1):
        found = modes(isolated)
        assert found.pop("backups") == 0o700
        found.pop("crash-reports", None)
        assert {FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"} <= found.keys()
        assert {"vault.json", "job.lock", "renewal-1.lock"} <= found.keys()
        assert set(found.values()) == {0o600}, found
        assert set(modes(isolated / "backups").values()) == {0o600}


def test_a_new_database_is_private_under_any_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with Workspace.open(tmp_path / "new") as workspace:
            workspace.artists.add("Mira")
            assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
            for path in (tmp_path / "new").iterdir():
                assert not path.stat().st_mode & 0o077, path
    finally:
        os.umask(before)


@pytest.mark.parametrize("mode", [0o770, 0o720, 0o757, 0o702, 0o1777])
def test_a_folder_that_other_users_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "it's here"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(NotPrivate) as caught:
        Workspace.open(folder)
    assert list(folder.iterdir()) == []
    [command] = [part for part in caught.value.advice.split(": ") if "chmod" in part]
    subprocess.run(shlex.split(command.partition(". ")[0]), check=True)
    Workspace.open(folder).close()


@pytest.mark.parametrize("mode", [0o777, 0o707, 0o703])
@pytest.mark.parametrize("there", [True, False])
def test_a_folder_inside_an_open_folder_is_refused(tmp_path: Path, mode: int, there: bool) -> None:
    """Other users could replace it with their own folder."""
    above = tmp_path / "it's open"
    folder = above / "between" / "data"
    above.mkdir()
    if there:
        folder.mkdir(mode=0o700, parents=True)
    above.chmod(mode)
    with pytest.raises(NotPrivate, match="in the place of RightsDesk's data folder") as caught:
        Workspace.open(folder)
    assert str(above) in caught.value.sentence
    assert [path.name for path in above.rglob("*")] == (["between", "data"] if there else [])
    command = caught.value.advice.partition("write there: ")[2]
    subprocess.run(shlex.split(command), check=True)
    Workspace.open(folder).close()


def test_folders_along_a_link_count(tmp_path: Path) -> None:
    real, above = tmp_path / "real", tmp_path / "open"
    real.mkdir(mode=0o700)
    above.mkdir()
    (above / "data").symlink_to(real)
    above.chmod(0o777)
    with pytest.raises(NotPrivate):
        Workspace.open(above / "data")
    above.chmod(0o700)
    (real / "inside").mkdir(mode=0o700)
    (above / "inner").symlink_to(real / "inside")
    real.chmod(0o777)
    with pytest.raises(NotPrivate, match=str(real)):
        Workspace.open(above / "inner")


def test_a_data_folder_inside_a_sticky_folder_is_accepted(tmp_path: Path) -> None:
    """As in /tmp: other users may write there, but not move a file of another user."""
    tmp_path.chmod(0o1777)
    Workspace.open(tmp_path / "data").close()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("number", "name", "members", "refused"),
    [
        (1000, "mira", (), False),
        (1000, "mira", ("mira",), False),
        (1000, "mira", ("mira", "ivo"), True),
        (100, "users", (), True),
        (0, "wheel", ("ivo",), False),
    ],
)
def test_a_writable_group_counts_if_it_has_other_members(
    monkeypatch: pytest.MonkeyPatch, number: int, name: str, members: tuple[str, ...], refused: bool
) -> None:
    """Mode 0775 is usual if each user has a private group."""
    monkeypatch.setattr("pwd.getpwuid", lambda _: SimpleNamespace(pw_name="mira"))
    group = SimpleNamespace(gr_name=name, gr_mem=list(members))
    monkeypatch.setattr("grp.getgrgid", lambda _: group)
    found = os.stat_result((stat.S_IFDIR | 0o775, 1, 1, 2, 1000, number, 0, 0, 0, 0))
    assert data_folder._others_write(found) is refused


def test_newly_created_parent_folders_are_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Workspace.open(tmp_path / "a" / "b").close()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_a_folder_with_other_files_is_not_made_private(tmp_path: Path) -> None:
    (tmp_path / "theirs.txt").write_text("hello")
    tmp_path.chmod(0o777)
    with pytest.raises(NotPrivate) as caught:
        Workspace.open(tmp_path)
    assert "chmod" not in caught.value.advice
    assert "--data-dir" in caught.value.advice


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "song.flac"
    file.write_bytes(b"fLaC")
    with pytest.raises(NotAFolder, match="is a file"):
        Workspace.open(file)
    assert file.read_bytes() == b"fLaC"


def test_a_broken_link_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(tmp_path / "unplugged" / "data")
    with pytest.raises(NotAFolder, match="unplugged"):
        Workspace.open(tmp_path / "data")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_folder_with_only_our_files_becomes_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    Workspace.open(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o755)
    Workspace.open(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_with_other_files_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("mine")
    (tmp_path / "other.txt").chmod(0o644)
    tmp_path.chmod(0o755)
    Workspace.open(tmp_path).close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    found = modes(tmp_path)
    assert found.pop("other.txt") == 0o644
    assert not any(mode & 0o077 for mode in found.values())


def test_each_file_in_the_data_folder_is_known(
    workspace: Workspace, koval: Artist, sign_in: SignIn, isolated: Path
) -> None:
    """`data_folder` has to name every new kind of file, or its mode would stay open."""
    sign_in(koval)
    assert data_folder._holds_ours_only(isolated), modes(isolated)


def test_a_file_of_another_user_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Workspace.open(tmp_path).close()
    (tmp_path / FILE_NAME).chmod(0o666)

    def refused(_self: Path, _mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.raises(NotPrivate, match="Another user owns"):
        Workspace.open(tmp_path)


def test_deleting_overwrites_under_every_build_of_sqlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some builds of SQLite always overwrite, so the content alone would prove nothing."""
    asked: list[str] = []
    real = database._set

    def noted(connection: sqlite3.Connection, pragma: str) -> None:
        asked.append(pragma)
        real(connection, pragma)

    monkeypatch.setattr(database, "_set", noted)
    opened = Database(tmp_path / FILE_NAME)
    with opened.read() as connection:
        assert connection.execute(text("PRAGMA secure_delete")).scalar() == 1
    opened.close()
    assert "secure_delete=ON" in asked


def test_deleted_content_is_overwritten(tmp_path: Path) -> None:
    database = Database(tmp_path / FILE_NAME)
    database.migrate()
    with database.read() as connection:
        assert connection.execute(text("PRAGMA secure_delete")).scalar() == 1
    database.close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.fixture
def open_files(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Files in the data folder that other users may open, checked when each is created.

    The umask restricts nothing. A later check would be too late: another program may have opened
    the file by then.
    """
    found: list[str] = []
    mkdir, opened = os.mkdir, os.open

    def noted(path: object, mode: int) -> None:
        if str(path).startswith(str(isolated)) and mode & 0o077:
            found.append(f"{path} {stat.S_IMODE(mode):o}")

    def make_folder(path: str, *args: Any, **more: Any) -> None:
        mkdir(path, *args, **more)
        noted(path, os.stat(path).st_mode)

    def open_file(path: str, flags: int, *args: Any, **more: Any) -> int:
        descriptor = opened(path, flags, *args, **more)
        if flags & os.O_CREAT:
            noted(path, os.fstat(descriptor).st_mode)
        return descriptor

    monkeypatch.setattr(os, "mkdir", make_folder)
    monkeypatch.setattr(os, "open", open_file)
    before = os.umask(0)
    yield found
    os.umask(before)


def test_every_file_is_private_from_its_creation(
    open_files: list[str], isolated: Path, tmp_path: Path
) -> None:
    """Covers a first start, a job, a backup, a restore over existing data, and a crash report."""
    with Workspace.open(isolated) as workspace:
        workspace.artists.add("Mira")
        workspace.jobs.apply(workspace.jobs.plan_tag(Filter()))
        saved = workspace.back_up(str(tmp_path / "one.backup"))
    shutil.rmtree(isolated / "backups", ignore_errors=True)
    Workspace.restore(str(saved), isolated)
    with Workspace.open(isolated) as workspace:
        workspace.artists.add("Mira again")
        crash_reports.keep(isolated, ValueError("nothing"))
    assert open_files == []
    for folder, folders, files in os.walk(isolated):
        for name in (*folders, *files):
            assert not os.stat(os.path.join(folder, name)).st_mode & 0o077, name
    assert {"backups", "crash-reports"} <= {path.name for path in isolated.iterdir()}
