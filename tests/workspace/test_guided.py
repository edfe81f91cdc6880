"""Guided platforms: attestations have a date and are compared with the consent."""

import datetime
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from msgspec import structs

from rightsdesk import phrases
from rightsdesk.consent import (
    PRESETS,
    Consent,
    Permission,
    Preset,
    Standing,
    Use,
    compare,
)
from rightsdesk.resources.facts import Control, all_facts, platform_facts
from rightsdesk.roster.artists import add_artist, remove_artist
from rightsdesk.store.database import Database
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.consents.consents import set_consent
from rightsdesk.workspace.guided import attestations
from rightsdesk.workspace.guided import views as guided
from rightsdesk.workspace.guided.attestations import (
    LOOK_AGAIN_AFTER,
    NoSuchDay,
    NothingAttested,
    NotOffered,
)
from rightsdesk.workspace.types import (
    Artist,
    Attestation,
    ControlView,
    Filter,
    Group,
    GuidedView,
    Scope,
    ScopeKind,
)
from tests.unit.strategies import consents

NOW = datetime.datetime(2026, 12, 1, 9, 30, tzinfo=datetime.UTC)
NO_AI, ASK, OPEN = (PRESETS[p] for p in (Preset.NO_AI, Preset.ASK_FIRST, Preset.OPEN))
TRAINING = Use.GENERATIVE_TRAINING


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "x.sqlite3")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def mira(database: Database) -> int:
    """Mira Koval, with preset No AI."""
    artist = add_artist(database, "Mira Koval")
    set_consent(database, Scope(ScopeKind.ARTIST, artist), NO_AI, ())
    return artist


def tell(database: Database, artist: int, platform: str, value: str, **more: Any) -> None:
    given: dict[str, Any] = {"control": "", "at": NOW} | more
    attestations.attest(database, artist_id=artist, platform=platform, value=value, **given)


def look(database: Database, artist: int, platform: str, at: datetime.datetime = NOW) -> GuidedView:
    """The guided view of a platform for an artist."""
    views = guided.views(database, artist, at)
    return next(view for view in views if view.platform == platform)


def view_of(wanted: Consent, platform: str, value: str) -> ControlView:
    """The view of a platform's first switch at one value, for a consent."""
    facts = platform_facts(platform)
    control = facts.controls[0]
    told = Attestation(1, 1, platform, control.id, value, "", NOW.isoformat(), NOW.isoformat())
    return guided.control_view(wanted, facts, control, told, NOW)


# --- telling -------------------------------------------------------------------------------


def test_what_was_told_has_a_date_and_a_note(database: Database, mira: int) -> None:
    tell(database, mira, "x", "off", note=" on the label's account ")
    [told] = attestations.history(database, mira)
    assert (told.platform, told.control, told.value) == ("x", "grok_training", "off")
    assert told.note == "on the label's account"
    assert told.attested_at == "2026-12-01T09:30:00+00:00"
    assert told.remind_at == "2027-05-30T09:30:00+00:00"
    assert look(database, mira, "x").controls[0].attestation == told


def test_the_latest_counts_and_the_earlier_ones_stay_on_record(
    database: Database, mira: int
) -> None:
    tell(database, mira, "x", "on")
    tell(database, mira, "x", "off")
    assert [one.value for one in attestations.history(database, mira)] == ["off", "on"]
    assert look(database, mira, "x").controls[0].says == Consent({TRAINING: Permission.PROHIBITED})


def test_withdrawn_means_that_nothing_is_known_any_more(database: Database, mira: int) -> None:
    for value in ("on", "off"):
        tell(database, mira, "x", value)
    attestations.withdraw(database, artist_id=mira, platform="X", control="", at=NOW)
    assert look(database, mira, "x").standing is Standing.UNKNOWN
    assert {one.withdrawn_at for one in attestations.history(database)} == {NOW.isoformat()}
    with pytest.raises(NothingAttested, match="You have not attested"):
        attestations.withdraw(database, artist_id=mira, platform="x", control="")


