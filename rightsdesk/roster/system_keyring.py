"""The vault's entry in the operating system's keyring, and the errors of keyrings.

The keyring holds one key for all of RightsDesk's logins, written once. Windows takes at most 2,560
bytes an item. macOS asks the person once an item after an update, and forgets "Always Allow" each
time an item is written.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import keyring
import keyring.errors
from keyring.backends.chainer import ChainerBackend

from rightsdesk.roster.vault_errors import (
    KeyMissing,
    KeyringAbsent,
    KeyringDenied,
    KeyringLocked,
    KeyringUnknown,
    VaultDamaged,
    VaultError,
)

SERVICE = "RightsDesk"
KEY_BYTES = 32
CHOICE = "PYTHON_KEYRING_BACKEND"
"""keyring's own variable that selects the keyring."""

_BOUND = "2:"
"""Prefix of a key whose logins are all bound to their place. Without access to the keyring it
cannot be removed, so older logins can never become acceptable again."""

_RECOMMENDED = 1  # keyring's own threshold: below it are null, fail and plain-text files


class Keyring(Protocol):
    """The part of `keyring.backend.KeyringBackend` that RightsDesk uses."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A vault's key.

    `bound`: logins that are not bound to a place are refused. `by` is the passphrase that opened
    it, "" for the keyring.
    """

    key: bytes = field(repr=False)
    bound: bool
    by: str = field(default="", repr=False)


def find() -> Keyring | None:
    """The keyring of this system; None if none stores secrets encrypted.

    Follows the person's keyring settings, unless they would store the key in plain text. Raises
    KeyringUnknown if the settings name a keyring that does not exist.
    """
    try:
        chosen = keyring.get_keyring()
    # Importing the backend that a setting names can raise anything.
    except Exception:
        raise KeyringUnknown(os.environ.get(CHOICE, "")[:80]) from None
    candidates: list[Any] = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    for backend in candidates:
        if backend.priority >= _RECOMMENDED:
            if hasattr(type(backend), "persist"):  # Windows: do not roam between computers
                backend.persist = "local machine"
            found: Keyring = backend
            return found
    return None


def read_key(backend: Keyring, vault_id: str) -> KeptKey:
    """The stored key of a vault.

    Raises KeyMissing, VaultDamaged (there is an entry but no key), KeyringAbsent, KeyringLocked or
    KeyringDenied.
    """
    with _keyring_errors():
        kept = backend.get_password(SERVICE, vault_id)
    if not kept:
        raise KeyMissing
    try:
        key = base64.b64decode(kept.removeprefix(_BOUND), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise VaultDamaged("The key to your stored logins is damaged in the keyring.")
    return KeptKey(key, kept.startswith(_BOUND))


def keep_key(backend: Keyring, vault_id: str, key: bytes) -> None:
    """Store a vault's key in the keyring, and read it back as a check.

    Raises KeyringAbsent, KeyringLocked or KeyringDenied (also if it was not kept).
    """
    with _keyring_errors():
        written = _BOUND + base64.b64encode(key).decode("ascii")
        backend.set_password(SERVICE, vault_id, written)
    try:
        kept = read_key(backend, vault_id)
    except (KeyMissing, VaultDamaged):
        raise KeyringDenied from None
    if kept != KeptKey(key, bound=True):
        raise KeyringDenied


def forget_key(vault_id: str) -> None:
    """Delete a vault's key from the keyring, if there is a keyring and it has the key.

    Raises KeyringUnknown, KeyringAbsent, KeyringLocked or KeyringDenied.
    """
    backend = find()
    if backend is None:
        return
    with _keyring_errors():
        if backend.get_password(SERVICE, vault_id) is not None:
            backend.delete_password(SERVICE, vault_id)


@contextmanager
def _keyring_errors() -> Iterator[None]:
    """Turn a backend's exception into one of our errors, without its text."""
    try:
        yield
    except VaultError:
        raise
    # Backends let exceptions of D-Bus, Windows and macOS libraries through, which share no base
    # class. Whatever they raise, the keyring did not answer.
    except Exception as error:
        raise _cause_of(error) from None


def _cause_of(error: Exception) -> VaultError:
    # By class name if the class belongs to a library that does not exist on every system.
    names = {kind.__name__ for kind in type(error).__mro__}
    because = {type(error.__cause__).__name__}
    if isinstance(error, keyring.errors.NoKeyringError) or names & {
        "SecretServiceNotAvailableException",
        "ConnectionError",
    }:
        return KeyringAbsent()
    if "PromptDismissedException" in names | because or "KeychainDenied" in because:
        return KeyringDenied()
    if isinstance(error, keyring.errors.KeyringLocked) or "LockedException" in names:
        return KeyringLocked()
    if isinstance(error, keyring.errors.InitError):
        return KeyringAbsent()
    return KeyringDenied()
