"""PLUS data mining: its nine values, and which of them is written."""

from collections.abc import Mapping

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects import DialectError
from rightsdesk.consent.dialects.files.plus import (
    CONSTRAINTS,
    MEANINGS,
    VALUE,
    VOCABULARY,
    Plus,
    choose,
)
from rightsdesk.consent.fields import edited
from rightsdesk.consent.losses import loss_sentence

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
G, T, M, S = Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING, Use.SEARCH
Answers = Mapping[Use, Permission]


@pytest.mark.parametrize(
    ("consent", "value"),
    [
        ({}, "UNSPECIFIED"),
        ({Use.LIKENESS: NO}, "UNSPECIFIED"),
        ({G: YES}, "UNSPECIFIED"),
        ({G: YES, T: YES, M: YES}, "ALLOWED"),
        ({G: YES, T: YES, M: YES, S: NO}, "PROHIBITED-SEECONSTRAINT"),
        ({G: YES, T: YES, M: YES, Use.AI_INPUT: NO}, "PROHIBITED-SEECONSTRAINT"),
        ({M: NO, S: YES}, "PROHIBITED-EXCEPTSEARCHENGINEINDEXING"),
        ({M: NO}, "PROHIBITED"),
        ({M: NO, S: NO}, "PROHIBITED"),
        ({T: NO}, "PROHIBITED-AIMLTRAINING"),
        ({T: NO, G: NO, S: YES}, "PROHIBITED-AIMLTRAINING"),
        ({G: NO, T: YES}, "PROHIBITED-GENAIMLTRAINING"),
        ({G: NO}, "PROHIBITED-GENAIMLTRAINING"),
        ({T: NO, G: YES}, "PROHIBITED-SEECONSTRAINT"),
        ({G: ASK, M: NO}, "PROHIBITED-SEECONSTRAINT"),
        ({S: ASK}, "PROHIBITED-SEECONSTRAINT"),
    ],
)
def test_the_strictest_value_that_fits_is_chosen(consent: Answers, value: str) -> None:
    assert choose(Consent(consent)) == f"DMI-{value}"


def test_the_value_is_written_as_an_address() -> None:
    assert Plus().encode(Declaration(PRESETS[Preset.NO_AI])) == {
        VALUE: ("http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",)
    }


def test_what_no_value_can_state_is_written_in_words() -> None:
    consent = Consent({G: ASK, T: NO, S: YES})
    fields = Plus().encode(Declaration(consent, terms_url="https://label.example/ai"))
    assert fields[VALUE] == (f"{VOCABULARY}DMI-PROHIBITED-SEECONSTRAINT",)
    assert "licence required for training of generative AI; see https" in fields[CONSTRAINTS][0]
    # The value says “Prohibited” first. So mining, which the words don't name, is prohibited too.
    assert Plus().decode(fields) == Consent({G: ASK, T: NO, M: NO})
    assert M in {loss.use for loss in Plus().losses(Declaration(consent))}


@pytest.mark.parametrize("code", MEANINGS)
@pytest.mark.parametrize("prefix", [VOCABULARY, VOCABULARY.replace("http:", "https:"), ""])
def test_only_two_of_the_values_allow_anything(prefix: str, code: str) -> None:
    said = Plus().decode({VALUE: (prefix + code,)})
    allowed = {use for use, answer in said.items() if answer is YES}
    expected = {"DMI-ALLOWED": {G, T, M}, "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": {S}}
    assert allowed == expected.get(code, set())


@pytest.mark.parametrize(
    ("consent", "said"),
    [
        ({G: YES, T: NO}, {G: NO, T: NO, M: NO}),
        ({G: YES, T: YES, M: YES, S: NO}, {G: NO, T: NO, M: NO, S: NO}),
        ({G: ASK, T: ASK, M: ASK}, {G: ASK, T: ASK, M: ASK}),
        ({S: ASK}, {G: NO, T: NO, M: NO, S: ASK}),
    ],
)
def test_see_constraint_prohibits_what_the_words_leave_out(consent: Answers, said: Answers) -> None:
    assert Plus().decode(Plus().encode(Declaration(Consent(consent)))) == Consent(said)


@pytest.mark.parametrize("value", ["DMI-allowed", "ALLOWED", "Allowed", "", "http://x/DMI-ALLOWED"])
def test_any_other_value_is_refused(value: str) -> None:
    with pytest.raises(DialectError):
        Plus().decode({VALUE: (value,)})


def test_constraints_in_other_words_are_read_as_no() -> None:
    fields = {VALUE: ("DMI-PROHIBITED-SEECONSTRAINT",), CONSTRAINTS: ("Write to Ana.",)}
    assert Plus().decode(fields) == Consent({G: NO, T: NO, M: NO})


def test_constraints_by_other_people_stay() -> None:
    before = {VALUE: (f"{VOCABULARY}DMI-ALLOWED",), CONSTRAINTS: ("Credit Ana.",)}
    asked = Declaration(PRESETS[Preset.ASK_FIRST])
    after = edited(before, Plus().edit(before, asked))
    assert after[CONSTRAINTS][0].startswith("Credit Ana. | AI rights reserved: licence required")
    assert edited(after, Plus().edit(after, Declaration())) == {CONSTRAINTS: ("Credit Ana.",)}


def test_losses_name_what_the_value_also_forbids() -> None:
    losses = [loss_sentence(loss) for loss in Plus().losses(Declaration(PRESETS[Preset.NO_AI]))]
    assert losses == [
        "PLUS data mining says nothing about imitating voice or style.",
        "PLUS data mining says “No” to recommendations, where you say “Yes”.",
    ]
