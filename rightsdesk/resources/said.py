"""The sentences about what was found: one wording for window, command line and reports.

A silent document has “no word on AI in the version of DAY”: neither a yes nor a no. Of archived
documents only “the newest version held” is spoken of, never what the terms say today: the archive
may have stopped following them. Regions are named.

`day` writes an ISO 8601 date, month or year for the reader; the default leaves it as it is.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Final

from rightsdesk import phrases
from rightsdesk.resources.controls import Control, Default
from rightsdesk.resources.facts import DefaultDirection, PlatformFacts
from rightsdesk.resources.findings import Fact, Strength, TextKind
from rightsdesk.sentences import together, worded

DayInWords = Callable[[str], str]
"""Writes a date for the reader."""

ABOUT_TITLES: Final[Mapping[TextKind, str]] = {
    TextKind.TERMS: worded("Its terms"),
    TextKind.PRIVACY: worded("Its privacy policy"),
    TextKind.RULES: worded("Its rules for users"),
    TextKind.AGREEMENT: worded("Its agreement with publishers"),
    TextKind.DEVELOPER_TERMS: worded("Its terms for developers"),
    TextKind.RESERVATION: worded("Its reservation of rights"),
    TextKind.HELP: worded("Its help page"),
    TextKind.POLICY: worded("Its AI policy"),
    TextKind.STATEMENT: worded("Its statement"),
    TextKind.CRITIQUE: worded("A critique of it"),
    TextKind.SOURCE_CODE: worded("Its source code"),
    TextKind.API: worded("Its API"),
    TextKind.PROGRAMME: worded("Its programme"),
    TextKind.LICENCE: worded("Its licence"),
    TextKind.PRINCIPLES: worded("Its principles"),
    TextKind.SWITCH: worded("A setting that is reported"),
    TextKind.FORM: worded("A form that is reported"),
    TextKind.LIST: worded("Its list"),
    TextKind.ADDRESS: worded("Its directory"),
    TextKind.STATUS: worded("Its state"),
    TextKind.OWNER: worded("Its owner"),
    TextKind.NEWS: worded("News"),
}
"""The title of a fact, by what kind of text it is from."""

STRENGTHS: Final[Mapping[Strength, str]] = {
    Strength.DOCUMENT: worded("Strong: read in the document itself."),
    Strength.REPORTED: worded("Fair: several sources report it; the original was not read."),
    Strength.SINGLE: worded("Weak: one text reports it, so it is not offered as a step."),
}


def as_it_is(date: str) -> str:
    """The date in ISO 8601, as it is kept."""
    return date


def direction_says(facts: PlatformFacts, day: DayInWords = as_it_is) -> str:
    """What holds while the artist does nothing."""
    match facts.direction:
        case DefaultDirection.OPT_IN:
            return worded("It is a no unless you say yes.")
        case DefaultDirection.OPT_OUT:
            return worded("It is a yes unless you say no.")
        case DefaultDirection.SAYS_NO:
            return worded("It says no for you.")
        case DefaultDirection.NO_CHOICE:
            return worded("There is nothing to choose.")
        case DefaultDirection.SILENT:
            silent = max((fact.date for fact in facts.facts if fact.silent), default="")
            return together((_no_word(silent, day), worded("That is neither a yes nor a no.")))
        case DefaultDirection.UNKNOWN:
            return worded("What holds was not found.")


def fact_says(fact: Fact, day: DayInWords = as_it_is) -> str:
    """What a document says, with the region where that edition applies."""
    said = together((_no_word(fact.date, day), fact.short)) if fact.silent else fact.short
    return worded("{region}: {text}", region=fact.region, text=said) if fact.region else said


def _no_word(date: str, day: DayInWords) -> str:
    return worded("No word on AI in the version of {day}.", day=day(date))


def fact_known(
    fact: Fact, looked_up: str, today: datetime.date, day: DayInWords = as_it_is
) -> tuple[str, ...]:
    """How a fact is known: its source, its version with its age, when it was looked up, and how
    strong it is."""
    known = [_source(fact)]
    if fact.date:
        known.append(_version(fact, today, day))
    if fact.quote:
        known.append(worded("In its words: “{quote}”", quote=fact.quote))
    known += [_looked_up(looked_up, day), STRENGTHS[fact.strength]]
    return tuple(known)


def fact_dated(fact: Fact, today: datetime.date, day: DayInWords = as_it_is) -> str:
    """The day of the version and its age, in short; "" if it has no date."""
    if not fact.date:
        return ""
    old = age(fact.date, today)
    return worded("{day}, {age} ago" if old else "{day}", day=day(fact.date), age=old)


def _source(fact: Fact) -> str:
    if fact.archive:
        return worded(
            "Source: {document} (Open Terms Archive, {version}).",
            document=fact.document,
            version=fact.archive,
        )
    return worded("Source: {document}.", document=fact.document.rstrip("."))


def _version(fact: Fact, today: datetime.date, day: DayInWords) -> str:
    old, of_day = age(fact.date, today), day(fact.date)
    if not fact.archive:
        return worded("Of {day}, {age} ago." if old else "Of {day}.", day=of_day, age=old)
    held = worded(
        "The newest version held is of {day}, {age} ago."
        if old
        else "The newest version held is of {day}.",
        day=of_day,
        age=old,
    )
    if not fact.maybe_stale:
        return held
    return together((held, worded("The archive may have stopped following this document.")))


def _looked_up(month: str, day: DayInWords) -> str:
    return worded("Looked up in {month}.", month=day(month))


def age(date: str, today: datetime.date) -> str:
    """`7 months`, `2 years`: how long ago a date was, in whole units; "" below a month."""
    year, month, day_ = (*map(int, date.split("-")), 12, 28)[:3]
    if len(date) == len("2026-05"):
        day_ = 28
    months = (today.year - year) * 12 + today.month - month - (today.day < day_)
    if months < 1:
        return ""
    if months < 24:
        return phrases.counted(months, "month")
    return phrases.counted(months // 12, "year")


def source_known(
    source: str, looked_up: str, strength: Strength, day: DayInWords = as_it_is
) -> tuple[str, ...]:
    """How something with one source is known: a switch, an offer, a note."""
    return (
        worded("Source: {document}.", document=source.rstrip(".")),
        _looked_up(looked_up, day),
        STRENGTHS[strength],
    )


def default_says(control: Control) -> str:
    """What holds while the person chooses nothing."""
    match control.default:
        case Default.ON:
            return worded("On unless you switch it off")
        case Default.OFF:
            return worded("Off unless you switch it on")
        case Default.VALUE:
            held = control.value_by_default
            return worded("“{value}” unless you choose", value=held.label if held else "")
        case Default.OPT_IN:
            return worded("Out unless you join")
        case Default.NONE:
            return worded("Nothing until you choose")
        case Default.UNKNOWN:
            return worded("What holds by default is not known")


def control_covers(control: Control) -> tuple[str, ...]:
    """What a switch reaches, as far as there is more to say than its name."""
    found = [control.covers] if control.covers else []
    if control.forward_only:
        found.append(worded("It works from then on: what was taken before stays taken."))
    if control.default_strength is not None:
        found.append(worded("That it is so by default is reported, not read."))
    return tuple(found)
