"""Posts and pages of a WordPress that play a file of its media library, and what they reserve.

Sources: WordPress's block editor handbook (the audio block), its codex on the `[audio]`
shortcode, and its REST API handbook. A post is no recording of its own: it plays one that is
listed already, so what it says is told with that. It is only ever read: saving a post runs it
through WordPress's filters, which take away what the account's user may not write, dates it
anew, and lets plugins mail it to subscribers. What is played from another server is no item
of this site.
"""

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from rightsdesk.consent.dialects.files.sentence import speaks
from rightsdesk.platforms.http.address import shareable
from rightsdesk.platforms.http.errors import Refused
from rightsdesk.platforms.interface import Bookmark
from rightsdesk.platforms.json_checks import text_in

KINDS = ("posts", "pages")
PAGE_SIZE = 50
MOST_PAGES = 2_000
_READ = "read"
MOST_SAID = 20
LONGEST_LINE = 5_000
QUERY = {
    "context": "edit",
    # All ways to play a file have this word in them.
    "search": "audio",
    "per_page": str(PAGE_SIZE),
    "orderby": "id",
    "order": "asc",
    "_fields": "id,link,content",
}

_BLOCK = re.compile(r"<!--\s{1,9}wp:audio\s{1,9}(\{[^<>]{0,2000}\})\s{1,9}/?-->")
_PLAYER = re.compile(r"(?:\[audio\b|<(?:audio|source)\b)([^<>\[\]]{0,2000})[\]>]")
_ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>\[\]]{1,2000}|(?<=[\"'\s])/[^\s\"'<>\[\]]{1,2000}")
_LINE_END = re.compile(r"</(?:p|div|li|h[1-6]|blockquote|figcaption|td)>|<br\s{0,9}/?>|-->")
_MARK = re.compile(r"<[^<>]{0,2000}>")

Told = Mapping[str, tuple[str, ...]]
"""What posts say of the files that they play, by a file's number or its place: see `_place`."""

Ask = Callable[[str, Mapping[str, str]], Any]


def told_by_posts(ask: Ask, mark: Bookmark) -> Told:
    """Look through all public posts and pages; `ask` gets a route of the API.

    `mark` says how far an earlier reading came, and is moved along: a rate limit that cuts the
    reading off costs one page of it. Where the account may not see posts as they are edited,
    nothing is claimed.
    """
    kind, _, page = mark.before_at.partition(" ")
    known = kind == _READ or (kind in KINDS and page.isdecimal() and len(page) < 6)
    if not known:
        kind, page = KINDS[0], "1"
        mark.before.clear()
    if kind != _READ:
        for one in KINDS[KINDS.index(kind) :]:
            first = int(page) if one == kind else 1
            for number, posts in _pages(ask, one, first):
                _note(posts, mark.before)
                mark.before_at = f"{one} {number + 1}"
        mark.before_at = _READ
    return {played: tuple(lines) for played, lines in mark.before.items()}


def _note(posts: Iterable[Mapping[str, Any]], found: dict[str, list[str]]) -> None:
    for post in posts:
        text = _content(post)
        said = list(_said(text))
        for played in _played(text) if said else ():
            lines = [f"{shareable(post.get('link'))}\n{line}" for line in said]
            known = found.setdefault(played, [])
            known += lines[: MOST_SAID - len(known)]


def said_of(told: Told, number: str, address: str) -> tuple[str, ...]:
    """What was told of a file; by whichever of the two the post names it, once."""
    there = _place(address)
    names = (number, there, f"/{there.partition('/')[2]}") if there else (number,)
    return tuple(dict.fromkeys(line for name in names for line in told.get(name, ())))


def _pages(ask: Ask, kind: str, first: int) -> Iterator[tuple[int, list[Mapping[str, Any]]]]:
    """The posts page by page, with the number of the page."""
    for page in range(first, MOST_PAGES + 1):
        try:
            listed = ask(f"/wp/v2/{kind}", {**QUERY, "page": str(page)})
        except Refused:
            return  # not for this account to see, or the page after a full last one
        posts = listed if isinstance(listed, list) else []
        yield page, [post for post in posts if isinstance(post, Mapping)]
        if len(posts) < PAGE_SIZE:
            return


def _content(post: Mapping[str, Any]) -> str:
    whole = post.get("content")
    return text_in(whole, "raw") if isinstance(whole, Mapping) else ""


def _played(text: str) -> set[str]:
    """The numbers and the places of what a post plays."""
    found: set[str] = set()
    for block in _BLOCK.finditer(text):
        try:
            number = json.loads(block[1]).get("id")
        except (ValueError, RecursionError):
            continue
        if type(number) is int:
            found.add(str(number))
    for player in _PLAYER.finditer(text):
        places = (_place(html.unescape(one)) for one in _ADDRESS.findall(player[1]))
        found |= set(filter(None, places))
    return found


def _place(address: str) -> str:
    """A file by host and path, the host left out where an address names none; "" for no file.

    Sites move from http to https, and to or from a name with www, and keep the rest.
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    path = parts.path.strip("/")
    return f"{host}/{path}" if path else ""


def _said(text: str) -> Iterable[str]:
    """The lines with our sentence in them, without marks."""
    for line in _LINE_END.sub("\n", text).splitlines():
        plain = html.unescape(_MARK.sub("", line)).strip()
        if len(plain) <= LONGEST_LINE and speaks(plain):
            yield plain
