"""M4A: items are set in their list, and the audio is found wherever it went."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import pytest

from rightsdesk.files import xmp
from rightsdesk.files.containers.mp4 import Mp4
from rightsdesk.files.errors import Damaged, NotAudio, TooLarge, Unsupported
from tests.files.build import (
    AUDIO,
    FTYP,
    MDIR,
    TITLE,
    box,
    ilst,
    mp4,
    noise,
    udta,
)
from tests.files.changing import (
    NO_AI,
    NO_AI_IN_XMP,
    NOTHING,
    change,
    fields,
    nothing,
    plan,
    settable,
)

COVER = box(b"covr", box(b"data", struct.pack(">II", 13, 0), noise(4000)))
UNKNOWN = box(b"----", box(b"mean", bytes(4), b"com.serato.dj"), box(b"name", b"....markers"))
NOT_OURS = box(
    b"----",
    box(b"mean", bytes(4), b"com.apple.iTunes"),
    box(b"name", bytes(4), b"AI-GENERATED"),
    box(b"data", struct.pack(">II", 1, 0), b"no"),
)
ITEMS = (TITLE, COVER, UNKNOWN, NOT_OURS, box(b"free", bytes(5)))
SIGNED = box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481"), noise(90))


def text_item(name: bytes, value: bytes, *, kind: int = 1) -> bytes:
    data = box(b"data", struct.pack(">II", kind, 0), value)
    mean = box(b"mean", bytes(4), b"com.apple.iTunes")
    return box(b"----", mean, box(b"name", bytes(4), name), data)


METADATA = {
    "none": b"",
    "empty udta": box(b"udta"),
    "closed udta": box(b"udta", box(b"chpl", noise(9)), bytes(4)),
    "meta without ilst": udta(),
    "meta without ilst, with room": udta(box(b"free", bytes(900))),
    "ilst": udta(ilst(*ITEMS)),
    "ilst with room": udta(ilst(*ITEMS), box(b"free", bytes(2000))),
    "ilst with little room": udta(ilst(*ITEMS), box(b"free", bytes(20))),
    "room before": udta(box(b"free", bytes(2000)), ilst(*ITEMS)),
    "room that is used": udta(ilst(*ITEMS), box(b"free", b"by someone".ljust(2000))),
    "quicktime meta": box(b"udta", box(b"meta", MDIR, ilst(TITLE))),
    "other user data": box(b"udta", box(b"\xa9xyz", noise(9)), box(b"meta", bytes(4), MDIR)),
}
LAYOUTS: dict[str, dict[str, Any]] = {
    "moov first": {},
    "moov last": {"moov_first": False},
    "free between": {"between": box(b"free", bytes(4000))},
    "little free between": {"between": box(b"free", bytes(500))},
    "wide mdat": {"wide": True, "table": b"co64"},
    "boxes behind": {"after": SIGNED + box(b"free", bytes(30))},
    "two mdats": {"between": box(b"mdat", b"another"), "after": box(b"mdat", b"and another")},
}


@pytest.mark.parametrize("metadata", METADATA.values(), ids=METADATA)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_fields_come_and_go_and_all_else_stays(metadata: bytes, layout: dict[str, Any]) -> None:
    tagged = change(mp4(metadata, **layout), NO_AI)

    assert fields(tagged) == NO_AI
    assert_audio_found(tagged, layout.get("table", b"stco"))
    without = change(tagged, NOTHING)
    assert fields(without) == {}
    assert_audio_found(without, layout.get("table", b"stco"))


def assert_audio_found(file: bytes, table: bytes) -> None:
    """The table's three offsets still lead to the three chunks."""
    at = file.index(table) + 12
    offsets = struct.unpack_from(">3I" if table == b"stco" else ">3Q", file, at)
    for offset, start in zip(offsets, (0, 300, 700), strict=True):
        assert file[offset : offset + 200] == AUDIO[start : start + 200]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_second_change_is_in_place(layout: dict[str, Any]) -> None:
    tagged = change(mp4(udta(ilst(*ITEMS)), **layout), NO_AI)

    assert plan(tagged, {"TDM-POLICY": ("https://elsewhere.example/a/longer/address",)}).in_place


def test_free_space_takes_up_a_change_in_place() -> None:
    assert plan(mp4(METADATA["ilst with room"]), NO_AI).in_place
    assert plan(mp4(METADATA["ilst"], between=box(b"free", bytes(4000))), NO_AI).in_place


