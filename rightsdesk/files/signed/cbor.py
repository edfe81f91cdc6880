"""As much of CBOR as the assertions in a manifest need, and no more.

`cbor2` reads it. It would also make patterns, mails and references of tags: all tags are
refused, and so are simple values, keys that are no texts, keys that stand twice, and what
is too deep or claims more than is there. The bytes come from anyone.

Source: RFC 8949.
"""

from __future__ import annotations

from io import BytesIO
from typing import NoReturn

from cbor2 import CBORDecodeError, CBORDecoder, undefined

_DEEPEST = 16

Value = None | bool | int | float | str | bytes | list["Value"] | dict[str, "Value"]
"""What can be read: bytes stay bytes, a map's keys are texts."""


class CborError(ValueError):
    """The bytes are no CBOR of the kind that is read here."""


def decode(data: bytes) -> Value:
    """The one value that these bytes hold. Raises `CborError`."""
    source = BytesIO(data)
    decoder = CBORDecoder(
        source,
        tag_hook=_refuse,
        semantic_decoders=dict.fromkeys(_TAGS, _refuse),
        max_depth=_DEEPEST,
        allow_duplicate_keys=False,  # section 5.6
        strict_hashable_types=True,
        read_size=1,  # nothing is read ahead, so that what follows can be seen
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
"""The tags for which `cbor2` has decoders of its own. The others come to its `tag_hook`."""


def _refuse(*_: object) -> NoReturn:
    raise CborError("a tag")


def _plain(value: object) -> Value:
    """The value, if all in it is of a kind that is read here. Raises `CborError`."""
    match value:
        case None | bool() | int() | float() | str() | bytes():
            return value
        case list():
            return [_plain(one) for one in value]
        case dict():
            return {_text(key): _plain(one) for key, one in value.items()}
    if value is undefined:
        return None
    raise CborError("an unknown simple value")


def _text(key: object) -> str:
    if not isinstance(key, str):
        raise CborError("a key that is no text")
    return key
