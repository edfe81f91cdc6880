"""Decode the subset of CBOR that the assertions in a manifest use.

The bytes are untrusted. `cbor2` would turn tags into patterns, e-mails and references. So
all tags are refused. So are simple values, keys that are not texts, duplicate keys, deep
nesting and truncated data.

Source: RFC 8949.
"""

from __future__ import annotations

from io import BytesIO
from typing import NoReturn

from cbor2 import CBORDecodeError, CBORDecoder, undefined

_DEEPEST = 16

Value = None | bool | int | float | str | bytes | list["Value"] | dict[str, "Value"]
"""The supported values. The keys of a map are texts."""


class CborError(ValueError):
    """The bytes are not CBOR, or outside the supported subset."""


def decode(data: bytes) -> Value:
    """Return the single value in these bytes. Raises `CborError`."""
    source = BytesIO(data)
    decoder = CBORDecoder(
        source,
        tag_hook=_refuse,
        semantic_decoders=dict.fromkeys(_TAGS, _refuse),
        max_depth=_DEEPEST,
        allow_duplicate_keys=False,  # section 5.6
        strict_hashable_types=True,
        read_size=1,  # no reading ahead, so that trailing data is noticed
    )
    try:
        value = _plain(decoder.decode())
    except CBORDecodeError as error:
        raise CborError(str(error)) from None
    if source.read(1):
        raise CborError("something follows the value")
    return value


_TAGS = (
    *(0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100),
    *(256, 258, 260, 261, 1004, 43000, 55799),
)
"""The tags that `cbor2` decodes itself. All other tags go to its `tag_hook`."""


def _refuse(*_: object) -> NoReturn:
    raise CborError("a tag")


def _plain(value: object) -> Value:
    """Return the value if all its parts are supported. Raises `CborError`."""
    match value:
        case None | bool() | int() | float() | str() | bytes():
            return value
        case list():
            return [_plain(element) for element in value]
        case dict():
            return {_text(key): _plain(element) for key, element in value.items()}
    if value is undefined:
        return None
    raise CborError("an unknown simple value")


def _text(key: object) -> str:
    if not isinstance(key, str):
        raise CborError("a key that is no text")
    return key
