"""WordPress.com: the switch on each of the artist's sites against third-party sharing.

Sources: WordPress.com's REST API (developer.wordpress.com/docs/api: /me, /me/sites, /sites)
and its own web client (wp-calypso: the site's settings, v1.4). What the switch does shows in
the site's robots.txt, which is read apart, from the site itself, as anybody would: a token is
never shown there.
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
    Reach,
    RemoteItem,
    SignInBy,
    stamp_of,
)
from rightsdesk.platforms.json_checks import EachOrWhy, Shapes, text_in
from rightsdesk.platforms.sign_in.account_client import account_client
from rightsdesk.platforms.sign_in.oauth import AuthServer
from rightsdesk.platforms.sites.site_reading import shown_by

PUBLIC = "blog_public"
"""1: open to search; 0: not; -1: private. Each of the latter turns AI crawlers away too."""

SITE_PARTS = "ID,name,URL,capabilities"
MOST_SITES = 1000
_SHAPES = Shapes("WordPress.com")
_SITE_ID = re.compile(r"[1-9][0-9]{0,17}")


class WordPressCom(BrowserSignIn):
    """WordPress.com's API. Sites are named by their number."""

    id = "wordpress_com"
    name = "WordPress.com"
    noun, nouns = "site", "sites"
    reads_on = True
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
        """OAuth 2.1 with PKCE; `sites` covers a site's settings, `auth` whose account it is."""
        base = endpoints.auth.rstrip("/")
        return AuthServer(
            service=self.name,
            authorize_url=f"{base}/oauth2-1/authorize",
            token_url=f"{base}/oauth2-1/token",
            scope="auth sites",
            whole_scope="global",
        )

    def is_rejected(self, answer: Answer) -> bool:
        """Whether a token no longer holds: by 401, or by a word under 400 or 403."""
        if answer.status in (400, 403):
            return cleaned_details(answer, ()).get("error") == "invalid_token"
        return is_401(answer)

    def same(self, name: str, written: tuple[str, ...], told: tuple[str, ...]) -> bool:
        """A switch is on or off."""
        return written == told

    def whoami(self, client: Client) -> Identity:
        """`GET /rest/v1.1/me`."""
        me = _SHAPES.mapping(client.get("/rest/v1.1/me", {"fields": "ID,username,display_name"}))
        number = _SHAPES.number(me, "ID")
        name = text_in(me, "display_name") or text_in(me, "username") or number
        return Identity(number, name, "")

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """`GET /rest/v1.1/me/sites`: those whose settings this account may change. The list is
        one page; what a bookmark saves are the settings of each site."""
        mark = mark or Bookmark()
        answer = client.get("/rest/v1.1/me/sites", {"fields": SITE_PARTS})
        sites = _SHAPES.mapping(answer).get("sites")
        if not isinstance(sites, list) or len(sites) > MOST_SITES:
            raise _SHAPES.unexpected("a list of sites in an unknown shape")
        given: set[str] = set()
        each = EachOrWhy()
        for site in sites:
            number = _SHAPES.number(_SHAPES.mapping(site), "ID")
            if number not in given and _is_managed(site):
                given.add(number)
                if number in mark.seen:
                    continue
                yield each.read(number, partial(_item, client, site))

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """`GET /rest/v1.1/sites/{site}`, and its settings."""
        path = f"/rest/v1.1/sites/{_named(remote_id)}"
        site = _SHAPES.mapping(client.get(path, {"fields": SITE_PARTS}))
        if _SHAPES.number(site, "ID") != remote_id:
            raise _SHAPES.unexpected("another site than the one asked for")
        return _item(client, site)

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """`POST /rest/v1.4/sites/{site}/settings` with the switch, where it differs."""
        if unknown := set(fields) - {FIELD}:
            raise ValueError(f"not fields of a WordPress.com site: {sorted(unknown)}")
        wanted = fields.get(FIELD, before.fields.get(FIELD, ())) or (OFF,)
        if wanted not in ((ON,), (OFF,)):
            raise ValueError("the switch is on or off")
        if wanted != before.fields.get(FIELD, (OFF,)):
            path = f"/rest/v1.4/sites/{_named(remote_id)}/settings"
            client.request("POST", path, json={FIELD: wanted == (ON,)})

    def sign_out(self, client: Client) -> None:
        """`POST /oauth2-1/revoke` (RFC 7009)."""
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
        # The web client takes 0 and 1 for the same.
        if switch not in (True, False):
            raise _SHAPES.unexpected("a switch that is neither on nor off")
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
    """What the site shows to everybody; "" where it shows nothing or can't be reached, which
    says nothing of the switch."""
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
    """Whether the account may change its settings; where the list does not say, it may."""
    capabilities = site.get("capabilities")
    return not isinstance(capabilities, Mapping) or capabilities.get("manage_options") is not False


def _named(remote_id: str) -> str:
    if not _SITE_ID.fullmatch(remote_id):
        raise ValueError("not the number of a WordPress.com site")
    return remote_id
