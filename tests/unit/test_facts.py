"""The facts about platforms: every file follows the schema, and states only what is verified."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from rightsdesk.consent import Consent, Permission, Use
from rightsdesk.consent.dialects.platforms.cloudflare import NO_RULE, PARTLY, REFUSALS
from rightsdesk.platforms.registry import NAMES
from rightsdesk.resources import fairly_trained
from rightsdesk.resources.facts import (
    By,
    Control,
    Default,
    PlatformFacts,
    all_facts,
    checked,
    facts_named,
    front_page,
    is_offered,
    platform_facts,
    read_facts,
)
from rightsdesk.resources.strict_toml import FactsError

GUIDED = (
    "x linkedin meta tiktok spotify apple_music deezer bandcamp audiomack mixcloud vimeo "
    "distrokid tunecore cd_baby unitedmasters symphonic landr routenote sureel "
    "spawning vermillio merlin"
)
OTHERS = NAMES.keys() - {"own_site"}  # a person's own site has no terms

SMALLEST = """
name = "Somewhere"
kind = "social"
last_checked = "2026-11"
no_terms = "Nothing was found."
no_control = "No switch was found."
"""
CONTROL = """
[[control]]
id = "switch"
label = "AI"
governs = ["likeness"]
where = ["Settings"]
default = "on"
holds_for = "account"
steps = ["Switch it off."]
evidence = "A help page."
verified = true
[[control.value]]
id = "off"
label = "Off"
means = { likeness = "prohibited" }
[[control.value]]
id = "on"
label = "On"
"""

each_platform = pytest.mark.parametrize("facts", all_facts(), ids=lambda facts: facts.id)
each_control = pytest.mark.parametrize(
    ("facts", "control"),
    [(facts, control) for facts in all_facts() for control in facts.controls],
    ids=lambda value: value.id,
)


def texts(value: object) -> Iterator[tuple[str, str]]:
    """Every text inside a value, with the name of its field."""
    for field in value.__struct_fields__ if isinstance(value, msgspec.Struct) else ():
        inside = getattr(value, field)
        for entry in inside if isinstance(inside, tuple) else (inside,):
            if isinstance(entry, str):
                yield field, entry
            else:
                yield from texts(entry)


# --- every file ----------------------------------------------------------------------------


def test_every_promised_platform_is_included() -> None:
    assert {*GUIDED.split(), *OTHERS} <= {facts.id for facts in all_facts()}


@each_platform
def test_texts_are_whole_sentences(facts: PlatformFacts) -> None:
    for name, text in texts(facts):
        assert text == text.strip()
        if name in ("short", "no_terms", "no_control", "evidence", "steps"):
            assert text == "" or re.match(r"[A-Z“].{10,}[.!?]$", text), f"{name}: {text}"


@each_platform
def test_dates_are_past_and_recent(facts: PlatformFacts) -> None:
    today = max(datetime.date.today(), datetime.date(2026, 11, 22))  # a clock may be slow
    dates = [facts.last_checked, *([facts.terms.date] if facts.terms else [])]
    for date in filter(None, dates):
        day = datetime.date.fromisoformat(date if len(date) > 7 else f"{date}-01")
        assert datetime.date(2023, 1, 1) < day <= today


@each_platform
def test_a_platform_without_findings_states_that(facts: PlatformFacts) -> None:
    assert bool(facts.terms) != bool(facts.no_terms)
    assert bool(facts.controls) != bool(facts.no_control)
    assert facts.terms_line.endswith(f"ooked up {facts.last_checked}.)")


@each_control
def test_values_only_mean_uses_that_the_control_governs(
    facts: PlatformFacts, control: Control
) -> None:
    governed = {Use(name) for name in control.governs}
    for value in control.values:
        assert set(Consent.from_json(value.means)) <= governed, facts.id
    assert len({value.id for value in control.values}) == len(control.values)


@each_control
def test_a_control_set_by_a_person_can_be_set_to_no(facts: PlatformFacts, control: Control) -> None:
    said = [Consent.from_json(value.means) for value in control.values]
    if control.set_by is By.PERSON:
        assert any(consent and set(consent.values()) == {Permission.PROHIBITED} for consent in said)


@each_platform
def test_unverified_facts_are_not_offered(facts: PlatformFacts) -> None:
    assert facts.terms is None or facts.terms.verified
    for listed in (facts.controls, facts.offers, facts.notes):
        assert all(fact.verified for fact in listed)
    for control in facts.controls:
        assert control.link_verified or control.link == front_page(control.link)
    sign_in = facts.sign_in
    assert sign_in.apps_url_verified or sign_in.apps_url == front_page(sign_in.apps_url)


def test_a_platform_without_verified_facts_is_unknown() -> None:
    assert facts_named("SoundExchange") is None
    assert "soundexchange" not in {facts.id for facts in all_facts()}


def test_unverified_facts_stay_in_their_file(tmp_path: Path) -> None:
    file = tmp_path / "here.toml"
    recalled = CONTROL.replace("verified = true", "verified = false")
    file.write_text(SMALLEST.replace('no_control = "No switch was found."\n', "") + recalled)
    written = read_facts(file)
    assert written.controls
    assert not is_offered(written)
    assert checked(written).controls == ()
    assert checked(written).no_control == "RightsDesk knows of no switch there."


def test_an_unverified_address_is_cut_to_its_front_page() -> None:
    [control] = platform_facts("x").controls
    assert control.link == "https://x.com/"
    assert platform_facts("bluesky").sign_in.apps_url == "https://bsky.app/"
    assert platform_facts("sureel").controls[0].link.endswith("/content-onboarding")


def test_a_control_that_is_on_by_default_is_marked() -> None:
    on = {f.id for f in all_facts() for c in f.controls if c.default is Default.ON}
    assert on == {"x", "linkedin", "meta"}


def test_googles_own_use_is_separate_from_youtubes_switch() -> None:
    youtube = platform_facts("youtube")
    assert youtube.controls[0].read_by is By.API
    assert "no switch" in next(n.short for n in youtube.notes if n.about == "Google's own use")


@pytest.mark.parametrize("name", ["CD Baby", "cd-baby", "cdbaby", "cd_baby"])
def test_a_platform_is_found_under_any_spelling(name: str) -> None:
    found = facts_named(name)
    assert found is not None
    assert found.id == "cd_baby"


def test_an_unknown_platform_is_none() -> None:
    assert facts_named("Nowhere") is None


# --- the loader ----------------------------------------------------------------------------


def test_the_smallest_file_is_enough(tmp_path: Path) -> None:
    (tmp_path / "here.toml").write_text(SMALLEST)
    facts = read_facts(tmp_path / "here.toml")
    assert facts.id == "here"
    for listed in (facts.controls, facts.offers, facts.notes, facts.sign_in.asks):
        assert listed == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('name = "Somewhere"', 'name = " "'),
        ('name = "Somewhere"', ""),
        ('name = "Somewhere"', "name = 7"),
        ('"social"', '"sociable"'),
        ('"2026-11"', '"2026-13"'),
        ('"2026-11"', "2026-11-01T10:00:00Z"),
        ('no_terms = "Nothing was found."', ""),
        ('no_control = "No switch was found."', 'no_controls = "Misspelt."'),
        ("name", 'colour = "blue"\nname'),
    ],
)
def test_a_file_that_breaks_the_schema_is_refused(tmp_path: Path, before: str, after: str) -> None:
    assert before in SMALLEST
    (tmp_path / "x.toml").write_text(SMALLEST.replace(before, after, 1))
    with pytest.raises(FactsError, match=r"x\.toml"):
        read_facts(tmp_path / "x.toml")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('steps = ["Switch it off."]', "steps = []"),
        ('steps = ["Switch it off."]', 'steps = [""]'),
        ('evidence = "A help page."', 'evidence = "A help page."\nlink = "http://plain.example"'),
        ('default = "on"', 'default = "sometimes"'),
        ("verified = true", 'verified = "yes"'),
        ('means = { likeness = "prohibited" }', "means = { likeness = 0 }"),
        ('[[control.value]]\nid = "on"\nlabel = "On"\n', ""),
        (CONTROL, CONTROL + CONTROL),
    ],
)
def test_a_control_that_breaks_the_schema_is_refused(
    tmp_path: Path, before: str, after: str
) -> None:
    whole = SMALLEST.replace('no_control = "No switch was found."\n', "") + CONTROL
    (tmp_path / "x.toml").write_text(whole)
    assert read_facts(tmp_path / "x.toml").controls
    (tmp_path / "x.toml").write_text(whole.replace(before, after))
    with pytest.raises(FactsError, match=r"x\.toml"):
        read_facts(tmp_path / "x.toml")


# --- Fairly Trained ------------------------------------------------------------------------


def test_certified_companies_are_found_by_name() -> None:
    assert fairly_trained.is_certified("Boomy")
    assert fairly_trained.is_certified(" beatoven.ai ")
    assert not fairly_trained.is_certified("Boom")


def test_the_clause_has_its_own_date() -> None:
    terms = platform_facts("soundcloud").terms
    assert terms is not None
    assert "since 21 May 2025" in terms.short


def test_every_term_of_cloudflare_has_a_value() -> None:
    control = platform_facts("cloudflare").control("ai_training")
    assert control is not None
    assert {value.id for value in control.values} == {*REFUSALS, PARTLY, NO_RULE}
