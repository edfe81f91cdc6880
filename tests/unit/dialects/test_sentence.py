"""The reservation in words: which law it cites for which use, and sentences of older versions."""

import pytest
from hypothesis import given

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects.files.sentence import (
    PHRASES,
    CopyrightSentence,
    standard_sentence,
    stated_by,
    without_ours,
)
from rightsdesk.consent.dialects.files.xmp_rights import STATEMENT, TERMS, XmpRights
from rightsdesk.consent.fields import Fields, edited
from tests.unit.strategies import declarations

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
URL = "https://label.example/ai-policy"
DIRECTIVE = "Art. 4(3) Directive (EU) 2019/790"
# Directive (EU) 2019/790, Article 4(3) with Article 2(2) and recital 8. It covers text and data
# mining, which includes training. It does not cover likeness, input, search or recommendation.
COVERED = {Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING}
NO_AI = PRESETS[Preset.NO_AI]


def older(consent: Consent, url: str = "") -> str:
    """The sentence as version 0.1 wrote it: one law for every use."""
    lists = {
        answer: ", ".join(PHRASES[use] for use, given in consent.items() if given is answer)
        for answer in (NO, ASK)
    }
    parts = [f"no {lists[NO]}"] if lists[NO] else []
    parts += [f"licence required for {lists[ASK]}"] if lists[ASK] else []
    parts += [f"see {url}"] if url else []
    return f"AI rights reserved: {'; '.join(parts)} ({DIRECTIVE})."


@given(declaration=declarations)
def test_the_directive_is_cited_for_mining_alone(declaration: Declaration) -> None:
    sentence = standard_sentence(declaration)
    reserved = {use for use, answer in declaration.consent.items() if answer is not YES}
    assert (DIRECTIVE in sentence) is bool(reserved & COVERED)
    if reserved - COVERED and reserved & COVERED:
        assert f"(for text and data mining: {DIRECTIVE})" in sentence


@pytest.mark.parametrize("use", sorted(set(Use) - COVERED))
@pytest.mark.parametrize("answer", [NO, ASK])
@pytest.mark.parametrize("url", ["", URL])
def test_no_law_is_cited_outside_its_scope(use: Use, answer: Permission, url: str) -> None:
    sentence = standard_sentence(Declaration(Consent({use: answer}), terms_url=url))
    assert "Directive" not in sentence
    assert "Art." not in sentence
    assert stated_by(sentence) == Consent({use: answer})
    assert without_ours(f"© Owl | {sentence}") == "© Owl"


@given(declaration=declarations)
def test_sentences_of_older_versions_are_read_and_replaced(declaration: Declaration) -> None:
    reserved = Consent({u: p for u, p in declaration.consent.items() if p is not YES})
    if not reserved:
        return
    old = older(reserved, declaration.terms_url)
    assert stated_by(f"© Owl | {old}") == reserved
    held = {"COPYRIGHT": (f"© Owl | {old}",)}
    standard = Declaration(declaration.consent, terms_url=declaration.terms_url)
    after = edited(held, CopyrightSentence().edit(held, standard))
    assert after == {"COPYRIGHT": (f"© Owl | {standard_sentence(standard)}",)}


@pytest.mark.parametrize(
    "text",
    [
        "AI rights reserved: no imitation of voice or style",
        "AI rights reserved: no imitation of voice or style; see https://label.example/a.",
        "AI rights reserved: no imitation of voice or style; see https://label.example for ter",
        "AI rights reserved: no imitation of voice or sty.",
    ],
)
def test_a_sentence_without_its_end_is_damaged(text: str) -> None:
    with pytest.raises(Exception, match="damaged"):
        stated_by(text)


def test_the_address_in_xmp_is_ours_if_a_sentence_of_any_version_names_it() -> None:
    for text in (older(NO_AI, URL), standard_sentence(Declaration(NO_AI, terms_url=URL))):
        held: Fields = {TERMS: (text,), STATEMENT: (URL,)}
        assert STATEMENT not in edited(held, XmpRights().edit(held, Declaration()))
    likeness = Declaration(Consent({Use.LIKENESS: NO}), terms_url=URL)
    held = XmpRights().encode(likeness)
    assert STATEMENT not in edited(held, XmpRights().edit(held, Declaration()))
