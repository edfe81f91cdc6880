"""The facts about platforms: every file follows the schema, and states only what is verified."""

import datetime
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from rightsdesk.consent import Consent, Permission, Use
from rightsdesk.consent.dialects.platforms.cloudflare import NO_RULE, PARTLY, REFUSALS
from rightsdesk.platforms.registry import NAMES
from rightsdesk.resources import facts as facts_module
from rightsdesk.resources import fairly_trained
from rightsdesk.resources.controls import By, Control
from rightsdesk.resources.facts import (
    DefaultDirection,
    PlatformFacts,
    PlatformPlace,
    all_facts,
    decoded,
    facts_named,
    facts_of,
    front_page,
    platform_facts,
    read_facts,
)
from rightsdesk.resources.findings import Strength, TextKind
from rightsdesk.resources.said import age, direction_says, fact_known, fact_says
from rightsdesk.resources.strict_toml import FactsError

GUIDED = (
    "x linkedin meta tiktok spotify apple_music deezer bandcamp audiomack mixcloud vimeo "
    "distrokid tunecore cd_baby unitedmasters symphonic landr routenote amazon_music tidal qobuz "
    "traxsource beatport pandora reverbnation bandlab splice freesound lastfm myspace dailymotion "
    "twitch kick reddit discord tumblr pinterest snapchat mastodon substack medium patreon "
    "squarespace wix shopify github google_drive icloud dropbox wetransfer mediafire zoom adobe "
    "canva deviantart artstation amuse ditto awal"
)
REGISTRIES = (
    "merlin sureel spawning soundexchange vermillio liccium musical_ai fairly_trained gema sacem "
    "stim prs ascap bmi socan"
)
AI_MAKERS = "suno udio elevenlabs stability openai anthropic google_ai xai meta_ai"

