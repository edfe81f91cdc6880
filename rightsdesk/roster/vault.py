"""The vault: the accounts' secrets, encrypted in the store; the key is in the system's keyring.

One random 256-bit data key opens all secrets. It is stored in the operating system's keyring.
Without a keyring, a passphrase wraps it; with both, either opens it. Secrets are never stored in
plain text, and the person is asked only when a secret is needed.

Each secret is bound to its place: `bound_to` (platform, addresses, artist) is authenticated with
it. After an edit of the database without the key, a secret does not open, and is never sent
elsewhere. Secrets of format 1 were bound to their account only. They are sealed again when their
vault is first opened, and refused from then on.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rightsdesk.errors import KnownError
from rightsdesk.roster import passphrases, system_keyring, vault_file
from rightsdesk.roster.passphrase_prompts import PassphraseQuestion, PromptReason
from rightsdesk.roster.system_keyring import KeptKey, Keyring
from rightsdesk.roster.vault_errors import (
    KeyMissing,
    KeyringAbsent,
    KeyringDenied,
    KeyringLocked,
    KeyringUnknown,
    OtherKeyringAbsent,
    PassphraseNeeded,
    PassphraseTooWeak,
    SecretDamaged,
    VaultDamaged,
    VaultError,
    VaultFileGone,
    WrongPassphrase,
)
from rightsdesk.roster.vault_file import Cost, VaultFile, Wrapped

__all__ = [
    "Cost",
    "KeyMissing",
    "KeyringAbsent",
    "KeyringDenied",
    "KeyringLocked",
    "OtherKeyringAbsent",
    "PassphraseNeeded",
    "PassphraseTooWeak",
    "SecretDamaged",
    "SecretStore",
    "Vault",
    "VaultDamaged",
    "VaultError",
    "WrongPassphrase",
]

_LOOSE, _BOUND = b"\x01", b"\x02"
"""First byte of a blob: format 1 (bound to its account only) or format 2. A nonce and AES-256-GCM
ciphertext with tag follow."""

_NONCE = 12  # bytes: NIST SP 800-38D, section 8.2


class SecretStore(Protocol):
    """Storage of encrypted blobs by account."""

    def get(self, account_id: int) -> bytes | None: ...

    def put(self, account_id: int, blob: bytes) -> None: ...

    def delete(self, account_id: int) -> None: ...

    def all(self) -> Mapping[int, tuple[bytes, bytes]]:
        """Each account's blob, and the place its secret is to be bound to."""
        ...

    def exchange(self, account_id: int, old: bytes, new: bytes) -> None:
        """Replace a blob by another, unless it has changed in the meantime."""
        ...

    def clear(self) -> None: ...


@dataclass(frozen=True, slots=True, repr=False)
class _Open:
    """An open vault. Without `bound`, blobs of format 1 are still accepted."""

    vault_id: str
    key: bytes
    bound: bool

    def sealed(self, account_id: int, secret: bytes, bound_to: bytes) -> bytes:
        """A blob of format 2."""
        nonce = secrets.token_bytes(_NONCE)
        belongs = _belongs_to(_BOUND, self.vault_id, account_id, bound_to)
        return _BOUND + nonce + AESGCM(self.key).encrypt(nonce, secret, belongs)

    def opened(self, account_id: int, blob: bytes, bound_to: bytes) -> bytes:
        """A blob's secret. Raises SecretDamaged."""
        version, nonce, sealed = blob[:1], blob[1 : 1 + _NONCE], blob[1 + _NONCE :]
        if version != _BOUND and (version != _LOOSE or self.bound):
            raise SecretDamaged
        belongs = _belongs_to(version, self.vault_id, account_id, bound_to)
        try:
            return AESGCM(self.key).decrypt(nonce, sealed, belongs)
        except (InvalidTag, ValueError):
            raise SecretDamaged from None


