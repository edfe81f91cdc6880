"""MP3: every ID3 version and form, and the data of other programs around the audio."""

from __future__ import annotations

import io
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import mutagen.id3
import pytest

from rightsdesk.consent.fields import LEFT_ALONE
from rightsdesk.files.containers import container_of, foreign_difference
from rightsdesk.files.containers.base import PADDING
from rightsdesk.files.errors import Damaged, FileError, NotAudio, Unsupported
from rightsdesk.files.xmp import edit
from tests.files.build import apev2, id3, id3v1, lyrics3, mpeg, noise, stuffed, syncsafe
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

reader: Any = mutagen.id3  # its own annotations are incomplete

COVER = ("APIC", b"\x00image/jpeg\x00\x03\x00" + b"\xff\xd8\xff\xe0" + noise(3000) + b"\xff\xd9")
FOREIGN = [
    ("TIT2", b"\x01\xff\xfeT\x00i\x00"),
    COVER,
    ("GEOB", b"\x00application/octet-stream\x00\x00Serato Markers2\x00\x01\x01" + noise(500, 2)),
    ("POPM", b"someone@example.com\x00\xff\x00\x00\x00\x05"),
    ("PRIV", b"www.amazon.com\x00" + noise(40, 3)),
    ("SYLT", b"\x00eng\x02\x01\x00la\x00\x00\x00\x00\x10"),
    ("CHAP", b"ch0\x00" + bytes(16) + b"TIT2\x00\x00\x00\x02\x00\x00\x00x"),
    ("TXXX", b"\x00AI_GENERATED\x00no"),
    ("XQZ9", b"a frame that nobody knows"),
]
OLD_FOREIGN = [("TT2", b"\x00Title"), ("PIC", b"\x00JPG\x03\x00" + noise(900)), ("XZZ", b"?")]


@pytest.mark.parametrize(
    "tag",
    [
        b"",
        id3([]),
        id3(FOREIGN, version=3),
        id3(FOREIGN, version=3, padding=2048),
        id3(FOREIGN, version=3, padding=7),
        id3(FOREIGN, version=4),
        id3(FOREIGN, version=4, plain_sizes=True),
        id3(FOREIGN, version=4, flags=0x10),
        id3(FOREIGN, version=4, extended=bytes.fromhex("00000006 01 00")),
        id3(FOREIGN, version=3, flags=0x40, extended=bytes.fromhex("00000006 0000 00000000")),
        id3(FOREIGN, version=3, stuff=True),
        id3(FOREIGN, version=3, stuff=True, padding=1500),
        id3(OLD_FOREIGN, version=2),
        id3(OLD_FOREIGN, version=2, stuff=True, padding=20),
        id3(FOREIGN, version=3, padding=30, after=b"left over by someone"),
        id3(FOREIGN, version=4, padding=10) + id3(FOREIGN, version=3, padding=10),
        id3(FOREIGN) + bytes(700),
    ],
    ids=lambda tag: f"{tag[3:6].hex()}-{len(tag)}",
)
@pytest.mark.parametrize(
    "tail",
    [b"", id3v1(), apev2(), apev2() + id3v1(), lyrics3() + id3v1()],
    ids=["plain", "id3v1", "apev2", "both", "lyrics3"],
)
def test_fields_come_and_go_and_everything_else_stays(tag: bytes, tail: bytes) -> None:
    file = tag + mpeg() + tail
    tagged = change(file, NO_AI)

    assert fields(tagged) == NO_AI
    assert tagged.endswith(mpeg() + tail)
    assert fields(change(tagged, NOTHING)) == {}


def test_a_new_tag_has_the_version_that_old_readers_know() -> None:
    tagged = change(mpeg(), {"AI-CONSENT": ("likeness=n",)})

    frame = b"TXXX" + (22).to_bytes(4, "big") + b"\0\0" + b"\0AI-CONSENT\0likeness=n"
    assert tagged == b"ID3\3\0\0" + syncsafe(len(frame) + PADDING) + frame + bytes(PADDING) + mpeg()


