"""`log`: what was logged, and a file for the makers that has no secrets and no names in it."""

import zipfile
from pathlib import Path

import pytest

from rightsdesk import __version__, crash_reports, log_file
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from tests.cli.fakes import run
from tests.workspace.conftest import choose

SECRET = "canary8secret1Wm5Qe9Xt2aaJf2"


@pytest.fixture
def used(workspace: Workspace, koval: Artist) -> Workspace:
    """A workspace in which a few commands ran, one of them in vain."""
    choose(workspace, koval)
    run(workspace, "tag", "--yes")
    run(workspace, "undo", "99")
    return workspace


def test_it_shows_commands_jobs_and_failures_without_names(used: Workspace) -> None:
    done = run(used, "--data-dir", str(used.data_dir), "log", "--json")
    lines = "\n".join(done.json["lines"])
    assert f"RightsDesk {__version__}: command tag" in lines
    assert "job 1, tag: {'done': 9}" in lines
    assert "(no-such-job)" in lines
    assert KOVAL not in lines
    assert str(used.data_dir.parent) not in lines
    few = run(used, "--data-dir", str(used.data_dir), "log", "--lines", "1")
    assert len(few.out.splitlines()) == 1


def test_a_saved_log_has_versions_and_crash_reports_and_no_secrets(
    used: Workspace, tmp_path: Path
) -> None:
    crash_reports.keep(used.data_dir, f"Traceback: Authorization: Bearer {SECRET}")
    reports = used.data_dir / crash_reports.FOLDER
    (reports / "older.txt").write_text(f"token={SECRET} in {Path.home()}/Music")
    target = tmp_path / "log.zip"
    done = run(used, "--data-dir", str(used.data_dir), "log", "--save", str(target), "--json")
    assert done.code == 0
    with zipfile.ZipFile(target) as bundle:
        assert bundle.namelist() == done.json["inside"]
        texts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert {"about.txt", "logs/rightsdesk.log", "crash-reports/older.txt"} <= set(texts)
    assert f"RightsDesk {__version__}\n" in texts["about.txt"]
    assert "SQLite" in texts["about.txt"]
    everything = "".join(texts.values())
    assert SECRET not in everything
    assert str(Path.home()) + "/Music" not in everything


def test_a_file_that_is_there_is_not_replaced_unasked(used: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "log.zip"
    target.write_text("mine")
    done = run(used, "log", "--save", str(target))
    assert done.code == 2
    assert target.read_text() == "mine"
    assert run(used, "log", "--save", str(target), "--yes").code == 0
    assert zipfile.is_zipfile(target)


def test_damaged_data_can_still_be_told_about(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Workspace.open(folder) as workspace:
        run(workspace, "artist", "list")
    (folder / "rightsdesk.sqlite3").write_bytes(b"broken")
    target = tmp_path / "log.zip"
    done = run(workspace, "--data-dir", str(folder), "log", "--save", str(target))
    assert done.code == 0
    assert zipfile.is_zipfile(target)


def test_without_a_log_it_says_so(workspace: Workspace, tmp_path: Path) -> None:
    done = run(workspace, "--data-dir", str(tmp_path / "none"), "log")
    assert (done.code, done.out) == (0, "Nothing was logged so far.\n")


def test_nothing_is_logged_after_the_command(used: Workspace) -> None:
    [log] = log_file.files(used.data_dir)
    before = log.read_bytes()
    log_file.note("later")
    assert log.read_bytes() == before
