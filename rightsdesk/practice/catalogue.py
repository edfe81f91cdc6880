"""A small made-up catalogue for the demo: two artists, three releases, all kinds of files.

It holds what real catalogues hold: a master with its copies, names in two scripts, traces of DJ
programs and studios, a declaration that contradicts itself, an unreadable file, and a SoundCloud
track that could be one of two recordings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from rightsdesk.practice.sample_tags import PLAIN, Extra, put_tags

LENGTH_MS = 1500
SUFFIXES = {"aac": "aac.m4a", "alac": "alac.m4a"}
KINDS = ("mp3", "flac", "ogg", "opus", "aac", "alac", "wav", "aiff")

KOVAL = "Mira Koval"
SIGNAL = "Salt & Signal"


@dataclass(frozen=True, slots=True)
class Sample:
    """One recording of the catalogue, and the kinds of its files.

    `track` is what differs on SoundCloud; None if it is not there.
    """

    artist: str
    release: str
    number: int
    title: str
    isrc: str
    kinds: tuple[str, ...]
    extra: Extra = PLAIN
    track: Mapping[str, object] | None = None


ASKS = (
    "AI rights reserved: licence required for training of generative AI "
    "(Art. 4(3) Directive (EU) 2019/790)."
)
"""A declaration that an earlier consent has left on a track."""

SAMPLES = (
    Sample(
        KOVAL,
        "Night Ferry",
        1,
        "Night Ferry",
        "QZES52400001",
        ("wav", "flac", "mp3"),
        track={"tag_list": 'ambient "night music"', "description": "Recorded on deck."},
    ),
    Sample(
        KOVAL,
        "Night Ferry",
        2,
        "Љубав у луци",
        "QZES52400002",
        ("flac", "mp3"),
        track={"tag_list": "serenade", "description": ASKS},
    ),
    Sample(
        KOVAL,
        "Night Ferry",
        3,
        "Paper Moons",
        "QZES52400003",
        ("mp3",),
        Extra(dj=True, old_id3=True, copyright="℗ 2024 Mira Koval"),
        track={},
    ),
    Sample(KOVAL, "Lantern Songs", 1, "Lantern", "QZES52400011", ("ogg",)),
    Sample(KOVAL, "Lantern Songs", 2, "Lantern (Harbour Version)", "", ("opus",)),
    Sample(
        KOVAL,
        "Lantern Songs",
        3,
        "Small Hours",
        "QZES52400013",
        ("aac",),
        # Another tool stated yes in one dialect and no in another.
        Extra(
            declarations={
                "AI-CONSENT": "generative-training=y, data-mining=y",
                "CONTENT-USAGE": "train-ai=n",
            }
        ),
        track={},
    ),
    Sample(
        SIGNAL,
        "Harbour Lights",
        1,
        "Harbour Lights",
        "QZES52500001",
        ("aiff", "mp3"),
        track={"tag_list": "techno", "license": "cc-by-nc"},
    ),
    Sample(SIGNAL, "Harbour Lights", 2, "Buoy", "QZES52500002", ("alac",), track={}),
    Sample(
        SIGNAL,
        "Harbour Lights",
        3,
        "Static",
        "QZES52500003",
        ("mp3",),
        Extra(dj=True, copyright="© 2025 Salt & Signal"),
    ),
    Sample(SIGNAL, "Harbour Lights", 4, "Low Water", "QZES52500004", ("wav", "mp3")),
)

UNCERTAIN: Mapping[str, Mapping[str, object]] = {
    KOVAL: {"title": "Lantern (Harbour)", "tag_list": "live", "description": "Which take is it?"}
}
"""A track of each of these artists that fits two recordings."""

UNREADABLE = Path(SIGNAL, "Harbour Lights", "05 Lost Take.flac")


def artists() -> tuple[str, ...]:
    """The artists of the catalogue."""
    return tuple(dict.fromkeys(sample.artist for sample in SAMPLES))


def build(folder: Path) -> int:
    """Write the catalogue, one folder per artist; returns the number of files.

    Overwrites nothing: raises FileExistsError if a file exists already.
    """
    count = 0
    for sample in SAMPLES:
        for kind in sample.kinds:
            path = folder / _place(sample, kind)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(sound(kind))
            put_tags(path, _tags(sample), sample.extra)
            count += 1
    with (folder / UNREADABLE).open("xb") as file:
        file.write(b"fLaC" + b"\x00\x00\x00\x22 the rest of it was lost")
    return count + 1


def sound(kind: str) -> bytes:
    """One and a half seconds of a chord, as a file without tags, of one of `KINDS`."""
    name = f"sample.{SUFFIXES.get(kind, kind)}"
    return (files("rightsdesk.practice") / "samples" / name).read_bytes()


def suffix(kind: str) -> str:
    """The file name extension of such a file."""
    return "m4a" if kind in SUFFIXES else kind


def soundcloud() -> dict[str, list[dict[str, object]]]:
    """The artists' tracks on the practice SoundCloud."""
    return {artist: list(_tracks(artist)) for artist in artists()}


def _tracks(artist: str) -> Iterator[dict[str, object]]:
    for sample in SAMPLES:
        if sample.artist == artist and sample.track is not None:
            isrc = sample.isrc or None
            fields = {"title": sample.title, "isrc": isrc, "duration": LENGTH_MS}
            yield {**fields, **sample.track}
    if artist in UNCERTAIN:
        yield {"duration": LENGTH_MS, **UNCERTAIN[artist]}


def _place(sample: Sample, kind: str) -> Path:
    name = f"{sample.number:02} {sample.title}.{suffix(kind)}"
    folder = "Masters" if kind in ("wav", "aiff") else ""
    return Path(sample.artist, sample.release, folder, name)


def _tags(sample: Sample) -> dict[str, str]:
    tags = {
        "title": sample.title,
        "artist": sample.artist,
        "album": sample.release,
        "albumartist": sample.artist,
        "tracknumber": str(sample.number),
        "isrc": sample.isrc,
    }
    return {name: value for name, value in tags.items() if value}