@pytest.mark.parametrize("spare", range(9))
def test_every_remainder_of_free_space(spare: int) -> None:
    wanted = {"COPYRIGHT": ("x" * 100,)}
    size = 8 + 16 + 100
    file = mp4(udta(ilst(TITLE), box(b"free", bytes(size - 8 + spare))))

    assert_audio_found(change(file, wanted), b"stco")
    assert_audio_found(change(change(file, wanted), NOTHING), b"stco")


@pytest.mark.parametrize("shorter", range(1, 12))
def test_shrinking_by_any_length_without_free_space(shorter: int) -> None:
    file = mp4(udta(ilst(text_item(b"AI-CONSENT", b"x" * 30))))

    assert_audio_found(change(file, {"AI-CONSENT": ("x" * (30 - shorter),)}), b"stco")


def test_names_compare_without_case_and_doubles_go() -> None:
    items = (text_item(b"ai-consent", b"likeness=y"), TITLE, text_item(b"AI-Consent", b"x"))
    file = mp4(udta(ilst(*items)))

    assert fields(file) == {"AI-CONSENT": ("likeness=y", "x")}
    assert change(file, {"AI-CONSENT": ("likeness=n",)}).count(b"AI-CONSENT") == 1


def test_utf_16_is_read() -> None:
    item = text_item(b"AI-CONSENT", "likeness=n".encode("utf-16-be"), kind=2)

    assert fields(mp4(udta(ilst(item)))) == {"AI-CONSENT": ("likeness=n",)}


def test_an_audiobook_may_have_pictures() -> None:
    assert fields(change(mp4(udta(ilst()), handler=b"soun"), NO_AI)) == NO_AI
    with pytest.raises(NotAudio, match="video"):
        fields(mp4(handler=b"vide", ftyp=box(b"ftyp", b"isom", bytes(4), b"mp42")))
    with pytest.raises(NotAudio, match="no audio"):
        fields(mp4(handler=b"text"))


@pytest.mark.parametrize(
    "file",
    [
        FTYP,
        FTYP + box(b"moof", bytes(8)),
        mp4() + box(b"moof", bytes(8)),
        mp4(udta()).replace(b"mdirappl", b"mdtaappl"),
    ],
)
def test_what_is_not_handled_is_refused(file: bytes) -> None:
    with pytest.raises((Unsupported, Damaged)):
        fields(file)


def test_fragmented_files_are_named() -> None:
    with pytest.raises(Unsupported, match="fragmented"):
        fields(mp4(box(b"mvex", bytes(8))))


@pytest.mark.parametrize(
    "file",
    [
        mp4()[:-1],
        mp4(udta(ilst(TITLE[:-1]))),
        mp4(udta(ilst(), ilst())),
        mp4(udta(ilst(box(b"cprt", b"no data")))),
        FTYP + box(b"mdat", AUDIO),
    ],
)
def test_damage_is_refused(file: bytes) -> None:
    with pytest.raises(Damaged):
        fields(file)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(mp4(udta(ilst(TITLE))) + bytes(4), id="four zero bytes"),
        pytest.param(mp4(udta(ilst(TITLE))) + b"TAG" + bytes(125), id="ID3v1"),
        pytest.param(mp4(udta(ilst(TITLE))) + b"APETAGEX" + bytes(range(64)), id="APE tag"),
        pytest.param(mp4() + b"\0\0\0\1junk" + b"\xff" * 8, id="junk"),
        pytest.param(mp4(box(b"udta", box(b"meta", bytes(4), ilst(TITLE)))), id="no handler"),
        pytest.param(mp4(udta() + udta()), id="two empty udta"),
        pytest.param(mp4(box(b"udta", box(b"name", b"x")) + udta(ilst(TITLE))), id="two udta"),
        pytest.param(mp4(box(b"udta", b"no boxes") + udta(ilst(TITLE))), id="odd udta"),
    ],
)
def test_what_players_and_taggers_take_is_taken(file: bytes) -> None:
    changed = change(file, NO_AI | NO_AI_IN_XMP)
    assert fields(changed)["AI-CONSENT"] == NO_AI["AI-CONSENT"]
    assert not fields(change(changed, nothing(changed)))


def test_zeros_behind_the_boxes_leave_no_place_for_xmp() -> None:
    file = mp4(udta(ilst(TITLE))) + bytes(1000)
    assert set(settable(file)) == set(NO_AI)
    assert fields(change(file, NO_AI)) == NO_AI


