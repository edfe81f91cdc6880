"""Comparison of names and titles: the only place where text is folded.

Two foldings answer two questions. `folded`: is it the same text, whatever its case, width and
spaces? Database keys use it. `unaccented`: is it what people type who leave accents out? Marks are
dropped only where people do that, after Latin, Greek and some Cyrillic letters. Elsewhere a mark is
part of the letter: without it バス (bus) is ハス (lotus), and नमस्ते loses its vowels.

Cyrillic: ё is commonly typed as е, and stress marks are left out. й, ї and ў are separate letters,
which people do not type as и, і and у. Hebrew points and Arabic vowel signs stay: a question costs
one click, a wrong match declares the wrong consent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_TYPED = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters without an accent to drop, and what is typed for them on other keyboards."""

_STRESS = "\u0300\u0301"
_CYRILLIC_VOWELS = frozenset("аеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄ")
_DIAERESIS = "\u0308"
_APOSTROPHES = "'’ʼʹ′`´"


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Text for comparison: ignores case, width and runs of spaces, but not accents."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=4096)
def unaccented(text: str) -> str:
    """Text as typed without accents, in lower case; marks of other scripts stay."""
    if text.isascii():  # nothing to decompose
        return " ".join(text.lower().split())
    bare = _bare(unicodedata.normalize("NFKD", text))
    # Case folding can add marks: İ becomes i with a dot above.
    bare = _bare(unicodedata.normalize("NFKD", bare.casefold())).translate(_TYPED)
    return " ".join(unicodedata.normalize("NFC", bare).split())


def words(text: str) -> list[str]:
    """The folded words of a text: letters with their marks, and numbers.

    Apostrophes and characters without a width join their neighbours.
    """
    return "".join(_spaced(folded(text))).split()


def letters(text: str) -> str:
    """Only the letters and numbers, unaccented: for login names, which are one word."""
    return unaccented("".join(words(text)))


def has_letters(text: str) -> bool:
    """Whether the text has any letter of any script."""
    return any(unicodedata.category(char)[0] == "L" for char in text)


def same_but_for_accents(first: str, second: str) -> bool:
    """Whether two texts are equal if one of them may leave its accents out.

    Texts that both have accents, but different ones, differ: má and mà are two words.
    """
    plain = unaccented(first)
    if plain != unaccented(second):
        return False
    ours, theirs = folded(first), folded(second)
    return ours == theirs or plain in (ours, theirs)


def _bare(decomposed: str) -> str:
    kept: list[str] = []
    base = ""
    for char in decomposed:
        if unicodedata.category(char)[0] != "M":
            base = char
            kept.append(char)
        elif not _is_left_out(char, base):
            kept.append(char)
    return "".join(kept)


def _is_left_out(mark: str, base: str) -> bool:
    script = _script(base)
    if script == "CYRILLIC":
        return (mark in _STRESS and base in _CYRILLIC_VOWELS) or (
            mark == _DIAERESIS and base in "еЕ"
        )
    return script in ("LATIN", "GREEK")


@lru_cache(maxsize=1024)
def _script(char: str) -> str:
    """The script of a letter by its Unicode name; "" for anything else."""
    if not char or unicodedata.category(char)[0] != "L":
        return ""
    return unicodedata.name(char, "").partition(" ")[0]


def _spaced(text: str) -> Iterator[str]:
    for char in text:
        category = unicodedata.category(char)
        if category[0] in "LNM" or char == "_":
            yield char
        elif char not in _APOSTROPHES and category != "Cf":
            yield " "
