"""Deeds: what was done, when, by whom, from what to what. Rows are added and never changed.

A deed is written in the transaction of what it records, by the code that does it: there is none
without the other. Who reads them, and undoes them, is `workspace/history`. Each is chained to the
one before it (`ledger.chain`), so that a later change of any of them shows.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, text
from sqlalchemy.engine import Row

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.ledger.chain import FORMAT, GENESIS, Head, linked
from rightsdesk.store import deed_lists, texts
from rightsdesk.store.schema import accounts, artists, deeds, recordings, releases

LIST = "list"
"""Where `after` has the number of lines and the digest of the deed's list."""

DeedValue = Mapping[str, Any] | None
"""Plain JSON: texts, whole numbers, yes and no, null, lists and objects of them."""


class DeedKind(StrEnum):
    """What was done. The values are stored: they may be added to, never renamed."""

    ARTIST_ADDED = "artist-added"
    ARTIST_RENAMED = "artist-renamed"
    ARTIST_REMOVED = "artist-removed"
    DETAILS_CHANGED = "details-changed"
    CONSENT_SET = "consent-set"
    CONSENT_CLEARED = "consent-cleared"
    ATTESTED = "attested"
    ATTESTATION_WITHDRAWN = "attestation-withdrawn"
    MATCHED = "matched"
    DECIDED = "decided"
    DECISION_UNDONE = "decision-undone"
    JOB = "job"
    FOLDER_ADDED = "folder-added"
    FOLDER_FORGOTTEN = "folder-forgotten"
    FILES_CHECKED = "files-checked"
    ACCOUNT_CHECKED = "account-checked"
    ACCOUNT_CONNECTED = "account-connected"
    ACCOUNT_REMOVED = "account-removed"
    TERMS_VERSION = "terms-version"
    TERMS_ALARM_ANSWERED = "terms-alarm-answered"
    LICENCE_ADDED = "licence-added"
    LICENCE_CHANGED = "licence-changed"
    LICENCE_ENDED = "licence-ended"
    SIGNED_IN = "signed-in"
    JOB_FINISHED = "job-finished"
    WRITES_SETTLED = "writes-settled"
    DATA_RESTORED = "data-restored"
    STAMPED = "stamped"
    FACTS_INSTALLED = "facts-installed"
    LETTER_WRITTEN = "letter-written"
    LETTER_SENT = "letter-sent"
    LETTER_ANSWERED = "letter-answered"
    LIBRARY_IMPORTED = "library-imported"


class ChangedLater(KnownError):
    """What a deed did was changed again, so that undoing it would undo the later change too."""

    cause = Cause.CHANGED_SINCE
    words = (
        "This was changed again since, so undoing it would undo the later change too.",
        "Undo the later change first, or set what you want now.",
    )
    """What happened, and what to do."""

    def __init__(self) -> None:
        said, advice = self.words
        super().__init__(said, untouched="Nothing was changed.", advice=advice)


