"""WordPress on the artist's own server: audio files in the media library, and their posts.

Sources: WordPress's REST API handbook (developer.wordpress.org/rest-api: discovery, authentication,
media) and WordPress 6.1 itself. An account is a user name and an application password, which can be
revoked alone. There is no field for AI consent. We read and write a file's description, and its
caption if our sentence is in it. Both are read as they are edited (`context=edit`), never as a page
shows them. Posts are read, too, and never written: see `wordpress_posts`.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any

from rightsdesk.consent import Evidence
from rightsdesk.consent.dialects.platforms.wordpress import (
    CAPTION,
    DESCRIPTION,
    POST,
    WordPressMedia,
    WordPressPost,
    same_html,
)
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.fields import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.http.address import Endpoints, join, origin_of, shareable
from rightsdesk.platforms.http.answer import Answer, html_elements, is_html, read_json
from rightsdesk.platforms.http.client import Client, narrowed
from rightsdesk.platforms.http.errors import AddressRefused, BadAnswer, ItemGone, Refused
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
    milliseconds,
    one_value,
    text_in,
)
from rightsdesk.platforms.sign_in.access import Access, ByAccess
from rightsdesk.platforms.sign_in.static_credentials import FixedSignIn
from rightsdesk.platforms.wordpress_posts import Statements, statements_about, statements_in_posts
from rightsdesk.sentences import worded

FIELDS = (DESCRIPTION, CAPTION)
PAGE_SIZE = 100  # the most that one page of a list holds
MOST_PAGES = 10_000
PAST_THE_END = "rest_post_invalid_page_number"
PARTS = "id,type,media_type,title,caption,description,link,source_url,media_details"
NEW_PASSWORD = (
    "Make an application password in WordPress, under Users, Profile, and connect again with it "
    "and your user name. Some web hosts block these passwords: then ask yours."
)
_SHAPES = Shapes("WordPress", advice="A plugin may change what its API answers. Try again later.")
API = "https://api.w.org/"
PAGES = ("/wp-admin", "/wp-login.php", "/wp-json", "/xmlrpc.php")
LARGEST_PAGE = 4 * 1024 * 1024
_ROOT = re.compile(r'<([^<>\s]{1,2000})>\s*;[^<>]{0,200}rel="?https://api\.w\.org/"?')
_ID = re.compile(r"[1-9][0-9]{0,17}")


class WordPressClient(Client):
    """Speaks to the API of one site.

    With plain permalinks a route is not a path but a parameter, `rest_route`.
    """

    def __init__(self, site: str, *, sign_in: FixedSignIn, **options: Any) -> None:
        super().__init__(site, authorize=sign_in, **options)
        self.site = site
        self._public = Client(site, **options)
        self._root = ""
        self._finding_root = Lock()
        self._statements: Statements | None = None
        self._reading_posts = Lock()

    def close(self) -> None:
        """Close the connections of both clients."""
        super().close()
        self._public.close()

    def route(self, route: str, query: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """Return a route's address and its parameters."""
        with self._finding_root:
            self._root = self._root or self._found()
        if "?" in self._root:
            return self._root.partition("?")[0], {"rest_route": route, **query}
        return self._root.rstrip("/") + route, dict(query)

    def statements(self, mark: Bookmark | None = None) -> Statements:
        """Return what posts say about the files they play.

        It is read with each list of files, from its `mark` on, otherwise once per client.
        """
        with self._reading_posts:
            if mark is not None or self._statements is None:
                ask = partial(_get, self)
                self._statements = statements_in_posts(ask, mark or Bookmark())
            return self._statements

    def _found(self) -> str:
        """Return the API's address, from the home page's public `Link` header.

        Raises `AddressRefused` if it is on another server: the password is for this one.
        """
        # Sites that block visitors answer 401, still with the header.
        home = self._public.request("GET", self.site.rstrip("/") + "/", expect=(401, 403, 404))
        found = _ROOT.search(home.headers.get("Link", "")[:8192])
        link = found[1] if found else _root_on(home)
        root = join(self.site, link) if link else self._by_parameter(home)
        if origin_of(root) != origin_of(self.site):
            raise AddressRefused(
                worded("This site calls itself {address}.", address=origin_of(root)),
                advice="Connect it with that address.",
            )
        return root

    def _by_parameter(self, home: Answer) -> str:
        """Return the API's address if no page names it. Raises `Refused` if there is none."""
        root = self.site.rstrip("/") + "/?rest_route=/"
        answer = self._public.request("GET", root, expect=range(400, 500))
        try:
            values = read_json(answer, self.service)
        except BadAnswer:
            values = None
        if isinstance(values, dict) and ("namespaces" in values or "code" in values):
            return root
        if home.status == 401 and home.headers.get("WWW-Authenticate", ""):
            raise Refused(
                "This site asks for a user name and a password before WordPress answers.",
                advice="A request can't carry two passwords. Ask your web host to open the "
                "addresses below wp-json/. WordPress asks for a password there itself.",
            )
        raise Refused(
            worded("No WordPress API answers at {site}.", site=self.site),
            advice=worded(
                "If it is in a folder of the site, connect it with the folder, such as "
                "{address}/blog. Otherwise a plugin or a firewall may block programs.",
                address=origin_of(self.site),
            ),
        )


