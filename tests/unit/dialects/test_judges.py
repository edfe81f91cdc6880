"""What the readers of `judges` conclude from what we write.

They never conclude more than the consent. Every other difference is reported as a loss.
"""

import ast
import json
from collections.abc import Sequence
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Use
from rightsdesk.consent.dialects import Dialect, DialectError
from rightsdesk.consent.dialects.every import ALL_DIALECTS
from rightsdesk.consent.dialects.web.tdmrep_file import TdmrepFile
from rightsdesk.consent.fields import Fields, edited
from tests.unit.dialects import judges
from tests.unit.dialects.judges import JUDGES, Conclusion
from tests.unit.dialects.test_dialects import WITH_SETTINGS
from tests.unit.strategies import declarations

NO, YES = Permission.PROHIBITED, Permission.ALLOWED
DIALECTS: list[Dialect] = [*ALL_DIALECTS, *WITH_SETTINGS]

every_dialect = pytest.mark.parametrize(
    "dialect", DIALECTS, ids=[f"{d.id}-{n}" for n, d in enumerate(DIALECTS)]
)


def wider(conclusion: Conclusion, declaration: Declaration) -> list[Use]:
    consent = declaration.consent
    return [use for use, p in conclusion.items() if p.rank > consent.get(use, NO).rank]


def test_every_dialect_has_a_judge_with_a_source() -> None:
    assert set(JUDGES) == {dialect.id for dialect in ALL_DIALECTS}
    for judge in JUDGES.values():
        assert judge.readers
        assert judge.source


