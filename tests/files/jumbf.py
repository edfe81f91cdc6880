"""Build Content Credentials by hand: the JUMBF and CBOR that a manifest store needs."""

from __future__ import annotations

from collections.abc import Mapping

from tests.files.build import box

Encodable = None | bool | int | str | bytes | list["Encodable"] | Mapping[str, "Encodable"]


def encoded(value: Encodable) -> bytes:
    """Return a value as CBOR (RFC 8949, section 3)."""

    def head(major: int, number: int) -> bytes:
        if number < 24:
            return bytes((major << 5 | number,))
        size = next(size for size in (1, 2, 4, 8) if number < 1 << 8 * size)
        return bytes((major << 5 | 24 + size.bit_length() - 1,)) + number.to_bytes(size, "big")

    match value:
        case None | True | False:
            return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
        case int():
            return head(0, value) if value >= 0 else head(1, -1 - value)
        case bytes():
            return head(2, len(value)) + value
        case str():
            return head(3, len(value.encode())) + value.encode()
        case list():
            return head(4, len(value)) + b"".join(map(encoded, value))
        case Mapping():
            pairs = (encoded(key) + encoded(element) for key, element in value.items())
            return head(5, len(value)) + b"".join(pairs)


def superbox(kind: bytes, label: str, *parts: bytes) -> bytes:
    identifier = kind + bytes.fromhex("00110010800000aa00389b71")
    return box(b"jumb", box(b"jumd", identifier, b"\x03", label.encode(), b"\0"), *parts)


def manifest(*assertions: bytes, name: str = "urn:c2pa:1") -> bytes:
    claim = superbox(b"c2cl", "c2pa.claim", box(b"cbor", encoded({"alg": "sha256"})))
    store = superbox(b"c2as", "c2pa.assertions", *assertions)
    return superbox(b"c2ma", name, store, claim)


def assertion(data: Encodable, label: str = "cawg.training-mining") -> bytes:
    return superbox(b"cbor", label, box(b"cbor", encoded(data)))
