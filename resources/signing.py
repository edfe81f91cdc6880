"""The private keys of those who publish facts and releases. They never go into the repository."""

import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rightsdesk.resources.facts_keys import trusted


def new_key(file: Path, since: str) -> None:
    """Write a new private key, readable by its owner only, and print its public half."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(pem)
    public = key.public_key().public_bytes_raw().hex()
    print(f'[[key]]\npublic = "{public}"\nholder = ""\nsince = {since}')


def trusted_key(file: Path) -> Ed25519PrivateKey:
    """A private key from its file. Exits if the program does not know it."""
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        sys.exit("The key is not an Ed25519 key.")
    if key.public_key().public_bytes_raw() not in trusted().values():
        sys.exit("rightsdesk/resources/facts_keys.toml does not list this key.")
    return key
