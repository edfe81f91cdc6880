"""The feed of releases: fetched, verified, and held, so that an older one is refused."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from rightsdesk.resources import facts_keys
from rightsdesk.resources.facts_file import order
from rightsdesk.resources.release_feed import MAX_BYTES, RefusedFeed, ReleaseFeed, verified
from rightsdesk.resources.strict_toml import Strict, read
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.settings import keep_setting, setting
from rightsdesk.workspace.updates.types import NoFeedFile, OlderFeed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from rightsdesk.clock import Clock
    from rightsdesk.store.database import Database

SERVICE = "The feed of releases"
_CLIENT = "releases"
_HELD = "release-feed"


class Shipped(Strict, frozen=True, kw_only=True):
    """What a copy of the program came with."""

    address: str


@cache
def built_in_address() -> str:
    """The address that this copy came with; "" for none."""
    return read(files("rightsdesk.resources") / "updates.toml", Shipped).address


@dataclass(frozen=True, slots=True)
class HeldFeed:
    """The feed that was read last, and by which `etag` of which `address`. It is None if none was
    read, or if `problem` says why it can't be used."""

    feed: ReleaseFeed | None = None
    address: str = ""
    etag: str = ""
    problem: str = ""


def held(connection: Connection) -> HeldFeed:
    """The feed that is held. Its signature is checked each time."""
    stored = setting(connection, _HELD)
    if not stored:
        return HeldFeed()
    try:
        values = json.loads(stored)
        content = base64.b64decode(values["feed"], validate=True)
        feed = verified(content, facts_keys.trusted())
        return HeldFeed(feed, str(values["address"]), str(values["etag"]))
    except RefusedFeed as refused:
        return HeldFeed(problem=refused.sentence)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        return HeldFeed(problem="What is stored about new versions is damaged.")


def from_file(database: Database, path: str) -> ReleaseFeed:
    """Read a file. Raises RefusedFeed; then nothing was changed."""
    try:
        with Path(path).expanduser().open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise NoFeedFile(worded("{path} can't be read: {why}.", path=path, why=why)) from error
    return _take(database, content, "", "")


def from_address(database: Database, clock: Clock, address: str) -> ReleaseFeed:
    """Fetch the feed, unless it is unchanged. Raises RefusedFeed and PlatformError; then nothing
    was changed."""
    from rightsdesk.platforms.http.address import origin_of
    from rightsdesk.platforms.http.limits import Limits
    from rightsdesk.platforms.http.public_pages import PublicPages
    from rightsdesk.store.limits import keep_limit, stored_limits

    origin = str(origin_of(address))
    limits = Limits(stored_limits(database), changed=partial(keep_limit, database), clock=clock)
    limiter = limits.of(service=SERVICE, host=origin, client_id=_CLIENT)
    with database.read() as connection:
        before = held(connection)
    known = before.etag if before.address == address else ""
    with PublicPages(origin, limiter=limiter, service=SERVICE, clock=clock) as pages:
        page = pages.fetch(address, etag=known)
    if page.unchanged and before.feed is not None:
        return before.feed
    return _take(database, page.body, address, page.etag)


def _take(database: Database, content: bytes, address: str, etag: str) -> ReleaseFeed:
    """Verify a feed and hold it, if it is not older than the one that is held."""
    feed = verified(content, facts_keys.trusted())
    with database.write() as connection:
        before = held(connection).feed
        if before is not None and order(feed.issued) < order(before.issued):
            raise OlderFeed(
                worded(
                    "This feed ({issued}) is older than the one that is known ({known}).",
                    issued=feed.issued,
                    known=before.issued,
                ),
                advice="Somebody may be hiding a new version. Try again later.",
            )
        value = {"feed": base64.b64encode(content).decode(), "address": address, "etag": etag}
        keep_setting(connection, _HELD, texts.dump(value))
    return feed
