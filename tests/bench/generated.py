"""A catalogue of any size: every container, 60 kB of cover art, other programs' data."""

import random
from collections.abc import Iterator
from pathlib import Path

from rightsdesk.practice.catalogue import KINDS, sound, suffix
from rightsdesk.practice.sample_tags import Extra, put_tags

COVER_BYTES = 60_000
TRACKS_ON_A_RELEASE = 10


def generate(folder: Path, number: int) -> Iterator[Path]:
    """Write that many files, ten to a release, the same ones every time."""
    chance = random.Random(2024)
    sounds = {kind: sound(kind) for kind in KINDS}
    for index in range(number):
        release, track = divmod(index, TRACKS_ON_A_RELEASE)
        kind = KINDS[index % len(KINDS)]
        path = folder / f"Release {release:04}" / f"{track + 1:02} Track {index}.{suffix(kind)}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sounds[kind])
        cover = b"\x89PNG\r\n\x1a\n" + chance.randbytes(COVER_BYTES)
        tags = {
            "title": f"Track {index}",
            "artist": "Bench",
            "albumartist": "Bench",
            "album": f"Release {release}",
            "tracknumber": str(track + 1),
            "isrc": f"QZES5{index:07}",
        }
        extra = Extra(dj=True, old_id3=index % 3 == 0, copyright="© 2024 Bench", cover=cover)
        put_tags(path, tags, extra)
        yield path
