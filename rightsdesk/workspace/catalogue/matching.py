"""Which recording a remote item is: known for certain, or asked, never guessed.

In this order (facts: an ISRC names one recording, ISO 3901): the ISRC, unless title and length
both contradict it, what a person answered earlier, then title, artist and duration together.
Two signs that speak against each other, or two recordings that fit alike, make a question. A
wrong match would declare the wrong consent in public, so the bar for "certain" is high: a
question costs one click.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process
from stdnum import isrc as isrc_numbers
from stdnum.exceptions import ValidationError

from rightsdesk.folding import folded, has_letters, same_but_for_accents, unaccented, words
from rightsdesk.platforms.interface import RemoteItem

How = Literal["isrc", "stored", "certain", "ask"]

SAME_ARTIST = 90.0
SAME_DURATION_MS = 2_000
WORTH_SHOWING = 60.0
MOST_CANDIDATES = 5

_NOISE = re.compile(
    r"[(\[](?:official|full|new|free|hq|hd|audio|video|lyric|lyrics|visualizer|"
    r"music|out now|download|dl|premiere|\s)+[)\]]"
)
"""What uploads are decorated with. Not "clean" and "explicit": those are two recordings."""
_TELLING_SIGNS = frozenset("#%")
"""Signs among the punctuation without which a title is another one: C and C#."""


