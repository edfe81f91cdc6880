"""Check before the browser opens whether a platform refuses the sign-in.

A platform that doesn't know the client id or the redirect address shows an error page. It never
sends the browser back (RFC 6749, section 4.1.2.1): RightsDesk would wait in vain. So the page is
requested once beforehand, without cookies and with another state, so that no answer to it counts.
Only an answer that clearly names the fault is used. After any other answer, a firewall's page or a
timeout, the browser opens.
"""

import base64
import binascii
import re
from html import unescape
from typing import Final
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urljoin, urlsplit

from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.platforms.http.answer import Answer
from rightsdesk.platforms.http.client import MOVED, Client, Interrupted
from rightsdesk.platforms.http.errors import PlatformError, SignInFailed, TrustUnreadable
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.sign_in.oauth import (
    App,
    AuthServer,
    SignIn,
    client_id_refused,
    redirect_refused,
)

SECONDS: Final = 5.0
LONGEST_PAGE: Final = 200_000
SAYS_NO: Final = frozenset({400, 401, 404, 422})
"""Not 403, 429 and 5xx: firewalls and failing servers send those."""

_ECHO = re.compile(r"(?i)(?:redirect_uri|client_id)(?:=|%3d|&#x3d;|&#61;)")
_REDIRECT = ("redirect uri", "redirect url", "redirect address", "callback url", "redirecturi")
_CLIENT = ("client id", "invalid client", "unauthorized client", "unknown client", "clientid")


class _ProbeClient(Client):
    """A client that sends one request without a sign-in and follows no redirect."""

    def once(self, url: str) -> Answer | None:
        """Return the first answer, of any status; None if there is none."""
        try:
            return self._send("GET", url, "", {})
        except Interrupted:
            return None


def check_app(sign_in: SignIn, app: App, *, limits: Limits, clock: Clock = SYSTEM) -> None:
    """Raise `AppRefused` or `RedirectRefused` if the platform clearly refuses the app.

    Raises `TrustUnreadable` if RightsDesk could not connect after the sign-in either.
    """
    server, url = sign_in.server, _without_state(sign_in.url)
    origin = origin_of(url)
    limiter = limits.of(service=server.service, host=str(origin), client_id=app.client_id)
    probe = _ProbeClient(
        str(origin),
        limiter=limiter,
        service=server.service,
        clock=clock,
        timeouts=(SECONDS, SECONDS, SECONDS),
    )
    with probe:
        try:
            answer = probe.once(url)
        except TrustUnreadable:
            raise  # the exchange after the sign-in would fail for the same reason
        except PlatformError:
            return  # the browser may succeed, and otherwise shows the error
    if answer is not None and (error := refusal(server, answer, url, sign_in.redirect_uri)):
        raise error


def refusal(server: AuthServer, answer: Answer, url: str, redirect_uri: str) -> SignInFailed | None:
    """Return the error that an answer to `url` clearly reports, or None."""
    if answer.status in MOVED:
        text = _redirect_error(answer.headers.get("Location", ""), url, redirect_uri)
    elif answer.status in SAYS_NO:
        text = unescape(answer.body[:LONGEST_PAGE].decode("utf-8", "replace"))
    else:
        return None
    # A page may repeat the requested address; that is no error report.
    words = re.sub(r"[_\-\s]+", " ", _ECHO.sub(" ", text)).lower()
    if any(phrase in words for phrase in _REDIRECT):
        return redirect_refused(server, redirect_uri)
    if any(phrase in words for phrase in _CLIENT):
        return client_id_refused(server, redirect_uri)
    return None


def _redirect_error(location: str, url: str, redirect_uri: str) -> str:
    """Return the text of a redirect that reports an error.

    A redirect to RightsDesk reports it by the standard. Otherwise it leads to the platform's error
    page; Google describes the error in `authError`.
    """
    target = urljoin(url, location)
    if target.startswith(redirect_uri):
        values = dict(parse_qsl(urlsplit(target).query))
        return f"{values.get('error', '')} {values.get('error_description', '')}"
    parts = urlsplit(target)
    query = parse_qs(parts.query)
    if not any("error" in name.lower() for name in (parts.path, *query)):
        return ""
    packed = query.get("authError", [""])[0]
    try:
        inside = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_")
    except (binascii.Error, ValueError):
        inside = b""
    return f"{unquote(target)} {inside.decode('ascii', 'replace')}"


def _without_state(url: str) -> str:
    """Return the address with another state: its answer can't count for the sign-in."""
    parts = urlsplit(url)
    pairs = [(name, "look-ahead" if name == "state" else v) for name, v in parse_qsl(parts.query)]
    return parts._replace(query=urlencode(pairs)).geturl()
