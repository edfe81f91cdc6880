"""Other programs check real files after a change: they show our fields, and the same music."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from rightsdesk.files.containers import container_of
from rightsdesk.files.errors import Unsupported
from rightsdesk.files.xmp import edit
from tests.files.changing import (
    BOTH_LINES,
    NO_AI,
    NO_AI_IN_XMP,
    NOTHING,
    change,
    fields,
    nothing,
    settable,
)
from tests.files.samples import frames_of, id3, mp4, opened, put_foreign_data, run

pytestmark = pytest.mark.slow

PLAIN = {**NO_AI, "COPYRIGHT": ("2026 Bjork. No AI training without licence.",)}
SHOWN_BY_FFPROBE = ("mp3", "flac", "ogg", "oga", "opus", "m4a", "aiff")  # in WAV only the LIST INFO


def tag(path: Path, new_fields: Mapping[str, tuple[str, ...]]) -> None:
    path.write_bytes(change(path.read_bytes(), new_fields))


def need(program: str) -> None:
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed, so it cannot check the file")


def decoded(path: Path) -> str:
    """A hash of the samples that ffmpeg decodes. Fails if ffmpeg reports an error."""
    output = run(
        "ffmpeg", "-v", "error", "-xerror", "-i", str(path), "-map", "0:a", "-f", "md5", "-"
    )
    assert output.startswith("MD5=")
    return output


def read_by_mutagen(path: Path) -> dict[str, tuple[str, ...]]:
    audio = opened(path)
    tags = audio.tags
    found: dict[str, tuple[str, ...]] = {}
    for name in NO_AI:
        if isinstance(tags, id3.ID3):
            frame = tags.get("TCOP" if name == "COPYRIGHT" else f"TXXX:{name}")
            values = frame.text if frame else []
        elif isinstance(audio, mp4.MP4):
            key = "cprt" if name == "COPYRIGHT" else f"----:com.apple.iTunes:{name}"
            values = [
                value if isinstance(value, str) else value.decode() for value in tags.get(key, [])
            ]
        else:
            values = tags.get(name, [])
        if values:
            found[name] = tuple(values)
    return found


def test_the_music_decodes_to_the_same_samples(sample: Path) -> None:
    before = decoded(sample)
    for new_fields in (NO_AI, {"AI-CONSENT": ("likeness=n, " * 200,)}, NOTHING):
        tag(sample, new_fields)
        assert decoded(sample) == before


def test_mutagen_reads_our_fields_and_all_others(sample: Path) -> None:
    before = frames_of(opened(sample).tags)
    tag(sample, NO_AI)

    assert read_by_mutagen(sample) == NO_AI
    assert frames_of(opened(sample).tags) == before
    tag(sample, NOTHING)
    assert read_by_mutagen(sample) == {}


def test_we_read_what_mutagen_wrote_and_saved_again(sample: Path) -> None:
    tag(sample, NO_AI)
    audio = opened(sample)
    audio.save()

    expected = BOTH_LINES if sample.suffix in (".wav", ".aiff") else NO_AI
    assert fields(sample.read_bytes()) == expected
    put_foreign_data(sample)
    tag(sample, NOTHING)
    assert read_by_mutagen(sample) == {}


def test_exiftool_shows_our_fields(sample: Path) -> None:
    need("exiftool")
    tag(sample, PLAIN)
    output = run("exiftool", "-a", "-G1", "-s", str(sample))

    assert "Warning" not in output
    for (value,) in PLAIN.values():
        assert value in output


def test_exiftool_shows_our_xmp(sample: Path) -> None:
    need("exiftool")
    if "tdm:policy" not in settable(sample.read_bytes()):
        pytest.skip("this kind of file carries no XMP")
    if sample.suffix == ".aiff":
        pytest.skip("exiftool does not read XMP in AIFF")
    for new_fields in (NO_AI_IN_XMP, {**NO_AI_IN_XMP, "xmpRights:UsageTerms": ("No. " * 2000,)}):
        tag(sample, new_fields)
        output = run("exiftool", "-a", "-G1", "-s", "-XMP:all", str(sample))
        assert "Warning" not in output
        for name in new_fields:
            assert re.search(rf"XMP-\w+\] +{name.partition(':')[2]}", output, re.IGNORECASE), name
        assert new_fields["xmpRights:UsageTerms"][0].strip().replace("\n", ".") in output


def test_the_xmp_toolkit_reads_our_packet_and_a_merged_packet(tmp_path: Path) -> None:
    """exiv2 contains Adobe's XMP toolkit, which rejects a packet for any fault in it."""
    need("exiv2")
    bare = edit.fresh({"xmpRights:Marked": ("True",)}).replace(b"xmpRights:Marked", b"dc:format")
    bare = bare.replace(b"xmlns:xmpRights", b'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:r')
    for packet in (edit.fresh(NO_AI_IN_XMP), edit.edited(bare, NO_AI_IN_XMP)):
        path = tmp_path / "packet.xmp"
        path.write_bytes(packet or b"")
        output = run("exiv2", "-px", str(path))
        for (value,) in NO_AI_IN_XMP.values():
            assert value.partition("\n")[0] in output


def test_mediainfo_shows_our_fields(sample: Path) -> None:
    need("mediainfo")
    if sample.suffix == ".oga":
        pytest.skip("MediaInfo does not read comments of FLAC in Ogg")
    tag(sample, PLAIN)
    output = run("mediainfo", "-f", str(sample))

    for (value,) in PLAIN.values():
        assert value in output


