"""One small item in the operating system's keyring, and what that can answer.

The keyring holds a single key for all of RightsDesk's logins, written once. Windows
takes no more than 2,560 bytes an item, macOS asks the person once an item after an
update, and forgets "Always Allow" each time an item is written.
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
"""keyring's own variable: which keyring to use."""

_BOUND = "2:"
"""Stands before a key whose logins are all bound to where they may go: who can't open the
keyring can't take it away, and so can't make older logins acceptable again."""

_RECOMMENDED = 1  # keyring's own bar: below it are null, fail and files in clear


class Keyring(Protocol):
    """What is used of a `keyring.backend.KeyringBackend`."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A vault's key. `bound`: logins that are not bound to a place are refused. `by` is the
    passphrase that opened it, "" for the keyring."""

    key: bytes = field(repr=False)
    bound: bool
    by: str = field(default="", repr=False)


def find() -> Keyring | None:
    """The keyring of this system, or None where none keeps secrets encrypted.

    What the person chose in keyring's own settings is respected, unless it would keep
    the key in clear. Raises KeyringUnknown where those settings name one that is not there.
    """
    try:
        chosen = keyring.get_keyring()
    # Importing what a setting names can raise anything.
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
    """The key that was kept for a vault.

    Raises KeyMissing, VaultDamaged (the entry is there and no key), KeyringAbsent,
    KeyringLocked or KeyringDenied.
    """
    with _told_apart():
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
    """Put a vault's key into the keyring, and read it back before relying on it.

    Raises KeyringAbsent, KeyringLocked or KeyringDenied (also when it was not kept).
    """
    with _told_apart():
        written = _BOUND + base64.b64encode(key).decode("ascii")
        backend.set_password(SERVICE, vault_id, written)
    try:
        kept = read_key(backend, vault_id)
    except (KeyMissing, VaultDamaged):
        raise KeyringDenied from None
    if kept != KeptKey(key, bound=True):
        raise KeyringDenied


@contextmanager
def _told_apart() -> Iterator[None]:
    """Turn what a backend raises into one of our causes, without its words."""
    try:
        yield
    except VaultError:
        raise
    # Backends let errors of D-Bus, Windows and macOS libraries through, which share no
    # base class; whatever one raises, the keyring did not answer.
    except Exception as error:
        raise _cause_of(error) from None


def _cause_of(error: Exception) -> VaultError:
    # By name where the class lives in a library that is not there on every system.
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
