"""RSL 1.0: two licence blocks, closed lists, and hostile XML."""

from xml.etree import ElementTree

import pytest
from hypothesis import given

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects import DialectError
from rightsdesk.consent.dialects.web.rsl import FIELD, NAMESPACE, PAYMENTS, READ, Rsl
from rightsdesk.consent.losses import loss_sentence
from tests.unit.strategies import declarations

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
G, T, M, S = Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING, Use.SEARCH
I_ = Use.AI_INPUT
Answers = dict[Use, Permission]
URL = "https://label.example/ai-policy"
SEARCH = '<license><permits type="usage">search</permits></license>'


def document(*licences: str, content: str = 'url="/"') -> str:
    return f'<rsl xmlns="{NAMESPACE}"><content {content}>{"".join(licences)}</content></rsl>'


def licence(inside: str, **usage: str) -> str:
    lists = "".join(f'<{verb} type="usage">{tokens}</{verb}>' for verb, tokens in usage.items())
    return f"<license>{lists}{inside}</license>"


def read(text: str) -> Answers:
    return dict(Rsl().decode({FIELD: (text,)}))


def test_ask_first_gets_its_own_licence_block() -> None:
    (text,) = Rsl().encode(
        Declaration(PRESETS[Preset.ASK_FIRST], rightsholder="Label", terms_url=URL)
    )[FIELD]
    assert (
        text
        == f"""\
<?xml version="1.0" encoding="UTF-8"?>
<rsl xmlns="https://rslstandard.org/rsl">
  <content url="/">
    <license>
      <permits type="usage">search</permits>
    </license>
    <license>
      <permits type="usage">ai-train</permits>
      <payment type="training">
        <custom>{URL}</custom>
      </payment>
    </license>
    <license>
      <permits type="usage">ai-input ai-index</permits>
      <payment type="subscription">
        <custom>{URL}</custom>
      </payment>
    </license>
    <copyright>Label</copyright>
    <terms>{URL}</terms>
  </content>
</rsl>
"""
    )
    assert read(text) == {G: ASK, T: ASK, I_: ASK, M: NO, S: YES}


def test_no_ai_prohibits_every_use_that_rsl_can_name() -> None:
    (text,) = Rsl().encode(Declaration(PRESETS[Preset.NO_AI]))[FIELD]
    assert '<prohibits type="usage">ai-train ai-input ai-index</prohibits>' in text
    assert read(text) == {G: NO, T: NO, I_: NO, M: NO, S: YES}


@given(declaration=declarations)
def test_another_parser_finds_only_standard_elements(declaration: Declaration) -> None:
    for text in Rsl("/müsik/").encode(declaration).get(FIELD, ()):
        root = ElementTree.fromstring(text)
        tag = f"{{{NAMESPACE}}}"
        (content,) = root
        assert content.attrib == {"url": "/müsik/"}
        for element in content.iter(f"{tag}license"):
            sold = element.find(f"{tag}payment")
            lists = {child.tag.removeprefix(tag): child for child in element}
            assert set(lists) <= {"permits", "prohibits", "payment"}
            for verb in {"permits", "prohibits"} & set(lists):
                assert set((lists[verb].text or "").split()) <= set(READ)
            assert sold is None or sold.get("type") in PAYMENTS.values()
            assert sold is None or "prohibits" not in lists


def test_ask_first_needs_an_address_to_ask() -> None:
    asked = Declaration(PRESETS[Preset.ASK_FIRST])
    assert "payment" not in Rsl().encode(asked)[FIELD][0]
    assert Rsl().notes(asked) == ("RSL can only say “ask me” with the web address of your terms.",)


PAID = f'<payment type="subscription"><custom>{URL}</custom></payment>'


def every(answer: Permission, **others: Permission) -> Answers:
    return dict.fromkeys((G, T, I_, M, S), answer) | {Use[u]: p for u, p in others.items()}


