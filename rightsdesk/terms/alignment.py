"""Finds what is new in one version of a text, and its counterpart in the other version.

Text that was moved, split, merged or laid out anew has the same words in the same order, only
elsewhere. So a sentence counts as known if its runs of five words are known.

Memory and time grow with the length of the text: a sentence is compared with at most
`MOST_CANDIDATES` others, found by the rare words they share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from rightsdesk.terms.paragraphs import TermsParagraph, TermsSentence

RUN = 5
"""Words in a run. Shorter ones occur by chance."""

KNOWN_SHARE = 0.97
"""Share of a sentence's runs that must be known elsewhere for the sentence to be known."""

COUNTERPART = 55.0
"""How like (0 to 100) a sentence must be to be the older or newer wording of another."""

MOST_CANDIDATES = 30
_RAREST = 8
_COMPARED = 1_000


@dataclass(frozen=True, slots=True)
class SentencePlace:
    """A sentence, and the paragraph it is in."""

    sentence: TermsSentence
    paragraph: TermsParagraph
    number: int
    """Number of the paragraph in its version, from 0."""


class Version:
    """One version of a text, indexed for the search of words in it."""

    def __init__(self, paragraphs: Sequence[TermsParagraph]) -> None:
        self.paragraphs = paragraphs
        self.places = [
            SentencePlace(sentence, paragraph, number)
            for number, paragraph in enumerate(paragraphs)
            for sentence in paragraph.sentences
        ]
        self.keys = Counter(place.sentence.key for place in self.places)
        self._by_key = {place.sentence.key: place.number for place in self.places}
        self.paragraph_keys = Counter(paragraph.key for paragraph in paragraphs)
        words = [word for paragraph in paragraphs for word in paragraph.key.split()]
        self.runs = set(_runs(words))
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for index, place in enumerate(self.places):
            for word in set(place.sentence.words):
                self._by_word[word].append(index)

    def knows(self, sentence: TermsSentence) -> bool:
        """Return whether the sentence is here too: also moved, split, or merged with others."""
        if sentence.key in self.keys:
            return True
        runs = list(_runs(sentence.words))
        if len(sentence.words) < RUN:
            return False
        return sum(run in self.runs for run in runs) >= KNOWN_SHARE * len(runs)

    def paragraph_like(self, paragraph: TermsParagraph) -> TermsParagraph | None:
        """Return the paragraph here that shares most sentences with one of the other version."""
        shared: Counter[int] = Counter()
        for sentence in paragraph.sentences[:_COMPARED]:
            if sentence.key in self._by_key and len(sentence.words) >= RUN:
                shared[self._by_key[sentence.key]] += len(sentence.key)
        return self.paragraphs[shared.most_common(1)[0][0]] if shared else None

    def counterparts(self, sentence: TermsSentence, most: int = 3) -> list[SentencePlace]:
        """Return the sentences that are older or newer wordings of this one, most alike first."""
        candidates: Counter[int] = Counter()
        rare = sorted(
            set(sentence.words), key=lambda word: (len(self._by_word.get(word, ())), word)
        )
        for word in [word for word in rare if word in self._by_word][:_RAREST]:
            for index in self._by_word[word][: 10 * MOST_CANDIDATES]:
                candidates[index] += 1
        scored = []
        for index, _ in candidates.most_common(MOST_CANDIDATES):
            place = self.places[index]
            score = likeness(sentence.key, place.sentence.key)
            if score >= COUNTERPART:
                scored.append((score, -index, place))
        scored.sort(key=lambda entry: entry[:2], reverse=True)
        return [place for _, _, place in scored[:most]]


def likeness(one: str, other: str) -> float:
    """Return how like two keys are, 0 to 100. The order of the words counts."""
    return fuzz.ratio(one[:_COMPARED], other[:_COMPARED])


def changed(version: Version, other: Version) -> list[SentencePlace]:
    """Return the sentences of a version that the other does not know, in their order."""
    return [place for place in version.places if not other.knows(place.sentence)]


def _runs(words: Sequence[str]) -> Iterable[int]:
    if len(words) < RUN:
        return
    for start in range(len(words) - RUN + 1):
        yield hash(tuple(words[start : start + RUN]))
