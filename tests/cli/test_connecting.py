"""Connecting platforms that want a password, and being told what a platform wants."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rightsdesk.practice.bluesky import PracticeBluesky
from tests.cli.test_whole_job import Desk

HANDLE = "koval.example"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.json("artist", "add", "Mira Koval")
    return desk


@pytest.fixture
def bluesky() -> Iterator[PracticeBluesky]:
    with PracticeBluesky({HANDLE: {}}) as server:
        yield server


def test_an_account_by_password_is_connected_set_and_undone(
    desk: Desk, bluesky: PracticeBluesky
) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url)
    password = bluesky.app_password(HANDLE)
    done = desk("account", "add", *where, "--secret-stdin", "--json", typed=password + "\n")
    assert done.code == 0, done
    assert done.json["account"]["platform"] == "bluesky"
    assert password not in done.out + done.err
    desk.json("consent", "set", "--preset", "no-ai", "--yes")
    synced = desk.json("sync", "--yes")
    assert synced["counts"] == {"done": 1}
    assert desk.json("sync", "--yes")["counts"] == {"unchanged": 1}
    undone = desk.json("undo", "--yes")
    assert undone["counts"] == {"done": 1}


def test_an_account_shows_in_status_without_any_music(desk: Desk, bluesky: PracticeBluesky) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url)
    password = bluesky.app_password(HANDLE)
    desk("account", "add", *where, "--secret-stdin", typed=password + "\n")
    desk.json("consent", "set", "--preset", "no-ai", "--yes")
    before = desk.json("status")
    assert before["rows"] == []
    [account] = before["accounts"]
    assert (account["artist"], account["platform"]) == ("Mira Koval", "bluesky")
    assert [state["standing"] for state in account["states"]] == ["silent"]
    assert [problem["kind"] for problem in desk.json("problems")["problems"]] == ["silent"]
    desk.json("sync", "--yes")
    [after] = desk.json("status")["accounts"]
    [state] = after["states"]
    assert state["standing"] == "agrees"
    assert state["says"]
    assert state["evidence"] == "api"
    assert state["seen_at"]
    assert "✓ agrees" in desk("status").out
    assert desk.json("problems")["problems"] == []


def test_an_account_that_has_to_be_connected_again_says_so_everywhere(
    desk: Desk, bluesky: PracticeBluesky
) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url)
    password = bluesky.app_password(HANDLE)
    desk("account", "add", *where, "--secret-stdin", typed=password + "\n")
    desk.json("consent", "set", "--preset", "no-ai", "--yes")
    bluesky.revoke(HANDLE)
    assert desk("sync", "--yes").code == 1
    asked = len(bluesky.seen)
    for command in (("account", "list"), ("status",), ("problems",), ("sync", "--yes")):
        done = desk(*command)
        assert "onnect" in done.out + done.err, (command, done)
        assert HANDLE in done.out + done.err, (command, done)
    assert [one["state"] for one in desk.json("status")["accounts"]] == ["reconnect"]
    assert len(bluesky.seen) == asked


def test_a_wrong_password_is_told_and_nothing_is_kept(desk: Desk, bluesky: PracticeBluesky) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url)
    refused = desk("account", "add", *where, "--secret-stdin", typed="wrong\n")
    assert refused.code == 1
    assert desk.json("account", "list")["accounts"] == []


@pytest.mark.parametrize(("platform", "wants"), [("bluesky", "identifier"), ("youtube", "client")])
def test_what_a_platform_wants_is_told(desk: Desk, platform: str, wants: str) -> None:
    refused = desk("account", "add", platform)
    assert refused.code == 2
    assert wants in refused.err


def test_a_client_id_that_can_be_none_is_told_before_a_secret_is_asked_for(desk: Desk) -> None:
    refused = desk("account", "add", "soundcloud", "--client-id", "https://soundcloud.com/you/apps")
    assert refused.code == 2
    assert "This is an address." in refused.err
    assert "register an app" in refused.err


def test_a_password_that_no_longer_holds_is_replaced(desk: Desk, bluesky: PracticeBluesky) -> None:
    where = ("bluesky", "--identifier", HANDLE, "--base-url", bluesky.base_url)
    first = bluesky.app_password(HANDLE)
    desk("account", "add", *where, "--secret-stdin", "--json", typed=first + "\n")
    bluesky.revoke(HANDLE)
    new = bluesky.app_password(HANDLE)
    again = desk("account", "reconnect", "bluesky", "--secret-stdin", "--json", typed=new + "\n")
    assert again.code == 0, again
    (account,) = desk.json("account", "list")["accounts"]
    assert account["state"] == "connected"
