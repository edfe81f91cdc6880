"""Errors between us and a platform name the cause: proxies, and certificates."""

import base64
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rightsdesk.loopback import LoopbackServer, QuietHandler
from rightsdesk.platforms.http import trust
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import AddressRefused, ProxyTrouble, TrustUnreadable
from rightsdesk.platforms.http.limits import Limiter
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sites.webdav import WebDavFolder
from tests.fake_clock import NOON, FakeClock

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*trust.CHOSEN, *trust.OPENSSL):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def proxy(reply: bytes) -> Iterator[int]:
    """A proxy that gives every client the same answer; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    there, _ = listening.accept()
                except OSError:
                    return
                with there:
                    there.recv(65536)
                    there.sendall(reply)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


@pytest.fixture(params=["http", "webdav"])
def use(
    monkeypatch: pytest.MonkeyPatch, fake_clock: FakeClock, request: pytest.FixtureRequest
) -> Iterator[object]:
    """Calls a remote platform, or a site's folder there, through a proxy."""

    def request_once() -> None:
        if request.param == "webdav":
            address = "webdavs://mira@api.platform.example/site"
            folder = WebDavFolder(address, Credentials(secret="s3cret"))
            try:
                folder.check()
            finally:
                folder.close()
            return
        limiter = Limiter(service="SoundCloud", clock=fake_clock.clock)
        base = "https://api.platform.example"
        with Client(base, limiter=limiter, service="SoundCloud", clock=fake_clock.clock) as client:
            client.get("/me")

    def ask(address: str) -> str:
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.setenv("https_proxy", address)
        with pytest.raises(ProxyTrouble) as caught:
            request_once()
        assert "s3cret" not in str(caught.value)
        return str(caught.value)

    return ask  # type: ignore[return-value]  # it is called


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (b"407 Proxy Authentication Required", "asks for a user name and a password"),
        (b"403 Forbidden", "does not let RightsDesk through to api.platform.example (403)"),
        (b"502 Bad Gateway", "(502)"),
    ],
)
def test_a_proxy_that_refuses_is_named(use: object, status: bytes, expected: str) -> None:
    reply = b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with proxy(reply) as port:
        message = use(f"http://name:s3cret@127.0.0.1:{port}")  # type: ignore[operator]
    assert f"The proxy http://127.0.0.1:{port} (setting https_proxy)" in message
    assert expected in message


def test_a_proxy_that_hangs_up_is_named(use: object) -> None:
    with proxy(b"") as port:
        assert f"proxy http://127.0.0.1:{port}" in use(f"http://127.0.0.1:{port}")  # type: ignore[operator]


def test_a_dead_proxy_is_named(use: object) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    message = use(f"http://127.0.0.1:{port}")  # type: ignore[operator]
    assert f"The proxy http://127.0.0.1:{port} (setting https_proxy) can't be reached" in message


@pytest.mark.parametrize("kind", ["socks4", "socks5", "socks5h"])
def test_a_socks_proxy_is_named(use: object, kind: str) -> None:
    message = use(f"{kind}://name:s3cret@127.0.0.1:1080")  # type: ignore[operator]
    assert f"The proxy {kind}://127.0.0.1:1080" in message
    assert "SOCKS" in message


@pytest.mark.parametrize("address", ["http://", "http://[", "nonsense:::", "gopher://127.0.0.1:70"])
def test_an_invalid_proxy_address_is_named(use: object, address: str) -> None:
    assert "proxy" in use(address)  # type: ignore[operator]


def test_a_folder_is_reached_through_a_proxy(
    company: tuple[LoopbackServer, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy gets its own user name and password, for a host that only it can resolve."""
    received: list[bytes] = []
    with tunnel(company[0].port, received) as port:
        monkeypatch.setenv("https_proxy", f"http://name:s3cret@127.0.0.1:{port}")
        monkeypatch.setenv("SSL_CERT_FILE", str(company[1]))
        folder = WebDavFolder("webdavs://mira@dav.example/", Credentials(secret="other"))
        assert folder.read("robots.txt") == b"{}"
        folder.close()
    assert received[0].startswith(b"CONNECT dav.example:443")
    assert b"Basic " + base64.b64encode(b"name:s3cret") in received[0]
    assert base64.b64encode(b"mira:other") not in received[0]


@contextmanager
def tunnel(port: int, received: list[bytes]) -> Iterator[int]:
    """A proxy that connects every client to one port of this computer. Yields its own port."""

    def copy(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        here, _ = listening.accept()
        with here, socket.create_connection(("127.0.0.1", port)) as there:
            received.append(here.recv(65536))
            here.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = Thread(target=copy, args=(there, here), daemon=True)
            back.start()
            copy(here, there)
            back.join(10)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(10)


# Which certificates this system trusts


@pytest.fixture
def company(tmp_path: Path) -> Iterator[tuple[LoopbackServer, Path]]:
    """A server behind a company's inspection: its certificate is the company's own."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in ("Company CA", "it")
    ]
    made = []
    for number, (key, name) in enumerate(zip(keys, names, strict=True)):
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(number + 1)
            .not_valid_before(NOON - timedelta(days=3650))
            .not_valid_after(NOON + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=number == 0, path_length=None), critical=True)
        )
        if number == 1:
            alternative = x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.DNSName("dav.example")]
            )
            builder = builder.add_extension(alternative, critical=False)
        made.append(builder.sign(keys[0], hashes.SHA256()))
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    authority, both = tmp_path / "authority.pem", tmp_path / "server.pem"
    authority.write_bytes(made[0].public_bytes(pem))
    both.write_bytes(keys[1].private_bytes(pem, *plain) + made[1].public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)

    class Answers(QuietHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    server = LoopbackServer(Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.start()
    yield server, authority
    server.close()


def ask(server: LoopbackServer, fake_clock: FakeClock) -> object:
    limiter = Limiter(service="SoundCloud", clock=fake_clock.clock)
    url = f"https://localhost:{server.port}"
    with Client(url, limiter=limiter, service="SoundCloud", clock=fake_clock.clock) as client:
        return client.get("/me")


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_company_certificate_is_trusted_if_this_system_trusts_it(
    company: tuple[LoopbackServer, Path],
    fake_clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    server, authority = company
    folder = WebDavFolder(f"webdavs://localhost:{server.port}/", Credentials())
    with pytest.raises(AddressRefused, match="inspect connections"):
        ask(server, fake_clock)
    with pytest.raises(AddressRefused, match="inspect connections"):
        folder.read("robots.txt")
    # SSL_CERT_FILE: OpenSSL's variable for the certificates of the system
    monkeypatch.setenv(name, str(authority))
    assert ask(server, fake_clock) == {}
    folder.close()
    assert folder.read("robots.txt") == b"{}"
    folder.close()


@pytest.mark.parametrize("name", [*trust.CHOSEN, *trust.OPENSSL])
def test_a_setting_that_names_a_missing_file_is_reported(
    company: tuple[LoopbackServer, Path],
    fake_clock: FakeClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "missing.pem"))
    with pytest.raises(TrustUnreadable, match=f"{name} .*is not there: .*missing.pem"):
        ask(company[0], fake_clock)
    if name not in trust.OPENSSL[1:]:
        (tmp_path / "missing.pem").write_text("no certificate")
        with pytest.raises(TrustUnreadable, match="holds no certificates"):
            ask(company[0], fake_clock)
    folder = WebDavFolder(f"webdavs://localhost:{company[0].port}/", Credentials())
    with pytest.raises(TrustUnreadable):
        folder.check()
