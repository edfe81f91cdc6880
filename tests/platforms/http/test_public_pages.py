"""Public pages: conditions, redirects, and addresses that are never asked."""

import socket
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from rightsdesk.clock import Clock
from rightsdesk.platforms.http.answer import Answer
from rightsdesk.platforms.http.client import MOST_REDIRECTS
from rightsdesk.platforms.http.errors import AddressRefused, BadAnswer
from rightsdesk.platforms.http.limits import Limiter
from rightsdesk.platforms.http.public_pages import PublicPages, is_private
from rightsdesk.practice.http import PracticeServer, Reply, Request


class Site(PracticeServer):
    """Redirects `/to/ADDRESS`, answers 304 to every condition, else shows a page."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Request] = []

    def handle(self, request: Request) -> Reply:
        self.asked.append(request)
        if request.path.startswith("/to/"):
            return Reply.redirect(request.path.removeprefix("/to/"))
        if request.path == "/always-304" or request.headers.get("If-None-Match"):
            return Reply(304)
        return Reply(200, b"words", {"ETag": '"1"', "Content-Type": "text/html"})

    def error(self, status: int, message: str, **more: str) -> Reply:
        return Reply(status, message.encode())


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


def pages(site: Site) -> PublicPages:
    clock = Clock(sleep=lambda _seconds: None)
    return PublicPages(site.base_url, limiter=Limiter(service="Site"), service="Site", clock=clock)


def test_a_page_comes_with_its_address_after_redirects(site: Site) -> None:
    with pages(site) as client:
        page = client.fetch("/to//terms", language="de")
    assert (page.body, page.etag) == (b"words", '"1"')
    assert page.address == f"{site.base_url}/terms"
    assert site.asked[0].headers["Accept-Language"] == "de,en;q=0.5"
    assert "Authorization" not in site.asked[0].headers


def test_conditions_go_along_with_redirects(site: Site) -> None:
    with pages(site) as client:
        assert client.fetch("/to//terms", etag='"1"').unchanged
        client.fetch("/x", last_modified="Sun, 22 Nov 2026 12:00:00 GMT")
    assert site.asked[-1].headers["If-Modified-Since"].startswith("Sun")


def test_unchanged_without_a_condition_is_no_answer(site: Site) -> None:
    with pages(site) as client, pytest.raises(BadAnswer):
        client.fetch("/always-304")


class Redirected(PublicPages):
    """Every address redirects to another one. `asked` are those that were asked."""

    def __init__(self, to: str, names: Mapping[str, list[str]]) -> None:
        super().__init__(
            "https://public.example",
            limiter=Limiter(service="Site"),
            service="Site",
            resolve=lambda host: names.get(host, ["93.184.216.34"]),
        )
        self.to = to
        self.asked: list[str] = []

    def _send(self, method: str, url: str, header: str, parts: Mapping[str, Any]) -> Answer:
        self.asked.append(url)
        return Answer(302, {"Location": self.to}, b"")


@pytest.mark.parametrize(
    "address",
    [
        *("https://10.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/"),
        *("https://[fe80::1]/", "https://0.0.0.0/", "http://localhost/", "https://127.0.0.1:99/"),
        *("https://router.example/", "https://mapped.example/", "http://public.example/"),
    ],
)
def test_private_addresses_are_not_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    names = {
        "router.example": ["93.184.216.34", "192.168.1.1"],
        "mapped.example": ["::ffff:10.1.1.1"],
    }
    with Redirected(address, names) as client:
        with pytest.raises(AddressRefused):
            client.fetch("/terms")
        assert client.asked == ["https://public.example/terms"]


def test_a_name_that_turns_private_between_check_and_connection_is_not_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when it was checked, this computer when it is connected to."""
    real = socket.getaddrinfo

    def rebound(host: Any, *more: Any, **options: Any) -> Any:
        return real("127.0.0.1" if host == "pages.example" else host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    monkeypatch.setenv("no_proxy", "pages.example")
    port = site.base_url.rpartition(":")[2]
    client = PublicPages(
        f"https://pages.example:{port}",
        limiter=Limiter(service="Site"),
        service="Site",
        clock=Clock(sleep=lambda _seconds: None),
        resolve=lambda _host: ["93.184.215.14"],
    )
    with client, pytest.raises(AddressRefused, match=r"private network \(pages\.example\)"):
        client.fetch("/terms")
    assert site.asked == []


def test_redirects_to_public_hosts_are_followed_a_few_times() -> None:
    with Redirected("https://elsewhere.example/", {}) as client:
        with pytest.raises(BadAnswer):
            client.fetch("/terms")
        assert len(client.asked) == MOST_REDIRECTS + 1


def test_what_is_private() -> None:
    for address in (
        "10.1.2.3",
        "127.0.0.1",
        "100.64.0.1",
        "fc00::1",
        "224.0.0.1",
        "::ffff:10.0.0.1",
    ):
        assert is_private(address)
    for address in ("93.184.216.34", "2606:2800:220:1::1"):
        assert not is_private(address)
