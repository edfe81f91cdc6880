"""A server without a trusted certificate gets no request, tested with a self-signed certificate."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rightsdesk.loopback import LoopbackServer, QuietHandler
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import AddressRefused
from rightsdesk.platforms.http.limits import Limiter
from tests.fake_clock import NOON, FakeClock


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=3650))
        .not_valid_after(NOON + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path / "both.pem"
    path.write_bytes(key.private_bytes(pem, *plain) + certificate.public_bytes(pem))
    return path


@pytest.fixture
def impostor(certificate: Path) -> Iterator[LoopbackServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = LoopbackServer(QuietHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.start()
    yield server
    server.close()


def test_an_impostor_gets_no_request(impostor: LoopbackServer, fake_clock: FakeClock) -> None:
    limiter = Limiter(service="SoundCloud", clock=fake_clock.clock)
    url = f"https://localhost:{impostor.port}"
    with (
        Client(url, limiter=limiter, service="SoundCloud", clock=fake_clock.clock) as client,
        pytest.raises(AddressRefused, match="could not prove"),
    ):
        client.get("/me")
    assert fake_clock.slept == []
