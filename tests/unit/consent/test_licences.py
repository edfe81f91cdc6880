"""Licences as values: days in time zones, territories, and how several of them combine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.consent import Consent, Permission, Use
from rightsdesk.consent.licences.agreement import Agreement, Certificate, Contract
from rightsdesk.consent.licences.flaws import LicenceFlaw
from rightsdesk.consent.licences.grant import Grant, beyond, common, merged, newly_granted
from rightsdesk.consent.licences.licence import Covered, Licence, LicenceState
from rightsdesk.consent.licences.period import Period, last_day_before, parse_day, zone_named
from rightsdesk.consent.licences.territory import (
    NOWHERE,
    WORLD,
    Territory,
    all_countries,
    eu_members,
    parse_territory,
)
from rightsdesk.consent.licences.words import (
    ended_on,
    place_names,
    state_words,
    with_grants,
)
from tests.unit.strategies import consents, grants, licensed_to

G, T = Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING
NYE = date(2027, 12, 31)
KLAY = Agreement("Klay", frozenset({G}), period=Period(None, NYE, "Europe/Berlin"))


def licence(agreement: Agreement = KLAY, ended_at: datetime | None = None) -> Licence:
    return Licence(1, agreement, Covered(frozenset({1})), ended_at)


# --- days ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("UTC", datetime(2028, 1, 1, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 12, 31, 23, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2028, 1, 1, 8, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2027, 12, 31, 18, 30, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2027, 12, 31, 10, tzinfo=UTC)),
        ("UTC-09:30", datetime(2028, 1, 1, 9, 30, tzinfo=UTC)),
    ],
)
def test_the_last_day_ends_at_midnight_in_the_licences_own_zone(zone: str, ends: datetime) -> None:
    one = licence(replace(KLAY, period=Period(None, NYE, zone)))
    assert one.agreement.period.ends == ends
    assert one.state(ends - timedelta(seconds=1)) is LicenceState.HOLDS
    assert one.state(ends) is LicenceState.ENDED


def test_the_computers_own_zone_makes_no_difference(in_zone: Callable[[str], None]) -> None:
    moments = []
    for zone in ("Pacific/Auckland", "America/Anchorage"):
        in_zone(zone)
        moments.append(Period(NYE, NYE, "Europe/Berlin"))
        assert moments[-1].ends == datetime(2027, 12, 31, 23, tzinfo=UTC)
        assert moments[-1].starts == datetime(2027, 12, 30, 23, tzinfo=UTC)


def test_a_midnight_that_clocks_skip_is_still_a_moment() -> None:
    cairo = Period(None, date(2026, 4, 23), "Africa/Cairo")  # clocks go from 0:00 to 1:00
    assert cairo.ends == datetime(2026, 4, 23, 22, tzinfo=UTC)


def test_days_left_count_in_the_licences_zone() -> None:
    one = licence()
    assert one.days_left(datetime(2027, 12, 30, 22, 59, tzinfo=UTC)) == 1
    assert one.days_left(datetime(2027, 12, 30, 23, tzinfo=UTC)) == 0
    assert one.ends_within(30, datetime(2027, 12, 1, 12, tzinfo=UTC))
    assert not one.ends_within(29, datetime(2027, 12, 1, 12, tzinfo=UTC))
    assert (
        licence(replace(KLAY, period=Period())).days_left(datetime(2030, 1, 1, tzinfo=UTC)) is None
    )


def test_an_early_end_counts() -> None:
    ended = licence(ended_at=datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    assert ended.last_day == date(2026, 12, 1)
    assert ended.state(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) is LicenceState.ENDED
    assert ended_on("Klay", ended.last_day) == "The licence of Klay ended on 1 Dec 2026."
    now = datetime(2027, 1, 1, tzinfo=UTC)
    assert state_words(ended, now) == "ended on 1 Dec 2026, agreed until 31 Dec 2027"
    endless = replace(ended, agreement=replace(KLAY, period=Period()))
    assert state_words(endless, now) == "ended on 30 Nov 2026"


@pytest.mark.parametrize(
    "period",
    [
        Period(NYE, date(2027, 1, 1)),
        Period(None, date(1066, 1, 1)),
        Period(None, date(3000, 1, 1)),
        Period(None, NYE, "Europe/Nowhere"),
        Period(None, NYE, "../../etc/passwd"),
        Period(None, NYE, ""),
    ],
)
def test_impossible_periods_are_refused(period: Period) -> None:
    with pytest.raises(LicenceFlaw):
        period.check()


def test_days_and_offsets_are_read_strictly() -> None:
    assert parse_day("") is None
    for text in ("31.12.2027", "2027-02-30", "soon"):
        with pytest.raises(LicenceFlaw):
            parse_day(text)
    assert zone_named("UTC+05:30").utcoffset(None) == timedelta(hours=5, minutes=30)
    with pytest.raises(LicenceFlaw):
        last_day_before(datetime(2028, 1, 1, 1, tzinfo=UTC))


# --- territories -----------------------------------------------------------------------------


def test_the_lists_of_countries() -> None:
    assert len(all_countries()) == 249
    assert len(eu_members()) == 27
    assert eu_members() < all_countries()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("world", "world"),
        ("", "world"),
        ("eu, ch except fr", "EU, CH except FR"),
        ("world except us CA", "world except CA, US"),
        ("de", "DE"),
    ],
)
def test_territories_are_written_as_they_are_read(text: str, written: str) -> None:
    assert str(parse_territory(text)) == written
    assert parse_territory(written) == parse_territory(text)


@pytest.mark.parametrize(
    "text", ["Atlantis", "XX", "DE except DE", "world DE", "world except", "EU except EU"]
)
def test_impossible_territories_are_refused(text: str) -> None:
    with pytest.raises(LicenceFlaw):
        parse_territory(text)


def test_territories_within_each_other() -> None:
    eu = parse_territory("EU")
    assert WORLD.covers(eu)
    assert not eu.covers(WORLD)
    assert eu.covers(parse_territory("DE, FR"))
    assert parse_territory("EU except FR").within(parse_territory("FR, DE")) == Territory(
        frozenset({"DE"})
    )
    assert parse_territory("US").within(eu) == NOWHERE
    assert place_names(parse_territory("CH, EU except FR")) == (
        "the EU and Switzerland, except France"
    )


# --- agreements ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "flawed",
    [
        replace(KLAY, partner=" "),
        replace(KLAY, uses=frozenset()),
        replace(KLAY, partner="two\nlines"),
        replace(KLAY, site="klay"),
        replace(KLAY, site="https://klay.example/\n"),
        replace(KLAY, reference="x" * 300),
        replace(KLAY, document=Contract("a.pdf", "beef")),
        replace(KLAY, certificate=Certificate(True, "")),
        replace(KLAY, note="x" * 5000),
    ],
)
def test_flawed_agreements_are_refused_in_plain_words(flawed: Agreement) -> None:
    with pytest.raises(LicenceFlaw) as refused:
        flawed.check()
    assert refused.value.untouched == "Nothing was changed."
    assert refused.value.sentence.endswith(".")


def test_an_agreement_survives_the_store() -> None:
    full = Agreement(
        "Klay",
        frozenset({G, T}),
        parse_territory("EU except FR"),
        Period(date(2026, 1, 1), NYE, "Europe/Berlin"),
        "https://klay.example",
        *("ISNI 1", "2026-17", "Signed in May."),
        Contract("contract.pdf", "ab" * 32, kept=True),
        Certificate(False, "its own page", date(2026, 11, 1)),
    )
    full.check()
    assert Agreement.from_json(full.to_json()) == full


def test_licences_in_words() -> None:
    now = datetime(2027, 12, 19, 12, tzinfo=UTC)
    assert state_words(licence(), now) == "ends in 12 days"
    assert state_words(licence(), now + timedelta(days=12)) == "ends today"
    assert state_words(licence(), now - timedelta(days=90)) == "holds until 31 Dec 2027"
    assert state_words(licence(), now + timedelta(days=90)) == "ended on 31 Dec 2027"
    assert with_grants("No AI", (KLAY.grant,)) == "No AI, except Klay until 2027"
    june = replace(KLAY.grant, period=Period(None, date(2028, 6, 30)), partner="Vale")
    assert with_grants("No AI", (KLAY.grant, june)) == (
        "No AI, except Klay until 2027 and Vale until 30 Jun 2028"
    )
    assert with_grants("No AI", ()) == "No AI"


# --- several licences ------------------------------------------------------------------------


@given(data=st.data(), some=licensed_to)
def test_the_order_of_licences_makes_no_difference(
    data: st.DataObject, some: tuple[Grant, ...]
) -> None:
    shuffled = data.draw(st.permutations(some))
    assert merged(shuffled) == merged(some)
    assert merged(merged(some)) == merged(some)
    assert newly_granted(some, merged(some)) == ()
    assert newly_granted(merged(some), some) == ()


@given(one=licensed_to, other=licensed_to)
def test_what_several_artists_license_together_is_in_each_licence(
    one: tuple[Grant, ...], other: tuple[Grant, ...]
) -> None:
    both = common(one, other)
    assert both == common(other, one)
    assert newly_granted(one, both) == newly_granted(other, both) == ()
    assert newly_granted(common(one, one), one) == ()


@given(some=licensed_to, consent=consents)
def test_what_everyone_may_do_is_no_grant(some: tuple[Grant, ...], consent: Consent) -> None:
    for grant in beyond(some, consent):
        assert all(consent.get(use) is not Permission.ALLOWED for use in grant.uses)
    assert newly_granted(some, beyond(some, consent)) == ()


@given(grant=grants)
def test_less_time_or_fewer_places_open_nothing(grant: Grant) -> None:
    shorter = replace(grant, period=Period(None, date(2000, 1, 1)))
    narrower = replace(grant, territory=Territory(frozenset({min(grant.territory.countries)})))
    assert newly_granted([grant], [shorter, narrower]) == ()
