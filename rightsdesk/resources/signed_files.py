"""Files that their maker signs: the one home of the signature's rules.

    rightsdesk-facts 1         what kind of file it is, and the form's number
    key KEY-ID
    signature BASE64           Ed25519 (RFC 8032, section 5.1)
    …                          the body begins here

The signature covers the first two lines and the body, so every byte of the file, and none counts
for a file of another kind. `facts_keys` lists the keys that are trusted.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_KEY_ID = re.compile(rb"key ([0-9a-f]{16})")
_SIGNATURE = re.compile(rb"signature ([A-Za-z0-9+/]{86}==)")


class SealFlaw(Enum):
    """What is wrong with a signed file."""

    OTHER_KIND = auto()
    CUT = auto()
    UNKNOWN_KEY = auto()
    CHANGED = auto()


class BadSeal(ValueError):
    """A file is not signed by somebody who is trusted, or was changed since."""

    def __init__(self, flaw: SealFlaw) -> None:
        super().__init__(flaw.name)
        self.flaw = flaw


def key_id(public_key: bytes) -> str:
    """The name of a key: 16 hexadecimal digits of its SHA-256."""
    from hashlib import sha256

    return sha256(public_key).hexdigest()[:16]


def seal(magic: bytes, body: bytes, key: Ed25519PrivateKey) -> bytes:
    """A body with a signature in front. `magic` is the first line, with its line feed."""
    top = magic + b"key " + key_id(key.public_key().public_bytes_raw()).encode() + b"\n"
    signature = base64.b64encode(key.sign(top + body))
    return top + b"signature " + signature + b"\n" + body


def unsealed(magic: bytes, content: bytes, keys: Mapping[str, bytes]) -> bytes:
    """The body of a signed file. `keys` are the public keys that are trusted, by their ids.

    Raises BadSeal.
    """
    first, key_line, signature_line, body = (*content.split(b"\n", 3), b"", b"", b"")[:4]
    if first + b"\n" != magic:
        raise BadSeal(SealFlaw.OTHER_KIND)
    named, sealed = _KEY_ID.fullmatch(key_line), _SIGNATURE.fullmatch(signature_line)
    if named is None or sealed is None:
        raise BadSeal(SealFlaw.CUT)
    key = keys.get(named[1].decode("ascii"))
    if key is None:
        raise BadSeal(SealFlaw.UNKNOWN_KEY)
    if not _fits(magic + key_line + b"\n" + body, sealed[1], key):
        raise BadSeal(SealFlaw.CHANGED)
    return body


def _fits(content: bytes, signature: bytes, key: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        raw = base64.b64decode(signature, validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(raw, content)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return base64.b64encode(raw) == signature  # no second spelling of the same signature
