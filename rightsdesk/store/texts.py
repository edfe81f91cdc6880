"""Encoding of values for columns: JSON with sorted keys, paths as bytes, times in UTC."""

import datetime
import json
import os
from functools import lru_cache

from rightsdesk.consent import Consent, Fields


def now() -> str:
    """The current time as ISO 8601 in UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def dump(value: object) -> str:
    """Compact JSON with sorted keys, so that equal values have equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def dump_consent(consent: Consent) -> str:
    """A consent as stored in a column."""
    return dump(consent.to_json())


@lru_cache(maxsize=4096)
def load_consent(text: str) -> Consent:
    """The consent from a column; reverses `dump_consent`."""
    return Consent.from_json(json.loads(text))


def dump_fields(fields: Fields) -> str:
    """Fields as stored in a column."""
    return dump({name: list(values) for name, values in fields.items()})


def load_fields(text: str) -> dict[str, tuple[str, ...]]:
    """The fields from a column; reverses `dump_fields`."""
    return {name: tuple(values) for name, values in json.loads(text).items()}


def dump_text(text: str) -> bytes:
    """Text that may come from an undecodable file name (`os.fsdecode`), as stored."""
    return text.encode("utf-8", "surrogateescape")


def load_text(raw: bytes) -> str:
    """The text from a column; reverses `dump_text`."""
    return raw.decode("utf-8", "surrogateescape")


def dump_path(path: str) -> bytes:
    """A path as the system's own bytes, on every system."""
    return os.fsencode(path)


def load_path(raw: bytes) -> str:
    """The path from a column; reverses `dump_path`."""
    return os.fsdecode(raw)
