"""WordPress posts and pages that play a media file, and what they reserve.

Sources: WordPress's block editor handbook (the audio block), its codex on the `[audio]` shortcode,
and its REST API handbook. A post is not a recording: it plays a listed one, so its statement is
shown with that recording. Posts are only read. Saving one runs WordPress's filters, which remove
what the user may not write, changes its date, and lets plugins mail it to subscribers. Files on
other servers are not items of this site.
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
    # Every way to embed audio contains this word.
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

Statements = Mapping[str, tuple[str, ...]]
"""The lines that posts say about files, by a file's number or place: see `_place`."""

PostsRequest = Callable[[str, Mapping[str, str]], Any]


def statements_in_posts(ask: PostsRequest, mark: Bookmark) -> Statements:
    """Read all public posts and pages; `ask` calls a route of the API.

    Reading continues from `mark`, which is advanced: an interruption by a rate limit costs one page
    at most. If the account may not read posts in edit context, the result is empty.
    """
    kind, _, page = mark.before_at.partition(" ")
    is_valid = kind == _READ or (kind in KINDS and page.isdecimal() and len(page) < 6)
    if not is_valid:
        kind, page = KINDS[0], "1"
        mark.before.clear()
    if kind != _READ:
        for current in KINDS[KINDS.index(kind) :]:
            first = int(page) if current == kind else 1
            for number, posts in _pages(ask, current, first):
                _collect(posts, mark.before)
                mark.before_at = f"{current} {number + 1}"
        mark.before_at = _READ
    return {played: tuple(lines) for played, lines in mark.before.items()}


def _collect(posts: Iterable[Mapping[str, Any]], found: dict[str, list[str]]) -> None:
    for post in posts:
        text = _content(post)
        texts = list(_statements(text))
        for played in _played(text) if texts else ():
            lines = [f"{shareable(post.get('link'))}\n{line}" for line in texts]
            collected = found.setdefault(played, [])
            collected += lines[: MOST_SAID - len(collected)]


def statements_about(statements: Statements, number: str, address: str) -> tuple[str, ...]:
    """Return the lines about a file, by number or by place, each once."""
    there = _place(address)
    names = (number, there, f"/{there.partition('/')[2]}") if there else (number,)
    return tuple(dict.fromkeys(line for name in names for line in statements.get(name, ())))


def _pages(
    ask: PostsRequest, kind: str, first: int
) -> Iterator[tuple[int, list[Mapping[str, Any]]]]:
    """Yield each page's number and its posts."""
    for page in range(first, MOST_PAGES + 1):
        try:
            listed = ask(f"/wp/v2/{kind}", {**QUERY, "page": str(page)})
        except Refused:
            return  # not visible to this account, or past a full last page
        posts = listed if isinstance(listed, list) else []
        yield page, [post for post in posts if isinstance(post, Mapping)]
        if len(posts) < PAGE_SIZE:
            return


def _content(post: Mapping[str, Any]) -> str:
    whole = post.get("content")
    return text_in(whole, "raw") if isinstance(whole, Mapping) else ""


def _played(text: str) -> set[str]:
    """Return the numbers and the places of the files that a post plays."""
    found: set[str] = set()
    for block in _BLOCK.finditer(text):
        try:
            number = json.loads(block[1]).get("id")
        except (ValueError, RecursionError):
            continue
        if type(number) is int:
            found.add(str(number))
    for player in _PLAYER.finditer(text):
        places = (_place(html.unescape(address)) for address in _ADDRESS.findall(player[1]))
        found |= set(filter(None, places))
    return found


def _place(address: str) -> str:
    """Return a file's host and path; the host is empty for a relative address, "" if no file.

    Sites move from http to https, and to or from a name with www; the rest stays.
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    path = parts.path.strip("/")
    return f"{host}/{path}" if path else ""


def _statements(text: str) -> Iterable[str]:
    """Return the lines that contain our sentence, without markup."""
    for line in _LINE_END.sub("\n", text).splitlines():
        plain = html.unescape(_MARK.sub("", line)).strip()
        if len(plain) <= LONGEST_LINE and speaks(plain):
            yield plain
