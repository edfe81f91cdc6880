"""The rights properties of XMP, and which of them are ours."""

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects.files.xmp_rights import MARKED, NOTICE, STATEMENT, TERMS, XmpRights
from rightsdesk.consent.dialects.web.tdmrep import TdmrepXmp
from rightsdesk.consent.fields import Fields, edited

URL, LATER = "https://label.example/ai-policy", "https://label.example/terms-2027"
NO_AI = Declaration(PRESETS[Preset.NO_AI], terms_url=URL)


def after(before: Fields, declaration: Declaration) -> Fields:
    return edited(before, XmpRights().edit(before, declaration))


def test_a_packet_without_rights_gets_all_three() -> None:
    written = XmpRights().encode(NO_AI)
    assert written[STATEMENT] == (URL,)
    assert written[MARKED] == ("True",)
    assert XmpRights().decode(written)[Use.LIKENESS] is Permission.PROHIBITED


def test_terms_address_and_mark_of_another_owner_stay() -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    before = {TERMS: ("Credit Ana.",), STATEMENT: (licence,), MARKED: ("False",)}
    written = after(before, NO_AI)
    assert written[TERMS][0].startswith("Credit Ana. | AI rights reserved: no training")
    assert (written[STATEMENT], written[MARKED]) == ((licence,), ("False",))
    assert after(written, Declaration()) == before


def test_our_address_follows_the_terms_and_is_removed_with_them() -> None:
    first = after({}, NO_AI)
    second = after(first, Declaration(NO_AI.consent, terms_url=LATER))
    assert second[STATEMENT] == (LATER,)
    assert URL not in str(second)
    assert after(second, Declaration()) == {MARKED: ("True",)}


def test_the_copyright_notice_is_read_and_never_written() -> None:
    (sentence,) = XmpRights().encode(NO_AI)[TERMS]
    before = {NOTICE: (f"© Owl | {sentence}",)}
    assert XmpRights().decode(before)[Use.DATA_MINING] is Permission.PROHIBITED
    assert NOTICE not in XmpRights().edit(before, Declaration())


@pytest.mark.parametrize("address", ["javascript:alert(1)", "see my site", "https://"])
def test_text_that_is_no_web_address_is_not_written_as_an_address(address: str) -> None:
    assert STATEMENT not in XmpRights().encode(Declaration(NO_AI.consent, terms_url=address))


def test_the_reservation_has_its_own_property() -> None:
    assert TdmrepXmp().encode(NO_AI) == {"tdm:reservation": ("1",), "tdm:policy": (URL,)}
    assert TdmrepXmp().decode({"tdm:reservation": ("0",)}) == Consent(
        dict.fromkeys(
            (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING), Permission.ALLOWED
        )
    )
