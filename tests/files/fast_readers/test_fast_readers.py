"""The fast readers answer what the full readers would answer, or leave the file to them."""

from __future__ import annotations

import io
import os
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rightsdesk
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import container_of
from rightsdesk.files.fast_readers import FastReading, read_fast
from rightsdesk.files.fast_readers.id3 import texts
from rightsdesk.files.owned import places_of
from rightsdesk.files.scan import catalogue_tags
from rightsdesk.files.scan.tags import musicbrainz_id, read_audio
from tests.files import build
from tests.files.changing import NO_AI, NO_AI_IN_XMP, change, settable
from tests.files.scan.test_tags import KINDS, tag

SAMPLES = Path(rightsdesk.__file__).parent / "practice" / "samples"
id3: Any = mutagen.id3


def read_with_fast_reader(path: Path) -> tuple[str, FastReading] | None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return read_fast(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


Answer = tuple[str, dict[str, list[str]], dict[str, tuple[str, ...]], float]


def comparable(name: str, found: dict[str, list[str]], fields: Any, seconds: float) -> Answer:
    """The comparable part of an answer: blank texts count as absent."""
    filled = {key: [text for text in values if text] for key, values in found.items()}
    return (
        name,
        {k: v for k, v in filled.items() if any(map(str.strip, v))},
        dict(fields),
        seconds,
    )


def fast_answer(path: Path) -> Answer | None:
    found = read_with_fast_reader(path)
    return found and comparable(found[0], found[1].found, found[1].fields, found[1].seconds)


def full_answer(path: Path) -> Answer:
    with path.open("rb") as f:
        container = container_of(f)
        fields = container.fields(f)
        found, seconds = catalogue_tags.read(container, f)
        return comparable(container.name, found, fields, seconds)


# Files that the fast readers answer


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("tagged", [False, True])
def test_plain_files_of_every_kind_are_read_fast_and_correctly(
    tmp_path: Path, name: str, tagged: bool
) -> None:
    path = Path(shutil.copy(SAMPLES / name, tmp_path))
    if tagged:
        tag(path)

    answer = fast_answer(path)

    assert answer is not None
    assert answer == full_answer(path)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("ours", [NO_AI, NO_AI | NO_AI_IN_XMP])
def test_our_own_fields_are_read_fast_and_correctly(
    tmp_path: Path, name: str, ours: dict[str, tuple[str, ...]]
) -> None:
    path = tmp_path / name
    whole = (SAMPLES / name).read_bytes()
    there = {field: values for field, values in ours.items() if field in settable(whole)}
    path.write_bytes(change(whole, there))

    answer = fast_answer(path)

    assert answer is not None
    assert answer == full_answer(path)
    assert set(answer[2]) >= set(there)


def test_user_data_terminated_as_in_quicktime_is_read(tmp_path: Path) -> None:
    """mutagen can't read it. So without the fast reader, the file's title would seem damaged."""
    path = tmp_path / "a.m4a"
    whole = (SAMPLES / "sample.alac.m4a").read_bytes()
    start = whole.index(b"moov") - 4
    inside = whole[start + 8 : whole.index(b"udta", start) - 4]
    user_data = build.box(b"udta", build.box(b"name", b"A"), bytes(4))
    moov = build.box(b"moov", inside, user_data)
    path.write_bytes(whole[:start] + moov)

    assert fast_answer(path) is not None


@pytest.mark.parametrize(
    "chunks",
    [
        [],
        [(b"id3 ", build.id3([("TIT2", b"\0Title")]))],
        [(b"id3 ", build.id3([("PRIV", b"a\0b")]))],
        [(b"id3 ", build.id3([("TXXX", b"\0a\0b")]))],
        [(b"id3 ", build.id3([("TCOP", b"\0a"), ("TXXX", b"\0AI-CONSENT\0b")]))],
        [(b"id3 ", build.id3([("APIC", b"a")])), (b"LIST", b"INFO")],
    ],
)
def test_both_readers_find_the_same_places_in_a_wav(
    tmp_path: Path, chunks: list[tuple[bytes, bytes]]
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(build.wav(build.FMT, build.SAMPLES, *chunks))

    assert fast_answer(path) is not None
    assert read_audio(str(path)).places == places_of(settable(path.read_bytes()))


def test_both_readers_agree_on_files_of_other_programs(sample: Path) -> None:
    assert fast_answer(sample) in (None, full_answer(sample))


def mp3(tmp_path: Path, *parts: bytes) -> Path:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"".join(parts))
    return path


TEXTS: list[tuple[str, bytes]] = [
    ("TIT2", b"\x00J\xf3ga"),
    ("TPE1", b"\x01\xff\xfeB\0j\0\xf6\0r\0k\0\0\0\xff\xfeR\0\0\0"),
    ("TALB", b"\x01\xfe\xff\0H\0o\0m\0e"),
    ("TRCK", b"\x0002/10\0"),
    ("TXXX", b"\x00BARCODE\x00731453916623"),
    ("TXXX", b"\x00AI-CONSENT\x00generative-training=n"),
    ("TCOP", b"\x00\xa9 Someone"),
    ("GEOB", b"\x00cues"),
]
OLD_IDS = {
    "TIT2": "TT2", "TPE1": "TP1", "TALB": "TAL", "TRCK": "TRK", "TXXX": "TXX", "TCOP": "TCR",
    "GEOB": "GEO",
}  # fmt: skip


@pytest.mark.parametrize("version", [2, 3, 4])
def test_tags_of_every_version_and_encoding(tmp_path: Path, version: int) -> None:
    named = [(OLD_IDS[name] if version == 2 else name, text) for name, text in TEXTS]
    path = mp3(tmp_path, build.id3(named, version=version, padding=300), build.mpeg())

    answer = fast_answer(path)

    assert answer == full_answer(path)
    assert answer is not None
    assert answer[1] == {
        "title": ["Jóga"],
        "artist": ["Björk", "R"],
        "album": ["Home"],
        "track": ["02/10"],
        "upc": ["731453916623"],
    }
    assert answer[2]["AI-CONSENT"] == ("generative-training=n",)


def xing(flags: int, *fields: bytes, kind: bytes = b"Xing", lame: bytes = b"") -> bytes:
    """A first frame of 417 bytes that counts all other frames."""
    data = b"\xff\xfb\x90\x00" + bytes(32) + kind + flags.to_bytes(4, "big") + b"".join(fields)
    return (data + lame.ljust(36, b"\0")).ljust(417, b"\0")


COUNT, SIZE = (1000).to_bytes(4, "big"), (417_000).to_bytes(4, "big")
LAME = b"LAME3.100" + bytes(12) + b"\x24\x04\x80" + bytes(12)


@pytest.mark.parametrize(
    "first",
    [
        b"",
        xing(1, COUNT),
        xing(1, COUNT, lame=LAME),
        xing(15, COUNT, SIZE, bytes(100), bytes(4), kind=b"Info", lame=LAME),
        xing(1, COUNT, lame=b"L3.99r1" + LAME[7:]),
        xing(1, COUNT, lame=b"Lavc60.1"),
        xing(1, bytes(4), lame=LAME),
        xing(2, SIZE),
        xing(0),
    ],
)
def test_a_duration_equals_that_of_mutagen(tmp_path: Path, first: bytes) -> None:
    path = mp3(tmp_path, build.id3([("TIT2", b"\x00a")]), first, build.mpeg(20))

    answer = fast_answer(path)

    assert answer == full_answer(path) if answer else first[44:].startswith(b"\x00\x00\x03\xe8L3")


@pytest.mark.parametrize("tail", [build.id3v1(), build.apev2(), build.lyrics3() + build.id3v1()])
def test_data_after_the_audio_makes_no_difference(tmp_path: Path, tail: bytes) -> None:
    named = [("TIT2", b"\x00t"), ("TPE1", b"\x00a"), ("TALB", b"\x00b"), ("TRCK", b"\x001")]
    path = mp3(tmp_path, build.id3(named), build.mpeg(), tail)

    assert fast_answer(path) is not None
    assert fast_answer(path) == full_answer(path)


def test_the_copyright_line_of_an_ape_tag_is_left_to_the_full_reader(tmp_path: Path) -> None:
    named = [("TIT2", b"\x00t"), ("TPE1", b"\x00a"), ("TALB", b"\x00b"), ("TRCK", b"\x001")]
    tail = build.apev2([("copyRight", b"2012 Label")])
    assert fast_answer(mp3(tmp_path, build.id3(named), build.mpeg(), tail)) is None
    path = mp3(tmp_path, build.id3([*named, ("TCOP", b"\x00Mine")]), build.mpeg(), tail)
    assert fast_answer(path) == full_answer(path)


def test_a_quicktime_line_in_the_items_is_left_to_the_full_reader(tmp_path: Path) -> None:
    data = build.box(b"data", b"\0\0\0\1\0\0\0\x002001 A")
    path = tmp_path / "a.m4a"
    path.write_bytes(build.mp4(build.udta(build.ilst(build.TITLE, build.box(b"\xa9cpy", data)))))
    assert fast_answer(path) is None


def test_the_cover_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cover = b"\x00image/png\x00\x03\x00" + build.noise(1 << 20)
    art = (6, (3).to_bytes(4, "big") + bytes(28) + build.noise(1 << 20))
    comments = (4, build.vorbis_comments([b"TITLE=t"]))
    plain = mp3(tmp_path, build.id3([("APIC", cover), ("TIT2", b"\x00t")]), build.mpeg())
    flac = tmp_path / "a.flac"
    flac.write_bytes(build.flac([art, comments]))
    read: list[int] = []
    really = os.read

    def counting(descriptor: int, length: int) -> bytes:
        data = really(descriptor, length)
        read.append(len(data))
        return data

    monkeypatch.setattr(os, "read", counting)
    readings = [read_with_fast_reader(plain), read_with_fast_reader(flac)]

    assert [reading and reading[1].found for reading in readings] == [{"title": ["t"]}] * 2
    assert sum(read) < 100_000


@pytest.mark.parametrize("name", ["sample.ogg", "sample.opus"])
def test_only_pages_with_text_have_to_be_intact(tmp_path: Path, name: str) -> None:
    path = Path(shutil.copy(SAMPLES / name, tmp_path))
    audio: Any = mutagen.File(path)
    audio["title"], audio["isrc"] = "Title", "GBAYE9700117"
    audio["metadata_block_picture"] = "picture" * 10_000
    audio.save()
    whole, plain = path.read_bytes(), fast_answer(path)
    assert plain == full_answer(path)

    def damaged_at(place: int) -> Answer | None:
        path.write_bytes(whole[:place] + b"~" + whole[place + 1 :])
        return fast_answer(path)

    assert damaged_at(whole.index(b"Title")) is None
    assert damaged_at(whole.index(b"GBAYE")) is None
    assert damaged_at(whole.index(b"picture", 30_000)) == plain


# Files that are left to the full readers


def flac_of(*entries: bytes, after: bytes = b"") -> bytes:
    return build.flac([(4, build.vorbis_comments(entries) + after)])


ODD: dict[str, bytes] = {
    "unsynchronised": build.id3([("TIT2", b"\x00t")], stuff=True) + build.mpeg(),
    "an extended header": build.id3(
        [("TIT2", b"\x00t")], flags=0x40, extended=bytes.fromhex("00000006000000000000")
    )
    + build.mpeg(),
    "two tags": build.id3([("TIT2", b"\x00t")]) * 2 + build.mpeg(),
    "iTunes' sizes": build.id3([("TIT2", b"\x00" + b"t" * 200)], version=4, plain_sizes=True)
    + build.mpeg(),
    "two titles": build.id3([("TIT2", b"\x00t"), ("TIT2", b"\x00u")]) + build.mpeg(),
    "a compressed title": build.id3([("TIT2", b"\x00t", 0x80)]) + build.mpeg(),
    "half a character": build.id3([("TIT2", b"\x01\xff\xfet")]) + build.mpeg(),
    "broken XMP": build.id3([("PRIV", b"XMP\0<x:xmpmeta/>")]) + build.mpeg(),
    "junk before the audio": build.id3([("TIT2", b"\x00t")]) + bytes(77) + build.mpeg(),
    "an old tag alone": build.mpeg() + build.id3v1(),
    "an old tag that knows more": build.id3([("TIT2", b"\x00t")]) + build.mpeg() + build.id3v1(),
    "FLAC behind ID3": build.id3([("TIT2", b"\x00t")]) + flac_of(b"TITLE=t"),
    "comments that end early": flac_of(b"TITLE=t", after=b"more"),
    "WAV with broken XMP": build.wav(build.FMT, build.SAMPLES, (b"_PMX", b"<x:xmpmeta/>")),
    "AIFF with broken XMP": build.aiff(build.COMM, build.SOUND, (b"APPL", b"XMP <x:xmpmeta/>")),
    "a signed WAV": build.wav(build.FMT, build.SAMPLES, (b"C2PA", b"jumb")),
    "a signed MP3": build.id3([("GEOB", b"\0application/c2pa\0\0\0jumb")]) + build.mpeg(),
    "no audio": b"<html>404</html>",
    "nothing": b"",
    "a beginning": b"ID3",
}


@pytest.mark.parametrize("what", ODD)
def test_unusual_files_are_left_to_the_full_reader(tmp_path: Path, what: str) -> None:
    (tmp_path / "odd").write_bytes(ODD[what])

    assert read_with_fast_reader(tmp_path / "odd") is None


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """The file with a few bytes overwritten, deleted, inserted or cut off, mostly near the tags."""
    data = bytearray(whole)
    for _ in range(chance.choice((1, 1, 2, 4))):
        near = chance.choice((0, 0, max(0, len(data) - 3000)))
        at = min(near + chance.randrange(3000), len(data) - 1)
        what = chance.random()
        if what < 0.6:
            data[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif what < 0.75:
            del data[at : at + chance.randrange(1, 64)]
        elif what < 0.9:
            data[at:at] = chance.randbytes(chance.randrange(1, 64))
        else:
            del data[at + 1 :]
        data = data or bytearray(b"-")
    return bytes(data)


@pytest.mark.parametrize("name", KINDS)
def test_both_readers_agree_on_damaged_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    shutil.copy(SAMPLES / name, path)
    tag(path)
    whole = path.read_bytes()
    for seed in range(60):
        path.write_bytes(damaged(whole, random.Random(seed)))
        answer = fast_answer(path)
        if answer is None:
            continue
        with path.open("rb") as f:
            container = container_of(f)  # raises nothing, because the container was not damaged
            assert (container.name, container.fields(f)) == (answer[0], answer[2]), seed
        try:
            expected = full_answer(path)
        except KnownError:  # mutagen reads more than the titles
            continue
        assert answer == expected, seed


# Texts


def as_mutagen_reads(body: bytes) -> list[str]:
    file = io.BytesIO(build.id3([("TIT2", body)], version=4))
    return [text for frame in id3.ID3(file).getall("TIT2") for text in frame.text]


def nonempty(values: Sequence[str]) -> list[str]:
    return [value for value in values if value]


ENCODERS: dict[int, Callable[[list[str]], bytes]] = {
    0: lambda values: "\0".join(values).encode("latin-1", "replace"),
    1: lambda values: b"\0\0".join(b"\xff\xfe" + v.encode("utf-16-le") for v in values),
    3: lambda values: "\0".join(values).encode(),
}
some_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff\ufffe"))


@given(st.sampled_from(sorted(ENCODERS)), st.lists(some_text, min_size=1), st.booleans())
def test_texts_are_decoded_as_mutagen_does(
    encoding: int, values: list[str], terminated: bool
) -> None:
    end = b"\0\0" if encoding == 1 else b"\0"
    body = bytes((encoding,)) + ENCODERS[encoding](values) + (end if terminated else b"")

    assert nonempty(texts(body)) == nonempty(as_mutagen_reads(body))


@pytest.mark.parametrize("year", [b"", b"1999"])
def test_the_year_of_an_old_tag_counts_if_there_is_no_other(tmp_path: Path, year: bytes) -> None:
    named = [("TIT2", b"\x00t"), ("TPE1", b"\x00a"), ("TALB", b"\x00b"), ("TRCK", b"\x001")]
    old = bytearray(build.id3v1())
    old[93:97] = year.ljust(4, b"\0")
    path = mp3(tmp_path, build.id3(named), build.mpeg(), bytes(old))
    assert read_audio(str(path)).year == int(year or 0)


def _id3_facts(path: Path) -> None:
    tags = id3.ID3()
    tags.add(id3.TDRC(3, ["2024-05-12"]))
    tags.add(id3.TPUB(3, ["Lantern"]))
    tags.add(id3.TXXX(3, "CATALOGNUMBER", ["LR 017"]))
    tags.save(path, v2_version=3)


def _comment_facts(path: Path) -> None:
    audio = mutagen.File(path)
    audio["date"] = "2024-05-12"
    audio["organization"] = "Lantern"
    audio["catalognumber"] = "LR 017"
    audio.save()


def _mp4_facts(path: Path) -> None:
    audio = mutagen.File(path)
    audio["\xa9day"] = ["2024-05-12"]
    audio["----:com.apple.iTunes:LABEL"] = [b"Lantern"]
    audio["----:com.apple.iTunes:CATALOGNUMBER"] = [b"LR 017"]
    audio.save()


MB_IDS = {
    "artist": "0f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11",
    "album artist": "7ed2a4f0-1f2d-4b4c-8d3c-2a6c0a1f3b22",
    "album": "1f3c1e52-8a53-4b53-a3a5-0c1f5f8d9e33",
    "recording": "9c3a2b60-4d0f-4a58-9f3a-5f0e6b7c8d44",
}


def _id3_ids(path: Path, version: int = 4) -> None:
    """As MusicBrainz Picard writes them: its tag mapping, column ID3v2."""
    tags = id3.ID3()
    for name in ("Artist", "Album Artist", "Album"):
        tags.add(id3.TXXX(1, f"MusicBrainz {name} Id", [MB_IDS[name.lower()]]))
    tags.add(id3.UFID(owner="http://www.cddb.com/id3/taginfo1.html", data=b"3CD3N29R1"))
    tags.add(id3.UFID(owner="http://musicbrainz.org", data=MB_IDS["recording"].encode()))
    tags.save(path, v2_version=version)


def _id3_ids_before(path: Path) -> None:
    _id3_ids(path, 3)


def _comment_ids(path: Path) -> None:
    """Column Vorbis of the same."""
    audio = mutagen.File(path)
    for name in ("artist", "album artist", "album"):
        audio[f"musicbrainz_{name.replace(' ', '')}id"] = MB_IDS[name]
    audio["MUSICBRAINZ_TRACKID"] = MB_IDS["recording"].upper()
    audio.save()


def _mp4_ids(path: Path) -> None:
    """Column MP4 of the same."""
    audio = mutagen.File(path)
    for name in ("Artist", "Album Artist", "Album", "Track"):
        number = MB_IDS.get(name.lower(), MB_IDS["recording"])
        audio[f"----:com.apple.iTunes:MusicBrainz {name} Id"] = [number.encode()]
    audio.save()


@pytest.mark.parametrize(
    ("ending", "put"),
    [
        ("mp3", _id3_ids),
        ("mp3", _id3_ids_before),
        ("flac", _comment_ids),
        ("ogg", _comment_ids),
        ("opus", _comment_ids),
        ("aac.m4a", _mp4_ids),
    ],
)
def test_both_readers_agree_on_musicbrainz_ids(
    tmp_path: Path, ending: str, put: Callable[[Path], None]
) -> None:
    path = tmp_path / f"sample.{ending}"
    shutil.copy(SAMPLES / path.name, path)
    put(path)
    assert fast_answer(path) is not None
    assert fast_answer(path) == full_answer(path)
    said = read_audio(str(path))
    found = (said.mb_artist, said.mb_album_artist, said.mb_release, said.mb_recording)
    assert found == tuple(MB_IDS.values())


def test_several_owners_of_one_kind_of_id_are_left_to_mutagen(tmp_path: Path) -> None:
    frame = b"http://musicbrainz.org\0" + MB_IDS["recording"].encode()
    other = b"http://musicbrainz.org\0" + MB_IDS["album"].encode()
    path = mp3(tmp_path, build.id3([("UFID", frame), ("UFID", other)]), build.mpeg())
    assert fast_answer(path) is None
    assert read_audio(str(path)).mb_recording in MB_IDS.values()


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ([], ""),
        ([MB_IDS["artist"]], MB_IDS["artist"]),
        ([f" {MB_IDS['artist'].upper()} "], MB_IDS["artist"]),
        ([MB_IDS["artist"], MB_IDS["artist"]], MB_IDS["artist"]),
        ([MB_IDS["artist"], MB_IDS["album"]], ""),
        ([f"{MB_IDS['artist']}/{MB_IDS['album']}"], ""),
        ([MB_IDS["artist"] + "0"], ""),
        (["Mira Koval"], ""),
        (["x" * 100_000], ""),
    ],
)
def test_one_musicbrainz_id_counts_and_several_do_not(values: list[str], number: str) -> None:
    assert musicbrainz_id(values) == number


@pytest.mark.parametrize(
    ("ending", "put"),
    [
        ("mp3", _id3_facts),
        ("flac", _comment_facts),
        ("ogg", _comment_facts),
        ("opus", _comment_facts),
        ("aac.m4a", _mp4_facts),
    ],
)
def test_both_readers_agree_on_the_release(
    tmp_path: Path, ending: str, put: Callable[[Path], None]
) -> None:
    path = tmp_path / f"sample.{ending}"
    shutil.copy(SAMPLES / path.name, path)
    put(path)
    assert fast_answer(path) is not None
    assert fast_answer(path) == full_answer(path)
    said = read_audio(str(path))
    assert (said.year, said.label, said.catalogue_number) == (2024, "Lantern", "LR 017")
