"""What the palette finds: actions, artists, releases, platforms and settings, by what is typed.

No Qt in here: the search runs in a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rightsdesk.folding import unaccented

MOST = 60
"""So many are shown at most: who does not find it among them types one more letter."""
_SCATTERED = 40
"""What a word costs whose letters are not together; so it comes after all others."""


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One thing to go to or to do. `key` names it from one time to the next, and `run` does it.

    `under` is what it is, `whose` the artist or the other names that it can be found by as well.
    """

    key: str
    title: str
    under: str
    sign: str
    run: Callable[[], object] = field(compare=False)
    whose: str = ""


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """Entries with their folded titles, in the order of their kinds."""

    entries: Sequence[PaletteEntry] = ()
    folded: Sequence[str] = ()

    @classmethod
    def of(cls, entries: Sequence[PaletteEntry]) -> SearchIndex:
        """Fold the titles, and whose they are."""
        texts = [unaccented(f"{one.title} {one.whose}") for one in entries]
        return cls(tuple(entries), tuple(texts))


def found(index: SearchIndex, text: str, recent: Sequence[str]) -> list[PaletteEntry]:
    """The entries that match, the best first; of equals those that were used last."""
    words = unaccented(text).split()
    used: Mapping[str, int] = {key: place for place, key in enumerate(recent)}
    late = len(recent)
    if not words:
        by_use = sorted(index.entries, key=lambda one: used.get(one.key, late))
        return by_use[:MOST]
    scored = []
    for place, (entry, folded) in enumerate(zip(index.entries, index.folded, strict=True)):
        cost = _cost(words, folded)
        if cost is not None:
            scored.append((cost, used.get(entry.key, late), place))
    return [index.entries[place] for _, _, place in sorted(scored)[:MOST]]


def _cost(words: Sequence[str], text: str) -> int | None:
    """How badly the words match, from 0 for a beginning; None where one does not."""
    total = 0
    for word in words:
        at = text.find(word)
        if at < 0:
            if not _in_order(word, text):
                return None
            total += _SCATTERED
        elif at and text[at - 1] != " ":
            inner = text.find(f" {word}")
            total += 2 if inner >= 0 else 8
        elif at:
            total += 1
    return total


def _in_order(word: str, text: str) -> bool:
    """Whether the letters of a word are in a text one after the other."""
    at = 0
    for letter in word:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return True
