"""A carrier is measured by what it has words for; what it lacks is told as a loss."""

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Standing, Use
from rightsdesk.platforms.catalogue import PLATFORMS
from rightsdesk.store import texts
from rightsdesk.workspace.standings import verdict
from rightsdesk.workspace.suites import sayable, suite_of

CARRIERS = ["file", *(platform.id for platform in PLATFORMS)]
NO_AI = PRESETS[Preset.NO_AI]


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("preset", [Preset.NO_AI, Preset.ASK_FIRST])
def test_what_a_carrier_expects_is_never_wider_than_the_wish(carrier: str, preset: Preset) -> None:
    wanted = PRESETS[preset]
    for use, answer in sayable(carrier, wanted).items():
        assert answer.rank <= wanted[use].rank


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_carrier_that_says_all_it_can_agrees(carrier: str) -> None:
    said = suite_of(carrier).after({}, Declaration(NO_AI)).consent
    if any(use in said for use in NO_AI):
        assert verdict(carrier, NO_AI, texts.dump_consent(said)).standing is Standing.AGREES


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_carrier_that_says_nothing_or_yes_never_agrees(carrier: str) -> None:
    open_to_all = texts.dump_consent(Consent({Use.GENERATIVE_TRAINING: Permission.ALLOWED}))
    assert verdict(carrier, NO_AI, "{}").standing is Standing.SILENT
    assert verdict(carrier, NO_AI, open_to_all).standing is not Standing.AGREES
