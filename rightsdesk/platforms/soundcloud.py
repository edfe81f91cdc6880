"""SoundCloud: the artist's own tracks, their tags and their descriptions.

Sources: SoundCloud's OpenAPI description (github.com/soundcloud/api, openapi/api.yaml) and its
guide (developers.soundcloud.com). There is no field for AI consent: the track's `tag_list` and
`description` are read and written; `consent.dialects.soundcloud` says what they mean. The licence
is read and never sent: a Creative Commons grant can't be revoked.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.platforms.soundcloud import split_tags
from rightsdesk.consent.dialects.suites import SOUNDCLOUD_SUITE
from rightsdesk.consent.fields import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.browser_sign_in import BrowserSignIn
from rightsdesk.platforms.http.address import Endpoints, shareable
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import RateLimited, SpamWarning
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
from rightsdesk.platforms.json_checks import (
    Shapes,
    item_or_problem,
    length,
    one_value,
    same_lines,
    text_in,
)
from rightsdesk.platforms.sign_in.oauth import AuthServer

FIELDS = ("tag_list", "description")
LICENCE = "licence"
PAGE_SIZE = "200"  # the most that one page of /me/tracks holds
MOST_PAGES = 20_000
MOST_PAGES_WITHOUT_NEWS = 20
"""A page can be empty and still have a next one, but not endlessly."""

_SHAPES = Shapes("SoundCloud")
_TRACK_URN = re.compile(r"soundcloud:tracks:[A-Za-z0-9_-]{1,64}")


class SoundCloud(BrowserSignIn):
    """SoundCloud's public API. Tracks are identified by URN."""

    id = CarrierId.SOUNDCLOUD
    name = id.display_name
    noun, nouns = "track", "tracks"
    resumes_reading = True
    capabilities = Capabilities(
        reads=frozenset({Reach.ITEM}),
        writes=frozenset({Reach.ITEM}),
        evidence=Evidence.API,
        fields=(*FIELDS, LICENCE),
    )
    endpoints = Endpoints(api="https://api.soundcloud.com", auth="https://secure.soundcloud.com")
    sign_in = SignInBy.BROWSER
    suite = SOUNDCLOUD_SUITE
    redirect_uri = "http://127.0.0.1:8765/callback"

    def auth_server(self, endpoints: Endpoints) -> AuthServer:
        """Return the server: code with PKCE, no scopes. The header says “OAuth”, not “Bearer”."""
        base = endpoints.auth.rstrip("/")
        return AuthServer(
            service=self.name,
            authorize_url=f"{base}/authorize",
            token_url=f"{base}/oauth/token",
            scheme="OAuth",
        )

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether the tags are the same in any order, and texts apart from spaces at line ends."""
        return _normalised(name, written) == _normalised(name, observed)

    def whoami(self, client: Client) -> Identity:
        """Return the account: `GET /me`. It is identified by its URN."""
        me = _SHAPES.mapping(client.get("/me"))
        urn = me.get("urn")
        if not isinstance(urn, str) or not urn:
            raise _SHAPES.nameless()
        name = text_in(me, "username") or text_in(me, "full_name") or urn
        return Identity(remote_id=urn, name=name, url=shareable(me.get("permalink_url")))

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """Yield the tracks: `GET /me/tracks`, following `next_href` until there is none.

        Raises `BadAnswer` if the pages repeat or never end.
        """
        mark = mark or Bookmark()
        first = {"limit": PAGE_SIZE, "linked_partitioning": "true"}
        page = client.get(mark.at) if mark.at else client.get("/me/tracks", first)
        visited: set[str] = set()
        yielded = set(mark.seen)
        without_news = 0
        while True:
            tracks, next_href = _page(page)
            # A track uploaded meanwhile moves others to the next page.
            news = {urn: track for track in tracks if (urn := _urn(track)) not in yielded}
            for urn, track in news.items():
                yielded.add(urn)
                yield item_or_problem(urn, partial(_item, track))
            if not next_href:
                return
            without_news = 0 if news else without_news + 1
            endless = without_news > MOST_PAGES_WITHOUT_NEWS or len(visited) >= MOST_PAGES
            if next_href in visited or endless:
                raise _SHAPES.repeats()
            visited.add(next_href)
            mark.at = next_href
            page = client.get(next_href)

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read one track: `GET /tracks/{urn}`."""
        item = _item(client.get(_path(remote_id)))
        if item.remote_id != remote_id:
            raise _SHAPES.unexpected("{service} sent another track than the requested one.")
        return item

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Write the changed fields: `PUT /tracks/{urn}`.

        A 429 with a spam warning raises `SpamWarning`: see the API's page on rate limits.
        """
        unknown = set(fields) - set(FIELDS)
        if unknown:
            raise ValueError(f"not fields of a SoundCloud track: {sorted(unknown)}")
        wanted = {name: one_value(name, values) for name, values in fields.items()}
        track = {
            name: text
            for name, text in wanted.items()
            if text != one_value(name, before.fields.get(name, ()))
        }
        if not track:
            return
        try:
            # The answer is not used: only a read shows what SoundCloud stored.
            client.request("PUT", _path(remote_id), json={"track": track})
        except RateLimited as limited:
            if "spam_warning_urn" not in limited.details:
                raise
            raise SpamWarning(
                "SoundCloud took these changes for spam and stopped them.",
                until=limited.until,
                advice=(
                    "Check your account for a message from SoundCloud, wait a day, and continue "
                    "with fewer tracks at a time."
                ),
                details=limited.details,
            ) from None

    def sign_out(self, client: Client) -> None:
        """End the session of the current token: `POST /sign-out` on the sign-in host."""
        client.request("POST", client.auth_url.rstrip("/") + "/sign-out")


def _normalised(name: str, values: tuple[str, ...]) -> object:
    text = " ".join(values)
    if name == "tag_list":
        return sorted(tag.strip('"') for tag in split_tags(text))
    return same_lines(text)


def _path(remote_id: str) -> str:
    if not _TRACK_URN.fullmatch(remote_id):
        raise ValueError("not the URN of a SoundCloud track")
    return f"/tracks/{remote_id}"


def _page(page: Any) -> tuple[list[Any], str]:
    """Return a page's tracks, and the address of the next page or "".

    A bare list is the older shape without paging.
    """
    if isinstance(page, list):
        return page, ""
    tracks, next_href = _SHAPES.mapping(page).get("collection"), page.get("next_href") or ""
    if not isinstance(tracks, list) or not isinstance(next_href, str):
        raise _SHAPES.unexpected("{service} sent a list of tracks in an unknown shape.")
    return tracks, next_href


def _urn(track: Any) -> str:
    urn = _SHAPES.mapping(track).get("urn")
    if not isinstance(urn, str) or not _TRACK_URN.fullmatch(urn):
        raise _SHAPES.unexpected("{service} sent a track without a valid name.")
    return urn


def _item(track: Any) -> RemoteItem:
    values = _SHAPES.mapping(track)
    user = values.get("user")
    user = user if isinstance(user, Mapping) else {}
    texts = {name: _SHAPES.exact(values, name) for name in FIELDS}
    texts[LICENCE] = text_in(values, "license")
    fields = {name: (text,) for name, text in texts.items() if text}
    return RemoteItem(
        remote_id=_urn(values),
        title=text_in(values, "title"),
        artist=text_in(values, "metadata_artist") or text_in(user, "username"),
        isrc=text_in(values, "isrc"),
        duration_ms=length(values.get("duration")),
        url=shareable(values.get("permalink_url")),
        fields=fields,
        stamp=stamp_of(fields, text_in(values, "last_modified")),
        owner=text_in(user, "urn"),
    )


PLATFORM: Platform = SoundCloud()