@pytest.mark.parametrize(
    ("platform", "control", "value", "words"),
    [
        ("Nowhere", "", "off", "no platform “Nowhere”"),
        ("x", "colour", "off", "no switch “colour”"),
        ("x", "", "maybe", "no value “maybe”"),
        ("audius", "", "off", "several switches"),
        ("spotify", "", "off", "No switch for artists was found"),
        ("bluesky", "", "off", "no value “off”"),
    ],
)
def test_what_is_not_offered_cannot_be_told(
    database: Database, mira: int, platform: str, control: str, value: str, words: str
) -> None:
    with pytest.raises(NotOffered, match=words):
        tell(database, mira, platform, value, control=control)
    assert attestations.history(database) == []


def test_one_artists_word_never_counts_for_another(database: Database, mira: int) -> None:
    other = add_artist(database, "Salt & Signal")
    tell(database, mira, "x", "off")
    assert look(database, other, "x").standing is Standing.UNKNOWN
    assert attestations.history(database, other) == []
    with pytest.raises(NothingAttested):
        attestations.withdraw(database, artist_id=other, platform="x", control="")


def test_it_goes_with_the_artist(database: Database, mira: int) -> None:
    tell(database, mira, "x", "off")
    remove_artist(database, mira)
    assert attestations.history(database) == []


# --- standing ------------------------------------------------------------------------------


def test_what_fits_is_attested_and_never_agrees(database: Database, mira: int) -> None:
    tell(database, mira, "x", "off")
    view = look(database, mira, "x")
    assert view.standing is Standing.ATTESTED
    assert view.controls[0].says == Consent({TRAINING: Permission.PROHIBITED})


def test_untold_is_unknown_whatever_the_default(database: Database, mira: int) -> None:
    for platform in ("x", "landr", "youtube"):
        view = look(database, mira, platform)
        assert view.standing is Standing.UNKNOWN
        assert view.controls[0].says == Consent()


def test_without_a_switch_the_terms_are_all_there_is(database: Database, mira: int) -> None:
    assert look(database, mira, "bandcamp").standing is Standing.TERMS_ONLY
    assert look(database, mira, "mixcloud").standing is Standing.UNKNOWN  # not even terms


def test_a_switch_that_is_read_through_the_api_asks_for_no_word(
    database: Database, mira: int
) -> None:
    assert look(database, mira, "audius").standing is Standing.UNKNOWN
    tell(database, mira, "audius", "on", control="ai_attribution")
    assert look(database, mira, "audius").standing is Standing.CONFLICTS


def test_wider_than_wanted_conflicts() -> None:
    view = view_of(NO_AI, "x", "on")
    assert view.standing is Standing.CONFLICTS
    assert (view.wider, view.narrower) == ((TRAINING,), ())
    assert view.fitting == "off"


def test_narrower_than_wanted_conflicts_where_the_switch_could_say_more() -> None:
    view = view_of(OPEN, "x", "off")
    assert view.standing is Standing.CONFLICTS
    assert (view.wider, view.narrower) == ((), (TRAINING,))
    assert view.fitting == "on"


def test_a_switch_that_cannot_say_ask_me_is_not_blamed_for_saying_no() -> None:
    assert view_of(ASK, "x", "off").standing is Standing.ATTESTED
    assert view_of(ASK, "x", "on").standing is Standing.CONFLICTS
    assert view_of(ASK, "sureel", "limit").standing is Standing.ATTESTED
    assert view_of(ASK, "sureel", "block").standing is Standing.CONFLICTS  # limit says it better


def test_nobody_is_told_to_join_an_offer() -> None:
    view = view_of(OPEN, "landr", "not_joined")
    assert view.standing is Standing.ATTESTED
    assert view.fitting == ""
    assert view_of(NO_AI, "landr", "joined").standing is Standing.CONFLICTS
    assert view_of(NO_AI, "landr", "joined").fitting == "not_joined"


def test_not_entered_in_a_registry_says_nothing() -> None:
    view = view_of(NO_AI, "spawning", "not_registered")
    assert view.standing is Standing.SILENT
    assert view.fitting == "registered"


def test_where_nothing_is_wanted_nothing_disagrees() -> None:
    for value in ("off", "on"):
        view = view_of(Consent(), "x", value)
        assert (view.standing, view.fitting) == (Standing.ATTESTED, "")


@given(wanted=consents)
def test_what_is_advised_never_goes_beyond_the_consent(wanted: Consent) -> None:
    for control in itertools.chain(*(facts.controls for facts in all_facts())):
        advised = guided.fitting(wanted, control)
        if advised:
            assert not compare(wanted, Consent.from_json(advised.means)).wider


# --- looking again -------------------------------------------------------------------------


