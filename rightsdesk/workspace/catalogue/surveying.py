"""Whose music a folder holds, as its tags say it: read before anything is stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rightsdesk.changes.types import Cancel, Progress
from rightsdesk.files.scan.reading import read_batches
from rightsdesk.files.scan.scanner import FoundFile, Scan
from rightsdesk.folding import unaccented
from rightsdesk.workspace.catalogue.artist_names import artist_key, is_artist, joined

MOST_READ = 2000
"""Files whose tags are read. They are spread over the folders, so that each has its say."""

MOST_FOUND = 100_000
"""Files after which the walk ends: a question on the first screen has to be answered soon."""

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found in some folders.

    `files` counts audio files, at least so many if not `complete`. `artists` are the artists that
    the tags name, with the number of the `read` files that name each, most files first: a
    MusicBrainz id is one artist, and so is a name where there is none. `releases`
    counts the titles of releases among the read files.
    """

    files: int
    complete: bool
    read: int
    artists: tuple[tuple[str, int], ...]
    releases: int


def survey(places: Sequence[str], progress: Progress, cancel: Cancel) -> Survey:
    """Find the audio files in folders and read whose they are. Stores nothing.

    Unreadable files and folders are left out: a scan reports them.
    """
    found: list[FoundFile] = []
    complete = True
    for event in Scan(places):
        if cancel.is_set() or len(found) >= MOST_FOUND:
            complete = False
            break
        if isinstance(event, FoundFile):
            found.append(event)
    step = max(1, -(-len(found) // MOST_READ))
    names: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    releases: set[tuple[str, str]] = set()
    read = 0
    sample = iter(found[::step])
    for batch in read_batches(_batches(sample), stopped=cancel.is_set, helpers=0):
        for _, (audio, _problem) in batch:
            if audio is None:
                continue
            read += 1
            named = (
                (audio.album_artist, audio.mb_album_artist),
                (audio.artist, audio.mb_artist),
            )
            for name, number in named:
                if is_artist(name):
                    names[artist_key(name, number)][name] += 1
                    break
            if audio.album:
                releases.add((unaccented(audio.album_artist), unaccented(audio.album)))
        progress(read, 0, "")
    artists = [
        (spellings.most_common(1)[0][0], spellings.total()) for spellings in _one_each(names)
    ]
    artists.sort(key=lambda one: (-one[1], one[0]))
    return Survey(len(found), complete, read, tuple(artists), len(releases))


def _one_each(names: Mapping[tuple[str, str], Counter[str]]) -> list[Counter[str]]:
    """The spellings of each artist."""
    found = list(names.values())
    ids = [value if kind == "id" else "" for kind, value in names]
    same = joined(list(zip(ids, found, strict=True)))
    for place, other in enumerate(same):
        if other != place:
            found[other] += found[place]
    return [spellings for place, spellings in enumerate(found) if same[place] == place]


def _batches(files: Iterator[FoundFile]) -> Iterator[list[FoundFile]]:
    while batch := list(islice(files, _BATCH)):
        yield batch