SMALLEST = """
name = "Somewhere"
kind = "social"
last_checked = "2026-11"
direction = "unknown"
short = "Nothing was found."
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
strength = "reported"
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
    listed = {
        PlatformPlace.PLATFORMS: {*GUIDED.split(), *NAMES},
        PlatformPlace.REGISTRIES: {*REGISTRIES.split()},
    }
    listed[PlatformPlace.AI_MAKERS] = {*AI_MAKERS.split()}
    for place, names in listed.items():
        assert names <= {facts.id for facts in all_facts() if facts.place is place}


@each_platform
def test_texts_are_whole_sentences(facts: PlatformFacts) -> None:
    for name, text in texts(facts):
        assert text == text.strip()
        if name in ("short", "why_no_control", "evidence", "steps", "covers"):
            assert text == "" or re.match(r"[A-Z“].{10,}[.!?]$", text), f"{name}: {text}"


@each_platform
def test_dates_are_past(facts: PlatformFacts) -> None:
    today = max(datetime.date.today(), datetime.date(2026, 11, 29))  # a clock may be slow
    for date in filter(None, [facts.last_checked, *(fact.date for fact in facts.facts)]):
        day = datetime.date.fromisoformat(f"{date}-01-01"[:10])
        assert datetime.date(2021, 1, 1) < day <= today


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
def test_addresses_that_were_never_opened_are_cut(facts: PlatformFacts) -> None:
    for control in facts.every_control:
        assert control.link_verified or control.link == front_page(control.link)
    sign_in = facts.sign_in
    assert sign_in.apps_url_verified or sign_in.apps_url == front_page(sign_in.apps_url)


# --- the rules of the November list ---------------------------------------------------------


@each_platform
def test_only_strong_facts_with_a_sure_place_are_steps(facts: PlatformFacts) -> None:
    assert len(facts.controls) + len(facts.reported) == len(facts.every_control)
    for control in facts.controls:
        assert control.strength in (Strength.DOCUMENT, Strength.REPORTED)
        assert control.show_as_step
        assert control.steps
    for control in facts.reported:
        assert facts.control(control.id) is None
        assert control.strength is Strength.SINGLE or not control.show_as_step


@each_platform
def test_silence_is_neither_a_yes_nor_a_no(facts: PlatformFacts) -> None:
    for fact in facts.facts:
        says = fact_says(fact)
        assert (f"No word on AI in the version of {fact.date}." in says) == fact.silent
    if facts.direction is DefaultDirection.SILENT:
        says = direction_says(facts)
        assert says.startswith("No word on AI in the version of 20")
        assert says.endswith("That is neither a yes nor a no.")


@each_platform
def test_of_an_archived_text_only_the_newest_version_held_is_spoken_of(
    facts: PlatformFacts,
) -> None:
    for fact in facts.facts:
        known = " ".join(fact_known(fact, facts.last_checked, datetime.date(2026, 11, 29)))
        assert ("The newest version held is of" in known) == bool(fact.archive)
        assert ("may have stopped" in known) == fact.maybe_stale
    if any(fact.maybe_stale for fact in facts.facts):
        assert not [
            text for _, text in texts(facts) if re.search(r"terms (say|forbid|allow)", text)
        ]


@each_platform
def test_what_was_not_found_is_no_task(facts: PlatformFacts) -> None:
    if facts.direction is DefaultDirection.UNKNOWN:
        assert not facts.minutes
        assert not any(control.set_by is By.PERSON for control in facts.controls)


@each_platform
def test_editions_name_their_region(facts: PlatformFacts) -> None:
    for fact in facts.facts:
        assert fact_says(fact).startswith(f"{fact.region}: ") or not fact.region
        us = "vlopses-us" in fact.archive and facts.id == "tiktok"
        assert not us or fact.region == "US"
        assert not fact.archive.startswith("france-") or fact.region == "France"


def test_stopped_archives_are_known() -> None:
    stale = {f.id for f in all_facts() if any(fact.maybe_stale for fact in f.facts)}
    assert stale == {"distrokid", "lastfm", "mediafire", "vimeo"}


def test_the_critique_stands_beside_soundclouds_clause() -> None:
    clause, critique, *rest = platform_facts("soundcloud").facts
    assert clause.about is TextKind.TERMS
    assert critique.about is TextKind.CRITIQUE
    assert "Newton-Rex" in critique.short
    assert [fact.about for fact in rest].count(TextKind.STATEMENT) == 2
    assert [control.id for control in platform_facts("soundcloud").reported] == [
        "generative_training"
    ]


def test_a_registry_that_never_opened_is_no_step() -> None:
    found = facts_named("SoundExchange")
    assert found is not None
    assert not found.every_control


def test_a_switch_of_one_source_is_reported_only() -> None:
    for platform in ("pinterest", "snapchat", "openai", "anthropic", "artstation", "spawning"):
        facts = platform_facts(platform)
        assert not facts.controls
        assert facts.reported
        assert facts.no_control.startswith("A switch is said to exist, but its name or its place")


def test_an_unverified_address_is_cut_to_its_front_page() -> None:
    [control] = platform_facts("x").controls
    assert control.link == "https://x.com/"
    assert platform_facts("bluesky").sign_in.apps_url == "https://bsky.app/"
    assert platform_facts("sureel").controls[0].link.endswith("/content-onboarding")


def test_what_holds_by_default_is_known_by_its_meaning() -> None:
    """“Prevent third-party sharing” is off by default: then the uses are not refused."""
    by_person = [(f.id, c) for f in all_facts() for c in f.controls if c.set_by is By.PERSON]
    assert {platform for platform, control in by_person if control.permits_by_default} == {
        *("x", "linkedin", "meta", "github", "dropbox", "adobe"),
        *("tumblr", "substack", "squarespace", "wix", "medium", "freesound"),
    }


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
        ('short = "Nothing was found."', ""),
        ('direction = "unknown"', 'direction = "sideways"'),
        ('direction = "unknown"', 'direction = "silent"'),
        ('short = "Nothing', 'no_controls = "Misspelt."\nshort = "Nothing'),
        ('short = "Nothing', 'check_again = "soon"\nshort = "Nothing'),
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
        ('strength = "reported"', 'strength = "rumour"'),
        ('strength = "reported"', ""),
        ('default = "on"', 'default = "value"'),
        ('default = "on"', 'default = "value"\ndefault_value = "elsewhere"'),
        ('default = "on"', 'default_value = "on"\ndefault = "on"'),
        ('means = { likeness = "prohibited" }', "means = { likeness = 0 }"),
        ('[[control.value]]\nid = "on"\nlabel = "On"\n', ""),
        (CONTROL, CONTROL + CONTROL),
    ],
)
def test_a_control_that_breaks_the_schema_is_refused(
    tmp_path: Path, before: str, after: str
) -> None:
    whole = SMALLEST + CONTROL
    (tmp_path / "x.toml").write_text(whole)
    assert read_facts(tmp_path / "x.toml").controls
    (tmp_path / "x.toml").write_text(whole.replace(before, after))
    with pytest.raises(FactsError, match=r"x\.toml"):
        read_facts(tmp_path / "x.toml")


FACT = """
[[fact]]
about = "terms"
short = "Nobody may train on it."
document = "Somewhere, Terms of Service"
date = 2026-05-03
archive = "contrib-versions 0123abc"
strength = "document"
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"terms"', '"hearsay"'),
        ('short = "Nobody may train on it."', ""),
        ("date = 2026-05-03", ""),
        ("date = 2026-05-03", 'date = "spring"'),
        ('archive = "contrib-versions 0123abc"', 'archive = "somewhere"'),
        ('archive = "contrib-versions 0123abc"', "maybe_stale = true"),
        ('strength = "document"', ""),
        ('strength = "document"', f'strength = "document"\nquote = "{"word " * 21}"'),
        ('strength = "document"', 'strength = "document"\nquote = "word"\nsilent = true'),
    ],
)
def test_a_fact_that_breaks_the_schema_is_refused(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / "x.toml").write_text(SMALLEST + FACT)
    assert read_facts(tmp_path / "x.toml").terms_date == "2026-05-03"
    assert before in FACT
    (tmp_path / "x.toml").write_text(SMALLEST + FACT.replace(before, after))
    with pytest.raises(FactsError, match=r"x\.toml"):
        read_facts(tmp_path / "x.toml")


