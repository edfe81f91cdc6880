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
from rightsdesk.resources.controls import Control
from rightsdesk.resources.facts import all_facts, platform_facts
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
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.guided import Attestation, ControlView, GuidedView, Urgency
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
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


def attest(database: Database, artist: int, platform: str, value: str, **more: Any) -> None:
    given: dict[str, Any] = {"control": "", "at": NOW} | more
    attestations.attest(database, artist_id=artist, platform=platform, value=value, **given)


def guided_view(
    database: Database, artist: int, platform: str, at: datetime.datetime = NOW
) -> GuidedView:
    """The guided view of a platform for an artist."""
    views = guided.views(database, artist, at)
    return next(view for view in views if view.platform == platform)


def view_of(consent: Consent, platform: str, value: str) -> ControlView:
    """The view of a platform's first switch with one attested value, for a consent."""
    facts = platform_facts(platform)
    control = facts.controls[0]
    attestation = Attestation(
        1, 1, platform, control.id, value, "", NOW.isoformat(), NOW.isoformat()
    )
    return guided.control_view(consent, facts, control, attestation, NOW)


# --- attesting -----------------------------------------------------------------------------


def test_an_attestation_has_a_date_and_a_note(database: Database, mira: int) -> None:
    attest(database, mira, "x", "off", note=" on the label's account ")
    [attestation] = attestations.history(database, mira)
    assert (attestation.platform, attestation.control, attestation.value) == (
        "x",
        "grok_training",
        "off",
    )
    assert attestation.note == "on the label's account"
    assert attestation.attested_at == "2026-12-01T09:30:00+00:00"
    assert attestation.remind_at == "2027-05-30T09:30:00+00:00"
    assert guided_view(database, mira, "x").controls[0].attestation == attestation


def test_the_latest_attestation_counts_and_earlier_ones_are_kept(
    database: Database, mira: int
) -> None:
    attest(database, mira, "x", "on")
    attest(database, mira, "x", "off")
    assert [attestation.value for attestation in attestations.history(database, mira)] == [
        "off",
        "on",
    ]
    assert guided_view(database, mira, "x").controls[0].says == Consent(
        {TRAINING: Permission.PROHIBITED}
    )


def test_a_withdrawn_attestation_leaves_the_switch_unknown(database: Database, mira: int) -> None:
    for value in ("on", "off"):
        attest(database, mira, "x", value)
    attestations.withdraw(database, artist_id=mira, platform="X", control="", at=NOW)
    assert guided_view(database, mira, "x").standing is Standing.UNKNOWN
    assert {attestation.withdrawn_at for attestation in attestations.history(database)} == {
        NOW.isoformat()
    }
    with pytest.raises(NothingAttested, match="You have not noted"):
        attestations.withdraw(database, artist_id=mira, platform="x", control="")


@pytest.mark.parametrize(
    ("platform", "control", "value", "words"),
    [
        ("Nowhere", "", "off", "no platform “Nowhere”"),
        ("x", "colour", "off", "no switch “colour”"),
        ("x", "", "maybe", "no value “maybe”"),
        ("audius", "", "off", "several switches"),
        ("spotify", "", "off", "No switch was found"),
        ("bluesky", "", "off", "no value “off”"),
    ],
)
def test_only_offered_values_can_be_attested(
    database: Database, mira: int, platform: str, control: str, value: str, words: str
) -> None:
    with pytest.raises(NotOffered, match=words):
        attest(database, mira, platform, value, control=control)
    assert attestations.history(database) == []


def test_an_attestation_never_counts_for_another_artist(database: Database, mira: int) -> None:
    other = add_artist(database, "Salt & Signal")
    attest(database, mira, "x", "off")
    assert guided_view(database, other, "x").standing is Standing.UNKNOWN
    assert attestations.history(database, other) == []
    with pytest.raises(NothingAttested):
        attestations.withdraw(database, artist_id=other, platform="x", control="")


def test_attestations_are_removed_with_the_artist(database: Database, mira: int) -> None:
    attest(database, mira, "x", "off")
    remove_artist(database, mira)
    assert attestations.history(database) == []


# --- standing ------------------------------------------------------------------------------


def test_a_matching_attestation_is_attested_and_never_agrees(database: Database, mira: int) -> None:
    attest(database, mira, "x", "off")
    view = guided_view(database, mira, "x")
    assert view.standing is Standing.ATTESTED
    assert view.controls[0].says == Consent({TRAINING: Permission.PROHIBITED})


