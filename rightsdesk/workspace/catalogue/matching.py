"""Matches remote items with recordings: certain, or a question to a person, never a guess.

The order is: the ISRC (ISO 3901), unless title and length both contradict it; a person's earlier
answer; then title, artist and duration together. Contradicting signs, or two recordings that fit
equally, become a question. A wrong match would publish the wrong consent, so the bar for "certain"
is high: a question costs one click.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from stdnum import isrc as isrc_numbers
from stdnum.exceptions import ValidationError

from rightsdesk.folding import folded, has_letters, same_but_for_accents, unaccented, words
from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.workspace.types.matches import Doubt

How = Literal["isrc", "stored", "certain", "ask"]

SAME_ARTIST = 90.0
SAME_DURATION_MS = 2_000
WORTH_SHOWING = 60.0
MOST_CANDIDATES = 5

_NOISE = re.compile(
    r"[(\[](?:official|full|new|free|hq|hd|audio|video|lyric|lyrics|visualizer|"
    r"music|out now|download|dl|premiere|\s)+[)\]]"
)
"""Decoration of uploaded titles. Not "clean" and "explicit": those are two recordings."""
_TELLING_SIGNS = frozenset("#%")
"""Punctuation that makes a title another one: C and C#."""


@dataclass(frozen=True, slots=True)
class OwnRecording:
    """A recording in the catalogue, as matching needs it. `duration_ms` None: unknown."""

    recording_id: int
    title: str
    artist: str
    isrc: str = ""
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recording that an item may be, with a score from 0 to 100."""

    recording_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """The match of an item. `recording_id` is None exactly if `how` is "ask".

    `candidates` has the best first; with "ask" it may be empty.
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
    """A match for each item, in order. `stored` has earlier answers by `remote_id`.

    `recordings` are of one artist: an account never acts for another artist. Several items can be
    the same recording by ISRC or answer (uploaded twice), but not by similarity alone.
    """
    catalogue = _Catalogue(recordings)
    found = [_match(item, catalogue, stored or {}) for item in items]
    claims = Counter(match.recording_id for match in found)
    return [
        _question(match.remote_id, match.candidates)
        if match.how == "certain" and claims[match.recording_id] > 1
        else match
        for match in found
    ]


def doubts(item: RemoteItem, own: OwnRecording) -> tuple[Doubt, ...]:
    """Why it is not certain that an item is this recording; SEVERAL if nothing differs."""
    found = []
    isrc, own_isrc = normal_isrc(item.isrc), normal_isrc(own.isrc)
    if isrc and own_isrc and isrc != own_isrc:
        found.append(Doubt.ISRC)
    if not _same_title(item, own):
        found.append(Doubt.TITLE)
    if item.duration_ms is None or own.duration_ms is None:
        found.append(Doubt.NO_LENGTH)
    elif not _same_duration(item, own):
        found.append(Doubt.LENGTH)
    if _artist_score(item, own) < SAME_ARTIST:
        found.append(Doubt.ARTIST)
    return tuple(found) or (Doubt.SEVERAL,)


def normal_isrc(text: str) -> str:
    """The ISRC in its twelve characters; "" if the text is no ISRC."""
    try:
        return str(isrc_numbers.validate(text))
    except ValidationError:
        return ""


def normal_title(title: str, artist: str = "") -> str:
    """A title for comparing: no case, accents, punctuation, upload noise or leading artist."""
    return unaccented(" ".join(_title_words(title, artist)))


def _title_words(title: str, artist: str) -> list[str]:
    """The words of a title for comparing, with their accents."""
    found = words(_NOISE.sub(" ", folded(title)))
    lead = [unaccented(word) for word in words(artist)]
    if lead and [unaccented(word) for word in found[: len(lead)]] == lead:
        return found[len(lead) :] or found
    return found


