"""WordPress.com: the switch against third-party sharing on each of the artist's sites.

Sources: WordPress.com's REST API (developer.wordpress.com/docs/api: /me, /me/sites, /sites) and its
own web client (wp-calypso: the site's settings, v1.4). The switch's effect shows in the site's
robots.txt. That is read from the site itself, as a visitor, and never with a token.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.platforms.wordpress_com import FIELD, OFF, ON, WordPressComOption
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.dialects.web.robots import FIELD as ROBOTS
from rightsdesk.consent.fields import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.browser_sign_in import BrowserSignIn
from rightsdesk.platforms.http.address import Endpoints, origin_of, shareable
from rightsdesk.platforms.http.answer import Answer, cleaned_details
from rightsdesk.platforms.http.client import Client, is_401
from rightsdesk.platforms.http.errors import PlatformError
from rightsdesk.platforms.http.limits import Limiter
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
from rightsdesk.platforms.json_checks import ItemsOrProblems, Shapes, text_in
from rightsdesk.platforms.sign_in.account_client import account_client
from rightsdesk.platforms.sign_in.oauth import AuthServer
from rightsdesk.platforms.sites.site_reading import shown_by

PUBLIC = "blog_public"
"""1: visible to search; 0: not; -1: private. 0 and -1 turn AI crawlers away, too."""

SITE_PARTS = "ID,name,URL,capabilities"
MOST_SITES = 1000
_SHAPES = Shapes("WordPress.com")
_SITE_ID = re.compile(r"[1-9][0-9]{0,17}")


class WordPressCom(BrowserSignIn):
    """WordPress.com's API. Sites are identified by number."""

    id = CarrierId.WORDPRESS_COM
    name = id.display_name
    noun, nouns = "site", "sites"
    resumes_reading = True
    capabilities = Capabilities(
        reads=frozenset({Reach.SITE}),
        writes=frozenset({Reach.SITE}),
        evidence=Evidence.API,
        fields=(FIELD, PUBLIC, ROBOTS),
    )
    endpoints = Endpoints(
        api="https://public-api.wordpress.com", auth="https://public-api.wordpress.com"
    )
    sign_in = SignInBy.BROWSER
    suite = Suite((WordPressComOption(),))
    redirect_uri = "http://127.0.0.1:8765/callback"

    def auth_server(self, endpoints: Endpoints) -> AuthServer:
        """Return the server: OAuth 2.1 with PKCE. `sites` covers settings, `auth` the identity."""
        base = endpoints.auth.rstrip("/")
        return AuthServer(
            service=self.name,
            authorize_url=f"{base}/oauth2-1/authorize",
            token_url=f"{base}/oauth2-1/token",
            scope="auth sites",
            whole_scope="global",
        )

    def is_rejected(self, answer: Answer) -> bool:
        """Whether a token is no longer valid: 401, or an error name with status 400 or 403."""
        if answer.status in (400, 403):
            return cleaned_details(answer, ()).get("error") == "invalid_token"
        return is_401(answer)

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether the values are equal."""
        return written == observed

    def whoami(self, client: Client) -> Identity:
        """Return the account: `GET /rest/v1.1/me`."""
        me = _SHAPES.mapping(client.get("/rest/v1.1/me", {"fields": "ID,username,display_name"}))
        number = _SHAPES.number(me, "ID")
        name = text_in(me, "display_name") or text_in(me, "username") or number
        return Identity(number, name, "")

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """Yield the sites with settings that this account may change: `GET /rest/v1.1/me/sites`.

        The list is one page; a bookmark saves reading the settings of each site again.
        """
        mark = mark or Bookmark()
        answer = client.get("/rest/v1.1/me/sites", {"fields": SITE_PARTS})
        sites = _SHAPES.mapping(answer).get("sites")
        if not isinstance(sites, list) or len(sites) > MOST_SITES:
            raise _SHAPES.unexpected("{service} sent a list of sites in an unknown shape.")
        yielded: set[str] = set()
        reader = ItemsOrProblems()
        for site in sites:
            number = _SHAPES.number(_SHAPES.mapping(site), "ID")
            if number not in yielded and _is_managed(site):
                yielded.add(number)
                if number in mark.seen:
                    continue
                yield reader.read(number, partial(_item, client, site))

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read one site and its settings: `GET /rest/v1.1/sites/{site}`."""
        path = f"/rest/v1.1/sites/{_named(remote_id)}"
        site = _SHAPES.mapping(client.get(path, {"fields": SITE_PARTS}))
        if _SHAPES.number(site, "ID") != remote_id:
            raise _SHAPES.unexpected("{service} sent another site than the requested one.")
        return _item(client, site)

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Write the switch if it differs: `POST /rest/v1.4/sites/{site}/settings`."""
        if unknown := set(fields) - {FIELD}:
            raise ValueError(f"not fields of a WordPress.com site: {sorted(unknown)}")
        wanted = fields.get(FIELD, before.fields.get(FIELD, ())) or (OFF,)
        if wanted not in ((ON,), (OFF,)):
            raise ValueError("the switch is on or off")
        if wanted != before.fields.get(FIELD, (OFF,)):
            path = f"/rest/v1.4/sites/{_named(remote_id)}/settings"
            client.request("POST", path, json={FIELD: wanted == (ON,)})

    def sign_out(self, client: Client) -> None:
        """Revoke the token: `POST /oauth2-1/revoke` (RFC 7009)."""
        account = account_client(client)
        tokens = account.tokens
        form = {"token": tokens.refresh_token or tokens.access_token}
        form["client_id"] = account.client_id
        address = client.auth_url.rstrip("/") + "/oauth2-1/revoke"
        account.public.request("POST", address, form=form)


def _item(client: Client, site: Mapping[str, Any]) -> RemoteItem:
    number = _SHAPES.number(site, "ID")
    answer = _SHAPES.mapping(client.get(f"/rest/v1.4/sites/{number}/settings"))
    settings = _SHAPES.mapping(answer.get("settings"))
    fields: dict[str, tuple[str, ...]] = {}
    switch = settings.get(FIELD)
    if switch is not None:
        # The web client accepts 0 and 1, too.
        if switch not in (True, False):
            raise _SHAPES.unexpected("{service} sent a switch that is neither on nor off.")
        fields[FIELD] = (ON if switch else OFF,)
    public = settings.get(PUBLIC)
    if isinstance(public, int | str):
        fields[PUBLIC] = (str(int(public) if isinstance(public, bool) else public)[:20],)
    stamp = stamp_of(fields)
    url = shareable(text_in(site, "URL"))
    if robots := _robots(client, url):
        fields[ROBOTS] = (robots,)
    return RemoteItem(
        remote_id=number,
        title=text_in(site, "name") or url or number,
        artist="",
        isrc="",
        duration_ms=None,
        url=url,
        fields=fields,
        stamp=stamp,
        reach=Reach.SITE,
    )


def _robots(client: Client, url: str) -> str:
    """Return the public robots.txt; "" if there is none or the site can't be reached.

    An empty result says nothing about the switch.
    """
    if not url:
        return ""
    try:
        origin = origin_of(url)
        if origin.is_loopback and not origin_of(client.base_url).is_loopback:
            return ""
        with Client(
            str(origin),
            limiter=Limiter(service=origin.host, clock=client.clock),
            service=origin.host,
            clock=client.clock,
        ) as site:
            return "".join(shown_by(site, str(origin), (ROBOTS,)).get(ROBOTS, ()))
    except PlatformError:
        return ""


def _is_managed(site: Mapping[str, Any]) -> bool:
    """Whether the account may change the settings; True if the list does not say."""
    capabilities = site.get("capabilities")
    return not isinstance(capabilities, Mapping) or capabilities.get("manage_options") is not False


def _named(remote_id: str) -> str:
    if not _SITE_ID.fullmatch(remote_id):
        raise ValueError("not the number of a WordPress.com site")
    return remote_id


PLATFORM: Platform = WordPressCom()