def test_without_an_attestation_a_switch_is_unknown_whatever_its_default(
    database: Database, mira: int
) -> None:
    for platform in ("x", "landr", "youtube"):
        view = guided_view(database, mira, platform)
        assert view.standing is Standing.UNKNOWN
        assert view.controls[0].says == Consent()


def test_without_a_switch_only_the_terms_count(database: Database, mira: int) -> None:
    assert guided_view(database, mira, "bandcamp").standing is Standing.TERMS_ONLY
    # Here not even terms are known.
    assert guided_view(database, mira, "mixcloud").standing is Standing.UNKNOWN


def test_a_switch_that_the_api_reads_needs_no_attestation(database: Database, mira: int) -> None:
    assert guided_view(database, mira, "audius").standing is Standing.UNKNOWN
    attest(database, mira, "audius", "on", control="ai_attribution")
    assert guided_view(database, mira, "audius").standing is Standing.CONFLICTS


def test_a_value_wider_than_the_consent_conflicts() -> None:
    view = view_of(NO_AI, "x", "on")
    assert view.standing is Standing.CONFLICTS
    assert (view.wider, view.narrower) == ((TRAINING,), ())
    assert view.fitting == "off"


def test_a_value_narrower_than_the_consent_conflicts_if_the_switch_offers_more() -> None:
    view = view_of(OPEN, "x", "off")
    assert view.standing is Standing.CONFLICTS
    assert (view.wider, view.narrower) == ((), (TRAINING,))
    assert view.fitting == "on"


def test_no_is_accepted_for_ask_first_if_the_switch_offers_nothing_better() -> None:
    assert view_of(ASK, "x", "off").standing is Standing.ATTESTED
    assert view_of(ASK, "x", "on").standing is Standing.CONFLICTS
    assert view_of(ASK, "sureel", "limit").standing is Standing.ATTESTED
    assert view_of(ASK, "sureel", "block").standing is Standing.CONFLICTS  # "limit" matches better


def test_joining_an_offer_is_never_advised() -> None:
    view = view_of(OPEN, "landr", "not_joined")
    assert view.standing is Standing.ATTESTED
    assert view.fitting == ""
    assert view_of(NO_AI, "landr", "joined").standing is Standing.CONFLICTS
    assert view_of(NO_AI, "landr", "joined").fitting == "not_joined"


def test_an_artist_missing_from_a_registry_is_silent() -> None:
    view = view_of(NO_AI, "sureel", "not_entered")
    assert view.standing is Standing.SILENT
    assert view.fitting == "block"


def test_without_a_consent_nothing_conflicts() -> None:
    for value in ("off", "on"):
        view = view_of(Consent(), "x", value)
        assert (view.standing, view.fitting) == (Standing.ATTESTED, "")


@given(consent=consents)
def test_advice_never_goes_beyond_the_consent(consent: Consent) -> None:
    for control in itertools.chain(*(facts.controls for facts in all_facts())):
        advised = guided.fitting(consent, control)
        if advised:
            assert not compare(consent, Consent.from_json(advised.means)).wider


# --- checking again ------------------------------------------------------------------------


def test_after_half_a_year_a_check_is_due(database: Database, mira: int) -> None:
    attest(database, mira, "x", "off")
    due = NOW + LOOK_AGAIN_AFTER
    early = due - datetime.timedelta(seconds=1)
    assert guided_view(database, mira, "x", at=early).controls[0].look_again == ""
    view = guided_view(database, mira, "x", at=due)
    assert "2026-12-01" in view.controls[0].look_again
    assert view.standing is Standing.ATTESTED  # old, but still attested


@pytest.mark.parametrize(
    ("date", "again"), [("2026-12-02", True), ("2026-12-01", False), ("2026-12", False)]
)
def test_newer_terms_require_another_check(database: Database, date: str, again: bool) -> None:
    facts = platform_facts("x")
    assert facts.terms
    newer = structs.replace(facts, facts=(structs.replace(facts.terms[0], date=date),))
    attestation = view_of(NO_AI, "x", "off").attestation
    assert attestation
    attestation = replace(attestation, remind_at=(NOW + LOOK_AGAIN_AFTER).isoformat())
    sentence = guided.look_again(newer, facts.controls[0], attestation, NOW)
    assert ("terms changed" in sentence) is again


