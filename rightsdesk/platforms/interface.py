"""The interface of every platform: a new platform is one file.

A platform's abilities are data (`Capabilities`), not an exception while writing. A platform object
has no state: everything about an account is in its `Client`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Protocol, TypeGuard, runtime_checkable

from rightsdesk import phrases
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.consent import Evidence
from rightsdesk.consent.fields import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.sign_in.credentials import ON_ITS_OWN, Credentials, Renewal

if TYPE_CHECKING:
    from rightsdesk.consent.dialects.suite import Suite
    from rightsdesk.platforms.http.client import Client
    from rightsdesk.platforms.http.limits import Limits
    from rightsdesk.platforms.sign_in.oauth import AuthServer


_COUNTED = re.compile("[0-9]{1,9}")


class Reach(StrEnum):
    """What a declaration on a platform is valid for."""

    ITEM = "item"
    ACCOUNT = "account"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What can be read and written, for which reach, and by which evidence.

    `fields` are the names in `RemoteItem.fields` and in `write`. `shows_within` is how long a read
    can lag behind an accepted write. Only a later read that still shows the old value means that
    the write was not accepted. `prompt` fields are read where they are written, without a cache in
    between. `hidden` is the advice for a write that never shows. `known_by_id`: the lasting id of
    an account is enough to sign in with a new password.
    """

    reads: frozenset[Reach]
    writes: frozenset[Reach]
    evidence: Evidence
    fields: tuple[str, ...]
    shows_within: timedelta = timedelta(minutes=10)
    prompt: tuple[str, ...] = ()
    hidden: str = "Check it on the platform itself, and ask its support why it is not shown."
    known_by_id: bool = False


class SignInBy(StrEnum):
    """What a person needs to connect an account.

    BROWSER: a client id, and consent on the platform's page. PASSWORD: a user name or handle and an
    app password. TOKEN: an API token and what it is for.
    """

    BROWSER = "browser"
    PASSWORD = "password"
    TOKEN = "token"


@dataclass(frozen=True, slots=True)
class Identity:
    """The account's identity on the platform. `url` is "" or safe to open."""

    remote_id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class RemoteItem:
    """An item of an account that carries a declaration, as last read.

    Most are tracks or videos; with another `reach` it is the account itself or its site. `isrc` is
    "" or as the platform has it; `duration_ms` is None if unknown; `url` is "" or safe to open.
    `stamp` changes with every relevant change on the platform. `owner` is an `Identity.remote_id`,
    "" if it is obvious. An item with a `problem` exists but could not be read; its other values are
    empty.
    """

    remote_id: str
    title: str
    artist: str
    isrc: str
    duration_ms: int | None
    url: str
    fields: Fields
    stamp: str
    reach: Reach = Reach.ITEM
    owner: str = ""
    problem: str = ""


@dataclass
class Bookmark:
    """The position in an account's list, so that a later read can continue there.

    `at` is the platform's cursor of the current page, "" for the first. `seen` are items already
    read, which are skipped. Some platforms read another list first: `before_at` is the cursor
    there, and `before` its content, by item.
    """

    at: str = ""
    seen: set[str] = field(default_factory=set)
    before_at: str = ""
    before: dict[str, list[str]] = field(default_factory=dict)

    def reset(self) -> None:
        """Start again from the beginning."""
        self.at = self.before_at = ""
        self.seen.clear()
        self.before.clear()

    def number(self, first: int) -> int:
        """Return the cursor as a page number; `first` if there is none."""
        return int(self.at) if _COUNTED.fullmatch(self.at) else first


