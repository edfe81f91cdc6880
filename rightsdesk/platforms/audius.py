"""Audius: one switch on the artist's account, and one on each track.

Sources: Audius' API description and documentation (docs.audius.org). For signing in: its own SDK
(github.com/AudiusProject/apps, packages/sdk), which is ahead of the description. A write passes a
ledger and an index before it can be read, so we wait for it; an answer of 200 proves nothing. It is
not documented whether a track's switch can be changed after the upload. If Audius does not show a
change, an error says so.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.platforms.audius import AudiusTrack, AudiusUser
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.fields import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.browser_sign_in import BrowserSignIn
from rightsdesk.platforms.http.address import Endpoints, shareable
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import Ignored
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
from rightsdesk.platforms.json_checks import Shapes, item_or_problem, milliseconds, text_in
from rightsdesk.platforms.sign_in.account_client import account_client
from rightsdesk.platforms.sign_in.oauth import AuthServer

ACCOUNT, TRACK = "allow_ai_attribution", "no_ai_use"
CALLS_A_SECOND = 10  # limit of the free plan
PAGE = 100  # the most that one page of a list holds
MOST_PAGES = 2_000
MOST_PAGES_WITHOUT_NEWS = 3
PATIENCE = (0.5, 1.0, 1.5)
"""Seconds to wait for the index, before each further read."""

_SHAPES = Shapes("Audius")
_ID = re.compile(r"[A-Za-z0-9]{1,40}")
_ACCOUNT = re.compile(r"users/([A-Za-z0-9]{1,40})")
_TRACK = re.compile(r"users/([A-Za-z0-9]{1,40})/tracks/([A-Za-z0-9]{1,40})")
_PERMALINK = re.compile(r"/[A-Za-z0-9._~%/-]{1,300}")
_WORDS = {"true": True, "false": False}


class Audius(BrowserSignIn):
    """Audius' API. Items are `users/ID`, the account, and `users/ID/tracks/ID`."""

    id = CarrierId.AUDIUS
    name = id.display_name
    noun, nouns = "track", "tracks"
    resumes_reading = True
    capabilities = Capabilities(
        reads=frozenset({Reach.ACCOUNT, Reach.ITEM}),
        writes=frozenset({Reach.ACCOUNT, Reach.ITEM}),
        evidence=Evidence.API,
        fields=(TRACK, ACCOUNT),
        shows_within=timedelta(hours=1),  # several indexers run in sequence
    )
    endpoints = Endpoints(api="https://api.audius.co", auth="https://api.audius.co")
    sign_in = SignInBy.BROWSER
    suite = Suite((AudiusTrack(), AudiusUser()), only_present=True)
    redirect_uri = "http://127.0.0.1:8765/callback"
    calls_a_second = CALLS_A_SECOND

    def auth_server(self, endpoints: Endpoints) -> AuthServer:
        """Return the server for code and PKCE. The page calls the client id `api_key`, as Audius'
        SDK does."""
        base = endpoints.auth.rstrip("/")
        return AuthServer(
            service=self.name,
            authorize_url=f"{base}/v1/oauth/authorize",
            token_url=f"{base}/v1/oauth/token",
            scope="write",
            also=(("response_mode", "query"),),
            client_id_names=("api_key",),
            takes_json=True,
        )

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether the switch is the same. A switch that was never set is off."""
        return _flag(name, written) is _flag(name, observed)

    def whoami(self, client: Client) -> Identity:
        """Return the account: `GET /v1/me`."""
        me = _data(client.get("/v1/me"))
        number, handle = _id(me), text_in(me, "handle")
        name = text_in(me, "name") or handle or number
        return Identity(number, name, _page(f"/{handle}"))

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """Yield the account, then its tracks, page by page.

        Raises `BadAnswer` if the pages never end.
        """
        mark = mark or Bookmark()
        user = _id(_data(client.get("/v1/me")))
        if f"users/{user}" not in mark.seen:
            yield self.item(client, f"users/{user}")
        yielded: set[str] = set()
        without_news = 0
        for number in range(mark.number(0), MOST_PAGES):
            mark.at = str(number)
            query = {"user_id": user, "limit": str(PAGE), "offset": str(number * PAGE)}
            tracks = _list(client.get(f"/v1/users/{user}/tracks", query))
            if not tracks:
                return
            # A track uploaded meanwhile moves others to the next page.
            news = {name: track for track in tracks if (name := _track_name(track)) not in yielded}
            for name, track in news.items():
                yielded.add(name)
                if name.startswith(f"users/{user}/") and name not in mark.seen:
                    yield item_or_problem(name, partial(_track, track))
            without_news = 0 if news else without_news + 1
            if without_news > MOST_PAGES_WITHOUT_NEWS:
                break
        raise _SHAPES.repeats()

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read the account or one track."""
        if match := _ACCOUNT.fullmatch(remote_id):
            item = _user(_data(client.get(f"/v1/users/{match[1]}")))
        elif match := _TRACK.fullmatch(remote_id):
            query = {"user_id": match[1]}
            item = _track(_data(client.get(f"/v1/tracks/{match[2]}", query)))
        else:
            raise ValueError("not the name of an Audius account or track")
        if item.remote_id != remote_id:
            raise _SHAPES.unexpected("{service} sent another item than the requested one.")
        return item

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Write the switch of an account or a track with `PUT`.

        Raises `Ignored` if Audius accepted the change and does not show it after a moment.
        """
        account, track = _ACCOUNT.fullmatch(remote_id), _TRACK.fullmatch(remote_id)
        name = ACCOUNT if account else TRACK
        if set(fields) - {name}:
            raise ValueError(f"not to be written there: {sorted(set(fields) - {name})}")
        wanted = fields.get(name)
        if wanted is None or self.same(name, wanted, before.fields.get(name, ())):
            return
        if match := account:
            path = f"/v1/users/{match[1]}"
        elif match := track:
            path = f"/v1/tracks/{match[2]}"
        else:
            raise ValueError("not the name of an Audius account or track")
        body = {name: _flag(name, wanted)}
        client.request("PUT", path, params={"user_id": match[1]}, json=body)
        for pause in (0.0, *PATIENCE):
            client.clock.sleep(pause)
            now = self.item(client, remote_id)
            if name in now.fields and self.same(name, wanted, now.fields[name]):
                return
        raise Ignored(
            "Audius accepted the change of this account, but does not show it."
            if account
            else "Audius accepted the change of this track, but does not show it.",
            advice="Check again later. If it stays so, Audius does not offer this switch here.",
        )

    def sign_out(self, client: Client) -> None:
        """Revoke the refresh token: `POST /v1/oauth/revoke`."""
        account = account_client(client)
        token = account.tokens.refresh_token or account.tokens.access_token
        body = {"token": token, "client_id": account.client_id}
        address = f"{account.auth_url.rstrip('/')}/v1/oauth/revoke"
        account.public.request("POST", address, json=body, expect=(400, 401))


def _user(user: Mapping[str, Any]) -> RemoteItem:
    fields = _switch(user, ACCOUNT)
    number = _id(user)
    return RemoteItem(
        remote_id=f"users/{number}",
        title="AI-generated music based on your likeness",
        artist=text_in(user, "name"),
        isrc="",
        duration_ms=None,
        url=_page(f"/{text_in(user, 'handle')}"),
        fields=fields,
        stamp=stamp_of(fields),
        reach=Reach.ACCOUNT,
    )


def _track_name(track: Any) -> str:
    values = _SHAPES.mapping(track)
    return f"users/{_id(_SHAPES.mapping(values.get('user')))}/tracks/{_id(values)}"


def _track(track: Any) -> RemoteItem:
    values = _SHAPES.mapping(track)
    user = _SHAPES.mapping(values.get("user"))
    fields = _switch(values, TRACK)
    return RemoteItem(
        remote_id=_track_name(values),
        title=text_in(values, "title"),
        artist=text_in(user, "name"),
        isrc=text_in(values, "isrc"),
        duration_ms=milliseconds(values.get("duration")),
        url=_page(text_in(values, "permalink")),
        fields=fields,
        stamp=stamp_of(fields),
    )


def _switch(values: Mapping[str, Any], name: str) -> dict[str, tuple[str, ...]]:
    """Return the switch's state. Empty if Audius leaves it out; null means it was never set."""
    if name not in values:
        return {}
    value = values[name]
    if value is not None and not isinstance(value, bool):
        raise _SHAPES.unexpected("{service} sent a {name} that is neither on nor off.", name=name)
    return {name: ("true" if value else "false",)}


def _flag(name: str, values: tuple[str, ...]) -> bool:
    if not values:
        return False
    if len(values) > 1 or values[0] not in _WORDS:
        raise ValueError(f"{name} is either true or false")
    return _WORDS[values[0]]


def _page(path: str) -> str:
    return shareable(f"https://audius.co{path}") if _PERMALINK.fullmatch(path) else ""


def _data(answer: Any) -> Mapping[str, Any]:
    """Return an answer's object. Some versions of the API wrap it in a list."""
    data = _SHAPES.mapping(answer).get("data")
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    return _SHAPES.mapping(data)


def _list(answer: Any) -> list[Any]:
    data = _SHAPES.mapping(answer).get("data")
    if not isinstance(data, list):
        raise _SHAPES.unexpected("{service} sent a list in an unknown shape.")
    return data


def _id(values: Mapping[str, Any]) -> str:
    number = values.get("id")
    if not isinstance(number, str) or not _ID.fullmatch(number):
        raise _SHAPES.unexpected("{service} sent something without a valid name.")
    return number


PLATFORM: Platform = Audius()
