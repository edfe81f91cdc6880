"""Rate limits: one limiter for each host and client id, stored over restarts.

Platforms count by client id, not by account. If every account backed off alone, they would still
exceed the limit together, and the penalty would grow. A worker never sleeps for hours:
`RateLimited` is raised with the end of the wait, for a scheduler.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from rightsdesk import phrases
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.platforms.http.errors import RateLimited
from rightsdesk.platforms.http.quota import Quota, Spent, outlook
from rightsdesk.sentences import worded

LONGEST_PAUSE = 2.0
"""Seconds a worker may be held; a longer wait is raised instead."""

FIRST_BACK_OFF = timedelta(seconds=30)
LONGEST_BACK_OFF = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=31)
"""A longer Retry-After is a server's mistake or an attack, and is cut to this."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait that the platform asked for: since when, until when, after how many refusals."""

    asked_at: datetime
    until: datetime
    strikes: int = 1

    def seen_from(self, now: datetime) -> "Wait":
        """Return the wait with its old length, starting now, if the clock was set back since."""
        if now >= self.asked_at:
            return self
        return Wait(now, now + (self.until - self.asked_at), self.strikes)

    def to_json(self) -> dict[str, str | int]:
        """Return plain data for the store; times in ISO 8601, UTC."""
        return {
            "told_at": self.asked_at.isoformat(),
            "until": self.until.isoformat(),
            "strikes": self.strikes,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Wait | None":
        """Read what `to_json` returned; None for anything else: a lost wait does little harm."""
        try:
            asked_at = datetime.fromisoformat(str(data["told_at"])).astimezone(UTC)
            until = datetime.fromisoformat(str(data["until"])).astimezone(UTC)
            strikes = int(str(data["strikes"]))
        except (KeyError, ValueError, OverflowError):
            return None
        if not timedelta() <= until - asked_at <= LONGEST_WAIT:
            return None
        return cls(asked_at, until, min(max(strikes, 1), 20))


class Limiter:
    """Holds back the calls of one client id to one host. Thread-safe.

    `per_second` spaces calls evenly, for platforms that publish such a limit. `quota` is a daily
    quota, `spent` its used part. `changed` is called with each new wait, and with None when it is
    over. `counted` is called with the used part of the quota before the call goes out. Both can
    then be stored.
    """

    def __init__(
        self,
        *,
        service: str,
        per_second: float | None = None,
        wait: Wait | None = None,
        changed: Callable[[Wait | None], None] = lambda wait: None,
        quota: Quota | None = None,
        spent: Spent | None = None,
        counted: Callable[[Spent], None] = lambda spent: None,
        clock: Clock = SYSTEM,
    ) -> None:
        self._service = service
        self._interval = 1 / per_second if per_second else 0.0
        self._wait = wait
        self._changed = changed
        self._quota = quota
        self._spent = spent
        self._counted = counted
        self._clock = clock
        self._next_slot = 0.0
        self._lock = Lock()

    def keep_to(self, *, per_second: float | None = None, quota: Quota | None = None) -> None:
        """Apply this pace and this quota from now on, if given."""
        with self._lock:
            self._interval = 1 / per_second if per_second else self._interval
            self._quota = quota or self._quota

    @property
    def paced(self) -> bool:
        """Whether calls are spaced: concurrent calls are then harmless."""
        return self._interval > 0

    @property
    def not_before(self) -> datetime | None:
        """The time before which nothing may be sent; None if calls are free."""
        with self._lock:
            wait, now = self._current()
        return wait.until if wait and wait.until > now else None

    @property
    def units_left(self) -> int | None:
        """Units left of today's quota; None if there is no quota."""
        with self._lock:
            wait, now = self._current()
            if self._quota is None:
                return None
            if wait and wait.until >= self._quota.renewed(now):
                return 0
            return max(self._quota.units - self._used(self._quota, now), 0)

    def outlook(self, updates: int, now: datetime) -> str:
        """Return how many of `updates` changes fit into today's quota; "" if there is no quota."""
        left = self.units_left
        return (
            outlook(self._quota, updates, left, now=now) if self._quota and left is not None else ""
        )

    def before_call(self, method: str = "", path: str = "") -> None:
        """Return when a call may be sent.

        Raises `RateLimited` before anything is sent, in two cases: the platform asked for a wait
        longer than `LONGEST_PAUSE` seconds, or today's quota does not cover the call. Waiting for a
        free slot depends on the number of threads and never raises.
        """
        while (pause := self._pause(method, path)) > 0:
            self._clock.sleep(min(pause, LONGEST_PAUSE))
            if pause <= LONGEST_PAUSE:
                return

    def _pause(self, method: str, path: str) -> float:
        """Return the seconds until the call may be sent. Reserves the slot if it is soon enough."""
        with self._lock:
            wait, now = self._current()
            asked = max((wait.until - now).total_seconds(), 0.0) if wait else 0.0
            if asked > LONGEST_PAUSE:
                raise self.refusal(now + timedelta(seconds=asked))
            start = self._clock.monotonic()
            slot = max(start + asked, self._next_slot)
            pause = slot - start
            if pause <= LONGEST_PAUSE:
                if self._quota is not None:
                    self._spend(self._quota, self._quota.price(method, path), now)
                self._next_slot = slot + self._interval
            return pause

    def note_wait(self, retry_after: timedelta | None) -> datetime:
        """Record a 429 and return the end of the wait.

        Without a stated time the wait doubles with each refusal in a row.
        """
        with self._lock:
            wait, now = self._current()
            strikes = wait.strikes + 1 if wait else 1
            if retry_after is None:
                retry_after = min(FIRST_BACK_OFF * 2 ** min(strikes - 1, 20), LONGEST_BACK_OFF)
            until = now + min(max(retry_after, timedelta(seconds=1)), LONGEST_WAIT)
            # Answers to concurrent calls can arrive in any order.
            until = max(until, wait.until) if wait else until
            self._wait = Wait(now, until, min(strikes, 20))
            self._changed(self._wait)
            return until

    def answered(self) -> None:
        """Record that a call succeeded: a wait that is over is deleted."""
        with self._lock:
            wait, now = self._current()
            if wait and wait.until <= now:
                self._wait = None
                self._changed(None)

    def refused(self, reason: str, details: Mapping[str, str] | None = None) -> RateLimited | None:
        """Return the error if the answer's reason is one of the platform's quota reasons.

        A used-up quota lasts until it renews, whatever we counted.
        """
        with self._lock:
            quota, now = self._quota, self._clock.now()
            if quota is None or reason not in quota.used_up | quota.too_fast:
                return None
            wait = None
            if reason in quota.used_up:
                wait = quota.renewed(now) - now
                self._spent = Spent(quota.day(now), quota.units)
                self._counted(self._spent)
        return self.refusal(self.note_wait(wait), details)

    def refusal(self, until: datetime, details: Mapping[str, str] | None = None) -> RateLimited:
        """Return the error that says until when to wait."""
        when = phrases.moment(until, self._clock.now())
        return RateLimited(
            worded(
                "{service} takes no more requests until {when}.", service=self._service, when=when
            ),
            until=until,
            advice="Run this again after that time: RightsDesk then continues where it stopped.",
            details=details,
        )

    def _spend(self, quota: Quota, units: int, now: datetime) -> None:
        if not units:
            return
        used = self._used(quota, now)
        spare = quota.spare if units > quota.spare else 0
        if used + units + spare > quota.units:
            raise self.refusal(quota.renewed(now))
        self._spent = Spent(quota.day(now), used + units)
        self._counted(self._spent)

    def _used(self, quota: Quota, now: datetime) -> int:
        return self._spent.units if self._spent and self._spent.day == quota.day(now) else 0

    def _current(self) -> tuple[Wait | None, datetime]:
        now = self._clock.now()
        if self._wait and (seen := self._wait.seen_from(now)) is not self._wait:
            self._wait = seen
            self._changed(seen)
        return self._wait, now


class Limits:
    """All limiters of the program: accounts with one client id share one.

    `stored` holds what earlier runs gave to `changed`, by key: a wait or a used quota as plain
    data.
    """

    def __init__(
        self,
        stored: Mapping[str, Mapping[str, object]] | None = None,
        *,
        changed: Callable[[str, dict[str, str | int] | None], None] = lambda key, data: None,
        clock: Clock = SYSTEM,
    ) -> None:
        self._stored: dict[str, Mapping[str, object]] = dict(stored or {})
        self._changed = changed
        self._clock = clock
        self._limiters: dict[str, Limiter] = {}
        self._lock = Lock()

    def notice_time(self) -> None:
        """Adjust stored waits if the clock was set back: each keeps its length, from now.

        Call it now and then, also while nothing is sent.
        """
        with self._lock:
            now = self._clock.now()
            for limiter in self._limiters.values():
                _ = limiter.not_before
            for key in self._stored.keys() - self._limiters.keys():
                wait = Wait.from_json(self._stored[key])
                if wait and (seen := wait.seen_from(now)) is not wait:
                    self._stored[key] = seen.to_json()
                    self._changed(key, seen.to_json())

    def of(
        self,
        *,
        service: str,
        host: str,
        client_id: str,
        per_second: float | None = None,
        quota: Quota | None = None,
    ) -> Limiter:
        """Return the limiter for this host (with its port, if any) and client id.

        The first caller may omit pace and quota, as signing in does.
        """
        key = f"{host} {client_id}"
        units = f"{key} units"
        with self._lock:
            if key not in self._limiters:
                stored, spent = self._stored.get(key), self._stored.get(units)
                self._limiters[key] = Limiter(
                    service=service,
                    wait=Wait.from_json(stored) if stored else None,
                    changed=lambda wait: self._changed(key, wait.to_json() if wait else None),
                    spent=Spent.from_json(spent) if spent else None,
                    counted=lambda spent: self._changed(units, spent.to_json()),
                    clock=self._clock,
                )
            limiter = self._limiters[key]
            limiter.keep_to(per_second=per_second, quota=quota)
            return limiter
