"""Fetches public pages: without a sign-in, conditionally, and never from a private network.

A platform's page may redirect to any public host. It must not make this program ask a router, a
company's server or a cloud's metadata service, so each address is checked before it is asked, and
once more when it is connected to, before anything is sent.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.platforms.http.address import Origin, origin_of, redirected
from rightsdesk.platforms.http.answer import Answer
from rightsdesk.platforms.http.client import MOST_REDIRECTS, MOVED, Client
from rightsdesk.platforms.http.errors import AddressRefused, BadAnswer
from rightsdesk.platforms.http.limits import Limiter
from rightsdesk.platforms.http.peers import Check, checked_by
from rightsdesk.sentences import worded

NOT_MODIFIED = 304

Resolve = Callable[[str], list[str]]
"""The addresses (IPv4, IPv6) of a host name; empty if it has none."""


@dataclass(frozen=True, slots=True)
class PublicPage:
    """An answer and the address that gave it, after redirects. `body` is empty if `unchanged`
    since the version with the `etag` or `last_modified` that was sent."""

    address: str
    body: bytes
    unchanged: bool = False
    etag: str = ""
    last_modified: str = ""
    content_type: str = ""


class PublicPages(Client):
    """Fetches pages that start at one host. For one thread at a time; close it when done."""

    def __init__(
        self,
        base_url: str,
        *,
        limiter: Limiter,
        service: str,
        clock: Clock = SYSTEM,
        resolve: Resolve | None = None,
    ) -> None:
        super().__init__(base_url, limiter=limiter, service=service, clock=clock)
        self._resolve = resolve or resolved
        self._reached = base_url
        self._session.headers["Accept"] = "text/html,text/markdown,text/plain;q=0.9,*/*;q=0.1"

    def fetch(
        self, address: str, *, language: str = "en", etag: str = "", last_modified: str = ""
    ) -> PublicPage:
        """Return the page at an address on the client's host, in a language if it has several.

        With the `etag` or `last_modified` of a known version, the server may answer that it is
        unchanged (RFC 9110, section 13). Raises a `PlatformError`.
        """
        headers = {"Accept-Language": language if language == "en" else f"{language},en;q=0.5"}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified and not etag:
            headers["If-Modified-Since"] = last_modified
        answer = self.request("GET", address, headers=headers, expect={NOT_MODIFIED})
        unchanged = answer.status == NOT_MODIFIED
        if unchanged and not (etag or last_modified):
            raise BadAnswer(
                worded("{service} sent no page.", service=self.service), advice="Try again later."
            )
        return PublicPage(
            self._reached,
            b"" if unchanged else answer.body,
            unchanged,
            _kept(answer.headers.get("ETag", "")),
            _kept(answer.headers.get("Last-Modified", "")),
            _kept(answer.headers.get("Content-Type", "")),
        )

    def _follow(self, method: str, url: str, header: str, parts: Mapping[str, Any]) -> Answer:
        """Follow redirects to public hosts. The conditions are sent along: they are no secret."""
        start = origin_of(url)
        for _ in range(MOST_REDIRECTS + 1):
            self._refuse_private(url, origin_of(url), start)
            with checked_by(self._peer_check(url, origin_of(url), start)):
                answer = self._send(method, url, "", parts)
            location = answer.headers.get("Location", "")
            if answer.status not in MOVED or not location:
                self._reached = url
                return answer
            url = redirected(url, location)
        raise BadAnswer(
            worded(
                "{service} sent us on to another address again and again, or to a wrong one.",
                service=self.service,
            ),
            advice="Try again later. If it stays, the page may have moved.",
        )

    def _refuse_private(self, url: str, origin: Origin, start: Origin) -> None:
        """Raise AddressRefused for an address in a private network, unless we started on this
        computer. Behind a proxy names are looked up there, so only plain addresses are checked."""
        if origin.is_loopback and start.is_loopback:
            return
        addresses = [origin.host]
        if not is_address(origin.host):
            addresses = [] if self._proxy_for(url) else self._resolve(origin.host)
            if origin.is_loopback:
                addresses = ["127.0.0.1"]
        if any(is_private(one) for one in addresses):
            raise self._refused(origin)

    def _peer_check(self, url: str, origin: Origin, start: Origin) -> Check | None:
        """What checks the address that is really connected to: a name may have another one by
        then. None where we started on this computer, and behind a proxy."""
        if (origin.is_loopback and start.is_loopback) or self._proxy_for(url):
            return None

        def check(address: str) -> None:
            if is_private(address):
                raise self._refused(origin)

        return check

    def _refused(self, origin: Origin) -> AddressRefused:
        return AddressRefused(
            worded(
                "{service} sent us on to an address inside a private network ({host}).",
                service=self.service,
                host=origin.host,
            ),
            advice="RightsDesk did not follow. The page's address may have been taken over.",
        )


def is_address(host: str) -> bool:
    """Whether a host is an IP address, and not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_private(address: str) -> bool:
    """Whether an IP address is outside the public internet: private, loopback, link-local, …"""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return not ip.is_global or ip.is_multicast


def resolved(host: str) -> list[str]:
    """The addresses of a host name by the system's resolver; empty if it knows none."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(entry[4][0]) for entry in found]


def _kept(header: str) -> str:
    """A header's value if it can be stored and sent back; "" otherwise."""
    return header if header.isascii() and header.isprintable() and len(header) <= 500 else ""
