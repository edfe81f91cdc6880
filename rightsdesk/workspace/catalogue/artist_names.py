"""Which texts name an artist, and which of them name the same one.

Taggers also write stand-ins such as “Various Artists”. A MusicBrainz id tells artists apart; where
there is none, the name does, without accents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from rightsdesk.folding import letters, unaccented

_STAND_INS = frozenset(("", "variousartists", "various", "va", "unknownartist", "unknown"))
"""What programs write where music has no artist of its own, as `letters`."""


def is_artist(name: str) -> bool:
    """Whether a text names an artist, and does not stand in for one."""
    return letters(name) not in _STAND_INS


def artist_key(name: str, musicbrainz_id: str) -> tuple[str, str]:
    """What is the same for all spellings of an artist."""
    return ("id", musicbrainz_id) if musicbrainz_id else ("name", unaccented(name))


def joined(artists: Sequence[tuple[str, Collection[str]]]) -> list[int]:
    """For each artist the place of the one that it is; itself, if it is no other.

    Each is given by MusicBrainz id and spellings. One without an id is the only one with an id
    that has its name. Two ids of one name stay two artists.
    """
    by_name: defaultdict[str, set[int]] = defaultdict(set)
    for place, (number, spellings) in enumerate(artists):
        if number:
            for name in spellings:
                by_name[unaccented(name)].add(place)
    same = list(range(len(artists)))
    for place, (number, spellings) in enumerate(artists):
        meant = set() if number else by_name[unaccented(next(iter(spellings)))]
        if len(meant) == 1:
            same[place] = next(iter(meant))
    return same
