"""Connecting platforms with a password, and instructions for each platform."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paramiko
import pytest

from rightsdesk.practice.bluesky import PracticeBluesky
from rightsdesk.practice.website import PracticeWebsite
from rightsdesk.store.database import FILE_NAME
from tests.cli.test_whole_job import CommandLine
from tests.platforms.sites.sftp_server import sftp_server

HANDLE = "koval.example"


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    cli = CommandLine(tmp_path)
    cli.json("artist", "add", "Mira Koval")
    return cli


@pytest.fixture
def bluesky() -> Iterator[PracticeBluesky]:
    with PracticeBluesky({HANDLE: {}}) as server:
        yield server


def test_an_account_with_a_password_is_connected_written_and_undone(
    cli: CommandLine, bluesky: PracticeBluesky
) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url, "--yes")
    password = bluesky.app_password(HANDLE)
    done = cli("account", "add", *where, "--secret-stdin", "--json", typed=password + "\n")
    assert done.code == 0, done
    assert done.json["account"]["platform"] == "bluesky"
    assert password not in done.out + done.err
    cli.json("consent", "set", "--preset", "no-ai", "--yes")
    synced = cli.json("sync", "--yes")
    assert synced["counts"] == {"done": 1}
    assert cli.json("sync", "--yes")["counts"] == {"unchanged": 1}
    undone = cli.json("undo", "--yes", "--allow-widening")
    assert undone["counts"] == {"done": 1}


def test_an_account_shows_in_status_without_any_music(
    cli: CommandLine, bluesky: PracticeBluesky
) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url)
    password = bluesky.app_password(HANDLE)
    cli("account", "add", *where, "--secret-stdin", typed=password + "\n")
    cli.json("consent", "set", "--preset", "no-ai", "--yes")
    before = cli.json("status")
    assert before["rows"] == []
    [account] = before["accounts"]
    assert (account["artist"], account["platform"]) == ("Mira Koval", "bluesky")
    assert [state["standing"] for state in account["states"]] == ["silent"]
    assert [problem["kind"] for problem in cli.json("problems")["problems"]] == ["silent"]
    cli.json("sync", "--yes")
    [after] = cli.json("status")["accounts"]
    [state] = after["states"]
    assert state["standing"] == "agrees"
    assert state["says"]
    assert state["evidence"] == "api"
    assert state["seen_at"]
    assert "✓ says it" in cli("status").out
    assert cli.json("problems")["problems"] == []


def test_an_account_that_has_to_be_reconnected_is_shown_everywhere(
    cli: CommandLine, bluesky: PracticeBluesky
) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url)
    password = bluesky.app_password(HANDLE)
    cli("account", "add", *where, "--secret-stdin", typed=password + "\n")
    cli.json("consent", "set", "--preset", "no-ai", "--yes")
    bluesky.revoke(HANDLE)
    assert cli("sync", "--yes").code == 1
    asked = len(bluesky.seen)
    for command in (("account", "list"), ("status",), ("problems",), ("sync", "--yes")):
        done = cli(*command)
        assert "onnect" in done.out + done.err, (command, done)
        assert HANDLE in done.out + done.err, (command, done)
    assert [account["state"] for account in cli.json("status")["accounts"]] == ["reconnect"]
    assert len(bluesky.seen) == asked


def test_an_outage_shows_its_date_everywhere(cli: CommandLine, bluesky: PracticeBluesky) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url)
    password = bluesky.app_password(HANDLE)
    cli("account", "add", *where, "--secret-stdin", typed=password + "\n")
    cli.json("consent", "set", "--preset", "no-ai", "--yes")
    bluesky.close()
    assert cli("look").code == 1
    [account] = cli.json("account", "list")["accounts"]
    since, why = account["unread_since"], account["unread_why"]
    assert datetime.fromisoformat(since).tzinfo is not None
    assert "Bluesky" in why
    [status] = cli.json("status")["accounts"]
    assert (status["unread_since"], status["unread_why"]) == (since, why)
    problems = cli.json("problems")["problems"]
    assert [problem["since"] for problem in problems if problem["kind"] == "unread"] == [since]
    for command in (("account", "list"), ("status",), ("problems",)):
        words = " ".join(cli(*command).out.split())
        assert f"could not be read since {since[:10]}" in words, command


def test_an_outdated_observation_is_unknown_with_its_date(
    cli: CommandLine, bluesky: PracticeBluesky
) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url)
    password = bluesky.app_password(HANDLE)
    cli("account", "add", *where, "--secret-stdin", typed=password + "\n")
    cli.json("consent", "set", "--preset", "no-ai", "--yes")
    cli.json("sync", "--yes")
    assert "✓ says it" in cli("status").out
    day = (datetime.now(UTC) - timedelta(days=8)).isoformat(timespec="seconds")
    with closing(sqlite3.connect(cli.data / FILE_NAME)) as database:
        database.execute("UPDATE items SET seen_at = ?", (day,))
        database.commit()
    assert f"? unknown, last read {day[:10]}" in cli("status").out
    problems = cli.json("problems")["problems"]
    assert [(problem["kind"], problem["since"]) for problem in problems] == [("old", day)]
    assert cli("look").code == 0
    assert "✓ says it" in cli("status").out


@pytest.mark.parametrize("option", ["--json", "--artist=Mira Koval"])
def test_a_login_named_like_another_artist_is_refused_without_a_terminal(
    cli: CommandLine, bluesky: PracticeBluesky, option: str
) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url, "--secret-stdin")
    add = ("account", "add", *where, "--artist=Mira Koval", option)
    cli("artist", "add", HANDLE)
    refused = cli(*add, typed=bluesky.app_password(HANDLE) + "\n")
    assert refused.code == 2
    assert f"“{HANDLE}”" in refused.err
    assert "add --yes" in refused.err
    assert cli.json("account", "list")["accounts"] == []
    assert cli(*add, "--yes", typed=bluesky.app_password(HANDLE) + "\n").code == 0


def test_a_login_with_an_unknown_name_is_accepted_in_a_script_and_reported(
    cli: CommandLine, bluesky: PracticeBluesky
) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url, "--secret-stdin")
    done = cli("account", "add", *where, typed=bluesky.app_password(HANDLE) + "\n")
    assert done.code == 0
    assert f"The login is named “{HANDLE}”: check that it is Mira Koval's." in done.err


@pytest.mark.parametrize("answer", ["y", "n"])
def test_a_login_with_another_name_is_a_question_at_a_terminal(
    cli: CommandLine, bluesky: PracticeBluesky, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr("rightsdesk.cli.commands.accounts.is_interactive", lambda: True)
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url, "--secret-stdin")
    done = cli("account", "add", *where, typed=f"{bluesky.app_password(HANDLE)}\n{answer}\n")
    assert f"“{HANDLE}”. Is that Mira Koval's? [y/N]" in done.err
    assert done.code == (0 if answer == "y" else 130)
    states = [account["state"] for account in cli.json("account", "list")["accounts"]]
    assert states == (["connected"] if answer == "y" else [])


def test_a_wrong_password_is_reported_and_nothing_is_stored(
    cli: CommandLine, bluesky: PracticeBluesky
) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url)
    refused = cli("account", "add", *where, "--secret-stdin", typed="wrong\n")
    assert refused.code == 1
    assert cli.json("account", "list")["accounts"] == []


def test_a_failing_proxy_while_connecting_keeps_its_own_advice(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1080")
    where = ("wordpress", "--identifier", "koval", "--base-url", "https://koval.example")
    refused = cli("account", "add", *where, "--secret-stdin", typed="s3cret\n")
    assert refused.code == 1
    assert "The proxy socks5://127.0.0.1:1080 (setting https_proxy)" in refused.err
    assert "Name an HTTP proxy instead" in refused.err
    assert "internet connection" not in refused.err


@pytest.mark.parametrize(("platform", "wants"), [("bluesky", "identifier"), ("youtube", "client")])
def test_the_fields_of_a_platform_are_explained(
    cli: CommandLine, platform: str, wants: str
) -> None:
    refused = cli("account", "add", platform)
    assert refused.code == 2
    assert wants in refused.err


def test_an_invalid_client_id_is_reported_before_a_secret_is_asked_for(cli: CommandLine) -> None:
    refused = cli("account", "add", "soundcloud", "--client-id", "https://soundcloud.com/you/apps")
    assert refused.code == 2
    assert "This is an address." in refused.err
    assert "register an app" in refused.err


def test_a_password_that_is_no_longer_valid_is_replaced(
    cli: CommandLine, bluesky: PracticeBluesky
) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url)
    first = bluesky.app_password(HANDLE)
    cli("account", "add", *where, "--secret-stdin", "--yes", typed=first + "\n")
    bluesky.revoke(HANDLE)
    new = bluesky.app_password(HANDLE)
    again = cli("account", "reconnect", "bluesky", "--secret-stdin", "--json", typed=new + "\n")
    assert again.code == 0, again
    (account,) = cli.json("account", "list")["accounts"]
    assert account["state"] == "connected"


PASSWORD = "an-sftp-password"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, ...]]:
    """Arguments of `account add` for a site whose folder is on an SFTP server."""
    monkeypatch.setenv("HOME", str(tmp_path))  # no known hosts of a person
    (tmp_path / "www").mkdir()
    with (
        PracticeWebsite(tmp_path / "www", title="Mira Koval") as web,
        sftp_server(tmp_path, PASSWORD, KEY) as port,
    ):
        address = f"sftp://mara@127.0.0.1:{port}/www"
        yield ("own_site", "--identifier", address, "--base-url", web.base_url)


KEY = paramiko.ECDSAKey.generate()


def test_a_new_sftp_server_needs_a_confirmed_fingerprint(
    cli: CommandLine, site: tuple[str, ...]
) -> None:
    add = ("account", "add", *site, "--secret-stdin", "--json", "--yes")
    done = cli(*add, typed=PASSWORD + "\n")
    assert done.code == 1
    assert done.json["error"]["cause"] == "unknown-host"
    assert KEY.fingerprint in done.json["error"]["sentence"]
    assert f"--accept-fingerprint {KEY.fingerprint}" in done.json["error"]["advice"]
    wrong = "SHA256:" + "A" * 43
    other = cli(*add, "--accept-fingerprint", wrong, typed=PASSWORD + "\n")
    assert other.code == 1
    assert "another key" in other.json["error"]["sentence"]
    odd = cli(*add, "--accept-fingerprint", "yes", typed=PASSWORD + "\n")
    assert odd.code == 2
    assert cli.json("account", "list")["accounts"] == []
    agreed = cli(*add, "--accept-fingerprint", KEY.fingerprint, typed=PASSWORD + "\n")
    assert agreed.code == 0, agreed
    assert cli("account", "check").code == 0, "the server is known from now on"


@pytest.mark.parametrize("answer", ["y", "n"])
def test_a_person_is_asked_whether_the_fingerprint_is_right(
    cli: CommandLine, site: tuple[str, ...], answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rightsdesk.cli.commands.accounts.is_interactive", lambda: True)
    add = ("account", "add", *site, "--secret-stdin", "--yes")
    done = cli(*add, typed=f"{PASSWORD}\n{answer}\n")
    assert KEY.fingerprint in done.err
    assert done.code == (0 if answer == "y" else 130), done
    assert len(cli.json("account", "list")["accounts"]) == (answer == "y")
