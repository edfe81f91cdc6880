"""RightsDesk's own files are readable by their owner only, also in an existing folder."""

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
from rightsdesk.workspace.types import Artist, Filter
from tests.workspace.conftest import SignIn

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has access rules instead")


def modes(folder: Path) -> dict[str, int]:
    return {one.name: stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()}


def open_all(folder: Path) -> None:
    for one in folder.iterdir():
        one.chmod(0o666)


def test_everything_there_is_made_private(
    workspace: Workspace, koval: Artist, sign_in: SignIn, isolated: Path
) -> None:
    sign_in(koval)
    (isolated / "backups").mkdir(exist_ok=True)
    (isolated / "backups" / "one.sqlite3").write_bytes(b"")
    open_all(isolated / "backups")
    (isolated / "backups").chmod(0o755)
    for one in isolated.iterdir():
        if one.is_file():
            one.chmod(0o666)
    assert modes(isolated)[f"{FILE_NAME}-wal"] == 0o666
    with Workspace.open(isolated), working(isolated), renewing(isolated, 1):
        found = modes(isolated)
        assert found.pop("backups") == 0o700
        found.pop("crash-reports", None)
        assert {FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"} <= found.keys()
        assert {"vault.json", "job.lock", "renewal-1.lock"} <= found.keys()
        assert set(found.values()) == {0o600}, found
        assert set(modes(isolated / "backups").values()) == {0o600}


def test_a_new_database_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with Workspace.open(tmp_path / "new") as workspace:
            workspace.artists.add("Mira")
            assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
            for one in (tmp_path / "new").iterdir():
                assert not one.stat().st_mode & 0o077, one
    finally:
        os.umask(before)


@pytest.mark.parametrize("mode", [0o770, 0o720, 0o757, 0o702, 0o1777])
def test_a_folder_that_others_may_write_is_refused(tmp_path: Path, mode: int) -> None:
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
def test_a_folder_below_an_open_one_is_refused(tmp_path: Path, mode: int, there: bool) -> None:
    """Others could put a folder of theirs in its place."""
    above = tmp_path / "it's open"
    folder = above / "between" / "data"
    above.mkdir()
    if there:
        folder.mkdir(mode=0o700, parents=True)
    above.chmod(mode)
    with pytest.raises(NotPrivate, match="in the place of RightsDesk's data folder") as caught:
        Workspace.open(folder)
    assert str(above) in caught.value.sentence
    assert [one.name for one in above.rglob("*")] == (["between", "data"] if there else [])
    command = caught.value.advice.partition("write there: ")[2]
    subprocess.run(shlex.split(command), check=True)
    Workspace.open(folder).close()


def test_what_a_link_leads_through_counts(tmp_path: Path) -> None:
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


def test_a_sticky_folder_keeps_what_is_in_it(tmp_path: Path) -> None:
    """As /tmp: others may write there, and not move what is another's."""
    tmp_path.chmod(0o1777)
    Workspace.open(tmp_path / "data").close()


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
def test_a_group_that_has_others_in_it_counts(
    monkeypatch: pytest.MonkeyPatch, number: int, name: str, members: tuple[str, ...], refused: bool
) -> None:
    """A folder of mode 0775 is usual where each person has a group of their own."""
    monkeypatch.setattr("pwd.getpwuid", lambda _: SimpleNamespace(pw_name="mira"))
    group = SimpleNamespace(gr_name=name, gr_mem=list(members))
    monkeypatch.setattr("grp.getgrgid", lambda _: group)
    found = os.stat_result((stat.S_IFDIR | 0o775, 1, 1, 2, 1000, number, 0, 0, 0, 0))
    assert data_folder._others_write(found) is refused


def test_folders_that_are_made_on_the_way_are_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Workspace.open(tmp_path / "a" / "b").close()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_a_folder_of_other_things_is_not_to_be_closed_to_others(tmp_path: Path) -> None:
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


def test_a_link_to_nothing_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(tmp_path / "unplugged" / "data")
    with pytest.raises(NotAFolder, match="unplugged"):
        Workspace.open(tmp_path / "data")
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


def test_a_folder_with_nothing_else_in_it_becomes_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    Workspace.open(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o755)
    Workspace.open(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_with_other_things_keeps_its_mode(tmp_path: Path) -> None:
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
    """A new kind of file has to be named in `data_folder`, or its mode would stay open."""
    sign_in(koval)
    assert data_folder._holds_ours_only(isolated), modes(isolated)


def test_a_file_of_somebody_else_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Workspace.open(tmp_path).close()
    (tmp_path / FILE_NAME).chmod(0o666)

    def refused(_self: Path, _mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.raises(NotPrivate, match="Another user owns"):
        Workspace.open(tmp_path)


def test_deleting_overwrites_whatever_sqlite_was_built_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some builds of SQLite overwrite by themselves, so that the content alone shows nothing."""
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


def test_what_is_deleted_is_overwritten(tmp_path: Path) -> None:
    database = Database(tmp_path / FILE_NAME)
    database.migrate()
    with database.read() as connection:
        assert connection.execute(text("PRAGMA secure_delete")).scalar() == 1
    database.close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.fixture
def open_ones(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Files that others may open in the data folder, checked when each is created.

    The umask restricts nothing. A later check would be too late: someone may have opened the file
    by then.
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


def test_nothing_is_open_to_others_from_the_moment_it_is_made(
    open_ones: list[str], isolated: Path, tmp_path: Path
) -> None:
    """By a first start, a job, a backup, a restore over data that are there, and a crash report."""
    with Workspace.open(isolated) as workspace:
        workspace.artists.add("Mira")
        workspace.jobs.apply(workspace.jobs.plan_tag(Filter()))
        saved = workspace.back_up(str(tmp_path / "one.backup"))
    shutil.rmtree(isolated / "backups", ignore_errors=True)
    Workspace.restore(str(saved), isolated)
    with Workspace.open(isolated) as workspace:
        workspace.artists.add("Mira again")
        crash_reports.keep(isolated, ValueError("nothing"))
    assert open_ones == []
    for folder, folders, files in os.walk(isolated):
        for name in (*folders, *files):
            assert not os.stat(os.path.join(folder, name)).st_mode & 0o077, name
    assert {"backups", "crash-reports"} <= {one.name for one in isolated.iterdir()}
