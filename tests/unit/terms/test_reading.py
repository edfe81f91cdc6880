"""Layout is no change: markup, order, numbers and line ends never raise an alarm."""

import html
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsdesk.errors import KnownError
from rightsdesk.terms.decoding import MAX_BYTES, NotTerms, decoded
from rightsdesk.terms.judging import compare_texts
from rightsdesk.terms.paragraphs import (
    MAX_CHARACTERS,
    TermsTooLong,
    is_html,
    paragraphs,
)
from rightsdesk.terms.trees import MAX_MARKUP, PageTooLarge
from tests.unit.terms.texts import HOSTING

AI = [
    "We may train AI models on the content that you post to the service.",
    "We never share your recordings with AI companies for any purpose.",
    "You can opt out of the training of AI on your content in your settings.",
]
PARAGRAPHS = [part.split(". ", 1)[-1] for part in HOSTING.split("\n\n")[1:]] + AI


def keys(text: str) -> list[str]:
    return [paragraph.key for paragraph in paragraphs(text)]


@given(
    order=st.permutations(range(len(PARAGRAPHS))),
    marker=st.sampled_from(["", "- ", "* ", "{}. ", "{}\\. ", "(a) ", "## {}.1 ", "> "]),
    emphasis=st.sampled_from(["", "**", "_"]),
    joint=st.sampled_from(["\n\n", "\r\n\r\n", "\n \n\n"]),
    linked=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_moving_renumbering_and_layout_change_nothing(
    order: list[int], marker: str, emphasis: str, joint: str, linked: bool
) -> None:
    laid_out = []
    for number, index in enumerate(order, 1):
        text = PARAGRAPHS[index]
        if linked:
            text = text.replace("service", "[service](https://a.example/x_(y))")
        laid_out.append(f"{marker.format(number)}{emphasis}{text}{emphasis}")
    judged = compare_texts("\n\n".join(PARAGRAPHS), joint.join(laid_out))
    assert (judged.ai_relevant, judged.broken_fetch) == (False, False)


@given(seed=st.integers(0, 1_000))
@settings(max_examples=20, deadline=None)
def test_splitting_and_merging_paragraphs_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)
    sentences = [f"{part}." for text in PARAGRAPHS for part in text.rstrip(".").split(". ")]
    other = "".join(sentence + chance.choice([" ", "\n\n"]) for sentence in sentences)
    assert not compare_texts("\n\n".join(PARAGRAPHS), other).ai_relevant


def test_html_and_markdown_of_one_text_are_the_same() -> None:
    page = "".join(f"<p>{html.escape(text)}</p>" for text in PARAGRAPHS)
    page = f"<!DOCTYPE html><html><head><title>Terms</title></head><body>{page}</body></html>"
    assert is_html(page)
    judged = compare_texts("\n\n".join(PARAGRAPHS), page)
    assert (judged.ai_relevant, judged.broken_fetch) == (False, False)


def test_scripts_and_hidden_parts_of_a_page_are_not_read() -> None:
    page = (
        "<html><body><script>We train AI on your content.</script><ul><li>One</li><li>Two"
        "<style>a{}</style></li></ul><table><tr><td>Left</td><td>Right</td></tr></table></body>"
    )
    assert keys(page) == ["one", "two", "left right"]


def test_numbers_links_and_marks_are_not_words() -> None:
    assert keys("4.2 (a) **You** may [read _it_](https://a.example/b).") == ["you may read it"]
    assert keys("Heading\n=======\n\n| A | B |\n| --- | --- |\n") == ["heading", "a b"]
    assert keys("It’s&nbsp;yours\u200b.") == ["it's yours"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "[a](" * 50_000,
        "(" * 200_000,
        "1." * 100_000,
        "<a " * 60_000,
        "&" * 200_000,
        "\n" * 200_000,
        "if " * 60_000,
        "not " * 60_000 + "train ai",
        "<html>" + "<div>" * 20_000 + "x",
        "<html><body>" + "<p>We train AI on your content.</p>" * 3_000,
    ],
    ids=lambda text: text[:10],
)
def test_hostile_texts_are_judged_like_others(text: str) -> None:
    compare_texts(text, HOSTING)
    compare_texts(HOSTING, text)


def test_a_text_longer_than_any_terms_is_refused_in_a_sentence() -> None:
    with pytest.raises(TermsTooLong, match=r"1,500,000 characters"):
        paragraphs("a " * MAX_CHARACTERS)
    with pytest.raises(PageTooLarge, match=r"9\.5 MB"):
        paragraphs("<html><p>" + "ä" * (MAX_MARKUP // 2))
    with pytest.raises(NotTerms, match="16 MB"):
        decoded(b"a" * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Größe".encode(), "Größe"),
        ("\ufeffGröße".encode(), "Größe"),
        ("Größe".encode("utf-16"), "Größe"),
        (b'<meta charset="iso-8859-1">Gr\xf6\xdfe', '<meta charset="iso-8859-1">Größe'),
    ],
)
def test_text_is_read_in_its_encoding(content: bytes, text: str) -> None:
    assert decoded(content) == text


@pytest.mark.parametrize("content", [b"\xff\xd8\xff", b"a\0b", b"charset=utf-7 \xff", b"\xff\xfea"])
def test_what_is_not_text_is_refused(content: bytes) -> None:
    with pytest.raises(KnownError, match="not text"):
        decoded(content)
