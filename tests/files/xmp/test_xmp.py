"""XMP packets: our properties come and go, and every other meaningful byte stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.files.errors import DamagedXmp, Unsupported
from rightsdesk.files.owned import XMP_OWNED
from rightsdesk.files.xmp import edit, packets
from rightsdesk.files.xmp.parse import LARGEST
from tests.files.changing import NO_AI_IN_XMP

NOTHING: dict[str, tuple[str, ...]] = dict.fromkeys(XMP_OWNED, ())
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
PLUS = 'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"'
RIGHTS = 'xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"'
TDM = 'xmlns:tdm="http://www.w3.org/ns/tdmrep/"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
TITLE = f'<rdf:Description rdf:about="" {DC}><dc:title>Title</dc:title></rdf:Description>'
BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'


def packet(*descriptions: str, end: str = "w", padding: int = 0, around: str = "") -> bytes:
    """A packet with these descriptions, as a program might write it."""
    body = "\n  ".join(descriptions)
    return (
        f'{BEGIN}<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Someone 1.0">{around}'
        f"\n <rdf:RDF {RDF}>\n  {body}\n </rdf:RDF>\n</x:xmpmeta>"
        f'{" " * padding}<?xpacket end="{end}"?>'
    ).encode()


def described(content: str, attributes: str = "") -> str:
    """A description that also has a title, so that it is never only ours."""
    names = " ".join((PLUS, RIGHTS, TDM, DC))
    title = "<dc:title>Title</dc:title>"
    return f'<rdf:Description rdf:about="" {names} {attributes}>{title}{content}</rdf:Description>'


def change(old: bytes, new_fields: dict[str, tuple[str, ...]], *, padding: int = 0) -> bytes:
    """The packet with the edit applied. Fails unless it is read back and the rest stays."""
    new = edit.edited(old, new_fields, padding=padding)
    if new is None:
        assert edit.foreign(old) == b""
        return b""
    expected = {**edit.fields_of(old), **new_fields}
    assert edit.fields_of(new) == {name: values for name, values in expected.items() if values}
    assert edit.foreign(new) == edit.foreign(old)
    return new


FORMS = {
    "element": described("<plus:DataMining>old</plus:DataMining>"),
    "attribute": described("", 'plus:DataMining="old"'),
    "single quotes": described("", "plus:DataMining = 'old'"),
    "address": described('<plus:DataMining rdf:resource="old"/>'),
    "own namespace": f'<rdf:Description rdf:about="" {DC}><dc:title>Title</dc:title>'
    '<p:DataMining xmlns:p="http://ns.useplus.org/ldf/xmp/1.0/">old</p:DataMining>'
    "</rdf:Description>",
    "cdata": described("<plus:DataMining><![CDATA[old]]></plus:DataMining>"),
    "in a bag": described(
        "<plus:DataMining><rdf:Bag><rdf:li>old</rdf:li></rdf:Bag></plus:DataMining>"
    ),
    "alone": f'<rdf:Description rdf:about="" {PLUS} plus:DataMining="old"/>',
    "alone, about something": f'<rdf:Description rdf:about="uuid:1" {PLUS}>'
    "<plus:DataMining>old</plus:DataMining></rdf:Description>",
    "with a comment": described("<!-- mine --><plus:DataMining>old</plus:DataMining>"),
    "among others": TITLE + described("<plus:DataMining>old</plus:DataMining>") + TITLE,
}


@pytest.mark.parametrize("description", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_form_of_a_property_is_read_set_and_removed(description: str, codec: str) -> None:
    old = packet(description).decode().encode(codec)

    assert edit.fields_of(old) == {"plus:DataMining": ("old",)}
    for value in ("new", "", 'a "quoted" <value> & \n\t more', "\u266b 坂本"):
        assert change(old, {"plus:DataMining": (value,)})
    tagged = change(old, NO_AI_IN_XMP)
    bare = change(tagged, NOTHING)
    assert not bare or edit.fields_of(bare) == {}


@pytest.mark.parametrize(
    "old",
    [
        packet(),
        packet(TITLE),
        packet(TITLE, TITLE, padding=3000),
        packet(described("<!-- a --><?b c?>"), around="<!-- d --><e xmlns='f'>g</e>"),
        packet(TITLE, end="r"),
        packet('<rdf:Description rdf:about=""/>'),
        packet(f'<rdf:Description about="" {DC} dc:format="audio/mpeg"/>'),
        packet(TITLE).replace(b"rdf:", b"r:").replace(b"xmlns:rdf", b"xmlns:r"),
        packet(TITLE) + b"\0\0\0",
        packet(TITLE).partition(b"?>")[2].partition(b"<?")[0],
        f"<rdf:RDF {RDF}>{TITLE}</rdf:RDF>".encode(),
        f'<?xml version="1.0" encoding="UTF-8"?>\r\n<rdf:RDF {RDF}>\r\n{TITLE}</rdf:RDF>'.encode(),
        f"<rdf:RDF {RDF}/>".encode(),
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {RDF} ></rdf:RDF></x:xmpmeta>'.encode(),
    ],
)
def test_properties_are_added_to_any_packet_and_leave_no_trace(old: bytes) -> None:
    tagged = change(old, NO_AI_IN_XMP)

    assert edit.fields_of(tagged) == NO_AI_IN_XMP
    bare = change(tagged, NOTHING)
    assert not bare or edit.fields_of(bare) == {}
    assert change(change(tagged, {"tdm:policy": ()}), {"tdm:policy": ("x",)})


def test_a_new_packet_is_removed_when_it_becomes_empty() -> None:
    new = edit.fresh(NO_AI_IN_XMP, padding=500)

    assert edit.fields_of(new) == NO_AI_IN_XMP
    assert edit.foreign(new) == b""
    assert edit.edited(new, NOTHING) is None
    assert edit.fresh({}) == b""
    assert edit.edited(new, {}) is new


LANGUAGES = (
    '<xmpRights:UsageTerms><rdf:Alt> <rdf:li xml:lang="de">Nein</rdf:li> '
    '{}<rdf:li xml:lang="fr-FR">Non</rdf:li></rdf:Alt></xmpRights:UsageTerms>'
)


@pytest.mark.parametrize(
    "ours",
    [
        "",
        '<rdf:li xml:lang="x-default">No</rdf:li>',
        "<rdf:li xml:lang='X-Default'>No</rdf:li> <rdf:li>No again</rdf:li>",
    ],
)
def test_other_languages_stay_next_to_the_default_text(ours: str) -> None:
    old = packet(described(LANGUAGES.format(ours)))
    tagged = change(old, {"xmpRights:UsageTerms": ("New",)})

    assert edit.fields_of(tagged) == {"xmpRights:UsageTerms": ("New",)}
    for text in (tagged, change(tagged, NOTHING)):
        assert b"Nein" in text
        assert b"Non" in text
    assert b"New" not in change(tagged, NOTHING)


def test_a_plain_text_becomes_a_language_alternative() -> None:
    old = packet(described("<xmpRights:UsageTerms>No</xmpRights:UsageTerms>"))

    assert edit.fields_of(old) == {"xmpRights:UsageTerms": ("No",)}
    assert b'<rdf:Alt><rdf:li xml:lang="x-default">New</rdf:li></rdf:Alt>' in change(
        old, {"xmpRights:UsageTerms": ("New",)}
    )


def test_the_copyright_notice_is_read_and_never_written() -> None:
    notice = '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© A</rdf:li></rdf:Alt></dc:rights>'
    old = packet(described(notice))

    assert edit.fields_of(old) == {"dc:rights": ("© A",)}
    assert notice.encode() in change(old, NO_AI_IN_XMP)
    odd = packet(described("<dc:rights><rdf:Alt><b xmlns='c'/></rdf:Alt></dc:rights>"))
    assert edit.fields_of(change(odd, NO_AI_IN_XMP)) == NO_AI_IN_XMP
    with pytest.raises(ValueError, match="not ours"):
        edit.edited(old, {"dc:rights": ("mine",)})


def test_different_answers_are_all_read_and_unified() -> None:
    old = packet(
        described("<tdm:reservation>1</tdm:reservation>", 'tdm:reservation="0"'),
        f"<rdf:Description {TDM}><tdm:reservation>0</tdm:reservation></rdf:Description>",
    )

    assert edit.fields_of(old) == {"tdm:reservation": ("0", "1", "0")}
    assert edit.fields_of(change(old, {"tdm:reservation": ("1",)})) == {"tdm:reservation": ("1",)}


def test_padding_absorbs_a_change_and_is_restored() -> None:
    for codec in ("utf-8", "utf-16-be"):
        old = packet(TITLE, padding=2000).decode().encode(codec)
        tagged = change(old, NO_AI_IN_XMP)
        assert len(tagged) == len(old)
        assert len(change(tagged, NOTHING)) == len(old)


def test_a_packet_that_outgrows_its_padding_gets_new_padding() -> None:
    tagged = change(packet(TITLE, padding=7), NO_AI_IN_XMP, padding=2048)

    assert len(change(tagged, {"tdm:policy": ("https://label.example/" + "x" * 500,)})) == len(
        tagged
    )


def test_only_the_bytes_of_a_property_change() -> None:
    old = packet(described("<tdm:reservation>0</tdm:reservation>"))

    assert change(old, {"tdm:reservation": ("1",)}) == old.replace(b">0<", b">1<")


DAMAGED = {
    "empty": b"",
    "not XML": b"something else",
    "cut off": packet(TITLE)[:-80],
    "another document": b"<html/>",
    "no RDF": b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>',
    "two RDFs": packet(TITLE).replace(b"</x:x", f"<rdf:RDF {RDF}/></x:x".encode()),
    "not UTF-8": packet(TITLE).replace(b">Title", b">\xff\xfeTitle"),
    "text between": packet("text"),
    "undeclared prefix": packet('<rdf:Description foo:bar="x"/>'),
    "document type": b"<!DOCTYPE a>" + packet(TITLE),
    "entities": b'<!DOCTYPE a [<!ENTITY b "1">]>'
    + packet(described("<tdm:reservation>&b;</tdm:reservation>")),
    "external entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hosts">]>'
    + packet(described("<tdm:reservation>&b;</tdm:reservation>")),
    "too deep": packet("<a>" * 100 + "</a>" * 100),
    "too large": packet(TITLE, padding=LARGEST),
    "too many": packet("".join([described("", 'tdm:reservation="1"')] * 300)),
    "a structure": packet(described("<tdm:reservation><tdm:a>1</tdm:a></tdm:reservation>")),
    "qualified": packet(
        described(
            '<tdm:reservation rdf:parseType="Resource"><rdf:value>1</rdf:value></tdm:reservation>'
        )
    ),
    "a comment inside": packet(described("<tdm:reservation>1<!-- 0 --></tdm:reservation>")),
}


@pytest.mark.parametrize("damaged", DAMAGED.values(), ids=DAMAGED)
def test_damage_is_refused(damaged: bytes) -> None:
    for read in (edit.fields_of, edit.foreign, lambda data: edit.edited(data, NO_AI_IN_XMP)):
        with pytest.raises(DamagedXmp):
            read(damaged)


def test_characters_that_xml_cannot_hold_are_refused() -> None:
    for text in ("\x0b", "\ufffe", "\0"):
        with pytest.raises(Unsupported, match="control character"):
            edit.fresh({"xmpRights:UsageTerms": (text,)})


def test_several_packets_end_up_with_the_same_answer() -> None:
    first = packet(TITLE)
    second = packet(described("<tdm:reservation>0</tdm:reservation>"))
    new = packets.edited_all([first, second], {"tdm:reservation": ("1",)}, padding=0)

    assert [edit.fields_of(kept) for kept in new if kept] == [
        {"tdm:reservation": ("1",)},
        {},
    ]
    assert packets.edited_all([edit.fresh(NO_AI_IN_XMP)], NOTHING, padding=0) == [None]
    assert packets.edited_all([], NOTHING, padding=0) == []


texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\r\n \"'<>&]"),
    max_size=20,
)
edits = st.dictionaries(
    st.sampled_from(XMP_OWNED), st.lists(texts, max_size=2).map(tuple), max_size=7
)


@given(st.lists(st.sampled_from([TITLE, *FORMS.values()]), max_size=3), edits, edits, st.booleans())
def test_any_value_is_read_back_from_any_packet(
    descriptions: list[str],
    first: dict[str, tuple[str, ...]],
    second: dict[str, tuple[str, ...]],
    wide: bool,
) -> None:
    old = packet(*descriptions)
    tagged = change(old.decode().encode("utf-16") if wide else old, first)
    if tagged:
        change(tagged, second)


@given(st.binary(max_size=60), st.integers(0, 600), st.integers(0, 40))
def test_noise_in_a_packet_is_refused_or_kept(noise: bytes, at: int, lost: int) -> None:
    old = packet(described("<tdm:reservation>0</tdm:reservation>"), padding=50)
    broken = old[:at] + noise + old[at + lost :]
    try:
        change(broken, NO_AI_IN_XMP)
    except DamagedXmp:
        return
