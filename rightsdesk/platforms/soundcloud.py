"""SoundCloud: the artist's own tracks, their tags and their descriptions.

Sources: SoundCloud's OpenAPI description (github.com/soundcloud/api, openapi/api.yaml) and
its guide (developers.soundcloud.com). There is no field for AI consent: what is read and
written is the track's `tag_list` and `description`; `consent.dialects.soundcloud` says what
they mean. The licence is never sent: a Creative Commons grant can't be taken back.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rightsdesk.consent.dialects.soundcloud import split_tags
from rightsdesk.consent.dialects.suite import SOUNDCLOUD_SUITE
from rightsdesk.consent.fields import Fields
from rightsdesk.platforms.address import shareable
from rightsdesk.platforms.clock import SYSTEM, Clock
from rightsdesk.platforms.connection import oauth_client
from rightsdesk.platforms.credentials import Credentials
from rightsdesk.platforms.errors import BadAnswer, RateLimited, SpamWarning
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
from rightsdesk.platforms.oauth import AuthServer

FIELDS = ("tag_list", "description")
PAGE_SIZE = "200"  # the most that /me/tracks gives at once
MOST_PAGES = 20_000
MOST_PAGES_WITHOUT_NEWS = 20
"""A page can be empty and still have a next one, but not for ever."""

_TRACK_URN = re.compile(r"soundcloud:tracks:[A-Za-z0-9_-]{1,64}")


class SoundCloud:
    """SoundCloud's public API. Tracks are named by their URN."""

    id = "soundcloud"
    name = "SoundCloud"
    noun, nouns = "track", "tracks"
    capabilities = Capabilities(
        reads=frozenset({Reach.ITEM}),
        writes=frozenset({Reach.ITEM}),
        evidence="api",
        fields=FIELDS,
    )
    endpoints = Endpoints(api="https://api.soundcloud.com", auth="https://secure.soundcloud.com")
    sign_in = SignInBy.BROWSER
    suite = SOUNDCLOUD_SUITE
    redirect_uri = "http://127.0.0.1:8765/callback"

    def auth_server(self, endpoints: Endpoints) -> AuthServer:
        """Authorization code with PKCE, no scopes; the header says “OAuth”, not “Bearer”."""
        base = endpoints.auth.rstrip("/")
        return AuthServer(
            service=self.name,
            authorize_url=f"{base}/authorize",
            token_url=f"{base}/oauth/token",
            scheme="OAuth",
        )

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
        """With tokens from the browser, renewed as needed."""
        return oauth_client(
            self, endpoints, client_id, credentials, save=save, limits=limits, clock=clock
        )

    def same(self, name: str, written: tuple[str, ...], told: tuple[str, ...]) -> bool:
        """The same tags in any order; the same text, whatever became of spaces at line ends."""
        return _told(name, written) == _told(name, told)

    def whoami(self, client: Client) -> Identity:
        """`GET /me`. The account is identified by its URN."""
        me = _mapping(client.get("/me"))
        urn = me.get("urn")
        if not isinstance(urn, str) or not urn:
            raise _unexpected("an account without a name")
        name = _text(me, "username") or _text(me, "full_name") or urn
        return Identity(remote_id=urn, name=name, url=shareable(me.get("permalink_url")))

    def items(self, client: Client) -> Iterator[RemoteItem]:
        """`GET /me/tracks`, following `next_href` as it stands until there is none.

        Raises `BadAnswer` where the pages lead in a circle or never end.
        """
        page = client.get("/me/tracks", {"limit": PAGE_SIZE, "linked_partitioning": "true"})
        visited: set[str] = set()
        given: set[str] = set()
        without_news = 0
        while True:
            tracks, next_href = _page(page)
            news = [item for item in map(_item, tracks) if item.remote_id not in given]
            for item in news:
                # A track uploaded meanwhile moves others on to the next page.
                if item.remote_id not in given:
                    given.add(item.remote_id)
                    yield item
            if not next_href:
                return
            without_news = 0 if news else without_news + 1
            endless = without_news > MOST_PAGES_WITHOUT_NEWS or len(visited) >= MOST_PAGES
            if next_href in visited or endless:
                raise BadAnswer(
                    "SoundCloud's list of tracks leads in a circle.",
                    advice="Try again later: RightsDesk can't tell whether it saw all tracks.",
                )
            visited.add(next_href)
            page = client.get(next_href)

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """`GET /tracks/{urn}`."""
        item = _item(client.get(_path(remote_id)))
        if item.remote_id != remote_id:
            raise _unexpected("another track than the one asked for")
        return item

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """`PUT /tracks/{urn}` with those of the two fields that differ from `before`.

        A 429 with a spam warning is raised as `SpamWarning`: see the API's rate limits page.
        """
        unknown = set(fields) - set(FIELDS)
        if unknown:
            raise ValueError(f"not fields of a SoundCloud track: {sorted(unknown)}")
        wanted = {name: _joined(name, values) for name, values in fields.items()}
        track = {
            name: text
            for name, text in wanted.items()
            if text != _joined(name, before.fields.get(name, ()))
        }
        if not track:
            return
        try:
            # The answer is not read: only reading back tells what SoundCloud made of it.
            client.request("PUT", _path(remote_id), json={"track": track})
        except RateLimited as limited:
            if "spam_warning_urn" not in limited.details:
                raise
            raise SpamWarning(
                "SoundCloud took these changes for spam and stopped them.",
                until=limited.until,
                advice=(
                    "Look for a message from SoundCloud in your account, wait a day, and go on "
                    "with fewer tracks at a time."
                ),
                details=limited.details,
            ) from None

    def sign_out(self, client: Client) -> None:
        """`POST /sign-out` on the sign-in host: the session of the current token ends."""
        client.request("POST", client.auth_url.rstrip("/") + "/sign-out")


