"""Signing in from a terminal, in a real process: over SSH, refused, or granted in part."""

import getpass
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

import pytest
import requests

from rightsdesk.cli.browser_sign_in import by_ssh, has_screen
from rightsdesk.practice import catalogue
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from tests.cli.test_program import PROGRAM, PROJECT, program

KOVAL, SIGNAL = catalogue.KOVAL, catalogue.SIGNAL
SSH = {"SSH_CONNECTION": "198.51.100.7 50112 192.0.2.9 22"}


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[PracticeSoundCloud]:
    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "for this test")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    program("artist", "add", KOVAL)
    with PracticeSoundCloud(catalogue.soundcloud(), redirect_uris=None) as server:
        yield server


def command(platform: PracticeSoundCloud, *more: str) -> tuple[str, ...]:
    where = ("--base-url", platform.base_url, "--client-id", CLIENT_ID, "--port", "0")
    return ("account", "add", "soundcloud", *where, "--no-browser", *more)


@contextmanager
def waiting(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=PROJECT,
        env=os.environ | dict(environment or {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def unreachable_redirect(url: str, login: str) -> str:
    """The address of the page that another computer's browser can't reach."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"{url}&account={quote(login)}", allow_redirects=False, timeout=10)
    return answer.headers["Location"]


@pytest.mark.skipif(sys.platform == "win32", reason="nothing can be pasted there")
def test_over_ssh_the_steps_are_shown_and_the_pasted_address_is_accepted(
    platform: PracticeSoundCloud,
) -> None:
    with waiting(*command(platform), environment=SSH) as process:
        assert process.stdout
        assert process.stdin
        url = process.stdout.readline().strip()
        ended = unreachable_redirect(url, KOVAL)
        port = urlsplit(ended).port
        process.stdin.write(f"\nhttp://127.0.0.1:{port}/callback?code=wrong\n{ended}\n")
        process.stdin.flush()
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "connected by ssh from 198.51.100.7" in errors
    assert f"ssh -L {port}:127.0.0.1:{port} " in errors
    assert "@192.0.2.9\n" in errors
    assert errors.count("That is not the last address of this sign-in.") == 1
    assert f"Connected SoundCloud as {KOVAL}" in errors


def test_a_custom_ssh_port_is_in_the_command() -> None:
    lines = by_ssh({"SSH_CONNECTION": "::1 1 2001:db8::9 2222"}, "http://127.0.0.1:8765/callback")
    assert any("ssh -L 8765:127.0.0.1:8765 -p 2222 " in line for line in lines)
    assert any(line.endswith("@2001:db8::9") for line in lines)
    lines = by_ssh({"SSH_CONNECTION": "a 1 $(id) 2;id"}, "http://127.0.0.1:8765/callback")
    assert f"-p '2;id' '{getpass.getuser()}@$(id)'" in lines[1]
    for none in ({}, {"SSH_CONNECTION": ""}, {"SSH_CONNECTION": "odd"}):
        assert by_ssh(none, "http://127.0.0.1:8765/callback") == []
    assert not has_screen(SSH)
    assert has_screen(SSH | {"DISPLAY": "localhost:10.0"})


def test_without_a_browser_the_output_says_what_to_register(platform: PracticeSoundCloud) -> None:
    with waiting(*command(platform)) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        lines = [process.stderr.readline() for _ in range(3)]
    assert "Waiting for your sign-in." in lines[0]
    assert "paste the address of that page here" in lines[1]
    assert "register exactly http://127.0.0.1:" in lines[2]


@pytest.mark.parametrize(
    ("client_id", "registered", "message"),
    [
        ("another", None, "SoundCloud doesn't accept the client id."),
        (
            *(CLIENT_ID, ("http://127.0.0.1:8765/callback",)),
            "SoundCloud doesn't accept the redirect address http://127.0.0.1:",
        ),
    ],
)
def test_a_request_that_the_platform_would_refuse_is_reported_at_once(
    platform: PracticeSoundCloud, client_id: str, registered: tuple[str, ...] | None, message: str
) -> None:
    platform.oauth.redirect_uris = registered
    done = program(*command(platform, "--client-id", client_id))
    assert done.returncode == 1, done
    assert done.stdout == ""
    assert message in done.stderr
    assert "/callback" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="nothing can be pasted there")
def test_an_account_is_connected_even_if_its_first_check_failed(
    platform: PracticeSoundCloud,
) -> None:
    platform.faults.add(Fault(FaultKind.ERROR, on="GET /me/tracks", status=403, times=0))
    with waiting(*command(platform, "--json")) as process:
        assert process.stdout
        assert process.stdin
        url = process.stdout.readline().strip()
        process.stdin.write(unreachable_redirect(url, KOVAL) + "\n")
        process.stdin.flush()
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors
    assert f"Connected SoundCloud as {KOVAL}" in errors
    assert "Its items could not be read yet: SoundCloud refused this" in errors
    assert "The sign-in was stored." in errors
    document = json.loads(errors[errors.index("\n{") :])
    assert document["account"]["state"] == "connected"
    assert document["account"]["unread_since"]
    assert "refused this" in document["error"]["sentence"]
    [listed] = json.loads(program("account", "list", "--json").stdout)["accounts"]
    assert listed["state"] == "connected"


@pytest.mark.skipif(sys.platform == "win32", reason="nothing can be pasted there")
def test_a_cancelled_login_ends_its_sign_in_on_the_platform(
    platform: PracticeSoundCloud,
) -> None:
    program("artist", "add", SIGNAL)
    with waiting(*command(platform, "--artist", KOVAL)) as process:
        assert process.stdout
        assert process.stdin
        url = process.stdout.readline().strip()
        process.stdin.write(unreachable_redirect(url, SIGNAL) + "\n")
        process.stdin.flush()
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 2, errors
    assert "The sign-in was ended at SoundCloud, too." in errors
    assert platform.count("POST /sign-out") == 1
