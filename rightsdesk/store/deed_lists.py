"""Lists that belong to a deed and are too long for it: the changes of a job, the files of a scan.

A list is stored once, in the transaction of its deed, as compressed lines of canonical JSON. The
deed has the number of lines and their digest, so the chain covers the list. Written and read in
parts: a list of half a million lines needs no more memory than one of a thousand.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert, select

from rightsdesk.ledger.chain import ListDigest, canonical_json
from rightsdesk.store.schema import deed_lists

_LINES = 1000
"""Lines in one part."""
LARGEST_PART = 64 * 1024 * 1024
"""Bytes that one part may unpack to: a crafted one could fill the memory."""


class BadList(ValueError):
    """A stored list can't be read: something else wrote it."""


def store(
    connection: Connection, deed_id: int, lines: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Store a deed's list; returns the number of its lines and their digest, for the deed."""
    digest = ListDigest()
    remaining = iter(lines)
    part = 0
    while some := [canonical_json(line) for line in islice(remaining, _LINES)]:
        for line in some:
            digest.add(line)
        content = zlib.compress(b"".join(line + b"\n" for line in some))
        row = {"deed_id": deed_id, "part": part, "content": content}
        connection.execute(insert(deed_lists).values(row))
        part += 1
    return digest.value()


def raw_lines(connection: Connection, deed_id: int) -> Iterator[bytes]:
    """The lines of a deed's list as stored, without line feeds. Raises BadList."""
    part = 0
    query = select(deed_lists.c.content).where(deed_lists.c.deed_id == deed_id)
    while True:
        content = connection.execute(query.where(deed_lists.c.part == part)).scalar()
        if content is None:
            return
        yield from split_lines(content)
        part += 1


def lines_of(
    connection: Connection, deed_id: int, start: int = 0, limit: int | None = None
) -> list[dict[str, Any]]:
    """Lines of a deed's list, from number `start` (0 is the first). Raises BadList."""
    end = None if limit is None else start + limit
    first, skipped = divmod(start, _LINES)
    found: list[dict[str, Any]] = []
    part = first
    query = select(deed_lists.c.content).where(deed_lists.c.deed_id == deed_id)
    while end is None or part * _LINES < end:
        content = connection.execute(query.where(deed_lists.c.part == part)).scalar()
        if content is None:
            break
        found += [_parsed(line) for line in split_lines(content)]
        part += 1
    return found[skipped : None if limit is None else skipped + limit]


def split_lines(content: object) -> list[bytes]:
    """The lines of one part as stored, without their line feeds. Raises BadList."""
    if not isinstance(content, bytes):
        raise BadList
    unpacker = zlib.decompressobj()
    try:
        lines = unpacker.decompress(content, LARGEST_PART)
    except zlib.error as error:
        raise BadList from error
    if not unpacker.eof or unpacker.unused_data or not lines.endswith(b"\n"):
        raise BadList
    return lines[:-1].split(b"\n")  # `splitlines` would take other ends of lines for the same


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadList from error
    if not isinstance(found, dict):
        raise BadList
    return found