class _Catalogue:
    """The recordings, prepared once for many items."""

    def __init__(self, recordings: Sequence[OwnRecording]) -> None:
        self.by_id = {own.recording_id: own for own in recordings}
        self.titles = {own.recording_id: normal_title(own.title, own.artist) for own in recordings}
        self.isrcs = {own.recording_id: normal_isrc(own.isrc) for own in recordings}
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
            # The answer and the ISRC contradict each other: one of them has changed since.
            return _question(item.remote_id, [Candidate(i, 100.0) for i in (answered, *named)])
        sole = named == [answered]
        return Match(item.remote_id, answered, "isrc" if sole else "stored", 100.0)
    if len(named) == 1 and not _another_song(item, catalogue.by_id[named[0]]):
        return Match(item.remote_id, named[0], "isrc", 100.0)
    if named:
        by_code = [Candidate(recording_id, 100.0) for recording_id in named]
        similar = (
            candidate
            for candidate in _candidates(item, catalogue)
            if candidate.recording_id not in named
        )
        return _question(item.remote_id, [*by_code, *similar] if len(named) == 1 else by_code)
    candidates = tuple(_candidates(item, catalogue))
    certain = [c for c in candidates if _is_certain(item, isrc, catalogue, c.recording_id)]
    if len(certain) == 1:
        return Match(
            item.remote_id, certain[0].recording_id, "certain", certain[0].score, candidates
        )
    return _question(item.remote_id, candidates)


def _question(remote_id: str, candidates: Iterable[Candidate]) -> Match:
    listed = tuple(candidates)
    return Match(remote_id, None, "ask", listed[0].score if listed else 0.0, listed)


def _candidates(item: RemoteItem, catalogue: _Catalogue) -> Iterator[Candidate]:
    """The recordings with the most similar titles, ordered by title, artist and duration."""
    from rapidfuzz import fuzz, process  # a scan compares no tracks

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
        own = catalogue.by_id[recording_id]
        score = 0.7 * title_score + 0.15 * _artist_score(item, own)
        score += 15.0 if _same_duration(item, own) else 0.0
        scored.append(Candidate(recording_id, round(score, 1)))
    scored.sort(key=lambda candidate: (-candidate.score, candidate.recording_id))
    yield from scored[:MOST_CANDIDATES]


def _is_certain(item: RemoteItem, isrc: str, catalogue: _Catalogue, recording_id: int) -> bool:
    own = catalogue.by_id[recording_id]
    contradicts = isrc and catalogue.isrcs[recording_id] not in ("", isrc)
    return (
        not contradicts
        and _same_duration(item, own)
        and _same_title(item, own)
        and _artist_score(item, own) >= SAME_ARTIST
    )


def _another_song(item: RemoteItem, own: OwnRecording) -> bool:
    """Whether title and length both contradict an ISRC.

    Then the code was probably copied from another track, and the item would get another song's
    consent. Unknown values contradict nothing.
    """
    return (
        item.duration_ms is not None
        and own.duration_ms is not None
        and not _same_duration(item, own)
        and bool(item.title and own.title)
        and not _same_title(item, own)
    )


def _same_title(item: RemoteItem, own: OwnRecording) -> bool:
    """Whether the titles have the same words in the same order.

    Similarity is not enough: in a long title one letter can mean another recording, and so can the
    order ("Man Bites Dog"). A title without letters identifies nothing.
    """
    item_words = _title_words(item.title, item.artist)
    own_words = _title_words(own.title, own.artist)
    return (
        has_letters(item.title)
        and has_letters("".join(item_words))
        and same_but_for_accents(" ".join(item_words), " ".join(own_words))
        and _signs(item.title) == _signs(own.title)
        and _same_pictures(item.title, own.title)
    )


def _signs(title: str) -> list[str]:
    """The signs that belong to a title, such as + and $, without decoration."""
    return sorted(
        char
        for char in unicodedata.normalize("NFKC", title)
        if unicodedata.category(char) in ("Sm", "Sc") or char in _TELLING_SIGNS
    )


def _same_pictures(first: str, second: str) -> bool:
    """Whether the emoji of two titles agree.

    Uploads are decorated with emoji, so one title may have none.
    """
    first_emoji, second_emoji = (
        sorted(char for char in title if unicodedata.category(char) == "So")
        for title in (first, second)
    )
    return not first_emoji or not second_emoji or first_emoji == second_emoji


def _artist_score(item: RemoteItem, own: OwnRecording) -> float:
    """Similarity of the artists, 0 if one is unknown."""
    from rapidfuzz import fuzz

    item_artist, own_artist = (
        unaccented(" ".join(words(artist))) for artist in (item.artist, own.artist)
    )
    return fuzz.token_sort_ratio(item_artist, own_artist) if item_artist and own_artist else 0.0


def _same_duration(item: RemoteItem, own: OwnRecording) -> bool:
    """Whether both durations are known and differ by no more than encoders add or cut."""
    if item.duration_ms is None or own.duration_ms is None:
        return False
    return abs(item.duration_ms - own.duration_ms) <= SAME_DURATION_MS