@pytest.mark.parametrize(
    ("version", "frame"),
    [
        (2, b"TXX\x00\x00\x16\x00AI-CONSENT\0likeness=n"),
        (3, b"TXXX\x00\x00\x00\x16\0\0\x00AI-CONSENT\0likeness=n"),
        (4, b"TXXX\x00\x00\x00\x16\0\0\x03AI-CONSENT\0likeness=n"),
    ],
)
def test_a_tag_keeps_its_version(version: int, frame: bytes) -> None:
    tagged = change(id3([], version=version, padding=100) + mpeg(), {"AI-CONSENT": ("likeness=n",)})

    assert tagged[3] == version
    assert tagged[10 : 10 + len(frame)] == frame


@pytest.mark.parametrize("version", [2, 3, 4])
@pytest.mark.parametrize("text", ["plain", "© Björk", "坂本龍一", "ÿ", "Ā", "𝄞 clef", ""])
def test_text_in_every_script_is_read_back(version: int, text: str) -> None:
    for stuff in (False, version < 4):
        tagged = change(id3([], version=version, stuff=stuff) + mpeg(), {"COPYRIGHT": (text,)})
        assert fields(tagged) == {"COPYRIGHT": (text,)}


def test_padding_absorbs_a_change_in_place() -> None:
    file = id3(FOREIGN, padding=2000) + mpeg()
    patch = plan(file, NO_AI)

    assert keeps_lengths(patch)
    assert sum(len(splice.data) for splice in patch.splices) < 500
    longer = {"AI-CONSENT": ("search=y, " + NO_AI["AI-CONSENT"][0],)}
    assert keeps_lengths(plan(change(file, NO_AI), longer))


def test_a_change_after_growing_is_in_place() -> None:
    assert not keeps_lengths(plan(mpeg(), NO_AI))
    assert keeps_lengths(plan(change(mpeg(), NO_AI), NOTHING))


def test_frames_of_the_same_name_in_any_case_become_a_single_frame() -> None:
    twice = [("TXXX", b"\x00ai-consent\x00likeness=y"), COVER, ("TXXX", b"\x03AI-Consent\x00x")]
    file = id3(twice) + mpeg()

    assert fields(file) == {"AI-CONSENT": ("likeness=y", "x")}
    assert change(file, NO_AI).count(b"AI-CONSENT") == 1


def test_an_unchanged_second_copyright_frame_stays() -> None:
    lines = [("TCOP", b"\x002020 A"), ("TCOP", b"\x002021 B")]
    file = id3(lines, padding=50) + mpeg()
    patch = plan(file, {"COPYRIGHT": ("2020 A. No AI.", "2021 B")})

    assert fields(change(file, {"COPYRIGHT": ("2020 A. No AI.", "2021 B")}))["COPYRIGHT"] == (
        "2020 A. No AI.",
        "2021 B",
    )
    assert all(b"2021" not in splice.data for splice in patch.splices if not keeps_lengths(patch))
    assert fields(change(file, {"COPYRIGHT": ("only",)})) == {"COPYRIGHT": ("only",)}


def test_a_second_tag_loses_our_fields_and_keeps_the_rest() -> None:
    second = id3([("TXXX", b"\x00TDM-RESERVATION\x000"), COVER])
    tagged = change(id3(FOREIGN) + second + mpeg(), {"TDM-RESERVATION": ("1",)})

    assert tagged.count(b"TDM-RESERVATION") == 1
    assert tagged.count(COVER[1]) == 2


@pytest.mark.parametrize(
    ("version", "flags", "content"),
    [
        (3, 0x80, (17).to_bytes(4, "big") + zlib.compress(b"\x00TDM-RESERVATION\x001")),
        (3, 0x20, b"G\x00TDM-RESERVATION\x001"),
        (4, 0x09, bytes(4) + zlib.compress(b"\x00TDM-RESERVATION\x001")),
        (4, 0x43, b"G" + bytes(4) + b"\x00TDM-RESERVATION\x001"),
        (4, 0x02, stuffed(b"\x01" + "TDM-RESERVATION\0".encode("utf-16") + "1".encode("utf-16"))),
    ],
)
def test_compressed_and_encoded_frames_are_read(version: int, flags: int, content: bytes) -> None:
    file = id3([("TXXX", content, flags)], version=version) + mpeg()

    assert fields(file) == {"TDM-RESERVATION": ("1",)}
    assert fields(change(file, NO_AI)) == NO_AI


