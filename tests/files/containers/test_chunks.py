"""WAV and AIFF: chunks of any kind and size stay, and an ID3 chunk is set among them."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from mutagen.id3 import ID3

from rightsdesk.consent import PRESETS, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects.files.sentence import left_alone
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.consent.fields import LEFT_ALONE, UNKNOWN_ENCODING
from rightsdesk.files.containers import container_of
from rightsdesk.files.errors import Damaged, DamagedXmp, TooLarge, Unsupported
from rightsdesk.files.xmp import edit as xmp
from rightsdesk.files.xmp.parse import LARGEST
from tests.files.build import COMM, FMT, SAMPLES, SOUND, Chunk, aiff, id3, noise, rf64, wav
from tests.files.changing import (
    BOTH_LINES,
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

Build = Callable[..., bytes]

TAG = id3([("TIT2", b"\x00Title"), ("APIC", noise(700))], padding=3)
WAV_FOREIGN = [
    (b"bext", noise(602)),
    (b"iXML", b"<BWFXML/>x"),
    (b"LIST", b"INFOIART\x05\x00\x00\x00mine\x00\x00"),
    (b"LIST", b"adtlnote" + noise(9)),
    (b"odd ", noise(33)),
    (b"cue ", bytes(28)),
]
AIFF_FOREIGN = [(b"NAME", b"odd"), (b"AUTH", b"A"), (b"MARK", noise(41)), (b"APPL", noise(9))]


@pytest.mark.parametrize(
    "file",
    [
        wav(),
        wav(*WAV_FOREIGN, FMT, SAMPLES),
        wav(FMT, SAMPLES, *WAV_FOREIGN),
        wav(FMT, SAMPLES, (b"id3 ", TAG), *WAV_FOREIGN),
        wav((b"ID3 ", TAG), FMT, (b"data", noise(33))),
        wav(FMT, SAMPLES, (b"id3 ", TAG + b"rest of the chunk"), (b"ID3 ", TAG)),
        wav(FMT, SAMPLES, (b"id3 ", b"")),
        wav(FMT, SAMPLES, (b"id3 ", b"no tag")),
        wav(FMT, SAMPLES) + b"garbage after the end",
        wav(FMT, (b"data", noise(31)))[:-1],
        aiff(),
        aiff(COMM, SOUND, *AIFF_FOREIGN),
        aiff(*AIFF_FOREIGN, COMM, SOUND, (b"ID3 ", TAG)),
        aiff(COMM, (b"id3 ", TAG), (b"SSND", bytes(8) + noise(33)), form=b"AIFC"),
        aiff(COMM),
    ],
    ids=lambda file: f"{file[:4].decode()}-{len(file)}",
)
def test_fields_come_and_go_and_everything_else_stays(file: bytes) -> None:
    tagged = change(file, NO_AI)

    assert fields(tagged) == (BOTH_LINES if "COPYRIGHT-2" in settable(file) else NO_AI)
    assert fields(change(tagged, NOTHING)) == {}
    assert keeps_lengths(plan(tagged, {"TDM-RESERVATION": ("0",)}))


def test_no_list_is_created_next_to_a_foreign_tag() -> None:
    """ffmpeg would show the list instead, and no longer the title in the tag."""
    file = wav(FMT, SAMPLES, (b"id3 ", TAG))

    tagged = change(file, NO_AI)

    assert b"LIST" not in tagged
    assert "COPYRIGHT-2" not in settable(file)
    assert "COPYRIGHT-2" in settable(wav(FMT, SAMPLES, (b"id3 ", id3([]))))


def test_an_existing_list_stays_next_to_a_foreign_tag() -> None:
    file = wav(FMT, SAMPLES, info((b"ICOP", b"2020 A\0")), (b"id3 ", TAG))

    empty = change(file, {"COPYRIGHT-2": ()})

    assert fields(empty) == {}
    assert fields(change(empty, {"COPYRIGHT-2": ("2026 A",)})) == {"COPYRIGHT-2": ("2026 A",)}


@pytest.mark.parametrize(
    ("build", "base", "name"), [(wav, (FMT, SAMPLES), b"id3 "), (aiff, (COMM, SOUND), b"ID3 ")]
)
def test_a_new_tag_is_the_last_chunk(build: Build, base: tuple[Chunk, ...], name: bytes) -> None:
    alone = build(*base)
    tagged = change(alone, {"TDM-RESERVATION": ("1",)})

    assert tagged[len(alone) : len(alone) + 4] == name
    assert tagged == build(*base, (name, tagged[len(alone) + 8 :]))


@pytest.mark.parametrize("extra", range(4))
def test_a_tag_chunk_may_change_between_odd_and_even(extra: int) -> None:
    tag = id3([("TIT2", b"\x00" + b"t" * extra), ("TCOP", b"\x00old")])
    for chunks in ([(b"id3 ", tag), SAMPLES], [SAMPLES, (b"id3 ", tag)]):
        file = wav(FMT, *chunks)
        assert fields(change(file, {"COPYRIGHT": ("new and longer",)}))["COPYRIGHT"]


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("written", [True, False])
def test_the_last_pad_byte_may_be_missing_or_not_counted(counted: bool, written: bool) -> None:
    whole = wav(FMT, (b"data", noise(31)))
    size = len(whole) - 8 - (0 if counted else 1)
    file = whole[:4] + size.to_bytes(4, "little") + whole[8:]
    tagged = change(file if written else file[:-1], NO_AI)

    assert tagged.startswith(whole[:4])
    assert tagged[8 : len(whole)] == whole[8:]
    assert int.from_bytes(tagged[4:8], "little") == len(tagged) - 8


def test_data_after_the_outer_chunk_stays_there() -> None:
    file = wav(FMT, (b"data", noise(31)))[:-1]
    file = file[:4] + (len(file) - 8).to_bytes(4, "little") + file[8:] + b"not a pad byte"

    assert change(file, NO_AI).endswith(b"not a pad byte")


@pytest.mark.parametrize(
    "file",
    [
        wav()[:-1],
        wav(FMT),
        wav(SAMPLES),
        aiff(SOUND),
        wav()[:20],
        wav()[:12],
        b"RIFF\xff\x00\x00\x00WAVE" + wav()[12:] + b"LIST",
        wav(FMT, SAMPLES, (b"id3 ", TAG[:-5])),
        aiff()[:-3],
    ],
)
def test_damage_is_refused(file: bytes) -> None:
    with pytest.raises(Damaged):
        fields(file)


@pytest.mark.parametrize("size", [bytes(4), b"\xff" * 4, b"\xff\xff\xff\x7f"])
def test_a_file_written_to_a_pipe_is_not_called_damaged(size: bytes) -> None:
    """Players continue to the end of the file, so they would play what is added."""
    body = wav(FMT)[12:] + b"data" + size + SAMPLES[1]
    with pytest.raises(Unsupported, match="how long it is"):
        fields(b"RIFF" + size + b"WAVE" + body)


def test_a_wav_without_samples_is_refused() -> None:
    """ffmpeg reads a size of zero as the whole rest of the file, and would play what is added."""
    with pytest.raises(Unsupported, match="no audio"):
        fields(wav(FMT, (b"data", b"")))


@pytest.mark.parametrize(
    ("kind", "name"), [(b"RIFX", "RIFX"), (b"riff" + bytes.fromhex("2e91cf11a5d628db"), "W64")]
)
def test_unsupported_kinds_of_wav_are_named(kind: bytes, name: str) -> None:
    with pytest.raises(Unsupported, match=name):
        fields(kind + wav()[4:])


@pytest.mark.parametrize("build", [wav, aiff])
def test_a_file_that_would_exceed_4_gb_is_refused(build: Build, tmp_path: Path) -> None:
    small = build()
    order: Literal["big", "little"] = "big" if build is aiff else "little"
    header = small.index(b"SSND" if build is aiff else b"data")
    data = (1 << 32) - 200
    path = tmp_path / "large"
    sizes = (header + data).to_bytes(4, order), data.to_bytes(4, order)
    path.write_bytes(small[:4] + sizes[0] + small[8 : header + 4] + sizes[1])
    os.truncate(path, header + 8 + data)

    with path.open("rb") as file:
        container = container_of(file)
        assert container.fields(file) == {}
        assert list(container.essence(file)) == [(header + 8, data)]
        with pytest.raises(TooLarge):
            container.patch(file, NO_AI)


def info(*entries: tuple[bytes, bytes]) -> Chunk:
    body = b"".join(
        name + len(raw).to_bytes(4, "little") + raw + bytes(len(raw) & 1) for name, raw in entries
    )
    return b"LIST", b"INFO" + body


@pytest.mark.parametrize(
    "file",
    [
        wav(FMT, SAMPLES),
        wav(FMT, SAMPLES, info((b"IART", b"A\0"))),
        wav(FMT, info((b"IART", b"odd")), SAMPLES),
        wav(FMT, (b"LIST", info((b"IART", b"odd"))[1][:-1]), SAMPLES),
        wav(FMT, SAMPLES, (b"LIST", b"INFO")),
        wav(FMT, (b"LIST", b"INFO broken"), SAMPLES),
        aiff(COMM, SOUND),
    ],
    ids=lambda file: f"{file[:4].decode()}-{len(file)}",
)
def test_the_formats_own_line_follows_the_tags(file: bytes) -> None:
    tagged = change(file, {"COPYRIGHT": ("2026 A. No AI.", "and B")})

    assert fields(tagged) == {
        "COPYRIGHT": ("2026 A. No AI.", "and B"),
        "COPYRIGHT-2": ("2026 A. No AI.",),
    }
    longer = change(tagged, {"COPYRIGHT": ("2026 Ä. No AI, please.",)})
    assert fields(longer)["COPYRIGHT-2"] == ("2026 Ä. No AI, please.",)
    assert fields(change(longer, {"COPYRIGHT": ()})) == {}
    assert fields(change(tagged, {"AI-CONSENT": ("search=y",)}))["COPYRIGHT-2"]


@pytest.mark.parametrize(
    "file",
    [
        wav(FMT, info((b"IART", b"A\0"), (b"ICOP", b"2020 A\0"), (b"ICMT", b"odd")), SAMPLES),
        wav(FMT, SAMPLES, info((b"ICOP", b"2020 A"))),
        wav(FMT, SAMPLES, info((b"ICOP", b"2020 A")), info((b"IART", b"A"))),
        aiff(COMM, (b"(c) ", b"2020 A"), SOUND),
        aiff(COMM, SOUND, (b"(c) ", b"2020 A\0")),
    ],
    ids=lambda file: f"{file[:4].decode()}-{len(file)}",
)
def test_a_different_line_is_changed_only_on_request(file: bytes) -> None:
    assert fields(file) == {"COPYRIGHT-2": ("2020 A",)}
    tagged = change(file, {"COPYRIGHT": ("No AI.",)})
    assert fields(tagged) == {"COPYRIGHT": ("No AI.",), "COPYRIGHT-2": ("2020 A",)}

    for lines in (("2020 A. No AI.",), ("a", "b"), ("",), ()):
        expected = {"COPYRIGHT": ("No AI.",), **({"COPYRIGHT-2": lines} if lines else {})}
        assert fields(change(tagged, {"COPYRIGHT-2": lines})) == expected
    assert fields(change(file, nothing(file))) == {}


def test_a_list_that_held_only_our_line_is_removed_with_it() -> None:
    for bare in (wav(FMT, SAMPLES), aiff(COMM, SOUND)):
        assert change(change(bare, {"COPYRIGHT-2": ("2020 A",)}), {"COPYRIGHT-2": ()}) == bare


@pytest.mark.parametrize(
    "raw",
    [
        b"\xa9 2020 Bj\xf6rk",
        "© 2020 坂本".encode("euc-jp"),
        "坂本".encode("shift-jis"),
        "© Чайковский".encode("cp1251", "replace"),
        "© 2020 Björk".encode("mac-roman"),
        bytes(range(0x80, 0x100)),
    ],
)
def test_a_line_in_an_unknown_encoding_keeps_its_bytes(raw: bytes) -> None:
    for old in (
        wav(FMT, SAMPLES, info((b"INAM", b"Title\0"), (b"ICOP", raw + b"\0"))),
        aiff(COMM, (b"(c) ", raw), SOUND),
    ):
        before = fields(old)
        (line,) = before["COPYRIGHT-2"]
        assert before[UNKNOWN_ENCODING] == ("COPYRIGHT-2",)

        edit = FILE_SUITE.edit(before, Declaration(PRESETS[Preset.NO_AI]))
        assert "COPYRIGHT" not in edit, "a new line would hide the existing line"
        tagged = change(old, {n: v for n, v in edit.items() if n in settable(old)})
        assert raw + b" | AI rights reserved: " in tagged
        other = change(tagged, {"TDM-POLICY": ("https://another.example/" + "x" * 3000,)})
        assert fields(change(other, {"COPYRIGHT-2": (line,)}))["COPYRIGHT-2"] == (line,)
        assert b"\xef\xbf\xbd" not in other

        own = Declaration(PRESETS[Preset.NO_AI], sentence="Keine KI für dieses Stück")
        assert left_alone(before, own) == ("COPYRIGHT-2",)
        assert not {"COPYRIGHT", "COPYRIGHT-2"} & FILE_SUITE.edit(before, own).keys()
        with pytest.raises(Unsupported, match="unknown encoding"):
            plan(old, {"COPYRIGHT-2": (line + " für",)})
        assert "COPYRIGHT-2" not in fields(change(old, {"COPYRIGHT-2": ()}))


def test_a_new_line_is_utf_8() -> None:
    for old in (wav(), wav(FMT, SAMPLES, info((b"INAM", b"Bj\xf6rk")))):
        assert "© A".encode() in change(old, {"COPYRIGHT-2": ("© A",)})


def test_of_two_lines_only_the_edited_line_changes() -> None:
    old = wav(
        FMT, SAMPLES, info((b"ICOP", b"\xa9 A\0"), (b"ICOP", b"ours"), (b"ICOP", b"\xa9 B\0"))
    )
    new = change(old, {"COPYRIGHT-2": ("© A | x", "© B")})
    assert b"\xa9 A | x\0" in new
    assert b"\xa9 B\0" in new


@pytest.mark.parametrize(
    ("tail", "form"),
    [
        (bytes(4), "inside"),
        (bytes(512), "inside"),
        (b"\0bad\0\0\0\0", "inside"),
        (b"\xff" * 64, "inside"),
        (bytes(700), "behind"),
        (b"TAG" + bytes(125), "behind"),
    ],
)
@pytest.mark.parametrize("build", [wav, aiff])
def test_filler_chunks_stay_after_the_added_chunk(build: Build, tail: bytes, form: str) -> None:
    order: Literal["big", "little"] = "big" if build is aiff else "little"
    whole = build()
    counted = len(whole) - 8 + (len(tail) if form == "inside" else 0)
    file = whole[:4] + counted.to_bytes(4, order) + whole[8:] + tail

    tagged = change(file, NO_AI | NO_AI_IN_XMP)

    assert tagged.endswith(tail)
    kept = 0 if form == "inside" else len(tail)
    assert int.from_bytes(tagged[4:8], order) == len(tagged) - 8 - kept
    assert tagged[8 : len(whole)] == whole[8:]


@pytest.mark.parametrize("off", [8, 200, 1 << 20, -6, -40])
@pytest.mark.parametrize("build", [wav, aiff])
def test_the_outer_size_is_only_a_hint(build: Build, off: int) -> None:
    order: Literal["big", "little"] = "big" if build is aiff else "little"
    whole = build()
    file = whole[:4] + (len(whole) - 8 + off).to_bytes(4, order) + whole[8:]

    tagged = change(file, NO_AI)

    assert int.from_bytes(tagged[4:8], order) == len(tagged) - 8


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_an_outer_size_that_was_never_written_is_accepted(size: int) -> None:
    file = b"RIFF" + size.to_bytes(4, "little") + wav()[8:]
    assert fields(change(file, NO_AI))["AI-CONSENT"]


def test_chunks_after_the_outer_chunk_are_read_as_other_readers_read_them() -> None:
    for first, line in ((wav(), info((b"ICOP", b"2020 A"))), (aiff(), (b"(c) ", b"2020 A"))):
        order: Literal["big", "little"] = "big" if first[:4] == b"FORM" else "little"
        name, data = line
        file = first + name + len(data).to_bytes(4, order) + data
        assert fields(file) == {"COPYRIGHT-2": ("2020 A",)}
        tagged = change(file, {"COPYRIGHT": ("2020 A | No AI",)})
        assert int.from_bytes(tagged[4:8], order) == len(tagged) - 8
    two = change(wav() + wav(), NO_AI)
    assert two.endswith(wav()), "this is a second file that was appended"


def test_many_bytes_after_the_last_chunk_may_be_audio() -> None:
    """This happens in files over 4 GB if the upper bits of the sizes are lost."""
    with pytest.raises(Unsupported, match="after its last chunk"):
        fields(wav() + b"\xff" * (1 << 17))


def test_a_missing_pad_byte_is_noticed() -> None:
    for build, chunks in ((wav, (FMT, SAMPLES)), (aiff, (COMM, SOUND))):
        whole = build(chunks[0], (b"odd ", noise(33)), *chunks[1:], (b"more", noise(10)))
        at = whole.index(b"odd ") + 8 + 33
        file = whole[:at] + whole[at + 1 :]
        tagged = change(file, NO_AI)
        assert tagged[8 : len(file)] == file[8:]


@pytest.mark.parametrize("room", [0, 30, 1034, 5000])
@pytest.mark.parametrize("build", [wav, aiff])
def test_an_empty_chunk_for_a_tag_is_reused(build: Build, room: int) -> None:
    """Readers use only the first such chunk."""
    base = (FMT, SAMPLES) if build is wav else (COMM, SOUND)
    name = b"id3 " if build is wav else b"ID3 "
    file = build(base[0], (name, bytes(room)), base[1])

    tagged = change(file, {"TDM-RESERVATION": ("1",)})

    assert tagged.count(name) == 1
    assert (len(tagged) == len(file)) == (room > 1000)
    assert fields(change(tagged, NOTHING)) == {}


def test_a_first_tag_copies_the_texts_of_the_list() -> None:
    texts = [
        *((b"INAM", "Ünder".encode()), (b"IART", b"Artist\0"), (b"IPRD", "坂本\0".encode())),
        *(
            (b"ICRD", b"2020-05-01\0"),
            (b"ICMT", b"Bj\xf6rk\0"),
            (b"ITRK", b"3\0"),
            (b"IZZZ", b"x\0"),
        ),
        (b"IPRT", b"7\0"),
    ]
    file = wav(FMT, SAMPLES, info(*texts), (b"id3 ", bytes(2000)))
    for source in (file, wav(FMT, SAMPLES, info(*texts))):
        tagged = change(source, {"AI-CONSENT": ("likeness=n",)})
        tag = ID3(io.BytesIO(tagged[tagged.index(b"id3 ") + 8 :]), translate=False)
        found = {name: str(frame) for name, frame in tag.items()}
        assert found == {
            "TIT2": "Ünder",
            "TPE1": "Artist",
            "TALB": "坂本",
            "TRCK": "7",
            "TYER": "2020",
            "TDAT": "0105",
            "TXXX:AI-CONSENT": "likeness=n",
        }
        assert b"TIT2" in change(tagged, NOTHING), "the copied frames are no longer ours"


def test_a_first_tag_does_not_hide_the_lists_copyright_line() -> None:
    file = wav(FMT, SAMPLES, info((b"ICOP", b"2020 A\0")))
    assert fields(change(file, {"TDM-RESERVATION": ("1",)}))["COPYRIGHT"] == ("2020 A",)


@pytest.mark.parametrize(
    "body",
    [
        b"ICOP\x07\0\0\x002020 A\0INAM\x02\0\0\0T\0",
        b"ICOP\x06\0\0\x002020 A" + bytes(6),
        b"ICOP\x06\0\0\x002020 AINAM\xff\0\0\0T\0",
    ],
)
def test_a_damaged_list_is_read_as_far_as_possible(body: bytes) -> None:
    file = wav(FMT, SAMPLES, (b"LIST", b"INFO" + body))
    assert fields(file) == {"COPYRIGHT-2": ("2020 A",)}
    tagged = change(file, {"COPYRIGHT-2": ("2020 A | No AI",)})
    assert tagged.count(b"ICOP") == 1
    change(change(file, {"COPYRIGHT-2": ()}), {"COPYRIGHT-2": ("B",)})


@pytest.mark.parametrize(
    "file",
    [
        wav(),
        wav(FMT, (b"data", noise(31)))[:-1],
        wav(FMT, (b"_PMX", b"\0" * 9), SAMPLES),
        aiff(),
        aiff(COMM, (b"APPL", b"stoc" + noise(9)), SOUND),
    ],
    ids=lambda file: f"{file[:4].decode()}-{len(file)}",
)
def test_xmp_gets_its_own_chunk(file: bytes) -> None:
    tagged = change(file, NO_AI_IN_XMP)

    assert fields(tagged) == NO_AI_IN_XMP
    assert (b"_PMX" if file[:4] == b"RIFF" else b"APPL") in tagged
    assert keeps_lengths(plan(tagged, {"tdm:policy": ("https://label.example/" + "x" * 300,)}))
    assert change(tagged, nothing(tagged)).startswith(file[:4])
    assert fields(change(change(tagged, NO_AI), nothing(tagged))) == {}


def test_two_packets_end_up_with_the_same_answer() -> None:
    packet = xmp.fresh({"tdm:reservation": ("0",)})
    in_tag = id3([("PRIV", b"XMP\0" + packet), ("TIT2", b"\0Title")])
    file = wav(FMT, (b"_PMX", packet), SAMPLES, (b"id3 ", in_tag), (b"_PMX", packet))

    assert fields(file) == {"tdm:reservation": ("0", "0", "0")}
    assert change(file, {"tdm:reservation": ("1",)}).count(b"tdm:reservation>1") == 1


def test_a_packet_that_is_too_large_to_read_stops_the_write() -> None:
    packet = b"<x>" + bytes(LARGEST)
    for file in (wav(FMT, SAMPLES, (b"_PMX", packet)), aiff(COMM, (b"APPL", b"XMP " + packet))):
        with pytest.raises(DamagedXmp):
            fields(file)


@pytest.mark.parametrize(
    "file",
    [
        rf64(FMT, SAMPLES),
        rf64(FMT, SAMPLES, kind=b"BW64"),
        rf64((b"bext", noise(602)), FMT, (b"data", noise(31)), (b"id3 ", TAG)),
        rf64(FMT, SAMPLES, (b"cue ", bytes(28)), table=b"big1" + bytes(8)),
    ],
    ids=len,
)
def test_64_bit_sizes_are_updated(file: bytes) -> None:
    tagged = change(file, {**NO_AI, **NO_AI_IN_XMP})

    assert tagged[:8] == file[:8]
    assert int.from_bytes(tagged[20:28], "little") == len(tagged) - 8
    assert tagged[28:36] == file[28:36]
    lines = BOTH_LINES if "COPYRIGHT-2" in settable(file) else NO_AI
    assert fields(tagged) == {**lines, **NO_AI_IN_XMP}
    assert fields(change(tagged, nothing(tagged))) == {}


@pytest.mark.parametrize(
    "file",
    [
        rf64(FMT, SAMPLES)[:40],
        wav().replace(b"RIFF", b"RF64"),
        rf64(FMT, SAMPLES).replace(b"ds64", b"junk"),
        rf64(FMT, SAMPLES)[:20] + b"\xff" * 16 + rf64(FMT, SAMPLES)[36:],
        rf64(FMT, SAMPLES)[:44] + b"\xff" * 4 + rf64(FMT, SAMPLES)[48:],
        rf64(FMT, SAMPLES, (b"id3 ", b""))[:-4] + b"\xff" * 4,
    ],
)
def test_wrong_64_bit_sizes_are_refused(file: bytes) -> None:
    with pytest.raises(Damaged):
        fields(file)


def test_a_wav_beyond_4_gb_is_changed(tmp_path: Path) -> None:
    small = bytearray(rf64(FMT, SAMPLES))
    hole = 5 << 30
    small[20:28] = (len(small) - 8 + hole).to_bytes(8, "little")
    small[28:36] = (32 + hole).to_bytes(8, "little")
    path = tmp_path / "large.wav"
    path.write_bytes(small)
    os.truncate(path, len(small) + hole)

    with path.open("rb") as file:
        container = container_of(file)
        patch = container.patch(file, NO_AI)
        assert next(iter(container.essence(file)))[1] == 32 + hole
    assert patch.splices[-1].offset == len(small) + hole
    grown = len(patch.splices[-1].data)
    assert (len(small) - 8 + hole + grown).to_bytes(8, "little")[:2] in patch.splices[0].data


LABEL = (b"ICOP", b"2001 A\0\0")


@pytest.mark.parametrize(
    "chunk",
    [
        (b"list", info((b"INAM", b"Song\0\0"), LABEL)[1]),
        info((b"INAM", b"Song\0\0"), (b"icop", b"2001 A\0\0")),
        (b"LIST", info((b"INAM", b"Song\0\0"))[1] + b"ICOP\xff\0\0\x00" + b"2001 A\0\0"),
    ],
    ids=["longer than its list", "icop", "longer than its list"],
)
def test_the_line_of_an_info_list_is_found_as_ffmpeg_and_mediainfo_find_it(
    chunk: tuple[bytes, bytes],
) -> None:
    file = wav(FMT, SAMPLES, chunk)
    assert fields(file) == {"COPYRIGHT-2": ("2001 A",)}
    tagged = change(file, {"COPYRIGHT-2": ("2001 A | ours",), "AI-CONSENT": ("likeness=n",)})
    assert tagged.lower().count(b"icop") == 1
    assert fields(tagged)["COPYRIGHT"] == ("2001 A | ours",)


@pytest.mark.parametrize("text", ["2001 Ä".encode("utf-16"), b"2001 A\0 and more"])
def test_a_line_with_data_after_its_end_is_left_alone(text: bytes) -> None:
    chunks = [
        (wav(FMT, SAMPLES, info((b"ICOP", text + bytes(len(text) % 2)))), "likeness=n"),
        (aiff(COMM, SOUND, (b"(c) ", text)), "likeness=n"),
    ]
    for file, value in chunks:
        assert fields(file)[LEFT_ALONE] == ("COPYRIGHT-2",)
        tagged = change(file, {"AI-CONSENT": (value,)})
        assert text in tagged
        with pytest.raises(Unsupported, match="unknown encoding"):
            plan(file, {"COPYRIGHT-2": ("2001 A | ours",)})


def test_a_line_in_an_unknown_encoding_is_not_copied_elsewhere() -> None:
    tag = id3([("TCOP", b"\x03\xa9 2004 \xcc\xe5\xeb\xee\xe4\xe8\xff")], version=4)
    for file in (aiff(COMM, SOUND, (b"ID3 ", tag)), wav(FMT, SAMPLES, (b"id3 ", tag))):
        (line,) = fields(file)["COPYRIGHT"]
        tagged = change(file, {"COPYRIGHT": (f"{line} | ours",)})
        assert "COPYRIGHT-2" not in fields(tagged)


def test_several_lines_get_no_new_line_before_them() -> None:
    file = wav(FMT, SAMPLES, info(LABEL, (b"ICOP", b"2002 B\0\0")))
    tagged = change(file, {"AI-CONSENT": ("likeness=n",)})
    assert fields(tagged) == {"AI-CONSENT": ("likeness=n",), "COPYRIGHT-2": ("2001 A", "2002 B")}


ID3_LINE = id3([("TCOP", b"\x002001 A")])


@pytest.mark.parametrize("more", [1, 5000, (1 << 31) - 20_000])
@pytest.mark.parametrize(
    ("ending", "name", "data"),
    [
        ("wav", *info((b"INAM", b"Song\0\0"), LABEL)),
        ("wav", b"id3 ", ID3_LINE),
        ("aiff", b"ID3 ", ID3_LINE + b"\0"),
        ("aiff", b"(c) ", b"2001 A"),
    ],
)
def test_a_truncated_chunk_is_read_as_far_as_possible(
    ending: str, name: bytes, data: bytes, more: int
) -> None:
    whole = wav(FMT, SAMPLES, (name, data)) if ending == "wav" else aiff(COMM, SOUND, (name, data))
    order: Any = "little" if ending == "wav" else "big"
    at = whole.rindex(name) + 4
    file = whole[:at] + (len(data) + more).to_bytes(4, order) + whole[at + 4 :]
    file = file.removesuffix(b"\0") if len(data) & 1 else file
    for counted in (len(file) - 8, len(file) - 8 + more):
        file = file[:4] + counted.to_bytes(4, order) + file[8:]
        assert "2001 A" in str(fields(file))
        tagged = change(file, NO_AI)
        chunked: Any = container_of(io.BytesIO(tagged))
        layout = chunked.form.layout(io.BytesIO(tagged))
        found = [chunk for chunk in layout.chunks if chunk.id == name]
        assert len(found) == 1
        assert found[0].end <= len(tagged)


def test_a_chunk_with_only_a_header_is_reused() -> None:
    file = wav(FMT, SAMPLES, (b"LIST", b""))[:-4] + b"\xff\xff\xff\xff"
    assert fields(change(file, NO_AI)) == BOTH_LINES


@pytest.mark.parametrize("counted", [0, 5000])
def test_a_truncated_foreign_chunk_stays_after_ours(counted: int) -> None:
    bare = wav(FMT, SAMPLES)
    cut = b"iXML" + (6000).to_bytes(4, "little") + b"<xml> and no end"
    file = bare[:4] + (len(bare) + len(cut) - 8 + counted).to_bytes(4, "little") + bare[8:] + cut
    assert change(file, NO_AI).endswith(cut)


@pytest.mark.parametrize("lists", [1, 2])
@pytest.mark.parametrize("ours", [0, 1, None])
def test_all_lines_are_read_and_the_last_gets_the_sentence(lists: int, ours: int | None) -> None:
    """ffprobe and exiftool show the last entry, MediaInfo shows all, mutagen shows none."""
    texts = ["2001 A", "2002 B"]
    if ours is not None:
        texts[ours] = "AI rights reserved: no training of generative AI."
    entries = [(b"ICOP", text.encode() + b"\0" * (1 + (len(text) + 1) % 2)) for text in texts]
    chunks = [info(*entries)] if lists == 1 else [info(entry) for entry in entries]
    file = wav(FMT, SAMPLES, *chunks)
    assert fields(file)["COPYRIGHT-2"] == tuple(texts)
    says = FILE_SUITE.read(fields(file)).consent
    assert (says.get(Use.GENERATIVE_TRAINING) is Permission.PROHIBITED) is (ours is not None)
    edit = FILE_SUITE.edit(fields(file), Declaration(PRESETS[Preset.NO_AI]))
    lines = fields(change(file, edit))["COPYRIGHT-2"]
    assert "AI rights reserved: " in lines[-1]
    assert [text for text in texts if "reserved" not in text] == [
        line.partition(" | ")[0] for line in lines
    ]
