"""Licences in words, for window and terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from rightsdesk import phrases
from rightsdesk.consent.licences.agreement import Certificate
from rightsdesk.consent.licences.grant import Grant
from rightsdesk.consent.licences.licence import Licence, LicenceState
from rightsdesk.consent.licences.period import Period
from rightsdesk.consent.licences.territory import EU, Territory, ordered
from rightsdesk.consent.words import listed
from rightsdesk.sentences import together, worded

MOST_NAMED = 3
"""Partners named in one phrase."""


def day_words(day: date) -> str:
    """`31 Dec 2027`."""
    return phrases.short_date(day)


def until_words(last: date) -> str:
    """`until 2027` for the last day of a year, else `until 30 Jun 2027`."""
    if (last.month, last.day) == (12, 31):
        return worded("until {year}", year=last.year)
    return worded("until {day}", day=day_words(last))


def with_grants(consent: str, grants: Sequence[Grant]) -> str:
    """`No AI, except Klay until 2027`: a consent in words, with the partners that a licence
    lets do more; the consent alone if there are none."""
    if not grants:
        return consent
    return worded("{consent}, except {partners}", consent=consent, partners=partners_words(grants))


def partners_words(grants: Iterable[Grant]) -> str:
    """`Klay until 2027 and Vale`: each partner once, with the longest of its licences."""
    longest: dict[str, Grant] = {}
    for grant in grants:
        last = longest.get(grant.party)
        if last is None or _later(grant, last):
            longest[grant.party] = grant
    return first_partners([_partner(grant) for grant in longest.values()])


def first_partners(names: Sequence[str]) -> str:
    """`Klay and Vale`; of many partners the first ones, and the number of the rest."""
    if len(names) > MOST_NAMED:
        return phrases.first_few(names, MOST_NAMED)
    return phrases.and_list(names)


def _later(one: Grant, other: Grant) -> bool:
    if other.period.ends is None:
        return False
    return one.period.ends is None or one.period.ends > other.period.ends


def _partner(grant: Grant) -> str:
    if grant.period.last is None:
        return grant.partner
    until = until_words(grant.period.last)
    return worded("{partner} {until}", partner=grant.partner, until=until)


def grant_words(grant: Grant) -> str:
    """`Klay may: data mining; only in EU; until 31 Dec 2027 (Europe/Berlin)`."""
    return worded(
        "{partner} may: {terms}",
        partner=grant.partner,
        terms=together(
            (
                listed(grant.ordered_uses),
                where_words(grant.territory),
                until_day_words(grant.period),
            ),
            "; ",
        ),
    )


def where_words(territory: Territory) -> str:
    """`only in EU, CH except FR`; "" for the whole world."""
    return "" if territory.is_world else worded("only in {places}", places=str(territory))


def until_day_words(period: Period) -> str:
    """`until 31 Dec 2027 (Europe/Berlin)`; "" without an end."""
    if period.last is None:
        return ""
    return worded("until {day} ({zone})", day=day_words(period.last), zone=period.zone)


def state_words(licence: Licence, now: datetime) -> str:
    """`holds until 31 Dec 2027`, `ends in 12 days`, `ended on 31 Dec 2027`, `starts on …`.

    With an early end also what was agreed: `ended on 30 Nov 2026, agreed until 31 Dec 2027`.
    """
    state, last = licence.state(now), licence.last_day
    if state is LicenceState.NOT_YET and (first := licence.agreement.period.first):
        return worded("starts on {day}", day=day_words(first))
    if last is None:
        return worded("holds, without an end")
    agreed = licence.agreement.period.last
    if state is LicenceState.ENDED:
        if agreed is None or agreed == last:
            return worded("ended on {day}", day=day_words(last))
        return worded(
            "ended on {day}, agreed until {agreed}", day=day_words(last), agreed=day_words(agreed)
        )
    left = licence.days_left(now) or 0
    words = ends_words(left)
    if left > SOON:
        words = worded("holds until {day}", day=day_words(last))
    if agreed is None or agreed == last:
        return words
    return worded("{ends}, agreed until {agreed}", ends=words, agreed=day_words(agreed))


def ends_words(left: int) -> str:
    """`ends today`, `ends tomorrow`, `ends in 12 days`."""
    if left < 2:
        return worded("ends tomorrow") if left else worded("ends today")
    return worded("ends in {days}", days=phrases.counted(left, "day"))


SOON = 30
"""Days before its end from which on a licence is said to end soon."""


def ended_on(partner: str, day: date | None) -> str:
    """`The licence of Klay ended on 31 Dec 2027.`; without a `day` only that it ended."""
    if day is None:
        return worded("The licence of {partner} ended.", partner=partner)
    return worded("The licence of {partner} ended on {day}.", partner=partner, day=day_words(day))


def place_names(territory: Territory, language: str = phrases.ENGLISH) -> str:
    """`the world`, `the EU and Switzerland, except France`: countries by their names."""
    inside, outside = (
        phrases.and_list((_place_name(code, language) for code in ordered(codes)), language)
        for codes in (territory.places, territory.without)
    )
    if not outside:
        return inside or worded("the world")
    return worded(
        "{places}, except {without}", places=inside or worded("the world"), without=outside
    )


def _place_name(code: str, language: str) -> str:
    if code == EU:
        return worded("the EU")
    return phrases.country(code, language)


def certificate_words(certificate: Certificate | None) -> str:
    """`certified (Fairly Trained's list, 3 May 2026)`, `not certified (…)`; "" if unknown."""
    if certificate is None:
        return ""
    source = certificate.source
    if certificate.day is not None:
        source = together((source, day_words(certificate.day)), ", ")
    return worded(
        "certified ({source})" if certificate.certified else "not certified ({source})",
        source=source,
    )
