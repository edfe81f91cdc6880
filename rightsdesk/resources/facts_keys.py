"""The keys whose signature on facts and on the feed of releases counts: `facts_keys.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

import msgspec

from rightsdesk.resources.signed_files import key_id
from rightsdesk.resources.strict_toml import Day, FilledText, Strict, read

PublicKey = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
"""An Ed25519 public key (RFC 8032, section 5.1.5) as 64 hexadecimal digits."""


class FactsKey(Strict, frozen=True, kw_only=True):
    """A public key, whose it is, and since when it counts."""

    public: PublicKey
    holder: FilledText
    since: Day


class FactsKeys(Strict, frozen=True, kw_only=True):
    """The whole file."""

    keys: tuple[FactsKey, ...] = msgspec.field(default=(), name="key")


@cache
def trusted() -> Mapping[str, bytes]:
    """The public keys by their ids. Raises FactsError if the file is broken."""
    listed = read(files(__package__) / "facts_keys.toml", FactsKeys).keys
    return {key_id(raw): raw for raw in (bytes.fromhex(key.public) for key in listed)}
