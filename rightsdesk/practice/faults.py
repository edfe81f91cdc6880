"""What a practice server does wrong on request, as a queue that a script can fill."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock
from typing import Any


class Kind(StrEnum):
    """One way to go wrong. The last group is about lists and is up to each platform."""

    EXPIRED = "expired"  # 401, whatever the token
    TOO_MANY = "too-many"  # 429
    SPAM_WARNING = "spam-warning"  # 429, and the platform means it personally
    ERROR = "error"  # `status`, 500 if not said
    NOT_JSON = "not-json"  # 200 with a web page
    OVERSIZED = "oversized"  # 200 with far too much
    REDIRECT = "redirect"  # 302 to `to`
    HANG_UP = "hang-up"  # nothing is done, and the connection ends
    # Done as asked, but the answer suffers:
    LOST_ANSWER = "lost-answer"  # the connection ends without one
    CUT_OFF = "cut-off"  # the connection ends in the middle
    TRUNCATED = "truncated"  # half of the JSON, sent as if it were whole
    SLOW = "slow"  # `seconds` later
    STALE = "stale"  # what a cache kept from the last time that this was read

    PAGING_LOOP = "paging-loop"  # a page names itself as the next
    EMPTY_PAGE = "empty-page"  # no items, but a next page
    FOREIGN_NEXT = "foreign-next"  # the next page is at `to`
    NULL_TAGS = "null-tags"  # tags are null


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it strikes and how often (0: from now on, always).

    `on` is the beginning of “METHOD /path”; "" is everywhere. `retry_after` is the header's
    value, "" leaves it out.
    """

    kind: Kind
    on: str = ""
    times: int = 1
    status: int = 500
    retry_after: str = ""
    seconds: float = 0.0
    to: str = ""

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> "Fault":
        """From plain data, such as a line of a script. Raises ValueError, TypeError."""
        return cls(**{**values, "kind": Kind(values["kind"])})


class FaultQueue:
    """The faults to come, first come first served. Safe to fill while the server runs."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = Lock()

    def add(self, *faults: Fault) -> None:
        """Put faults at the end of the queue."""
        with self._lock:
            self._waiting.extend(faults)

    def script(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Put faults given as plain data at the end of the queue."""
        self.add(*(Fault.from_mapping(line) for line in lines))

    def clear(self) -> None:
        """From now on, behave."""
        with self._lock:
            self._waiting.clear()

    def take(self, call: str) -> Fault | None:
        """The fault for a call (“METHOD /path”), used up by one."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if call.startswith(fault.on):
                    if fault.times == 1:
                        del self._waiting[index]
                    elif fault.times > 1:
                        self._waiting[index] = replace(fault, times=fault.times - 1)
                    return fault
        return None