def test_no_judge_imports_our_dialects() -> None:
    tree = ast.parse(Path(judges.__file__).read_text())
    modules = {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    ours = {module for module in modules if module.startswith("rightsdesk")}
    assert ours == {
        "rightsdesk.consent",
        "rightsdesk.consent.consent",
        "rightsdesk.consent.dialects.platforms.described",  # which there are; see below
        "rightsdesk.consent.fields",
    }
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    used = {one.attr for one in uses if ast.unparse(one.value) == "described"}
    assert used == {"id"}, "only their names: what they write is read by others' rules"


@every_dialect
@settings(max_examples=15)
@given(declaration=declarations)
def test_no_reader_may_do_more_than_the_consent_allows(
    dialect: Dialect, declaration: Declaration
) -> None:
    fields = dialect.encode(declaration)
    for reader in JUDGES[dialect.id].readers:
        assert wider(reader(fields), declaration) == [], fields


@every_dialect
@settings(max_examples=15)
@given(declaration=declarations)
def test_every_different_conclusion_is_a_loss(dialect: Dialect, declaration: Declaration) -> None:
    concluded = JUDGES[dialect.id].together(dialect.encode(declaration))
    differs = {use for use in Use if concluded.get(use) != declaration.consent.get(use)}
    assert differs <= {loss.use for loss in dialect.losses(declaration)}, concluded


@every_dialect
@settings(max_examples=15)
@given(first=declarations, second=declarations)
def test_a_consent_over_an_older_consent_never_widens(
    dialect: Dialect, first: Declaration, second: Declaration
) -> None:
    held = edited({}, dialect.edit({}, first))
    held = edited(held, dialect.edit(held, second))
    stated = {use for use in Use if use in second.consent}
    for reader in JUDGES[dialect.id].readers:
        more = [use for use in wider(reader(held), second) if use in stated]
        assert more == [], held


def pairs() -> list[Consent]:
    """Every pair of uses with every pair of permissions; the other uses are all absent or all
    allowed.
    """
    answers = (None, *Permission)
    return list(
        {
            Consent({use: p for use, p in said.items() if p is not None})
            for first_use, second_use in combinations(Use, 2)
            for first, second, rest in product(answers, answers, (None, YES))
            for said in [{**dict.fromkeys(Use, rest), first_use: first, second_use: second}]
        }
    )


@every_dialect
def test_no_pair_of_permissions_opens_or_hides_a_use(dialect: Dialect) -> None:
    judge = JUDGES[dialect.id]
    for consent in pairs():
        declaration = Declaration(consent, terms_url="https://label.example/ai")
        fields = dialect.encode(declaration)
        for reader in judge.readers:
            assert wider(reader(fields), declaration) == [], (consent, fields)
        concluded = judge.together(fields)
        differs = {use for use in Use if concluded.get(use) != consent.get(use)}
        assert differs <= {loss.use for loss in dialect.losses(declaration)}, (consent, fields)


@every_dialect
def test_presets_are_read_as_intended(dialect: Dialect) -> None:
    for consent in PRESETS.values():
        declaration = Declaration(consent, terms_url="https://label.example/ai")
        assert wider(JUDGES[dialect.id].together(dialect.encode(declaration)), declaration) == []


# --- declarations written by other programs ---------------------------------------------------

CONTENT_USAGE = (
    *("train-ai", "search", "ai-use", "=y", "=n", "=Y", " = y", ", ", ";a=1", "all", "=?1"),
    *("Train-AI=y", "train-ai=y, ", "search=y,"),
)
BITS = ("0", "1", " 0", "0.0", "false", "", "00", "O", "0;", "+0", "\u0660")
ROBOTS = (
    "User-agent: *\n",
    "User-agent: GPTBot\n",
    "Content-Usage: train-ai=y\n",
    "Content-Usage: train-ai=n\n",
    "Content-Usage: / train-ai=y\n",
    "Content-Usage: /* train-ai=n\n",
    "Content-Usage: /music/ train-ai=y, search=y\n",
    "content-usage:train-ai=Y\n",
    "Content-Signal: ai-train=yes, search=yes\n",
    "Content-Signal: ai-train=no\n",
    "Content-Signal: use=reference\n",
    "Content-Signal: AI-Train = Yes\n",
    "Content-Signal: ai-train=yes;search=yes\n",
    "Content-Signal: /blog/ ai-train=yes\n",
    "Disallow: /\n",
    "Allow: /\n",
    "# User-agent: *\n",
    "\n",
)
PLUS = ("http://ns.useplus.org/ldf/vocab/", "DMI-", "ALLOWED", "allowed", "PROHIBITED", " ")
LICENCES = (
    '<permits type="usage">ai-train search</permits>',
    '<permits type="usage">all</permits>',
    '<permits type="usage">ai-train,search</permits>',
    '<permits type="usage">AI-TRAIN</permits>',
    '<permits type="usage"> ai-index </permits>',
    '<permits type="user">education</permits>',
    "<permits>all</permits>",
    '<prohibits type="usage">ai-all</prohibits>',
    '<prohibits type="usage">search</prohibits>',
    '<payment type="free"/>',
    '<payment type="purchase"/>',
    "<payment/>",
    '<x:any xmlns:x="urn:x">1</x:any>',
    "<unknown/>",
    '<legal type="contact">mailto:a@label.example</legal>',
)
ANSWERS = st.sampled_from(
    ["allowed", "notAllowed", "constrained", "Allowed", " allowed", "yes", True, 1, None, ""]
)
YESES = st.sampled_from([True, False, "true", 1, 0, None, "allow"])
BIT = st.sampled_from([0, 1, "0", "1", True, False, 0.0, 1.0, 2, None, " 0", [0]])


def words(field: str, vocabulary: Sequence[str]) -> st.SearchStrategy[Fields]:
    return st.lists(st.sampled_from(vocabulary), max_size=7).map(lambda w: {field: ("".join(w),)})


def documents(field: str, shape: st.SearchStrategy[object]) -> st.SearchStrategy[Fields]:
    return shape.map(lambda document: {field: (json.dumps(document),)})


def licence(parts: Sequence[str]) -> str:
    return f"<license>{''.join(parts)}</license>"


def feed(licences: Sequence[str]) -> str:
    content = f'<content url="/">{"".join(licences)}</content>'
    return f'<rsl xmlns="https://rslstandard.org/rsl">{content}</rsl>'


def assertion(prefix: str) -> st.SearchStrategy[object]:
    labels = ("data_mining", "ai_training", "ai_generative_training", "ai_inference")
    info = {"constraint_info": st.sampled_from(["", " ", "https://label.example"])}
    entry = st.fixed_dictionaries({"use": ANSWERS}, optional=info)
    entries = st.dictionaries(st.sampled_from([f"{prefix}.{label}" for label in labels]), entry)
    return st.fixed_dictionaries({"entries": entries})


PREFERENCE = st.fixed_dictionaries(
    {"allow": YESES}, optional={"updatedAt": st.just("2026-11-29T10:00:00.000Z")}
)
RECORD = st.fixed_dictionaries(
    {
        "updatedAt": st.just("2026-11-29T10:00:00.000Z"),
        "scope": st.sampled_from(
            [
                {"$type": f"{kind}#{scope}"}
                for kind in ("", judges.LEXICON)
                for scope in ("globalScope", "entityScope", "GlobalScope")
            ]
        ),
        "preferences": st.dictionaries(
            st.sampled_from([*judges.BLUESKY_USES, "Training"]), PREFERENCE
        ),
    }
)
RULE = st.fixed_dictionaries(
    {"location": st.sampled_from(["/", "/music/", "*.mp3", "/*", "/press/"])},
    optional={"tdm-reservation": BIT},
)
TDM_AI = st.fixed_dictionaries(
    {"iscc": st.just("ISCC:EIAQMBEYTRFUGSRN")}, optional={"tdm-reservation": BIT}
)
OTHERS: dict[str, st.SearchStrategy[Fields]] = {
    "aipref": words("CONTENT-USAGE", CONTENT_USAGE),
    "aipref-header": words("content-usage", CONTENT_USAGE),
    "tdmrep": words("TDM-RESERVATION", BITS),
    "tdmrep-xmp": words("tdm:reservation", BITS),
    "tdmrep-header": words("tdm-reservation", BITS),
    "tdmrep-meta": words("meta:tdm-reservation", BITS),
    "tdmrep-file": documents("tdmrep.json", st.lists(RULE, max_size=3)),
    "aipref-robots": words("robots.txt", ROBOTS),
    "content-signals": words("robots.txt", ROBOTS),
    "robots-txt": words("robots.txt", ROBOTS),
    "plus": words("plus:DataMining", PLUS),
    "rsl": st.lists(st.lists(st.sampled_from(LICENCES), max_size=4).map(licence), max_size=3).map(
        lambda licences: {"rsl.xml": (feed(licences),)}
    ),
    "cawg": documents("cawg.training-mining", assertion("cawg")),
    "c2pa-training-mining": documents("c2pa.training-mining", assertion("c2pa")),
    "bluesky-ai": documents(judges.LEXICON, RECORD),
    "tdm-ai": documents("tdm-ai.json", TDM_AI),
    "audius-user": words("allow_ai_attribution", ("true", "false", "TRUE", "1", "")),
    "youtube-trainability": words("permitted", ("all", "none", "ALL", "Adobe", " ")),
    "cloudflare": words("ai_training", ("disabled", "block", "allow", "only_on_ad_pages")),
    "wordpress-com": words("wpcom_data_sharing_opt_out", ("true", "false", "0", "")),
    "ai-consent": words("AI-CONSENT", ("search", "likeness", "=y", "=n", "=ask", "=Y", ", ", " ")),
    "ddex": words("UseType", ("UseForDataMining", "Stream", " ", "usefordatamining", "X")),
}


def dialect_named(name: str) -> Dialect:
    if name == "tdmrep-file":
        return TdmrepFile("/music/a.mp3")
    return next(dialect for dialect in ALL_DIALECTS if dialect.id == name)


@pytest.mark.parametrize("name", OTHERS)
@settings(max_examples=80)
@given(data=st.data())
def test_nothing_reads_as_allowed_that_no_standard_allows(name: str, data: st.DataObject) -> None:
    fields = data.draw(OTHERS[name])
    try:
        said = dialect_named(name).decode(fields)
    except DialectError:
        return
    found = [reader(fields) for reader in JUDGES[name].readers]
    for use in (use for use, answer in said.items() if answer is YES):
        assert any(conclusion.get(use) is YES for conclusion in found), fields


@pytest.mark.parametrize("name", OTHERS)
@settings(max_examples=80)
@given(data=st.data())
def test_what_a_standard_allows_is_not_hidden(name: str, data: st.DataObject) -> None:
    """An allowed use is read as allowed, refused as unreadable, or named in a note."""
    fields = data.draw(OTHERS[name])
    dialect = dialect_named(name)
    try:
        said = dialect.decode(fields)
    except DialectError:
        return
    allowed = [use for use, answer in JUDGES[name].together(fields).items() if answer is YES]
    hidden = [use for use in allowed if use in said and said[use] is not YES]
    assert not hidden or dialect.notes_on(fields), fields
