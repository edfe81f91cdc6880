"""Ask an authority or a calendar, at an address that the person chose. What they answer is foreign
bytes."""

from __future__ import annotations

from rightsdesk.clock import Clock
from rightsdesk.ledger import calendars, rfc3161
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.limits import Limiter


def ask_authority(address: str, question: bytes, clock: Clock) -> bytes:
    """An authority's reply to a request (RFC 3161, section 3.4). Raises PlatformError."""
    headers = {"Content-Type": rfc3161.QUERY_TYPE, "Accept": rfc3161.REPLY_TYPE}
    with _client(address, clock) as client:
        return client.request("POST", address, content=question, headers=headers).body


def submit(calendar: str, digest: bytes, clock: Clock) -> bytes:
    """A calendar's answer to a digest. Raises PlatformError."""
    headers = {"Accept": calendars.MEDIA_TYPE, "Content-Type": "application/x-www-form-urlencoded"}
    with _client(calendar, clock) as client:
        return client.request(
            "POST", f"{calendar.rstrip('/')}/digest", content=digest, headers=headers
        ).body


def finished(pending: calendars.Pending, clock: Clock) -> bytes | None:
    """What a calendar has for a pending part; None if nothing so far. Raises PlatformError."""
    address = f"{pending.calendar.rstrip('/')}/timestamp/{pending.commitment.hex()}"
    with _client(pending.calendar, clock) as client:
        headers = {"Accept": calendars.MEDIA_TYPE}
        answer = client.request("GET", address, headers=headers, expect=(404,))
    return None if answer.status == 404 else answer.body


def _client(address: str, clock: Clock) -> Client:
    origin = origin_of(address)
    limiter = Limiter(service=origin.host, clock=clock)
    return Client(str(origin), limiter=limiter, service=origin.host, clock=clock)
