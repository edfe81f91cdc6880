"""Read a web site as a crawler does: its files, its headers, its home page.

All requests go without a name or a password: the answers are public. Sources: RFC 9309
(robots.txt), TDMRep (Final Community Group Report 2024-05-10), RSL 1.0 on discovery.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin

from rightsdesk.consent.dialects.web.own_site import LINKED_RSL, PATHS, SITE
from rightsdesk.consent.dialects.web.robots import FIELD as ROBOTS
from rightsdesk.consent.dialects.web.robots import parse_robots
from rightsdesk.consent.dialects.web.rsl import FIELD as RSL
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.platforms.http.answer import Answer, html_elements
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import BadAnswer, PlatformError, Refused
from rightsdesk.platforms.sites.web_pages import is_page, text_of
from rightsdesk.sentences import worded

HEADERS = ("content-usage", "tdm-reservation", "tdm-policy", "x-robots-tag")
META = {
    "robots": "meta:robots",
    "tdm-reservation": "meta:tdm-reservation",
    "tdm-policy": "meta:tdm-policy",
}
NOT_THERE = frozenset(range(400, 500)) - {408, 425, 429}
"""RFC 9309, section 2.3.1.3: robots.txt is then “unavailable”, as if it did not exist."""

FORBIDDEN = 403
KEPT_OUT = frozenset({401, FORBIDDEN, 407, 511})
"""Status codes about access, not about existence.

Storage services answer 403 for a missing file, firewalls for everything: the home page tells them
apart.
"""

LARGEST_TEXT = 4 * 1024 * 1024
LONGEST_HEADER = 8192
MOST_LINKS = 3
_LINK = re.compile(r'<([^<>"\s]{1,2000})>([^<>]{0,500})')
_RSL_TYPE = "application/rsl+xml"


def shown_by(client: Client, site: str, names: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Return what the site at this address shows, by field. `names` limits it to some of `PATHS`.

    Raises a `PlatformError` if the site does not answer or reports an error of its own.
    """
    fields: dict[str, tuple[str, ...]] = {SITE: (site,)}
    kept_out: list[str] = []
    for name in names or PATHS:
        answer = client.request("GET", f"/{PATHS[name]}", expect=NOT_THERE)
        if name == ROBOTS and answer.status in KEPT_OUT:
            kept_out.append(f"{client.service}/{PATHS[name]} answers {answer.status}")
            if answer.status != FORBIDDEN:
                raise _locked(client)
        text = _text(client, answer, name)
        if text is not None:
            fields[name] = (text,)
    if names and not kept_out:
        return fields
    home = client.request("GET", "/", expect=NOT_THERE)
    if kept_out and home.status in KEPT_OUT:
        raise _firewall(client, home.status)
    if names or home.status in NOT_THERE:
        return fields
    for name in HEADERS:
        if value := _header(home, name):
            fields[name] = (value,)
    meta, links = _read_page(home.body)
    fields.update(meta)
    links = [*_licences(fields.get(ROBOTS, ())), *_header_links(_header(home, "link")), *links]
    if linked := tuple(_linked(client, site, links)):
        fields[LINKED_RSL] = linked
    return fields


def status_of(client: Client, name: str) -> int:
    """Return the status of a visitor's request for one of the site's files."""
    expect = range(400, 600)
    return client.request("GET", f"/{PATHS[name]}", expect=expect).status


def _text(client: Client, answer: Answer, name: str) -> str | None:
    """Return a file of the site; None if there is none, or only a web page in its place."""
    if answer.status in NOT_THERE:
        return None
    if len(answer.body) > LARGEST_TEXT:
        raise BadAnswer(
            worded(
                "{service} shows a {name} of more than {megabytes} MB, which RightsDesk does not "
                "read.",
                service=client.service,
                name=name,
                megabytes=LARGEST_TEXT >> 20,
            ),
            advice="Crawlers stop at 500 KB of robots.txt. Shorten it, then check again.",
        )
    if is_page(answer, name):
        return None
    return text_of(answer)


def _locked(client: Client) -> Refused:
    return Refused(
        worded(
            "{service} asks for a user name and a password before it shows robots.txt.",
            service=client.service,
        ),
        untouched="Nothing was changed.",
        advice="Crawlers can't read it either. Let your web host or your web "
        "server show robots.txt without a password.",
    )


def _firewall(client: Client, status: int) -> Refused:
    return Refused(
        worded(
            "{service} blocks RightsDesk from its home page and robots.txt ({status}).",
            service=client.service,
            status=status,
        ),
        untouched="Nothing was changed.",
        advice="A firewall or a bot check may block RightsDesk. What it shows to "
        "crawlers is not known. Let it pass this computer, or check with a browser.",
    )


def _header(answer: Answer, name: str) -> str:
    value = answer.headers.get(name, "")[:LONGEST_HEADER]
    return "".join(char for char in value if char.isprintable()).strip()


def _licences(robots: Sequence[str]) -> Iterator[str]:
    for text in robots:
        for group in parse_robots(text):
            yield from (value for name, value in group.lines if name == "license")


def _header_links(header: str) -> Iterator[str]:
    """Yield the targets of `Link: <…>; rel="license"; type="application/rsl+xml"` (RFC 8288)."""
    for target, parameters in _LINK.findall(header):
        if _RSL_TYPE in parameters.lower():
            yield target


def _linked(client: Client, site: str, links: Sequence[str]) -> Iterator[str]:
    """Yield the linked RSL files on the same server that aren't ours, each once."""
    base = f"{site}/"
    ours = urljoin(base, PATHS[RSL])
    foreign = []
    for link in dict.fromkeys(links):
        try:
            url = urljoin(base, link)
            is_here = origin_of(url) == origin_of(site)
        except (ValueError, PlatformError):
            continue
        if is_here and url != ours and url not in foreign:
            foreign.append(url)
    for url in foreign[:MOST_LINKS]:
        text = _text(client, client.request("GET", url, expect=NOT_THERE), LINKED_RSL)
        if text is not None:
            yield text


def _read_page(page: bytes) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Return the fields of a page's `<meta>` elements, and the RSL files it links to."""
    found: dict[str, list[str]] = {}
    links: list[str] = []
    for element in html_elements(page[:LARGEST_TEXT], "meta", "link"):
        if element.tag == "meta":
            field = META.get(str(element.get("name", "")).strip().lower())
            if field and (value := str(element.get("content", "")).strip()):
                found.setdefault(field, []).append(value[:LONGEST_HEADER])
        elif _RSL_TYPE in str(element.get("type", "")).lower():
            links.append(str(element.get("href", "")).strip()[:2000])
    return {name: tuple(values) for name, values in found.items()}, links
