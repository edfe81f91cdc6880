"""The log: no secrets and no names, limited in size, private, and never a reason to stop."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rightsdesk import __version__, log_file
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    yield
    log_file.end()


def text(folder: Path) -> str:
    return (folder / log_file.FOLDER / log_file.NAME).read_text("ascii")


class Odd(KnownError):
    cause = Cause.EMPTY


def test_a_line_says_when_who_and_what(tmp_path: Path) -> None:
    log_file.begin(tmp_path, "command scan")
    log_file.note("scan: %d new", 3)
    first, second = text(tmp_path).splitlines()
    assert first.endswith(f" {os.getpid()} INFO rightsdesk: RightsDesk {__version__}: command scan")
    assert second.endswith("INFO rightsdesk: scan: 3 new")


def test_a_failure_is_logged_by_its_cause_and_not_by_its_words(tmp_path: Path) -> None:
    log_file.begin(tmp_path, "window")
    log_file.note_failure(Odd("Mira Koval's file is gone."))
    log_file.note_failure(ValueError("/home/mira/secret.wav"))
    assert "WARNING rightsdesk: Odd (empty)\n" in text(tmp_path)
    assert "WARNING rightsdesk: ValueError\n" in text(tmp_path)
    assert "mira" not in text(tmp_path).lower()


def test_secrets_and_line_ends_of_others_do_not_get_in(tmp_path: Path) -> None:
    log_file.begin(tmp_path, "window")
    logging.getLogger("rightsdesk.platforms.http.client").warning(
        "token=%s\nforged INFO rightsdesk: %s", "canary8secret1Wm5Qe9Xt2aaJf2", "\u202eý"
    )
    assert "canary8secret" not in text(tmp_path)
    assert len(text(tmp_path).splitlines()) == 2


def test_what_others_log_is_left_out(tmp_path: Path) -> None:
    log_file.begin(tmp_path, "window")
    logging.getLogger("paramiko").warning("hello")
    logging.getLogger("rightsdesk.platforms.http.client").debug("GET https://host/tracks/1")
    assert len(text(tmp_path).splitlines()) == 1


def test_a_full_file_makes_room_for_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "MOST_BYTES", 1000)
    log_file.begin(tmp_path, "window")
    for number in range(200):
        log_file.note("line %d", number)
    found = log_file.files(tmp_path)
    assert len(found) <= log_file.KEPT + 1
    assert sum(path.stat().st_size for path in found) < 1100 * (log_file.KEPT + 1)
    lines = "".join(path.read_text() for path in found).splitlines()
    numbers = [int(line.rpartition(" ")[2]) for line in lines]
    assert numbers == list(range(numbers[0], 200)), "oldest first, and nothing between is lost"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_this_user_can_read_it(tmp_path: Path) -> None:
    log_file.begin(tmp_path, "window")
    [path] = log_file.files(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    log_file.begin(tmp_path / "gone", "window")
    log_file.note("still here")
    assert not (tmp_path / "gone").exists(), "a log does not make the data folder"
    (tmp_path / log_file.FOLDER).write_text("a file in its place")
    log_file.begin(tmp_path, "window")
