"""The facts about all platforms as one file, which its maker can sign.

What the program ships is the body only; what it takes from elsewhere is signed:

    rightsdesk-facts 1                                      signed files only, these three lines
    key KEY-ID
    signature BASE64                                        Ed25519 (RFC 8032, section 5.1)
    {"platforms":94,"schema":1,"version":"2026-11-29.1"}    the body begins here
    adobe {"direction":"opt-out", …}                        a line for each platform, by id

`signed_files` has the signature's rules. Lines of platforms are canonical JSON (sorted keys, no
blanks, UTF-8), and are decoded one by one when they are wanted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.resources.signed_files import BadSeal, SealFlaw, seal, unsealed
from rightsdesk.sentences import worded

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SCHEMA = 1
"""The number of the tables in `facts`: higher where older programs cannot read them any more."""

MAX_BYTES = 4_000_000
"""Larger files are refused. The facts about a hundred platforms have about 250 kB."""

KEPT = "Nothing was changed: the facts in use stay."
_MAGIC = b"rightsdesk-facts 1\n"
_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})\.([1-9]\d{0,3})")
_ID = re.compile(rb"[a-z][a-z0-9_]{0,39}")


class RefusedFacts(KnownError):
    """A file of facts is not taken."""

    cause = Cause.REFUSED_FACTS

    def __init__(self, sentence: str, *, advice: str = "", untouched: str = KEPT) -> None:
        super().__init__(sentence, advice=advice, untouched=untouched)


class Body(NamedTuple):
    """The facts that a file holds: its version, and the line of each platform."""

    version: str
    lines: Mapping[str, bytes]


def order(version: str) -> tuple[str, int]:
    """What versions are sorted by: `2026-11-29.1` is a day and a number. Raises ValueError."""
    found = _VERSION.fullmatch(version)
    if found is None:
        raise ValueError(f"{version!r} is no version")
    return found[1], int(found[2])


def canonical(value: Any) -> str:
    """A value as JSON, always the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def body(version: str, tables: Mapping[str, Any]) -> bytes:
    """The facts of all platforms as a file without a signature; `tables` by platform."""
    order(version)
    head = canonical({"platforms": len(tables), "schema": SCHEMA, "version": version})
    lines = (f"{platform} {canonical(tables[platform])}\n" for platform in sorted(tables))
    return f"{head}\n{''.join(lines)}".encode()


def read_body(content: bytes) -> Body:
    """A body taken apart; the lines of platforms stay as they are.

    Raises RefusedFacts if it is cut, is no body, or needs a newer program.
    """
    head, _, rest = content.partition(b"\n")
    version, count = _head(head)
    lines: dict[str, bytes] = {}
    last = b""
    for line in rest.splitlines(keepends=True):
        platform, _, table = line.partition(b" ")
        if not (_ID.fullmatch(platform) and platform > last and table.endswith(b"\n")):
            raise _cut()
        lines[platform.decode("ascii")] = table
        last = platform
    if len(lines) != count:
        raise _cut()
    return Body(version, lines)


def _head(line: bytes) -> tuple[str, int]:
    """Version and number of platforms."""
    try:
        head = json.loads(line)
        version, count, schema = head["version"], head["platforms"], head["schema"]
        order(version)
        if not isinstance(count, int) or not isinstance(schema, int):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RefusedFacts(
            "This is no file of facts about platforms.", advice="Get the file once more."
        ) from None
    if schema > SCHEMA:
        raise RefusedFacts(
            "These facts are made for a newer RightsDesk.", advice="Update RightsDesk first."
        )
    return version, count


def _cut() -> RefusedFacts:
    return RefusedFacts("The file is damaged or cut.", advice="Get the file once more.")


def signed(content: bytes, key: Ed25519PrivateKey) -> bytes:
    """A body with a signature in front. Raises RefusedFacts if it is no whole body."""
    read_body(content)
    return seal(_MAGIC, content, key)


def verified(content: bytes, keys: Mapping[str, bytes]) -> Body:
    """The body of a signed file. `keys` are the public keys that are trusted, by their ids.

    Raises RefusedFacts if it is too large, is not signed by one of them, or was changed.
    """
    if len(content) > MAX_BYTES:
        raise RefusedFacts(
            worded(
                "The file has more than {size} MB. Facts about platforms are smaller.",
                size=MAX_BYTES // 1_000_000,
            )
        )
    try:
        return read_body(unsealed(_MAGIC, content, keys))
    except BadSeal as bad:
        raise _REFUSALS[bad.flaw]() from bad


_REFUSALS: Mapping[SealFlaw, Callable[[], RefusedFacts]] = {
    SealFlaw.OTHER_KIND: lambda: RefusedFacts(
        "This is no signed file of facts about platforms.",
        advice="Get the file from those who make RightsDesk.",
    ),
    SealFlaw.CUT: _cut,
    SealFlaw.UNKNOWN_KEY: lambda: RefusedFacts(
        "The file is signed with a key that RightsDesk does not know.",
        advice="Get the file from those who make RightsDesk.",
    ),
    SealFlaw.CHANGED: lambda: RefusedFacts(
        "The signature does not fit: the file was changed after it was made, or is cut.",
        advice="Get the file once more, from those who make RightsDesk.",
    ),
}
