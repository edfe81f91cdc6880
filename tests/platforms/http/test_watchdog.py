"""Servers that send an answer too slowly, each in another part: every request ends in time.

Time is a number that the server increases with each piece it sends; nothing sleeps.
"""

import contextlib
import gc
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import BadAnswer, Offline, PlatformError
from rightsdesk.platforms.http.limits import Limiter
from rightsdesk.platforms.http.watchdog import Limit, SocketLine, Watchdog
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sites import webdav

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def forever(start: bytes, piece: bytes) -> Iterator[bytes]:
    yield start
    while True:
        yield piece


DRIPS: dict[str, tuple[bytes, bytes]] = {
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "one header": (HEAD + b"X-Long: ", b"x"),
    "headers": (HEAD, b"X-More: 1\r\n"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "interim answers with headers": (b"", b"HTTP/1.1 100 Continue\r\nLink: </a>\r\n\r\n"),
    "body": (HEAD + b"Content-Length: 100000000\r\n\r\n", b" "),
    "body until the end": (HEAD + b"Connection: close\r\n\r\n{}", b" "),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "chunk size": (CHUNKED, b"0"),
    "chunk extension": (CHUNKED + b"2;", b"e"),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-More: 1\r\n"),
    "one trailer": (CHUNKED + b"2\r\n{}\r\n0\r\nX-Long: ", b"x"),
    "packed body": (HEAD + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08" + b"\0" * 6, b"n"),
}
FLOODS = {
    name: (start, piece * 4096)
    for name, (start, piece) in DRIPS.items()
    if name in ("interim answers", "trailers", "interim answers with headers")
} | {"chunk extensions": (CHUNKED, b"1;" + b"e" * 60_000 + b"\r\n \r\n")}


class Dripping:
    """Answers each request with pieces, until the other side has hung up."""

    def __init__(self, pieces: Callable[[], Iterator[bytes]], sent: Callable[[], None]) -> None:
        self._pieces, self._sent = pieces, sent
        self.served = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            with connection, contextlib.suppress(OSError):
                if not connection.recv(65536):
                    return
                self.served += 1
                for piece in self._pieces():
                    connection.sendall(piece)
                    self._sent()

    def close(self) -> None:
        with contextlib.suppress(OSError), socket.create_connection(self._listening.getsockname()):
            pass
        self._thread.join()
        self._listening.close()


@pytest.fixture
def client_of() -> Iterator[Callable[..., tuple[Client, Dripping]]]:
    with contextlib.ExitStack() as stack:

        def make(start: bytes, piece: bytes, *, seconds_each: float) -> tuple[Client, Dripping]:
            passed = 0.0
            watchdog = Watchdog(lambda: passed, threaded=False)

            def sent() -> None:
                nonlocal passed
                passed += seconds_each
                watchdog.cut_late()

            server = Dripping(lambda: forever(start, piece), sent)
            client = Client(
                server.base_url,
                limiter=Limiter(service="Drip"),
                service="Drip",
                timeouts=(5.0, 30.0, 60.0),
                watchdog=watchdog,
            )
            stack.callback(server.close)
            stack.callback(client.close)
            return client, server

        yield make


@pytest.mark.parametrize("part", DRIPS)
def test_a_dripping_answer_is_abandoned(
    client_of: Callable[..., tuple[Client, Dripping]], part: str
) -> None:
    client, server = client_of(*DRIPS[part], seconds_each=7.0)
    with pytest.raises(Offline, match="took too long"):
        client.request("POST", "/x")
    assert server.served == 1


@pytest.mark.parametrize("part", FLOODS)
def test_an_endless_answer_is_abandoned_by_its_size(
    client_of: Callable[..., tuple[Client, Dripping]], part: str
) -> None:
    client, server = client_of(*FLOODS[part], seconds_each=0.0)
    with pytest.raises(PlatformError) as caught:
        client.request("POST", "/x")
    assert isinstance(caught.value, BadAnswer), caught.value
    assert "far too large" in caught.value.sentence or part != "trailers"
    assert server.served == 1


NO_HTTP = {
    "headers": (HEAD, b"X-More: 1\r\n" * 4096),
    "one header": (HEAD + b"X-Long: ", b"x" * 65_536),
    "status line": (b"HTTP/1.1 200 ", b"O" * 65_536),
    "another protocol": (b"SSH-2.0-OpenSSH_9.9\r\n", b"\r\n"),
}


@pytest.mark.parametrize("part", NO_HTTP)
def test_an_invalid_answer_is_not_called_unreachable(
    client_of: Callable[..., tuple[Client, Dripping]], part: str
) -> None:
    client, server = client_of(*NO_HTTP[part], seconds_each=0.0)
    with pytest.raises(BadAnswer, match="can't be read") as caught:
        client.request("POST", "/x")
    assert caught.value.advice
    address = server.base_url.replace("http://", "webdav://mira@")
    folder = webdav.WebDavFolder(address, Credentials(secret="a password"))
    with pytest.raises(BadAnswer, match="can't be read") as caught:
        folder.read("robots.txt")
    assert "the port" in caught.value.advice
    folder.close()


@pytest.mark.parametrize("part", [part for part in DRIPS if part != "packed body"])
def test_a_dripping_webdav_server_is_abandoned(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    passed = 0.0
    watchdog = Watchdog(lambda: passed, threaded=False)
    monkeypatch.setattr(webdav, "WATCHDOG", watchdog)

    def sent() -> None:
        nonlocal passed
        # after the connection is closed, nothing reads what the server still sends
        if watchdog._ends:
            passed += 7.0
        watchdog.cut_late()

    server = Dripping(lambda: forever(*DRIPS[part]), sent)
    address = server.base_url.replace("http://", "webdav://mira@")
    folder = webdav.WebDavFolder(address, Credentials(secret="a password"))
    try:
        with pytest.raises(PlatformError) as caught:
            folder.read("robots.txt")
        assert isinstance(caught.value, Offline | BadAnswer)
        assert passed <= 70.0
    finally:
        folder.close()
        server.close()


def test_an_interim_answer_is_never_taken_for_the_final_answer(
    client_of: Callable[..., tuple[Client, Dripping]],
) -> None:
    client, server = client_of(b"HTTP/1.1 103 Early Hints\r\n\r\n", HEAD + b"\r\n", seconds_each=0)
    for number in (1, 2):
        with pytest.raises(BadAnswer, match="103"):
            client.request("POST", "/x")
        assert server.served == number, "each on its own connection"


def test_a_request_in_time_is_left_alone() -> None:
    passed = [0.0]
    watchdog = Watchdog(lambda: passed[0], threaded=False)
    ours, theirs = socket.socketpair()
    line = SocketLine(ours)
    with watchdog.limit(60) as limit:
        limit.watch(line)
        passed[0] = 59.0
        watchdog.cut_late()
    passed[0] = 61.0
    watchdog.cut_late()
    theirs.sendall(b"x")
    assert ours.recv(1) == b"x"
    assert not limit.is_late
    line.release()
    ours.close()
    theirs.close()


def test_requests_end_in_the_order_of_their_deadlines() -> None:
    passed = [0.0]
    watchdog = Watchdog(lambda: passed[0], threaded=False)
    limits: list[Limit] = []
    with contextlib.ExitStack() as stack:
        for seconds in (30, 10, 20):
            limits.append(stack.enter_context(watchdog.limit(seconds)))
        for now, late in ((5, [0, 0, 0]), (10, [0, 1, 0]), (20, [0, 1, 1]), (31, [1, 1, 1])):
            passed[0] = now
            watchdog.cut_late()
            assert [limit.is_late for limit in limits] == late


def test_finished_requests_leave_nothing_behind() -> None:
    watchdog = Watchdog(lambda: 0.0, threaded=False)
    with watchdog.limit(1):
        for _ in range(1000):
            with watchdog.limit(60):
                pass
    assert len(watchdog._ends) + len(watchdog._over) < 50


def test_a_single_thread_ends_all_requests() -> None:
    before = threading.active_count()
    watchdog = Watchdog()
    pairs = [socket.socketpair() for _ in range(5)]
    lines = [SocketLine(ours) for ours, _ in pairs]
    with contextlib.ExitStack() as stack:
        for line in lines:
            stack.enter_context(watchdog.limit(0.01)).watch(line)
        for ours, _ in pairs:
            assert ours.recv(1) == b"", "cut"
        assert threading.active_count() == before + 1
    watchdog.close()
    assert threading.active_count() == before
    for line, pair in zip(lines, pairs, strict=True):
        line.release()
        for end in pair:
            end.close()


def test_an_abandoned_connection_is_closed_after_its_last_reader() -> None:
    ours, theirs = socket.socketpair()
    line = SocketLine(ours)
    limit = Limit()
    limit.watch(line)
    line.release()
    ours.close()
    limit.end()
    assert theirs.recv(1) == b""
    limit.forget()
    theirs.close()
    gc.collect()  # an open socket would cause a warning, and so a failure
