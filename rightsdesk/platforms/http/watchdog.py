"""Limit the time and size of a whole request, however slowly a server sends.

A socket's timeout counts from byte to byte. A server that drips a status line, headers, trailers or
chunk extensions never reaches it. Here one thread for the whole program knows when each request has
to end, and then cuts its connection: the reader sees an end. Bytes are counted as they arrive,
before they are parsed.
"""

from __future__ import annotations

import heapq
import http.client
import io
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Protocol

import httpcore
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from rightsdesk.platforms.http.peers import check_peer

NO_LIMIT = 2**63


class Connection(Protocol):
    """Can be cut from another thread. A limit holds it while it watches it."""

    def cut(self) -> None: ...

    def hold(self) -> None: ...

    def release(self) -> None: ...


class TooMuch(OSError):
    """A server sent more than an answer may have."""


class Limit:
    """The limit of one request. `is_late` and `is_too_large` say why it was cut."""

    def __init__(self, most_bytes: int = NO_LIMIT) -> None:
        self.is_late = False
        self.is_too_large = False
        self._left = most_bytes
        self._lines: list[Connection] = []
        self._lock = threading.Lock()

    def watch(self, line: Connection) -> None:
        """Cut this connection, too, when the time is over; at once if it is over already."""
        with self._lock:
            if line not in self._lines:
                line.hold()
                self._lines.append(line)
            late = self.is_late
        if late:
            line.cut()

    def count(self, number: int) -> None:
        """Count received bytes. Raises `TooMuch`."""
        self._left -= number
        if self._left < 0:
            self.is_too_large = True
            raise TooMuch("too much was sent")

    def end(self) -> None:
        """The time is over: cut all connections."""
        with self._lock:
            self.is_late = True
            lines = list(self._lines)
        for line in lines:
            line.cut()

    def forget(self) -> None:
        """The request is over: its connections may serve other requests."""
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            line.release()


_current: ContextVar[Limit | None] = ContextVar("limit of the request that is under way")


def current() -> Limit | None:
    """Return the limit of this thread's current request."""
    return _current.get(None)


class Watchdog:
    """Ends requests in time, with one thread that sleeps until the next deadline.

    `monotonic` counts seconds. `cut_late` ends requests that are over now; with `threaded` false
    nothing else calls it.
    """

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, *, threaded: bool = True
    ) -> None:
        self._monotonic = monotonic
        self.threaded = threaded
        self._ends: list[tuple[float, int, Limit]] = []
        self._over: set[int] = set()
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._closing = False
        self.thread: threading.Thread | None = None

    @contextmanager
    def limit(self, seconds: float, most_bytes: int = NO_LIMIT) -> Iterator[Limit]:
        """Limit the requests that this thread makes inside the block."""
        limit, number = Limit(most_bytes), next(self._numbers)
        with self._changed:
            heapq.heappush(self._ends, (self._monotonic() + seconds, number, limit))
            if self.threaded and (self.thread is None or not self.thread.is_alive()):
                self.thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
                self.thread.start()
            elif self._ends[0][1] == number:
                self._changed.notify()
        before = _current.set(limit)
        try:
            yield limit
        finally:
            _current.reset(before)
            limit.forget()
            with self._changed:
                self._over.add(number)
                self._drop()

    def cut_late(self) -> None:
        """End every request that is over by now."""
        now, late = self._monotonic(), []
        with self._changed:
            while self._ends and self._ends[0][0] <= now:
                _, number, limit = heapq.heappop(self._ends)
                if number in self._over:
                    self._over.discard(number)
                else:
                    late.append(limit)
        for limit in late:
            limit.end()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self.thread is not None:
            self.thread.join()

    def _drop(self) -> None:
        """Drop finished requests from the front of the queue, or all of them if there are many."""
        while self._ends and self._ends[0][1] in self._over:
            self._over.discard(heapq.heappop(self._ends)[1])
        if len(self._over) > len(self._ends) // 2 + 16:
            self._ends = [entry for entry in self._ends if entry[1] not in self._over]
            heapq.heapify(self._ends)
            self._over = {entry[1] for entry in self._ends} & self._over

    def _run(self) -> None:
        while True:
            self.cut_late()
            with self._changed:
                if self._closing:
                    return
                wait = self._ends[0][0] - self._monotonic() if self._ends else None
                if wait is None or wait > 0:
                    self._changed.wait(wait)


WATCHDOG = Watchdog()
"""The watchdog of the program."""


class SocketLine:
    """A connected socket, cut through a second handle, since TLS takes over the first.

    Each holder keeps the handle open: an answer may still be read after its connection was closed.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._handle = connected.dup()
        self._holders = 1
        self._lock = threading.Lock()

    def cut(self) -> None:
        """Shut the socket down: readers and writers see the end."""
        with self._lock, suppress(OSError):
            if self._holders:
                self._handle.shutdown(socket.SHUT_RDWR)

    def hold(self) -> None:
        """Keep the handle until `release`."""
        with self._lock:
            self._holders += 1

    def release(self) -> None:
        """Release the handle; the last holder closes it."""
        with self._lock:
            self._holders -= 1
            if not self._holders:
                self._handle.close()


class WatchedStream(httpcore.NetworkStream):
    """A connection of httpcore that obeys the limit of the request it serves."""

    def __init__(self, inner: httpcore.NetworkStream, line: SocketLine) -> None:
        self._inner, self._line = inner, line
        self._open = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._watch()
        data = self._inner.read(max_bytes, timeout)
        if (limit := current()) is not None:
            try:
                limit.count(len(data))
            except TooMuch as error:
                raise httpcore.ReadError(str(error)) from error
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._watch()
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()
        if self._open:
            self._open = False
            self._line.release()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        self._watch()
        try:
            self._inner = self._inner.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            self.close()  # httpcore closes only its own stream
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def _watch(self) -> None:
        if (limit := current()) is not None:
            limit.watch(self._line)


class WatchedBackend(httpcore.SyncBackend):
    """Makes connections for httpcore that obey limits."""

    def connect_tcp(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        made = super().connect_tcp(*args, **options)
        return WatchedStream(made, SocketLine(made.get_extra_info("socket")))


class _Counted(io.RawIOBase):
    """Reads from a connection and counts the bytes."""

    def __init__(self, raw: Any) -> None:
        super().__init__()
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        number: int | None = self._raw.readinto(buffer)
        if number and (limit := current()) is not None:
            limit.count(number)
        return number

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Counted(self.fp.detach()), 65536)


class _Watched:
    """A connection that obeys the limit of the request it serves."""

    _line: SocketLine | None = None
    response_class: Any = _Response

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]  # of a mixin: urllib3 has it
        check_peer(made)
        self._let_go()
        self._line = SocketLine(made)
        self._watch()
        return made

    def request(self, *args: Any, **options: Any) -> Any:
        self._watch()
        return super().request(*args, **options)  # type: ignore[misc]  # the same

    def close(self) -> None:
        super().close()  # type: ignore[misc]  # the same
        self._let_go()

    def _watch(self) -> None:
        if self._line is not None and (limit := current()) is not None:
            limit.watch(self._line)

    def _let_go(self) -> None:
        if self._line is not None:
            self._line.release()
            self._line = None


class _Plain(_Watched, HTTPConnection):
    pass


class _Secure(_Watched, HTTPSConnection):
    pass


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


POOLS = {"http": _PlainPool, "https": _SecurePool}
"""Pools with watched connections, for `PoolManager.pool_classes_by_scheme`."""