@dataclass(frozen=True, slots=True)
class OwnRecording:
    """A recording of ours, as far as matching looks at it. `duration_ms` None: unknown."""

    recording_id: int
    title: str
    artist: str
    isrc: str = ""
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recording that an item might be, and how well it fits (0 to 100)."""

    recording_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """What an item is. `recording_id` is None exactly where `how` is "ask".

    `candidates` are the best first; with "ask" they can be none at all.
    """

    remote_id: str
    recording_id: int | None
    how: How
    score: float
    candidates: tuple[Candidate, ...] = ()


def match_all(
    items: Iterable[RemoteItem],
    recordings: Sequence[OwnRecording],
    stored: Mapping[str, int] | None = None,
) -> list[Match]:
    """A match for each item, in their order. `stored`: earlier answers, by `remote_id`.

    Give the recordings of one artist: an account never speaks for another. Several items can
    be the same recording by ISRC or by answer (uploaded twice), but not by likeness alone.
    """
    catalogue = _Catalogue(recordings)
    found = [_match(item, catalogue, stored or {}) for item in items]
    claims = Counter(one.recording_id for one in found)
    return [
        _asked(one.remote_id, one.candidates)
        if one.how == "certain" and claims[one.recording_id] > 1
        else one
        for one in found
    ]


def normal_isrc(text: str) -> str:
    """An ISRC in its twelve characters, or "" where the text is none."""
    try:
        return str(isrc_numbers.validate(text))
    except ValidationError:
        return ""


def normal_title(title: str, artist: str = "") -> str:
    """A title to compare by: no case, accents, punctuation, upload noise or leading artist."""
    return unaccented(" ".join(_title_words(title, artist)))


def _title_words(title: str, artist: str) -> list[str]:
    """The same as words that keep their accents."""
    found = words(_NOISE.sub(" ", folded(title)))
    lead = [unaccented(word) for word in words(artist)]
    if lead and [unaccented(word) for word in found[: len(lead)]] == lead:
        return found[len(lead) :] or found
    return found


class _Catalogue:
    """The recordings, prepared once for many items."""

    def __init__(self, recordings: Sequence[OwnRecording]) -> None:
        self.by_id = {known.recording_id: known for known in recordings}
        self.titles = {
            known.recording_id: normal_title(known.title, known.artist) for known in recordings
        }
        self.isrcs = {known.recording_id: normal_isrc(known.isrc) for known in recordings}
        self.by_isrc: dict[str, list[int]] = {}
        for recording_id, isrc in self.isrcs.items():
            if isrc:
                self.by_isrc.setdefault(isrc, []).append(recording_id)


def _match(item: RemoteItem, catalogue: _Catalogue, stored: Mapping[str, int]) -> Match:
    isrc = normal_isrc(item.isrc)
    named = catalogue.by_isrc.get(isrc, []) if isrc else []
    answered = stored.get(item.remote_id)
    if answered is not None and answered in catalogue.by_id:
        if named and answered not in named:
            # The answer and the ISRC speak against each other: one of them changed since.
            return _asked(item.remote_id, [Candidate(i, 100.0) for i in (answered, *named)])
        sole = named == [answered]
        return Match(item.remote_id, answered, "isrc" if sole else "stored", 100.0)
    if len(named) == 1 and not _another_song(item, catalogue.by_id[named[0]]):
        return Match(item.remote_id, named[0], "isrc", 100.0)
    if named:
        by_code = [Candidate(recording_id, 100.0) for recording_id in named]
        like = (one for one in _candidates(item, catalogue) if one.recording_id not in named)
        return _asked(item.remote_id, [*by_code, *like] if len(named) == 1 else by_code)
    candidates = tuple(_candidates(item, catalogue))
    sure = [c for c in candidates if _is_certain(item, isrc, catalogue, c.recording_id)]
    if len(sure) == 1:
        return Match(item.remote_id, sure[0].recording_id, "certain", sure[0].score, candidates)
    return _asked(item.remote_id, candidates)


def _asked(remote_id: str, candidates: Iterable[Candidate]) -> Match:
    shown = tuple(candidates)
    return Match(remote_id, None, "ask", shown[0].score if shown else 0.0, shown)


def _candidates(item: RemoteItem, catalogue: _Catalogue) -> Iterator[Candidate]:
    """The recordings with the most similar titles; duration and artist put them in order."""
    title = normal_title(item.title, item.artist)
    if not title:
        return
    found = process.extract(
        title,
        catalogue.titles,
        scorer=fuzz.token_sort_ratio,
        score_cutoff=WORTH_SHOWING,
        limit=4 * MOST_CANDIDATES,
    )
    scored = []
    for _, title_score, recording_id in found:
        known = catalogue.by_id[recording_id]
        score = 0.7 * title_score + 0.15 * _artist_score(item, known)
        score += 15.0 if _same_duration(item, known) else 0.0
        scored.append(Candidate(recording_id, round(score, 1)))
    scored.sort(key=lambda candidate: (-candidate.score, candidate.recording_id))
    yield from scored[:MOST_CANDIDATES]


def _is_certain(item: RemoteItem, isrc: str, catalogue: _Catalogue, recording_id: int) -> bool:
    known = catalogue.by_id[recording_id]
    contradicts = isrc and catalogue.isrcs[recording_id] not in ("", isrc)
    return (
        not contradicts
        and _same_duration(item, known)
        and _same_title(item, known)
        and _artist_score(item, known) >= SAME_ARTIST
    )


def _another_song(item: RemoteItem, known: OwnRecording) -> bool:
    """Whether title and length both speak against an ISRC.

    It is a copied one then (the code of the track above is a common slip), and the consent of
    one song would be declared on another. What is not known speaks against nothing.
    """
    return (
        item.duration_ms is not None
        and known.duration_ms is not None
        and not _same_duration(item, known)
        and bool(item.title and known.title)
        and not _same_title(item, known)
    )


def _same_title(item: RemoteItem, known: OwnRecording) -> bool:
    """Whether the titles have the same words, in the same order.

    Likeness is not enough: in a long title one letter can make another recording, and so can
    the order ("Man Bites Dog"). A title without letters names nothing for certain.
    """
    ours = _title_words(item.title, item.artist)
    theirs = _title_words(known.title, known.artist)
    return (
        has_letters(item.title)
        and has_letters("".join(ours))
        and same_but_for_accents(" ".join(ours), " ".join(theirs))
        and _signs(item.title) == _signs(known.title)
        and _same_pictures(item.title, known.title)
    )


def _signs(title: str) -> list[str]:
    """The signs that are part of a title: + and $, but not what decorates it."""
    return sorted(
        char
        for char in unicodedata.normalize("NFKC", title)
        if unicodedata.category(char) in ("Sm", "Sc") or char in _TELLING_SIGNS
    )


def _same_pictures(one: str, other: str) -> bool:
    """Whether emoji and the like agree. Uploads are decorated with them, so one title may
    have none."""
    ours, theirs = (
        sorted(char for char in title if unicodedata.category(char) == "So")
        for title in (one, other)
    )
    return not ours or not theirs or ours == theirs


def _artist_score(item: RemoteItem, known: OwnRecording) -> float:
    """Likeness of the artists, 0 where either is unknown."""
    ours, theirs = (unaccented(" ".join(words(artist))) for artist in (item.artist, known.artist))
    return fuzz.token_sort_ratio(ours, theirs) if ours and theirs else 0.0


def _same_duration(item: RemoteItem, known: OwnRecording) -> bool:
    """Whether both are known and differ by no more than what encoders add or cut."""
    if item.duration_ms is None or known.duration_ms is None:
        return False
    return abs(item.duration_ms - known.duration_ms) <= SAME_DURATION_MS
