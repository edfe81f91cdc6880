"""The vault: secrets are restored, stay secret, and each refusal has its own message."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import traceback
from dataclasses import replace
from pathlib import Path

import keyring
import keyring.core
import keyring.errors
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from hypothesis import given
from hypothesis import strategies as st
from keyring.backends.chainer import ChainerBackend

from rightsdesk.roster import passphrases, system_keyring, vault_file
from rightsdesk.roster.passphrase_prompts import PassphraseQuestion, PromptReason
from rightsdesk.roster.vault import (
    Cost,
    KeyMissing,
    KeyringAbsent,
    KeyringDenied,
    KeyringLocked,
    PassphraseNeeded,
    PassphraseTooWeak,
    SecretDamaged,
    Vault,
    VaultDamaged,
    VaultError,
    WrongPassphrase,
)
from rightsdesk.roster.vault_file import VaultFile

CHEAP = Cost(n=2, r=1, p=1)
HOME = b'{"platform": "soundcloud"}'
TOKEN = b'{"access_token": "2-298765-very-secret"}'


class BlobStore(dict[int, bytes]):
    """A store for blobs, in memory."""

    def put(self, account_id: int, blob: bytes) -> None:
        self[account_id] = blob

    def delete(self, account_id: int) -> None:
        self.pop(account_id, None)

    def all(self) -> dict[int, tuple[bytes, bytes]]:
        return {number: (blob, HOME) for number, blob in self.items()}

    def exchange(self, account_id: int, old: bytes, new: bytes) -> None:
        if self[account_id] == old:
            self[account_id] = new


class MemoryKeyring:
    """A keyring that works, and counts how often it is written."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.writes = 0

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.writes += 1
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class RefusingKeyring:
    """A keyring that raises what backends raise."""

    def __init__(self, error: Exception, cause: Exception | None = None) -> None:
        self._error = error
        self._cause = cause

    def get_password(self, service: str, username: str) -> str | None:
        raise self._error from self._cause

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self._error from self._cause

    def delete_password(self, service: str, username: str) -> None:
        raise self._error from self._cause


@pytest.fixture(autouse=True)
def no_passphrase_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RIGHTSDESK_PASSPHRASE", raising=False)


@pytest.fixture
def system() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def blobs() -> BlobStore:
    return BlobStore()


def vault_on(
    folder: Path,
    blobs: BlobStore,
    system: MemoryKeyring | RefusingKeyring | None,
    ask: PassphraseQuestion | None = None,
) -> Vault:
    return Vault(folder, blobs, keyring=lambda: system, ask=ask, cost=CHEAP)


# With a keyring


