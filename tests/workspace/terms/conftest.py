"""A server on this computer with a platform's terms and their copy in the archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from rightsdesk.practice.http import PracticeServer, Reply, Request
from rightsdesk.resources import documents as resources
from rightsdesk.resources import facts
from rightsdesk.resources.documents import ArchiveCopy, DocumentKind, WatchedDocument
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.terms import alarms, documents
from rightsdesk.workspace.types.artists import Artist
from tests.fake_clock import FakeClock
from tests.unit.terms.texts import HOSTING

TRAINING = "We may train generative AI on your music."
TERMS, COPY = "/terms", "/OpenTermsArchive/contrib-versions/HEAD/SoundCloud/Terms.md"


def page(text: str) -> str:
    """Terms as a web page, with what pages have around them."""
    lines = "".join(f"<p>{line}</p>" for line in text.split("\n\n"))
    links = "".join(f"<li><a href='/{n}'>Menu {n}</a></li>" for n in range(9))
    return f"<!doctype html><html><body><ul>{links}</ul><main>{lines}</main></body></html>"


OLD, NEW = page(HOSTING), page(f"{HOSTING}\n\n{TRAINING}")


@dataclass
class Shown:
    """What the server shows at an address; `etags`: whether it has and honours ETags."""

    body: str
    etags: bool = True
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class TermsServer(PracticeServer):
    """Shows texts at paths, with ETags. `asked` are the headers that came."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, Shown] = {}
        self.asked: list[Request] = []

    def show(self, path: str, body: str, **more: object) -> None:
        """Show this from now on."""
        self.pages[path] = Shown(body, **more)  # type: ignore[arg-type]

    def handle(self, request: Request) -> Reply:
        self.asked.append(request)
        shown = self.pages.get(request.path.replace("%20", " "))
        if shown is None:
            return Reply(404, b"404: Not Found", {"Content-Type": "text/plain"})
        body = shown.body.encode()
        headers = {"Content-Type": "text/html; charset=utf-8", **shown.headers}
        if shown.etags:
            headers["ETag"] = f'"{sha256(body).hexdigest()[:16]}"'
            if request.headers.get("If-None-Match") == headers["ETag"]:
                return Reply(304, headers=headers)
        return Reply(shown.status, body, headers)

    def error(self, status: int, message: str, **more: str) -> Reply:
        return Reply(status, message.encode(), {"Content-Type": "text/plain", **more})


@pytest.fixture
def server() -> Iterator[TermsServer]:
    with TermsServer() as made:
        made.show(TERMS, OLD)
        yield made


@pytest.fixture
def archive() -> bool:
    """Whether the documents have a copy in the archive; a test may override it."""
    return False


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def workspace(
    isolated: Path,
    fake_clock: FakeClock,
    server: TermsServer,
    archive: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Workspace]:
    """A workspace in which SoundCloud's terms are on the server."""
    copy = ArchiveCopy(collection="contrib", service="SoundCloud", terms="Terms")
    document = WatchedDocument(
        id="terms",
        kind=DocumentKind.TERMS,
        title="Terms of Use",
        language="en",
        address=f"{server.base_url}{TERMS}",
        archive=copy if archive else None,
    )
    known = [one for one in facts.all_facts() if one.id != "soundcloud"]
    mine = msgspec.structs.replace(facts.platform_facts("soundcloud"), documents=(document,))

    def all_facts() -> tuple[facts.PlatformFacts, ...]:
        return (*known, mine)

    for module in (facts, documents, alarms):
        monkeypatch.setattr(module, "all_facts", all_facts)
    monkeypatch.setattr(resources, "ARCHIVE_HOST", server.base_url)
    with Workspace.open(isolated, clock=fake_clock.clock) as opened:
        yield opened


@pytest.fixture
def koval(workspace: Workspace) -> Artist:
    """An artist who says that she uses SoundCloud."""
    artist = workspace.artists.add("Mira Koval")
    workspace.platforms.place(artist.id, "soundcloud", here=True)
    return artist
