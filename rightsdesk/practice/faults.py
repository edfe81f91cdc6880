"""Faults that a practice server imitates on request, as a queue that a script can fill."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock
from typing import Any


class FaultKind(StrEnum):
    """Kinds of faults. The last group concerns lists; each platform implements it."""

    EXPIRED = "expired"  # 401, whatever the token
    TOO_MANY = "too-many"  # 429
    SPAM_WARNING = "spam-warning"  # 429, for this account only
    ERROR = "error"  # `status`, 500 if not said
    NOT_JSON = "not-json"  # 200 with a web page
    OVERSIZED = "oversized"  # 200 with far too much
    REDIRECT = "redirect"  # 302 to `to`
    HANG_UP = "hang-up"  # nothing is done, and the connection ends
    # The request is carried out, but the answer is damaged:
    LOST_ANSWER = "lost-answer"  # the connection ends without an answer
    CUT_OFF = "cut-off"  # the connection ends in the middle
    TRUNCATED = "truncated"  # half of the JSON, sent as if it were complete
    SLOW = "slow"  # `seconds` later
    STALE = "stale"  # a cache's copy of the last answer to this request

    PAGING_LOOP = "paging-loop"  # a page names itself as the next
    EMPTY_PAGE = "empty-page"  # no items, but a next page
    FOREIGN_NEXT = "foreign-next"  # the next page is at `to`
    NULL_TAGS = "null-tags"  # tags are null


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it occurs and how often (0: from now on, always).

    `on` is the beginning of “METHOD /path”; "" is everywhere. `retry_after` is the header's value;
    "" leaves it out.
    """

    kind: FaultKind
    on: str = ""
    times: int = 1
    status: int = 500
    retry_after: str = ""
    seconds: float = 0.0
    to: str = ""

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> "Fault":
        """A fault from plain data, such as a line of a script. Raises ValueError, TypeError."""
        return cls(**{**values, "kind": FaultKind(values["kind"])})


class FaultQueue:
    """The coming faults, first in, first out. Safe to fill while the server runs."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = Lock()

    def add(self, *faults: Fault) -> None:
        """Append faults to the queue."""
        with self._lock:
            self._waiting.extend(faults)

    def script(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Append faults given as plain data to the queue."""
        self.add(*(Fault.from_mapping(line) for line in lines))

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._waiting.clear()

    def take(self, call: str) -> Fault | None:
        """The fault for a call (“METHOD /path”); counts as one use."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if call.startswith(fault.on):
                    if fault.times == 1:
                        del self._waiting[index]
                    elif fault.times > 1:
                        self._waiting[index] = replace(fault, times=fault.times - 1)
                    return fault
        return None
