"""Decode the subset of CBOR that the assertions in a manifest use.

The bytes are untrusted. `cbor2` would turn tags into patterns, e-mails and references. So
all tags are refused. So are simple values, keys that are not texts, duplicate keys, deep
nesting and truncated data.

Source: RFC 8949.
"""

from __future__ import annotations

from io import BytesIO
from typing import NoReturn

from cbor2 import CBORDecodeError, undefined

from rightsdesk.files.signed.cbor_strict import strict_decoder

_DEEPEST = 16

CborValue = None | bool | int | float | str | bytes | list["CborValue"] | dict[str, "CborValue"]
"""The supported values. The keys of a map are texts."""


class CborError(ValueError):
    """The bytes are not CBOR, or outside the supported subset."""


def decode(data: bytes) -> CborValue:
    """Return the single value in these bytes. Raises `CborError`."""
    source = BytesIO(data)
    decoder = strict_decoder(source, _refuse, _DEEPEST)
    try:
        value = _plain(decoder.decode())
    except CBORDecodeError as error:
        raise CborError(str(error)) from None
    if source.read(1):
        raise CborError("something follows the value")
    return value


def _refuse(*_: object) -> NoReturn:
    raise CborError("a tag")


def _plain(value: object) -> CborValue:
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