@dataclass(frozen=True, slots=True)
class DeedScope:
    """What a deed is about, by ids. They may be gone since."""

    artist_id: int | None = None
    release_id: int | None = None
    recording_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed as stored.

    `at` is ISO 8601 in UTC; `who` the user's name in the operating system, `seat` the computer,
    both "" where that is not known. `names` says what things were called then. `before` and
    `after` depend on the kind; None is not known, or does not apply. `undoes` is the deed that it
    took back. `part_of` is the first deed of the same act; None for that one, and for an act of
    one deed.
    """

    id: int
    at: str
    who: str
    kind: DeedKind
    scope: DeedScope = DeedScope()
    names: Mapping[str, str] = field(default_factory=dict)
    before: DeedValue = None
    after: DeedValue = None
    undoes: int | None = None
    job_id: int | None = None
    seat: str = ""
    format: int = FORMAT
    part_of: int | None = None


def note(
    connection: Connection,
    kind: DeedKind,
    scope: DeedScope = DeedScope(),
    *,
    before: DeedValue = None,
    after: DeedValue = None,
    names: Mapping[str, str] | None = None,
    undoes: int | None = None,
    job_id: int | None = None,
    part_of: int | None = None,
    listed: Iterable[Mapping[str, Any]] | None = None,
) -> int:
    """Write down a deed in the transaction of what it records; its id.

    What the scope is called now goes into `names`, with the given ones. `part_of` is the first
    deed of an act of several. `listed` are details too
    many for a deed: they are stored beside it, and `after` gets their number and digest as
    `list`. Raises ValueError for a value that has no canonical form.
    """
    previous = head(connection)
    number = max(previous.number, connection.execute(_LAST_NUMBER).scalar() or 0) + 1
    if LIST in (after or {}):
        raise ValueError("a deed's own value can't be called “list”")
    if listed is not None:
        after = {**(after or {}), LIST: deed_lists.store(connection, number, listed)}
    deed = Deed(
        id=number,
        at=texts.now(),
        who=os_user(),
        kind=kind,
        scope=scope,
        names={**_names_of(connection, scope), **(names or {})},
        before=before,
        after=after,
        undoes=undoes,
        job_id=job_id,
        part_of=part_of,
        seat=seat(),
    )
    row = {
        "id": number,
        "at": deed.at,
        "who": deed.who,
        "kind": kind.value,
        "artist_id": scope.artist_id,
        "release_id": scope.release_id,
        "recording_id": scope.recording_id,
        "account_id": scope.account_id,
        "names": _dumped(deed.names),
        "before": None if before is None else _dumped(before),
        "after": None if after is None else _dumped(after),
        "undoes": undoes,
        "job_id": job_id,
        "seat": deed.seat,
        "format": FORMAT,
        "hash": linked(previous.hash, canonical(deed)),
        "part_of": part_of,
    }
    connection.execute(insert(deeds).values(row))
    return number


def head(connection: Connection) -> Head:
    """The newest entry's number and hash. In a write transaction nobody can add another."""
    row = connection.execute(_HEAD).first()
    return Head(row.id, row.hash) if row else Head(0, GENESIS)


_HEAD = select(deeds.c.id, deeds.c.hash).order_by(deeds.c.id.desc()).limit(1)
_LAST_NUMBER = text("SELECT seq FROM sqlite_sequence WHERE name = 'deeds'")
"""The highest number that was ever given, so that those of deleted rows stay missing."""


def deed_of(row: Row[Any]) -> Deed:
    """A row of the table as a value."""
    return Deed(
        id=row.id,
        at=row.at,
        who=row.who,
        kind=DeedKind(row.kind),
        scope=DeedScope(row.artist_id, row.release_id, row.recording_id, row.account_id),
        names=json.loads(row.names),
        before=None if row.before is None else json.loads(row.before),
        after=None if row.after is None else json.loads(row.after),
        undoes=row.undoes,
        job_id=row.job_id,
        seat=row.seat,
        format=row.format,
        part_of=row.part_of,
    )


def canonical(deed: Deed) -> bytes:
    """The one form of a deed that its hash is made of: all that is stored of it, as JSON in
    ASCII with sorted keys and without spaces. It never changes for a stored deed: what is added
    to it gets another format. `chain_reading.py` makes the same from the stored bytes."""
    return _dumped(
        {
            "after": deed.after,
            "at": deed.at,
            "before": deed.before,
            "format": deed.format,
            "id": deed.id,
            "job": deed.job_id,
            "kind": deed.kind.value,
            "names": dict(deed.names),
            "scope": {
                "account": deed.scope.account_id,
                "artist": deed.scope.artist_id,
                "recording": deed.scope.recording_id,
                "release": deed.scope.release_id,
            },
            "seat": deed.seat,
            "undoes": deed.undoes,
            "who": deed.who,
            **({} if deed.part_of is None else {"part_of": deed.part_of}),
        }
    ).encode("ascii")


