"""A small web server for this computer only, which shuts down cleanly.

Two rooms need it: signing in (the browser brings the platform's answer to it) and the practice
platforms. It extends the standard library's server by a shutdown without left-over threads or
sockets, and prints nothing.
"""

import os
import socket
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from threading import Lock, Thread
from typing import Any

HOST = "127.0.0.1"


class QuietHandler(BaseHTTPRequestHandler):
    """A request handler that logs nothing: addresses can hold sign-in codes."""

    protocol_version = "HTTP/1.1"
    timeout = 30  # seconds that an idle connection may stay open
    disable_nagle_algorithm = True  # otherwise a small answer waits for an acknowledgement

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""


class LoopbackServer(ThreadingHTTPServer):
    """Serves on 127.0.0.1 in its own threads, from `start` to `close`.

    Browsers open connections in advance and leave them idle. Each gets its own thread, so none
    blocks another, and `close` ends them all. Port 0 takes any free one. Raises OSError if the port
    is taken.
    """

    daemon_threads = False
    block_on_close = True
    # On Windows this option would let two programs share a port, and steal each other's answers.
    allow_reuse_address = os.name != "nt"

    def __init__(self, handler: type[QuietHandler], *, port: int = 0) -> None:
        self._connections: set[socket.socket] = set()
        self._connections_lock = Lock()
        self._closing = Lock()
        self._thread: Thread | None = None
        super().__init__((HOST, port), handler)

    @property
    def port(self) -> int:
        """The port in use."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Serve in a separate thread until `close`."""
        self._thread = Thread(target=self._serve, name=f"loopback-{self.port}", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        self.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop serving, end every connection and wait for the threads. Idempotent."""
        with self._closing:
            if self._thread is not None:
                self.shutdown()
                self._thread.join()
                self._thread = None
            with self._connections_lock:
                for connection in self._connections:
                    _hang_up(connection)
            self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `close` can end it."""
        with self._connections_lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection before it is closed."""
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a browser that disconnected; anything else surfaces."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            BaseServer.handle_error(self, request, client_address)


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side was faster
        connection.shutdown(socket.SHUT_RDWR)
