"""Check the ledger: briefly whenever the data are opened, and as a whole when asked.

The end of a chain proves nothing by itself: who can write the database can cut it off, or make a
new one. So its head is also noted outside the database, and time stamps name earlier heads.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rightsdesk.changes.types import Cancel, Never, Progress, no_progress
from rightsdesk.ledger.chain import ChainFault, ChainFaultKind, Head, Link, ListDigest, Walk
from rightsdesk.sentences import together, worded
from rightsdesk.store.chain_reading import links
from rightsdesk.store.deed_lists import BadList, split_lines

MOST_AT_OPENING = 2000
"""Entries that are checked at most while the data are opened: some hundredths of a second."""
_EVERY = 500


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a whole check found: the sound entries, their head, and the first fault, if any.

    `lists` and `stamps` are the numbers of lists and of time stamps that fit. `cancelled` if the
    check did not get to its end.
    """

    entries: int
    head: Head
    fault: ChainFault | None = None
    lists: int = 0
    stamps: int = 0
    cancelled: bool = False


def check_newest(path: Path, noted: Head) -> ChainFault | None:
    """Check the entries since the noted head, and that this one is still there.

    Checks the newest 2,000 at most. A file that can't be read is left to other checks.
    """
    try:
        with _opened(path) as connection:
            if (fault := _witness_fault(connection, noted, "note")) is not None:
                return fault
            newest = _newest(connection)
            start = noted
            if newest.number - start.number > MOST_AT_OPENING:
                start = _head_at(connection, newest.number - MOST_AT_OPENING) or noted
            walk = Walk(start)
            for _ in walk.follow(link for link, _ in links(connection, start.number)):
                pass
            return walk.fault
    except sqlite3.Error:
        return None


def verify(
    path: Path,
    noted: Head,
    progress: Progress = no_progress,
    cancel: Cancel | None = None,
) -> LedgerReport:
    """Check the whole ledger of a database file: every entry, every list, every known head.

    The file is only read. Time is linear in the number of entries, memory is constant.
    Raises sqlite3.Error if there is no ledger in it.
    """
    stop = cancel or Never()
    with _opened(path) as connection:
        total = _newest(connection).number
        stamped = _stamped_heads(connection)
        found = _Checked(Walk(), _Parts(connection))
        try:
            found.parts.begin()
            for link in found.walk.follow(found.reading(connection)):
                wanted = stamped.pop(link.number, set())
                if wanted - {link.hash}:
                    found.fault = ChainFault(ChainFaultKind.REPLACED, link.number, witness="stamp")
                    break
                found.stamps += len(wanted)
                if not found.check_list(link.number):
                    break
                if link.number % _EVERY == 0:
                    progress(link.number, total, "")
                    if stop.is_set():
                        return found.report(cancelled=True)
        except sqlite3.DatabaseError:
            found.fault = ChainFault(ChainFaultKind.UNREADABLE, found.walk.head.number + 1)
        report = found.report()
        if report.fault is not None:
            return report
        end = _end_fault(connection, found.walk.head, noted, stamped)
        return found.report(end or found.left_over())


