"""Numbers, lists, days and durations are phrased the same way everywhere, in any language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rightsdesk import phrases
from rightsdesk.speech import Speech

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KATHMANDU = ZoneInfo("Asia/Kathmandu")


def test_counts_group_their_digits_and_choose_singular_or_plural() -> None:
    assert phrases.counted(1, "file") == "1 file"
    assert phrases.counted(0, "file") == "0 files"
    assert phrases.counted(1_200, "entry", "entries") == "1,200 entries"
    assert phrases.plural(1, "has", "have") == "has"
    assert phrases.number(1_234_567, "de") == "1.234.567"
    assert phrases.plural(0, "fichier", "fichiers", "fr") == "fichier"


@pytest.mark.parametrize(
    ("parts", "both", "either"),
    [
        ("", "", ""),
        ("A", "A", "A"),
        ("AB", "A and B", "A or B"),
        ("ABC", "A, B and C", "A, B or C"),
    ],
)
def test_lists(parts: str, both: str, either: str) -> None:
    assert phrases.and_list(parts) == both
    assert phrases.or_list(parts) == either


def test_a_list_in_another_language() -> None:
    assert phrases.and_list("ABC", "de") == "A, B und C"


def test_a_long_list_names_the_first_and_counts_the_rest() -> None:
    assert phrases.first_few("ABC", 3) == "A, B, C"
    assert phrases.first_few("ABCDE", 3) == "A, B, C and 2 more"
    assert phrases.first_few(map(str, range(2000)), 1) == "0 and 1,999 more"


class German:
    """Knows two forms."""

    def translate(
        self, _context: str, source: str, _disambiguation: str | None = None, _n: int = -1, /
    ) -> str | None:
        forms = {"“{name}”": "„{name}“", "{names} and {number} more": "{names} und {number} mehr"}
        return forms.get(source)


def test_names_in_a_long_list_get_the_quotation_marks_of_the_language() -> None:
    few = phrases.first_few(map(phrases.quoted, ("A", "B", "C")), 2)
    assert few == "“A”, “B” and 1 more"
    assert Speech("de", German()).say(few) == "„A“, „B“ und 1 mehr"


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(minutes=5), "at 12:05"),
        (timedelta(hours=21), "tomorrow at 09:00"),
        (timedelta(days=4), "on Thursday at 12:00"),
        (timedelta(days=11), "on 3 December at 12:00"),
        (timedelta(days=40), "on 1 January 2027 at 12:00"),
        (timedelta(days=-1), "at 12:00"),
    ],
)
def test_times_are_phrased_naturally(after: timedelta, words: str) -> None:
    assert phrases.at_moment(NOON + after, NOON, zone=UTC) == words
    assert phrases.moment(NOON + after, NOON, zone=UTC) == words.removeprefix("at ").removeprefix(
        "on "
    )


def test_times_are_in_the_local_zone() -> None:
    assert phrases.moment(NOON, NOON, zone=KATHMANDU) == "17:45"
    assert phrases.iso_minute("2026-05-03T20:30:00+00:00", KATHMANDU) == "2026-05-04 02:15"
    assert phrases.iso_minute("") == "–"
    assert phrases.iso_day("2026-05-03T20:30:00+00:00", KATHMANDU) == "2026-05-04"
    assert phrases.iso_day("2026-05") == "2026-05"


@pytest.mark.parametrize(
    ("minutes", "largest", "whole"),
    [
        (0, "", "1 minute"),
        (10, "10 minutes", "10 minutes"),
        (60, "1 hour", "1 hour"),
        (90, "1 hour", "90 minutes"),
        (1440, "1 day", "24 hours"),
        (9 * 1440, "9 days", "216 hours"),
    ],
)
def test_durations(minutes: int, largest: str, whole: str) -> None:
    assert phrases.span(timedelta(minutes=minutes)) == largest
    assert phrases.whole_span(timedelta(minutes=minutes)) == whole


def test_a_duration_in_another_language() -> None:
    assert phrases.span(timedelta(days=9), "de") == "9 Tage"


def test_dates() -> None:
    day = date(2026, 5, 3)
    assert phrases.short_date(day) == "3 May 2026"
    assert phrases.short_date(day, without_year=2026) == "3 May"
    assert phrases.month(day) == "May 2026"
    assert phrases.short_date(day, "de") == "3. Mai 2026"


def test_a_length_in_minutes_and_seconds() -> None:
    assert phrases.length(187_400) == "3:07"
    assert phrases.length(None) == ""
