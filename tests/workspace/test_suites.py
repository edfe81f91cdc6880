"""A carrier is measured by the uses it can state; every other use is a loss."""

import pytest
from hypothesis import given

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Standing, Use
from rightsdesk.consent.dialects.suites import FILE_SUITE, SIDECAR_SUITE
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.files.owned import OWNED
from rightsdesk.store import texts
from rightsdesk.workspace.status.standings import comparison
from rightsdesk.workspace.suites import sayable, suite_of
from tests.unit.strategies import declarations

CARRIERS = list(CarrierId)
NO_AI = PRESETS[Preset.NO_AI]


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("preset", [Preset.NO_AI, Preset.ASK_FIRST])
def test_the_expectation_of_a_carrier_is_never_wider_than_the_consent(
    carrier: CarrierId, preset: Preset
) -> None:
    consent = PRESETS[preset]
    for use, answer in sayable(carrier, consent).items():
        assert answer.rank <= consent[use].rank


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_carrier_that_states_all_it_can_agrees(carrier: CarrierId) -> None:
    said = suite_of(carrier).after({}, Declaration(NO_AI)).consent
    if any(use in said for use in NO_AI):
        assert comparison(carrier, NO_AI, texts.dump_consent(said)).standing is Standing.AGREES


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_carrier_that_states_nothing_or_yes_never_agrees(carrier: CarrierId) -> None:
    open_to_all = texts.dump_consent(Consent({Use.GENERATIVE_TRAINING: Permission.ALLOWED}))
    assert comparison(carrier, NO_AI, "{}").standing is Standing.SILENT
    assert comparison(carrier, NO_AI, open_to_all).standing is not Standing.AGREES


@given(declarations)
def test_a_written_sidecar_agrees_with_every_consent(declared: Declaration) -> None:
    """This holds even if the sentence, which states the most in XMP, is turned off."""
    said = SIDECAR_SUITE.after({}, declared).consent
    if said:
        result = comparison(CarrierId.SIDECARS, declared.consent, texts.dump_consent(said))
        assert result.standing is Standing.AGREES


@given(declarations)
def test_a_file_and_its_sidecar_never_contradict_when_both_are_written(
    declared: Declaration,
) -> None:
    file = FILE_SUITE.edit({}, declared, OWNED)
    alone = FILE_SUITE.read(file)
    both = FILE_SUITE.together([file, SIDECAR_SUITE.edit({}, declared)])
    assert both.conflicts == alone.conflicts
    for use, answer in alone.consent.items():
        assert both.consent[use].rank <= answer.rank
