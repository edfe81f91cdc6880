"""The first window listens for second starts: they hand it their paths, see `second_start.py`.

Only this user can connect. What does not read as a call is ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from rightsdesk.desktop.opening.second_start import (
    LONGEST,
    PATIENCE,
    TAKEN,
    Call,
    decoded,
    is_alive,
)

MOST_WAITING = 16
"""Second starts that may wait to be read at once."""


class FirstWindow(QObject):
    """Listens at an address, and passes calls on to whoever attends. Until then they wait."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server: QLocalServer | None = None
        self._attend: Callable[[Call], None] | None = None
        self._waiting: list[Call] = []

    def listen(self, address: str) -> bool:
        """Begin to listen; False if another window does so already.

        A socket that a killed program left behind is removed. Without an address, and where the
        system refuses, each start opens a window of its own: that harms nothing.
        """
        if not address or self._server is not None:
            return True
        if is_alive(address):  # Qt would put its own socket in the place of another one
            return False
        QLocalServer.removeServer(address)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.setMaxPendingConnections(MOST_WAITING)
        server.newConnection.connect(partial(self._arrived, server))
        if server.listen(address):
            self._server = server
        else:
            server.deleteLater()
        return True

    def attend(self, attend: Callable[[Call], None] | None) -> None:
        """Pass calls on to this window; None: let them wait for the next one."""
        self._attend = attend
        if attend is not None:
            waiting, self._waiting = self._waiting, []
            for call in waiting:
                attend(call)

    def close(self) -> None:
        """Listen no longer."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _arrived(self, server: QLocalServer) -> None:
        while (line := server.nextPendingConnection()) is not None:
            _Visit(line, self._called)

    def _called(self, call: Call) -> None:
        if self._attend is not None:
            self._attend(call)
        else:
            self._waiting = [*self._waiting, call][-MOST_WAITING:]


class _Visit(QObject):
    """One connection: read up to the end of its line, answered, closed."""

    def __init__(self, line: QLocalSocket, called: Callable[[Call], None]) -> None:
        super().__init__(line)
        self._line, self._called = line, called
        self._read = b""
        self._patience = QTimer(self, singleShot=True)
        self._patience.setInterval(int(PATIENCE * 1000))
        self._patience.timeout.connect(self._hang_up)
        self._patience.start()
        line.disconnected.connect(line.deleteLater)
        line.readyRead.connect(self._take)
        if line.state() is not QLocalSocket.LocalSocketState.ConnectedState:
            line.deleteLater()
        elif line.bytesAvailable():
            self._take()

    def _take(self) -> None:
        self._read += self._line.read(LONGEST + 1 - len(self._read)).data()
        message, end, _rest = self._read.partition(b"\n")
        if not end and len(self._read) <= LONGEST:
            return
        call = decoded(message) if end else None
        self._line.readyRead.disconnect(self._take)
        if call is None:
            self._hang_up()
            return
        self._line.write(TAKEN)
        self._line.flush()
        self._line.disconnectFromServer()
        self._called(call)

    def _hang_up(self) -> None:
        self._line.abort()
