"""The strict decoder of `cbor2`: tags, duplicate keys and deep nesting are refused while reading.

Version 6 has options for that. It has no builds for Macs with Intel processors, where the lock
files take version 5. Its decoder is written in Python and has no such options, but it decodes every
item by its public method `decode`, which is extended here.

Source: RFC 8949, sections 3.1 (heads of items) and 5.6 (duplicate keys).
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, NoReturn, Protocol

import cbor2
from cbor2 import CBORDecodeError

_TAG = 6  # major type


class Decoder(Protocol):
    """Decodes one item from the source that it was made with."""

    def decode(self) -> object:
        """Return the next item. Raises `CBORDecodeError`, and what the refusal of tags raises."""


def strict_decoder(source: BytesIO, refuse_tag: Callable[..., NoReturn], deepest: int) -> Decoder:
    """Return a decoder that reads no further than its item. `deepest`: levels of nesting."""
    if _has_options():
        return cbor2.CBORDecoder(
            source,
            tag_hook=refuse_tag,
            semantic_decoders=dict.fromkeys(_TAGS, refuse_tag),
            max_depth=deepest,
            allow_duplicate_keys=False,
            strict_hashable_types=True,
            read_size=1,  # no reading ahead, so that trailing data is noticed
        )
    decoder: Decoder = _strict_version_5()(source, refuse_tag, deepest)
    return decoder


_TAGS = (
    *(0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100),
    *(256, 258, 260, 261, 1004, 43000, 55799),
)
"""The tags that `cbor2` decodes itself. All other tags go to its `tag_hook`."""


def _has_options() -> bool:
    return hasattr(cbor2.CBORDecoder, "allow_duplicate_keys")


def _strict_version_5() -> Any:
    base: Any = cbor2.CBORDecoder

    class StrictVersion5(base):  # type: ignore[misc]  # version 6, which mypy sees, is final
        def __init__(
            self, source: BytesIO, refuse_tag: Callable[..., NoReturn], deepest: int
        ) -> None:
            super().__init__(source, max_depth=deepest)
            self._source = source
            self._refuse_tag = refuse_tag
            self._keys: list[set[object]] = []  # of each item that is being read

        def decode(self, immutable: bool = False, unshared: bool = False) -> Any:
            position = self._source.tell()
            head = self._source.read(1)
            self._source.seek(position)
            if head and head[0] >> 5 == _TAG:
                self._refuse_tag()
            self._keys.append(set())
            try:
                item = super().decode(immutable, unshared)
            finally:
                self._keys.pop()
            if immutable:  # only keys of maps are asked for so, now that tags are refused
                if item in self._keys[-1]:
                    raise CBORDecodeError("a duplicate key")
                self._keys[-1].add(item)
            return item

    return StrictVersion5
