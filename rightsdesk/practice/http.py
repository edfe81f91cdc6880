"""Shared parts of all practice servers: requests, replies, faults, and a log."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, RLock
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from rightsdesk.loopback import HOST, LoopbackServer, QuietHandler
from rightsdesk.practice.faults import Fault, FaultKind, FaultQueue

UNLOGGED = frozenset({"code", "state", "code_challenge"})
LARGEST_BODY = 10 * 1024 * 1024
OVERSIZED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One request as received. `fault` is set for the kinds that a platform imitates itself."""

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    fault: Fault | None = None

    @property
    def path(self) -> str:
        """The path, without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's values; the last one if repeated."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form body; empty for any other content type."""
        if not self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            return {}
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    def has_fault(self, kind: FaultKind) -> bool:
        """Whether the request has this fault."""
        return self.fault is not None and self.fault.kind is kind


@dataclass(frozen=True, slots=True)
class Reply:
    """One complete answer."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, data: Any, status: int = 200) -> "Reply":
        """A JSON answer."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return cls(status, json.dumps(data).encode(), headers)

    @classmethod
    def of_html(cls, page: str, status: int = 200) -> "Reply":
        """A web page."""
        return cls(status, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    @classmethod
    def redirect(cls, location: str) -> "Reply":
        """302 to another address."""
        return cls(302, headers={"Location": location})


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A line of the log. It holds no token, code or secret; `scheme` is the authentication
    scheme."""

    method: str
    path: str
    query: Mapping[str, str]
    scheme: str
    status: int


class PracticeServer(ABC):
    """A platform on this computer, from `start` to `close`.

    `faults` are the faults to imitate, `seen` lists the requests so far. `watch`, if set, is called
    with each request and its undamaged reply.
    """

    def __init__(self, *, port: int = 0) -> None:
        self.faults = FaultQueue()
        self.seen: list[ReceivedRequest] = []
        self.watch: Callable[[Request, Reply], None] | None = None
        self.lock = RLock()
        self._port = port
        self._closing = Event()
        self._server: LoopbackServer | None = None
        self._kept: dict[str, Reply] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def base_url(self) -> str:
        """The server's base address. Raises RuntimeError before `start`."""
        if self._server is None:
            raise RuntimeError("the practice server is not running")
        return f"http://{HOST}:{self._server.port}"

    def start(self) -> str:
        """Listen on a free port (or the given one) and return the base address."""
        self._server = LoopbackServer(_handler(self), port=self._port)
        self._server.start()
        return self.base_url

    def close(self) -> None:
        """Stop, ending all threads and connections. Idempotent."""
        self._closing.set()
        if self._server is not None:
            self._server.close()
            self._server = None

    def count(self, call: str) -> int:
        """How many requests so far began with this “METHOD /path”."""
        return sum(
            f"{request.method} {request.path}".startswith(call) for request in list(self.seen)
        )

    @abstractmethod
    def handle(self, request: Request) -> Reply:
        """The platform's own answer. Called under `lock`."""

    @abstractmethod
    def error(self, status: int, message: str, **more: str) -> Reply:
        """An error in the platform's own format."""

    def answer(self, request: Request) -> tuple[Reply, Fault | None]:
        """The reply, and the fault to apply while it is sent."""
        fault = self.faults.take(f"{request.method} {request.path}")
        reply = self._instead(fault) if fault else None
        if reply is None:
            request = Request(request.method, request.target, request.headers, request.body, fault)
            with self.lock:
                reply = self.handle(request)
            if self.watch:
                self.watch(request, reply)
            if request.method == "GET":
                stale = fault is not None and fault.kind is FaultKind.STALE
                reply = self._kept.get(request.target, reply) if stale else reply
                self._kept[request.target] = reply
        query = {name: value for name, value in request.query.items() if name not in UNLOGGED}
        scheme = request.headers.get("Authorization", "").partition(" ")[0]
        self.seen.append(ReceivedRequest(request.method, request.path, query, scheme, reply.status))
        return reply, fault

    def hold(self, seconds: float) -> None:
        """Let a caller wait, without blocking `close`."""
        self._closing.wait(seconds)

    def _instead(self, fault: Fault) -> Reply | None:
        """The reply of a fault, replacing the platform's own."""
        wait = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        match fault.kind:
            case FaultKind.EXPIRED:
                return self.error(401, "The access token expired")
            case FaultKind.TOO_MANY:
                reply = self.error(429, "Too many requests")
            case FaultKind.SPAM_WARNING:
                urn = "soundcloud:spam-warnings:1"
                reply = self.error(429, "This looks like spam", spam_warning_urn=urn)
            case FaultKind.ERROR:
                reply = self.error(fault.status, "Something went wrong here")
            case FaultKind.NOT_JSON:
                return Reply.of_html("<p>Please log in to this network.")
            case FaultKind.OVERSIZED:
                return Reply(200, b" " * OVERSIZED, {"Content-Type": "application/json"})
            case FaultKind.REDIRECT:
                return Reply.redirect(fault.to)
            case FaultKind.HANG_UP:
                return Reply(0)
            case _:
                return None
        return Reply(reply.status, reply.body, {**reply.headers, **wait})


def _handler(server: PracticeServer) -> type[QuietHandler]:
    """A handler class for one server, as `http.server` requires a class."""

    class Handler(QuietHandler):
        def _serve(self) -> None:
            length = self.headers.get("Content-Length") or "0"
            if not length.isdigit() or int(length) > LARGEST_BODY:
                self.send_error(413)
                return
            body = self.rfile.read(int(length))
            request = Request(self.command, self.path, dict(self.headers), body)
            reply, fault = server.answer(request)
            kind = fault.kind if fault else None
            if fault and kind is FaultKind.SLOW:
                server.hold(fault.seconds)
            if kind in (FaultKind.HANG_UP, FaultKind.LOST_ANSWER):
                self.close_connection = True
                return
            whole = (
                reply.body[: len(reply.body) // 2] if kind is FaultKind.TRUNCATED else reply.body
            )
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(whole)))
            self.end_headers()
            if kind is FaultKind.CUT_OFF:
                self.close_connection = True
                whole = whole[: len(whole) // 2]
            self.wfile.write(whole)

        # Method names that http.server calls.
        do_GET = do_POST = do_PUT = do_DELETE = _serve

    return Handler
