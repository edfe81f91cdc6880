"""What every platform offers the engine, so that a new one is one file.

What a platform can do is data (`Capabilities`), not an exception at the time of writing.
A platform object holds no state: whatever belongs to one account comes in by its `Client`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from rightsdesk import phrases
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.consent import Evidence
from rightsdesk.consent.fields import Fields
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.sign_in.credentials import ON_ITS_OWN, Credentials, Renewal

if TYPE_CHECKING:
    from rightsdesk.consent.dialects.suite import Suite
    from rightsdesk.platforms.http.client import Client
    from rightsdesk.platforms.http.limits import Limits
    from rightsdesk.platforms.sign_in.oauth import AuthServer


_COUNTED = re.compile("[0-9]{1,9}")


class Reach(StrEnum):
    """What one declaration on a platform holds for."""

    ITEM = "item"
    ACCOUNT = "account"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What can be read and written, for what, and by which evidence it is then known.

    `fields` are the names that `RemoteItem.fields` and `write` know. `shows_within` is how
    long a reading can be older than a write that was taken: only a later one that still shows
    the old tells that it was not taken. The `prompt` fields are read where they are written,
    past any cache: what they show is so. `hidden` says what to do where a write never shows.
    """

    reads: frozenset[Reach]
    writes: frozenset[Reach]
    evidence: Evidence
    fields: tuple[str, ...]
    shows_within: timedelta = timedelta(minutes=10)
    prompt: tuple[str, ...] = ()
    hidden: str = "Look at it on the platform itself, and ask its support why it is not shown."


class SignInBy(StrEnum):
    """What a person needs in order to connect an account.

    BROWSER: a client id, and a yes on the platform's own page. PASSWORD: a user name or
    handle and an app password. TOKEN: an API token, and what it is for.
    """

    BROWSER = "browser"
    PASSWORD = "password"
    TOKEN = "token"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose account it is, as the platform says. `url` is "" or safe to open."""

    remote_id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class RemoteItem:
    """One thing of an account that carries a declaration, as last read.

    Most are tracks or videos; `reach` tells where it is the account itself, or its site.
    `isrc` is "" or as the platform has it, `duration_ms` None where unknown; `url` is "" or
    safe to open. `stamp` changes whenever something changed there that matters here.
    `owner` is whose it is by the platform's word, an `Identity.remote_id`, "" where that
    goes without saying. With a `problem` the item is there but could not be read, and nothing
    else about it counts.
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
    """How far a reading of an account's list has come, so that a later one can go on.

    `at` is the platform's own cursor of the page that is being read, "" for the first one;
    `seen` are the items that were read already, and are left out. Some platforms read another
    list before that one: `before_at` is the cursor there, and `before` what it said, by item.
    """

    at: str = ""
    seen: set[str] = field(default_factory=set)
    before_at: str = ""
    before: dict[str, list[str]] = field(default_factory=dict)

    def begin_anew(self) -> None:
        """Forget how far the reading has come."""
        self.at = self.before_at = ""
        self.seen.clear()
        self.before.clear()

    def number(self, first: int) -> int:
        """The cursor where a platform counts, and `first` is where it begins."""
        return int(self.at) if _COUNTED.fullmatch(self.at) else first


class Platform(Protocol):
    """One platform. Every method can raise the errors of `platforms.errors`."""

    @property
    def id(self) -> str:
        """Short and stable: for the store and the command line."""
        ...

    @property
    def name(self) -> str:
        """As the platform writes it."""
        ...

    @property
    def noun(self) -> str:
        """What one of its items is called: track, video, site, …"""
        ...

    @property
    def nouns(self) -> str:
        """Several of them."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What can be read and written there."""
        ...

    @property
    def endpoints(self) -> Endpoints:
        """Where it is, unless an account says otherwise."""
        ...

    @property
    def sign_in(self) -> SignInBy:
        """How an account is connected."""
        ...

    @property
    def suite(self) -> Suite:
        """What its fields say, and how to make them say something."""
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
        """A client that acts for an account; keep one for each while the program runs.

        `save` stores credentials durably; renewed tokens are only used once it returned.
        `renewal` keeps other programs from renewing at the same time. `remote_id` is the
        account's lasting name there, "" while that is not known.
        """
        ...

    def same(self, name: str, written: tuple[str, ...], told: tuple[str, ...]) -> bool:
        """Whether a field, as the platform tells it, is what was written: some put tags in
        another order or trim texts."""
        ...

    def whoami(self, client: Client) -> Identity:
        """Whose account this is."""
        ...

    def items(self, client: Client) -> Iterator[RemoteItem]:
        """The account's own items, page by page as they are asked for, each once."""
        ...

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """One item, read anew."""
        ...

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Set the named fields (an empty tuple clears one) where they differ from `before`.

        Sends nothing where nothing differs. Whether it took is for `item` to say.
        """
        ...

    def sign_out(self, client: Client) -> None:
        """End the account's sign-in at the platform."""
        ...


class Settled(Enum):
    """What was found where a write may have been done only in part."""

    WHOLE = "whole"
    """All of it, or nothing."""
    TAKEN_BACK = "taken back"
    """A part of ours; now it is as it was before."""
    LEFT = "left"
    """Something else, which was left as it is."""


@runtime_checkable
class WritesInParts(Protocol):
    """A platform on which a kill can leave a write done only in part."""

    def settle(self, client: Client, remote_id: str, before: Fields, edit: Fields) -> Settled:
        """Bring an item that is only in part what `edit` makes of it back to `before`."""
        ...


class BrowserPlatform(Platform, Protocol):
    """A platform with OAuth: the person says yes on its own page."""

    @property
    def redirect_uri(self) -> str:
        """The redirect address that we suggest to register there."""
        ...

    def auth_server(self, endpoints: Endpoints) -> AuthServer:
        """How to sign in there."""
        ...


@runtime_checkable
class ReadsOn(Protocol):
    """A platform whose list can be read on from a page."""

    reads_on: bool

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """As `Platform.items`, from a bookmark, which is moved along.

        Raises `Refused`, `ItemGone` or `BadAnswer` before the first item where the platform
        does not know the cursor any more.
        """
        ...


def stamp_of(fields: Fields, *others: object) -> str:
    """A short hash over an item's fields and whatever else tells a change there."""
    text = json.dumps([sorted(fields.items()), others], ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def counted_items(platform: Platform, number: int) -> str:
    """`1 SoundCloud track`, `1,200 Bluesky posts`."""
    nouns = f"{platform.name} {platform.noun}", f"{platform.name} {platform.nouns}"
    return phrases.counted(number, *nouns)
