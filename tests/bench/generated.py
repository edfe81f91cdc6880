"""Catalogues of any size: every container, 60 kB of cover art, data of other programs."""

import random
from collections.abc import Iterator
from pathlib import Path

from rightsdesk.practice.catalogue import KINDS, sound, suffix
from rightsdesk.practice.sample_tags import Extra, put_tags
from tests.files import build

COVER_BYTES = 60_000
TRACKS_ON_A_RELEASE = 10


def generate(folder: Path, number: int) -> Iterator[Path]:
    """Write `number` files, ten per release, the same in every run; yield their paths."""
    chance = random.Random(2024)
    sounds = {kind: sound(kind) for kind in KINDS}
    for index in range(number):
        kind = KINDS[index % len(KINDS)]
        path = _place(folder, index, suffix(kind))
        path.write_bytes(sounds[kind])
        cover = b"\x89PNG\r\n\x1a\n" + chance.randbytes(COVER_BYTES)
        tags = {
            "title": f"Track {index}",
            "artist": "Bench",
            "albumartist": "Bench",
            "album": f"Release {index // TRACKS_ON_A_RELEASE}",
            "tracknumber": str(index % TRACKS_ON_A_RELEASE + 1),
            "isrc": f"QZES5{index:07}",
        }
        extra = Extra(dj=True, old_id3=index % 3 == 0, copyright="© 2024 Bench", cover=cover)
        put_tags(path, tags, extra)
        yield path


def tiny(folder: Path, number: int) -> None:
    """Write `number` files of a few hundred bytes, for jobs that depend only on their number."""
    for index in range(number):
        comments = build.vorbis_comments(
            [
                b"TITLE=Track %d" % index,
                b"ARTIST=Bench",
                b"ALBUM=Release %d" % (index // TRACKS_ON_A_RELEASE),
                b"TRACKNUMBER=%d" % (index % TRACKS_ON_A_RELEASE + 1),
                b"ISRC=QZES5%07d" % index,
            ]
        )
        _place(folder, index, "flac").write_bytes(build.flac([(4, comments)]))


def long_wav(path: Path, size: int) -> None:
    """Write a WAV with `size` bytes of silence, as a sparse file."""
    head = build.wav(build.FMT, (b"data", b""))[:-4]
    with path.open("wb") as file:
        file.write(head[:4] + (len(head) - 4 + size).to_bytes(4, "little") + head[8:])
        file.write(size.to_bytes(4, "little"))
        file.truncate(len(head) + 4 + size)


def _place(folder: Path, index: int, ending: str) -> Path:
    release, track = divmod(index, TRACKS_ON_A_RELEASE)
    path = folder / f"Release {release:05}" / f"{track + 1:02} Track {index}.{ending}"
    if not track:
        path.parent.mkdir(parents=True, exist_ok=True)
    return path
