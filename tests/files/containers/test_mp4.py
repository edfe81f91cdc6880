"""M4A: items are set in their list, and the index still leads to the audio."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path
from typing import Any

import pytest

from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.consent.dialects.files.sentence import left_alone
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.consent.fields import LEFT_ALONE, UNKNOWN_ENCODING
from rightsdesk.files.containers.mp4.container import Mp4
from rightsdesk.files.errors import Damaged, NotAudio, TooLarge, Unsupported
from rightsdesk.files.owned import XMP_OWNED, places_of, settable_in
from rightsdesk.files.xmp import edit as xmp
from tests.files.build import (
    AUDIO,
    FTYP,
    MDIR,
    TITLE,
    box,
    ilst,
    mp4,
    noise,
    trak,
    udta,
)
from tests.files.changing import (
    NO_AI,
    NO_AI_IN_XMP,
    NOTHING,
    change,
    fields,
    keeps_lengths,
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
def test_fields_come_and_go_and_everything_else_stays(
    metadata: bytes, layout: dict[str, Any]
) -> None:
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

    assert keeps_lengths(
        plan(tagged, {"TDM-POLICY": ("https://elsewhere.example/a/longer/address",)})
    )


def test_free_space_absorbs_a_change_in_place() -> None:
    assert keeps_lengths(plan(mp4(METADATA["ilst with room"]), NO_AI))
    assert keeps_lengths(plan(mp4(METADATA["ilst"], between=box(b"free", bytes(4000))), NO_AI))


@pytest.mark.parametrize("spare", range(9))
def test_growing_into_free_space_of_every_size(spare: int) -> None:
    edit = {"COPYRIGHT": ("x" * 100,)}
    size = 8 + 16 + 100
    file = mp4(udta(ilst(TITLE), box(b"free", bytes(size - 8 + spare))))

    assert_audio_found(change(file, edit), b"stco")
    assert_audio_found(change(change(file, edit), NOTHING), b"stco")


@pytest.mark.parametrize("shorter", range(1, 12))
def test_shrinking_by_any_length_without_free_space(shorter: int) -> None:
    file = mp4(udta(ilst(text_item(b"AI-CONSENT", b"x" * 30))))

    assert_audio_found(change(file, {"AI-CONSENT": ("x" * (30 - shorter),)}), b"stco")


def test_names_ignore_case_and_duplicates_are_removed() -> None:
    items = (text_item(b"ai-consent", b"likeness=y"), TITLE, text_item(b"AI-Consent", b"x"))
    file = mp4(udta(ilst(*items)))

    assert fields(file) == {"AI-CONSENT": ("likeness=y", "x")}
    assert change(file, {"AI-CONSENT": ("likeness=n",)}).count(b"AI-CONSENT") == 1


def test_utf_16_is_read() -> None:
    item = text_item(b"AI-CONSENT", "likeness=n".encode("utf-16-be"), kind=2)

    assert fields(mp4(udta(ilst(item)))) == {"AI-CONSENT": ("likeness=n",)}


def test_an_audiobook_may_contain_pictures() -> None:
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
        box(b"mdat", AUDIO) + box(b"moov", b"no boxes"),
        mp4() + box(b"moof", bytes(7)),
    ],
)
def test_unsupported_files_are_refused(file: bytes) -> None:
    with pytest.raises((Unsupported, Damaged)):
        fields(file)


def fragmented(*, absolute: bool = False, room: int = 0) -> bytes:
    """Two fragments after an index without audio, and the list of fragments at the end."""
    head = FTYP + box(b"moov", box(b"mvhd", bytes(100)), trak(()), box(b"mvex", bytes(8)))
    head += box(b"free", bytes(room - 8)) if room else b""
    places, pieces = [], b""
    for number in range(2):
        places.append(len(head) + len(pieces))
        base = struct.pack(">Q", places[-1]) if absolute else b""
        tfhd = box(b"tfhd", struct.pack(">II", 1 if absolute else 0x020000, 1), base)
        traf = box(b"traf", tfhd, box(b"trun", noise(20)))
        pieces += box(b"moof", box(b"mfhd", bytes(8)), traf) + box(b"mdat", noise(90, number))
    entries = b"".join(struct.pack(">IIBBB", 7, place, 1, 1, 1) for place in places)
    table = box(b"tfra", struct.pack(">IIII", 0, 1, 0, 2), entries)
    size = 8 + len(table) + 16
    return head + pieces + box(b"mfra", table, box(b"mfro", struct.pack(">II", 0, size)))


def test_fragments_move_as_a_whole() -> None:
    file = fragmented()

    tagged = change(file, NO_AI | NO_AI_IN_XMP)

    assert tagged.endswith(file[-16:]), "readers find the list of fragments by the last bytes"
    at = tagged.index(b"tfra") + 20
    for number in range(2):
        (place,) = struct.unpack_from(">I", tagged, at + 11 * number + 4)
        assert tagged[place + 4 : place + 8] == b"moof"
    assert fields(change(tagged, nothing(tagged))) == {}


def test_fragments_at_absolute_offsets_only_accept_xmp() -> None:
    file = fragmented(absolute=True)
    assert set(settable(file)) == set(XMP_OWNED)
    assert set(settable_in(places_of(settable(file)))) == set(XMP_OWNED)
    assert fields(change(file, NO_AI_IN_XMP)) == NO_AI_IN_XMP
    with pytest.raises(Unsupported, match="points at its audio"):
        plan(file, NO_AI)
    roomy = fragmented(absolute=True, room=5000)
    assert set(NO_AI) < set(settable(roomy))
    assert keeps_lengths(plan(roomy, NO_AI))
    change(roomy, NO_AI | NO_AI_IN_XMP)


def test_a_fragment_of_a_stream_is_named() -> None:
    with pytest.raises(Unsupported, match="piece of a stream"):
        fields(FTYP + box(b"moof", bytes(8)))


@pytest.mark.parametrize(
    "metadata",
    [
        udta().replace(b"mdirappl", b"mdtaappl"),
        box(
            b"udta", box(b"meta", bytes(4), MDIR.replace(b"mdir", b"mdta"), box(b"keys", bytes(8)))
        ),
        box(b"udta", box(b"meta", bytes(4), box(b"keys", bytes(8)), ilst(TITLE))),
    ],
)
def test_tags_by_keys_are_left_alone_and_xmp_is_written(metadata: bytes) -> None:
    file = mp4(metadata)
    assert set(settable(file)) == set(XMP_OWNED)
    assert fields(change(file, NO_AI_IN_XMP)) == NO_AI_IN_XMP
    with pytest.raises(Unsupported, match="in a form"):
        plan(file, NO_AI)


def copyright_item(*values: bytes, kind: int = 1) -> bytes:
    data = (box(b"data", struct.pack(">II", kind, 0x15C7), value) for value in values)
    return box(b"cprt", *data)


UNKNOWN_TEXTS = [
    b"\xa9 2004 M\xfcller",
    "© 音楽".encode("shift-jis", "replace"),
    "Чайковский".encode("cp1251"),
    bytes(range(0x80, 0x100)),
]


@pytest.mark.parametrize("raw", UNKNOWN_TEXTS)
def test_a_line_in_an_unknown_encoding_keeps_its_bytes(raw: bytes) -> None:
    old = mp4(udta(ilst(TITLE, copyright_item(raw))))
    before = fields(old)
    (line,) = before["COPYRIGHT"]
    assert before[UNKNOWN_ENCODING] == ("COPYRIGHT",)

    edit = FILE_SUITE.edit(before, Declaration(PRESETS[Preset.NO_AI]))
    tagged = change(old, {name: edit[name] for name in edit if name in settable(old)})

    assert raw + b" | AI rights reserved: " in tagged
    other = change(tagged, {"TDM-POLICY": ("https://another.example/" + "x" * 3000,)})
    back = change(other, {"COPYRIGHT": (line,)})
    assert copyright_item(raw) in back
    with pytest.raises(Unsupported, match="unknown encoding"):
        plan(old, {"COPYRIGHT": (line + " für",)})


def test_an_item_that_is_no_copyright_line_is_left_alone() -> None:
    for odd in (box(b"cprt", b"no data"), copyright_item(b"odd", kind=2)):
        file = mp4(udta(ilst(TITLE, odd)))
        assert fields(file) == {LEFT_ALONE: ("COPYRIGHT",)}
        declared = Declaration(PRESETS[Preset.NO_AI])
        assert left_alone(fields(file), declared) == ("COPYRIGHT",)
        edit = FILE_SUITE.edit(fields(file), declared)
        assert "AI-CONSENT" in edit
        assert "COPYRIGHT" not in edit
        assert odd in change(file, edit)


def test_lines_stay_in_their_items() -> None:
    """Some readers show the first line, others the last."""
    file = mp4(udta(ilst(copyright_item(b"2004 A"), TITLE, copyright_item(b"2005 B"))))
    tagged = change(file, {"COPYRIGHT": ("2004 A | No AI", "2005 B")})
    assert copyright_item(b"2004 A | No AI") in tagged
    assert copyright_item(b"2005 B") in tagged
    assert b"2005 B" not in change(file, {"COPYRIGHT": ("2004 A",)})
    assert fields(change(file, {"COPYRIGHT": ("a", "b", "c")}))["COPYRIGHT"] == ("a", "b", "c")


QUICKTIME_LINE = box(b"\xa9cpy", struct.pack(">HH", 10, 0x15C7), b"2004 Label")
MOBILE_LINE = box(b"cprt", bytes(4), b"\x15\xc7", b"2004 Label\0")
FURTHER_TAGS = box(b"meta", bytes(4), MDIR, ilst(TITLE, copyright_item(b"2004 Label")))


@pytest.mark.parametrize("line", [QUICKTIME_LINE, MOBILE_LINE])
@pytest.mark.parametrize("after", [b"", bytes(4), bytes(10)])
@pytest.mark.parametrize("own", [b"", box(b"meta", bytes(4), MDIR, ilst(TITLE))])
@pytest.mark.parametrize("moov_first", [True, False])
def test_a_line_in_user_data_is_kept_and_extended(
    line: bytes, after: bytes, own: bytes, moov_first: bool
) -> None:
    file = mp4(box(b"udta", own, line, after), moov_first=moov_first)
    before = fields(file)
    assert before == {"COPYRIGHT-2": ("2004 Label",)}
    edit = FILE_SUITE.edit(before, Declaration(PRESETS[Preset.NO_AI]))
    assert edit["COPYRIGHT"][0].startswith("2004 Label | ")
    assert edit["COPYRIGHT-2"] == edit["COPYRIGHT"]

    tagged = change(file, edit)

    assert_audio_found(tagged, b"stco")
    undone = change(tagged, {name: before.get(name, ()) for name in edit})
    assert line in undone
    assert fields(undone) == before
    gone = plan(tagged, {"COPYRIGHT-2": ()})
    assert not gone.empty


def test_a_line_in_further_tags_is_extended() -> None:
    for file in (
        mp4(udta(ilst(TITLE)) + box(b"udta", FURTHER_TAGS)),
        mp4(box(b"udta", box(b"meta", bytes(4), MDIR, ilst(TITLE)), FURTHER_TAGS)),
    ):
        assert fields(file) == {"COPYRIGHT-2": ("2004 Label",)}
        tagged = change(file, NO_AI | {"COPYRIGHT-2": ("2004 Label | No AI",)})
        assert tagged.count(b"2004 Label | No AI") == 1


def test_a_macintosh_line_accepts_only_ascii() -> None:
    line = box(b"\xa9cpy", struct.pack(">HH", 8, 0), b"2004 M\x9fl")
    before = fields(mp4(box(b"udta", line)))
    assert before[UNKNOWN_ENCODING] == ("COPYRIGHT-2",)
    assert "COPYRIGHT" not in FILE_SUITE.edit(before, Declaration(PRESETS[Preset.NO_AI]))


def test_a_removed_line_can_be_restored() -> None:
    for metadata in (b"", udta(ilst(TITLE)), box(b"udta")):
        file = mp4(metadata)
        patch = plan(file, {"COPYRIGHT-2": ("2004 Label",)})
        out = io.BytesIO()
        patch.write(io.BytesIO(file), out)
        assert fields(out.getvalue()) == {"COPYRIGHT-2": ("2004 Label",)}


@pytest.mark.parametrize("zeros", [1, 4, 7, 8, 30])
def test_zeros_after_items_and_user_data_stay(zeros: int) -> None:
    for metadata in (
        udta(ilst(TITLE, bytes(zeros))),
        udta(ilst(TITLE), bytes(zeros)),
        box(b"udta", box(b"meta", bytes(4), MDIR, ilst(TITLE)), bytes(zeros)),
    ):
        change(change(mp4(metadata), NO_AI), NOTHING)


def test_the_file_type_box_may_be_missing() -> None:
    bare = mp4(udta(ilst(TITLE)), ftyp=b"")
    assert fields(change(bare, NO_AI)) == NO_AI
    last = mp4(udta(ilst(TITLE)), ftyp=b"", moov_first=False)
    assert fields(change(last, NO_AI)) == NO_AI


def test_a_file_that_ends_within_a_box_is_damaged() -> None:
    for kind in (b"mdat", b"free", b"uuid"):
        with pytest.raises(Damaged):
            fields(mp4() + struct.pack(">I", 5000) + kind + b"cut off")


@pytest.mark.parametrize(
    "file",
    [
        mp4()[:-1],
        mp4(udta(ilst(TITLE[:-1]))),
        mp4(udta(ilst(), ilst())),
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
def test_what_players_and_taggers_accept_is_accepted(file: bytes) -> None:
    changed = change(file, NO_AI | NO_AI_IN_XMP)
    assert fields(changed)["AI-CONSENT"] == NO_AI["AI-CONSENT"]
    assert not fields(change(changed, nothing(changed)))


def test_zeros_after_the_boxes_leave_no_place_for_xmp() -> None:
    file = mp4(udta(ilst(TITLE))) + bytes(1000)
    assert set(settable(file)) == set(NO_AI)
    assert fields(change(file, NO_AI)) == NO_AI


def test_free_space_may_come_before_the_file_type() -> None:
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
def test_unknown_offset_tables_are_refused_only_if_the_audio_would_move(
    oddity: dict[str, Any],
) -> None:
    with pytest.raises(Unsupported, match="points at"):
        plan(mp4(udta(ilst()), **oddity), NO_AI)
    room = box(b"free", bytes(3000))
    assert fields(change(mp4(udta(ilst(), room), **oddity), NO_AI)) == NO_AI


def test_an_open_last_box_is_read() -> None:
    file = mp4(udta(ilst(TITLE)))
    at = file.index(b"mdat") - 4

    assert fields(change(file[:at] + bytes(4) + file[at + 4 :], NO_AI)) == NO_AI


def test_an_offset_too_large_for_its_table_is_refused(tmp_path: Path) -> None:
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
def test_xmp_gets_its_own_box(metadata: bytes, layout: dict[str, Any]) -> None:
    for place in ("between", "after", ""):
        more = {**layout, place: layout.get(place, b"") + XMP} if place else layout
        file = mp4(metadata, **more)
        assert fields(file) == ({"tdm:reservation": ("0",)} if place else {})
        tagged = change(file, {**NO_AI, **NO_AI_IN_XMP})
        assert fields(tagged) == {**NO_AI, **NO_AI_IN_XMP}
        assert_audio_found(tagged, layout.get("table", b"stco"))
        assert keeps_lengths(plan(tagged, {"tdm:policy": ("https://label.example/" + "x" * 300,)}))
        bare = change(tagged, nothing(tagged))
        assert fields(bare) == {}
        assert b"useplus" not in bare
        assert_audio_found(bare, layout.get("table", b"stco"))


def test_a_packet_too_large_for_its_box_before_the_audio_leaves_free_space() -> None:
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


def test_an_xmp_box_without_a_packet_states_nothing() -> None:
    assert fields(mp4(after=box(b"uuid", XMP_UUID))) == {}
