"""MP3s that break their specifications, and files that only resemble an MP3."""

from __future__ import annotations

import io
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import mutagen.id3
import pytest

from rightsdesk.files.containers.id3.tags import Swollen
from rightsdesk.files.errors import NotAudio, Unsupported
from rightsdesk.files.scan.tags import read_audio
from tests.files.build import apev2, id3, mpeg, noise, syncsafe
from tests.files.changing import NO_AI, change, fields
from tests.files.corpus import FILES

reader: Any = mutagen.id3  # its own annotations are incomplete

LATIN = [("TIT2", b"\0Title"), ("TPE1", b"\0Artist")]
COMPRESSED = {3: 0x80, 4: 0x09}


@pytest.mark.parametrize(
    "start",
    [
        b"PK\x03\x04" + bytes(40),
        b"RIFF" + bytes(4) + b"AVI " + bytes(40),
        bytes(257) + b"ustar" + bytes(250),
        b"\x1a\x45\xdf\xa3" + bytes(40),
        b"\xff\xd8\xff\xe0" + bytes(40),
    ],
)
def test_a_file_with_mp3_frames_is_not_always_an_mp3(start: bytes) -> None:
    """A tag at the start of an archive or a video would damage it."""
    with pytest.raises(NotAudio, match=r"RightsDesk knows: an? "):
        fields(start + mpeg(20))


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("name", ["TXXX", "APIC", "PRIV"])
def test_frames_that_unpack_to_a_gigabyte_are_not_unpacked(
    tmp_path: Path, version: int, name: str
) -> None:
    content = b"\0AI-CONSENT\0" if name == "TXXX" else b"XMP\0" if name == "PRIV" else b"\0"
    packed = bytes(4) + zlib.compress(content + bytes((1 << 20) - len(content)), 9)
    tag = id3([*LATIN, *[(name, packed, COMPRESSED[version])] * 900], version=version)
    path = tmp_path / "bomb.mp3"
    path.write_bytes(tag + mpeg())
    tracemalloc.start()
    try:
        with pytest.raises(Swollen, match="unpacks to far more"):
            fields(path.read_bytes())
        read = read_audio(str(path))
        assert tracemalloc.get_traced_memory()[1] < 80 << 20
    finally:
        tracemalloc.stop()
    assert "unpacks to far more" in read.problem
    assert read.fields == {}


def test_a_compressed_cover_of_usual_size_is_accepted() -> None:
    packed = (1 << 20).to_bytes(4, "big") + zlib.compress(b"\0image/png\0\3\0" + noise(1 << 20))
    tagged = change(id3([*LATIN, ("APIC", packed, 0x80)]) + mpeg(), NO_AI)

    assert packed in tagged


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize(
    "rest",
    [
        b"TCOP" + (5000).to_bytes(4, "big") + bytes(2) + b"\0cut off by the tag's end",
        b"TCOP\x7f\x7f\x7f\x7f\0\0\0cut off",
        b"a program's own words in place of padding",
        b"MP3ext V3.3.19(ansi)" * 20,
        b"TI",
    ],
)
def test_bytes_that_readers_stop_at_stay_after_the_frames(version: int, rest: bytes) -> None:
    file = id3([("TIT2", b"\0Title")], version=version, after=rest) + mpeg()
    tagged = change(file, NO_AI)
    assert fields(tagged) == NO_AI
    assert rest in tagged
    assert str(reader.ID3(io.BytesIO(tagged))["TXXX:AI-CONSENT"]) == NO_AI["AI-CONSENT"][0]


def test_a_tag_whose_size_includes_some_audio_keeps_it() -> None:
    file = id3([("TIT2", b"\x00Title")], padding=40)[:-42] + mpeg()
    assert fields(change(file, NO_AI)) == NO_AI


def test_plain_sizes_of_itunes_are_recognised_before_a_truncated_frame() -> None:
    cover = ("APIC", b"\0image/png\0\3\0" + bytes(400))
    tag = id3([cover, ("TIT2", b"\0Title")], version=4, plain_sizes=True, after=b"TPE1\0\0\x7f\0")
    assert fields(change(tag + mpeg(), NO_AI)) == NO_AI


def test_an_ape_tag_at_the_start_is_kept() -> None:
    for cover in (b"", noise(1 << 19)):
        front = apev2([("Title", b"Title"), ("Cover Art (Front)", cover)])
        assert change(front + mpeg(40), NO_AI).endswith(front + mpeg(40))
        assert fields(change(id3(LATIN) + front + mpeg(40), NO_AI)) == NO_AI
    lined = apev2([("Title", b"Title"), ("Copyright", b"2012 Label")]) + mpeg(40)
    assert fields(lined) == {"COPYRIGHT-2": ("2012 Label",)}
    tagged = change(lined, {"COPYRIGHT": ("2012 Label | ours",)})
    assert str(reader.ID3(io.BytesIO(tagged))["TIT2"]) == "Title"
    with pytest.raises(Unsupported, match="begins with an APE tag"):
        fields(front + noise(2000))


def crc_in_24(data: bytes) -> bytes:
    return bytes(zlib.crc32(data) >> shift & 0x7F for shift in (28, 21, 14, 7, 0))


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("padding", [0, 30, 4000])
def test_a_checksum_over_the_frames_is_updated(right: bool, padding: int) -> None:
    frames = id3(LATIN)[10:]
    stated = (zlib.crc32(frames) ^ (not right)).to_bytes(4, "big")
    extended = (10).to_bytes(4, "big") + b"\x80\0" + padding.to_bytes(4, "big") + stated
    tagged = change(
        id3(LATIN, flags=0x40, extended=extended, padding=padding) + mpeg(), {"AI-CONSENT": ("x",)}
    )
    size, left = syncsafe_of(tagged[6:10]), int.from_bytes(tagged[16:20], "big")
    now = zlib.crc32(tagged[24 : 10 + size - left]).to_bytes(4, "big")
    assert tagged[20:24] == (now if right else stated)


@pytest.mark.parametrize("update", [b"", b"\0"])
@pytest.mark.parametrize("flags", [0x40, 0x50])
def test_the_checksum_of_2_4_covers_the_padding(update: bytes, flags: int) -> None:
    padding = 0 if flags & 0x10 else 40
    body = id3(LATIN, version=4)[10:] + bytes(padding)
    head = b"\x01" + bytes((0x60 if update else 0x20,)) + update + b"\x05"
    extended = syncsafe(4 + len(head) + 5) + head + crc_in_24(body)
    file = id3(LATIN, version=4, flags=flags, extended=extended, padding=padding) + mpeg()
    tagged = change(file, NO_AI)
    end = 10 + syncsafe_of(tagged[6:10])
    assert tagged[14 + len(head) : 19 + len(head)] == crc_in_24(tagged[19 + len(head) : end])


def syncsafe_of(data: bytes) -> int:
    return sum(byte << 7 * place for place, byte in enumerate(reversed(data)))


@pytest.mark.parametrize("kind", ["Ogg Vorbis", "M4A", "WAV", "AIFF"])
def test_another_format_after_an_id3_tag_is_named(kind: str) -> None:
    """It is neither an MP3 without audio nor damaged: only the tag is in the wrong place."""
    name = kind.partition(" ")[0]
    with pytest.raises(Unsupported, match=f"This {name} file has an ID3 tag before it") as raised:
        fields(id3(LATIN) + FILES[kind])
    assert "save it again" in raised.value.advice
