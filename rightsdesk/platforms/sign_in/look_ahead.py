"""Whether a platform refuses a sign-in before anybody has seen its page.

A platform that doesn't know the client id or the redirect address shows an error page and
never sends the browser back (RFC 6749, section 4.1.2.1): RightsDesk would wait in vain. So the
page is asked for once before the browser opens, as nobody: without cookies, and with another
state, so that no answer to it counts. Only an answer that plainly says what
is wrong counts. Any other, a guard's page or a timeout, says nothing, and the browser opens.
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
"""Not 403, 429 and 5xx: guards and servers in trouble answer with those."""

_ECHO = re.compile(r"(?i)(?:redirect_uri|client_id)(?:=|%3d|&#x3d;|&#61;)")
_REDIRECT = ("redirect uri", "redirect url", "redirect address", "callback url", "redirecturi")
_CLIENT = ("client id", "invalid client", "unauthorized client", "unknown client", "clientid")


class _Glance(Client):
    """A client that asks once, follows nothing and shows nobody's sign-in."""

    def once(self, url: str) -> Answer | None:
        """The first answer, whatever it is; None where there is none."""
        try:
            return self._send("GET", url, "", {})
        except Interrupted:
            return None


def look_ahead(sign_in: SignIn, app: App, *, limits: Limits, clock: Clock = SYSTEM) -> None:
    """Raise AppRefused or RedirectRefused where a platform plainly refuses the app of a sign-in
    that was begun, and TrustUnreadable where RightsDesk could not talk to it later either."""
    server, url = sign_in.server, _as_nobody(sign_in.url)
    origin = origin_of(url)
    limiter = limits.of(service=server.service, host=str(origin), client_id=app.client_id)
    glance = _Glance(
        str(origin),
        limiter=limiter,
        service=server.service,
        clock=clock,
        timeouts=(SECONDS, SECONDS, SECONDS),
    )
    with glance:
        try:
            answer = glance.once(url)
        except TrustUnreadable:
            raise  # the exchange would fail over it, once the person is through
        except PlatformError:
            return  # the browser may do better, and else it says what is wrong
    if answer is not None and (error := refusal(server, answer, url, sign_in.redirect_uri)):
        raise error


def refusal(server: AuthServer, answer: Answer, url: str, redirect_uri: str) -> SignInFailed | None:
    """The error that an answer to `url` plainly stands for, if any."""
    if answer.status in MOVED:
        said = _said_by_redirect(answer.headers.get("Location", ""), url, redirect_uri)
    elif answer.status in SAYS_NO:
        said = unescape(answer.body[:LONGEST_PAGE].decode("utf-8", "replace"))
    else:
        return None
    # A page that repeats the address that was asked for says nothing by that.
    words = re.sub(r"[_\-\s]+", " ", _ECHO.sub(" ", said)).lower()
    if any(word in words for word in _REDIRECT):
        return redirect_refused(server, redirect_uri)
    if any(word in words for word in _CLIENT):
        return client_id_refused(server, redirect_uri)
    return None


def _said_by_redirect(location: str, url: str, redirect_uri: str) -> str:
    """What a redirect says: to RightsDesk an error by the standard, else the platform's own
    error page, which Google names in `authError`."""
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


def _as_nobody(url: str) -> str:
    """The address with another state: what answers it can be no answer to the sign-in."""
    parts = urlsplit(url)
    pairs = [(name, "look-ahead" if name == "state" else v) for name, v in parse_qsl(parts.query)]
    return parts._replace(query=urlencode(pairs)).geturl()
