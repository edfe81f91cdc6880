"""What a file says about its recording, read from real audio that other programs tagged."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rightsdesk
from rightsdesk.files.errors import Damaged, NotAudio, Unsupported
from rightsdesk.files.os_errors import DiskTrouble, Gone, NotAFile
from rightsdesk.files.scan import catalogue_tags
from rightsdesk.files.scan.tags import LONGEST, AudioFile, read_audio, shown
from tests.files import build
from tests.files.changing import BOTH_LINES, NO_AI, change

SAMPLES = Path(rightsdesk.__file__).parent / "practice" / "samples"
KINDS = {
    "sample.mp3": "MP3",
    "sample.flac": "FLAC",
    "sample.ogg": "Ogg Vorbis",
    "sample.opus": "Opus",
    "sample.aac.m4a": "M4A",
    "sample.alac.m4a": "M4A",
    "sample.wav": "WAV",
    "sample.aiff": "AIFF",
}

WHOLE = {
    "title": "Jóga",
    "artist": "Björk",
    "album": "Homogenic",
    "album_artist": "椎名林檎",
    "track": 2,
    "disc": 1,
    "isrc": "GBAYE9700117",
    "upc": "731453916623",
}

ID3 = {
    "TIT2": "Jóga",
    "TPE1": "Björk",
    "TALB": "Homogenic",
    "TPE2": "椎名林檎",
    "TRCK": "2/10",
    "TPOS": "1/1",
    "TSRC": "gb-aye-97-00117",
}
frames: Any = mutagen.id3


@pytest.fixture
def sample(tmp_path: Path) -> Callable[[str], Path]:
    def copy(name: str) -> Path:
        return Path(shutil.copy(SAMPLES / name, tmp_path / name))

    return copy


def tag(path: Path) -> None:
    """Write `WHOLE` as other programs write it."""
    audio: Any = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    if path.suffix in (".mp3", ".wav", ".aiff"):
        for frame, text in ID3.items():
            audio.tags.add(frames.Frames[frame](encoding=3, text=text))
        audio.tags.add(frames.TXXX(encoding=3, desc="barcode", text="7 31453 91662 3"))
    elif path.suffix == ".m4a":
        audio["\xa9nam"], audio["\xa9ART"], audio["\xa9alb"] = "Jóga", "Björk", "Homogenic"
        audio["aART"], audio["trkn"], audio["disk"] = "椎名林檎", [(2, 10)], [(1, 1)]
        audio["----:com.apple.iTunes:ISRC"] = [b"GBAYE9700117"]
        audio["----:com.apple.iTunes:BARCODE"] = [b"731453916623"]
    else:
        audio["Title"], audio["ARTIST"], audio["album"] = "Jóga", "Björk", "Homogenic"
        audio["AlbumArtist"], audio["tracknumber"], audio["discnumber"] = "椎名林檎", "02/10", "1"
        audio["isrc"], audio["BARCODE"] = "GB-AYE-97-00117", "731453916623"
    audio.save()


def content(file: AudioFile) -> dict[str, object]:
    return {name: getattr(file, name) for name in WHOLE}


@pytest.mark.parametrize("name", KINDS)
def test_fields_written_by_other_programs_are_read_in_every_kind(
    sample: Callable[[str], Path], name: str
) -> None:
    path = sample(name)
    tag(path)

    file = read_audio(str(path))

    assert content(file) == WHOLE
    assert (file.container, file.problem, dict(file.fields)) == (KINDS[name], "", {})
    assert file.duration_ms == pytest.approx(1500, abs=100)


def test_a_track_number_is_read_by_either_of_its_names(tmp_path: Path) -> None:
    """TagLib reads `IPRT`, other taggers write `ITRK`: the same table knows both."""
    for name in (b"IPRT", b"ITRK"):
        info = b"INFO" + name + b"\x02\0\0\x007\0"
        path = tmp_path / "one.wav"
        path.write_bytes(build.wav(build.FMT, build.SAMPLES, (b"LIST", info)))
        assert read_audio(str(path)).track == 7


def test_a_wav_with_an_unknown_length_is_listed_with_its_problem(tmp_path: Path) -> None:
    """ffmpeg writes such a file to a pipe. The scan keeps it, so the plan names it too."""
    whole = build.wav(build.FMT, build.SAMPLES)
    at = whole.index(b"data") + 4
    path = tmp_path / "piped.wav"
    path.write_bytes(whole[:4] + b"\xff" * 4 + whole[8:at] + b"\xff" * 4 + whole[at + 4 :])
    file = read_audio(str(path))
    assert file.container == "WAV"
    assert "doesn't say how long it is" in file.problem
    assert "save it again" in file.problem
    assert file.duration_ms is None


@pytest.mark.parametrize("name", KINDS)
def test_a_file_without_tags(sample: Callable[[str], Path], name: str) -> None:
    file = read_audio(os.fsencode(sample(name)))

    places = {"MP3": "x", "M4A": "x", "WAV": "x2", "AIFF": "x2"}.get(file.container, "")
    assert file == AudioFile(file.container, duration_ms=file.duration_ms, places=places)
    assert file.duration_ms


@pytest.mark.parametrize("name", KINDS)
def test_our_fields_are_read_and_the_rest_stays(sample: Callable[[str], Path], name: str) -> None:
    path = sample(name)
    tag(path)
    path.write_bytes(change(path.read_bytes(), NO_AI))

    file = read_audio(str(path))

    assert dict(file.fields) == (BOTH_LINES if name == "sample.aiff" else NO_AI)
    assert content(file) == WHOLE


def test_a_wav_with_64_bit_sizes_is_read_like_any_other(tmp_path: Path) -> None:
    second = (b"data", bytes(44100 * 4))
    info = (b"LIST", b"INFOINAM\x02\0\0\0A\0ICOP\x02\0\0\0B\0")
    tag = (b"id3 ", build.id3([("TPE1", b"\0Someone")]))
    path = tmp_path / "song.wav"
    path.write_bytes(build.rf64(build.FMT, second, info, tag))
    audio = read_audio(str(path))

    assert (audio.title, audio.artist, audio.duration_ms) == ("A", "Someone", 1000)
    assert audio.fields == {"COPYRIGHT-2": ("B",)}
    assert not audio.problem


def test_fields_in_the_formats_own_chunks_are_read(sample: Callable[[str], Path]) -> None:
    def item(name: bytes, value: bytes) -> bytes:
        return name + len(value).to_bytes(4, "little") + value + bytes(len(value) & 1)

    info = b"INFO" + item(b"INAM", "Jóga".encode() + b"\0") + item(b"IART", b"Bj\xf6rk")
    wav = sample("sample.wav")
    wav.write_bytes(build.wav(build.FMT, (b"LIST", info + b"IPRD\xff"), build.SAMPLES))
    aiff = sample("sample.aiff")
    aiff.write_bytes(build.aiff(build.COMM, (b"NAME", b"Joga"), (b"AUTH", b"Bj"), build.SOUND))

    files = [read_audio(str(path)) for path in (wav, aiff)]

    assert [(f.title, f.artist, f.problem) for f in files] == [
        ("Jóga", "Björk", ""),
        ("Joga", "Bj", ""),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [("GB-AYE-06-00001", "GBAYE0600001"), ("Vinyl transfer by Tom", ""), ("", "")],
)
def test_the_source_of_a_wav_is_an_isrc_only_if_it_looks_like_one(
    tmp_path: Path, text: str, code: str
) -> None:
    raw = text.encode() + b"\0"
    raw += bytes(len(raw) & 1)
    item = b"ISRC" + len(raw).to_bytes(4, "little") + raw
    path = tmp_path / "song.wav"
    path.write_bytes(build.wav(build.FMT, (b"LIST", b"INFO" + item), build.SAMPLES))

    before = read_audio(str(path))
    path.write_bytes(change(path.read_bytes(), NO_AI))
    after = read_audio(str(path))

    assert before.isrc == after.isrc == code
    assert before.malformed_isrc == after.malformed_isrc == ""
    frames = mutagen.File(path).tags
    assert [str(frame) for frame in frames.getall("TSRC")] == ([text] if code else [])


def test_an_id3_tag_overrides_the_formats_own_chunks(
    sample: Callable[[str], Path],
) -> None:
    aiff = sample("sample.aiff")
    tag_chunk = (b"ID3 ", build.id3([("TIT2", b"\x00Tagged")]))
    aiff.write_bytes(build.aiff(build.COMM, build.SOUND, (b"NAME", b"Chunk"), tag_chunk))

    assert read_audio(str(aiff)).title == "Tagged"


# Forms


def flac_with(path: Path, **values: str | list[str]) -> AudioFile:
    shutil.copy(SAMPLES / "sample.flac", path)
    audio: Any = mutagen.File(path)
    for name, value in values.items():
        audio[name] = value
    audio.save()
    return read_audio(str(path))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("GBAYE9700117", "GBAYE9700117"),
        ("gb-aye-97-00117", "GBAYE9700117"),
        (" ISRC GB AYE 97 00117 ", "GBAYE9700117"),
        ("GB‐AYE–97—00117", "GBAYE9700117"),
        ("USABC1234567; GBAYE9700117", "USABC1234567"),
        ("n/a", ""),
        ("GBAYE970011", ""),
        ("GBAYE97001178", ""),
        ("GBAYE970011٧", ""),
    ],
)
def test_an_isrc_is_normalised_or_rejected(tmp_path: Path, written: str, read: str) -> None:
    assert flac_with(tmp_path / "a.flac", isrc=written).isrc == read


@pytest.mark.parametrize(
    ("written", "read"),
    [("3", 3), ("3/12", 3), (" 03 of 12", 3), ("A1", 0), ("", 0), ("-1", 0), ("9" * 40, 0)],
)
def test_a_track_number_is_a_number_or_none(tmp_path: Path, written: str, read: int) -> None:
    assert flac_with(tmp_path / "a.flac", tracknumber=written).track == read


def test_several_artists_are_each_named_once(tmp_path: Path) -> None:
    file = flac_with(tmp_path / "a.flac", artist=["Björk", " ", "Rosalía", "Björk"])

    assert file.artist == "Björk, Rosalía"


def test_an_invalid_barcode_is_rejected(tmp_path: Path) -> None:
    assert flac_with(tmp_path / "a.flac", upc="none").upc == ""
    assert flac_with(tmp_path / "b.flac", upc="0 731453 916623").upc == "0731453916623"


# Hostile text


def test_text_is_made_safe_to_show() -> None:
    assert shown("a\tb\r\nc\0d\u2028e  f ") == "a b c d e f"
    assert shown("abc\u202egpj.exe\u2066") == "abcgpj.exe"
    assert shown("half \ud83c of a sign") == "half � of a sign"
    assert shown("👩\u200d🎤") == "👩\u200d🎤"  # characters that join other characters stay
    assert len(shown("x" * 10_000_000)) == LONGEST


@given(st.text())
def test_shown_text_is_a_single_line_that_can_be_stored(text: str) -> None:
    line = shown(text)

    line.encode("utf-8")
    assert line.isprintable() or line.splitlines() == [line]
    assert shown(line) == line


# Failures


def test_a_file_without_audio_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"<html>404 Not Found</html>" * 100)
    (tmp_path / "b.mp3").touch()
    (tmp_path / "c.mp4").write_bytes(build.mp4(handler=b"vide"))

    for name in ("a.mp3", "b.mp3", "c.mp4"):
        with pytest.raises(NotAudio):
            read_audio(str(tmp_path / name))


def test_the_content_decides_and_not_the_name(sample: Callable[[str], Path]) -> None:
    path = sample("sample.flac").rename(sample("sample.mp3"))

    assert read_audio(str(path)).container == "FLAC"


def test_a_truncated_file_is_named_and_its_title_is_still_read(
    sample: Callable[[str], Path],
) -> None:
    path = sample("sample.wav")
    tag(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"id3 ") + 120])

    file = read_audio(str(path))

    assert (file.container, bool(file.problem), dict(file.fields)) == ("WAV", True, {})


def not_plain(path: Path) -> Path:
    """A FLAC file with an ID3 tag before it, which the fast readers do not handle."""
    path.write_bytes(build.id3([("TIT2", b"\x00t")]) + path.read_bytes())
    return path


class Broken:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def __call__(self, _: object) -> None:
        raise self._error


@pytest.mark.parametrize(
    "error", [mutagen.MutagenError("bad"), IndexError("bad"), MemoryError(), RecursionError()]
)
def test_an_error_in_mutagen_does_not_make_the_file_unreadable(
    sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    path = sample("sample.flac")
    path.write_bytes(change(path.read_bytes(), NO_AI))
    not_plain(path)
    monkeypatch.setattr("mutagen.flac.FLAC", Broken(error))

    file = read_audio(str(path))

    assert file == AudioFile(
        "FLAC",
        fields=NO_AI,
        problem="The title and other tags of this file can't be read.",
        places=file.places,
    )


def test_a_failing_disk_is_not_blamed_on_the_file(
    sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapped = mutagen.MutagenError("read error")
    wrapped.__cause__ = OSError(errno.EIO, "Input/output error")
    monkeypatch.setattr("mutagen.flac.FLAC", Broken(wrapped))

    with pytest.raises(DiskTrouble):
        read_audio(str(not_plain(sample("sample.flac"))))


def test_a_disk_that_fails_during_a_fast_read(
    sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sample("sample.flac")

    def failing(_descriptor: int, _length: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "read", failing)

    with pytest.raises(DiskTrouble):
        read_audio(str(path))


def test_pipes_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")

    for path, cause in (("pipe.mp3", NotAFile), (".", NotAFile), ("gone.mp3", Gone)):
        with pytest.raises(cause):
            read_audio(str(tmp_path / path))


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf"), 1e12])
def test_a_nonsensical_length_is_ignored(
    sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setattr(catalogue_tags, "read", lambda *_: ({}, seconds))

    assert read_audio(str(not_plain(sample("sample.flac")))).duration_ms is None


@given(st.data())
def test_damage_of_any_kind_raises_only_known_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(KINDS)))
    whole = bytearray((SAMPLES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, min(len(whole), 4000) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / name
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])

    with contextlib.suppress(NotAudio, Damaged, Unsupported):
        read_audio(str(path))
