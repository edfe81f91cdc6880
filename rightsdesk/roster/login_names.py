"""Compares login names with artist names, without any lookup.

Logins write names as one word, without accents and with additions: “Zeramos” is Zé Ramos,
“velvetowlmusic” is Velvet Owl. The artist who signs in has priority; another artist of the roster
is suggested only if that name fits better.
"""

from __future__ import annotations

from collections.abc import Iterable

from rightsdesk.folding import letters

_SHORTEST = 3
"""A shorter name inside a longer one is chance."""


def fits(artist: str, login: str) -> int:
    """How many letters of a login's name match this artist's name; 0 for another name."""
    ours, theirs = letters(artist), letters(login)
    if ours == theirs:
        return 2 * len(ours)
    shorter = min(ours, theirs, key=len)
    inside = len(shorter) >= _SHORTEST and (ours in theirs or theirs in ours)
    return len(shorter) if inside else 0


def better_fit(artist: str, login: str, other_artists: Iterable[str]) -> str:
    """The other artist whose name fits the login better than this artist's; "" if none does."""
    own = fits(artist, login)
    best = max(other_artists, key=lambda name: fits(name, login), default="")
    return best if best and fits(best, login) > own else ""


def is_plainly(artist: str, login: str, other_artists: Iterable[str] = ()) -> bool:
    """Whether a login is plainly this artist's, so that no question is needed."""
    return fits(artist, login) > 0 and not better_fit(artist, login, other_artists)
