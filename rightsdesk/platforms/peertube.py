"""PeerTube: an account's own videos on any server, their tags and descriptions.

Sources: PeerTube's REST API reference (docs.joinpeertube.org) and its code (validators of
videos, controllers/api/videos/update.ts). There is no field for AI consent:
`consent.dialects.described` says what a description and a tag mean. An update is partial: only
what is sent changes. The licence is read and never sent.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from rightsdesk.consent.dialects.described import PeerTubeVideo
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.fields import Fields
from rightsdesk.platforms.account_client import account_client
from rightsdesk.platforms.address import shareable
from rightsdesk.platforms.clock import SYSTEM, Clock
from rightsdesk.platforms.credentials import Credentials
from rightsdesk.platforms.errors import AddressRefused, BadAnswer, DoesNotFit, ItemGone
from rightsdesk.platforms.http import Client
from rightsdesk.platforms.interface import (
    Capabilities,
    Endpoints,
    Identity,
    Reach,
    RemoteItem,
    SignInBy,
    stamp_of,
)
from rightsdesk.platforms.limits import Limits
from rightsdesk.platforms.peertube_session import session_client

TAGS, DESCRIPTION, LICENCE = "tags", "description", "licence"
PAGE_SIZE = 100  # the most that PeerTube gives at once
MOST_PAGES = 10_000
LONGEST_DESCRIPTION = 10_000
SHORTENED = 240
"""Before version 5, a description longer than about this came with its end cut off."""

NOTHING = "null"
"""How a form says that a field is to be empty: see toValueOrNull in PeerTube's code."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class PeerTube:
    """A PeerTube server; there is no first among them. Videos are named by their UUID."""

    id = "peertube"
    name = "PeerTube"
    noun, nouns = "video", "videos"
    capabilities = Capabilities(
        reads=frozenset({Reach.ITEM}),
        writes=frozenset({Reach.ITEM}),
        evidence="api",
        fields=(TAGS, DESCRIPTION, LICENCE),
    )
    endpoints = Endpoints(api="", auth="")
    sign_in = SignInBy.PASSWORD
    suite = Suite((PeerTubeVideo(),))

    def client(
        self,
        endpoints: Endpoints,
        client_id: str,
        credentials: Credentials,
        *,
        save: Callable[[Credentials], None],
        limits: Limits,
        clock: Clock = SYSTEM,
    ) -> Client:
        """With a user name as `identifier`, and its password as `secret` the first time.

        Raises `AddressRefused` where no server is named.
        """
        if not endpoints.api:
            raise AddressRefused(
                "Every PeerTube account is on a server of its own.",
                advice="Give the server's address, such as https://video.example.",
            )
        return session_client(
            endpoints.api, credentials, save=save, limits=limits, service=self.name, clock=clock
        )

    def same(self, name: str, written: tuple[str, ...], told: tuple[str, ...]) -> bool:
        """The same tags in any order and case; the same text, whatever became of line ends."""
        if name == TAGS:
            return sorted(map(str.casefold, written)) == sorted(map(str.casefold, told))
        return _trimmed(written) == _trimmed(told)

    def whoami(self, client: Client) -> Identity:
        """`GET /users/me`. The account is known by its user name and its server."""
        me = _mapping(client.get("/api/v1/users/me"))
        username = _text(me, "username")
        if not username:
            raise _unexpected("an account without a name")
        account = me.get("account")
        known: Mapping[str, Any] = account if isinstance(account, dict) else {}
        return Identity(
            remote_id=f"{username}@{urlsplit(client.base_url).netloc}",
            name=_text(known, "displayName") or username,
            url=shareable(known.get("url")),
        )

    def items(self, client: Client) -> Iterator[RemoteItem]:
        """`GET /users/me/videos`, page by page, then each video: a list has no tags.

        Raises `BadAnswer` where the pages repeat themselves or never end.
        """
        given: set[str] = set()
        start = 0
        for _ in range(MOST_PAGES):
            query = {"start": str(start), "count": str(PAGE_SIZE), "sort": "-createdAt"}
            page = _mapping(client.get("/api/v1/users/me/videos", query))
            videos, total = page.get("data"), page.get("total")
            if not isinstance(videos, list) or type(total) is not int:
                raise _unexpected("a list of videos in an unknown shape")
            news = [name for name in map(_uuid, videos) if name not in given]
            for name in news:
                # A video uploaded meanwhile moves others on to the next page.
                if name not in given:
                    given.add(name)
                    with suppress(ItemGone):
                        yield self.item(client, name)
            start += len(videos)
            if not videos or start >= total:
                return
            if not news:
                break
        raise BadAnswer(
            "PeerTube's list of videos leads in a circle.",
            advice="Try again later: RightsDesk can't tell whether it saw all videos.",
        )

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """`GET /videos/{id}`, and its whole description where an old server cuts it off."""
        video = _mapping(client.get(_path(remote_id)))
        if _uuid(video) != remote_id:
            raise _unexpected("another video than the one asked for")
        text = _exact(video, DESCRIPTION)
        if "truncatedDescription" not in video and len(text) >= SHORTENED:
            whole = _mapping(client.get(f"{_path(remote_id)}/description"))
            text = _exact(whole, DESCRIPTION)
        return _item(video, text)

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """`PUT /videos/{id}`, `multipart/form-data`, with those of the two fields that differ.

        Raises `DoesNotFit` for a description that is longer than PeerTube takes.
        """
        if unknown := set(fields) - {TAGS, DESCRIPTION}:
            raise ValueError(f"not to be written: {sorted(unknown)}")
        form: list[tuple[str, str]] = []
        for name, values in fields.items():
            if tuple(values) == tuple(before.fields.get(name, ())):
                continue
            if name == TAGS:
                form += [("tags[]", tag) for tag in values] or [(TAGS, NOTHING)]
            else:
                form.append((DESCRIPTION, _fitting(values) or NOTHING))
        if form:
            # The answer is not read: only reading back tells what PeerTube made of it.
            client.request("PUT", _path(remote_id), multipart=form)

    def sign_out(self, client: Client) -> None:
        """`POST /users/revoke-token`: the session ends, and its refresh token with it."""
        account_client(client).request("POST", "/api/v1/users/revoke-token")


