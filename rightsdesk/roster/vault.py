"""Keep the accounts' secrets: encrypted in the store, the key in the system's keyring.

One random 256-bit data key opens all of them. It lies in the operating system's keyring;
where there is none, a passphrase wraps it. Nothing is ever kept in clear, and nothing is
asked of the person before a secret is needed.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rightsdesk.roster import system_keyring, vault_file
from rightsdesk.roster.asking import Ask, Asking
from rightsdesk.roster.system_keyring import Keyring
from rightsdesk.roster.vault_errors import (
    KeyMissing,
    KeyringAbsent,
    KeyringDenied,
    KeyringLocked,
    PassphraseNeeded,
    SecretDamaged,
    VaultError,
    WrongPassphrase,
)
from rightsdesk.roster.vault_file import Cost, VaultFile, Wrapped

__all__ = [
    "Cost",
    "KeyMissing",
    "KeyringAbsent",
    "KeyringDenied",
    "KeyringLocked",
    "PassphraseNeeded",
    "SecretDamaged",
    "SecretStore",
    "Vault",
    "VaultError",
    "WrongPassphrase",
]

PASSPHRASE_VARIABLE = "RIGHTSDESK_PASSPHRASE"
_VERSION = b"\x01"  # of a blob: version, nonce, AES-256-GCM ciphertext with tag
_NONCE = 12  # bytes: NIST SP 800-38D, section 8.2


class SecretStore(Protocol):
    """Where encrypted blobs lie, by account."""

    def get(self, account_id: int) -> bytes | None: ...

    def put(self, account_id: int, blob: bytes) -> None: ...

    def delete(self, account_id: int) -> None: ...


class Vault:
    """The secrets of one data folder; safe to use from several threads.

    `ask` is called for a passphrase where the vault needs one and RIGHTSDESK_PASSPHRASE
    is not set, until it is the right one; an empty answer means "not now". `keyring` is
    given by tests.

    Methods raise the causes of `vault_errors`.
    """

    def __init__(
        self,
        folder: Path,
        store: SecretStore,
        *,
        ask: Ask | None = None,
        keyring: Callable[[], Keyring | None] = system_keyring.find,
        cost: Cost | None = None,
    ) -> None:
        self._folder = folder
        self._store = store
        self._ask = ask
        self._keyring = keyring
        self._cost = cost or Cost()
        self._lock = threading.RLock()
        self._opened: tuple[str, AESGCM] | None = None

    def __repr__(self) -> str:
        return f"Vault({str(self._folder)!r}, {'locked' if self._opened is None else 'open'})"

    @property
    def kept_by(self) -> str:
        """What opens the vault: "keyring", "passphrase", or "" while there is none yet."""
        made = vault_file.read(self._folder)
        if made is None:
            return ""
        return "keyring" if made.wrapped is None else "passphrase"

    def get(self, account_id: int) -> bytes | None:
        """The secret of an account, or None. Asks for nothing where there is none.

        Raises KeyMissing, SecretDamaged and whatever opening the vault raises.
        """
        blob = self._store.get(account_id)
        if blob is None:
            return None
        vault_id, cipher = self._open(create=False)
        sealed = blob.removeprefix(_VERSION)
        if len(sealed) == len(blob):
            raise SecretDamaged
        try:
            return cipher.decrypt(
                sealed[:_NONCE], sealed[_NONCE:], _belongs_to(vault_id, account_id)
            )
        except (InvalidTag, ValueError):
            raise SecretDamaged from None

    def put(self, account_id: int, secret: bytes) -> None:
        """Keep an account's secret, in place of the one before. Makes the vault at first."""
        vault_id, cipher = self._open(create=True)
        nonce = secrets.token_bytes(_NONCE)
        sealed = cipher.encrypt(nonce, secret, _belongs_to(vault_id, account_id))
        self._store.put(account_id, _VERSION + nonce + sealed)

    def delete(self, account_id: int) -> None:
        """Forget an account's secret. Needs no key."""
        self._store.delete(account_id)

    def unlock(self) -> None:
        """Open the vault now, making it at first: to ask at a moment that suits."""
        self._open(create=True)

    def ready(self, account_ids: Iterable[int]) -> None:
        """Open the vault if there is a secret of one of these accounts: asked for once, before
        work on many of them begins. Raises what opening the vault raises."""
        if any(self._store.get(number) is not None for number in account_ids):
            self._open(create=False)

    def lock(self) -> None:
        """Forget the key until it is needed again."""
        with self._lock:
            self._opened = None

    def _open(self, *, create: bool) -> tuple[str, AESGCM]:
        with self._lock:
            if self._opened is None:
                made = vault_file.read(self._folder)
                if made is None:
                    if not create:
                        raise KeyMissing  # blobs, but the file that leads to their key is gone
                    made, key = self._create()
                else:
                    key = self._key_of(made)
                self._opened = made.vault_id, AESGCM(key)
            return self._opened

    def _create(self) -> tuple[VaultFile, bytes]:
        vault_id = secrets.token_hex(16)
        key = AESGCM.generate_key(bit_length=256)
        backend = self._keyring()
        if backend is not None:
            system_keyring.keep_key(backend, vault_id, key)
            mine = VaultFile(vault_id)
        else:
            passphrase = self._passphrase(Asking.NEW)
            if not passphrase:
                raise KeyringAbsent
            wrapped = Wrapped.of(key, passphrase, vault_id=vault_id, cost=self._cost)
            mine = VaultFile(vault_id, wrapped)
        made = vault_file.create(self._folder, mine)
        if made != mine:  # another RightsDesk was faster
            return made, self._key_of(made)
        return made, key

    def _key_of(self, made: VaultFile) -> bytes:
        if made.wrapped is not None:
            return self._unwrapped(made.wrapped, made.vault_id)
        backend = self._keyring()
        if backend is None:
            raise KeyringAbsent
        return system_keyring.read_key(backend, made.vault_id)

    def _unwrapped(self, wrapped: Wrapped, vault_id: str) -> bytes:
        """The data key, by a passphrase that is asked for again while it is not the right one."""
        why = Asking.KNOWN
        while passphrase := self._passphrase(why):
            try:
                return wrapped.open(passphrase, vault_id=vault_id)
            except WrongPassphrase:
                if os.environ.get(PASSPHRASE_VARIABLE):
                    raise  # nobody was asked
            why = Asking.WRONG
        raise PassphraseNeeded

    def _passphrase(self, why: Asking) -> str:
        given = os.environ.get(PASSPHRASE_VARIABLE, "")
        return given or (self._ask(why) if self._ask is not None else "")


def _belongs_to(vault_id: str, account_id: int) -> bytes:
    """What a blob is bound to: moved to another account or vault, it does not open."""
    return f"RightsDesk secret 1, vault {vault_id}, account {account_id}".encode("ascii")
