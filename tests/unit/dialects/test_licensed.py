"""Licences in dialects: some name the partner, and none lets anyone else do more."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from rightsdesk.consent import PRESETS, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects import Dialect
from rightsdesk.consent.dialects.every import ALL_DIALECTS
from rightsdesk.consent.dialects.files.ai_consent import AiConsent
from rightsdesk.consent.dialects.files.training_mining import C2paTrainingMining, Cawg
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.consent.dialects.web.rsl import FIELD as RSL
from rightsdesk.consent.dialects.web.rsl import Rsl
from rightsdesk.consent.dialects.web.tdmrep_file import POLICY, TdmrepFile
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.licences.grant import Grant, beyond, merged, newly_granted
from rightsdesk.consent.licences.period import Period
from rightsdesk.consent.licences.territory import parse_territory
from rightsdesk.consent.losses import Loss, loss_sentences
from tests.unit.dialects.judges import JUDGES, SITE
from tests.unit.strategies import declarations, licensed_to, mutated

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
NO_AI, ASK_FIRST = PRESETS[Preset.NO_AI], PRESETS[Preset.ASK_FIRST]
TDMREP = TdmrepFile(policy_url=f"{SITE}/rightsdesk/tdm-policy.json")
DIALECTS: list[Dialect] = [*ALL_DIALECTS, TDMREP]
NAMING: list[Dialect] = [AiConsent(), Cawg(), Rsl(), TDMREP]
KLAY = Grant(
    "Klay",
    frozenset({Use.GENERATIVE_TRAINING}),
    parse_territory("EU except FR"),
    Period(None, date(2027, 12, 31), "Asia/Kolkata"),
    "https://klay.example",
)
with_licences = st.builds(
    lambda declaration, grants: replace(declaration, grants=merged(grants)),
    declarations,
    licensed_to,
)

every_dialect = pytest.mark.parametrize(
    "dialect", DIALECTS, ids=[f"{d.id}-{n}" for n, d in enumerate(DIALECTS)]
)
naming_dialect = pytest.mark.parametrize("dialect", NAMING, ids=[d.id for d in NAMING])


def plain(declaration: Declaration) -> Declaration:
    return replace(declaration, grants=())


@every_dialect
@settings(max_examples=8)
@given(declaration=with_licences)
def test_a_licence_never_lets_anyone_else_do_more(
    dialect: Dialect, declaration: Declaration
) -> None:
    fields, without = dialect.encode(declaration), dialect.encode(plain(declaration))
    assert dialect.decode(fields) == dialect.decode(without)
    for reader in JUDGES[dialect.id].readers:
        before, after = reader(without), reader(fields)
        for use in Use:
            if after.get(use) is before.get(use):
                continue
            # CAWG says “constrained”, with whom alone, where the consent says no.
            assert dialect.id == "cawg"
            assert (declaration.consent[use], after[use]) == (NO, ASK)
            assert any(use in grant.uses for grant in declaration.grants)


@every_dialect
@settings(max_examples=8)
@given(declaration=with_licences)
def test_a_dialect_names_what_was_agreed_or_reports_the_loss(
    dialect: Dialect, declaration: Declaration
) -> None:
    fields = dialect.encode(declaration)
    stated, agreed = dialect.grants_in(fields), beyond(declaration.grants, declaration.consent)
    assert newly_granted(agreed, stated) == ()
    if not isinstance(dialect, AiConsent | Cawg | Rsl | TdmrepFile) or isinstance(
        dialect, C2paTrainingMining
    ):
        assert fields == dialect.encode(plain(declaration))
    lost = {loss.partner for loss in dialect.party_losses(declaration)}
    said = dialect.decode(fields)
    for grant in agreed:
        refused = frozenset(u for u in grant.uses if said.get(u, YES) is not YES)
        if refused and newly_granted(stated, [replace(grant, uses=refused)]):
            assert grant.partner in lost


@naming_dialect
@pytest.mark.parametrize("consent", [NO_AI, ASK_FIRST])
def test_the_partner_is_read_back_with_the_same_end(dialect: Dialect, consent: object) -> None:
    declaration = Declaration(PRESETS[Preset.NO_AI] if consent == NO_AI else ASK_FIRST)
    declaration = replace(declaration, terms_url="https://label.example/t", grants=(KLAY,))
    (read,) = dialect.grants_in(dialect.encode(declaration))
    assert (read.partner, read.uses, read.territory, read.site) == (
        *(KLAY.partner, KLAY.uses, KLAY.territory, KLAY.site),
    )
    assert read.period.ends == KLAY.period.ends
    assert dialect.party_losses(declaration) == ()


@naming_dialect
@settings(max_examples=100)
@given(data=st.data())
def test_damaged_fields_name_nobody_else(dialect: Dialect, data: st.DataObject) -> None:
    fields = dialect.encode(Declaration(NO_AI, grants=(KLAY,)))
    damaged = {
        name: tuple(data.draw(mutated(value)) for value in values)
        for name, values in fields.items()
    }
    for grant in dialect.grants_in(damaged):
        grant.period.check()
        assert grant.uses
        assert grant.territory.countries


def test_the_partner_is_beside_the_answers_and_not_one_of_them() -> None:
    (text,) = AiConsent().encode(Declaration(NO_AI, grants=(KLAY,)))["AI-CONSENT"]
    answers, licensed = text.split(", licensed=")
    assert answers == AiConsent().encode(Declaration(NO_AI))["AI-CONSENT"][0]
    assert licensed == (
        '("Klay";uses="generative-training";until="2027-12-31";zone="Asia/Kolkata"'
        ';in="EU except FR";site="https://klay.example")'
    )


def test_cawg_says_to_whom_alone() -> None:
    declaration = Declaration(NO_AI, grants=(KLAY,))
    document = json.loads(Cawg().encode(declaration)["cawg.training-mining"][0])
    entries = document["entries"]
    assert entries["cawg.ai_generative_training"]["use"] == "constrained"
    information = entries["cawg.ai_generative_training"]["constraint_info"]
    assert information.startswith(
        'Not allowed, except to partners with a licence: licensed=("Klay"'
    )
    assert entries["cawg.ai_training"] == {"use": "notAllowed"}
    softened = Loss("CAWG", Use.GENERATIVE_TRAINING, NO, ASK)
    assert softened in Cawg().losses(declaration)
    assert C2paTrainingMining().encode(declaration) == C2paTrainingMining().encode(
        plain(declaration)
    )


# ODRL Version 2.1 XML Encoding, 3 and 5: an agreement, its parties and constraints.
ODRL = "{http://www.w3.org/ns/odrl/2/}"
OPERATORS = {"isAnyOf", "isNoneOf", "lt"}


def test_rsl_has_an_agreement_that_odrl_readers_know() -> None:
    declaration = Declaration(NO_AI, "Label", grants=(KLAY,))
    (text,) = Rsl().encode(declaration)[RSL]
    (policy,) = ElementTree.fromstring(text).iter(f"{ODRL}Policy")
    assert policy.get("type") == "http://www.w3.org/ns/odrl/2/Agreement"
    assert policy.get("uid")
    (permission,) = policy
    assert [child.tag.removeprefix(ODRL) for child in permission] == [
        *("asset", "action", "constraint", "constraint", "constraint", "constraint"),
        *("party", "party"),
    ]
    functions = [party.get("function", "") for party in permission.iter(f"{ODRL}party")]
    assert [one.rpartition("/")[2] for one in functions] == ["assigner", "assignee"]
    constraints = {
        (one.get("name", "").rpartition("/")[2], one.get("operator", "").rpartition("/")[2]): str(
            one.get("rightOperand")
        )
        for one in permission.iter(f"{ODRL}constraint")
    }
    assert {operator for _, operator in constraints} == OPERATORS
    ends = datetime.fromisoformat(constraints["dateTime", "lt"])
    assert ends == KLAY.period.ends


# ODRL Information Model 2.2, 2.1.3 (Agreement), 2.4 (Party), 2.5 (Constraint).
AGREEMENT = Draft202012Validator(
    {
        "type": "object",
        "required": ["@context", "@type", "uid", "assigner", "permission"],
        "properties": {
            "@context": {"contains": {"const": "http://www.w3.org/ns/odrl.jsonld"}},
            "@type": {"const": "Agreement"},
            "permission": {
                "minItems": 1,
                "items": {
                    "required": ["target", "action", "assignee"],
                    "properties": {
                        "constraint": {
                            "items": {
                                "required": ["leftOperand", "operator", "rightOperand"],
                                "properties": {
                                    "rightOperand": True,
                                    "leftOperand": {"enum": ["purpose", "dateTime", "spatial"]},
                                    "operator": {"enum": ["isAnyOf", "isNoneOf", "lt"]},
                                },
                                "additionalProperties": False,
                            }
                        }
                    },
                },
            },
        },
    }
)


def test_a_refusing_sites_policy_is_an_agreement_and_no_offer() -> None:
    fields = TDMREP.encode(Declaration(NO_AI, "Label", grants=(KLAY,)))
    AGREEMENT.validate(json.loads(fields[POLICY][0]))
    (rule,) = json.loads(fields["tdmrep.json"][0])
    assert (rule["tdm-reservation"], rule["tdm-policy"]) == (1, TDMREP.policy_url)


def test_next_to_an_offer_the_partner_has_the_same_duty() -> None:
    policy = json.loads(TDMREP.encode(Declaration(ASK_FIRST, grants=(KLAY,)))[POLICY][0])
    assert policy["@type"] == "Offer"
    assert [one["duty"] for one in policy["permission"]] == [[{"action": "obtainConsent"}]] * 2
    assert ["assignee" in one for one in policy["permission"]] == [False, True]


def test_foreign_permissions_for_one_partner_offer_nothing_to_all() -> None:
    policy = json.loads(TDMREP.encode(Declaration(ASK_FIRST, grants=(KLAY,)))[POLICY][0])
    policy["permission"] = policy["permission"][1:]
    fields: Fields = {
        "tdmrep.json": TDMREP.encode(Declaration(ASK_FIRST))["tdmrep.json"],
        POLICY: (json.dumps(policy),),
    }
    assert set(TDMREP.decode(fields).values()) == {NO}


def test_dialects_without_a_word_for_a_partner_share_a_sentence() -> None:
    losses = FILE_SUITE.party_losses(Declaration(NO_AI, grants=(KLAY,)))
    assert loss_sentences(losses) == (
        "AIPREF, TDM reservation, Copyright sentence, PLUS data mining, XMP rights and TDM "
        "reservation (XMP) can't name a partner, and say to Klay what they say to everyone.",
    )
    assert loss_sentences(losses[:1]) == (
        "AIPREF can't name a partner, and says to Klay what it says to everyone.",
    )