def deed_of_job(connection: Connection, job: int | None) -> int | None:
    """The deed that is a job; None where there is none."""
    if job is None:
        return None
    query = select(deeds.c.id).where(deeds.c.job_id == job)
    found = connection.execute(query.order_by(deeds.c.id)).scalar()
    return None if found is None else int(found)


def deeds_of_act(connection: Connection, first: int) -> list[Deed]:
    """All deeds of the act that begins with this one, in their order."""
    query = select(deeds).where(or_(deeds.c.id == first, deeds.c.part_of == first))
    return [deed_of(row) for row in connection.execute(query.order_by(deeds.c.id))]


def deed_by_id(connection: Connection, number: int) -> Deed | None:
    """One deed; None where there is none of that number."""
    row = connection.execute(select(deeds).where(deeds.c.id == number)).first()
    return None if row is None else deed_of(row)


def deed_with(
    connection: Connection,
    kind: DeedKind,
    *,
    before: tuple[str, int] | None = None,
    after: tuple[str, int] | None = None,
    first: bool = False,
) -> int | None:
    """The newest (or first) deed of a kind with this number at a place in `before` or `after`,
    such as `("attestation.id", 7)`; None where there is none."""
    query = select(deeds.c.id).where(deeds.c.kind == kind.value)
    for column, wanted in ((deeds.c.before, before), (deeds.c.after, after)):
        if wanted is not None:
            query = query.where(func.json_extract(column, f"$.{wanted[0]}") == wanted[1])
    order = deeds.c.id if first else deeds.c.id.desc()
    found = connection.execute(query.order_by(order).limit(1)).scalar()
    return None if found is None else int(found)


def undone_deed(connection: Connection, number: int | None) -> int | None:
    """The deed that an undo of this one names: for a redo, what was done in the first place."""
    above: list[int] = []
    one = number
    while one is not None:
        above.append(one)
        one = connection.execute(select(deeds.c.undoes).where(deeds.c.id == one)).scalar()
    return above[-1] if len(above) % 2 else number


@cache
def os_user() -> str:
    """The name of the person in the operating system; "" where it gives none."""
    try:
        if sys.platform == "win32":
            return getpass.getuser()
        import pwd

        name = pwd.getpwuid(os.getuid()).pw_name  # $LOGNAME can say anything
        return name.encode("utf-8", "replace").decode()
    except (ImportError, KeyError, OSError):
        return ""


SEAT = "RIGHTSDESK_SEAT"
"""The environment variable that names this seat."""
_LONGEST_SEAT = 64


@cache
def seat() -> str:
    """The name of this computer: of its host without a domain, or what `RIGHTSDESK_SEAT` says.

    At most 64 characters; "" where the system gives none.
    """
    named = os.environ.get(SEAT, "").strip() or platform.node().partition(".")[0]
    return named.encode("utf-8", "replace").decode()[:_LONGEST_SEAT]


def _dumped(value: Mapping[str, Any]) -> str:
    _check(value)
    return texts.dump(value)


def _check(value: object) -> None:
    """See that a value has one canonical form: a fraction is written in many ways."""
    if value is None or isinstance(value, str | int):
        return
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        for one in value.values():
            _check(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _check(one)
    else:
        raise ValueError(f"a {type(value).__name__} has no place in a deed")


def _names_of(connection: Connection, scope: DeedScope) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, column, number in (
        ("artist", artists.c.name, scope.artist_id),
        ("release", releases.c.title, scope.release_id),
        ("recording", recordings.c.title, scope.recording_id),
        ("account", accounts.c.name, scope.account_id),
        ("platform", accounts.c.platform, scope.account_id),
    ):
        if number is None:
            continue
        query = select(column).where(column.table.c.id == number)
        if value := connection.execute(query).scalar():
            found[name] = str(value)
    return found
