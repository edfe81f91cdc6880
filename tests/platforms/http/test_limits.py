"""Rate limits: a worker is never blocked too long, and waits survive restarts."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.platforms.http.answer import Answer, retry_after
from rightsdesk.platforms.http.errors import RateLimited
from rightsdesk.platforms.http.limits import (
    LONGEST_BACK_OFF,
    LONGEST_PAUSE,
    LONGEST_WAIT,
    Limiter,
    Limits,
    Wait,
)
from tests.fake_clock import NOON, FakeClock


@pytest.fixture
def limiter(fake_clock: FakeClock) -> Limiter:
    return Limiter(service="SoundCloud", clock=fake_clock.clock)


def test_the_first_call_does_not_wait(limiter: Limiter, fake_clock: FakeClock) -> None:
    limiter.before_call()
    assert limiter.not_before is None
    assert fake_clock.slept == []


def test_a_long_wait_is_raised_with_its_end(limiter: Limiter, fake_clock: FakeClock) -> None:
    until = limiter.note_wait(timedelta(seconds=81_654))
    with pytest.raises(RateLimited) as caught:
        limiter.before_call()
    assert caught.value.until == until == limiter.not_before
    assert fake_clock.slept == []


def test_a_wait_of_a_second_is_slept(limiter: Limiter, fake_clock: FakeClock) -> None:
    limiter.note_wait(timedelta(seconds=1))
    limiter.before_call()
    assert fake_clock.slept == [1]


def test_a_wait_that_is_long_over_is_not_slept(limiter: Limiter, fake_clock: FakeClock) -> None:
    limiter.note_wait(timedelta(hours=1))
    fake_clock.move(days=2)
    limiter.before_call()
    assert fake_clock.slept == []


def test_waits_without_a_stated_length_double_until_a_call_succeeds(
    limiter: Limiter, fake_clock: FakeClock
) -> None:
    waits = []
    for _ in range(9):
        until = limiter.note_wait(None)
        waits.append((until - fake_clock.wall).total_seconds())
        fake_clock.move(seconds=waits[-1] + 1)
    assert waits[:4] == [30, 60, 120, 240]
    assert waits[-1] == LONGEST_BACK_OFF.total_seconds()
    limiter.answered()
    assert limiter.note_wait(None) - fake_clock.wall == timedelta(seconds=30)


def test_an_earlier_answer_does_not_end_a_wait(limiter: Limiter) -> None:
    limiter.note_wait(timedelta(hours=1))
    limiter.answered()
    assert limiter.not_before == NOON + timedelta(hours=1)


def test_a_shorter_wait_does_not_replace_a_longer_wait(limiter: Limiter) -> None:
    limiter.note_wait(timedelta(hours=1))
    assert limiter.note_wait(timedelta(seconds=5)) == NOON + timedelta(hours=1)


def test_a_clock_that_is_set_back_makes_no_wait_longer(
    limiter: Limiter, fake_clock: FakeClock
) -> None:
    limiter.note_wait(timedelta(minutes=5))
    fake_clock.move(days=-400)
    assert limiter.not_before == fake_clock.wall + timedelta(minutes=5)
    fake_clock.move(minutes=6)
    limiter.before_call()


def test_calls_are_spaced_if_the_platform_requires_it(fake_clock: FakeClock) -> None:
    limiter = Limiter(service="Audius", per_second=10, clock=fake_clock.clock)
    for _ in range(101):
        limiter.before_call()
    assert sum(fake_clock.slept) == pytest.approx(10)
    assert max(fake_clock.slept) == pytest.approx(0.1)


def test_a_late_turn_is_waited_for_in_short_pauses(fake_clock: FakeClock) -> None:
    limiter = Limiter(service="Slow", per_second=0.2, clock=fake_clock.clock)
    for _ in range(3):
        limiter.before_call()
    assert sum(fake_clock.slept) == pytest.approx(10)
    assert max(fake_clock.slept) <= LONGEST_PAUSE
    assert limiter.paced
    assert limiter.not_before is None


def test_after_a_short_wait_calls_are_spaced_again(fake_clock: FakeClock) -> None:
    limiter = Limiter(service="Audius", per_second=10, clock=fake_clock.clock)
    limiter.note_wait(timedelta(seconds=1))
    for _ in range(3):
        limiter.before_call()
    assert fake_clock.slept == pytest.approx([1, 0.1, 0.1])


def test_accounts_of_the_same_client_id_wait_together(fake_clock: FakeClock) -> None:
    limits = Limits(clock=fake_clock.clock)
    here: dict[str, Any] = {"service": "SoundCloud", "host": "https://api.example"}
    limits.of(client_id="mine", **here).note_wait(None)
    assert limits.of(client_id="mine", **here).not_before is not None
    assert limits.of(client_id="yours", **here).not_before is None
    elsewhere = here | {"host": "https://other.example"}
    assert limits.of(client_id="mine", **elsewhere).not_before is None


def test_a_wait_survives_a_restart_and_is_forgotten_when_over(fake_clock: FakeClock) -> None:
    stored: dict[str, Any] = {}

    def keep(key: str, data: Any) -> None:
        stored[key] = data

    def run() -> Limiter:
        limits = Limits(
            {k: v for k, v in stored.items() if v}, changed=keep, clock=fake_clock.clock
        )
        return limits.of(service="SoundCloud", host="https://api.example", client_id="mine")

    run().note_wait(None)
    with pytest.raises(RateLimited):
        run().before_call()
    assert run().note_wait(None) == NOON + timedelta(seconds=60)
    fake_clock.move(minutes=2)
    limiter = run()
    limiter.before_call()
    limiter.answered()
    assert list(stored.values()) == [None]


def test_time_is_tracked_even_for_hosts_without_calls_since_the_start(
    fake_clock: FakeClock,
) -> None:
    stored: dict[str, Any] = {}

    def here(limits: Limits) -> Limiter:
        return limits.of(service="SoundCloud", host="https://api.example", client_id="mine")

    here(Limits(changed=stored.__setitem__, clock=fake_clock.clock)).note_wait(timedelta(days=1))
    fake_clock.move(days=-1)
    limits = Limits(stored, changed=stored.__setitem__, clock=fake_clock.clock)
    limits.notice_time()
    fake_clock.move(days=1, seconds=1)
    assert here(limits).not_before is None
    assert here(Limits(stored, clock=fake_clock.clock)).not_before is None


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"told_at": "x", "until": "y", "strikes": 1},
        {"told_at": NOON.isoformat(), "until": NOON.isoformat(), "strikes": "many"},
        {"told_at": NOON.isoformat(), "until": "9999-12-31T00:00:00+00:00", "strikes": 1},
        {"told_at": None, "until": [], "strikes": {}},
    ],
)
def test_a_damaged_wait_is_no_wait(data: dict[str, object]) -> None:
    assert Wait.from_json(data) is None


@given(st.timedeltas(timedelta(), LONGEST_WAIT), st.integers(1, 20))
def test_a_wait_survives_the_store(length: timedelta, strikes: int) -> None:
    wait = Wait(NOON, NOON + length, strikes)
    assert Wait.from_json(wait.to_json()) == wait


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Sun, 22 Nov 2026 12:05:00 GMT", 300),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("Sunday, 22-Nov-26 12:05:00 GMT", 300),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("9" * 5000, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: int | None) -> None:
    wait = retry_after(Answer(429, {"Retry-After": value}, b""), NOON)
    assert (wait.total_seconds() if wait is not None else None) == seconds


@given(st.text(max_size=60) | st.integers().map(str))
def test_any_retry_after_gives_a_bounded_wait(value: str) -> None:
    limiter = Limiter(service="SoundCloud", clock=FakeClock().clock)
    until = limiter.note_wait(retry_after(Answer(429, {"Retry-After": value}, b""), NOON))
    assert NOON < until <= NOON + LONGEST_WAIT