@pytest.mark.parametrize(
    ("version", "flags", "content"),
    [
        (3, 0x40, b"\x05\x00TDM-RESERVATION\x001"),
        (4, 0x08, b"not compressed at all"),
        (3, 0, b"\x09no such encoding"),
        (3, 0, b""),
    ],
)
def test_frames_that_cannot_be_read_are_not_ours(version: int, flags: int, content: bytes) -> None:
    file = id3([("TXXX", content, flags)], version=version, padding=9) + mpeg()

    assert fields(file) == {}
    assert content in change(file, NO_AI)


def test_several_values_in_one_frame() -> None:
    edit = {"COPYRIGHT": ("2020 A", "2021 坂本")}
    for version in (2, 3, 4):
        assert fields(change(id3([], version=version) + mpeg(), edit)) == edit


def test_version_2_3_counts_its_padding_in_the_extended_header() -> None:
    extended = bytes.fromhex("00000006 0000") + (300).to_bytes(4, "big")
    file = id3([], flags=0x40, extended=extended, padding=300) + mpeg()
    tagged = change(file, {"TDM-RESERVATION": ("1",)})

    assert int.from_bytes(tagged[16:20], "big") == 300 - (10 + 18)


def test_plain_sizes_of_itunes_are_recognised_before_zeros() -> None:
    # 0x200: read as syncsafe, this would mean 256, in the middle of zeros
    content = b"\x00" + bytes(511)
    file = id3([("PRIV", content), ("TIT2", b"\x00After")], version=4, plain_sizes=True) + mpeg()

    assert b"TIT2\x00\x00\x00\x06\x00\x00\x00After" in change(file, NO_AI)


@pytest.mark.parametrize(
    "file",
    [
        b"ID3\x03\x00\x00\x00\x00\x80\x00" + mpeg(),
        b"ID3\x03\x00\x00" + syncsafe(60000) + mpeg(),
        b"ID3\x03\x00\x00" + syncsafe(20) + b"TIT2\xff\xff\xff\xff" + bytes(12) + mpeg(),
        b"ID3\x03\x00\x00" + syncsafe(20) + b"t!t2\x00\x00\x00\x0a" + bytes(12) + mpeg(),
        id3(FOREIGN, version=4, flags=0x10)[:-1] + b"\x7f" + mpeg(),
        id3(FOREIGN),
        id3(FOREIGN) + b"no audio here" * 50,
        id3([], flags=0x40, extended=bytes.fromhex("7fffffff 0000 00000000")) + mpeg(),
    ],
)
def test_damage_is_refused(file: bytes) -> None:
    with pytest.raises(Damaged):
        fields(file)


def test_the_unpacked_size_of_compressed_frames_is_limited_per_tag() -> None:
    content = b"\0COMMENT\0" + bytes(1 << 20)
    packed = len(content).to_bytes(4, "big") + zlib.compress(content)
    frame = b"TXXX" + len(packed).to_bytes(4, "big") + b"\0\x80" + packed
    file = b"ID3\x03\0\0" + syncsafe(900 * len(frame)) + 900 * frame + mpeg()
    tracemalloc.start()
    try:
        with pytest.raises(Unsupported, match="unpacks to far more"):
            fields(file)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


JUNK = bytes(range(250)) * 400
MANY_FRAMES = mpeg() * 40


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(id3(FOREIGN) + JUNK[:90_000] + MANY_FRAMES, id="the rest of an old cover"),
        pytest.param(bytes(8192) + MANY_FRAMES, id="zeros"),
        pytest.param(JUNK[:2500] + MANY_FRAMES, id="junk"),
        pytest.param(id3([("tagz", b"hello"), *FOREIGN]) + mpeg(), id="a frame in lower case"),
        pytest.param(id3(FOREIGN) * 5 + mpeg(), id="five tags"),
    ],
)
def test_what_players_and_taggers_accept_is_accepted(file: bytes) -> None:
    tagged = change(file, NO_AI)
    assert fields(tagged) == NO_AI
    assert fields(change(tagged, nothing(tagged))) == {}


def test_the_text_of_mp3ext_in_the_padding_is_kept() -> None:
    text = b"MP3ext V3.3.19(ansi)" * 20
    frames = id3(FOREIGN)[10:]
    file = b"ID3\x03\x00\x00" + syncsafe(len(frames) + len(text)) + frames + text + mpeg()
    tagged = change(file, NO_AI)
    assert fields(tagged) == NO_AI
    assert text in tagged


@pytest.mark.parametrize("other", [b"RIFF", b"\x1aE\xdf\xa3", b"FLV\1"])
def test_a_video_with_mpeg_audio_is_no_mp3(other: bytes) -> None:
    with pytest.raises(NotAudio):
        fields(other + bytes(3000) + MANY_FRAMES)


