"""Facts about platforms signed with keys that exist only here."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rightsdesk.resources import facts_keys
from rightsdesk.resources.facts_file import body, signed
from rightsdesk.resources.signed_files import key_id

OURS = Ed25519PrivateKey.from_private_bytes(b"our key, used only in the tests.")
FOREIGN = Ed25519PrivateKey.from_private_bytes(b"a foreign key, only in the tests")
KEYS = {key_id(raw): raw for raw in (OURS.public_key().public_bytes_raw(),)}

Patch = Callable[[pytest.MonkeyPatch], None]


def table(platform: str, **more: Any) -> dict[str, Any]:
    """The smallest facts about a platform."""
    return {
        "id": platform,
        "name": platform.capitalize(),
        "kind": "social",
        "last_checked": "2026-12",
        "direction": "unknown",
        "short": "Nothing was found.",
        **more,
    }


def file_of(
    *platforms: str, version: str = "2031-01-01.1", key: Ed25519PrivateKey = OURS, **more: Any
) -> bytes:
    """A signed file with these platforms."""
    tables = {platform: table(platform, **more) for platform in platforms}
    return signed(body(version, tables), key)


def trust_the_tests(patch: pytest.MonkeyPatch) -> None:
    """Let the program trust our key, and no other."""
    patch.setattr(facts_keys, "trusted", lambda: KEYS)
