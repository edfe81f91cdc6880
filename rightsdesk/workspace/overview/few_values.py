"""A value for each of many recordings, of which few differ, in a twentieth of a dict's memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")
SPARSE = 8
"""Numbers are sparse if the largest is so many times their count. Then a dict is smaller."""


class FewValues(Mapping[int, T]):
    """A mapping from numbers (0 or larger) to hashable values; equal values are held once.

    An array has the place of each number's value, -1 where there is none. Iterates by number.
    """

    __slots__ = ("_count", "_places", "_values")

    def __init__(self, pairs: Mapping[int, T]) -> None:
        place_of: dict[T, int] = {}
        most = max(pairs, default=-1)
        self._count = len(pairs)
        self._places: dict[int, int] | array[int]
        self._places = {} if most >= SPARSE * (len(pairs) + 1) else array("i", [-1]) * (most + 1)
        for number in pairs:
            value = pairs[number]
            self._places[number] = place_of.setdefault(value, len(place_of))
        self._values = list(place_of)

    def each(self, numbers: Iterable[int], default: T) -> Iterator[T]:
        """The value of each number in turn, `default` where it has none. For many numbers."""
        places, values = self._places, [*self._values, default]  # the last is at -1, too
        if isinstance(places, dict):
            return (values[places.get(number, -1)] for number in numbers)
        end = len(places)
        return (values[places[number] if 0 <= number < end else -1] for number in numbers)

    def __getitem__(self, number: int) -> T:
        places = self._places
        if isinstance(places, dict):
            return self._values[places[number]]
        place = places[number] if 0 <= number < len(places) else -1
        if place < 0:
            raise KeyError(number)
        return self._values[place]

    def __iter__(self) -> Iterator[int]:
        if isinstance(self._places, dict):
            return iter(sorted(self._places))
        return (number for number, place in enumerate(self._places) if place >= 0)

    def __len__(self) -> int:
        return self._count
