"""WAV and AIFF: chunks of any kind and size stay, an ID3 chunk is set among them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from rightsdesk.files.containers import container_of
from rightsdesk.files.errors import Damaged, TooLarge, Unsupported
from tests.files.build import COMM, FMT, SAMPLES, SOUND, Chunk, aiff, id3, noise, wav
from tests.files.changing import NO_AI, NOTHING, change, fields, plan

Build = Callable[..., bytes]

TAG = id3([("TIT2", b"\x00Title"), ("APIC", noise(700))], padding=3)
WAV_FOREIGN = [
    (b"bext", noise(602)),
    (b"iXML", b"<BWFXML/>x"),
    (b"LIST", b"INFOICOP\x05\x00\x00\x00mine\x00\x00"),
    (b"odd ", noise(33)),
    (b"cue ", bytes(28)),
]
AIFF_FOREIGN = [(b"NAME", b"odd"), (b"(c) ", b"2020 A"), (b"MARK", noise(41)), (b"APPL", noise(9))]


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
def test_fields_come_and_go_and_all_else_stays(file: bytes) -> None:
    tagged = change(file, NO_AI)

    assert fields(tagged) == NO_AI
    assert fields(change(tagged, NOTHING)) == {}
    assert plan(tagged, NOTHING).in_place


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


def test_what_follows_the_outer_chunk_stays_behind_it() -> None:
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
        b"RIFF\xff\xff\xff\xffWAVE" + wav()[12:],
        b"RIFF\x00\x00\x00\x00WAVE" + wav()[12:],
        wav(FMT, SAMPLES, (b"\x00bad", b"")),
        wav(FMT, SAMPLES, (b"LIST", b""))[:-4] + b"\xff\xff\xff\xff",
        wav(FMT, SAMPLES, (b"id3 ", TAG[:-5])),
        aiff()[:-3],
    ],
)
def test_damage_is_refused(file: bytes) -> None:
    with pytest.raises(Damaged):
        fields(file)


@pytest.mark.parametrize("kind", [b"RF64", b"BW64", b"RIFX"])
def test_kinds_of_wav_that_are_not_handled_are_named(kind: bytes) -> None:
    with pytest.raises(Unsupported, match=kind.decode()):
        fields(kind + wav()[4:])


@pytest.mark.parametrize("build", [wav, aiff])
def test_a_file_that_has_no_room_up_to_4_gb_is_refused(build: Build, tmp_path: Path) -> None:
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
