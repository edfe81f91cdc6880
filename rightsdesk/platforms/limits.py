"""How fast we may ask: one limiter for each host and client id, its state kept over restarts.

Platforms count by client id, not by account: if each of an artist's accounts backed off on
its own, they would go on firing together and the penalty would grow. A wait of hours is
never slept through in a worker: it is raised as `RateLimited` with its end, for a scheduler.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from rightsdesk.platforms.clock import SYSTEM, Clock, spoken
from rightsdesk.platforms.errors import RateLimited

LONGEST_PAUSE = 2.0
"""Seconds that a worker may be held; any longer wait is raised instead."""

FIRST_BACK_OFF = timedelta(seconds=30)
LONGEST_BACK_OFF = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=31)
"""A longer Retry-After is a slip of the server or an attack, and is cut to this."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What a platform told us: when it did, until when to wait, and how often in a row."""

    told_at: datetime
    until: datetime
    strikes: int = 1

    def seen_from(self, now: datetime) -> "Wait":
        """The same wait on a clock that was set back since: its length is what counts."""
        if now >= self.told_at:
            return self
        return Wait(now, now + (self.until - self.told_at), self.strikes)

    def to_json(self) -> dict[str, str | int]:
        """Plain data for the store; times in ISO 8601, UTC."""
        return {
            "told_at": self.told_at.isoformat(),
            "until": self.until.isoformat(),
            "strikes": self.strikes,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Wait | None":
        """What `to_json` gave; None for anything else, as a lost wait does no lasting harm."""
        try:
            told_at = datetime.fromisoformat(str(data["told_at"])).astimezone(UTC)
            until = datetime.fromisoformat(str(data["until"])).astimezone(UTC)
            strikes = int(str(data["strikes"]))
        except (KeyError, ValueError, OverflowError):
            return None
        if not timedelta() <= until - told_at <= LONGEST_WAIT:
            return None
        return cls(told_at, until, min(max(strikes, 1), 20))


class Limiter:
    """Holds back the calls of one client id to one host. Safe to use from several threads.

    `per_second` spaces calls evenly where a platform publishes such a limit. `changed` is
    called with the new wait (None once it is over and done with), so that it can be stored.
    """

    def __init__(
        self,
        *,
        service: str,
        per_second: float | None = None,
        wait: Wait | None = None,
        changed: Callable[[Wait | None], None] = lambda wait: None,
        clock: Clock = SYSTEM,
    ) -> None:
        self._service = service
        self._interval = 1 / per_second if per_second else 0.0
        self._wait = wait
        self._changed = changed
        self._clock = clock
        self._next_slot = 0.0
        self._lock = Lock()

    @property
    def not_before(self) -> datetime | None:
        """The moment before which nothing may be sent; None when calls are free."""
        with self._lock:
            wait, now = self._current()
        return wait.until if wait and wait.until > now else None

    def before_call(self) -> None:
        """Return when a call may be sent, after a pause of at most `LONGEST_PAUSE` seconds.

        Raises `RateLimited`, before anything is sent, where the wait would be longer.
        """
        with self._lock:
            wait, now = self._current()
            told = (wait.until - now).total_seconds() if wait else 0.0
            start = self._clock.monotonic()
            slot = max(start, self._next_slot)
            pause = max(told, slot - start)
            if pause > LONGEST_PAUSE:
                raise self.refusal(now + timedelta(seconds=pause))
            self._next_slot = slot + self._interval
        if pause > 0:
            self._clock.sleep(pause)

    def told_to_wait(self, retry_after: timedelta | None) -> datetime:
        """Note a 429 and return the end of the wait.

        Without a stated time the wait doubles with each refusal in a row.
        """
        with self._lock:
            wait, now = self._current()
            strikes = wait.strikes + 1 if wait else 1
            if retry_after is None:
                retry_after = min(FIRST_BACK_OFF * 2 ** min(strikes - 1, 20), LONGEST_BACK_OFF)
            until = now + min(max(retry_after, timedelta(seconds=1)), LONGEST_WAIT)
            # Answers to calls that ran side by side can arrive in any order.
            until = max(until, wait.until) if wait else until
            self._wait = Wait(now, until, min(strikes, 20))
            self._changed(self._wait)
            return until

    def answered(self) -> None:
        """Note that a call went through: a wait that is over is forgotten."""
        with self._lock:
            wait, now = self._current()
            if wait and wait.until <= now:
                self._wait = None
                self._changed(None)

    def refusal(self, until: datetime, details: Mapping[str, str] | None = None) -> RateLimited:
        """The error that says until when to wait."""
        return RateLimited(
            f"{self._service} takes no more requests until {spoken(until, now=self._clock.now())}.",
            until=until,
            advice="RightsDesk goes on from here when you run this again after that time.",
            details=details,
        )

    def _current(self) -> tuple[Wait | None, datetime]:
        now = self._clock.now()
        if self._wait:
            self._wait = self._wait.seen_from(now)
        return self._wait, now


class Limits:
    """All limiters of the program, so that accounts of one client id share theirs.

    `stored` holds what earlier runs gave to `changed`: by key, the plain data of a wait.
    """

    def __init__(
        self,
        stored: Mapping[str, Mapping[str, object]] | None = None,
        *,
        changed: Callable[[str, dict[str, str | int] | None], None] = lambda key, data: None,
        clock: Clock = SYSTEM,
    ) -> None:
        self._stored = dict(stored or {})
        self._changed = changed
        self._clock = clock
        self._limiters: dict[str, Limiter] = {}
        self._lock = Lock()

    def of(
        self, *, service: str, host: str, client_id: str, per_second: float | None = None
    ) -> Limiter:
        """The one limiter for this host (with its port, if any) and client id."""
        key = f"{host} {client_id}"
        with self._lock:
            if key not in self._limiters:
                stored = self._stored.get(key)
                self._limiters[key] = Limiter(
                    service=service,
                    per_second=per_second,
                    wait=Wait.from_json(stored) if stored else None,
                    changed=lambda wait: self._changed(key, wait.to_json() if wait else None),
                    clock=self._clock,
                )
            return self._limiters[key]
