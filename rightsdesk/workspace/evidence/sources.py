"""Where time stamps come from, as stored: an authority, its root certificates, and calendars."""

from __future__ import annotations

import ssl
from collections.abc import Sequence

from sqlalchemy import Connection

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.ledger.calendars import POOL
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.sentences import worded
from rightsdesk.store.database import Database
from rightsdesk.store.settings import keep_setting, setting
from rightsdesk.workspace.evidence.types import StampSources

_AUTHORITY, _ROOT, _CALENDARS = "stamp_authority", "stamp_root", "stamp_calendars"
LARGEST_ROOT = 1024 * 1024
"""Bytes of a file of root certificates."""


class NoCertificate(KnownError):
    """A file holds no certificates."""

    cause = Cause.NO_CERTIFICATE


class NoStampSource(KnownError):
    """No authority and no calendar is chosen, so there is no source of time stamps."""

    cause = Cause.NO_STAMP_SOURCE

    def __init__(self) -> None:
        super().__init__(
            "No source of time stamps is chosen.",
            untouched="Nothing was sent, and nothing was changed.",
            advice="Choose an authority, or turn on OpenTimestamps.",
        )


def sources(database: Database) -> StampSources:
    """What is chosen; nothing at first."""
    with database.read() as connection:
        return _sources(connection)


def _sources(connection: Connection) -> StampSources:
    calendars = tuple(setting(connection, _CALENDARS).split())
    return StampSources(setting(connection, _AUTHORITY), setting(connection, _ROOT), calendars)


def choose_authority(database: Database, address: str, root: bytes | None) -> StampSources:
    """Use another authority from now on; "" for none. `root` are its certificates in PEM or DER;
    None trusts those of the system. Raises AddressRefused and NoCertificate."""
    if address:
        origin_of(address)
    text = _pem(root) if root is not None else ""
    with database.write() as connection:
        keep_setting(connection, _AUTHORITY, address)
        keep_setting(connection, _ROOT, text)
        return _sources(connection)


def choose_calendars(database: Database, addresses: Sequence[str]) -> StampSources:
    """Use these calendars from now on, none for off. Raises AddressRefused."""
    for address in addresses:
        origin_of(address)
    with database.write() as connection:
        keep_setting(connection, _CALENDARS, " ".join(addresses))
        return _sources(connection)


def usual_calendars() -> tuple[str, ...]:
    """Calendars that anybody may use."""
    return POOL


def roots(chosen: StampSources) -> list[bytes]:
    """The trusted root certificates (DER): those given, else the system's where it lists them."""
    if chosen.root:
        return _loaded(chosen.root.encode())
    context = ssl.create_default_context()
    described, found = context.get_ca_certs(), context.get_ca_certs(binary_form=True)
    # Some old roots have no positive serial number, which is no longer read (RFC 5280, 4.1.2.2).
    return [
        certificate
        for about, certificate in zip(described, found, strict=True)
        if int(str(about["serialNumber"]), 16) > 0
    ]


def _pem(content: bytes) -> str:
    from rightsdesk.workspace.evidence.openssl import pem

    return pem(_loaded(content)).decode("ascii")


def _loaded(content: bytes) -> list[bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        if b"-----BEGIN" in content:
            found = x509.load_pem_x509_certificates(content)
        else:
            found = [x509.load_der_x509_certificate(content)]
    except ValueError as error:
        raise NoCertificate(
            worded("This holds no certificates that can be read."),
            untouched="Nothing was changed.",
            advice="Name the authority's root certificate, as PEM or DER.",
        ) from error
    return [certificate.public_bytes(Encoding.DER) for certificate in found]
