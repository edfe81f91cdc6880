"""The vault's public part: a small file next to the store that says how its key is kept.

`vault.json` holds no secret in plain text. It holds the vault's id and whether its key is in the
keyring. If a passphrase opens it (too), it also holds the scrypt parameters and the data key
encrypted with scrypt's output. A checksum distinguishes a damaged file from a wrong passphrase.

Logins of format 1 were bound to their account only. This file does not decide whether a vault still
accepts them, because anybody may edit it: see `Wrapped` and `system_keyring.KeptKey`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rightsdesk.roster.vault_errors import VaultDamaged, VaultError, WrongPassphrase

NAME = "vault.json"
FORMAT = 2
_NONCE = 12  # bytes: NIST SP 800-38D, section 8.2
_DAMAGED = "The file that belongs to your stored logins, vault.json, is damaged."


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of one guess at the passphrase (RFC 7914, section 2): 128·n·r bytes, about twice a
    second. Follows the OWASP password storage cheat sheet."""

    n: int = 2**17
    r: int = 8
    p: int = 1

    def __post_init__(self) -> None:
        power = self.n > 1 and self.n & (self.n - 1) == 0
        if not (power and self.n <= 2**20 and 1 <= self.r <= 32 and 1 <= self.p <= 16):
            raise ValueError("scrypt parameters out of bounds")


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The data key under a passphrase: salt, check value, nonce and ciphertext.

    `format` is authenticated together with the key, so that an edited file cannot make logins of
    format 1 acceptable again.
    """

    cost: Cost
    salt: bytes
    check: bytes
    sealed: bytes
    format: int = FORMAT

    @classmethod
    def of(cls, key: bytes, passphrase: str, *, vault_id: str, cost: Cost) -> Wrapped:
        """Encrypt `key` with a key that scrypt derives from the passphrase."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(_NONCE)
        wrapping, check = _stretch(passphrase, salt, cost)
        sealed = nonce + AESGCM(wrapping).encrypt(nonce, key, _bound(vault_id, FORMAT))
        return cls(cost, salt, check, sealed)

    def open(self, passphrase: str, *, vault_id: str) -> bytes:
        """The data key. Raises WrongPassphrase; VaultDamaged if the passphrase is right but the
        ciphertext was changed."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        wrapping, check = _stretch(passphrase, self.salt, self.cost)
        if not secrets.compare_digest(check, self.check):
            raise WrongPassphrase
        nonce, ciphertext = self.sealed[:_NONCE], self.sealed[_NONCE:]
        try:
            return AESGCM(wrapping).decrypt(nonce, ciphertext, _bound(vault_id, self.format))
        except (InvalidTag, ValueError):
            raise VaultDamaged(_DAMAGED) from None


@dataclass(frozen=True, slots=True)
class VaultFile:
    """The content of `vault.json`.

    `vault_id` names the entry in the keyring; `wrapped` is set for a passphrase. With both, either
    of them opens the vault.
    """

    vault_id: str
    wrapped: Wrapped | None = None
    in_keyring: bool = True
    format: int = FORMAT

    def to_json(self) -> str:
        body: dict[str, Any] = {"format": self.format, "id": self.vault_id}
        if self.format > 1:
            body["keyring"] = self.in_keyring
        if self.wrapped is not None:
            body["scrypt"] = asdict(self.wrapped.cost)
            for name in ("salt", "check", "sealed"):
                body[name] = base64.b64encode(getattr(self.wrapped, name)).decode("ascii")
        return json.dumps(body | {"sum": _sum(body)}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> VaultFile:
        """The vault file from the output of `to_json`. Raises VaultError for a newer format, else
        VaultDamaged."""
        try:
            body = json.loads(text)
            if body["format"] > FORMAT:
                raise VaultError(
                    "These logins were stored by a newer RightsDesk.",
                    advice="Update RightsDesk, or reconnect your accounts.",
                )
            if body.pop("sum") != _sum(body):
                raise VaultDamaged(_DAMAGED)
            made = int(body["format"])
            in_keyring = bool(body["keyring"]) if made > 1 else "scrypt" not in body
            if "scrypt" not in body:
                return cls(body["id"], None, in_keyring, made)
            salt, check, sealed = (
                base64.b64decode(body[name], validate=True) for name in ("salt", "check", "sealed")
            )
            wrapped = Wrapped(Cost(**body["scrypt"]), salt, check, sealed, made)
            return cls(body["id"], wrapped, in_keyring, made)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise VaultDamaged(_DAMAGED) from None


def read(folder: Path) -> VaultFile | None:
    """The vault file of a data folder; None if there is no vault yet."""
    try:
        text = (folder / NAME).read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError:
        raise VaultError(
            "The file that belongs to your stored logins, vault.json, can't be read.",
            advice="Check the permissions of RightsDesk's data folder.",
        ) from None
    return VaultFile.from_json(text)


def create(folder: Path, made: VaultFile) -> VaultFile:
    """Write a new vault file durably. If another process was first, return its file.

    Raises VaultError if the data folder cannot be written.
    """
    try:
        _written(folder, made, _publish)
    except FileExistsError:
        return read(folder) or made
    return made


def replace(folder: Path, made: VaultFile) -> None:
    """Replace the vault file durably: afterwards it is wholly old or wholly new.

    Raises VaultError if the data folder cannot be written.
    """
    _written(folder, made, _over)


def _written(folder: Path, made: VaultFile, publish: Callable[[Path, Path], None]) -> None:
    temporary = folder / f".{NAME}-{secrets.token_hex(4)}.tmp"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(made.to_json())
            file.flush()
            os.fsync(file.fileno())
        publish(temporary, folder / NAME)
    except FileExistsError:
        raise
    except OSError:
        raise VaultError(
            "RightsDesk can't write to its data folder, so it can't keep logins.",
            advice="Check the permissions of the folder and the free space on its disk.",
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _publish(temporary: Path, final: Path) -> None:
    """Rename the temp file to its final name. Raises FileExistsError if that is taken."""
    if os.name == "nt":
        os.rename(temporary, final)  # refuses to replace on this system
        return
    try:
        os.link(temporary, final)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if final.exists():
            raise FileExistsError(final) from None
        os.replace(temporary, final)
    _sync(final.parent)


def _over(temporary: Path, final: Path) -> None:
    """Rename the temp file to its final name atomically, replacing any file there."""
    os.replace(temporary, final)
    if os.name != "nt":
        _sync(final.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _bound(vault_id: str, made: int) -> bytes:
    """What the wrapped key is bound to."""
    return (vault_id if made == 1 else f"{vault_id}, format {made}").encode("ascii")


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
    """A wrapping key and an independent check value, 32 bytes each."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # NFC: the same keys on another system give the same passphrase.
    secret = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    derived = Scrypt(salt=salt, length=64, n=cost.n, r=cost.r, p=cost.p).derive(secret)
    return derived[:32], hashlib.sha256(derived[32:]).digest()


def _sum(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode("utf-8")).hexdigest()
