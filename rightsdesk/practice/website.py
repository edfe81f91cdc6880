"""A practice web site: a served folder, with the faults of real sites.

Caches that lag behind, programs that answer every address with a page, a robots.txt without a file,
servers that hide folders with a leading dot.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from rightsdesk.practice.http import PracticeServer, Reply, Request

TYPES = {".txt": "text/plain", ".json": "application/json", ".xml": "application/rsl+xml"}
HOME = "<!doctype html><html><head><title>{title}</title>{head}</head><body>{title}</body></html>"


@dataclass(slots=True)
class Habits:
    """How a site is served. `cached` is what a cache still returns, by path."""

    headers: dict[str, str] = field(default_factory=dict)
    head: str = ""
    generated: dict[str, str] = field(default_factory=dict)
    """What a program answers, by path, if there is no file."""
    prepended: str = ""
    """What a service in front of the site adds before robots.txt."""
    hides_dot_folders: bool = False
    always_a_page: bool = False
    answers: dict[str, Reply] = field(default_factory=dict)
    """Answers by path, with or without a file; `*` for every path without a file."""
    refuses: Callable[[str, bytes | None], int] | None = None
    """The status that refuses a file, by its path and bytes; 0 serves it."""
    cached: dict[str, bytes | None] | None = None


class PracticeWebsite(PracticeServer):
    """Serves the current files below `root`."""

    def __init__(self, root: Path, *, title: str = "Mara Linde", port: int = 0) -> None:
        super().__init__(port=port)
        self.root = root
        self.title = title
        self.habits = Habits()

    def freeze(self) -> None:
        """From now on, answer from a cache of the current files."""
        with self.lock:
            self.habits.cached = {
                f"/{path.relative_to(self.root).as_posix()}": path.read_bytes()
                for path in self.root.rglob("*")
                if path.is_file()
            }

    def thaw(self) -> None:
        """Empty the cache."""
        with self.lock:
            self.habits.cached = None

    def handle(self, request: Request) -> Reply:
        """Answer as a plain web server does."""
        habits, path = self.habits, unquote(request.path)
        if request.method != "GET":
            return self.error(405, "Only GET")
        if request.headers.get("Authorization"):
            return self.error(400, "Crawlers show no sign-in")
        if path in habits.answers:
            return habits.answers[path]
        if path == "/":
            return self._page()
        if habits.hides_dot_folders and "/." in path:
            return self.error(403, "Forbidden")
        body = self._file(path)
        if body is None and path in habits.generated:
            body = habits.generated[path].encode()
        if habits.refuses is not None and (status := habits.refuses(path, body)):
            return self.error(status, "Refused")
        if body is None and "*" in habits.answers:
            return habits.answers["*"]
        if body is None:
            return self._page() if habits.always_a_page else self.error(404, "Not found")
        if path == "/robots.txt":
            body = habits.prepended.encode() + body
        kind = TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")
        return Reply(200, body, {"Content-Type": kind, **habits.headers})

    def error(self, status: int, message: str, **more: str) -> Reply:
        """A page that says so."""
        return Reply.of_html(f"<!doctype html><html><body>{message}</body></html>", status)

    def _page(self) -> Reply:
        page = Reply.of_html(HOME.format(title=self.title, head=self.habits.head))
        headers: Mapping[str, str] = {**page.headers, **self.habits.headers}
        return Reply(200, page.body, headers)

    def _file(self, path: str) -> bytes | None:
        if self.habits.cached is not None:
            return self.habits.cached.get(path)
        place = (self.root / path.lstrip("/")).resolve()
        if not place.is_relative_to(self.root.resolve()) or not place.is_file():
            return None
        return place.read_bytes()
