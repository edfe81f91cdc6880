"""Tells a broken fetch from a version of terms: empty, cut, an error page, another language.

A page that was fetched badly differs a lot from the version before, and says nothing about what a
platform allows. It must never raise an alarm, and neither must the way back to the whole page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rightsdesk.sentences import worded
from rightsdesk.terms.alignment import Version
from rightsdesk.terms.paragraphs import TermsParagraph, folded
from rightsdesk.terms.rules import RULES

EMPTY_WORDS = 60
"""Fewer words are no terms: only a title, a date, or a notice."""

SHORT_WORDS = 350
"""An error page, a cookie wall or a login page is shorter than this."""

MOST_MISSING = 0.65
"""If this share of the longer version is missing, the shorter one is no whole text."""

SOME_MISSING = 0.25
"""If this share is missing and nothing else changed, parts of the page were not fetched."""

_ALL_KEPT = 0.99


@dataclass(frozen=True, slots=True)
class Breakage:
    """What is wrong with a version.

    `whole` is whether the rest can't be used either. If not, only parts are missing: what is there
    can be judged, and what is gone cannot.
    """

    which: str
    """"old" or "new"."""
    why: str
    whole: bool


def breakage(old: Version, new: Version) -> Breakage | None:
    """Return what is wrong with one of two versions, or None."""
    for which, version in (("new", new), ("old", old)):
        why = unusable(version.paragraphs)
        if why:
            return Breakage(which, why, whole=True)
    languages = [language(version.paragraphs) for version in (old, new)]
    if all(languages) and languages[0] != languages[1]:
        return Breakage("new", "It is in another language than the other version.", whole=True)
    return _cut(old, new)


def language(paragraphs: Sequence[TermsParagraph]) -> str:
    """Return the language of a text by its most frequent small words, or "" if it is unclear."""
    seen = 0
    counts = dict.fromkeys(RULES.languages, 0)
    for paragraph in paragraphs:
        for sentence in paragraph.sentences:
            for word in sentence.words:
                seen += 1
                for name, small in RULES.languages.items():
                    counts[name] += word in small
        if seen > 5_000:
            break
    if not seen:
        return ""
    best, second = sorted(counts.values(), reverse=True)[:2]
    if best < 0.08 * seen or best < 2 * second:
        return ""
    return max(counts, key=lambda name: counts[name])


def unusable(paragraphs: Sequence[TermsParagraph]) -> str:
    """Return why a text can't be the whole terms by itself, as a sentence; "" if it may be."""
    count = _words(paragraphs)
    if count < EMPTY_WORDS:
        return "There is hardly any text in it."
    if count < SHORT_WORDS and (why := _page_instead(paragraphs)):
        return why
    if not language(paragraphs):
        return "It is in no language that RightsDesk knows, or it is no text."
    return ""


def _page_instead(paragraphs: Sequence[TermsParagraph]) -> str:
    """Return which page this is instead of terms, as a sentence: an error page, a login page."""
    text = folded(" ".join(paragraph.text for paragraph in paragraphs))
    pages = (kind for kind in RULES.pages if any(phrase in text for phrase in kind.phrases))
    return next((kind.why for kind in pages), "")


def excerpts(old: Sequence[TermsParagraph], new: Sequence[TermsParagraph]) -> str:
    """Return why two texts are excerpts of about one length, as a sentence; "" if they are not.

    One of them is too short for whole terms, the other one is no longer document either.
    """
    short, long = sorted((_words(old), _words(new)))
    if not 0 < short < EMPTY_WORDS or long >= SHORT_WORDS or short < (1 - MOST_MISSING) * long:
        return ""
    if _page_instead(old) or _page_instead(new):
        return ""
    return worded(
        "These texts are too short to be whole documents ({old} and {new} words). They are "
        "compared as excerpts.",
        old=_words(old),
        new=_words(new),
    )


def _words(paragraphs: Sequence[TermsParagraph]) -> int:
    return sum(len(sentence.words) for paragraph in paragraphs for sentence in paragraph.sentences)


def _cut(old: Version, new: Version) -> Breakage | None:
    """Return which version is a part of the other. Text that is repeated counts once."""
    small, large = (old, new) if len(old.runs) < len(new.runs) else (new, old)
    if not small.runs:
        return None
    which = "old" if small is old else "new"
    missing = 1 - len(small.runs) / len(large.runs)
    kept = len(small.runs & large.runs) / len(small.runs)
    if missing >= MOST_MISSING and kept > 0.5:
        return Breakage(which, "Most of the text is missing.", whole=True)
    if missing >= SOME_MISSING and kept >= _ALL_KEPT:
        return Breakage(which, "Parts of the text are missing.", whole=False)
    return None
