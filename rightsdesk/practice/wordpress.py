"""A practice self-hosted WordPress: users with application passwords, and media.

Behaves as WordPress's REST API handbook and WordPress 6.1 say: texts as `raw` and `rendered`, pages
with totals in headers, errors as `code`, `message` and `data.status`. Saving a text changes the
spelling of some of its characters.
"""

import base64
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from rightsdesk.practice.http import PracticeServer, Reply, Request

TEXTS = ("title", "caption", "description")
Media = dict[str, Any]


class PracticeWordPress(PracticeServer):
    """One site. `media` are its audio files; missing fields get plain values.

    `posts` are the contents of public posts as edited. With `plain_permalinks` routes are a
    parameter, WordPress's default. The site can be in a `folder` ("/blog"), and announce its API by
    a "header", by a "link" in the page, or not at all.
    """

    def __init__(
        self,
        users: Mapping[str, Sequence[Mapping[str, Any]]],
        *,
        posts: Sequence[str] = (),
        plain_permalinks: bool = False,
        folder: str = "",
        port: int = 0,
    ) -> None:
        super().__init__(port=port)
        self.folder = folder
        self.tells_by = "header"
        self.plain_permalinks = plain_permalinks
        self.posts = list(posts)
        self.issued: set[str] = set()
        self.passwords: dict[str, str] = {}
        self._media: dict[int, Media] = {}
        for user, media in users.items():
            self.new_password(user)
            for given in media:
                number = 11 + len(self._media)
                self._media[number] = _media(number, user, given)

    def new_password(self, user: str) -> str:
        """Make a new application password; the old one becomes invalid."""
        with self.lock:
            groups = (secrets.token_hex(2) for _ in range(6))
            self.passwords[user] = " ".join(groups)
            self.issued.add(self.passwords[user])
            self.issued.add(_basic(user, self.passwords[user]))
            return self.passwords[user]

    def media(self) -> list[Media]:
        """All media as they are now."""
        with self.lock:
            return [dict(item) for item in self._media.values()]

    def edit(self, number: int, **values: Any) -> None:
        """Change a file's texts, as a person can in WordPress."""
        with self.lock:
            self._media[number] |= values

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        if not request.path.startswith(self.folder):
            return Reply.of_html("<!doctype html><title>Another site</title>", 200)
        below = request.path.removeprefix(self.folder)
        route = below.removeprefix("/wp-json") if below.startswith("/wp-json") else None
        if self.plain_permalinks:
            route = request.query.get("rest_route")
        if route is None:
            return self._home(request)
        if not route.strip("/"):
            return Reply.of_json({"name": "Mara Linde", "namespaces": ["oembed/1.0", "wp/v2"]})
        user = self._user(request)
        if user is None:
            return self.error(401, "rest_not_logged_in")
        match request.method, route.strip("/").split("/"):
            case "GET", ["wp", "v2", "users", "me"]:
                number = list(self.passwords).index(user) + 1
                link = f"{self.base_url}/author/{number}/"
                return Reply.of_json({"id": number, "name": user, "link": link})
            case "GET", ["wp", "v2", "users", "me", "application-passwords", "introspect"]:
                return Reply.of_json({"uuid": _uuid(user), "name": "RightsDesk"})
            case "DELETE", ["wp", "v2", "users", "me", "application-passwords", name] if (
                name == _uuid(user)
            ):
                self.new_password(user)
                return Reply.of_json({"deleted": True})
            case "GET", ["wp", "v2", "posts" | "pages" as kind]:
                return self._list_posts(request, self.posts if kind == "posts" else [])
            case "GET", ["wp", "v2", "media"]:
                return self._list(request)
            case method, ["wp", "v2", "media", name]:
                return self._one(request, method, name, user)
        return self.error(404, "rest_no_route")

    def error(self, status: int, message: str, **more: str) -> Reply:
        """An error in WordPress's own format."""
        data = {"code": message, "message": f"Sorry: {message}.", "data": {"status": status}}
        return Reply.of_json({**data, **more}, status)

    def _home(self, request: Request) -> Reply:
        if request.headers.get("Authorization"):
            return self.error(400, "visitors show no sign-in")
        root = "/?rest_route=/" if self.plain_permalinks else "/wp-json/"
        where = f"{self.base_url}{self.folder}{root}"
        tag = f'<link rel="https://api.w.org/" href="{where}">' if self.tells_by == "link" else ""
        page = Reply.of_html(f"<!doctype html><title>Mara Linde</title>{tag}")
        header = (
            {"Link": f'<{where}>; rel="https://api.w.org/"'} if self.tells_by == "header" else {}
        )
        return Reply(200, page.body, {**page.headers, **header})

    def _user(self, request: Request) -> str | None:
        shown = request.headers.get("Authorization", "")
        for user, password in self.passwords.items():
            if shown == f"Basic {_basic(user, password)}":
                return user
        return None

    def _list(self, request: Request) -> Reply:
        query = request.query
        wanted = [item for item in self._media.values() if query.get("media_type") == "audio"]
        return self._page(request, [self._shown(item, query) for item in wanted])

    def _list_posts(self, request: Request, posts: Sequence[str]) -> Reply:
        found = [
            {
                "id": 501 + number,
                "link": f"{self.base_url}/?p={501 + number}",
                "content": {"raw": text} if request.query.get("context") == "edit" else {},
            }
            for number, text in enumerate(posts)
            if request.query.get("search", "") in text
        ]
        return self._page(request, found)

    def _page(self, request: Request, wanted: Sequence[Media]) -> Reply:
        query = request.query
        size, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        if not 1 <= size <= 100:
            return self.error(400, "rest_invalid_param")
        pages = -(-len(wanted) // size) or 1
        if page > pages:
            return self.error(400, "rest_post_invalid_page_number")
        part = wanted[(page - 1) * size : page * size]
        reply = Reply.of_json(part)
        totals = {"X-WP-Total": str(len(wanted)), "X-WP-TotalPages": str(pages)}
        return Reply(200, reply.body, {**reply.headers, **totals})

    def _one(self, request: Request, method: str, name: str, user: str) -> Reply:
        media = self._media.get(int(name)) if name.isdigit() else None
        if media is None:
            return self.error(404, "rest_post_invalid_id")
        if method == "GET":
            return Reply.of_json(self._shown(media, request.query))
        if method != "POST":
            return self.error(404, "rest_no_route")
        if media["author"] != user:
            return self.error(403, "rest_cannot_edit")
        try:
            values = json.loads(request.body)
        except ValueError:
            return self.error(400, "rest_invalid_json")
        if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
            return self.error(400, "rest_invalid_param")
        media |= {name: _saved(text) for name, text in values.items() if name in TEXTS}
        return Reply.of_json({"id": media["id"]})

    def _shown(self, media: Media, query: Mapping[str, str]) -> Media:
        texts: Media = {name: {"rendered": f"<p>{media[name]}</p>\n"} for name in TEXTS}
        if query.get("context") == "edit":
            for name in TEXTS:
                texts[name]["raw"] = media[name]
        return {
            "id": media["id"],
            "type": "attachment",
            "media_type": "file",
            "link": f"{self.base_url}/?attachment_id={media['id']}",
            "source_url": f"{self.base_url}/files/{media['id']}.mp3",
            "media_details": media["media_details"],
            **texts,
        }


def _media(number: int, author: str, given: Mapping[str, Any]) -> Media:
    details = {"length": 201, "artist": author, "fileformat": "mp3"}
    plain = {"title": f"Track {number}", "caption": "", "description": ""}
    return {"id": number, "author": author, "media_details": details, **plain, **given}


def _saved(text: str) -> str:
    """The text after WordPress's HTML filter (kses), which escapes single special characters."""
    return re.sub(r"&(?!#?\w{1,8};)", "&amp;", text)


def _basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def _uuid(user: str) -> str:
    return f"{len(user):08x}-0000-4000-8000-000000000000"
