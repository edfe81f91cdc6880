"""A web site as a crawler sees it: the files that it asks for, the headers, the home page.

Nobody signs in here. Every address of a site is asked for without a name or a password, and
what comes back is the site's word to everybody. Sources: RFC 9309 (robots.txt), TDMRep
(Final Community Group Report 2024-05-10), RSL 1.0 on discovery.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin

from lxml import etree, html

from rightsdesk.consent.dialects.own_site import LINKED_RSL, PATHS, SITE
from rightsdesk.consent.dialects.robots import FIELD as ROBOTS
from rightsdesk.consent.dialects.robots import parse_robots
from rightsdesk.consent.dialects.rsl import FIELD as RSL
from rightsdesk.platforms.address import origin_of
from rightsdesk.platforms.answer import Answer
from rightsdesk.platforms.errors import BadAnswer, PlatformError
from rightsdesk.platforms.http import Client

HEADERS = ("content-usage", "tdm-reservation", "tdm-policy", "x-robots-tag")
META = {
    "robots": "meta:robots",
    "tdm-reservation": "meta:tdm-reservation",
    "tdm-policy": "meta:tdm-policy",
}
NOT_THERE = frozenset(range(400, 500)) - {408, 425, 429}
"""RFC 9309, section 2.3.1.3: robots.txt is then “unavailable”, as if there were none."""

LARGEST_TEXT = 1024 * 1024
LONGEST_HEADER = 8192
MOST_LINKS = 3
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_LINK = re.compile(r'<([^<>"\s]{1,2000})>([^<>]{0,500})')
_RSL_TYPE = "application/rsl+xml"


def shown_by(client: Client, site: str, names: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """What the site at this address shows, by field; `names` narrows it to some of `PATHS`.

    Raises a `PlatformError` where the site does not answer, or with an error of its own.
    """
    fields: dict[str, tuple[str, ...]] = {SITE: (site,)}
    for name in names or PATHS:
        text = _text(client, f"/{PATHS[name]}")
        if text is not None:
            fields[name] = (text,)
    if names:
        return fields
    home = client.request("GET", "/", expect=NOT_THERE)
    for name in HEADERS:
        if value := _header(home, name):
            fields[name] = (value,)
    meta, links = _read_page(home.body)
    fields.update(meta)
    links = [*_licences(fields.get(ROBOTS, ())), *_header_links(_header(home, "link")), *links]
    if linked := tuple(_linked(client, site, links)):
        fields[LINKED_RSL] = linked
    return fields


def _text(client: Client, target: str) -> str | None:
    """A file of the site; None where there is none, or only a web page in its place."""
    answer = client.request("GET", target, expect=NOT_THERE)
    if answer.status in NOT_THERE or _PAGE.match(answer.body[:10_000]):
        return None
    if len(answer.body) > LARGEST_TEXT:
        raise BadAnswer(f"{client.service}{target} is far too large.")
    return answer.body.decode("utf-8", "replace").replace("\x00", "\ufffd")


def _header(answer: Answer, name: str) -> str:
    value = answer.headers.get(name, "")[:LONGEST_HEADER]
    return "".join(mark for mark in value if mark.isprintable()).strip()


def _licences(robots: Sequence[str]) -> Iterator[str]:
    for text in robots:
        for group in parse_robots(text):
            yield from (value for name, value in group.lines if name == "license")


def _header_links(header: str) -> Iterator[str]:
    """The targets of `Link: <…>; rel="license"; type="application/rsl+xml"` (RFC 8288)."""
    for target, parameters in _LINK.findall(header):
        if _RSL_TYPE in parameters.lower():
            yield target


def _linked(client: Client, site: str, links: Sequence[str]) -> Iterator[str]:
    """The RSL files on the same server that are pointed to and aren't ours, each once."""
    base = f"{site}/"
    ours = urljoin(base, PATHS[RSL])
    others = []
    for link in dict.fromkeys(links):
        try:
            url = urljoin(base, link)
            is_here = origin_of(url) == origin_of(site)
        except (ValueError, PlatformError):
            continue
        if is_here and url != ours and url not in others:
            others.append(url)
    for url in others[:MOST_LINKS]:
        text = _text(client, url)
        if text is not None:
            yield text


def _read_page(page: bytes) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """What the `<meta>` elements of a page say, and the RSL files that it links to."""
    said: dict[str, list[str]] = {}
    links: list[str] = []
    try:
        root = html.document_fromstring(
            page[:LARGEST_TEXT], parser=html.HTMLParser(no_network=True)
        )
    except (etree.LxmlError, ValueError):
        return {}, []
    for element in root.iter("meta", "link"):
        if element.tag == "meta":
            field = META.get(str(element.get("name", "")).strip().lower())
            if field and (value := str(element.get("content", "")).strip()):
                said.setdefault(field, []).append(value[:LONGEST_HEADER])
        elif _RSL_TYPE in str(element.get("type", "")).lower():
            links.append(str(element.get("href", "")).strip()[:2000])
    return {name: tuple(values) for name, values in said.items()}, links