def test_a_secret_is_available_after_a_restart(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault_on(tmp_path, blobs, system).put(7, TOKEN, HOME)

    again = vault_on(tmp_path, blobs, system)

    assert again.get(7, HOME) == TOKEN
    assert again.kept_by == "keyring"


def test_the_keyring_gets_one_small_entry_once(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault = vault_on(tmp_path, blobs, system)
    for refresh in range(20):
        vault.put(refresh % 3, TOKEN * 100, HOME)

    (item,) = system.kept.values()
    assert system.writes == 1
    assert len(item.encode("utf-16")) < 2560


def test_two_data_folders_do_not_clash(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        vault_on(folder, blobs, system).put(1, os.fsencode(folder), HOME)

    assert len(system.kept) == 2
    assert vault_on(folders[1], blobs, system).get(1, HOME) == os.fsencode(folders[1])
    with pytest.raises(SecretDamaged):
        vault_on(folders[0], blobs, system).get(1, HOME)  # the blob of the other vault


def test_no_question_is_asked_before_there_is_a_secret(tmp_path: Path, blobs: BlobStore) -> None:
    vault = vault_on(tmp_path, blobs, RefusingKeyring(AssertionError("not yet")))

    assert vault.get(7, HOME) is None
    vault.delete(7)
    assert vault.kept_by == ""
    assert list(tmp_path.iterdir()) == []


def test_a_secret_opens_only_for_its_own_account(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault = vault_on(tmp_path, blobs, system)
    vault.put(1, TOKEN, HOME)
    blobs[2] = blobs[1]

    with pytest.raises(SecretDamaged):
        vault.get(2, HOME)


def test_a_secret_opens_only_in_its_own_vault(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    """This holds even if the other vault has the same key, say an older copy of the data."""
    vault_on(tmp_path, blobs, system).put(1, TOKEN, HOME)
    made = vault_file.read(tmp_path)
    assert made is not None
    other = "cd" * 16
    system.kept["RightsDesk", other] = system.kept["RightsDesk", made.vault_id]
    assert vault_on(tmp_path, blobs, system).get(1, HOME) == TOKEN
    vault_file.replace(tmp_path, replace(made, vault_id=other))

    with pytest.raises(SecretDamaged):
        vault_on(tmp_path, blobs, system).get(1, HOME)


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_any_changed_bit_is_detected(
    tmp_path_factory: pytest.TempPathFactory, place: int, bit: int
) -> None:
    blobs = BlobStore()
    vault = vault_on(tmp_path_factory.mktemp("data"), blobs, MemoryKeyring())
    vault.put(1, TOKEN, HOME)
    changed = bytearray(blobs[1])
    changed[place % len(changed)] ^= 1 << bit
    blobs[1] = bytes(changed)

    with pytest.raises(SecretDamaged):
        vault.get(1, HOME)


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x01short", b"\x02" + bytes(40)])
def test_bytes_that_are_no_blob_are_refused(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring, blob: bytes
) -> None:
    vault = vault_on(tmp_path, blobs, system)
    vault.unlock()
    blobs[1] = blob

    with pytest.raises(SecretDamaged):
        vault.get(1, HOME)


# Answers of a keyring


class PromptDismissedException(Exception):
    """Named as secretstorage names it."""


class KeychainDenied(OSError):
    """Named as keyring's macOS backend names it."""


REFUSALS = [
    (keyring.errors.NoKeyringError("no backend"), None, KeyringAbsent),
    (keyring.errors.InitError("no collection"), None, KeyringAbsent),
    (ConnectionRefusedError("no D-Bus"), None, KeyringAbsent),
    (keyring.errors.KeyringLocked("Failed to unlock the collection!"), None, KeyringLocked),
    (keyring.errors.KeyringLocked("Can't store"), KeychainDenied(), KeyringDenied),
    (keyring.errors.InitError("dismissed"), PromptDismissedException(), KeyringDenied),
    (keyring.errors.PasswordSetError("no"), None, KeyringDenied),
    (RuntimeError("The stub received bad data"), None, KeyringDenied),
]


@pytest.mark.parametrize(("error", "because", "expected"), REFUSALS)
def test_each_refusal_of_a_keyring_has_its_own_error(
    tmp_path: Path,
    blobs: BlobStore,
    system: MemoryKeyring,
    error: Exception,
    because: Exception | None,
    expected: type[VaultError],
) -> None:
    vault_on(tmp_path, blobs, system).put(1, TOKEN, HOME)
    before = dict(blobs)

    new = tmp_path / "new"
    new.mkdir()
    with pytest.raises(VaultError) as reading:
        vault_on(tmp_path, blobs, RefusingKeyring(error, because)).get(1, HOME)
    with pytest.raises(VaultError) as making:
        vault_on(new, blobs, RefusingKeyring(error, because)).put(1, TOKEN, HOME)

    assert (type(reading.value), type(making.value)) == (expected, expected)
    assert blobs == before
    assert list(new.iterdir()) == []


def test_an_emptied_keyring_is_not_reported_as_locked(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault_on(tmp_path, blobs, system).put(1, TOKEN, HOME)
    system.kept.clear()

    with pytest.raises(KeyMissing):
        vault_on(tmp_path, blobs, system).get(1, HOME)


@pytest.mark.parametrize("entry", ["garbage!", "c2hvcnQ="])
def test_a_damaged_keyring_entry(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring, entry: str
) -> None:
    vault_on(tmp_path, blobs, system).put(1, TOKEN, HOME)
    system.kept = dict.fromkeys(system.kept, entry)

    with pytest.raises(SecretDamaged, match="keyring"):
        vault_on(tmp_path, blobs, system).get(1, HOME)


def test_a_keyring_that_forgets_is_not_used(tmp_path: Path, blobs: BlobStore) -> None:
    class Forgetful(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            pass

    with pytest.raises(KeyringDenied):
        vault_on(tmp_path, blobs, Forgetful()).put(1, TOKEN, HOME)
    assert blobs == {}


def test_a_missing_keyring_is_not_replaced_by_a_passphrase(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault_on(tmp_path, blobs, system).put(1, TOKEN, HOME)

    with pytest.raises(KeyringAbsent):
        vault_on(tmp_path, blobs, None, ask=lambda _why: "passphrase").get(1, HOME)


def test_the_vault_file_is_missing(tmp_path: Path, blobs: BlobStore, system: MemoryKeyring) -> None:
    vault_on(tmp_path, blobs, system).put(1, TOKEN, HOME)
    (tmp_path / "vault.json").unlink()

    with pytest.raises(KeyMissing):
        vault_on(tmp_path, blobs, system).get(1, HOME)


# Which keyring is good enough


class FoundKeyring(MemoryKeyring):
    """The keyring that the library found, or that the user configured."""

    persist = "enterprise"  # as on Windows

    def __init__(self, priority: float) -> None:
        super().__init__()
        self.priority = priority


@pytest.mark.parametrize("priority", [-1, 0, 0.5])
def test_keyrings_without_storage_or_encryption_are_skipped(
    priority: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The priorities: -1 for keyring's null, 0 for its fail, 0.5 for plain text in keyrings.alt."""
    monkeypatch.setattr(keyring, "get_keyring", lambda: FoundKeyring(priority))

    assert system_keyring.find() is None


def test_the_best_of_several_keyrings_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    good = FoundKeyring(priority=5)
    monkeypatch.setattr(ChainerBackend, "backends", [FoundKeyring(priority=0.5), good])
    chain = object.__new__(ChainerBackend)
    monkeypatch.setattr(keyring, "get_keyring", lambda: chain)

    assert system_keyring.find() is good
    assert good.persist == "local machine"


# With a passphrase


def test_without_a_keyring_a_passphrase_opens_the_vault(tmp_path: Path, blobs: BlobStore) -> None:
    asked: list[str] = []

    def ask(_why: PromptReason) -> str:
        asked.append("?")
        return "Zürich 1984"

    vault = vault_on(tmp_path, blobs, None, ask)
    vault.put(1, TOKEN, HOME)
    vault.put(2, b"other", HOME)

    assert vault_on(tmp_path, blobs, None, lambda _why: "Zu\u0308rich 1984").get(1, HOME) == TOKEN
    assert (asked, vault.kept_by) == (["?"], "passphrase")


def test_the_passphrase_may_come_from_the_environment(
    tmp_path: Path, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "open sesame")
    vault_on(tmp_path, blobs, None).put(1, TOKEN, HOME)

    assert vault_on(tmp_path, blobs, None).get(1, HOME) == TOKEN


def test_a_vault_with_a_passphrase_keeps_it_when_a_keyring_appears(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault_on(tmp_path, blobs, None, lambda _why: "sesame open").put(1, TOKEN, HOME)

    assert vault_on(tmp_path, blobs, system, lambda _why: "sesame open").get(1, HOME) == TOKEN
    assert system.kept == {}


def test_a_wrong_a_missing_and_a_damaged_key_have_different_errors(
    tmp_path: Path, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeyringAbsent):
        vault_on(tmp_path, blobs, None).put(1, TOKEN, HOME)
    vault_on(tmp_path, blobs, None, lambda _why: "all right").put(1, TOKEN, HOME)

    monkeypatch.setenv("RIGHTSDESK_PASSPHRASE", "not right")
    with pytest.raises(WrongPassphrase):
        vault_on(tmp_path, blobs, None, lambda _why: "all right").get(1, HOME)
    monkeypatch.delenv("RIGHTSDESK_PASSPHRASE")
    with pytest.raises(PassphraseNeeded):
        vault_on(tmp_path, blobs, None, lambda _why: "").get(1, HOME)
    stored = json.loads((tmp_path / "vault.json").read_text())
    stored["salt"] = stored["check"]
    (tmp_path / "vault.json").write_text(json.dumps(stored))
    with pytest.raises(SecretDamaged):
        vault_on(tmp_path, blobs, None, lambda _why: "all right").get(1, HOME)


def test_a_wrong_passphrase_is_asked_for_again_with_the_reason(
    tmp_path: Path, blobs: BlobStore
) -> None:
    asked: list[PromptReason] = []
    answers = iter(["all right", "not right", "all right"])

    def ask(why: PromptReason) -> str:
        asked.append(why)
        return next(answers)

    vault_on(tmp_path, blobs, None, ask).put(1, TOKEN, HOME)
    assert vault_on(tmp_path, blobs, None, ask).get(1, HOME) == TOKEN
    assert asked == [PromptReason.NEW, PromptReason.KNOWN, PromptReason.WRONG]


def test_a_lost_passphrase_costs_only_the_logins(tmp_path: Path, blobs: BlobStore) -> None:
    """The steps that `IF_LOST` recommends work."""
    vault_on(tmp_path, blobs, None, lambda _why: "long lost").put(1, TOKEN, HOME)
    (tmp_path / "vault.json").unlink()
    vault = vault_on(tmp_path, blobs, None, lambda _why: "brand new")
    with pytest.raises(KeyMissing, match="reconnect your accounts") as raised:
        vault.get(1, HOME)
    assert "vault.json" in raised.value.sentence
    assert "keyring" not in str(raised.value)  # the key was never in a keyring
    vault.put(1, TOKEN, HOME)
    assert vault_on(tmp_path, blobs, None, lambda _why: "brand new").get(1, HOME) == TOKEN


def test_the_vault_is_opened_once_before_parallel_use(tmp_path: Path, blobs: BlobStore) -> None:
    asked: list[PromptReason] = []

    def refuse(why: PromptReason) -> str:
        asked.append(why)
        return ""

    vault_on(tmp_path, blobs, None, lambda _why: "all right").put(1, TOKEN, HOME)
    vault = vault_on(tmp_path, blobs, None, refuse)
    vault.ready([2, 3])
    assert asked == []
    with pytest.raises(PassphraseNeeded):
        vault.ready([1, 2, 3])
    assert asked == [PromptReason.KNOWN]


def test_a_guess_is_as_expensive_as_intended() -> None:
    cost = Cost()

    assert 128 * cost.n * cost.r >= 128 << 20  # bytes of memory


# Bound to its destination


def test_a_secret_opens_only_for_its_own_destination(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault = vault_on(tmp_path, blobs, system)
    vault.put(1, TOKEN, HOME)

    with pytest.raises(SecretDamaged, match="changed outside RightsDesk") as raised:
        vault.get(1, b'{"platform": "elsewhere"}')
    assert "not sent anywhere" in str(raised.value)


def _of_format_1(
    folder: Path, blobs: BlobStore, system: MemoryKeyring | None, passphrase: str
) -> None:
    """What the first version wrote: a key, and a blob that is bound only to its account."""
    vault_id, key = "ab" * 16, AESGCM.generate_key(bit_length=256)
    nonce = os.urandom(12)
    belongs = f"RightsDesk secret 1, vault {vault_id}, account 1".encode()
    blobs[1] = b"\x01" + nonce + AESGCM(key).encrypt(nonce, TOKEN, belongs)
    body: dict[str, object] = {"format": 1, "id": vault_id}
    if system is not None:
        system.kept["RightsDesk", vault_id] = base64.b64encode(key).decode()
    else:
        salt = os.urandom(16)
        derived = Scrypt(salt=salt, length=64, n=2, r=1, p=1).derive(passphrase.encode())
        sealed = nonce + AESGCM(derived[:32]).encrypt(nonce, key, vault_id.encode())
        body["scrypt"] = {"n": 2, "r": 1, "p": 1}
        check = hashlib.sha256(derived[32:]).digest()
        parts = {"salt": salt, "check": check, "sealed": sealed}
        body |= {name: base64.b64encode(part).decode() for name, part in parts.items()}
    ordered = json.dumps(body, sort_keys=True).encode()
    body["sum"] = hashlib.sha256(ordered).hexdigest()
    (folder / "vault.json").write_text(json.dumps(body))


@pytest.mark.parametrize("by", ["keyring", "passphrase"])
def test_an_older_vault_is_bound_when_opened_and_refuses_its_old_secrets_then(
    tmp_path: Path, blobs: BlobStore, by: str
) -> None:
    system = MemoryKeyring() if by == "keyring" else None
    _of_format_1(tmp_path, blobs, system, "old")
    old_file, old_blob = (tmp_path / "vault.json").read_bytes(), blobs[1]
    asked: list[PromptReason] = []

    def ask(why: PromptReason) -> str:
        asked.append(why)
        return "old"

    vault = vault_on(tmp_path, blobs, system, ask)
    assert (vault.kept_by, vault.get(1, HOME)) == (by, TOKEN)
    again = vault_on(tmp_path, blobs, system, ask)
    assert again.get(1, HOME) == TOKEN
    assert asked == ([] if system else [PromptReason.KNOWN] * 2)

    # The old secret, and the old file if the keyring knows the current format.
    blobs[1] = old_blob
    with pytest.raises(SecretDamaged):
        vault_on(tmp_path, blobs, system, ask).get(1, HOME)
    if system:
        (tmp_path / "vault.json").write_bytes(old_file)
        with pytest.raises(SecretDamaged):
            vault_on(tmp_path, blobs, system, ask).get(1, HOME)


def test_an_edited_format_makes_no_old_secret_acceptable(tmp_path: Path, blobs: BlobStore) -> None:
    vault_on(tmp_path, blobs, None, lambda _why: "a passphrase").put(1, TOKEN, HOME)
    body = json.loads((tmp_path / "vault.json").read_text())
    del body["sum"], body["keyring"]
    body["format"] = 1
    ordered = json.dumps(body, sort_keys=True).encode()
    body["sum"] = hashlib.sha256(ordered).hexdigest()
    (tmp_path / "vault.json").write_text(json.dumps(body))
    with pytest.raises(VaultDamaged):
        vault_on(tmp_path, blobs, None, lambda _why: "a passphrase").get(1, HOME)


@pytest.mark.parametrize("stop", ["exchange", "set_password", "replace"])
def test_an_interrupted_upgrade_of_the_vault_loses_nothing(
    tmp_path: Path, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    system = MemoryKeyring()
    _of_format_1(tmp_path, blobs, system, "")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(
            {"exchange": BlobStore, "set_password": MemoryKeyring, "replace": vault_file}[stop],
            stop,
            killed,
        )
        with pytest.raises(KeyboardInterrupt):
            vault_on(tmp_path, blobs, system).get(1, HOME)
    assert vault_on(tmp_path, blobs, system).get(1, HOME) == TOKEN
    assert json.loads((tmp_path / "vault.json").read_text())["format"] == 2


# A lost key, and a passphrase that helps


def test_a_new_key_replaces_a_lost_key(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault_on(tmp_path, blobs, system).put(1, TOKEN, HOME)
    system.kept.clear()
    vault = vault_on(tmp_path, blobs, system)
    with pytest.raises(KeyMissing) as raised:
        vault.unlock()
    assert raised.value.lost
    vault.start_anew()
    assert blobs == {}
    vault.put(1, TOKEN, HOME)
    assert vault_on(tmp_path, blobs, system).get(1, HOME) == TOKEN


def test_without_a_keyring_a_new_key_is_protected_by_a_passphrase(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault_on(tmp_path, blobs, system).put(1, TOKEN, HOME)
    vault = vault_on(tmp_path, blobs, None, lambda _why: "kelp and tin")
    with pytest.raises(KeyringAbsent) as raised:
        vault.get(1, HOME)
    assert raised.value.lost
    vault.start_anew()
    vault.put(1, TOKEN, HOME)
    assert vault.kept_by == "passphrase"
    assert vault_on(tmp_path, blobs, None, lambda _why: "kelp and tin").get(1, HOME) == TOKEN


def test_nothing_changes_if_no_new_key_can_be_kept(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault_on(tmp_path, blobs, system).put(1, TOKEN, HOME)
    before = (tmp_path / "vault.json").read_bytes(), dict(blobs)
    with pytest.raises(KeyringAbsent):
        vault_on(tmp_path, blobs, None, lambda _why: "").start_anew()
    with pytest.raises(PassphraseTooWeak, match="at least 8"):
        vault_on(tmp_path, blobs, None, lambda _why: "short").start_anew()
    assert ((tmp_path / "vault.json").read_bytes(), dict(blobs)) == before


def test_a_passphrase_next_to_the_keyring_opens_a_vault_without_its_entry(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault = vault_on(tmp_path, blobs, system)
    vault.put(1, TOKEN, HOME)
    vault.set_passphrase("kelp and tin")
    assert vault.kept_by == "keyring and passphrase"
    system.kept.clear()
    asked: list[PromptReason] = []

    def ask(why: PromptReason) -> str:
        asked.append(why)
        return "kelp and tin"

    assert vault_on(tmp_path, blobs, system, ask).get(1, HOME) == TOKEN
    # The keyring has the key again: the next run asks no question.
    assert vault_on(tmp_path, blobs, system, ask).get(1, HOME) == TOKEN
    assert asked == [PromptReason.KNOWN]
    # Without an answer, the error names the original cause, not a missing passphrase.
    system.kept.clear()
    with pytest.raises(KeyMissing):
        vault_on(tmp_path, blobs, system, lambda _why: "").get(1, HOME)


def test_a_passphrase_can_be_changed(tmp_path: Path, blobs: BlobStore) -> None:
    vault = vault_on(tmp_path, blobs, None, lambda _why: "kelp and tin")
    vault.put(1, TOKEN, HOME)
    with pytest.raises(PassphraseTooWeak):
        vault.set_passphrase("seven77")
    vault.set_passphrase("salt and rope")
    assert vault_on(tmp_path, blobs, None, lambda _why: "salt and rope").get(1, HOME) == TOKEN
    answers = iter(["kelp and tin", ""])
    with pytest.raises(PassphraseNeeded):
        vault_on(tmp_path, blobs, None, lambda _why: next(answers)).get(1, HOME)


def test_a_passphrase_can_be_set_before_there_is_a_secret(tmp_path: Path, blobs: BlobStore) -> None:
    vault_on(tmp_path, blobs, None).set_passphrase("kelp and tin")
    vault_on(tmp_path, blobs, None, lambda _why: "kelp and tin").put(1, TOKEN, HOME)
    assert vault_on(tmp_path, blobs, None, lambda _why: "kelp and tin").get(1, HOME) == TOKEN


def test_an_unknown_keyring_is_named(
    tmp_path: Path, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Keyring")
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    with pytest.raises(KeyringAbsent, match=r"PYTHON_KEYRING_BACKEND names .*no\.such\.Keyring"):
        Vault(tmp_path, blobs, cost=CHEAP).put(1, TOKEN, HOME)
    vault = Vault(tmp_path, blobs, cost=CHEAP, ask=lambda _why: "kelp and tin")
    vault.put(1, TOKEN, HOME)
    assert vault.kept_by == "passphrase"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("1234567", "at least 8"),
        ("       a", "at least 8"),
        ("password1", "Weak"),
        ("aaaaaaaaaaaaaaaa", "Weak"),
        ("1234567890123", "Weak"),
        ("horse battery staple kelp", "Fair"),
        ("horse battery staple kelp tin rope", "Strong"),
        ("x9$Kq!2zPw7&mB", "Strong"),
    ],
)
def test_a_hint_says_how_strong_a_passphrase_is(text: str, said: str) -> None:
    assert passphrases.hint(text).startswith(said) or said in passphrases.hint(text)
    assert bool(text) == bool(passphrases.hint(text))


# The file


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format": 1}', '{"format": "x"}', '{"format": 1, "sum": 1}']
)
def test_a_damaged_vault_file_is_named(tmp_path: Path, blobs: BlobStore, text: str) -> None:
    (tmp_path / "vault.json").write_text(text)
    blobs[1] = b"\x01"

    with pytest.raises(SecretDamaged, match=r"vault\.json"):
        vault_on(tmp_path, blobs, MemoryKeyring()).get(1, HOME)


def test_a_vault_of_a_newer_version_is_left_alone(tmp_path: Path, blobs: BlobStore) -> None:
    (tmp_path / "vault.json").write_text('{"format": 3}')

    with pytest.raises(VaultError, match="newer"):
        vault_on(tmp_path, blobs, MemoryKeyring()).put(1, TOKEN, HOME)


def test_absurd_scrypt_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="bounds"):
        Cost(n=2**40)


def test_of_two_processes_that_create_the_vault_the_first_wins(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    """Another process creates its vault while this process waits for the keyring."""

    class Slow(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            super().set_password(service, username, password)
            if self.writes == 1:
                vault_on(tmp_path, blobs, self).put(1, TOKEN, HOME)

    slow = Slow()
    vault = vault_on(tmp_path, blobs, slow)
    vault.put(2, b"mine", HOME)

    assert (vault.get(1, HOME), vault.get(2, HOME)) == (TOKEN, b"mine")
    assert [path.name for path in tmp_path.iterdir()] == ["vault.json"]


def test_a_disk_without_hard_links_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    first, second = VaultFile("aa"), VaultFile("bb")

    assert vault_file.create(tmp_path, first) == first
    assert vault_file.create(tmp_path, second) == first


# Secrets stay secret


def test_no_secret_shows_in_files_blobs_reprs_and_errors(
    tmp_path: Path, blobs: BlobStore, system: MemoryKeyring
) -> None:
    vault = vault_on(tmp_path, blobs, None, lambda _why: "passphrase-of-mine")
    vault.put(1, TOKEN, HOME)
    shown = [repr(vault), str(vars(vault)), (tmp_path / "vault.json").read_text(), repr(blobs)]
    leaking = RefusingKeyring(RuntimeError(f"could not store {TOKEN!r}"))
    other = tmp_path / "other"
    other.mkdir()
    try:
        vault_on(other, blobs, leaking).put(1, TOKEN, HOME)
    except KeyringDenied as error:
        shown += [str(error), "".join(traceback.format_exception(error))]

    assert len(shown) == 6
    for text in shown:
        assert "very-secret" not in text
        assert "passphrase-of-mine" not in text


def test_the_vault_file_is_private(tmp_path: Path, blobs: BlobStore) -> None:
    vault_on(tmp_path, blobs, MemoryKeyring()).unlock()

    assert (tmp_path / "vault.json").stat().st_mode & 0o777 == 0o600


# A real keyring

GNOME = """
from pathlib import Path
from tests.unit.roster.test_vault import BlobStore, HOME, TOKEN
from rightsdesk.roster.vault import Vault

folder, blobs = Path({folder!r}), BlobStore()
Vault(folder, blobs).put(1, TOKEN, HOME)
again = Vault(folder, blobs)
assert again.get(1, HOME) == TOKEN
print("kept by", again.kept_by)
"""


@pytest.mark.slow
def test_a_real_gnome_keyring(tmp_path: Path) -> None:
    for tool in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(tool) is None:
            pytest.skip(f"needs {tool}, which is not installed here")
    pytest.importorskip("secretstorage", reason="the Secret Service client is for Linux")
    script = tmp_path / "script.py"
    script.write_text(GNOME.format(folder=str(tmp_path)))
    private = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    for name in ("DATA", "CONFIG", "CACHE"):
        private[f"XDG_{name}_HOME"] = str(tmp_path)
    private["PYTHONPATH"] = str(Path(__file__).parents[3])
    around = {**os.environ, **private}
    del around["PYTHON_KEYRING_BACKEND"]  # this test needs the real keyring

    done = subprocess.run(
        [
            *("dbus-run-session", "--", "sh", "-c"),
            "printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
            ' && exec "$0" "$1"',
            *(sys.executable, str(script)),
        ],
        env=around,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout.strip()) == (0, "kept by keyring"), done.stderr
