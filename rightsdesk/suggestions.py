"""Suggestions for a mistyped name: `Did you mean “Mira Koval”?`"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from rightsdesk import phrases
from rightsdesk.folding import unaccented
from rightsdesk.sentences import worded

MOST_COMPARED = 20_000
"""Names that are compared; a label may have many more recordings."""

LONGEST = 200
"""Longer names are not compared: comparing takes the product of both lengths."""

_ALIKE = 0.7
_MOST_NAMED = 3
_SHORTEST_PART = 3


def closest(name: str, names: Iterable[str]) -> list[str]:
    """The names that were probably meant, the closest first; at most three."""
    wanted = unaccented(name)
    known = {
        unaccented(one): one
        for one in islice(names, MOST_COMPARED)
        if len(one) <= LONGEST and one.strip()
    }
    if not wanted or len(wanted) > LONGEST:
        return []
    from difflib import get_close_matches  # of no use until a name is mistyped

    found = get_close_matches(wanted, known, _MOST_NAMED, _ALIKE)
    if len(wanted) >= _SHORTEST_PART:
        found += [one for one in known if wanted in one]
    return [known[one] for one in dict.fromkeys(found)][:_MOST_NAMED]


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`Did you mean “Mira Koval” or “Mira Kovač”?`; "" if no name is close."""
    found = [worded("“{name}”", name=one) for one in closest(name, names)]
    return worded("Did you mean {names}?", names=phrases.or_list(found)) if found else ""
