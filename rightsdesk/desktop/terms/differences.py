"""Which words differ between two wordings of a paragraph, as places in each text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

MOST_WORDS = 800
"""Longer paragraphs are not compared word by word: that takes the square of their length."""

_WORD = re.compile(r"\S+")

TextRanges = Sequence[tuple[int, int]]
"""Start and end of each stretch of text, in characters."""


def differing(old: str, new: str) -> tuple[TextRanges, TextRanges]:
    """The stretches of each text that the other does not have; none where one is too long."""
    olds, news = list(_WORD.finditer(old)), list(_WORD.finditer(new))
    if max(len(olds), len(news)) > MOST_WORDS:
        return (), ()
    matcher = SequenceMatcher(
        None, [word[0] for word in olds], [word[0] for word in news], autojunk=False
    )
    gone: list[tuple[int, int]] = []
    added: list[tuple[int, int]] = []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        if end > start:
            gone.append((olds[start].start(), olds[end - 1].end()))
        if other_end > other_start:
            added.append((news[other_start].start(), news[other_end - 1].end()))
    return gone, added