@pytest.mark.parametrize(
    "file",
    [
        id3([], version=5) + mpeg(),
        id3([], version=3, flags=0x01) + mpeg(),
        id3([], version=2, flags=0x40) + mpeg(),
        id3([], flags=0xC0, extended=bytes.fromhex("0000000a 8000 00000000 12345678")) + mpeg(),
        id3([], version=4, flags=0xC0, extended=bytes.fromhex("0000000c 01 20 05 0102030405"))
        + mpeg(),
        id3([]) * 65 + mpeg(),
    ],
)
def test_forms_that_cannot_be_kept_are_refused(file: bytes) -> None:
    with pytest.raises(Unsupported):
        fields(file)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"\xff",
        noise(5000),
        b"\xff\xfb\x90\x00" * 300,
        mpeg(1)[:400],
        b"<html>" * 99,
        bytes(9000),
    ],
)
def test_other_data_is_no_mp3(file: bytes) -> None:
    with pytest.raises(NotAudio):
        fields(file)


@pytest.mark.parametrize("tail", [b"APETAGEX" + b"\xff" * 24, b"x999999LYRICS200".rjust(40)])
def test_a_trailing_tag_with_a_false_size_is_kept(tail: bytes) -> None:
    assert change(mpeg() + tail, NO_AI).endswith(mpeg() + tail)


def frames(header: bytes, length: int, count: int = 5) -> bytes:
    return b"".join(header + noise(length - len(header), seed) for seed in range(count))


@pytest.mark.parametrize("before", [b"", id3([("TIT2", b"\x00Title")])])
@pytest.mark.parametrize(
    ("audio", "name"),
    [
        (frames(b"\xff\xfd\x90\x00", 522), "Layer II"),  # 160 kbit/s at 44.1 kHz
        (frames(b"\xff\xf5\x80\x00", 417), "Layer II"),  # 64 kbit/s at 22.05 kHz
        (frames(b"\xff\xff\xc4\x00", 384), "Layer I "),  # 384 kbit/s at 48 kHz
        (frames(b"\xff\xfb\x00\x00", 700), "free format"),
        (frames(b"\xff\xf1\x50\x80\x20\x1f\xfc", 256), "ADTS"),
    ],
)
def test_unsupported_kinds_of_mpeg_audio_are_named(before: bytes, audio: bytes, name: str) -> None:
    with pytest.raises(Unsupported, match=name):
        fields(before + audio)


def test_a_nul_or_a_foreign_field_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="NUL"):
        plan(mpeg(), {"COPYRIGHT": ("a\0b",)})
    with pytest.raises(ValueError, match="not ours"):
        plan(mpeg(), {"TITLE": ("mine now",)})


def test_a_tag_that_would_exceed_its_format_is_refused() -> None:
    huge = {"COPYRIGHT": ("x" * (1 << 24),)}

    with pytest.raises(FileError):
        plan(id3([], version=2) + mpeg(), huge)


def test_a_tag_larger_than_its_size_field_is_refused(tmp_path: Path) -> None:
    """Four syncsafe bytes count to 256 MB. The file has holes, so it uses no space."""
    size = (1 << 28) - 1 - PADDING - 150
    with (tmp_path / "large.mp3").open("w+b") as file:
        file.write(b"ID3\x03\0\0" + syncsafe(size))
        file.write(b"GEOB" + (size - 10).to_bytes(4, "big") + b"\0\0")
        file.seek(10 + size)
        file.write(mpeg())
        container = container_of(file)
        assert container.patch(file, {"TDM-RESERVATION": ("1",)}).splices
        with pytest.raises(FileError, match="tag is full"):
            container.patch(file, NO_AI)


PACKET = edit.fresh({"tdm:reservation": ("0",)}, padding=0)