def _fitting(values: tuple[str, ...]) -> str:
    if len(values) > 1:
        raise ValueError("a description is one text")
    text = values[0] if values else ""
    if len(text) > LONGEST_DESCRIPTION:
        raise DoesNotFit(
            f"The description would have {len(text):,} characters; "
            f"PeerTube takes {LONGEST_DESCRIPTION:,}.",
            untouched="Nothing was sent.",
            advice="Shorten the description, or choose a shorter sentence of your own.",
        )
    return text


def _trimmed(values: tuple[str, ...]) -> str:
    return "\n".join(line.rstrip() for line in " ".join(values).splitlines()).strip()


def _path(remote_id: str) -> str:
    if not _UUID.fullmatch(remote_id):
        raise ValueError("not the UUID of a video")
    return f"/api/v1/videos/{remote_id}"


def _uuid(video: Any) -> str:
    name = _mapping(video).get("uuid")
    if not isinstance(name, str) or not _UUID.fullmatch(name):
        raise _unexpected("a video without a valid name")
    return name


def _item(video: Mapping[str, Any], description: str) -> RemoteItem:
    tags = video.get(TAGS) or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise _unexpected("tags that are no texts")
    licence, channel = video.get(LICENCE), video.get("channel")
    label = _text(licence, "label") if isinstance(licence, dict) and licence.get("id") else ""
    told = {
        TAGS: tuple(tags),
        DESCRIPTION: (description,) if description else (),
        LICENCE: (label,) if label else (),
    }
    fields = {name: values for name, values in told.items() if values}
    seconds = video.get("duration")
    return RemoteItem(
        remote_id=_uuid(video),
        title=_text(video, "name"),
        artist=_text(channel, "displayName") if isinstance(channel, dict) else "",
        isrc="",
        duration_ms=seconds * 1000 if type(seconds) is int and 0 < seconds < 10**7 else None,
        url=shareable(video.get("url")),
        fields=fields,
        stamp=stamp_of(fields),
    )


def _mapping(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise _unexpected("an answer in an unknown shape")
    return data


def _text(values: Mapping[str, Any], name: str) -> str:
    """A text that is only shown or compared: "" where it is null or no text."""
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _exact(values: Mapping[str, Any], name: str) -> str:
    """A text that carries a declaration: "" where it is null, never guessed at."""
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise _unexpected(f"a {name} that is no text")
    return value or ""


def _unexpected(what: str) -> BadAnswer:
    return BadAnswer(
        f"PeerTube sent {what}.",
        advice="If this stays, PeerTube has changed: look for a newer RightsDesk.",
    )
