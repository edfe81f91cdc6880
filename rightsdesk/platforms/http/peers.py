"""Checks the address that a connection has really reached, before anything is sent there.

A name can have one address when it is checked and another when it is connected to (DNS rebinding).
Only the connection itself knows which one it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from socket import AF_INET, AF_INET6, socket

Check = Callable[[str], None]
"""Raises for an address (IPv4, IPv6) that must not be asked."""

_current: ContextVar[Check | None] = ContextVar("check of the address of new connections")


@contextmanager
def checked_by(check: Check | None) -> Iterator[None]:
    """Check the addresses of connections that this thread makes inside the block."""
    before = _current.set(check)
    try:
        yield
    finally:
        _current.reset(before)


def check_peer(connected: socket) -> None:
    """Close a new connection that must not be used, and raise what the check raises."""
    check = _current.get(None)
    if check is None or connected.family not in (AF_INET, AF_INET6):
        return
    try:
        check(connected.getpeername()[0])
    except BaseException:
        connected.close()
        raise
