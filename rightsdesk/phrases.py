"""Numbers, counts, lists, days and time spans in words: the only place that formats them.

The formats of languages come from CLDR, read by Babel. Every function takes a language as CLDR
names it; the default is English as in RightsDesk's own sentences. The process's locale is ignored.
Babel is loaded on first use: `1 file` needs no table of months.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from rightsdesk.sentences import Counted, Dated, Listed, together, worded

if TYPE_CHECKING:
    from babel import Locale

ENGLISH = "en_GB"
"""`3 May 2026`, and no comma before the last `and`."""

_UNITS = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def number(value: int, language: str = ENGLISH) -> str:
    """`1,200`: a whole number with its digits grouped."""
    if language == ENGLISH:
        return f"{value:,}"  # Python's own format is English
    from babel.numbers import format_decimal

    return format_decimal(value, locale=language)


def plural(value: int, one: str, many: str = "", language: str = ENGLISH) -> str:
    """The noun for a number: `one`, or `many` (the default adds an s in English)."""
    if language == ENGLISH:
        return one if value == 1 else many or f"{one}s"
    return one if _locale(language).plural_form(value) == "one" else many or f"{one}s"


def counted(value: int, one: str, many: str = "", language: str = ENGLISH) -> Counted:
    """`1 file`, `1,200 files`."""
    text = f"{number(value, language)} {plural(value, one, many, language)}"
    return Counted(text, value, f"%n {one}", f"%n {many or f'{one}s'}")


def and_list(parts: Iterable[str], language: str = ENGLISH) -> str:
    """`A`, `A and B`, `A, B and C`; "" for none."""
    return _list(parts, "standard", language)


def or_list(parts: Iterable[str], language: str = ENGLISH) -> str:
    """`A`, `A or B`, `A, B or C`; "" for none."""
    return _list(parts, "or", language)


def quoted(name: str) -> str:
    """`“Night Ferry”`: a name between the quotation marks of the language."""
    return worded("“{name}”", name=name)


def first_few(names: Iterable[str], most: int) -> str:
    """`A, B, C and 1,200 more`: the first of many names, and the number of the rest."""
    every = list(names)
    few, left = together(every[:most], ", "), len(every) - most
    return worded("{names} and {number} more", names=few, number=number(left)) if left > 0 else few


def span(time: timedelta, language: str = ENGLISH) -> str:
    """A time span in its largest whole unit: `9 days`, `3 hours`; "" below a minute."""
    for size, unit in _UNITS:
        if (value := time // size) > 0:
            return _of_unit(value, unit, language)
    return ""


def whole_span(time: timedelta, language: str = ENGLISH) -> str:
    """A time span without losing minutes: `24 hours`, `90 minutes`; at least `1 minute`."""
    minutes = max(1, round(time / timedelta(minutes=1)))
    hours, rest = divmod(minutes, 60)
    return _of_unit(minutes, "minute", language) if rest else _of_unit(hours, "hour", language)


def length(milliseconds: int | None) -> str:
    """`3:07`, the length of music; "" if unknown."""
    if milliseconds is None:
        return ""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}:{seconds:02}"


def clock_time(when: datetime, zone: tzinfo | None = None) -> str:
    """`14:05`, in every language; `zone` is the person's, by default this system's."""
    return f"{when.astimezone(zone):%H:%M}"


def moment(
    when: datetime, now: datetime, language: str = ENGLISH, zone: tzinfo | None = None
) -> str:
    """A future time within a sentence: `14:05`, `tomorrow at 09:00`, `Thursday at 09:00`, or `3
    December at 09:00`. Both times are aware; `zone` is the person's, by default this system's."""
    local, today = when.astimezone(zone).date(), now.astimezone(zone).date()
    at = clock_time(when, zone)
    if local <= today:
        return at
    return worded("{day} at {time}", day=coming_day(local, today, language), time=at)


def at_moment(
    when: datetime, now: datetime, language: str = ENGLISH, zone: tzinfo | None = None
) -> str:
    """`moment` with its preposition: `at 14:05`, `on Thursday at 09:00`."""
    days = (when.astimezone(zone).date() - now.astimezone(zone).date()).days
    words = moment(when, now, language, zone)
    if days == 1:
        return words
    return worded("at {time}", time=words) if days <= 0 else worded("on {day}", day=words)


def coming_day(day: date, today: date, language: str = ENGLISH) -> str:
    """A future day: `today`, `tomorrow`, `Thursday`, `3 December`, or `3 March 2027`."""
    days = (day - today).days
    if days <= 1:
        return "tomorrow" if days == 1 else "today"
    if days < 7:
        return _written(day, "EEEE", language)
    return _written(day, "MMMMd" if day.year == today.year else "yMMMMd", language)


def short_date(day: date, language: str = ENGLISH, *, without_year: int = 0) -> str:
    """`3 May 2026`; in the year `without_year` only `3 May`."""
    return _written(day, "MMMd" if day.year == without_year else "yMMMd", language)


def written(day: date, skeleton: str, language: str = ENGLISH) -> str:
    """A day in the parts that a skeleton names (see `sentences.Dated`)."""
    return _written(day, skeleton, language)


def month(day: date, language: str = ENGLISH) -> str:
    """`May 2026`: the month of a day."""
    return _written(day, "yMMMM", language)


def country(code: str, language: str = ENGLISH) -> str:
    """`Germany`: the name of a country by its code of two letters (ISO 3166-1); an unknown code
    stays as it is."""
    return str(_locale(language).territories.get(code, code))


def iso_day(time: str, zone: tzinfo | None = None) -> str:
    """The local day of a stored time: `2026-05-03`.

    A day or a month stays as it is.
    """
    if len(time) <= len("2026-05-03"):
        return time
    return datetime.fromisoformat(time).astimezone(zone).date().isoformat()


def iso_minute(time: str, zone: tzinfo | None = None) -> str:
    """The local minute of a stored time: `2026-05-03 14:05`; a dash for none."""
    if not time:
        return "–"
    local = datetime.fromisoformat(time).astimezone(zone).replace(tzinfo=None)
    return local.isoformat(" ", timespec="minutes")


def _of_unit(value: int, unit: str, language: str) -> str:
    if language == ENGLISH:
        return counted(value, unit)
    from babel.units import format_unit

    return format_unit(value, f"duration-{unit}", locale=language)


def _list(parts: Iterable[str], style: str, language: str) -> str:
    every = list(parts)
    if len(every) < 2:
        return every[0] if every else ""
    from babel.lists import format_list

    either = style == "or"
    text = format_list(every, style="or" if either else "standard", locale=language)
    return Listed(text, tuple(every), either)


def _written(day: date, skeleton: str, language: str) -> str:
    from babel.dates import format_date, format_skeleton

    if skeleton == "EEEE":
        text = format_date(day, skeleton, locale=language)
    else:
        text = format_skeleton(skeleton, day, locale=language)
    return Dated(text, day, skeleton)


def _locale(language: str) -> Locale:
    from babel import Locale

    return Locale.parse(language)