@pytest.mark.parametrize(
    "tag",
    [
        b"",
        id3(FOREIGN, padding=3000),
        id3(FOREIGN, version=4),
        id3(FOREIGN, version=4, flags=0x80),
        id3(FOREIGN, stuff=True, padding=10),
        id3([*FOREIGN, ("PRIV", b"XMP\0" + PACKET)]),
        id3([("PRIV", b"XMP\0" + PACKET), *FOREIGN], version=4, flags=0x10),
        id3([("PRIV", b"XMP\0" + PACKET), *FOREIGN], stuff=True),
        id3(OLD_FOREIGN, version=2) + id3(FOREIGN),
    ],
    ids=lambda tag: f"{tag[3:6].hex()}-{len(tag)}",
)
def test_xmp_gets_its_own_frame(tag: bytes) -> None:
    tagged = change(tag + mpeg(), {**NO_AI, **NO_AI_IN_XMP})

    assert fields(tagged) == {**NO_AI, **NO_AI_IN_XMP}
    assert fields(change(tagged, nothing(tagged))) == {}


def test_xmp_in_utf_16_is_unsynchronised_too() -> None:
    wide = PACKET.decode().replace(">0<", ">\u30ff\uff00<").encode("utf-16")
    for tag in (
        id3([("PRIV", b"XMP\0" + wide)], stuff=True),
        id3([("PRIV", stuffed(b"XMP\0" + wide), 0x02)], version=4, flags=0x80),
    ):
        assert fields(tag + mpeg()) == {"tdm:reservation": ("\u30ff\uff00",)}
        tagged = change(tag + mpeg(), {"tdm:policy": ("\uff00\u00ff",)})
        assert fields(tagged)["tdm:policy"] == ("\uff00\u00ff",)


def test_version_2_2_has_no_frame_for_xmp() -> None:
    file = id3(OLD_FOREIGN, version=2) + mpeg()

    assert "tdm:policy" not in settable(file)
    with pytest.raises(Unsupported, match="XMP"):
        plan(file, {"tdm:policy": ("x",)})


def test_other_private_frames_are_not_ours() -> None:
    for content in (b"XMP", b"XMP\0", b"XMP\0\0\0", b"XMPX\0" + PACKET):
        file = id3([("PRIV", content)], padding=9) + mpeg()
        assert fields(file) == {}
        assert content in change(file, NO_AI)


@pytest.mark.parametrize("follower", [b"", b"\x00\xff"])
def test_a_frame_may_need_stuffing_after_ours_is_removed(follower: bytes) -> None:
    """0xFF needs no stuffing before a frame's id.

    After our frame is removed, padding follows it.
    """
    frames = [("PRIV", b"owner\0\xff"), ("TXXX", b"\0AI-CONSENT\0x"), ("PRIV", b"x\0" + follower)]
    for version, ids in ((3, frames), (2, [("COM", b"eng\xff"), ("TXX", b"\0AI-CONSENT\0x")])):
        file = id3(ids, version=version, stuff=True, padding=40) + mpeg()
        assert fields(change(file, {"AI-CONSENT": ()})) == {}
        assert fields(change(file, NO_AI)) == NO_AI
        assert fields(change(change(file, NOTHING), NO_AI)) == NO_AI


def test_a_large_unsynchronised_tag_is_processed_fast() -> None:
    cover = ("APIC", b"\x00image/jpeg\x00\x03\x00" + b"\xff\x00\xff\xe0" * (1 << 20))
    file = id3([cover, ("TCOP", b"\x002020 A")], stuff=True) + mpeg()

    assert fields(change(file, NO_AI)) == NO_AI


def old_tag(comment: bytes = b"A comment of thirty characters", genre: int = 17) -> bytes:
    texts = ((b"S\xf3ng", 30), (b"Artist  ", 30), (b"Album", 30), (b"2001", 4))
    fields = b"".join(text.ljust(length, b"\0") for text, length in texts)
    return b"TAG" + fields + comment.ljust(30, b"\0") + bytes((genre,))


def test_a_new_tag_copies_the_texts_of_an_old_tag() -> None:
    """Readers such as ffmpeg ignore the old tag as soon as there is a new tag."""
    tagged = change(mpeg() + old_tag(), NO_AI)

    frames = reader.ID3(io.BytesIO(tagged), load_v1=False)
    assert str(frames["TIT2"]) == "Sóng"
    assert str(frames["TPE1"]) == "Artist"
    assert str(frames["TALB"]) == "Album"
    assert str(frames["TDRC"]) == "2001"
    assert frames["TCON"].genres == ["Rock"]
    assert str(frames["COMM::XXX"]) == "A comment of thirty characters"
    assert "TRCK" not in frames
    assert tagged.endswith(mpeg() + old_tag())
    assert fields(change(tagged, NOTHING)) == {}


