"""The feed of releases: which version is the newest, signed by those who make RightsDesk.

    rightsdesk-releases 1
    key KEY-ID
    signature BASE64
    {"changes":[…],"date":"2026-12-20","issued":"2026-12-20.1","schema":1,"systems":[…],…}

`signed_files` has the signature's rules. The body is one line of canonical JSON. `issued` orders
feeds, so that nobody can show an old one again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import msgspec

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.resources.facts_file import canonical, order
from rightsdesk.resources.signed_files import BadSeal, SealFlaw, seal, unsealed
from rightsdesk.resources.strict_toml import FilledText, Strict, from_json, plain
from rightsdesk.sentences import worded

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SCHEMA = 1
"""The number of the tables here: higher where older programs cannot read them any more."""

MAX_BYTES = 100_000
"""Larger files are refused. A feed has about 3 kB."""

KEPT = "Nothing was changed: what is known of versions stays."
_MAGIC = b"rightsdesk-releases 1\n"
_RELEASE = re.compile(r"(\d{1,5})\.(\d{1,5})\.(\d{1,5})(\.dev\d+|a\d+|b\d+|rc\d+)?", re.ASCII)

VersionNumber = Annotated[str, msgspec.Meta(pattern=r"^\d{1,5}\.\d{1,5}\.\d{1,5}$")]
WholeDay = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
PageLink = Annotated[str, msgspec.Meta(pattern=r"^https://[^\s\\]+$", max_length=500)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+~-]{0,199}$")]
Line = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=400)]


class InstallKind(StrEnum):
    """How a copy of RightsDesk came onto a computer, which decides how it is updated."""

    DEB = "deb"
    APPIMAGE = "appimage"
    FLATPAK = "flatpak"
    WINDOWS = "windows"
    MACOS = "macos"
    SOURCE = "source"


class RefusedFeed(KnownError):
    """A feed of releases is not taken."""

    cause = Cause.REFUSED_FEED

    def __init__(self, sentence: str, *, advice: str = "", untouched: str = KEPT) -> None:
        super().__init__(sentence, advice=advice, untouched=untouched)


class Package(Strict, frozen=True, kw_only=True):
    """A file to install, with the digest by which a person can check a download."""

    file: FileName
    sha256: Sha256


class SystemRelease(Strict, frozen=True, kw_only=True):
    """A release for one kind of installation: the page to get it from, and what it needs."""

    kind: InstallKind
    page: PageLink
    minimum: FilledText
    packages: tuple[Package, ...] = ()


class ReleaseFeed(Strict, frozen=True, kw_only=True):
    """The newest release. `changes` are a few lines in English on what is new."""

    schema: int
    issued: FilledText
    version: VersionNumber
    date: WholeDay
    page: PageLink
    changes: Annotated[tuple[Line, ...], msgspec.Meta(min_length=1, max_length=20)]
    systems: Annotated[tuple[SystemRelease, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        order(self.issued)
        if len({one.kind for one in self.systems}) != len(self.systems):
            raise ValueError("a kind of installation is listed twice")

    def of(self, kind: InstallKind) -> SystemRelease | None:
        """The release for one kind of installation; None if the feed has none."""
        return next((one for one in self.systems if one.kind is kind), None)


def version_order(version: str) -> tuple[int, int, int, bool, str]:
    """What versions are sorted by: a pre-release comes before its release. Raises ValueError."""
    found = _RELEASE.fullmatch(version)
    if found is None:
        raise ValueError(f"{version!r} is no version")
    return int(found[1]), int(found[2]), int(found[3]), not found[4], found[4] or ""


def body(feed: ReleaseFeed) -> bytes:
    """A feed without its signature."""
    return f"{canonical(plain(feed))}\n".encode()


def signed(feed: ReleaseFeed, key: Ed25519PrivateKey) -> bytes:
    """A feed with its signature in front."""
    return seal(_MAGIC, body(feed), key)


def verified(content: bytes, keys: Mapping[str, bytes]) -> ReleaseFeed:
    """A signed feed. `keys` are the public keys that are trusted, by their ids.

    Raises RefusedFeed if it is too large, is not signed by one of them, was changed, or needs a
    newer program.
    """
    if len(content) > MAX_BYTES:
        raise RefusedFeed(
            worded(
                "The file has more than {size} kB. A feed of releases is smaller.",
                size=MAX_BYTES // 1000,
            )
        )
    try:
        return _read(unsealed(_MAGIC, content, keys))
    except BadSeal as bad:
        raise _REFUSALS[bad.flaw]() from bad


def _read(content: bytes) -> ReleaseFeed:
    try:
        if json.loads(content)["schema"] == SCHEMA:
            return from_json(content, ReleaseFeed)
    except (msgspec.MsgspecError, RecursionError, ValueError, KeyError, TypeError):
        raise RefusedFeed(
            "The feed is not written as this RightsDesk reads it.",
            advice="Look at the page of RightsDesk for newer versions.",
        ) from None
    raise RefusedFeed(
        "The feed is made for a newer RightsDesk, so there is one.",
        advice="Look at the page of RightsDesk for newer versions.",
    )


_REFUSALS: Mapping[SealFlaw, Callable[[], RefusedFeed]] = {
    SealFlaw.OTHER_KIND: lambda: RefusedFeed(
        "This is no signed feed of releases.", advice="Check the address."
    ),
    SealFlaw.CUT: lambda: RefusedFeed("The feed is damaged or cut.", advice="Try again later."),
    SealFlaw.UNKNOWN_KEY: lambda: RefusedFeed(
        "The feed is signed with a key that RightsDesk does not know.",
        advice="Don't install anything that it names.",
    ),
    SealFlaw.CHANGED: lambda: RefusedFeed(
        "The signature does not fit: the feed was changed after it was made, or is cut.",
        advice="Don't install anything that it names. Try again later.",
    ),
}
