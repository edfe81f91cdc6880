"""Rules for when two descriptions can be of one recording. Pure functions, one home each.

An ISRC names one recording (ISO 3901). In real catalogues it is often wrong: copied from the track
above, or one code for a whole album. So it never decides alone. Title and length have to match,
too, as loosely as files of one recording differ: remaster suffixes, guests in brackets,
punctuation, silence that an encoder adds.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

from rightsdesk.workspace.catalogue.matching import normal_title

MOST_APART_MS = 3_000
"""The largest difference in length of two files of one recording: trimmed or added silence."""

_LEAST_APART_MS = 500  # what encoders add or cut, with room to spare
_PART_APART = 20  # for a short piece, a twentieth of its length

_GUEST = re.compile(r"\b(?:feat|ft|featuring)\b\.?\s")
_GUEST_END = re.compile(r"\s[-–—]\s|[()\[\]{}]")
_IN_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_BEHIND_A_DASH = re.compile(r"\s[-–—]\s++([^-–—]*)$")
_ASIDE = re.compile(
    r"(?:\d{4} )?(?:digital(?:ly)? )?re-?master(?:ed)?(?: (?:version|edition|in|\d{4}))*"
    r"|(?:with|feat\.?|ft\.?|featuring)(?: .*)?"
    r"|(?:album|original|explicit)(?: (?:version|mix))?"
    r"|bonus track|deluxe|deluxe edition"
    r"|"
)
_ALIKE = {"&": " and ", "+": " and ", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"}
_SHORT = {"pt": "part", "pts": "parts", "vol": "volume"}
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
_DIGRAPH = re.compile("([aou])e")

T = TypeVar("T")


@lru_cache(maxsize=16384)
def core_title(title: str, artist: str = "") -> str:
    """The part of a title that is compared; "" for no title.

    Without case, accents, punctuation, spaces, guests, remaster suffixes, and the artist in front.
    Words for another recording (live, remix, instrumental, part 2) stay.
    """
    plain = unicodedata.normalize("NFKC", title).casefold()
    for character, alike in _ALIKE.items():
        plain = plain.replace(character, alike)
    rest = _IN_BRACKETS.sub(_without_aside, _without_guests(plain))
    rest = _BEHIND_A_DASH.sub(_without_aside, rest)
    words = [_SHORT.get(word, word) for word in normal_title(rest, artist).split()]
    for place in range(1, len(words)):
        if words[place - 1] in ("part", "volume"):
            words[place] = _ROMAN.get(words[place], words[place])
    return _DIGRAPH.sub(r"\1", "".join(words)) or " ".join(plain.split())


def _without_guests(text: str) -> str:
    """The text without its guests; each guest ends at a bracket or a dash."""
    kept = []
    at = 0
    for guest in _GUEST.finditer(text):
        if guest.start() >= at:
            kept.append(text[at : guest.start()])
            end = _GUEST_END.search(text, guest.end())
            at = end.start() if end else len(text)
    return " ".join([*kept, text[at:]])


def _without_aside(aside: re.Match[str]) -> str:
    return " " if _ASIDE.fullmatch(" ".join(aside[1].split())) else aside[0]


def same_length(first_ms: int | None, second_ms: int | None) -> bool:
    """Whether two lengths can be of one recording; an unknown length contradicts nothing."""
    if first_ms is None or second_ms is None:
        return True
    allowed = max(first_ms, second_ms) // _PART_APART
    allowed = min(MOST_APART_MS, max(_LEAST_APART_MS, allowed))
    return abs(first_ms - second_ms) <= allowed


def same_title(first: str, second: str) -> bool:
    """Whether two core titles can be of one recording; an unknown title contradicts nothing."""
    return not first or not second or first == second


class ByLength(Generic[T]):
    """Values found by an approximate length, in constant time."""

    def __init__(self) -> None:
        self._by_bucket: defaultdict[int, list[tuple[int, T]]] = defaultdict(list)
        self._unknown: list[T] = []

    def add(self, length_ms: int | None, value: T) -> None:
        """Add a value under a length."""
        if length_ms is None:
            if value not in self._unknown:
                self._unknown.append(value)
            return
        entries = self._by_bucket[length_ms // MOST_APART_MS]
        if (length_ms, value) not in entries:
            entries.append((length_ms, value))

    def find(self, length_ms: int | None, fits: Callable[[T], bool]) -> T | None:
        """The nearest value that fits; without a length, the only value that fits."""
        if length_ms is None:
            candidates = {id(value): value for value in self if fits(value)}
            return next(iter(candidates.values())) if len(candidates) == 1 else None
        place = length_ms // MOST_APART_MS
        near = [
            (abs(known_ms - length_ms), value)
            for bucket in (place - 1, place, place + 1)
            for known_ms, value in self._by_bucket.get(bucket, ())
            if same_length(known_ms, length_ms)
        ]
        for _, value in sorted(near, key=lambda pair: pair[0]):
            if fits(value):
                return value
        if near:
            return None
        return next((value for value in self._unknown if fits(value)), None)

    def __iter__(self) -> Iterator[T]:
        yield from self._unknown
        for entries in self._by_bucket.values():
            yield from (value for _, value in entries)
