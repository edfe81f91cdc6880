"""Which addresses we talk to, and which hosts may see a token.

Every address passes here before anything is sent, whether a person typed it, a file named
it or a server answered with it. What two parsers could read differently is refused, so that
the host we check is the host that the connection goes to.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from rightsdesk.platforms.http.errors import AddressRefused

_DEFAULT_PORTS = {"https": 443, "http": 80}
_AMBIGUOUS = re.compile(r"[\s\\\x00-\x1f\x7f-\U0010ffff]")
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|[0-9a-f:.]+")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a platform is. An account can have others (self-hosted, practice servers)."""

    api: str
    auth: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What decides whether two addresses are the same server: scheme, host and port."""

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
    """The server that an address names; `AddressRefused` where we don't talk to it.

    Only https, or http on our own computer (RFC 8252, section 8.3); no user names, no
    characters that a parser might trip over.
    """
    refusal = AddressRefused(
        f"The address “{_shown(url)}” can't be used.",
        advice="An address has to begin with https:// and name a server.",
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
            f"The connection to {host} would not be encrypted.",
            advice="Use its address that begins with https://.",
        )
    return origin


def join(base: str, target: str) -> str:
    """An address from a base and a path, or the target itself where it is a whole address."""
    if target.startswith("/") and not target.startswith("//"):
        return base.rstrip("/") + target
    return redirected(base, target)


def redirected(url: str, location: str) -> str:
    """Where a redirect leads: `location` as seen from `url` (RFC 9110, section 10.2.2)."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise AddressRefused(f"The address “{_shown(location)}” can't be used.") from None


def shareable(url: object) -> str:
    """A web address that may be shown as a link, or "" (a server could send `javascript:`)."""
    if not isinstance(url, str):
        return ""
    try:
        origin_of(url)
    except AddressRefused:
        return ""
    return url


def _shown(url: str) -> str:
    """The server's part of an address: codes and tokens travel in the others."""
    scheme, slashes, rest = url.partition("://")
    host = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2] if slashes else ""
    plain = "".join(char for char in f"{scheme}{slashes}{host}" if char.isprintable())
    return plain[:80] if slashes else "…"
