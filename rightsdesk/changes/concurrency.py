"""Runs work for different hosts concurrently, so that a slow host delays no other.

Requests to one host keep their order and share its rate limiter; see `Host`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rightsdesk.changes.types import Cancel, Target

T = TypeVar("T")

MOST_THREADS = 24
"""Limit on threads. Further hosts wait until a thread is free."""


@dataclass(frozen=True, slots=True)
class Host:
    """The destination of calls that share limits: a server with a client id, or this computer.

    `max_in_flight` is how many changes may be under way there at once. More than one helps only if
    the known rate limit is above what sequential calls reach.
    """

    name: str
    max_in_flight: int = 1


HostOf = Callable[[Target], Host]


def local_host(_target: Target) -> Host:
    """This computer. For targets without a remote host."""
    return _HERE


_HERE = Host("")


class SharedQueue(Generic[T]):
    """Items for several threads: each thread takes the next one from the front."""

    def __init__(self, things: Iterable[T]) -> None:
        self._things = iter(things)
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        with self._lock:
            return next(self._things)


class _OrBroken:
    """A Cancel that is also set when another thread failed."""

    def __init__(self, cancel: Cancel) -> None:
        self._cancel = cancel
        self.errors: list[BaseException] = []

    def is_set(self) -> bool:
        return bool(self.errors) or self._cancel.is_set()


def run_concurrently(works: Sequence[Callable[[Cancel], None]], cancel: Cancel) -> None:
    """Run each work in its own thread, and return when the last has ended.

    An exception in a thread is a bug: the others stop at their next safe point, then it is raised.
    A single work runs in the calling thread.
    """
    if len(works) == 1:
        works[0](cancel)
        return
    both = _OrBroken(cancel)
    line = SharedQueue(works)

    def work() -> None:
        try:
            for one in line:
                if not both.errors:
                    one(both)
        except BaseException as error:  # raised again in the caller's thread
            both.errors.append(error)

    # Daemon threads: a second Ctrl-C must not wait for a server that does not answer.
    threads = [
        threading.Thread(target=work, name=f"host-{number}", daemon=True)
        for number in range(min(len(works), MOST_THREADS))
    ]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except BaseException as error:
        both.errors.append(error)
        raise
    if both.errors:
        raise both.errors[0]