def test_half_a_year_later_it_is_time_to_look_again(database: Database, mira: int) -> None:
    tell(database, mira, "x", "off")
    due = NOW + LOOK_AGAIN_AFTER
    early = due - datetime.timedelta(seconds=1)
    assert look(database, mira, "x", at=early).controls[0].look_again == ""
    view = look(database, mira, "x", at=due)
    assert "2026-12-01" in view.controls[0].look_again
    assert view.standing is Standing.ATTESTED  # old, and told all the same


@pytest.mark.parametrize(
    ("date", "again"), [("2026-12-02", True), ("2026-12-01", False), ("2026-12", False)]
)
def test_newer_terms_ask_for_another_look(database: Database, date: str, again: bool) -> None:
    facts = platform_facts("x")
    assert facts.terms
    newer = structs.replace(facts, terms=structs.replace(facts.terms, date=date))
    told = view_of(NO_AI, "x", "off").attestation
    assert told
    told = replace(told, remind_at=(NOW + LOOK_AGAIN_AFTER).isoformat())
    sentence = guided.look_again(newer, facts.controls[0], told, NOW)
    assert ("terms changed" in sentence) is again


def test_newer_facts_and_other_choices_ask_for_another_look() -> None:
    facts = platform_facts("x")
    told = view_of(NO_AI, "x", "off").attestation
    assert told
    control: Control = facts.controls[0]
    again = structs.replace(facts, last_checked="2027-01")
    assert "were updated in" in guided.look_again(again, control, told, NOW)
    other = structs.replace(control.values[0], id="another")
    renamed = structs.replace(control, values=(other, *control.values[1:]))
    assert "changed its choices" in guided.look_again(facts, renamed, told, NOW)
    view = guided.control_view(NO_AI, facts, renamed, told, NOW)
    assert (view.standing, view.says) == (Standing.UNKNOWN, Consent())


def test_problems_name_conflicts_and_what_is_due(database: Database, mira: int) -> None:
    tell(database, mira, "x", "on")
    tell(database, mira, "linkedin", "off")
    [conflict] = guided.problems(database, Filter(), NOW)
    assert conflict.kind == "attested"
    assert conflict.where == "X, Mira Koval"
    assert "2026-12-01" in conflict.sentence
    assert "more than you chose: training AI that makes music" in conflict.sentence
    later = guided.problems(database, Filter(artist_id=mira), NOW + LOOK_AGAIN_AFTER)
    assert sorted(one.kind for one in later) == ["attested", "reminder", "reminder"]
    assert guided.problems(database, Filter(artist_id=mira + 1), NOW) == []


# --- another day, and whether they are there at all -----------------------------------------


@pytest.mark.parametrize(
    "zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/St_Johns", "Europe/Berlin"]
)
def test_the_day_when_they_looked_can_be_said(
    database: Database, mira: int, in_zone: Callable[[str], None], zone: str
) -> None:
    """And is that day again wherever it is shown, also more than twelve hours from UTC."""
    in_zone(zone)
    tell(database, mira, "x", "off", on=datetime.date(2026, 5, 3))
    [told] = attestations.history(database, mira)
    assert phrases.iso_day(told.attested_at) == "2026-05-03"
    assert phrases.iso_day(told.remind_at) == "2026-10-30"
    tell(database, mira, "x", "off", remind_on=datetime.date(2026, 12, 24))
    assert phrases.iso_day(attestations.history(database, mira)[0].remind_at) == "2026-12-24"


@pytest.mark.parametrize(
    "days",
    [
        {"on": datetime.date(2026, 12, 3)},
        {"remind_on": datetime.date(2026, 12, 1)},
        {"on": datetime.date(2026, 5, 3), "remind_on": datetime.date(2026, 5, 2)},
    ],
)
def test_a_day_that_cannot_be_is_not_noted(
    database: Database, mira: int, days: dict[str, datetime.date]
) -> None:
    with pytest.raises(NoSuchDay, match=r"day to check again|in the future"):
        tell(database, mira, "x", "off", **days)
    assert attestations.history(database, mira) == []


def test_a_reminder_comes_on_the_day_that_was_chosen(database: Database, mira: int) -> None:
    tell(database, mira, "x", "off", remind_on=datetime.date(2026, 12, 24))
    eve = datetime.datetime(2026, 12, 24, 23).astimezone()
    assert look(database, mira, "x", at=eve).group is Group.LOOK_AGAIN
    assert look(database, mira, "x", at=eve - datetime.timedelta(days=1)).group is Group.DONE