def test_ffprobe_shows_our_fields(sample: Path) -> None:
    need("ffprobe")
    tag(sample, PLAIN)
    output = run("ffprobe", "-v", "error", "-show_format", "-show_streams", str(sample))

    assert PLAIN["COPYRIGHT"][0] in output
    if sample.suffix[1:] in SHOWN_BY_FFPROBE:
        for (value,) in PLAIN.values():
            assert value in output


def test_the_line_that_ffmpeg_writes_into_wav_is_read_and_set(tmp_path: Path) -> None:
    need("ffprobe")
    path = tmp_path / "song.wav"
    source = ["-f", "lavfi", "-i", "sine=d=1", "-metadata", "copyright=2020 Björk"]
    run("ffmpeg", "-v", "error", *source, str(path))
    assert fields(path.read_bytes()) == {"COPYRIGHT-2": ("2020 Björk",)}
    tag(path, {"COPYRIGHT-2": ("2020 Björk. No AI.",)})

    assert "TAG:copyright=2020 Björk. No AI." in run(
        "ffprobe", "-v", "error", "-show_format", str(path)
    )


def test_ffmpeg_still_shows_the_title_of_a_wav_that_has_only_a_tag(tmp_path: Path) -> None:
    need("ffprobe")
    path = tmp_path / "song.wav"
    bare = ["-f", "lavfi", "-i", "sine=d=1", "-fflags", "+bitexact"]
    run("ffmpeg", "-v", "error", *bare, str(path))
    audio = opened(path)
    audio.add_tags()
    audio.tags.add(id3.TIT2(encoding=3, text="Song"))
    audio.save()
    tag(path, NO_AI)

    output = run("ffprobe", "-v", "error", "-show_format", str(path))
    assert "TAG:title=Song" in output
    assert f"TAG:AI-CONSENT={NO_AI['AI-CONSENT'][0]}" in output


@pytest.mark.usefixtures("originals")
def test_rf64_still_decodes_the_same(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    make = ["-c:a", "pcm_s16le", "-rf64", "always", str(path)]
    run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=d=1", *make)
    before = decoded(path)
    for new_fields in ({**NO_AI, **NO_AI_IN_XMP}, nothing(path.read_bytes())):
        tag(path, new_fields)
        assert decoded(path) == before
        if shutil.which("exiftool"):
            assert "Warning" not in run("exiftool", "-a", str(path))


def test_flac_accepts_the_file(originals: dict[str, Path], tmp_path: Path) -> None:
    need("flac")
    path = Path(shutil.copy(originals["plain.flac"], tmp_path / "song.flac"))
    for new_fields in (NO_AI, {"AI-CONSENT": ("x" * 20_000,)}, NOTHING):
        tag(path, new_fields)
        run("flac", "--test", "--silent", "--warnings-as-errors", str(path))
        run("metaflac", "--list", "--block-type=STREAMINFO", str(path))


def test_a_new_flac_of_the_reference_encoder(originals: dict[str, Path], tmp_path: Path) -> None:
    need("flac")
    path = tmp_path / "song.flac"
    wav = originals["bext.wav"]
    run("flac", "--silent", "--keep-foreign-metadata", "-o", str(path), str(wav))
    tag(path, NO_AI)

    run("flac", "--test", "--silent", str(path))
    restored = tmp_path / "song.wav"
    run("flac", "-d", "--silent", "--keep-foreign-metadata", "-o", str(restored), str(path))
    assert hashlib.md5(restored.read_bytes()).digest() == hashlib.md5(wav.read_bytes()).digest()


def test_chained_ogg_still_decodes_completely(originals: dict[str, Path], tmp_path: Path) -> None:
    for name in ("plain.ogg", "plain.opus"):
        path = tmp_path / name
        first = originals[name].read_bytes()
        other = tmp_path / f"other-{name}"
        run(
            "ffmpeg",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "sine=d=1",
            "-serial_offset",
            "9",
            str(other),
        )
        path.write_bytes(first + other.read_bytes())
        before = decoded(path)
        tag(path, {"AI-CONSENT": ("x" * 200_000,)})
        assert decoded(path) == before


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["-c:a", "pcm_s16le", "x.w64"], "W64"),
        (["-c:a", "libtwolame", "-f", "mp2", "x.mp2"], "Layer II"),
    ],
)
@pytest.mark.usefixtures("originals")
def test_unsupported_forms_of_real_encoders_are_named(
    options: list[str], word: str, tmp_path: Path
) -> None:
    path = tmp_path / options[-1]
    run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=d=1", *options[:-1], str(path))

    with path.open("rb") as file, pytest.raises(Unsupported, match=word):
        container_of(file).fields(file)


@pytest.mark.usefixtures("originals")
def test_a_fragmented_file_of_a_real_encoder_is_read_and_its_audio_stays(tmp_path: Path) -> None:
    """Its index can't grow before audio at absolute offsets: such a file is left unchanged."""
    path = tmp_path / "x.m4a"
    options = ["-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov"]
    run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=d=1", *options, str(path))
    content, before = path.read_bytes(), decoded(path)
    with path.open("rb") as file:
        assert container_of(file).fields(file) == {}
    with pytest.raises(Unsupported, match="points at its audio"):
        tag(path, {"AI-CONSENT": ("search=n",), "COPYRIGHT": ("2026 Someone",)})
    assert path.read_bytes() == content
    assert decoded(path) == before