def test_an_old_tag_may_be_almost_empty() -> None:
    for tail, number in (
        (old_tag(bytes(29) + b"\7", 255), "7"),
        (b"TAG" + bytes(124) + b"\xff", ""),
    ):
        frames = reader.ID3(io.BytesIO(change(mpeg() + tail, NO_AI)), load_v1=False)
        assert str(frames.get("TRCK", "")) == number
        assert not {"TCON", "COMM::XXX"} & set(frames)


def test_no_frame_is_copied_into_an_existing_tag_or_without_an_edit() -> None:
    assert b"TIT2" not in change(id3([("TPE1", b"\0A")]) + mpeg() + old_tag(), NO_AI)
    assert plan(mpeg() + old_tag(), NOTHING).empty


def test_a_copied_frame_is_protected_like_any_other_frame() -> None:
    """A version without the copied frame counts as different."""
    whole = change(mpeg() + old_tag(), NO_AI)
    title = whole.index(b"TIT2")
    without = whole[:title] + b"PRIV" + whole[title + 4 :]

    old, new = io.BytesIO(whole), io.BytesIO(without)

    assert foreign_difference(container_of(old), old, new) == "ID3v2.3 TIT2"


LINE = ("copyright", "2012 Läbel".encode())


def test_a_first_tag_copies_the_texts_of_an_ape_tag() -> None:
    items = [
        ("Title", "Tïtle".encode()),
        ("Artist", b"One\0Two"),
        ("Year", b"2012-05-06"),
        ("Comment", "坂本".encode()),
        ("MOOD", b"calm"),
        ("mood", b"not this one"),
        ("AI-CONSENT", b"ours, and not read here"),
        ("Broken", b"\xff\xfe"),
        LINE,
    ]
    file = mpeg() + apev2(items)
    assert fields(file) == {"COPYRIGHT-2": ("2012 Läbel",)}
    tagged = change(file, {"AI-CONSENT": ("likeness=n",)})
    found = reader.ID3(io.BytesIO(tagged))
    assert {key: str(frame) for key, frame in found.items()} == {
        "TIT2": "Tïtle",
        "TPE1": "One\0Two",
        "TDRC": "2012-05-06",
        "COMM::XXX": "坂本",
        "TXXX:MOOD": "calm",
        "TXXX:AI-CONSENT": "likeness=n",
        "TCOP": "2012 Läbel",
    }
    assert change(tagged, {"AI-CONSENT": (), "COPYRIGHT": ()}).endswith(file)


def test_the_line_of_an_ape_tag_counts_only_if_id3_has_none() -> None:
    for frame in [("TCOP", b"\0Mine"), ("TCOP", b"\x01no mark")]:
        assert "COPYRIGHT-2" not in fields(id3([frame]) + mpeg() + apev2([LINE]))
    file = id3([("TIT2", b"\0Title")]) + mpeg() + apev2([LINE])
    assert fields(file) == {"COPYRIGHT-2": ("2012 Läbel",)}
    assert fields(change(file, {"COPYRIGHT": ("Mine",)})) == {"COPYRIGHT": ("Mine",)}


def test_an_ape_line_in_an_unknown_encoding_is_not_hidden() -> None:
    file = mpeg() + apev2([("Copyright", b"2012 L\xe4bel")])
    assert fields(file) == {LEFT_ALONE: ("COPYRIGHT",)}
    with pytest.raises(Unsupported, match="unknown encoding"):
        plan(file, {"COPYRIGHT": ("Mine",)})
    tagged = change(file, {"AI-CONSENT": ("likeness=n",)})
    assert fields(tagged) == {LEFT_ALONE: ("COPYRIGHT",), "AI-CONSENT": ("likeness=n",)}


@pytest.mark.parametrize("count", [0, 1, 1 << 31])
@pytest.mark.parametrize(
    ("at", "new"),
    [(0, b""), (8, b"\xff\xff\xff\x7f"), (32, b"\xff\xff\xff\xff"), (40, b"\xe4"), (45, b"x")],
)
def test_an_ape_tag_with_a_false_size_stays(count: int, at: int, new: bytes) -> None:
    tag = bytearray(apev2([("Title", b"Title"), LINE]))
    tag[-16:-12] = count.to_bytes(4, "little")
    tag[at : at + len(new)] = new
    file = mpeg() + bytes(tag)
    assert change(file, {"AI-CONSENT": ("likeness=n",)}).endswith(file)