def test_taking_back_brings_what_was_told_before(database: Database, mira: int) -> None:
    tell(database, mira, "x", "off")
    tell(database, mira, "x", "on")
    attestations.take_back(database, attestations.history(database, mira)[0].id)
    assert look(database, mira, "x").standing is Standing.ATTESTED
    with pytest.raises(NothingAttested, match="withdrawn already"):
        attestations.take_back(database, attestations.history(database, mira)[0].id)


def test_a_withdrawal_can_be_undone_and_both_stay_on_record(database: Database, mira: int) -> None:
    tell(database, mira, "x", "off", note="by phone")
    attestations.withdraw(database, artist_id=mira, platform="x", control="")
    again = attestations.attest_again(database, attestations.history(database, mira)[0].id)
    assert look(database, mira, "x").controls[0].attestation == again
    assert (again.note, again.attested_at) == ("by phone", NOW.isoformat())
    assert len(attestations.history(database, mira)) == 2
    with pytest.raises(NothingAttested):
        attestations.attest_again(database, 999)


def test_who_is_not_there_has_nothing_to_do_there(database: Database, mira: int) -> None:
    assert look(database, mira, "x").group is Group.ASK
    attestations.set_presence(database, artist_id=mira, platform="x", here=True)
    assert look(database, mira, "x").group is Group.TO_DO
    attestations.set_presence(database, artist_id=mira, platform="x", here=False)
    view = look(database, mira, "x")
    assert (view.here, view.group) == (False, Group.ASIDE)
    tell(database, mira, "x", "off")
    view = look(database, mira, "x")
    assert (view.here, view.group) == (True, Group.DONE), "to tell of it is to be there"
    tell(database, mira, "x", "on")
    attestations.set_presence(database, artist_id=mira, platform="x", here=False)
    assert guided.problems(database, Filter(), NOW) == []
    attestations.clear_presence(database, artist_id=mira, platform="x")
    assert look(database, mira, "x").group is Group.TO_DO, "to have told of it is to be there"


def test_newer_terms_matter_also_where_there_is_no_switch(database: Database, mira: int) -> None:
    early = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    attestations.set_presence(database, artist_id=mira, platform="soundcloud", here=True, at=early)
    [problem] = guided.problems(database, Filter(), NOW)
    assert problem.kind == "reminder"
    assert "terms changed on 2026-08-17" in problem.sentence


def test_an_offer_that_was_not_joined_is_nothing_to_do(database: Database, mira: int) -> None:
    used = ("landr", "x", "spotify", "soundcloud")
    for platform in used:
        attestations.set_presence(database, artist_id=mira, platform=platform, here=True)
    groups = {platform: look(database, mira, platform).group for platform in used}
    assert groups == {
        "landr": Group.NOTHING,
        "x": Group.TO_DO,
        "spotify": Group.NOTHING,
        "soundcloud": Group.ACCOUNT,
    }
    tell(database, mira, "landr", "joined")
    assert look(database, mira, "landr").group is Group.TO_DO


def test_the_overview_counts_for_each_artist(database: Database, mira: int) -> None:
    other = add_artist(database, "Salt & Signal")
    tell(database, mira, "x", "off")
    attestations.set_presence(database, artist_id=other, platform="x", here=True)
    hers, theirs = guided.overview(database, NOW)
    assert (hers.artist_id, theirs.artist_id) == (mira, other)
    assert hers.groups[Group.DONE] == 1
    assert theirs.groups[Group.TO_DO] == hers.groups[Group.TO_DO] + 1


# --- through the workspace -----------------------------------------------------------------


def test_the_workspace_tells_and_takes_back(workspace: Workspace) -> None:
    artist: Artist = workspace.artists.add("Mira Koval")
    assert workspace.platforms.facts() == all_facts()
    told = workspace.platforms.attest(artist.id, "LinkedIn", "", "off")
    [view] = [v for v in workspace.platforms.guided(artist.id) if v.platform == "linkedin"]
    assert view.controls[0].attestation == told
    workspace.platforms.withdraw(artist.id, "linkedin")
    assert [one.withdrawn_at != "" for one in workspace.platforms.attestations()] == [True]
