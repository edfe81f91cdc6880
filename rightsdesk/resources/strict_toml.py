"""Strict reading of typed TOML files: every key known, of its type, and none left over.

Facts are written by hand. A misspelt or missing key must fail for its editor, and never reach a
musician as half a sentence.
"""

from __future__ import annotations

import datetime
import re
import threading
import tomllib
from importlib.resources.abc import Traversable
from typing import Annotated, Any, TypeVar

import msgspec

T = TypeVar("T", bound="Strict")

FilledText = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""A text that is not blank."""

WebLink = Annotated[str, msgspec.Meta(pattern=r"^(https://.+)?$")]
"""An https address, or "" if none is known."""

Day = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}(-\d{2})?)?$")]
"""An ISO 8601 date, `YYYY-MM` if only the month is known, or ""."""

Texts = Annotated[tuple[FilledText, ...], msgspec.Meta(min_length=1)]
"""At least one text, none of them blank."""

_DECODING = threading.Lock()
"""msgspec describes a type to itself when it first decodes one. If two threads do that at once, the
process crashes (seen with msgspec 0.22)."""

_MONTH = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
_DAY_KEYS = frozenset({"date", "last_checked"})


class FactsError(ValueError):
    """A file of facts does not follow its schema. This is a bug, not an external failure."""


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base class of all tables. `__post_init__` may raise ValueError for rules beyond types."""


def read(file: Traversable, table: type[T]) -> T:
    """A file's content. Raises FactsError with file, key and mistake for a broken file."""
    try:
        values = values_of(file)
        with _DECODING:
            return msgspec.convert(values, table)
    except (msgspec.ValidationError, ValueError) as problem:
        raise FactsError(f"{file.name}: {problem}") from problem


def from_json(line: bytes, table: type[T]) -> T:
    """A table from JSON. Raises msgspec.MsgspecError if it does not follow the schema."""
    with _DECODING:
        return msgspec.json.decode(line, type=table)


def values_of(file: Traversable) -> dict[str, Any]:
    """A file's values by key, with dates as ISO 8601 texts. Raises ValueError for a broken file."""
    values: dict[str, Any] = _with_iso_days(tomllib.loads(file.read_text(encoding="utf-8")))
    return values


def plain(value: Any) -> Any:
    """A table as a dict by attribute name, with nested tables as dicts."""
    if isinstance(value, Strict):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    return value


def _with_iso_days(value: Any) -> Any:
    """TOML's dates as ISO 8601 texts. A text instead of a date must be a month or a year."""
    if isinstance(value, dict):
        for key in _DAY_KEYS & value.keys():
            if isinstance(value[key], str) and not _MONTH.fullmatch(value[key]):
                raise ValueError(f"{key} is neither a TOML date nor YYYY-MM nor YYYY")
        return {key: _with_iso_days(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_iso_days(inner) for inner in value]
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    return value
