"""Whom we believe when a server proves who it is: what this system trusts.

A company that inspects its connections puts its own certificate authority into the system's
trust store; `truststore` asks that store on every system. The bundle of `certifi` is believed,
too, for systems that have none. A person who names a bundle of their own in the environment
(REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE) has chosen: only that one counts then.
"""

import os
import ssl
from functools import lru_cache

import certifi
import truststore

from rightsdesk.platforms.http.errors import TrustUnreadable

CHOSEN = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The variables of requests and curl: a file or folder in place of the system's trust."""

OPENSSL = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""The variables of OpenSSL: another place for the system's own trust."""


def context() -> ssl.SSLContext:
    """How to check a server's certificate, by the environment of now.

    Raises `TrustUnreadable` where the environment names what is not there.
    """
    return _context(tuple((name, os.environ.get(name, "")) for name in (*CHOSEN, *OPENSSL)))


@lru_cache(maxsize=4)
def _context(named: tuple[tuple[str, str], ...]) -> ssl.SSLContext:
    for name, place in named:
        if place and name in CHOSEN:
            return _of_bundle(name, place)
    file, folders = (dict(named)[name] for name in OPENSSL)
    if file:
        _of_bundle(OPENSSL[0], file)  # OpenSSL would pass over it in silence
    elif folders and not any(map(os.path.isdir, folders.split(os.pathsep))):
        raise _unreadable(OPENSSL[1], folders, "is not there")
    made = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(certifi.where())
    return made


def _of_bundle(name: str, place: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if os.path.isdir(place):
            made.load_verify_locations(capath=place)
        else:
            made.load_verify_locations(cafile=place)
    except FileNotFoundError:
        raise _unreadable(name, place, "is not there") from None
    except ssl.SSLError:
        raise _unreadable(name, place, "holds no certificates") from None
    except OSError:
        raise _unreadable(name, place, "can't be read") from None
    return made


def _unreadable(name: str, place: str, what: str) -> TrustUnreadable:
    return TrustUnreadable(
        f"The setting {name} names a file that {what}: {place}",
        advice=f"Correct or remove {name}: without it RightsDesk trusts what this system trusts.",
        untouched="Nothing was sent.",
    )
