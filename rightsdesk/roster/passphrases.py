"""Checks a new passphrase: its length, and how hard it is to guess.

The length is a rule (NIST SP 800-63B, section 5.1.1.2: at least eight characters); the strength is
a hint. The estimate is a coarse lower bound: sequences, repeats, years and very common words count
for little, whatever surrounds them.
"""

from __future__ import annotations

import math
import os
import re
import unicodedata

from rightsdesk.sentences import worded

VARIABLE = "RIGHTSDESK_PASSPHRASE"
SHORTEST = 8  # characters

_FAIR, _STRONG = 36.0, 56.0  # bits
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")
_COMMON = re.compile(
    "password|passphrase|passwort|letmein|welcome|admin|rightsdesk|secret|geheim|iloveyou|dragon"
    "|monkey|master|login|hello|music|qwertz|azerty|[12][90][0-9]{2}"
)
_PLAIN_WORD = re.compile(r"[^\W\d_]+")
_BITS_OF_A_WORD = 11.0
"""Bits of a word out of about two thousand that people think of."""

_taken = ""


def take() -> None:
    """Remember the passphrase from the environment and remove it there.

    Call it when the program starts, so that child processes do not inherit it.
    """
    global _taken
    _taken = os.environ.pop(VARIABLE, "") or _taken


def given() -> str:
    """The passphrase from the environment; "" if there was none."""
    return os.environ.get(VARIABLE, "") or _taken


def flaw(passphrase: str) -> str:
    """Why a new passphrase is refused, as a sentence; "" if it is accepted."""
    if len(_normal(passphrase).strip()) < SHORTEST:
        return worded("A passphrase needs at least {shortest} characters.", shortest=SHORTEST)
    return ""


def hint(passphrase: str) -> str:
    """How strong a passphrase is and how to improve it, as a sentence."""
    if not passphrase:
        return ""
    if short := flaw(passphrase):
        return short
    bits = strength(passphrase)
    if bits < _FAIR:
        return "Weak: easy to guess. Several words that don't belong together are better."
    if bits < _STRONG:
        return "Fair. One more word makes it strong."
    return "Strong."


def strength(passphrase: str) -> float:
    """A lower bound of how hard a passphrase is to guess, in bits."""
    text = _normal(passphrase).casefold()
    text, common = _COMMON.subn(" ", text)
    words = set(_PLAIN_WORD.findall(text))
    by_words = sum(min(_BITS_OF_A_WORD, _letters(word)) for word in words)
    rest = _PLAIN_WORD.sub("", text).replace(" ", "")
    return by_words + 3.0 * common + _letters(rest)


def _letters(text: str) -> float:
    """Bits of a text of random letters. Each sequence and each repeat counts once."""
    fresh = sum(
        not (number and (letter == text[number - 1] or text[number - 1] + letter in _RUNS))
        for number, letter in enumerate(text)
    )
    kinds = (str.isalpha, 26), (str.isdigit, 10), (lambda character: not character.isalnum(), 33)
    size = sum(number for is_one, number in kinds if any(map(is_one, text)))
    different = min(len(set(text)), fresh)
    # A repeat adds a little: its position.
    return (different + 0.25 * (fresh - different)) * math.log2(size) if size else 0.0


_RUNS = {row[n : n + 2] for row in _ROWS for n in range(len(row) - 1)}
_RUNS |= {pair[::-1] for pair in _RUNS}


def _normal(passphrase: str) -> str:
    return unicodedata.normalize("NFC", passphrase)
