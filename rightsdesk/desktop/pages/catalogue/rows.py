"""Where rows are: headers of one height and recordings of another, by computing alone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowPlaces:
    """The places of `number` rows, in pixels from the top; rows in `headers` are headers."""

    number: int
    headers: Sequence[int]
    header_height: int
    row_height: int

    @property
    def height(self) -> int:
        """The height of all rows."""
        return self.top(self.number)

    def is_header(self, row: int) -> bool:
        """Whether a row is a header."""
        place = bisect_left(self.headers, row)
        return place < len(self.headers) and self.headers[place] == row

    def top(self, row: int) -> int:
        """Where a row begins; of the row after the last where all ends."""
        above = bisect_left(self.headers, row)
        return above * self.header_height + (row - above) * self.row_height

    def height_of(self, row: int) -> int:
        """The height of a row."""
        return self.header_height if self.is_header(row) else self.row_height

    def at(self, y: int) -> int:
        """The row at a height; -1 above the first, `number` below the last."""
        if y < 0:
            return -1
        if y >= self.height:
            return self.number
        return bisect_right(range(self.number), y, key=self.top) - 1

    def group_end(self, row: int) -> int:
        """The last row of the group that a row is in."""
        place = bisect_right(self.headers, row)
        return (self.headers[place] if place < len(self.headers) else self.number) - 1

    def group_header(self, row: int) -> int:
        """The header above a row, or the row itself; -1 where there are none."""
        place = bisect_right(self.headers, row)
        return self.headers[place - 1] if place else -1

    def headers_in(self, first: int, last: int) -> int:
        """How many headers there are in these rows, both included."""
        return bisect_right(self.headers, last) - bisect_left(self.headers, first)