def _told(name: str, values: tuple[str, ...]) -> object:
    text = " ".join(values)
    if name == "tag_list":
        return sorted(tag.strip('"') for tag in split_tags(text))
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _path(remote_id: str) -> str:
    if not _TRACK_URN.fullmatch(remote_id):
        raise ValueError("not the URN of a SoundCloud track")
    return f"/tracks/{remote_id}"


def _joined(name: str, values: tuple[str, ...]) -> str:
    if len(values) > 1:
        raise ValueError(f"{name} holds one value")
    return values[0] if values else ""


def _page(page: Any) -> tuple[list[Any], str]:
    """A page's tracks and the address of the next page, or "".

    A bare list is the older shape without paging.
    """
    if isinstance(page, list):
        return page, ""
    tracks, next_href = _mapping(page).get("collection"), page.get("next_href") or ""
    if not isinstance(tracks, list) or not isinstance(next_href, str):
        raise _unexpected("a list of tracks in an unknown shape")
    return tracks, next_href


def _item(track: Any) -> RemoteItem:
    values = _mapping(track)
    urn = values.get("urn")
    if not isinstance(urn, str) or not _TRACK_URN.fullmatch(urn):
        raise _unexpected("a track without a valid name")
    user = values.get("user")
    fields = {name: (text,) for name in FIELDS if (text := _exact(values, name))}
    duration = values.get("duration")
    return RemoteItem(
        remote_id=urn,
        title=_text(values, "title"),
        artist=_text(values, "metadata_artist")
        or (_text(user, "username") if isinstance(user, Mapping) else ""),
        isrc=_text(values, "isrc"),
        duration_ms=duration if type(duration) is int and duration > 0 else None,
        url=shareable(values.get("permalink_url")),
        fields=fields,
        stamp=stamp_of(fields, _text(values, "last_modified")),
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
        f"SoundCloud sent {what}.",
        advice="If this stays, SoundCloud has changed: look for a newer RightsDesk.",
    )
