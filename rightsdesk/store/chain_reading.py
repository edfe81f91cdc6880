"""Read the chain of deeds as raw bytes, so that a change of any stored byte shows.

Needs no more than a SQLite connection, since a tampered database may not open as usual. In bounded
memory: rows come one by one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import product
from typing import Any

from rightsdesk.ledger.chain import Link

_NUMBERS = (
    *("id", "artist_id", "release_id", "recording_id", "account_id", "undoes", "job_id", "part_of"),
    "format",
)
_TEXTS = ("at", "who", "kind", "seat", "names", "before", "after", "hash")
_MAY_BE_NULL = frozenset(
    {
        *("artist_id", "release_id", "recording_id", "account_id", "undoes", "job_id", "part_of"),
        *("before", "after"),
    }
)
_PLAIN = range(9, 13)
_FORMAT, _NAMES, _BEFORE, _AFTER, _HASH = 8, 13, 14, 15, 16
"""Where the values are in a row of the query."""


def _types(name: str) -> str:
    """SQL for one letter: the type of a column's value."""
    return f'substr(typeof("{name}"), 1, 1)'


def _sound_types() -> frozenset[str]:
    kinds = [
        ("in" if name in _MAY_BE_NULL else "i")
        if name in _NUMBERS
        else ("tn" if name in _MAY_BE_NULL else "t")
        for name in _NUMBERS + _TEXTS
    ]
    return frozenset("".join(letters) for letters in product(*kinds))


_SOUND_TYPES = _sound_types()
"""The types that a row may have, a letter each: integer, text, null."""
_QUERY = (
    "SELECT "
    + ", ".join(f'"{name}"' for name in _NUMBERS)
    + ", "
    + ", ".join(f'CAST("{name}" AS BLOB)' for name in _TEXTS)
    + ", "
    + " || ".join(map(_types, _NUMBERS + _TEXTS))
    + " FROM deeds NOT INDEXED WHERE id > ? AND id <= ? ORDER BY id"
)
"""NOT INDEXED: an index could hide rows that the table has."""


def links(
    connection: sqlite3.Connection, after: int = 0, last: int = 2**62
) -> Iterator[tuple[Link, dict[str, Any]]]:
    """The entries with numbers from `after` + 1 to `last`, and what each says of its list.

    The second value is `after["list"]`, {} without one. Raises sqlite3.DatabaseError if the file
    itself is damaged.
    """
    for row in connection.execute(_QUERY, (after, last)):
        yield _link(row)


def _link(row: tuple[Any, ...]) -> tuple[Link, dict[str, Any]]:
    stored = row[_HASH]
    hash_text = stored.decode("ascii", "replace") if isinstance(stored, bytes) else ""
    form = row[_FORMAT] if isinstance(row[_FORMAT], int) else 0
    try:
        entry, listed = _entry(row)
    except (ValueError, RecursionError):
        return Link(row[0], None, hash_text, form), {}
    return Link(row[0], entry, hash_text, form), listed


def _entry(row: tuple[Any, ...]) -> tuple[bytes, dict[str, Any]]:
    """The canonical bytes of an entry, with the JSON columns as they are stored.

    Raises ValueError for values of another type, bytes that are no text, and a column that is no
    JSON: the whole could then be read in two ways.
    """
    if row[-1] not in _SOUND_TYPES:
        raise ValueError("a value of another type")
    (number, artist, release, recording, account, undoes, job, act, form) = map(_number, row[:9])
    (at, who, kind, seat) = (_quoted(row[place].decode()) for place in _PLAIN)
    names, before, after = row[_NAMES], row[_BEFORE], row[_AFTER]
    _loaded(names.decode())
    if before is not None:
        _loaded(before.decode())
    value = _loaded(after.decode()) if after is not None else None
    listed = value.get("list") if isinstance(value, dict) else None
    head = f'"at":{at},"before":'
    middle = f',"format":{form},"id":{number},"job":{job},"kind":{kind},"names":'
    scope = f'"account":{account},"artist":{artist},"recording":{recording},"release":{release}'
    part = "" if act == "null" else f',"part_of":{act}'
    tail = f'{part},"scope":{{{scope}}},"seat":{seat},"undoes":{undoes},"who":{who}}}'
    entry = b"".join(
        (
            *(b'{"after":', _NULL if after is None else after, b",", head.encode()),
            *(_NULL if before is None else before, middle.encode(), names, tail.encode()),
        )
    )
    return entry, listed if isinstance(listed, dict) else {}


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


_NULL = b"null"
_quoted = json.encoder.encode_basestring_ascii
_loaded = json.JSONDecoder().decode
