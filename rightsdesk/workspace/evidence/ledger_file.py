"""The ledger as JSON Lines, for another program to check. docs/ledger.md has the rule.

The first line says what it is. Each entry is a line with its canonical form and its hash; the lines
of its list follow it, as they were hashed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from rightsdesk.ledger.chain import FORMAT, Head, canonical_json
from rightsdesk.store import deed_lists
from rightsdesk.store.database import DamagedDatabase, Database
from rightsdesk.store.deeds import canonical, deed_of, head
from rightsdesk.store.schema import deeds

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LedgerExport:
    """What was exported: to which file, how many entries, up to which head."""

    path: str
    head: Head


class LedgerLines:
    """The lines of the file, of one state of the database. Iterate once; then `head` is set."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.head = Head()

    def __iter__(self) -> Iterator[bytes]:
        with self._database.read() as connection:
            self.head = head(connection)
            yield canonical_json({"format": FORMAT, "ledger": "RightsDesk"}) + b"\n"
            yield from self._entries(connection)

    def _entries(self, connection: Connection) -> Iterator[bytes]:
        last = 0
        query = select(deeds).order_by(deeds.c.id).limit(_AT_ONCE)
        while rows := connection.execute(query.where(deeds.c.id > last)).all():
            for row in rows:
                try:
                    entry, listed = canonical(deed_of(row)), _has_list(row.after)
                except ValueError as error:
                    raise DamagedDatabase(
                        self._database.path, f"entry {row.id} can't be read"
                    ) from error
                hash_text = canonical_json({"hash": row.hash})[1:-1]
                yield b'{"entry":' + entry + b"," + hash_text + b"}\n"
                if listed:
                    yield from self._list(connection, row.id)
            last = rows[-1].id

    def _list(self, connection: Connection, number: int) -> Iterator[bytes]:
        try:
            for line in deed_lists.raw_lines(connection, number):
                yield b'{"line":' + line + b',"of":' + str(number).encode() + b"}\n"
        except deed_lists.BadList as error:
            raise DamagedDatabase(self._database.path, f"the list of entry {number}") from error


def _has_list(after: Any) -> bool:
    return isinstance(after, str) and '"list":{' in after
