"""Which texts name an artist: taggers also write stand-ins such as “Various Artists”."""

from __future__ import annotations

from rightsdesk.folding import letters

_STAND_INS = frozenset(("", "variousartists", "various", "va", "unknownartist", "unknown"))
"""What programs write where music has no artist of its own, as `letters`."""


def is_artist(name: str) -> bool:
    """Whether a text names an artist, and does not stand in for one."""
    return letters(name) not in _STAND_INS
