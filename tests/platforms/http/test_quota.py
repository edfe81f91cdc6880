"""A daily quota, and how much of a plan fits into it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.platforms.http.quota import Spent, outlook
from rightsdesk.platforms.youtube_quota import CHANGE, QUOTA, UNITS_A_DAY, price

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "whole_again"),
    [
        ("2026-11-22T12:00+00:00", "2026-11-23T08:00+00:00"),
        ("2026-11-23T07:59+00:00", "2026-11-23T08:00+00:00"),
        ("2026-11-23T08:00+00:00", "2026-11-24T08:00+00:00"),
        ("2026-07-01T12:00+00:00", "2026-07-02T07:00+00:00"),
        ("2026-03-08T12:00+00:00", "2026-03-09T07:00+00:00"),  # this day has 23 hours there
        ("2026-11-01T12:00+00:00", "2026-11-02T08:00+00:00"),  # this day has 25 hours there
    ],
)
def test_the_quota_is_renewed_at_midnight_in_california(now: str, whole_again: str) -> None:
    assert QUOTA.renewed(datetime.fromisoformat(now)) == datetime.fromisoformat(whole_again)


def test_calls_cost_what_the_table_says() -> None:
    assert price("GET", "/youtube/v3/videos") == 1
    assert price("PUT", "/youtube/v3/videos") == 50
    assert price("GET", "/youtube/v3/videoTrainability") == 0
    assert price("POST", "/token") == 0


@pytest.mark.parametrize(
    ("updates", "left", "sentence"),
    [
        (0, 10_000, ""),
        (1, 10_000, "The one change today."),
        (188, 10_000, "All 188 today."),
        (189, 10_000, "188 of 189 today, the rest tomorrow."),
        (1_340, 10_000, "188 of 1,340 today, the rest by 29 November."),
        (5, 52, "None of 5 today, all tomorrow."),
        (1, 0, "The one change tomorrow."),
        (5, -7, "None of 5 today, all tomorrow."),
        (500, 0, "None of 500 today, all by Wednesday."),
        (3_000, 10_000, "188 of 3,000 today, the rest by 7 December."),
        (10_000, 10_000, "188 of 10,000 today, the rest by 14 January 2027."),
    ],
)
def test_how_much_of_a_plan_fits(updates: int, left: int, sentence: str) -> None:
    assert outlook(QUOTA, updates, left, now=SUNDAY_NOON) == sentence


def test_a_single_update_would_cost_fifty_units() -> None:
    monday = SUNDAY_NOON + timedelta(days=1)
    updates_alone = replace(QUOTA, change=50)
    sentence = outlook(updates_alone, 1_340, 10_000, now=monday)
    assert sentence == "200 of 1,340 today, the rest by Sunday."
    sentence = outlook(updates_alone, 800, 10_000, now=monday)
    assert sentence == "200 of 800 today, the rest by Thursday."


def test_if_the_quota_day_ends_today_the_hour_is_named() -> None:
    """In Berlin, California's midnight is nine in the morning of the same day."""
    early = datetime(2026, 11, 22, 5, tzinfo=BERLIN)
    assert outlook(QUOTA, 5, 0, now=early) == "None of 5 today, all after 09:00."


@given(
    updates=st.integers(0, 100_000),
    left=st.integers(-100, UNITS_A_DAY),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_the_forecast_never_exceeds_the_units(updates: int, left: int, now: datetime) -> None:
    sentence = outlook(QUOTA, updates, left, now=now)
    if updates and updates * CHANGE <= left:
        assert "rest" not in sentence
        assert "None" not in sentence
    elif updates:
        assert "All" not in sentence


@pytest.mark.parametrize(
    "data", [{}, {"day": "x", "units": 1}, {"day": "2026-11-22", "units": -1}, {"day": 7}]
)
def test_an_unreadable_record_counts_as_nothing_used(data: dict[str, object]) -> None:
    assert Spent.from_json(data) is None


def test_the_used_units_survive_the_store() -> None:
    spent = Spent(date(2026, 11, 22), 4321)
    assert Spent.from_json(spent.to_json()) == spent
