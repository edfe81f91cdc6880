"""A small web server that only this computer can reach, and that ends cleanly.

Two rooms need one: signing in (the browser brings the platform's answer to it) and the
practice platforms. The standard library's server does the work; what is added is an end
without left-over threads or sockets, and nothing on the terminal.
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
    timeout = 30  # seconds that a silent connection may stay open
    disable_nagle_algorithm = True  # or a small answer waits for the other side to nod

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class LoopbackServer(ThreadingHTTPServer):
    """Serves on 127.0.0.1 in threads of its own, from `start` to `close`.

    Browsers open connections in advance and leave them idle: each gets its own thread, so
    none blocks another, and `close` ends them all. Port 0 takes any free one. Raises OSError
    where the port is taken.
    """

    daemon_threads = False
    block_on_close = True
    # On Windows this option would let two programs share a port, and one steal the answers.
    allow_reuse_address = os.name != "nt"

    def __init__(self, handler: type[QuietHandler], *, port: int = 0) -> None:
        self._connections: set[socket.socket] = set()
        self._connections_lock = Lock()
        self._closing = Lock()
        self._thread: Thread | None = None
        super().__init__((HOST, port), handler)

    @property
    def port(self) -> int:
        """The port that is served."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Serve in a thread of its own until `close`."""
        self._thread = Thread(target=self._serve, name=f"loopback-{self.port}", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        self.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop serving, end every connection and wait for the threads. May be called again."""
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
        """A browser that went away is no error; anything else surfaces."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            BaseServer.handle_error(self, request, client_address)


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side was faster
        connection.shutdown(socket.SHUT_RDWR)