@pytest.mark.parametrize(
    ("date", "old"),
    [
        ("2026-11-02", ""),
        ("2026-10-30", ""),
        ("2026-10-29", "1 month"),
        ("2026-10", "1 month"),
        ("2026-05-29", "6 months"),
        ("2024-12-01", "23 months"),
        ("2024-11", "2 years"),
        ("2023", "2 years"),
        ("2021-02-15", "5 years"),
    ],
)
def test_the_age_of_a_fact(date: str, old: str) -> None:
    assert age(date, datetime.date(2026, 11, 29)) == old


# --- Fairly Trained ------------------------------------------------------------------------


def test_certified_companies_are_found_by_name() -> None:
    assert fairly_trained.is_certified("Boomy")
    assert fairly_trained.is_certified(" beatoven.ai ")
    assert not fairly_trained.is_certified("Boom")


def test_every_term_of_cloudflare_has_a_value() -> None:
    control = platform_facts("cloudflare").control("ai_training")
    assert control is not None
    assert {value.id for value in control.values} == {*REFUSALS, PARTLY, NO_RULE}


def test_only_what_is_wanted_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """`status` with attestations reads the platforms in use, not all of them."""
    seen: list[bytes] = []

    def counting(line: bytes) -> PlatformFacts:
        seen.append(line)
        return decoded(line)

    monkeypatch.setattr(facts_module, "decoded", counting)
    facts_module._facts.cache_clear()
    found = facts_of(frozenset({"x", "tiktok", "nowhere"}))
    assert [facts.id for facts in found] == ["tiktok", "x"]
    assert len(seen) == 2


AT_ONCE = """
import sys, threading
from rightsdesk.resources.facts import all_facts

go = threading.Barrier(4)

def read():
    go.wait()
    assert len(all_facts()) > 90

sys.setswitchinterval(1e-5)
threads = [threading.Thread(target=read) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_several_threads_can_read_the_facts_first() -> None:
    """msgspec crashes if two threads decode a type for the first time."""
    done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
