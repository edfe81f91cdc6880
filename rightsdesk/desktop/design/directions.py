"""Names in another direction of writing, set apart from the sentence around them.

A Hebrew title in an English sentence pulls the numbers, dashes and brackets beside it to its own
side. Direction marks at its edges stop that (Unicode Standard Annex 9, 2.6 and 3.3.4). They are
used instead of isolates because `shown` writes isolates out, wherever they come from, and because
a text that is cut short must not lose the closing half of a pair.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from string import Formatter

_LEFT, _RIGHT = "\u200e", "\u200f"
"""Marks that act as a letter written to the right, and as one written to the left."""
_TO_THE_LEFT = frozenset({"R", "AL"})


def backwards(text: str) -> bool | None:
    """Whether the first letter with a direction is written from right to left; None if no letter
    has one (Unicode Standard Annex 9, rule P2)."""
    return next(_directions(text), None)


def apart(value: str, *, inside: bool) -> str:
    """The value, so that it leaves its neighbours in place in a text whose direction is `inside`
    (from right to left if true).

    A value without letters of the other direction comes back as it is.
    """
    if not inside and value.isascii():
        return value
    directions = list(_directions(value))
    if (not inside) not in directions:
        return value
    around = _RIGHT if inside else _LEFT
    if directions[0] is not inside:  # its own first and last signs stay on its side
        own = _LEFT if inside else _RIGHT
        value = f"{own}{value}{own}"
    return f"{around}{value}{around}"


class DirectedForm(str):
    """A text with places for values, whose `format` sets apart what it fills in."""

    __slots__ = ()

    def format(self, /, *args: object, **values: object) -> str:
        said = (literal for literal, *_ in Formatter().parse(self))  # without the names of places
        inside = bool(backwards("".join(said)))
        first = [_apart(value, inside=inside) for value in args]
        named = {name: _apart(value, inside=inside) for name, value in values.items()}
        return str.format(self, *first, **named)


def _apart(value: object, *, inside: bool) -> object:
    return apart(value, inside=inside) if isinstance(value, str) else value


def _directions(text: str) -> Iterator[bool]:
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction == "L":
            yield False
        elif direction in _TO_THE_LEFT:
            yield True
