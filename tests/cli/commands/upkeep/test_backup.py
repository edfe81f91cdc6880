"""`backup`, `restore`, and a damaged database: messages, JSON document, exit code."""

import json
import subprocess
import sys
from pathlib import Path

from rightsdesk.store.database import FILE_NAME

PROJECT = Path(__file__).resolve().parents[4]


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rightsdesk", *arguments],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def artists() -> list[str]:
    done = program("artist", "list", "--json")
    return [artist["name"] for artist in json.loads(done.stdout)["artists"]]


def test_a_backup_and_its_restore(isolated: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    assert program("artist", "add", "Mira").returncode == 0
    done = program("backup", str(file), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"file": str(file), "bytes": file.stat().st_size}
    assert "key" in done.stderr
    again = program("backup", str(file))
    assert again.returncode == 2
    assert "--yes" in again.stderr
    assert program("backup", str(file), "--yes").returncode == 0
    assert program("artist", "add", "Ivo").returncode == 0

    asked = program("restore", str(file))
    assert asked.returncode == 2
    assert set(artists()) == {"Ivo", "Mira"}
    back = program("restore", str(file), "--yes", "--json")
    assert back.returncode == 0, back.stderr
    document = json.loads(back.stdout)
    assert document["artists"] == 1
    assert Path(document["kept"]).is_file()
    assert "older" in back.stderr
    assert artists() == ["Mira"]

    (tmp_path / "letter.txt").write_text("Dear Mira")
    wrong = program("restore", str(tmp_path / "letter.txt"), "--yes", "--json")
    assert wrong.returncode == 3
    assert json.loads(wrong.stdout)["error"]["cause"] == "no-backup"


def test_a_backup_is_checked_before_the_confirmation_is_asked_for(
    isolated: Path, tmp_path: Path
) -> None:
    assert program("artist", "add", "Mira").returncode == 0
    (tmp_path / "no.backup").write_bytes(b"a letter")
    for name, sentence, code, cause in (
        ("nope", "There is no file", 2, "not-found"),
        ("no.backup", "is no backup of", 3, "no-backup"),
    ):
        done = program("restore", str(tmp_path / name), "--json")
        error = json.loads(done.stdout)["error"]
        assert (done.returncode, error["cause"]) == (code, cause)
        assert sentence in error["sentence"]
        assert error["untouched"]
        assert error["advice"]
    file = tmp_path / "one.backup"
    assert program("backup", str(file)).returncode == 0
    asked = program("restore", str(file), "--json")
    assert asked.returncode == 2
    assert "a backup with 1 artist." in json.loads(asked.stdout)["error"]["advice"]
    assert not list((isolated / "backups").glob("*before-restore*"))


def test_a_failed_backup_says_what_to_do(isolated: Path, tmp_path: Path) -> None:
    assert program("artist", "add", "Mira").returncode == 0
    for place, what in (
        (tmp_path / "nowhere" / "x", f"Make the folder {tmp_path / 'nowhere'} first"),
        (tmp_path, "Name a file"),
    ):
        done = program("backup", str(place), "--json")
        assert done.returncode == 1
        error = json.loads(done.stdout)["error"]
        assert what in error["advice"]
        assert error["untouched"]
    assert isolated.is_dir()


def test_a_damaged_database_gives_a_message_a_document_and_3(isolated: Path) -> None:
    assert program("artist", "add", "Mira").returncode == 0
    content = bytearray((isolated / FILE_NAME).read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    (isolated / FILE_NAME).write_bytes(content)
    for command in ("status", "problems", "jobs", "look"):
        done = program(command, "--json")
        assert done.returncode == 3
        document = json.loads(done.stdout)
        assert set(document) == {"error"}
        assert document["error"]["cause"] == "database-damaged"
        assert "rightsdesk restore" in document["error"]["advice"]
        assert "Traceback" not in done.stderr
