"""Real audio of every kind. ffmpeg makes it once per session, mutagen adds foreign data."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mutagen
import mutagen.flac
import mutagen.id3
import mutagen.mp4
import pytest

# mutagen's annotations are incomplete, so its modules count as untyped here.
flac: Any = mutagen.flac
id3: Any = mutagen.id3
mp4: Any = mutagen.mp4

COVER = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 30 + b"\xff\xd9"
KINDS: dict[str, list[str]] = {
    "2.3.mp3": ["-c:a", "libmp3lame", "-b:a", "96k", "-id3v2_version", "3", "-write_id3v1", "1"],
    "2.4.mp3": ["-c:a", "libmp3lame", "-q:a", "4", "-id3v2_version", "4"],
    "bare.mp3": ["-c:a", "libmp3lame", "-id3v2_version", "0", "-write_xing", "0"],
    "plain.flac": ["-c:a", "flac"],
    "plain.ogg": ["-c:a", "libvorbis"],
    "plain.opus": ["-c:a", "libopus"],
    "flac.oga": ["-c:a", "flac"],
    "aac.m4a": ["-c:a", "aac"],
    "faststart.m4a": ["-c:a", "aac", "-movflags", "+faststart"],
    "alac.m4a": ["-c:a", "alac"],
    "plain.wav": ["-c:a", "pcm_s24le"],
    "bext.wav": ["-c:a", "pcm_s16le", "-write_bext", "1"],
    "plain.aiff": ["-c:a", "pcm_s16be"],
}


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the samples by name. Skips without ffmpeg."""
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is not installed, so there is no real audio to test with")
    folder = tmp_path_factory.mktemp("originals")
    source = ["-f", "lavfi", "-i", "anoisesrc=d=2:c=pink:r=44100:a=0.3", "-ac", "2"]
    source += ["-metadata", "title=Título", "-metadata", "artist=Someone"]
    made: dict[str, Path] = {}
    for name, options in KINDS.items():
        made[name] = folder / name
        run("ffmpeg", "-v", "error", *source, *options, str(made[name]))
        put_foreign_data(made[name])
    return made


@pytest.fixture(params=KINDS)
def sample(request: pytest.FixtureRequest, originals: dict[str, Path], tmp_path: Path) -> Path:
    """Return a fresh copy of each sample in turn."""
    return Path(shutil.copy(originals[request.param], tmp_path / request.param))


def run(*command: str) -> str:
    """Return a program's output. Fails with its error output."""
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode(errors="replace")


def opened(path: Path) -> Any:
    """Open a file with mutagen."""
    return mutagen.File(path)


def put_foreign_data(path: Path) -> None:
    """Add data as other programs write it: covers, cues, ratings, private data."""
    if path.name == "bare.mp3":
        return
    audio = opened(path)
    if audio.tags is None:
        audio.add_tags()
    if isinstance(audio.tags, id3.ID3):
        for frame in id3_frames():
            audio.tags.add(frame)
        version = 3 if path.name in ("2.3.mp3", "plain.wav") else 4
        audio.save(v2_version=version)
        return
    if isinstance(audio, mp4.MP4):
        audio["covr"] = [mp4.MP4Cover(COVER)]
        audio["----:com.serato.dj:markers"] = [mp4.MP4FreeForm(b"\x01\x02\x00")]
    else:
        audio["SERATO_MARKERS_V2"] = ["AQIDBA=="]
    if isinstance(audio, flac.FLAC):
        picture = flac.Picture()
        picture.data, picture.mime, picture.type = COVER, "image/jpeg", 3
        audio.add_picture(picture)
    audio.save()


def id3_frames() -> Iterator[Any]:
    yield id3.APIC(encoding=0, mime="image/jpeg", type=3, desc="", data=COVER)
    yield id3.GEOB(
        encoding=0, mime="application/octet-stream", desc="Serato Markers2", data=b"\1\1"
    )
    yield id3.POPM(email="someone@example.com", rating=255, count=7)
    yield id3.PRIV(owner="www.amazon.com", data=b"\x00\x01\xff")
    yield id3.UFID(owner="http://musicbrainz.org", data=b"0" * 36)
    yield id3.SYLT(encoding=3, lang="eng", format=2, type=1, desc="", text=[("la", 10)])
    yield id3.TXXX(encoding=3, desc="AI_GENERATED", text=["no"])


def frames_of(tags: Any) -> dict[str, str]:
    """Return every foreign frame or comment, as mutagen reads it."""
    ours = ("AI-CONSENT", "CONTENT-USAGE", "TDM-", "COPYRIGHT", "TCOP", "CPRT")
    return {
        key: repr(tags[key])
        for key in (tags.keys() if tags is not None else ())
        if not any(name in key.upper() for name in ours)
    }