def test_free_space_may_stand_before_the_type() -> None:
    with_wide = mp4(udta(ilst(TITLE)), ftyp=box(b"wide") + FTYP)
    assert fields(change(with_wide, NO_AI))["AI-CONSENT"] == NO_AI["AI-CONSENT"]


def test_offsets_that_lead_to_no_audio_are_refused_before_anything_moves() -> None:
    with pytest.raises(Damaged):
        plan(mp4(udta(ilst()), shift=-5000 + (1 << 30)), NO_AI)


@pytest.mark.parametrize(
    "oddity",
    [
        {"extra": box(b"saio", bytes(12))},
        {"flags": 0},
        {"after": box(b"meta", bytes(4), box(b"iloc", bytes(8)))},
    ],
)
def test_other_pointers_are_refused_only_where_the_audio_would_move(oddity: dict[str, Any]) -> None:
    with pytest.raises(Unsupported, match="points at"):
        plan(mp4(udta(ilst()), **oddity), NO_AI)
    room = box(b"free", bytes(3000))
    assert fields(change(mp4(udta(ilst(), room), **oddity), NO_AI)) == NO_AI


def test_an_open_last_box_is_read() -> None:
    file = mp4(udta(ilst(TITLE)))
    at = file.index(b"mdat") - 4

    assert fields(change(file[:at] + bytes(4) + file[at + 4 :], NO_AI)) == NO_AI


def test_an_offset_that_no_longer_fits_its_table_is_refused(tmp_path: Path) -> None:
    data = bytearray(mp4(udta(ilst(TITLE)), wide=True))
    hole = 1 << 32
    mdat, last_offset = data.index(b"mdat"), data.index(b"stco") + 12 + 8
    data[mdat + 4 : mdat + 12] = struct.pack(">Q", 16 + len(AUDIO) + hole)
    data[last_offset : last_offset + 4] = struct.pack(">I", (1 << 32) - 100)
    path = tmp_path / "large.m4a"
    path.write_bytes(data)
    os.truncate(path, len(data) + hole)

    with path.open("rb") as file, pytest.raises(TooLarge):
        Mp4().patch(file, NO_AI)


XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
PACKET = xmp.fresh({"tdm:reservation": ("0",)}, padding=20)
XMP = box(b"uuid", XMP_UUID, PACKET)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("metadata", [b"", METADATA["ilst"]], ids=["bare", "ilst"])
def test_xmp_has_a_box_of_its_own(metadata: bytes, layout: dict[str, Any]) -> None:
    for place in ("between", "after", ""):
        more = {**layout, place: layout.get(place, b"") + XMP} if place else layout
        file = mp4(metadata, **more)
        assert fields(file) == ({"tdm:reservation": ("0",)} if place else {})
        tagged = change(file, {**NO_AI, **NO_AI_IN_XMP})
        assert fields(tagged) == {**NO_AI, **NO_AI_IN_XMP}
        assert_audio_found(tagged, layout.get("table", b"stco"))
        assert plan(tagged, {"tdm:policy": ("https://label.example/" + "x" * 300,)}).in_place
        bare = change(tagged, nothing(tagged))
        assert fields(bare) == {}
        assert b"useplus" not in bare
        assert_audio_found(bare, layout.get("table", b"stco"))


def test_a_packet_that_outgrows_its_box_before_the_audio_leaves_free_space_behind() -> None:
    file = mp4(between=XMP)
    tagged = change(file, NO_AI_IN_XMP)
    at = file.index(XMP)

    assert tagged[:at] == file[:at]
    assert tagged[at : at + len(XMP)] == box(b"free", bytes(len(XMP) - 8))
    assert tagged[at + len(XMP) : len(file)] == file[at + len(XMP) :]


def test_an_open_last_box_is_closed_before_xmp_is_appended() -> None:
    file = mp4()
    at = file.index(b"mdat") - 4

    assert change(file[:at] + bytes(4) + file[at + 4 :], NO_AI_IN_XMP).startswith(file)
    last = mp4(moov_first=False)
    at = last.index(b"moov") - 4
    with pytest.raises(Unsupported, match="add XMP"):
        plan(last[:at] + bytes(4) + last[at + 4 :], NO_AI_IN_XMP)


def test_an_xmp_box_without_a_packet_says_nothing() -> None:
    assert fields(mp4(after=box(b"uuid", XMP_UUID))) == {}
