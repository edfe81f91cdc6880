"""The training-mining assertion: examples of CAWG 1.1 and of C2PA 1.4."""

import json

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects import DialectError
from rightsdesk.consent.dialects.files.training_mining import C2paTrainingMining, Cawg
from rightsdesk.consent.losses import loss_sentence

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
URL = "https://label.example/ai-policy"
EXAMPLE = {
    "entries": {
        "cawg.ai_generative_training": {"use": "notAllowed"},
        "cawg.ai_training": {"use": "notAllowed"},
        "cawg.ai_inference": {"use": "constrained", "constraint_info": URL},
        "cawg.data_mining": {"use": "notAllowed"},
    }
}
MEANT = Consent(
    {
        Use.GENERATIVE_TRAINING: NO,
        Use.OTHER_TRAINING: NO,
        Use.AI_INPUT: ASK,
        Use.DATA_MINING: NO,
    }
)


def read(assertion: object) -> Consent:
    return Cawg().decode({"cawg.training-mining": (json.dumps(assertion),)})


def test_the_example_is_read_and_written_unchanged() -> None:
    assert read(EXAMPLE) == MEANT
    (written,) = Cawg().encode(Declaration(MEANT, terms_url=URL))["cawg.training-mining"]
    assert json.loads(written) == EXAMPLE


def test_entries_without_their_wrapper_are_read_as_cawg_1_0_had_them() -> None:
    assert read(EXAMPLE["entries"]) == MEANT


def test_of_duplicate_entries_the_stricter_counts() -> None:
    said = {"cawg.ai_training": {"use": "allowed"}}
    assert read({**said, "entries": {"cawg.ai_training": {"use": "notAllowed"}}}) == Consent(
        {Use.OTHER_TRAINING: NO}
    )


@pytest.mark.parametrize("name", ["constraint_info", "constraints_info"])
def test_both_spellings_of_the_constraint_are_read(name: str) -> None:
    entry = {"use": "constrained", name: "Ask Ana"}
    assert read({"entries": {"cawg.data_mining": entry}})[Use.DATA_MINING] is ASK


@pytest.mark.parametrize("info", [{}, {"constraint_info": " "}, {"constraint_info": 7}])
def test_constrained_without_information_is_no(info: dict[str, object]) -> None:
    said = read({"entries": {"cawg.data_mining": {"use": "constrained", **info}}})
    assert said == Consent({Use.DATA_MINING: NO})


@pytest.mark.parametrize(
    "assertion",
    [
        [],
        "allowed",
        {"entries": []},
        {"entries": {"cawg.data_mining": "allowed"}},
        {"entries": {"cawg.data_mining": {}}},
        {"entries": {"cawg.data_mining": {"use": "Allowed"}}},
        {"entries": {"cawg.data_mining": {"use": ["allowed"]}}},
        {"entries": {"cawg.data_mining": {"use": True}}},
    ],
)
def test_any_other_assertion_is_refused(assertion: object) -> None:
    with pytest.raises(DialectError):
        read(assertion)


def test_a_duplicate_answer_in_one_object_is_refused() -> None:
    twice = '{"entries": {"cawg.data_mining": {"use": "notAllowed", "use": "allowed"}}}'
    with pytest.raises(DialectError):
        Cawg().decode({"cawg.training-mining": (twice,)})


def test_labels_of_other_vendors_are_ignored() -> None:
    assert read({"entries": {"org.example.dance": {"use": "allowed"}}}) == Consent()


@pytest.mark.parametrize(
    ("declaration", "info"),
    [
        (Declaration(MEANT, contact="ana@owl.example"), "ana@owl.example"),
        (Declaration(MEANT, rightsholder="Owl"), "A licence from Owl is required."),
        (Declaration(MEANT), "A licence from the rightsholder is required."),
    ],
)
def test_ask_first_always_names_a_contact(declaration: Declaration, info: str) -> None:
    (written,) = Cawg().encode(declaration)["cawg.training-mining"]
    assert json.loads(written)["entries"]["cawg.ai_inference"]["constraint_info"] == info
    assert read(json.loads(written)) == MEANT


def test_older_readers_get_no_for_ask_first() -> None:
    dialect, asked = C2paTrainingMining(), Declaration(PRESETS[Preset.ASK_FIRST], terms_url=URL)
    (written,) = dialect.encode(asked)["c2pa.training-mining"]
    assert {entry["use"] for entry in json.loads(written)["entries"].values()} == {"notAllowed"}
    assert "says “No” to data mining, where you say “Ask me”." in loss_sentence(
        dialect.losses(asked)[4]
    )


def test_the_older_label_is_read_with_its_own_constraints() -> None:
    entries = {"c2pa.ai_inference": {"use": "constrained", "constraint_info": URL}}
    said = C2paTrainingMining().decode({"c2pa.training-mining": (json.dumps(entries),)})
    assert said == Consent({Use.AI_INPUT: ASK})


def test_a_different_spelling_is_not_rewritten() -> None:
    spaced = {"cawg.training-mining": (json.dumps(EXAMPLE, indent=3, sort_keys=True),)}
    assert Cawg().edit(spaced, Declaration(MEANT, terms_url=URL)) == {}
    assert Cawg().edit(spaced, Declaration()) == {"cawg.training-mining": ()}


def test_an_older_reader_that_treats_all_uses_as_one_is_named() -> None:
    mixed = Declaration(Consent({Use.GENERATIVE_TRAINING: NO, Use.DATA_MINING: YES}))
    assert any("datadiligence" in note for note in C2paTrainingMining().notes(mixed))
    assert C2paTrainingMining().notes(Declaration(PRESETS[Preset.NO_AI])) == ()
    assert C2paTrainingMining().notes(Declaration(PRESETS[Preset.OPEN])) == ()
