"""What a reader that follows the standard concludes from what we write.

These readers implement the standards' own rules, without our decoders. Their conclusion is never
wider than the consent.
"""

import json
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from hypothesis import given

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects.platforms.bluesky import LEXICON, BlueskyAi
from rightsdesk.consent.dialects.web.aipref import AiprefHeader
from rightsdesk.consent.dialects.web.content_signals import ContentSignals
from rightsdesk.consent.dialects.web.rsl import FIELD, NAMESPACE, Rsl
from tests.unit.dialects.judges import dictionary
from tests.unit.strategies import declarations

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
G, T, I_, S = Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.AI_INPUT, Use.SEARCH
M = Use.DATA_MINING

# RSL 1.0, section 3.2: tokens of usage, and what `ai-all` and `all` include.
RSL_AI = {"ai-train", "ai-input", "ai-index"}
RSL_ALL = {*RSL_AI, "search"}
RSL_WIDE = {"all": RSL_ALL, "ai-all": RSL_AI}
RSL_USES = {"ai-train": (G, T), "ai-input": (I_,), "ai-index": (I_,), "search": (S,)}


def rsl_free(text: str) -> set[str]:
    """The tokens that anyone may use at once and free of charge, by any licence of the text.

    3.5: `permits` closes the list. 3.6: prohibited beats permitted. 3.7: no payment is free.
    """

    def tokens(licence: ElementTree.Element, verb: str) -> set[str] | None:
        found = [e for e in licence.iter(f"{{{NAMESPACE}}}{verb}") if e.get("type") == "usage"]
        if not found:
            return None
        return {
            t
            for e in found
            for token in (e.text or "").split()
            for t in RSL_WIDE.get(token, {token})
        }

    free: set[str] = set()
    for licence in ElementTree.fromstring(text).iter(f"{{{NAMESPACE}}}license"):
        payment = licence.find(f"{{{NAMESPACE}}}payment")
        if payment is not None and payment.get("type") != "free":
            continue
        permitted = tokens(licence, "permits")
        free |= (RSL_ALL if permitted is None else permitted) - (
            tokens(licence, "prohibits") or set()
        )
    return free


@given(declaration=declarations)
def test_by_its_own_rules_rsl_grants_nothing_more(declaration: Declaration) -> None:
    for text in Rsl().encode(declaration).get(FIELD, ()):
        for token in rsl_free(text):
            for use in RSL_USES[token]:
                assert declaration.consent.get(use) is YES, (token, text)


def test_a_licence_that_only_prohibits_grants_the_rest() -> None:
    text = (
        f'<rsl xmlns="{NAMESPACE}"><content url="/"><license>'
        '<prohibits type="usage">ai-train</prohibits></license></content></rsl>'
    )
    assert rsl_free(text) == {"ai-input", "ai-index", "search"}
    assert Rsl().decode({FIELD: (text,)})[I_] is YES


# AIPREF, vocab-08 section 4: what each label is about; 4.3: search overrides inside search.
AIPREF_USES = {"train-ai": (G,), "ai-use": (I_,), "search": (S,)}
INSIDE_SEARCH = (G, T, I_)


def aipref_allowed(value: str) -> Iterator[Use]:
    for label, (token, _) in dictionary(value).items():
        if str(token) == "y":
            yield from AIPREF_USES[label]
            yield from INSIDE_SEARCH if label == "search" else ()


@given(declaration=declarations)
def test_aipref_grants_nothing_more_inside_search(declaration: Declaration) -> None:
    for value in AiprefHeader().encode(declaration).get("content-usage", ()):
        for use in aipref_allowed(value):
            assert declaration.consent.get(use) is YES, value


def test_a_note_explains_why_search_is_left_out() -> None:
    no_ai = Declaration(PRESETS[Preset.NO_AI])
    assert "search" not in AiprefHeader().encode(no_ai)["content-usage"][0]
    assert any("inside search" in note for note in AiprefHeader().notes(no_ai))
    assert S in {loss.use for loss in AiprefHeader().losses(no_ai)}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ai-train=yes, use=full", {G: YES, T: YES}),
        ("ai-train=yes,use=reference", {G: ASK, T: ASK}),
        ("search=yes, use=reference", {S: YES}),
        ("search=yes, use=immediate", {S: ASK}),
        ("search=yes, ai-train=no, use=other", {S: ASK, G: NO, T: NO}),
    ],
)
def test_a_ceiling_limits_a_yes(line: str, said: dict[Use, Permission]) -> None:
    text = f"User-agent: *\nContent-Signal: {line}\n"
    assert ContentSignals().decode({"robots.txt": (text,)}) == Consent(said)


@pytest.mark.parametrize("closed", [S, Use.RECOMMENDATION])
@pytest.mark.parametrize("answer", [NO, ASK, None])
def test_a_yes_to_embedding_does_not_open_search(closed: Use, answer: Permission | None) -> None:
    found = {M: YES, S: YES, Use.RECOMMENDATION: YES}
    said = {u: p for u, p in {**found, closed: answer}.items() if p is not None}
    assert BlueskyAi().encode(Declaration(Consent(said))) == {}
    (record,) = BlueskyAi().encode(Declaration(Consent(found)))[LEXICON]
    assert json.loads(record)["preferences"]["embedding"]["allow"] is True


def test_what_a_no_to_mining_also_stops_on_bluesky_is_a_loss() -> None:
    """Lexicon, `embedding`: "vector embeddings or semantic indexing"."""
    found = {S: YES, Use.RECOMMENDATION: YES}
    lost = {loss.use for loss in BlueskyAi().losses(Declaration(Consent({**found, M: NO})))}
    assert {S, Use.RECOMMENDATION} <= lost
    said = BlueskyAi().decode(BlueskyAi().encode(Declaration(Consent({**found, M: NO}))))
    assert said == Consent({M: NO, S: NO, Use.RECOMMENDATION: NO})


def test_bluesky_names_what_a_no_to_mining_also_stops() -> None:
    notes = BlueskyAi().notes(Declaration(Consent({Use.DATA_MINING: NO})))
    assert any("discovery" in note for note in notes)
    assert not any("discovery" in n for n in BlueskyAi().notes(Declaration(Consent({S: NO}))))
