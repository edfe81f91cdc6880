"""Work for different hosts at the same time, so that a slow one holds up nobody else.

What one host is asked for stays in its order and under its one limiter; see `Host`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rightsdesk.changes.types import Cancel, Target

T = TypeVar("T")

MOST_THREADS = 24
"""However many hosts there are; the others wait for one that is through."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where calls go, as far as limits are concerned: a server and a client id, or this computer.

    `max_in_flight` is how many changes may be under way there at once. More than one only helps
    where a known pace lies above what one call after the other reaches.
    """

    name: str
    max_in_flight: int = 1


HostOf = Callable[[Target], Host]


def local_host(_target: Target) -> Host:
    """This computer, for what is nowhere else."""
    return _HERE


_HERE = Host("")


class SharedQueue(Generic[T]):
    """Things that several threads take from the front, each getting others."""

    def __init__(self, things: Iterable[T]) -> None:
        self._things = iter(things)
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        with self._lock:
            return next(self._things)


class _OrBroken:
    """A Cancel that also comes when something beside broke."""

    def __init__(self, cancel: Cancel) -> None:
        self._cancel = cancel
        self.errors: list[BaseException] = []

    def is_set(self) -> bool:
        return bool(self.errors) or self._cancel.is_set()


def run_concurrently(works: Sequence[Callable[[Cancel], None]], cancel: Cancel) -> None:
    """Do all works, each in a thread; return when the last has ended.

    An exception in one is a bug: the others stop at their next safe point, and then it is
    raised. A single work is done in the calling thread.
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
        except BaseException as error:  # handed on to the caller's thread, and raised there
            both.errors.append(error)

    # Daemons: whoever presses Ctrl-C twice does not wait for a server that won't answer.
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