class Platform(Protocol):
    """One platform. Every method can raise the errors of `platforms.http.errors`."""

    @property
    def id(self) -> CarrierId:
        """For the store and the command line."""
        ...

    @property
    def name(self) -> str:
        """The name as the platform writes it."""
        ...

    @property
    def noun(self) -> str:
        """The noun for one item: track, video, site, …"""
        ...

    @property
    def nouns(self) -> str:
        """The plural of `noun`."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What can be read and written on the platform."""
        ...

    @property
    def endpoints(self) -> Endpoints:
        """The platform's addresses, unless an account has its own."""
        ...

    @property
    def sign_in(self) -> SignInBy:
        """How an account is connected."""
        ...

    @property
    def suite(self) -> Suite:
        """The dialects that read and edit its fields."""
        ...

    def client(
        self,
        endpoints: Endpoints,
        client_id: str,
        credentials: Credentials,
        *,
        save: Callable[[Credentials], None],
        limits: Limits,
        clock: Clock = SYSTEM,
        renewal: Renewal = ON_ITS_OWN,
        remote_id: str = "",
    ) -> Client:
        """Return a client that acts for an account; keep one per account while the program runs.

        `save` stores credentials durably; renewed tokens are used only after it returned. `renewal`
        keeps other programs from renewing at the same time. `remote_id` is the account's lasting id
        on the platform, "" if it is not known yet.
        """
        ...

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether a field, as the platform returns it, equals what was written.

        Some platforms reorder tags or trim texts.
        """
        ...

    def whoami(self, client: Client) -> Identity:
        """Return the account that the client acts for."""
        ...

    def items(self, client: Client) -> Iterator[RemoteItem]:
        """Yield the account's own items, each once. Pages are read as needed."""
        ...

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read one item."""
        ...

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Write the named fields that differ from `before`; an empty tuple clears a field.

        Sends nothing if nothing differs. Success is checked with `item`.
        """
        ...

    def sign_out(self, client: Client) -> None:
        """End the account's sign-in on the platform."""
        ...


class SettledItem(Enum):
    """The state of an item whose write may have been partial."""

    WHOLE = "whole"
    """All of the edit, or none of it."""
    TAKEN_BACK = "taken back"
    """A part of our edit was there; the old state was restored."""
    LEFT = "left"
    """Something else was there, and was left unchanged."""


@runtime_checkable
class WritesInParts(Protocol):
    """A platform on which a kill can leave a partial write."""

    def settle(self, client: Client, remote_id: str, before: Fields, edit: Fields) -> SettledItem:
        """Restore an item to `before` if only a part of `edit` was written."""
        ...


class BrowserPlatform(Platform, Protocol):
    """A platform with OAuth: the person consents on its page."""

    @property
    def redirect_uri(self) -> str:
        """The redirect address that we suggest for registration there."""
        ...

    def auth_server(self, endpoints: Endpoints) -> AuthServer:
        """Return the authorization server."""
        ...


def by_browser(platform: Platform) -> TypeGuard[BrowserPlatform]:
    """Whether a person signs in to a platform in the browser."""
    return platform.sign_in is SignInBy.BROWSER


@runtime_checkable
class ResumesReading(Protocol):
    """A platform that can continue a list from a bookmark."""

    resumes_reading: bool

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """Yield items as `Platform.items` does, from a bookmark, and advance the bookmark.

        Raises `Refused`, `ItemGone` or `BadAnswer` before the first item if the platform no longer
        knows the cursor.
        """
        ...


def stamp_of(fields: Fields, *more: object) -> str:
    """Return a short hash of an item's fields and of other values that show a change."""
    text = json.dumps([sorted(fields.items()), more], ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def item_nouns(platform: Platform) -> tuple[str, str]:
    """Return what one item and several are called where the platform is not named: `SoundCloud
    track`, `own sites`."""
    if platform.noun.startswith(platform.name.lower()):
        return platform.noun, platform.nouns
    return f"{platform.name} {platform.noun}", f"{platform.name} {platform.nouns}"


def counted_items(platform: Platform, number: int) -> str:
    """Return the count in words: `1 SoundCloud track`, `1,200 Bluesky posts`."""
    return phrases.counted(number, *item_nouns(platform))