def test_newer_facts_and_other_values_require_another_check() -> None:
    facts = platform_facts("x")
    attestation = view_of(NO_AI, "x", "off").attestation
    assert attestation
    control: Control = facts.controls[0]
    again = structs.replace(facts, last_checked="2027-01")
    assert "were updated in" in guided.look_again(again, control, attestation, NOW)
    other = structs.replace(control.values[0], id="another")
    renamed = structs.replace(control, values=(other, *control.values[1:]))
    assert "changed its choices" in guided.look_again(facts, renamed, attestation, NOW)
    view = guided.control_view(NO_AI, facts, renamed, attestation, NOW)
    assert (view.standing, view.says) == (Standing.UNKNOWN, Consent())


def test_problems_name_conflicts_and_due_checks(database: Database, mira: int) -> None:
    attest(database, mira, "x", "on")
    attest(database, mira, "linkedin", "off")
    [conflict] = guided.problems(database, Filter(), NOW)
    assert conflict.kind == "attested"
    assert conflict.where == "X, Mira Koval"
    assert "2026-12-01" in conflict.sentence
    assert "more than you chose: training AI that makes music" in conflict.sentence
    later = guided.problems(database, Filter(artist_id=mira), NOW + LOOK_AGAIN_AFTER)
    assert sorted(problem.kind for problem in later) == ["attested", "reminder", "reminder"]
    assert guided.problems(database, Filter(artist_id=mira + 1), NOW) == []


# --- another day, and whether they are there at all -----------------------------------------


@pytest.mark.parametrize(
    "zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/St_Johns", "Europe/Berlin"]
)
def test_an_attestation_can_be_dated_back(
    database: Database, mira: int, in_zone: Callable[[str], None], zone: str
) -> None:
    """The same day is shown everywhere, even more than twelve hours from UTC."""
    in_zone(zone)
    attest(database, mira, "x", "off", on=datetime.date(2026, 5, 3))
    [attestation] = attestations.history(database, mira)
    assert phrases.iso_day(attestation.attested_at) == "2026-05-03"
    assert phrases.iso_day(attestation.remind_at) == "2026-10-30"
    attest(database, mira, "x", "off", remind_on=datetime.date(2026, 12, 24))
    assert phrases.iso_day(attestations.history(database, mira)[0].remind_at) == "2026-12-24"


@pytest.mark.parametrize(
    "days",
    [
        {"on": datetime.date(2026, 12, 3)},
        {"remind_on": datetime.date(2026, 12, 1)},
        {"on": datetime.date(2026, 5, 3), "remind_on": datetime.date(2026, 5, 2)},
    ],
)
def test_an_impossible_date_is_refused(
    database: Database, mira: int, days: dict[str, datetime.date]
) -> None:
    with pytest.raises(NoSuchDay, match=r"day to check again|in the future"):
        attest(database, mira, "x", "off", **days)
    assert attestations.history(database, mira) == []


def test_a_reminder_is_due_on_its_date(database: Database, mira: int) -> None:
    attest(database, mira, "x", "off", remind_on=datetime.date(2026, 12, 24))
    eve = datetime.datetime(2026, 12, 24, 23).astimezone()
    assert guided_view(database, mira, "x", at=eve).group is Urgency.LOOK_AGAIN
    assert (
        guided_view(database, mira, "x", at=eve - datetime.timedelta(days=1)).group is Urgency.DONE
    )


def test_withdrawing_restores_the_earlier_attestation(database: Database, mira: int) -> None:
    attest(database, mira, "x", "off")
    attest(database, mira, "x", "on")
    attestations.take_back(database, attestations.history(database, mira)[0].id)
    assert guided_view(database, mira, "x").standing is Standing.ATTESTED
    with pytest.raises(NothingAttested, match="deleted already"):
        attestations.take_back(database, attestations.history(database, mira)[0].id)


def test_a_withdrawal_can_be_undone_and_both_are_recorded(database: Database, mira: int) -> None:
    attest(database, mira, "x", "off", note="by phone")
    attestations.withdraw(database, artist_id=mira, platform="x", control="")
    again = attestations.attest_again(database, attestations.history(database, mira)[0].id)
    assert guided_view(database, mira, "x").controls[0].attestation == again
    assert (again.note, again.attested_at) == ("by phone", NOW.isoformat())
    assert len(attestations.history(database, mira)) == 2
    with pytest.raises(NothingAttested):
        attestations.attest_again(database, 999)


