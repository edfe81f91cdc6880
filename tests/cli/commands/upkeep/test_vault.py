"""A lost vault key can be replaced, and a passphrase can be set and changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import pytest

from rightsdesk.practice.bluesky import PracticeBluesky
from tests.cli.test_whole_job import CommandLine
from tests.conftest import MemoryKeyring

HANDLES = ("mirakoval.example", "saltandsignal.example")


@pytest.fixture
def bluesky() -> Iterator[PracticeBluesky]:
    with PracticeBluesky({handle: {} for handle in HANDLES}) as server:
        yield server


@pytest.fixture
def cli(tmp_path: Path, bluesky: PracticeBluesky) -> CommandLine:
    """Two artists with an account each."""
    cli = CommandLine(tmp_path)
    for name, handle in zip(("Mira Koval", "Salt & Signal"), HANDLES, strict=True):
        cli.json("artist", "add", name)
        done = add(cli, bluesky, name, handle)
        assert done.code == 0, done
    return cli


def add(cli: CommandLine, bluesky: PracticeBluesky, name: str, handle: str, *more: str) -> Any:
    where = ("--identifier", handle, "--base-url", bluesky.base_url, "--artist", name)
    typed = bluesky.app_password(handle) + "\n"
    return cli("account", "add", "bluesky", *where, "--secret-stdin", *more, typed=typed)


def test_the_check_names_the_accounts_that_need_a_new_key(
    cli: CommandLine, memory_keyring: MemoryKeyring, bluesky: PracticeBluesky
) -> None:
    memory_keyring.entries.clear()
    asked = len(bluesky.seen)
    checked = cli("account", "check", "bluesky", "--artist", "Mira Koval")
    assert checked.code == 3
    for phrase in (*HANDLES, "no longer in the keyring", "--new-vault-key"):
        assert phrase in checked.err, checked
    every = cli("account", "check")
    assert every.code == 1
    assert every.out.count("connect again") == 2
    document = cli.json("account", "check", code=1)
    assert [account["state"] for account in document["accounts"]] == ["reconnect"] * 2
    assert [account["name"] for account in document["reconnect"]] == list(HANDLES)
    assert len(bluesky.seen) == asked
    assert [account["state"] for account in cli.json("account", "list")["accounts"]] == [
        "reconnect"
    ] * 2


def test_a_keyring_that_returns_needs_nothing(
    cli: CommandLine, memory_keyring: MemoryKeyring
) -> None:
    kept = dict(memory_keyring.entries)
    memory_keyring.entries.clear()
    cli.json("account", "check", code=1)
    memory_keyring.entries.update(kept)
    assert [account["state"] for account in cli.json("account", "check")["accounts"]] == [
        "connected"
    ] * 2


@pytest.mark.parametrize("command", ["reconnect", "add"])
def test_a_new_key_is_offered_only_at_a_terminal(
    cli: CommandLine,
    bluesky: PracticeBluesky,
    memory_keyring: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    memory_keyring.entries.clear()
    monkeypatch.setattr("rightsdesk.cli.commands.upkeep.vault.is_interactive", lambda: True)
    more: tuple[str, ...] = ("--artist", "Mira Koval", "--secret-stdin")
    if command == "add":
        more += ("--identifier", HANDLES[0], "--base-url", bluesky.base_url)
    typed = f"y\n{bluesky.app_password(HANDLES[0])}\n"
    refused = cli("account", command, "bluesky", *more, typed="n\n")
    assert refused.code == 3
    done = cli("account", command, "bluesky", *more, typed=typed)
    assert done.code == 0, done
    assert "Make a new key?" in done.err
    assert HANDLES[1] in done.err
    states = {
        account["name"]: account["state"] for account in cli.json("account", "list")["accounts"]
    }
    assert states == {HANDLES[0]: "connected", HANDLES[1]: "reconnect"}


def test_a_script_requests_a_new_key_by_an_option(
    cli: CommandLine, bluesky: PracticeBluesky, memory_keyring: MemoryKeyring
) -> None:
    again = ("account", "reconnect", "bluesky", "--artist", "Mira Koval", "--secret-stdin")
    typed = bluesky.app_password(HANDLES[0]) + "\n"
    # The option does nothing if the key is there.
    assert cli(*again, "--new-vault-key", typed=typed).code == 0
    assert cli.json("account", "check")["accounts"]
    memory_keyring.entries.clear()
    without = cli(*again, typed=typed)
    assert (without.code, "--new-vault-key" in without.err) == (3, True)
    done = cli(*again, "--new-vault-key", typed=typed)
    assert done.code == 0, done
    assert f"server is {bluesky.base_url}" in done.err
    assert cli("account", "check", "bluesky", "--artist", "Mira Koval").code == 0


def test_a_passphrase_replaces_a_missing_keyring(
    cli: CommandLine, bluesky: PracticeBluesky, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())
    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "short")
    again = ("account", "reconnect", "bluesky", "--artist", "Mira Koval", "--secret-stdin")
    typed = bluesky.app_password(HANDLES[0]) + "\n"
    short = cli(*again, "--new-vault-key", typed=typed)
    assert (short.code, "at least 8 characters" in short.err) == (1, True)
    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "kelp and tin")
    assert cli(*again, "--new-vault-key", typed=typed).code == 0
    assert cli("account", "check", "bluesky", "--artist", "Mira Koval").code == 0


def test_a_passphrase_set_in_time_saves_the_accounts(
    cli: CommandLine, memory_keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = cli("vault", "passphrase", "--secret-stdin", typed="seven77\n")
    assert (short.code, "at least 8 characters" in short.err) == (1, True)
    done = cli("vault", "passphrase", "--secret-stdin", "--json", typed="kelp and tin\n")
    assert done.code == 0, done
    assert done.json["opened_by"] == ["keyring", "passphrase"]
    assert "Weak" in done.json["strength"]
    assert "kelp" not in done.out + done.err
    memory_keyring.entries.clear()
    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "kelp and tin")
    assert cli.json("account", "check")
    monkeypatch.delenv("RIGHTSDESK_PASSPHRASE")
    assert memory_keyring.entries
    assert cli.json("account", "check")


def test_the_passphrase_can_be_changed_separately(
    tmp_path: Path, bluesky: PracticeBluesky, no_keyring: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = CommandLine(tmp_path)
    cli.json("artist", "add", "Mira Koval")
    assert cli("vault", "passphrase", "--secret-stdin", typed="kelp and tin\n").code == 0
    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "kelp and tin")
    assert add(cli, bluesky, "Mira Koval", HANDLES[0]).code == 0
    done = cli("vault", "passphrase", "--secret-stdin", typed="rope under salt\n")
    assert (done.code, "Changed" in done.out) == (0, True)
    wrong = cli("account", "check", "bluesky")
    assert (wrong.code, "not the right passphrase" in wrong.err) == (3, True)
    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "rope under salt")
    assert cli("account", "check", "bluesky").code == 0


def test_without_a_terminal_the_new_passphrase_is_not_asked_for(cli: CommandLine) -> None:
    done = cli("vault", "passphrase")
    assert (done.code, "--secret-stdin" in done.err) == (3, True)
