"""The certificates we trust: those of the system.

A company that inspects connections adds its certificate authority to the system's trust store;
`truststore` reads that store on every system. The bundle of `certifi` is trusted, too, for systems
without a store. If the environment names a bundle (REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE), only that
one is trusted.
"""

import os
import ssl
from functools import lru_cache

import certifi
import truststore

from rightsdesk.platforms.http.errors import TrustUnreadable
from rightsdesk.sentences import worded

CHOSEN = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables of requests and curl: a file or folder that replaces the system's trust."""

OPENSSL = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables of OpenSSL: another place of the system's trust."""


def context() -> ssl.SSLContext:
    """Return the TLS context for the present environment.

    Raises `TrustUnreadable` if the environment names a file or folder that does not exist.
    """
    return _context(tuple((name, os.environ.get(name, "")) for name in (*CHOSEN, *OPENSSL)))


@lru_cache(maxsize=4)
def _context(named: tuple[tuple[str, str], ...]) -> ssl.SSLContext:
    for name, place in named:
        if place and name in CHOSEN:
            return _of_bundle(name, place)
    file, folders = (dict(named)[name] for name in OPENSSL)
    if file:
        _of_bundle(OPENSSL[0], file)  # OpenSSL would silently ignore a missing file
    elif folders and not any(map(os.path.isdir, folders.split(os.pathsep))):
        raise _unreadable(OPENSSL[1], _not_there(OPENSSL[1], folders))
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
        raise _unreadable(name, _not_there(name, place)) from None
    except ssl.SSLError:
        sentence = worded(
            "The setting {name} names a file that holds no certificates: {place}",
            name=name,
            place=place,
        )
        raise _unreadable(name, sentence) from None
    except OSError:
        sentence = worded(
            "The setting {name} names a file that can't be read: {place}", name=name, place=place
        )
        raise _unreadable(name, sentence) from None
    return made


def _not_there(name: str, place: str) -> str:
    return worded(
        "The setting {name} names a file that is not there: {place}", name=name, place=place
    )


def _unreadable(name: str, sentence: str) -> TrustUnreadable:
    return TrustUnreadable(
        sentence,
        advice=worded(
            "Correct or remove {name}: without it RightsDesk trusts what this system trusts.",
            name=name,
        ),
        untouched="Nothing was sent.",
    )
