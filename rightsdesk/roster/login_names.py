"""Which artist a login is named after: a pure rule.

Logins write names in one word, without accents and with additions: “Zeramos” is Zé Ramos,
“velvetowlmusic” is Velvet Owl. The artist who signs in comes first; another artist of the
roster is only named where that name fits better.
"""

from __future__ import annotations

from collections.abc import Iterable

from rightsdesk.folding import letters

_SHORTEST = 3
"""A shorter name inside of a longer one is chance."""


def fits(artist: str, login: str) -> int:
    """How much of a login's name is this artist's: letters in common, 0 for another name."""
    ours, theirs = letters(artist), letters(login)
    if ours == theirs:
        return 2 * len(ours)
    shorter = min(ours, theirs, key=len)
    inside = len(shorter) >= _SHORTEST and (ours in theirs or theirs in ours)
    return len(shorter) if inside else 0


def better_fit(artist: str, login: str, others: Iterable[str]) -> str:
    """The other artist after whom the login is named rather than after this one; "" for none."""
    own = fits(artist, login)
    best = max(others, key=lambda name: fits(name, login), default="")
    return best if best and fits(best, login) > own else ""


def is_plainly(artist: str, login: str, others: Iterable[str] = ()) -> bool:
    """Whether a login is plainly this artist's: then no question is asked."""
    return fits(artist, login) > 0 and not better_fit(artist, login, others)
