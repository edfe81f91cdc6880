"""What a consent is, how consents overlay each other, and what counts as widening."""

from collections.abc import Mapping

import pytest
from hypothesis import given

from rightsdesk.consent import (
    PRESETS,
    Consent,
    Permission,
    Preset,
    Standing,
    Use,
    compare,
    preset_of,
    read_as,
    widened,
)
from rightsdesk.consent.consent import strictest
from rightsdesk.consent.words import standing_name
from tests.unit.strategies import consents

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
G, T, SEARCH = Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.SEARCH

Answers = Mapping[Use, Permission]


def test_a_consent_keeps_the_order_of_the_uses_and_can_be_a_key() -> None:
    first = Consent({SEARCH: YES, G: NO})
    second = Consent({G: NO, SEARCH: YES})
    assert list(first) == [G, SEARCH]
    assert first == second
    assert {first: 1}[second] == 1


def test_a_consent_never_changes() -> None:
    with pytest.raises(AttributeError):
        Consent()._answers = ()  # this must fail


def test_a_word_that_is_not_a_use_or_a_permission_is_refused() -> None:
    with pytest.raises(ValueError, match="remix"):
        Consent.from_json({"remix": "allowed"})
    with pytest.raises(ValueError, match="maybe"):
        Consent.from_json({"search": "maybe"})


@given(consents)
def test_json_keeps_everything(consent: Consent) -> None:
    assert Consent.from_json(consent.to_json()) == consent


@given(consents, consents)
def test_the_upper_consent_wins_only_for_the_uses_it_states(low: Consent, up: Consent) -> None:
    result = low.overlaid(up)
    assert all(result[use] == up[use] for use in up)
    assert all(result[use] == low[use] for use in low if use not in up)
    assert set(result) == set(low) | set(up)


@given(consents, consents)
def test_the_strictest_permission_is_never_wider_than_any(a: Consent, b: Consent) -> None:
    together = strictest([a, b])
    for consent in (a, b):
        assert all(together[use].rank <= consent[use].rank for use in consent)


@pytest.mark.parametrize(
    ("before", "after", "opens"),
    [
        ({G: NO}, {G: ASK}, True),
        ({G: ASK}, {G: YES}, True),
        ({G: NO}, {}, True),
        ({G: ASK}, {}, True),
        ({}, {G: YES}, True),
        ({G: YES}, {G: NO}, False),
        ({G: YES}, {}, False),
        ({}, {G: ASK}, False),
        ({}, {SEARCH: YES}, False),
        ({SEARCH: NO}, {SEARCH: YES}, True),
    ],
)
def test_what_counts_as_widening(before: Answers, after: Answers, opens: bool) -> None:
    assert bool(widened(Consent(before), Consent(after))) is opens


@given(consents)
def test_no_ai_over_an_empty_consent_widens_nothing(consent: Consent) -> None:
    assert widened(Consent(), PRESETS[Preset.NO_AI]) == ()
    assert widened(consent, consent) == ()


@pytest.mark.parametrize("name", Preset)
def test_presets_differ_from_each_other(name: Preset) -> None:
    assert preset_of(PRESETS[name]) is name
    assert preset_of(Consent({G: NO})) is None


@pytest.mark.parametrize("name", [p for p in Preset if p is not Preset.OPEN])
def test_only_the_open_preset_opts_in(name: Preset) -> None:
    assert widened(Consent(), PRESETS[name]) == ()


def test_comparing_names_what_is_wider_narrower_and_missing() -> None:
    comparison = compare(Consent({G: ASK, T: ASK, SEARCH: YES}), Consent({G: YES, T: NO}))
    assert comparison.standing is Standing.CONFLICTS
    assert (comparison.wider, comparison.narrower, comparison.missing) == ((G,), (T,), (SEARCH,))


def test_a_carrier_that_states_a_part_is_silent_on_the_rest() -> None:
    assert compare(Consent({G: NO, T: NO}), Consent({G: NO})).standing is Standing.SILENT
    assert compare(Consent({G: NO}), Consent({G: NO, T: NO})).standing is Standing.AGREES
    assert compare(Consent(), Consent()).standing is Standing.SILENT


def test_without_a_consent_nothing_agrees() -> None:
    said = Consent({Use.SEARCH: Permission.ALLOWED})
    assert compare(Consent(), said).standing is Standing.UNCHOSEN
    assert compare(Consent(), Consent()).standing is Standing.SILENT
    assert compare(said, said).standing is Standing.AGREES


def test_a_carrier_that_states_a_part_is_not_called_silent() -> None:
    said = Consent({Use.SEARCH: Permission.ALLOWED})
    assert standing_name(Standing.SILENT, Consent()) == "silent"
    assert standing_name(Standing.SILENT, said) == "partly"
    assert standing_name(Standing.CONFLICTS, said) == "says otherwise"


def test_a_reading_that_only_reserves_more_goes_by_the_name_of_what_was_declared() -> None:
    declared, no_ai = PRESETS[Preset.NO_GENERATIVE], PRESETS[Preset.NO_AI]
    assert read_as(no_ai, declared) == declared
    assert read_as(PRESETS[Preset.OPEN], declared) == PRESETS[Preset.OPEN]
    less = Consent({use: answer for use, answer in declared.items() if use is not Use.LIKENESS})
    assert read_as(less, declared) == less, "what lacks an answer keeps its own name"
    allows_more = Consent({**declared, Use.OTHER_TRAINING: Permission.ALLOWED})
    assert read_as(allows_more, declared) == allows_more
    assert read_as(no_ai, None) == no_ai
