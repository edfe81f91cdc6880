"""Check addresses: which servers we talk to, and which of them may get a token.

Every address is checked here before anything is sent to it. It may have been typed, read from a
file or received from a server. Addresses that two parsers could read differently are refused. The
host we check is therefore the host we connect to.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from rightsdesk.platforms.http.errors import AddressRefused
from rightsdesk.sentences import worded

_DEFAULT_PORTS = {"https": 443, "http": 80}
_AMBIGUOUS = re.compile(r"[\s\\\x00-\x1f\x7f-\U0010ffff]")
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|[0-9a-f:.]+")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base addresses of a platform. An account can have its own (self-hosted, practice server)."""

    api: str
    auth: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port: two addresses with the same origin are the same server."""

    scheme: str
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether this is our own computer."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == _DEFAULT_PORTS[self.scheme]
        return f"{self.scheme}://{host}" if usual else f"{self.scheme}://{host}:{self.port}"


def origin_of(url: str) -> Origin:
    """Return the origin of an address that we may talk to.

    That is https, or http on our own computer (RFC 8252, section 8.3). User names and characters
    that parsers disagree about are refused. Raises `AddressRefused`.
    """
    refusal = AddressRefused(
        worded("The address “{shown}” can't be used.", shown=_shown(url)),
        advice="Enter an address that begins with https:// and names a server.",
    )
    if _AMBIGUOUS.search(url):
        raise refusal
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refusal from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or not _HOST.fullmatch(host):
        raise refusal
    origin = Origin(parts.scheme, host, _DEFAULT_PORTS[parts.scheme] if port is None else port)
    if origin.scheme == "http" and not origin.is_loopback:
        raise AddressRefused(
            worded(
                "The connection to {host} would not be encrypted, so it was not opened.", host=host
            ),
            advice=worded("Use the address of {host} that begins with https://.", host=host),
        )
    return origin


def join(base: str, target: str) -> str:
    """Join a base address and a path. A target that is a whole address is returned as it is."""
    if target.startswith("/") and not target.startswith("//"):
        return base.rstrip("/") + target
    return redirected(base, target)


def redirected(url: str, location: str) -> str:
    """Return where a redirect leads: `location` relative to `url` (RFC 9110, section 10.2.2).

    Raises `AddressRefused` if it is not an address.
    """
    try:
        return urljoin(url, location)
    except ValueError:
        raise AddressRefused(
            worded("The address “{shown}” can't be used.", shown=_shown(location))
        ) from None


def shareable(url: object) -> str:
    """Return `url` if it is safe as a link, else "": a server could send `javascript:`."""
    if not isinstance(url, str):
        return ""
    try:
        origin_of(url)
    except AddressRefused:
        return ""
    return url


def _shown(url: str) -> str:
    """Return the scheme and host only: paths and queries can hold codes and tokens."""
    scheme, slashes, rest = url.partition("://")
    host = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2] if slashes else ""
    plain = "".join(char for char in f"{scheme}{slashes}{host}" if char.isprintable())
    return plain[:80] if slashes else "…"