def test_an_absent_artist_has_nothing_to_do(database: Database, mira: int) -> None:
    assert guided_view(database, mira, "x").group is Urgency.ASK
    attestations.set_presence(database, artist_id=mira, platform="x", here=True)
    assert guided_view(database, mira, "x").group is Urgency.TO_DO
    attestations.set_presence(database, artist_id=mira, platform="x", here=False)
    view = guided_view(database, mira, "x")
    assert (view.here, view.group) == (False, Urgency.ASIDE)
    attest(database, mira, "x", "off")
    view = guided_view(database, mira, "x")
    assert (view.here, view.group) == (True, Urgency.DONE), "an attestation implies presence"
    attest(database, mira, "x", "on")
    attestations.set_presence(database, artist_id=mira, platform="x", here=False)
    assert guided.problems(database, Filter(), NOW) == []
    attestations.clear_presence(database, artist_id=mira, platform="x")
    assert guided_view(database, mira, "x").group is Urgency.TO_DO, (
        "an attestation implies presence"
    )


def test_several_answers_are_one_step_and_undone_as_one(workspace: Workspace) -> None:
    artist = workspace.artists.add("Mira Koval")
    deed_ids = workspace.platforms.place_all(artist.id, {"x": True, "meta": False})

    def used() -> dict[str, bool | None]:
        return {view.platform: view.here for view in workspace.platforms.guided(artist.id)}

    assert (used()["x"], used()["meta"]) == (True, False)
    with pytest.raises(NotOffered):
        workspace.platforms.place_all(artist.id, {"linkedin": True, "nowhere": True})
    assert used()["linkedin"] is None, "all or none"
    undo = workspace.history.undo(deed_ids[1])
    assert (used()["x"], used()["meta"], undo.parts) == (None, None, 2)
    workspace.history.redo(undo.id)
    assert (used()["x"], used()["meta"]) == (True, False)


def test_newer_terms_matter_even_without_a_switch(database: Database, mira: int) -> None:
    early = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    attestations.set_presence(database, artist_id=mira, platform="soundcloud", here=True, at=early)
    [problem] = guided.problems(database, Filter(), NOW)
    assert problem.kind == "reminder"
    assert "terms changed on 2026-08-17" in problem.sentence


def test_an_offer_that_was_not_joined_needs_no_action(database: Database, mira: int) -> None:
    used = ("landr", "x", "spotify", "soundcloud")
    for platform in used:
        attestations.set_presence(database, artist_id=mira, platform=platform, here=True)
    groups = {platform: guided_view(database, mira, platform).group for platform in used}
    assert groups == {
        "landr": Urgency.NOTHING,
        "x": Urgency.TO_DO,
        "spotify": Urgency.NOTHING,
        "soundcloud": Urgency.ACCOUNT,
    }
    attest(database, mira, "landr", "joined")
    assert guided_view(database, mira, "landr").group is Urgency.TO_DO


def test_the_overview_counts_per_artist(database: Database, mira: int) -> None:
    other = add_artist(database, "Salt & Signal")
    attest(database, mira, "x", "off")
    attestations.set_presence(database, artist_id=other, platform="x", here=True)
    hers, theirs = guided.overview(database, NOW)
    assert (hers.artist_id, theirs.artist_id) == (mira, other)
    assert hers.groups[Urgency.DONE] == 1
    assert theirs.groups[Urgency.TO_DO] == hers.groups[Urgency.TO_DO] + 1


# --- through the workspace -----------------------------------------------------------------


def test_the_workspace_attests_and_withdraws(workspace: Workspace) -> None:
    artist: Artist = workspace.artists.add("Mira Koval")
    assert workspace.platforms.facts() == all_facts()
    attestation = workspace.platforms.attest(artist.id, "LinkedIn", "", "off")
    [view] = [v for v in workspace.platforms.guided(artist.id) if v.platform == "linkedin"]
    assert view.controls[0].attestation == attestation
    workspace.platforms.withdraw(artist.id, "linkedin")
    assert [
        attestation.withdrawn_at != "" for attestation in workspace.platforms.attestations()
    ] == [True]


def test_what_was_answered_for_one_artist_is_offered_for_the_next(workspace: Workspace) -> None:
    first, second = workspace.artists.add("Mira Koval"), workspace.artists.add("Salt and Signal")
    platforms = workspace.platforms
    assert platforms.answered_last(second.id) is None
    platforms.place_all(first.id, {"x": True, "meta": False, "linkedin": True})
    found = platforms.answered_last(second.id)
    assert found is not None
    assert (found.artist, found.platforms) == ("Mira Koval", frozenset({"x", "linkedin"}))
    assert platforms.answered_last(first.id) is None, "not the artist's own answers"
    platforms.place_all(first.id, {"x": None, "linkedin": None})
    assert platforms.answered_last(second.id) is None