class _Parts:
    """The parts of all lists in the order in which they were stored, which is that of the entries.

    Read from the table itself: an index could hide parts, or name other entries than the table.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._rows = connection.execute(
            "SELECT deed_id, part, content FROM deed_lists NOT INDEXED ORDER BY rowid"
        )
        self._next: tuple[object, object, object] | None = None

    def begin(self) -> None:
        """Read the first part. Raises sqlite3.DatabaseError, as all that follows."""
        self._next = self._rows.fetchone()

    @property
    def owner(self) -> int:
        """The entry that the next part belongs to; 0 if there is none left."""
        if self._next is None:
            return 0
        return self._next[0] if isinstance(self._next[0], int) else -1

    def lines(self, number: int) -> Iterator[bytes]:
        """The lines of the list of an entry, if its parts come next. Raises BadList."""
        part = 0
        while self._next is not None and self._next[:2] == (number, part):
            yield from split_lines(self._next[2])
            self._next = self._rows.fetchone()
            part += 1


class _Checked:
    """How far a check came."""

    def __init__(self, walk: Walk, parts: _Parts) -> None:
        self.walk = walk
        self.fault: ChainFault | None = None
        self.lists = self.stamps = 0
        self._listed: Mapping[str, object] = {}
        self.parts = parts

    def reading(self, connection: sqlite3.Connection) -> Iterator[Link]:
        """The links, keeping what the newest says of its list."""
        for link, listed in links(connection):
            self._listed = listed
            yield link

    def check_list(self, number: int) -> bool:
        """Whether the list of the entry is what the entry says, and no part is left over."""
        fits = True
        if self._listed:
            try:
                digest = ListDigest()
                for line in self.parts.lines(number):
                    digest.add(line)
                fits = digest.value() == self._listed
            except BadList:
                fits = False
        owner = self.parts.owner
        if fits and (not owner or owner > number):
            self.lists += bool(self._listed)
            return True
        left_over = fits and 0 < owner < number
        self.fault = ChainFault(ChainFaultKind.LIST_CHANGED, owner if left_over else number)
        return False

    def left_over(self) -> ChainFault | None:
        """A fault if there are parts of lists that no entry has."""
        owner = self.parts.owner
        if not owner:
            return None
        number = owner if owner > 0 else self.walk.head.number
        return ChainFault(ChainFaultKind.LIST_CHANGED, number)

    def report(self, fault: ChainFault | None = None, *, cancelled: bool = False) -> LedgerReport:
        head = self.walk.head
        first = self.walk.fault or self.fault or fault
        return LedgerReport(head.number, head, first, self.lists, self.stamps, cancelled)


def _end_fault(
    connection: sqlite3.Connection, head: Head, noted: Head, stamped: Mapping[int, set[str]]
) -> ChainFault | None:
    """What proves that the end of the ledger is missing or was replaced."""
    if fault := _witness_fault(connection, noted, "note"):
        return fault
    if later := max((number for number in stamped if number > head.number), default=0):
        return ChainFault(ChainFaultKind.CUT_OFF, head.number + 1, later, "stamp")
    given = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'deeds'").fetchone()
    if given and isinstance(given[0], int) and given[0] > head.number:
        return ChainFault(ChainFaultKind.CUT_OFF, head.number + 1, given[0], "counter")
    return None


def _witness_fault(connection: sqlite3.Connection, known: Head, witness: str) -> ChainFault | None:
    if not known.number:
        return None
    there = _head_at(connection, known.number)
    if there is None:
        newest = _newest(connection).number
        if newest > known.number:
            return ChainFault(ChainFaultKind.MISSING, known.number, known.number, witness)
        return ChainFault(ChainFaultKind.CUT_OFF, newest + 1, known.number, witness)
    if there != known:
        return ChainFault(ChainFaultKind.REPLACED, known.number, witness=witness)
    return None


def _head_at(connection: sqlite3.Connection, number: int) -> Head | None:
    query = "SELECT CAST(hash AS BLOB) FROM deeds WHERE id = ?"
    row = connection.execute(query, (number,)).fetchone()
    return Head(number, bytes(row[0] or b"").decode("ascii", "replace")) if row else None


def _newest(connection: sqlite3.Connection) -> Head:
    (number,) = connection.execute("SELECT max(id) FROM deeds").fetchone()
    return (_head_at(connection, number) if number else None) or Head()


def _stamped_heads(connection: sqlite3.Connection) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    query = "SELECT number, CAST(hash AS BLOB) FROM stamps"
    for number, stamped in connection.execute(query):
        if isinstance(number, int):
            found.setdefault(number, set()).add(bytes(stamped or b"").decode("ascii", "replace"))
    return found


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("BEGIN")
        yield connection


_FORMS: Mapping[ChainFaultKind, str] = {
    ChainFaultKind.CHANGED: "Entry {number} does not fit the one before it: one of the two was "
    "changed, exchanged or added later.",
    ChainFaultKind.UNREADABLE: "The database is damaged where entry {number} should be.",
    ChainFaultKind.UNKNOWN_FORMAT: "Entry {number} has a format that this version does not know.",
    ChainFaultKind.REPLACED: (
        "Entry {number} is not the one that was there before: its hash is another."
    ),
    ChainFaultKind.LIST_CHANGED: "The list that belongs to entry {number} was changed.",
}
_MISSING_ONE = "Entry {number} is missing."
_MISSING_MANY = "Entries {number} to {last} are missing."
_WITNESSES: Mapping[str, str] = {
    "note": "RightsDesk had noted the newest hash outside the database.",
    "stamp": "A time stamp proves it.",
    "counter": "The database still counts them.",
}


def fault_words(fault: ChainFault) -> str:
    """What does not fit, in one or two sentences."""
    form = _FORMS.get(fault.kind)
    if form is None:
        form = _MISSING_MANY if fault.last > fault.number else _MISSING_ONE
    sentence = worded(form, number=fault.number, last=fault.last)
    return together(part for part in (sentence, worded(_WITNESSES.get(fault.witness, ""))) if part)


def opening_note(fault: ChainFault) -> str:
    """The note for the person about a fault that was found while opening."""
    return worded(
        "The history is not whole any more: {fault} Everything else can be used. "
        "To see more: rightsdesk ledger verify",
        fault=fault_words(fault),
    )
