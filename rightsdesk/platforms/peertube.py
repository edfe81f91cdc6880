"""PeerTube: an account's own videos on any server, their tags and descriptions.

Sources: PeerTube's REST API reference (docs.joinpeertube.org) and its code (validators of videos,
controllers/api/videos/update.ts). There is no field for AI consent: `consent.dialects.described`
says what a description and a tag mean. An update is partial: only the fields that are sent change.
The licence is read and never sent.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.platforms.described import PeerTubeVideo
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.fields import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.http.address import Endpoints, shareable
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import ItemGone
from rightsdesk.platforms.interface import (
    Bookmark,
    Capabilities,
    Identity,
    Platform,
    Reach,
    RemoteItem,
    SignInBy,
    stamp_of,
)
from rightsdesk.platforms.json_checks import ItemsOrProblems, Shapes, milliseconds, text_in
from rightsdesk.platforms.sign_in.access import Access, ByAccess
from rightsdesk.platforms.sign_in.account_client import account_client
from rightsdesk.platforms.sign_in.peertube_session import session_client
from rightsdesk.platforms.tagged_media import (
    DESCRIPTION,
    LICENCE,
    TAGS,
    fitting,
    same_described,
    server_of,
)

PAGE_SIZE = 100  # the most that one page holds
MOST_PAGES = 10_000
SHORTENED = 240
"""Before version 5, the list cut off descriptions longer than about this."""

NOTHING = "null"
"""How a form empties a field: see toValueOrNull in PeerTube's code."""

_SHAPES = Shapes("PeerTube")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class PeerTube(ByAccess):
    """Any PeerTube server: there is no default one. Videos are identified by UUID."""

    id = CarrierId.PEERTUBE
    name = id.display_name
    noun, nouns = "video", "videos"
    resumes_reading = True
    capabilities = Capabilities(
        reads=frozenset({Reach.ITEM}),
        writes=frozenset({Reach.ITEM}),
        evidence=Evidence.API,
        fields=(TAGS, DESCRIPTION, LICENCE),
    )
    endpoints = Endpoints(api="", auth="")
    sign_in = SignInBy.PASSWORD
    suite = Suite((PeerTubeVideo(),))

    def connected(self, access: Access) -> Client:
        """Return a client with a user name as `identifier`, and first its password as `secret`.

        Raises `AddressRefused` if no server is named.
        """
        server_of(access.endpoints, self.name, "https://video.example")
        return session_client(access, self.name)

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether tags are the same in any order and case, and texts apart from line ends."""
        return same_described(name, written, observed)

    def whoami(self, client: Client) -> Identity:
        """Return the account: `GET /users/me`. It is identified by user name and server."""
        me = _SHAPES.mapping(client.get("/api/v1/users/me"))
        username = text_in(me, "username")
        if not username:
            raise _SHAPES.nameless()
        account = me.get("account")
        profile: Mapping[str, Any] = account if isinstance(account, dict) else {}
        return Identity(
            remote_id=f"{username}@{urlsplit(client.base_url).netloc}",
            name=text_in(profile, "displayName") or username,
            url=shareable(profile.get("url")),
        )

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """Yield the videos: `GET /users/me/videos`, page by page, then each video for its tags.

        Raises `BadAnswer` if the pages repeat or never end.
        """
        mark = mark or Bookmark()
        yielded: set[str] = set()
        reader = ItemsOrProblems()
        start = mark.number(0)
        for _ in range(MOST_PAGES):
            query = {"start": str(start), "count": str(PAGE_SIZE), "sort": "-createdAt"}
            page = _SHAPES.mapping(client.get("/api/v1/users/me/videos", query))
            videos, total = page.get("data"), page.get("total")
            if not isinstance(videos, list) or type(total) is not int:
                raise _SHAPES.unexpected("{service} sent a list of videos in an unknown shape.")
            news = [name for name in map(_uuid, videos) if name not in yielded]
            for name in news:
                # A video uploaded meanwhile moves others to the next page.
                if name not in yielded:
                    yielded.add(name)
                    if name in mark.seen:
                        continue
                    with suppress(ItemGone):
                        yield reader.read(name, partial(self.item, client, name))
            start += len(videos)
            mark.at = str(start)
            if not videos or start >= total:
                return
            if not news:
                break
        raise _SHAPES.repeats()

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read one video: `GET /videos/{id}`. Old servers need another call for the description."""
        video = _SHAPES.mapping(client.get(_path(remote_id)))
        if _uuid(video) != remote_id:
            raise _SHAPES.unexpected("{service} sent another video than the requested one.")
        text = _SHAPES.exact(video, DESCRIPTION)
        if "truncatedDescription" not in video and len(text) >= SHORTENED:
            whole = _SHAPES.mapping(client.get(f"{_path(remote_id)}/description"))
            text = _SHAPES.exact(whole, DESCRIPTION)
        return _item(video, text)

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Write the changed fields: `PUT /videos/{id}`, `multipart/form-data`.

        Raises `DoesNotFit` for a description that is longer than PeerTube allows.
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
                text = fitting(values, self.suite)
                form.append((DESCRIPTION, text or NOTHING))
        if form:
            # The answer is not used: only a read shows what PeerTube stored.
            client.request("PUT", _path(remote_id), multipart=form)

    def sign_out(self, client: Client) -> None:
        """End the session and its refresh token: `POST /users/revoke-token`."""
        account_client(client).request("POST", "/api/v1/users/revoke-token")


def _path(remote_id: str) -> str:
    if not _UUID.fullmatch(remote_id):
        raise ValueError("not the UUID of a video")
    return f"/api/v1/videos/{remote_id}"


def _uuid(video: Any) -> str:
    name = _SHAPES.mapping(video).get("uuid")
    if not isinstance(name, str) or not _UUID.fullmatch(name):
        raise _SHAPES.unexpected("{service} sent a video without a valid name.")
    return name


def _item(video: Mapping[str, Any], description: str) -> RemoteItem:
    licence, channel = video.get(LICENCE), video.get("channel")
    label = text_in(licence, "label") if isinstance(licence, dict) and licence.get("id") else ""
    values = {
        TAGS: _SHAPES.tags(video.get(TAGS)),
        DESCRIPTION: (description,) if description else (),
        LICENCE: (label,) if label else (),
    }
    fields = {name: texts for name, texts in values.items() if texts}
    return RemoteItem(
        remote_id=_uuid(video),
        title=text_in(video, "name"),
        artist=text_in(channel, "displayName") if isinstance(channel, dict) else "",
        isrc="",
        duration_ms=milliseconds(video.get("duration")),
        url=shareable(video.get("url")),
        fields=fields,
        stamp=stamp_of(fields),
    )


PLATFORM: Platform = PeerTube()