class Vault:
    """The secrets of one data folder. Thread-safe.

    `ask` is called for a passphrase if the vault needs one and RIGHTSDESK_PASSPHRASE is not set. It
    is called until the passphrase is right; an empty answer means "not now". Tests pass `keyring`.

    Methods raise the errors of `vault_errors`.
    """

    def __init__(
        self,
        folder: Path,
        store: SecretStore,
        *,
        ask: PassphraseQuestion | None = None,
        keyring: Callable[[], Keyring | None] = system_keyring.find,
        cost: Cost | None = None,
    ) -> None:
        self._folder = folder
        self._store = store
        self._ask = ask
        self._keyring = keyring
        self._cost = cost or Cost()
        self._lock = threading.RLock()
        self._opened: _Open | None = None

    def __repr__(self) -> str:
        return f"Vault({str(self._folder)!r}, {'locked' if self._opened is None else 'open'})"

    @property
    def kept_by(self) -> str:
        """What opens the vault: "keyring", "passphrase", "keyring and passphrase", or "" if there
        is none yet. Raises VaultError if its file cannot be read."""
        made = vault_file.read(self._folder)
        if made is None:
            return ""
        ways = {"keyring": made.in_keyring, "passphrase": made.wrapped is not None}
        return " and ".join(name for name, is_one in ways.items() if is_one)

    def get(self, account_id: int, bound_to: bytes) -> bytes | None:
        """The secret of an account; None without any prompt if there is none.

        `bound_to` is its destination: SecretDamaged if it was stored for another place. Raises
        KeyMissing, SecretDamaged and the errors of opening the vault.
        """
        blob = self._store.get(account_id)
        if blob is None:
            return None
        opened = self._open(create=False)
        if blob[:1] == _LOOSE:  # it may have been sealed again just now
            blob = self._store.get(account_id) or blob
        return opened.opened(account_id, blob, bound_to)

    def put(self, account_id: int, secret: bytes, bound_to: bytes) -> None:
        """Store an account's secret, replacing the one before. Creates the vault if needed."""
        self._store.put(account_id, self.sealed(account_id, secret, bound_to))

    def sealed(self, account_id: int, secret: bytes, bound_to: bytes) -> bytes:
        """A secret as stored, for callers who store it together with other data."""
        return self._open(create=True).sealed(account_id, secret, bound_to)

    def delete(self, account_id: int) -> None:
        """Delete an account's secret. Needs no key."""
        self._store.delete(account_id)

    def unlock(self) -> None:
        """Open the vault now, creating it if needed, so that the person is asked at a suitable
        moment."""
        self._open(create=True)

    def ready(self, account_ids: Iterable[int]) -> None:
        """Open the vault if one of these accounts has a secret, so that the person is asked once
        before work on many accounts begins. Raises the errors of opening the vault."""
        if any(self._store.get(number) is not None for number in account_ids):
            self._open(create=False)

    def lock(self) -> None:
        """Drop the key from memory until it is needed again."""
        with self._lock:
            self._opened = None

    def start_anew(self) -> None:
        """Make a new key because the old one is lost, and delete all stored secrets, since nothing
        can open them. Raises the errors of creating a vault; then nothing was changed."""
        with self._lock:
            made, key = self._made()
            vault_file.replace(self._folder, made)
            self._store.clear()
            self._opened = _Open(made.vault_id, key, bound=True)

    def set_passphrase(self, passphrase: str) -> None:
        """Let a passphrase open the vault, replacing an earlier passphrase. A keyring that has the
        key keeps it. Creates the vault if needed. Raises PassphraseTooWeak, and the errors of
        opening the vault."""
        _check(passphrase)
        with self._lock:
            made = vault_file.read(self._folder)
            if made is None:
                made, key = self._made(passphrase)
                if vault_file.create(self._folder, made) == made:
                    self._opened = _Open(made.vault_id, key, bound=True)
                    return
            opened = self._open(create=False)
            made = vault_file.read(self._folder) or made
            if made.format != vault_file.FORMAT:
                # The passphrase's format states that all secrets are bound, so they must be.
                raise VaultError(
                    "The passphrase can't be set while the keyring refuses the vault's key.",
                    advice="Unlock the keyring, then try again.",
                    untouched="Nothing was changed.",
                )
            wrapped = self._wrap(opened.key, passphrase, made.vault_id)
            vault_file.replace(self._folder, replace(made, wrapped=wrapped))

    def _open(self, *, create: bool) -> _Open:
        with self._lock:
            made = vault_file.read(self._folder)
            if self._opened is not None and made and made.vault_id == self._opened.vault_id:
                return self._opened
            if made is None:
                if not create:
                    raise VaultFileGone
                made, key = self._made()
                existing = vault_file.create(self._folder, made)
                kept = KeptKey(key, bound=True) if existing == made else self._key_of(existing)
                made = existing  # another RightsDesk may have been faster
            else:
                kept = self._key_of(made)
            self._opened = _Open(made.vault_id, kept.key, kept.bound)
            if not kept.bound or made.format != vault_file.FORMAT:
                self._bind(made, kept.by)
            return self._opened

    def _made(self, passphrase: str = "") -> tuple[VaultFile, bytes]:
        """A new vault's file, not written yet, and its key, which is in the keyring."""
        vault_id = secrets.token_hex(16)
        key = AESGCM.generate_key(bit_length=256)
        try:
            backend = self._keyring()
            absent = KeyringAbsent()
        except KeyringUnknown as unknown:
            backend, absent = None, unknown
        if backend is not None:
            system_keyring.keep_key(backend, vault_id, key)
        elif not passphrase:
            passphrase = self._passphrase(PromptReason.NEW, absent)
            if not passphrase:
                raise absent
            _check(passphrase)
        wrapped = self._wrap(key, passphrase, vault_id) if passphrase else None
        return VaultFile(vault_id, wrapped, in_keyring=backend is not None), key

    def _wrap(self, key: bytes, passphrase: str, vault_id: str) -> Wrapped:
        return Wrapped.of(key, passphrase, vault_id=vault_id, cost=self._cost)

    def _key_of(self, made: VaultFile) -> KeptKey:
        if not made.in_keyring:
            if made.wrapped is None:
                raise VaultDamaged("The file vault.json names no way to open your stored logins.")
            return self._unwrapped(made.wrapped, made.vault_id, PassphraseNeeded())
        try:
            backend = self._keyring()
            if backend is None:
                raise OtherKeyringAbsent
            return system_keyring.read_key(backend, made.vault_id)
        except VaultError as without:
            if made.wrapped is None:
                raise
            kept = self._unwrapped(made.wrapped, made.vault_id, without)
            if without.lost and kept.bound:
                # Store the key again in a keyring that lost it, so that the next start need not
                # ask.
                with suppress(VaultError):
                    if (backend := self._keyring()) is not None:
                        system_keyring.keep_key(backend, made.vault_id, kept.key)
            return kept

    def _bind(self, made: VaultFile, passphrase: str) -> None:
        """Upgrade a vault of format 1: bind each secret to its current place, then record, readable
        only with the key, that unbound secrets are refused.

        If it is interrupted, the vault opens as before and the upgrade runs again. If the keyring
        refuses the record, the next start tries again.
        """
        opened = self._opened
        assert opened is not None
        for account_id, (blob, bound_to) in self._store.all().items():
            if blob[:1] == _LOOSE:
                with suppress(SecretDamaged):  # it stays, and is reported when it is needed
                    secret = opened.opened(account_id, blob, b"")
                    new = opened.sealed(account_id, secret, bound_to)
                    self._store.exchange(account_id, blob, new)
        wrapped = made.wrapped
        if made.in_keyring:
            try:
                backend = self._keyring()
                if backend is None:
                    return
                system_keyring.keep_key(backend, made.vault_id, opened.key)
            except VaultError:
                return
        elif wrapped is not None:
            wrapped = self._wrap(opened.key, passphrase, made.vault_id)
        vault_file.replace(self._folder, replace(made, wrapped=wrapped, format=vault_file.FORMAT))
        self._opened = replace(opened, bound=True)

    def _unwrapped(self, wrapped: Wrapped, vault_id: str, otherwise: VaultError) -> KeptKey:
        """The data key, by a passphrase. Asks again while it is wrong; raises `otherwise` if none
        is given."""
        why = PromptReason.KNOWN
        while passphrase := self._passphrase(why, otherwise):
            try:
                key = wrapped.open(passphrase, vault_id=vault_id)
            except WrongPassphrase:
                if passphrases.given():
                    raise  # no person was asked
            else:
                return KeptKey(key, wrapped.format > 1, passphrase)
            why = PromptReason.WRONG
        raise otherwise

    def _passphrase(self, why: PromptReason, otherwise: VaultError) -> str:
        """The passphrase that was given or typed; "" if none was.

        If there is no one to ask, a setting that names a missing keyring is the error to report.
        """
        if given := passphrases.given():
            return given
        try:
            return self._ask(why) if self._ask is not None else ""
        except KnownError:
            if isinstance(otherwise, KeyringUnknown):
                raise otherwise from None
            raise


def _check(passphrase: str) -> None:
    if sentence := passphrases.flaw(passphrase):
        raise PassphraseTooWeak(
            sentence,
            advice="Choose a longer one: several words that don't belong together.",
            untouched="Nothing was changed.",
        )


def _belongs_to(version: bytes, vault_id: str, account_id: int, bound_to: bytes) -> bytes:
    """What a blob is bound to. In another account, vault or place it does not open."""
    head = f"RightsDesk secret {version[0]}, vault {vault_id}, account {account_id}".encode("ascii")
    return head if version == _LOOSE else head + b", for " + bound_to
