"""What a site says with a page or a download: headers and HTML elements."""

import pytest
from hypothesis import given

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects.web.aipref import AiprefHeader
from rightsdesk.consent.dialects.web.noai import NoaiHeader, NoaiMeta
from rightsdesk.consent.dialects.web.rsl_link import RslLink
from rightsdesk.consent.dialects.web.tdmrep import TdmrepHeader, TdmrepMeta
from rightsdesk.consent.fields import edited
from tests.unit.dialects.judges import dictionary
from tests.unit.strategies import declarations

NO, YES = Permission.PROHIBITED, Permission.ALLOWED
NO_AI = Declaration(PRESETS[Preset.NO_AI], terms_url="https://ümlaut.example/ä?b=1")
TRAINED = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.AI_INPUT)


def test_headers_are_written_as_their_standards_show() -> None:
    assert AiprefHeader().encode(NO_AI) == {"content-usage": ("train-ai=n, ai-use=n",)}
    assert TdmrepHeader().encode(NO_AI) == {
        "tdm-reservation": ("1",),
        "tdm-policy": ("https://xn--mlaut-jva.example/%C3%A4?b=1",),
    }
    assert NoaiHeader().encode(NO_AI) == {"x-robots-tag": ("noai",)}
    assert TdmrepMeta().encode(NO_AI)["meta:tdm-reservation"] == ("1",)


@given(declaration=declarations)
def test_another_parser_reads_the_usage_header_as_we_do(declaration: Declaration) -> None:
    for value in AiprefHeader().encode(declaration).get("content-usage", ()):
        members = dictionary(value)
        assert set(members) <= {"train-ai", "ai-use", "search"}
        assert {str(token) for token, _ in members.values()} <= {"y", "n"}


@pytest.mark.parametrize(
    "address", ["https://a.example/\r\nSet-Cookie: x", "x y", "ftp://a.example"]
)
def test_no_address_can_inject_another_header(address: str) -> None:
    declaration = Declaration(NO_AI.consent, terms_url=address)
    assert set(TdmrepHeader().encode(declaration)) == {"tdm-reservation"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("noai", True),
        ("NoAI, noimageai", True),
        ("noindex, nofollow , noai", True),
        ("max-snippet:20, noai", True),
        ("noindex", False),
        ("noimageai", False),
        ("noaim", False),
        ("gptbot: noai", False),
        ("otherbot: noindex, noai", False),
    ],
)
def test_noai_counts_only_if_it_applies_to_all_robots(value: str, said: bool) -> None:
    expected = Consent(dict.fromkeys(TRAINED, NO)) if said else Consent()
    assert NoaiHeader().decode({"x-robots-tag": (value,)}) == expected


@pytest.mark.parametrize("dialect", [NoaiHeader(), NoaiMeta()], ids=lambda d: d.id)
def test_other_directives_stay(dialect: NoaiHeader) -> None:
    name = dialect.fields[0]
    before = {name: ("noindex, max-snippet:5",)}
    written = edited(before, dialect.edit(before, NO_AI))
    assert "noindex, max-snippet:5" in ", ".join(written[name])
    assert dialect.edit(written, NO_AI) == {}
    opened = edited(written, dialect.edit(written, Declaration()))
    assert opened == before
    assert dialect.edit({name: ("noindex,noai,nofollow",)}, Declaration()) == {
        name: ("noindex,nofollow",)
    }


def test_a_page_has_one_element_for_robots() -> None:
    assert NoaiMeta().edit({"meta:robots": ("nofollow",)}, NO_AI) == {
        "meta:robots": ("noai, nofollow",)
    }


def test_noai_cannot_state_a_yes() -> None:
    assert NoaiHeader().encode(Declaration(PRESETS[Preset.OPEN])) == {}
    assert len(NoaiHeader().losses(Declaration(PRESETS[Preset.OPEN]))) == len(Use)


def test_the_licence_link_is_added_to_other_links() -> None:
    dialect = RslLink("https://label.example/rsl.xml")
    old = '<https://label.example/old.xml>; rel="license"; type="application/rsl+xml"'
    before = {"link": ('</style.css>; rel="preload"', old)}
    written = edited(before, dialect.edit(before, NO_AI))
    assert written["link"] == (
        '</style.css>; rel="preload"',
        '<https://label.example/rsl.xml>; rel="license"; type="application/rsl+xml"',
    )
    assert dialect.decode(written) == Consent()
    assert dialect.edit(written, Declaration()) == {"link": ('</style.css>; rel="preload"',)}
