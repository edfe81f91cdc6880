"""Covers of releases: from each kind of file and from the folder; cached, limited, and harmless."""

import base64
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import mutagen.flac
import mutagen.id3
import mutagen.mp4
import pytest
from mutagen.aiff import AIFF
from mutagen.wave import WAVE

from rightsdesk.files.scan.cover_art import LARGEST, picture_beside, picture_in
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.overview import covers
from rightsdesk.workspace.types.artists import Artist
from tests.files import build
from tests.workspace.conftest import SAMPLES, Song

id3: Any = mutagen.id3
BACK = b"\xff\xd8\xffback"
FRONT = b"\x89PNG\r\n\x1a\nfront"


def _picture(data: bytes, kind: int) -> mutagen.flac.Picture:
    picture = mutagen.flac.Picture()
    picture.data, picture.type, picture.mime = data, kind, "image/png"
    return picture


def in_id3(path: Path) -> None:
    audio: Any = {".wav": WAVE, ".aiff": AIFF}.get(path.suffix, mutagen.File)(path)
    if audio.tags is None:
        audio.add_tags()
    audio.tags.add(id3.APIC(3, "image/jpeg", 4, "back", BACK))
    audio.tags.add(id3.APIC(3, "image/png", 3, "front", FRONT))
    audio.save()


def in_flac(path: Path) -> None:
    audio = mutagen.flac.FLAC(path)
    audio.add_picture(_picture(BACK, 4))
    audio.add_picture(_picture(FRONT, 3))
    audio.save()


def in_comments(path: Path) -> None:
    audio = mutagen.File(path)
    pictures = (_picture(BACK, 4), _picture(FRONT, 3))
    texts = [base64.b64encode(picture.write()).decode("ascii") for picture in pictures]
    audio["metadata_block_picture"] = texts
    audio.save()


def in_mp4(path: Path) -> None:
    audio = mutagen.File(path)
    audio["covr"] = [mutagen.mp4.MP4Cover(FRONT)]
    audio.save()


@pytest.mark.parametrize(
    ("ending", "put"),
    [
        ("mp3", in_id3),
        ("wav", in_id3),
        ("aiff", in_id3),
        ("flac", in_flac),
        ("ogg", in_comments),
        ("opus", in_comments),
        ("aac.m4a", in_mp4),
    ],
)
def test_the_front_cover_is_read_from_each_kind(
    tmp_path: Path, ending: str, put: Callable[[Path], None]
) -> None:
    path = tmp_path / f"sample.{ending}"
    path.write_bytes((SAMPLES / path.name).read_bytes())
    assert picture_in(str(path)) is None
    put(path)
    before = path.read_bytes()
    assert picture_in(str(path)) == FRONT
    assert path.read_bytes() == before


def mp3(path: Path, frame: bytes, flags: bytes = b"\0\0") -> Path:
    body = b"APIC" + len(frame).to_bytes(4, "big") + flags + frame
    size = bytes((len(body) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\x03\0\0" + size + body + build.mpeg())
    return path


def test_broken_images_and_decompression_bombs_give_no_cover(tmp_path: Path) -> None:
    head = b"\0image/png\0\x03\0"
    assert picture_in(str(mp3(tmp_path / "a.mp3", head + FRONT))) == FRONT
    assert picture_in(str(mp3(tmp_path / "b.mp3", head + b"<svg onload=1>"))) is None
    assert picture_in(str(mp3(tmp_path / "c.mp3", head + FRONT[:6]))) is None
    swollen = zlib.compress(head + FRONT + bytes(LARGEST * 8), 9)
    packed = (len(head) + LARGEST * 8).to_bytes(4, "big") + swollen
    assert picture_in(str(mp3(tmp_path / "d.mp3", packed, b"\0\x80"))) is None
    assert picture_in(str(tmp_path / "none.mp3")) is None
    assert picture_in(str(tmp_path)) is None


def test_an_image_next_to_the_files_is_used(tmp_path: Path) -> None:
    song = str(tmp_path / "a.flac")
    assert picture_beside(song) is None
    (tmp_path / "Folder.JPG").write_bytes(BACK)
    assert picture_beside(song) == BACK
    (tmp_path / "cover.png").write_bytes(FRONT)
    assert picture_beside(song) == FRONT
    (tmp_path / "cover.png").write_bytes(FRONT + bytes(LARGEST))
    assert picture_beside(song) == BACK


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes exist only on POSIX systems")
def test_a_pipe_named_like_a_cover_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "cover.jpg")
    assert picture_beside(str(tmp_path / "a.flac")) is None


@pytest.fixture
def release(workspace: Workspace, artist: Artist, song: Song) -> int:
    path = song("Kettle.flac", title="Kettle", album="Kitchen Tapes")
    in_flac(path)
    workspace.catalogue.scan(artist.id, [str(path.parent)])
    ((number, _),) = workspace.catalogue.releases(artist.id)
    return number


def test_a_cover_is_cached_until_its_file_changes(
    workspace: Workspace, artist: Artist, release: int, folder: Path
) -> None:
    cover = workspace.catalogue.cover
    assert cover(release) == FRONT
    assert cover(release + 1) is None
    workspace.catalogue.keep_cover(release, BACK)
    assert cover(release) == BACK
    workspace.catalogue.keep_cover(release, b"no image")
    assert cover(release) == BACK
    audio = mutagen.flac.FLAC(folder / "Kettle.flac")
    audio["title"] = "Kettle, again"
    audio.save()
    workspace.catalogue.scan(artist.id, [str(folder)])
    assert cover(release) == FRONT
    if os.name == "posix":
        there = (workspace.data_dir / covers.FOLDER).iterdir()
        assert {path.stat().st_mode & 0o077 for path in there} == {0}


def test_the_cache_is_limited(
    workspace: Workspace, release: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = workspace.data_dir / covers.FOLDER
    place.mkdir()
    old = place / "old"
    old.write_bytes(bytes(100))
    os.utime(old, (1, 1))
    monkeypatch.setattr(covers, "MOST", 50)
    assert workspace.catalogue.cover(release) == FRONT
    assert not old.exists()
    assert len(list(place.iterdir())) == 1
