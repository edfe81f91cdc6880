"""What the readers of `judges` conclude from what we write: never more than was chosen, and
nothing else than chosen that is not told as a loss."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsdesk.consent import PRESETS, Declaration, Permission, Use
from rightsdesk.consent.dialects import ALL_DIALECTS, Dialect, DialectError
from rightsdesk.consent.fields import edited
from tests.unit.dialects import judges
from tests.unit.dialects.judges import JUDGES, Conclusion
from tests.unit.strategies import declarations
from tests.unit.test_dialects import WITH_SETTINGS

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


def test_no_judge_looks_at_our_dialects() -> None:
    tree = ast.parse(Path(judges.__file__).read_text())
    modules = {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    ours = {module for module in modules if module.startswith("rightsdesk")}
    assert ours == {
        "rightsdesk.consent",
        "rightsdesk.consent.consent",
        "rightsdesk.consent.fields",
    }


@every_dialect
@settings(max_examples=25)
@given(declaration=declarations)
def test_nobody_may_do_more_than_was_chosen(dialect: Dialect, declaration: Declaration) -> None:
    fields = dialect.encode(declaration)
    for reader in JUDGES[dialect.id].readers:
        assert wider(reader(fields), declaration) == [], fields


@every_dialect
@settings(max_examples=25)
@given(declaration=declarations)
def test_whatever_is_concluded_otherwise_is_a_loss(
    dialect: Dialect, declaration: Declaration
) -> None:
    concluded = JUDGES[dialect.id].together(dialect.encode(declaration))
    differs = {use for use in Use if concluded.get(use) != declaration.consent.get(use)}
    assert differs <= {loss.use for loss in dialect.losses(declaration)}, concluded


@every_dialect
@settings(max_examples=15)
@given(first=declarations, second=declarations)
def test_a_choice_over_an_older_one_gives_nobody_more(
    dialect: Dialect, first: Declaration, second: Declaration
) -> None:
    held = edited({}, dialect.edit({}, first))
    held = edited(held, dialect.edit(held, second))
    stated = {use for use in Use if use in second.consent}
    for reader in JUDGES[dialect.id].readers:
        more = [use for use in wider(reader(held), second) if use in stated]
        assert more == [], held


@every_dialect
def test_the_presets_are_read_as_they_are_meant(dialect: Dialect) -> None:
    for consent in PRESETS.values():
        declaration = Declaration(consent, terms_url="https://label.example/ai")
        assert wider(JUDGES[dialect.id].together(dialect.encode(declaration)), declaration) == []


# --- what others wrote ------------------------------------------------------------------------

WORDS = {
    "content-usage": [
        "train-ai",
        "search",
        "ai-use",
        "=y",
        "=n",
        "=Y",
        " = y",
        ", ",
        ";a=1",
        "all",
    ],
    "tdm": ["0", "1", " 0", "0.0", "false", "", "00", "O", "0;"],
    "robots.txt": [
        "User-agent: *\n",
        "User-agent: GPTBot\n",
        "Content-Usage: train-ai=y\n",
        "Content-Usage: train-ai=n\n",
        "Content-Usage: / train-ai=y\n",
        "Content-Usage: /music/ train-ai=y, search=y\n",
        "content-usage:train-ai=Y\n",
        "Content-Signal: ai-train=yes, search=yes\n",
        "Content-Signal: ai-train=no\n",
        "Content-Signal: use=reference\n",
        "Content-Signal: AI-Train = Yes\n",
        "Content-Signal: /blog/ ai-train=yes\n",
        "Disallow: /\n",
        "Allow: /\n",
        "# User-agent: *\n",
        "\n",
    ],
    "plus": ["http://ns.useplus.org/ldf/vocab/", "DMI-", "ALLOWED", "allowed", "PROHIBITED", " "],
}
OTHERS = [
    ("aipref", "CONTENT-USAGE", "content-usage"),
    ("aipref-header", "content-usage", "content-usage"),
    ("tdmrep", "TDM-RESERVATION", "tdm"),
    ("tdmrep-header", "tdm-reservation", "tdm"),
    ("tdmrep-meta", "meta:tdm-reservation", "tdm"),
    ("aipref-robots", "robots.txt", "robots.txt"),
    ("content-signals", "robots.txt", "robots.txt"),
    ("robots-txt", "robots.txt", "robots.txt"),
    ("plus", "plus:DataMining", "plus"),
]


@pytest.mark.parametrize(("name", "field", "words"), OTHERS, ids=[one[0] for one in OTHERS])
@settings(max_examples=100)
@given(data=st.data())
def test_nothing_reads_as_allowed_that_no_standard_allows(
    name: str, field: str, words: str, data: st.DataObject
) -> None:
    text = "".join(data.draw(st.lists(st.sampled_from(WORDS[words]), max_size=7)))
    dialect = next(one for one in ALL_DIALECTS if one.id == name)
    try:
        said = dialect.decode({field: (text,)})
    except DialectError:
        return
    found = [reader({field: (text,)}) for reader in JUDGES[name].readers]
    for use in (use for use, answer in said.items() if answer is YES):
        assert any(one.get(use) is YES for one in found), text
