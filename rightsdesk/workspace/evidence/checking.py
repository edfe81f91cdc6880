"""Check stored time stamps, let calendars complete them, and write them to files for others."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress

from sqlalchemy import Connection, select, update
from sqlalchemy.engine import Row

from rightsdesk.clock import Clock
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.ledger import calendars, rfc3161
from rightsdesk.ledger.chain import Head
from rightsdesk.ledger.rfc3161 import NotHolding, NotStamped, UnreadableReply
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import deeds
from rightsdesk.store.schema import stamps as table
from rightsdesk.workspace.evidence import asking, openssl
from rightsdesk.workspace.evidence.sources import roots
from rightsdesk.workspace.evidence.types import (
    Stamp,
    StampCheck,
    StampKind,
    StampSources,
    StampState,
)


class NoSuchStamp(KnownError):
    """There is no time stamp with that number."""

    cause = Cause.NO_SUCH_STAMP


def stored(database: Database, limit: int | None = None) -> list[Stamp]:
    """The time stamps, newest first."""
    with database.read() as connection:
        query = select(table).order_by(table.c.id.desc()).limit(limit)
        return [_stamp(row) for row in connection.execute(query)]


def stamp_of(database: Database, number: int) -> Stamp:
    """One time stamp. Raises NoSuchStamp."""
    with database.read() as connection:
        row = connection.execute(select(table).where(table.c.id == number)).first()
    if row is None:
        raise NoSuchStamp(
            worded("There is no time stamp {number}.", number=number),
            untouched="Nothing was changed.",
            advice="The list of time stamps has their numbers.",
        )
    return _stamp(row)


def check(database: Database, chosen: StampSources, some: Sequence[Stamp]) -> list[StampCheck]:
    """Whether each of these holds, and whether the ledger still has what it stamps. Makes no
    network calls."""
    trusted = roots(chosen)
    with database.read() as connection:
        return [_checked(one, _fits(connection, one.head), trusted) for one in some]


def upgrade(
    database: Database, chosen: StampSources, some: Sequence[Stamp], clock: Clock
) -> list[Stamp]:
    """Ask calendars to complete pending proofs; returns these stamps as they are now.

    Asks known calendars, and those that the person chose: a proof may name any address. One that
    does not answer, or not readably, leaves the proof as it is.
    """
    return [
        _upgraded(database, chosen, one, clock) if one.kind is StampKind.CALENDAR else one
        for one in some
    ]


def export(
    database: Database, chosen: StampSources, number: int, folder: str, *, replace: bool
) -> list[str]:
    """Write a time stamp's files to a folder, which is made if it is new; returns their paths.

    They are the stamped text, and for an authority its request, its reply and the trusted
    certificates, so that `openssl ts -verify` can check it; for a calendar the proof. Raises
    NoSuchStamp, AlreadyThere and NotSaved.
    """
    from rightsdesk.workspace.exports.saving import save

    one = stamp_of(database, number)
    found = list(_files(one, roots(chosen)))
    paths = [os.path.join(os.path.abspath(folder), name) for name, _ in found]
    with suppress(OSError):  # writing says why
        os.makedirs(folder, exist_ok=True)
    for path, (_, content) in zip(paths, found, strict=True):
        save(path, content, replace=replace)
    return paths


def _files(one: Stamp, trusted: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    name = f"ledger-{one.head.number}"
    yield f"{name}.txt", one.head.text
    if one.kind is StampKind.CALENDAR:
        yield f"{name}.txt.ots", one.reply
        return
    yield f"{name}.tsq", one.query
    yield f"{name}.tsr", one.reply
    if trusted:
        yield f"{name}.pem", openssl.pem(trusted)


def _stamp(row: Row[tuple[object, ...]]) -> Stamp:
    return Stamp(
        id=row.id,
        kind=StampKind(row.kind),
        head=Head(row.number, row.hash),
        source=row.source,
        made_at=row.made_at,
        query=row.query,
        reply=row.reply,
        upgraded_at=row.upgraded_at,
    )


def _fits(connection: Connection, stamped: Head) -> bool:
    query = select(deeds.c.hash).where(deeds.c.id == stamped.number)
    return bool(connection.execute(query).scalar() == stamped.hash)


def _checked(one: Stamp, fits: bool, trusted: Sequence[bytes]) -> StampCheck:
    if one.kind is StampKind.CALENDAR:
        return _checked_proof(one, fits)
    if not trusted:
        return StampCheck(one, StampState.NO_ROOT, fits)
    try:
        try:
            found = rfc3161.verified(one.reply, one.head.text, trusted).at
            return StampCheck(one, StampState.HOLDS, fits, found, by="rfc3161-client")
        except UnreadableReply:
            found = openssl.verified(one.reply, one.head.text, trusted)
            return StampCheck(one, StampState.HOLDS, fits, found, by="openssl")
    except UnreadableReply as error:
        return StampCheck(one, StampState.UNREADABLE, fits, detail=str(error))
    except (NotHolding, NotStamped) as error:
        return StampCheck(one, StampState.BROKEN, fits, detail=str(error))


def _checked_proof(one: Stamp, fits: bool) -> StampCheck:
    try:
        found = calendars.state(one.reply, one.head.text)
    except calendars.BadProof as error:
        return StampCheck(one, StampState.BROKEN, fits, detail=str(error))
    if found.blocks:
        return StampCheck(one, StampState.CLAIMS_BLOCK, fits, blocks=found.blocks)
    return StampCheck(one, StampState.PENDING, fits)


def _upgraded(database: Database, chosen: StampSources, one: Stamp, clock: Clock) -> Stamp:
    try:
        found = calendars.state(one.reply, one.head.text)
        if found.blocks:
            return one
        answers = list(_answers(found.pending, chosen, clock))
        proof = calendars.upgraded(one.reply, one.head.text, answers) if answers else one.reply
    except calendars.BadProof:
        return one
    if proof == one.reply:
        return one
    change = update(table).where(table.c.id == one.id)
    with database.write() as connection:
        connection.execute(change.values(reply=proof, upgraded_at=texts.now()))
    return stamp_of(database, one.id)


def _answers(
    pending: Sequence[calendars.Pending], chosen: StampSources, clock: Clock
) -> Iterator[tuple[calendars.Pending, bytes]]:
    for part in pending:
        if not calendars.is_allowed(part.calendar, chosen.calendars):
            continue
        try:
            answer = asking.finished(part, clock)
            if answer is not None:
                calendars.check_answer(answer, part.commitment)
                yield part, answer
        except (KnownError, calendars.BadProof):
            continue  # another calendar may answer, and this one later