@pytest.mark.parametrize(
    ("licences", "said"),
    [
        ([], {}),
        ([SEARCH], every(NO, SEARCH=YES)),
        ([licence("", permits="all")], every(YES)),
        (
            [licence("", prohibits="ai-train")],
            every(YES, GENERATIVE_TRAINING=NO, OTHER_TRAINING=NO),
        ),
        ([licence("", prohibits="all")], every(NO)),
        ([licence('<payment type="free"/>')], every(YES)),
        (
            [licence(PAID, prohibits="ai-train")],
            every(ASK, GENERATIVE_TRAINING=NO, OTHER_TRAINING=NO),
        ),
        ([licence("", prohibits="train-ai,ai-use")], {G: NO, T: NO, I_: NO}),
        ([licence("", permits="train-ai")], every(NO)),
        ([licence("", permits="ai-all", prohibits="ai-all")], every(NO)),
        ([licence("", permits="ai-index search")], every(NO, SEARCH=YES)),
        ([licence("", permits="ai-input search", prohibits="ai-index")], every(NO, SEARCH=YES)),
        ([SEARCH, licence(PAID, permits="ai-input")], every(NO, SEARCH=YES, AI_INPUT=ASK)),
        (
            [
                licence("", permits="search", prohibits="ai-all"),
                licence(PAID, permits="ai-train"),
            ],
            every(NO, SEARCH=YES),
        ),
        ([licence('<payment type="free"/>', permits="all")], every(YES)),
        ([licence('<payment type="attribution"/>', permits="all")], every(ASK)),
        ([licence('<permits type="user">education</permits>', permits="all")], every(ASK)),
        ([licence('<legal type="disclaimer">as-is</legal>', permits="all")], every(YES)),
        ([licence("<paymnt/>", permits="all")], every(ASK)),
        ([licence("", permits="all"), licence("<paymnt/>")], every(ASK)),
        # A licence that is offered free of charge is free, whatever other licences cost.
        ([licence(PAID, permits="all"), licence("", permits="all")], every(YES)),
        ([licence(PAID, permits="all"), SEARCH], every(ASK, SEARCH=YES)),
        # Commas, or two lists of one type, are not valid RSL 1.0, so they must not grant anything.
        ([licence("", permits="search,ai-train")], every(NO, SEARCH=ASK) | {G: ASK, T: ASK}),
        (
            [licence('<permits type="usage">search</permits>', permits="ai-train")],
            every(NO, SEARCH=ASK) | {G: ASK, T: ASK},
        ),
        # Errata of 2026-08-07: extensions in other namespaces are ignored.
        ([licence('<x:price xmlns:x="urn:x">9</x:price>', permits="all")], every(YES)),
        ([licence('<payment xmlns="urn:x" type="purchase"/>', permits="all")], every(YES)),
        ([licence('<x:more xmlns:x="urn:x"/>')], every(YES)),
        ([licence('<prohibits xmlns="urn:x" type="usage">all</prohibits>')], every(YES)),
        ([licence(f'{PAID}<x:a xmlns:x="urn:x"/>', permits="all")], every(ASK)),
    ],
)
def test_the_strictest_interpretation_of_all_licences_counts(
    licences: list[str], said: Answers
) -> None:
    assert read(document(*licences)) == said


@pytest.mark.parametrize("content", ['url="/press/"', 'url="/" server="https://s.example"', ""])
def test_a_licence_for_a_part_or_against_one_token_is_not_free(content: str) -> None:
    assert read(document(licence("", permits="all"), content=content)) == every(ASK)


def test_a_part_of_the_site_that_is_free_is_named() -> None:
    """3.1.1: in a narrower place its own licences count, not the licences of the whole site."""
    whole = licence("", permits="search", prohibits="ai-all")
    part = f'<content url="/music/">{licence("", permits="ai-train")}</content>'
    text = document(whole).replace("</rsl>", f"{part}</rsl>")
    assert read(text)[G] is NO
    (note,) = Rsl().notes_on({FIELD: (text,)})
    assert "/music/" in note
    assert "training AI that makes music" in note
    assert Rsl("/music/").notes_on({FIELD: (document(whole),)}) == ()
    paid = text.replace("</license></content></rsl>", f"{PAID}</license></content></rsl>")
    assert Rsl().notes_on({FIELD: (paid,)}) == ()


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rsl [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + f']><rsl xmlns="{NAMESPACE}">&a11;</rsl>'
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "permits all",
        "<rsl/>",
        '<rsl xmlns="https://rslstandard.org/other"/>',
        document(SEARCH)[:-3],
        BILLION_LAUGHS,
        f'<!DOCTYPE rsl SYSTEM "file:///etc/passwd">{document(SEARCH)}',
        document("<a>" * 50_000),
        document(licence("", permits="<b>all</b>")),
        document("&lt;license>&unknown;"),
        "\ud800",
    ],
    ids=range(11),
)
def test_any_other_document_is_refused(text: str) -> None:
    with pytest.raises(DialectError):
        read(text)


def test_a_byte_order_mark_and_a_declared_encoding_are_accepted() -> None:
    text = '\ufeff<?xml version="1.0" encoding="ISO-8859-1"?>\n<!-- search -->' + document(SEARCH)
    assert read(text)[S] is YES


def test_markup_in_a_name_is_escaped() -> None:
    bad = Declaration(PRESETS[Preset.NO_AI], rightsholder='<permits type="usage">all\x00</permits>')
    (text,) = Rsl().encode(bad)[FIELD]
    assert Rsl().decode({FIELD: (text,)})[G] is NO
    assert text.count("<permits") == 1


def test_an_empty_consent_gives_no_file() -> None:
    assert Rsl().encode(Declaration(Consent({M: NO}))) == {}
    assert [loss_sentence(loss) for loss in Rsl().losses(Declaration(Consent({M: NO})))] == [
        "RSL says nothing about data mining."
    ]
