"""As much of CBOR as the assertions in a manifest need, and no more.

Whatever is outside of that (tags, big numbers, keys that are no texts) is refused, and so
is what is too deep or claims more than is there: the bytes come from anyone.

Source: RFC 8949.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_DEEPEST = 16

Value = None | bool | int | float | str | bytes | list["Value"] | dict[str, "Value"]
"""What can be read: bytes stay bytes, a map's keys are texts."""


class CborError(ValueError):
    """The bytes are no CBOR of the kind that is read here."""


def decode(data: bytes) -> Value:
    """The one value that these bytes hold. Raises `CborError`."""
    reader = _Reader(data)
    value = reader.value(0)
    if reader.at != len(data):
        raise CborError("something follows the value")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def value(self, depth: int) -> Value:
        if depth > _DEEPEST:
            raise CborError("too deep")
        first = self._take(1)[0]
        major, low = first >> 5, first & 0x1F
        if major == 7:
            return self._simple(low)
        indefinite = low == 31 and major in (2, 3, 4, 5)
        length = None if indefinite else self._number(low)
        if major in (2, 3):
            return self._string(major, length)
        if major == 4:
            return [self.value(depth + 1) for _ in self._items(length)]
        if major == 5:
            pairs = [self._pair(depth) for _ in self._items(length)]
            if len(found := dict(pairs)) != len(pairs):
                raise CborError("a key that stands twice")  # section 5.6
            return found
        if major == 6 or length is None:
            raise CborError("a tag, or a number without end")
        return length if major == 0 else -1 - length

    def _pair(self, depth: int) -> tuple[str, Value]:
        key = self.value(depth + 1)
        if not isinstance(key, str):
            raise CborError("a key that is no text")
        return key, self.value(depth + 1)

    def _items(self, length: int | None) -> Iterator[None]:
        """Once for each item: so many, or up to the break."""
        if length is not None and length > len(self._data) - self.at:
            raise CborError("more items than there are bytes")
        while length is None or length > 0:
            if length is None:
                if self._data[self.at : self.at + 1] == b"\xff":
                    self.at += 1
                    return
            else:
                length -= 1
            yield None

    def _string(self, major: int, length: int | None) -> str | bytes:
        if length is not None:
            whole = self._take(length)
        else:
            parts = [self.value(_DEEPEST) for _ in self._items(None)]
            whole = b"".join(
                part.encode("utf-8") if isinstance(part, str) else part
                for part in parts
                if isinstance(part, str | bytes)
            )
        if major == 2:
            return whole
        try:
            return whole.decode("utf-8")
        except UnicodeDecodeError:
            raise CborError("a text that is not UTF-8") from None

    def _simple(self, low: int) -> Value:
        constants: dict[int, Value] = {20: False, 21: True, 22: None, 23: None}
        if low in constants:
            return constants[low]
        sizes = {25: ("e", 2), 26: ("f", 4), 27: ("d", 8)}
        if low not in sizes:
            raise CborError("an unknown simple value")
        code, size = sizes[low]
        number: float = struct.unpack(f">{code}", self._take(size))[0]
        return number

    def _number(self, low: int) -> int:
        if low < 24:
            return low
        if low > 27:
            raise CborError("a reserved length")
        return int.from_bytes(self._take(1 << low - 24), "big")

    def _take(self, length: int) -> bytes:
        if length > len(self._data) - self.at:
            raise CborError("cut off")
        self.at += length
        return self._data[self.at - length : self.at]
