"""All requests use the proxy that is set in RightsDesk, and an invalid address is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from rightsdesk.platforms.http import proxies, transport
from rightsdesk.workspace import Workspace
from tests.cli.fakes import run


class _Proxy(HTTPServer):
    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: _Proxy

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def proxy() -> Iterator[_Proxy]:
    """A proxy that answers every request, and records the requested addresses."""
    server = _Proxy(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def system() -> Iterator[None]:
    """Resets the proxy after the test."""
    yield
    proxies.choose(proxies.SYSTEM)


def test_requests_use_the_proxy_that_is_set(proxy: _Proxy) -> None:
    proxies.choose(f"127.0.0.1:{proxy.server_port}")
    transport.session(loopback=False).get("http://music.example/tracks", timeout=10)
    assert proxy.asked == ["http://music.example/tracks"]
    assert proxies.proxy_for("https://music.example/") == f"http://127.0.0.1:{proxy.server_port}"


def test_none_ignores_the_proxy_of_the_environment(
    proxy: _Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.server_port}")
    made = transport.session(loopback=False)
    merged = made.merge_environment_settings("http://music.example/", {}, None, None, None)
    assert merged["proxies"]
    proxies.choose(proxies.NONE)
    merged = made.merge_environment_settings("http://music.example/", {}, None, None, None)
    assert merged["proxies"] == {}
    assert proxies.proxy_for("http://music.example/") == ""


@pytest.mark.parametrize(
    "wrong",
    [
        "proxy.example",
        "http://proxy.example",
        "http://proxy.example:0x50",
        "http://proxy.example:99999",
        "ftp://proxy.example:21",
        "socks5://proxy.example:1080",
        "http://name:secret@proxy.example:8080",
        "http://proxy.example:8080/path",
        "http://pro xy.example:8080",
    ],
)
def test_an_invalid_address_is_reported_and_changes_nothing(
    wrong: str, workspace: Workspace
) -> None:
    workspace.settings.set_proxy("http://proxy.example:8080")
    with pytest.raises(proxies.NoProxyAddress) as error:
        workspace.settings.set_proxy(wrong)
    assert "secret" not in str(error.value)
    assert workspace.settings.proxy() == proxies.chosen() == "http://proxy.example:8080"


def test_the_proxy_is_set_on_the_command_line_and_kept(workspace: Workspace) -> None:
    assert "system's" in run(workspace, "settings", "proxy").out
    assert run(workspace, "settings", "proxy", "proxy.example:8080").code == 0
    assert (
        run(workspace, "settings", "proxy", "--json").json["proxy"] == "http://proxy.example:8080"
    )
    proxies.choose(proxies.SYSTEM)
    workspace.settings.use_proxy()
    assert proxies.chosen() == "http://proxy.example:8080"
    assert run(workspace, "settings", "proxy", "ftp://x").code != 0
    run(workspace, "settings", "proxy", "system")
    assert proxies.chosen() == proxies.SYSTEM


def test_a_proxy_error_names_the_setting() -> None:
    proxies.choose("http://proxy.example:8080")
    error = proxies.trouble("http://proxy.example:8080", "https://a.example", OSError("refused"))
    assert "in RightsDesk's settings" in error.sentence
