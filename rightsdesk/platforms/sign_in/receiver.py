"""Receives the platform's answer from the browser, once, at an address on this computer.

This is the redirect of RFC 8252, section 7.3. Every program on this computer and every web page in
the browser can send requests here. Only the first with our secret `state` counts. Others get a page
and change nothing: otherwise a page could end a sign-in.
"""

import hmac
from collections.abc import Mapping
from html import escape
from threading import Event, Lock
from urllib.parse import parse_qsl, urlsplit

from rightsdesk.loopback import LoopbackServer, QuietHandler
from rightsdesk.platforms.http.errors import AddressRefused, PortTaken
from rightsdesk.sentences import worded

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>RightsDesk</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
</head><body style="font-family: system-ui, sans-serif; max-width: 32em; margin: 4em auto">
<h1>{title}</h1><p>{text}</p></body></html>
"""


class Receiver:
    """Listens at a redirect address until the answer with `state` arrives, or until `close`.

    `redirect_uri` is `http://127.0.0.1:PORT/PATH`. Port 0 takes any free port, which the attribute
    then names. Raises `PortTaken` and `AddressRefused`.
    """

    def __init__(self, redirect_uri: str, *, state: str, service: str) -> None:
        parts = urlsplit(redirect_uri)
        # Not "localhost": it may resolve to an address we don't listen at.
        if parts.scheme != "http" or parts.hostname != "127.0.0.1" or parts.port is None:
            raise AddressRefused(
                "The redirect address must be on this computer.",
                advice="Enter it in the form http://127.0.0.1:8765/callback.",
            )
        self._path = parts.path or "/"
        self._state = state
        self._service = service
        self._answer: dict[str, str] | None = None
        self._lock = Lock()
        self.arrived = Event()
        """Set when the answer has arrived and the browser has its page, and when closed."""
        try:
            self._server = LoopbackServer(_handler(self), port=parts.port)
        except OSError:
            raise PortTaken(
                worded("Port {port} on this computer is used by another program.", port=parts.port),
                advice=(
                    worded(
                        "Close that program (perhaps a second RightsDesk that is signing in), or "
                        "enter another redirect address for this account and in your {service} "
                        "app.",
                        service=service,
                    )
                ),
            ) from None
        self.redirect_uri = parts._replace(netloc=f"127.0.0.1:{self._server.port}").geturl()
        self._server.start()

    @property
    def answer(self) -> Mapping[str, str] | None:
        """The parameters that the platform sent; None until they arrive."""
        return self._answer

    def close(self) -> None:
        """Stop listening. A thread that waits for `arrived` continues."""
        self.arrived.set()
        self._server.close()

    def take(self, target: str, host: str) -> tuple[int, str]:
        """Check one request. Return the status and the page to answer with."""
        parts = urlsplit(target)
        if parts.path != self._path or host != urlsplit(self.redirect_uri).netloc:
            return 404, _page("Nothing here", "RightsDesk is only waiting for a sign-in.")
        values = dict(parse_qsl(parts.query, keep_blank_values=True))
        if not hmac.compare_digest(values.get("state", "").encode(), self._state.encode()):
            return 400, _page(
                "That was not the sign-in RightsDesk waits for",
                "Go back to RightsDesk and use the page it opened last.",
            )
        with self._lock:
            if self._answer is not None:
                return 400, _page("This answer was used already", "You can close this window.")
            self._answer = values
        if values.get("code"):
            return 200, _page(
                "Your sign-in has arrived",
                "Close this window and go back to RightsDesk, which shows the result.",
            )
        return 200, _page("Nothing was connected", "You can close this window and go back.")


def _page(title: str, text: str) -> str:
    return _PAGE.format(title=escape(title), text=escape(text))


def _handler(receiver: Receiver) -> type[QuietHandler]:
    """Return a handler class for one receiver: `http.server` takes a class."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            status, page = receiver.take(self.path, self.headers.get("Host", ""))
            body = page.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header(
                "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"
            )
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = True
            if receiver.answer is not None:
                receiver.arrived.set()

    return Handler