class WordPress(ByAccess):
    """A self-hosted WordPress. Media files are identified by number."""

    id = CarrierId.WORDPRESS
    name = id.display_name
    noun, nouns = "audio file", "audio files"
    resumes_reading = True
    capabilities = Capabilities(
        reads=frozenset({Reach.ITEM}),
        writes=frozenset({Reach.ITEM}),
        evidence=Evidence.API,
        fields=(*FIELDS, POST),
    )
    endpoints = Endpoints(api="", auth="")
    sign_in = SignInBy.PASSWORD
    suite = Suite((WordPressMedia(), WordPressPost()))

    def connected(self, access: Access) -> Client:
        """Return a client with HTTP Basic: user name as `identifier`, application password as
        `secret`."""
        if not access.endpoints.api:
            raise AddressRefused(
                "The address of the WordPress site is missing.",
                advice="Enter it, such as https://artist.example.",
            )
        access = replace(access, endpoints=Endpoints(_front(access.endpoints.api), ""))
        credentials = access.credentials
        both = f"{credentials.identifier.strip()}:{credentials.secret.strip()}"
        shown = base64.b64encode(both.encode()).decode() if len(both) > 1 else ""
        return WordPressClient(
            access.endpoints.api,
            sign_in=FixedSignIn("Basic", shown, service=self.name, advice=NEW_PASSWORD),
            limiter=access.limiter(self.name, credentials.identifier),
            service=self.name,
            clock=access.clock,
        )

    def same(self, name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
        """Whether the texts are the same, however their markup is spelled."""
        return same_html(written, observed)

    def whoami(self, client: Client) -> Identity:
        """Return the account: `GET /wp/v2/users/me`."""
        query = {"context": "edit", "_fields": "id,name,link"}
        me = _SHAPES.mapping(_get(client, "/wp/v2/users/me", query))
        number = _SHAPES.number(me, "id")
        return Identity(number, text_in(me, "name") or number, shareable(me.get("link")))

    def items(self, client: Client, mark: Bookmark | None = None) -> Iterator[RemoteItem]:
        """Yield the media files: `GET /wp/v2/media`, page by page.

        Oldest first, so that a new file moves no other. The posts that play them are read before.
        """
        query = {"media_type": "audio", "context": "edit", "per_page": str(PAGE_SIZE)}
        query |= {"orderby": "id", "order": "asc", "_fields": PARTS}
        mark = mark or Bookmark()
        statements = _of(client).statements(mark)
        yielded: set[str] = set()
        for page in range(mark.number(1), MOST_PAGES + 1):
            mark.at = str(page)
            try:
                listed = _get(client, "/wp/v2/media", {**query, "page": str(page)})
            except Refused as refused:
                # This is how it says that the previous page was full and the last one.
                if page > 1 and refused.details.get("code") == PAST_THE_END:
                    return
                raise
            if not isinstance(listed, list):
                raise _SHAPES.unexpected("{service} sent a list of media in an unknown shape.")
            for media in listed:
                number = _SHAPES.number(_SHAPES.mapping(media), "id")
                if number not in yielded:
                    yielded.add(number)
                    if number in mark.seen:
                        continue
                    yield item_or_problem(number, partial(_item, media, statements))
            if len(listed) < PAGE_SIZE:
                return
        raise _SHAPES.unexpected("{service} sent a list of media without an end.")

    def item(self, client: Client, remote_id: str) -> RemoteItem:
        """Read one file: `GET /wp/v2/media/{id}`."""
        query = {"context": "edit", "_fields": PARTS}
        item = _item(
            _get(client, f"/wp/v2/media/{_named(remote_id)}", query), _of(client).statements()
        )
        if item.remote_id != remote_id:
            raise _SHAPES.unexpected("{service} sent another file than the requested one.")
        return item

    def write(self, client: Client, remote_id: str, before: RemoteItem, fields: Fields) -> None:
        """Write the fields that differ from `before`: `POST /wp/v2/media/{id}`."""
        if unknown := set(fields) - set(FIELDS):
            raise ValueError(f"not fields of a WordPress media file: {sorted(unknown)}")
        changed = {
            name: one_value(name, values)
            for name, values in fields.items()
            if one_value(name, values) != one_value(name, before.fields.get(name, ()))
        }
        if changed:
            query = {"_fields": "id"}
            path, params = _of(client).route(f"/wp/v2/media/{_named(remote_id)}", query)
            client.request("POST", path, params=params, json=changed)

    def sign_out(self, client: Client) -> None:
        """Delete the application password that this account uses (WordPress 5.7)."""
        route = "/wp/v2/users/me/application-passwords"
        shown = _SHAPES.mapping(_get(client, f"{route}/introspect", {}))
        name = shown.get("uuid")
        if not isinstance(name, str) or not re.fullmatch(r"[0-9a-fA-F-]{8,64}", name):
            raise _SHAPES.unexpected("{service} sent an application password without a name.")
        path, params = _of(client).route(f"{route}/{name}", {})
        client.request("DELETE", path, params=params)


def _front(address: str) -> str:
    """Return the site's address if the person entered one of its other pages."""
    address = address.strip().rstrip("/")
    for end in PAGES:
        if (at := address.find(end)) > 0 and address[at + len(end) :][:1] in ("", "/", "?"):
            return address[:at]
    return address


def _root_on(page: Answer) -> str:
    """Return the API's address in a page, `<link rel="https://api.w.org/" href="…">`, or ""."""
    if not is_html(page) or not page.body:
        return ""
    for link in html_elements(page.body[:LARGEST_PAGE], "link"):
        if link.get("rel", "").strip() == API:
            return str(link.get("href", "")).strip()[:2000]
    return ""


def _get(client: Client, route: str, query: Mapping[str, str]) -> Any:
    path, params = _of(client).route(route, query)
    try:
        return read_json(client.request("GET", path, params=params), client.service)
    except ItemGone as gone:
        if gone.details.get("code") == "rest_no_route" or "code" not in gone.details:
            raise Refused(
                "No WordPress was found at this address, or its API is switched off.",
                advice="Enter the address of the site's home page.",
            ) from None
        raise


def _item(media: Any, statements: Statements) -> RemoteItem:
    values = _SHAPES.mapping(media)
    fields: dict[str, tuple[str, ...]] = {
        name: (text,) for name in FIELDS if (text := _raw(values, name))
    }
    stamp = stamp_of(fields)  # posts are not part of a write
    number = _SHAPES.number(values, "id")
    if lines := statements_about(statements, number, text_in(values, "source_url")):
        fields[POST] = lines
    details = values.get("media_details")
    details = details if isinstance(details, Mapping) else {}
    return RemoteItem(
        remote_id=number,
        title=_raw(values, "title", exact=False) or text_in(details, "title"),
        artist=text_in(details, "artist"),
        isrc="",
        duration_ms=milliseconds(details.get("length")),
        url=shareable(values.get("link")),
        fields=fields,
        stamp=stamp,
    )


def _raw(values: Mapping[str, Any], name: str, *, exact: bool = True) -> str:
    """Return a text as it is edited. With `exact`, a missing one raises `BadAnswer`."""
    whole = values.get(name)
    text = whole.get("raw") if isinstance(whole, Mapping) else None
    if isinstance(text, str):
        return text
    if exact:
        raise _SHAPES.unexpected("{service} sent a {name} that can't be edited.", name=name)
    return ""


def _named(remote_id: str) -> str:
    if not _ID.fullmatch(remote_id):
        raise ValueError("not the number of a WordPress media file")
    return remote_id


def _of(client: Client) -> WordPressClient:
    return narrowed(client, WordPressClient)


PLATFORM: Platform = WordPress()
