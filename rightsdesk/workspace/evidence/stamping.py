"""Stamp the ledger's head with a time. What a server answers is verified before it is stored: a
stamp that does not hold leaves everything as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from rightsdesk.clock import Clock
from rightsdesk.errors import KnownError
from rightsdesk.ledger import calendars, rfc3161
from rightsdesk.ledger.chain import Head
from rightsdesk.ledger.rfc3161 import NotHolding, NotStamped, UnreadableReply
from rightsdesk.platforms.http.address import origin_of
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, head, note
from rightsdesk.store.schema import deeds, stamps
from rightsdesk.workspace.evidence import asking, openssl
from rightsdesk.workspace.evidence.sources import NoStampSource, roots
from rightsdesk.workspace.evidence.types import Stamp, Stamped, StampKind, StampSources


def stamp(
    database: Database, chosen: StampSources, kinds: Sequence[StampKind], clock: Clock
) -> Stamped:
    """Have the head stamped in each of these ways, unless its newest stamp covers everything.

    If one fails, the others are kept, and the failure is raised at the end. Raises NoStampSource,
    NotStamped and PlatformError.
    """
    if not kinds or set(kinds) - set(chosen.kinds):
        raise NoStampSource
    made: list[Stamp] = []
    covered: list[StampKind] = []
    failed: KnownError | None = None
    for kind in kinds:
        with database.read() as connection:
            newest = head(connection)
            is_covered = _is_covered(connection, kind)
        if is_covered or not newest.number:
            covered.append(kind)
            continue
        try:
            made.append(_stamp(database, chosen, kind, newest, clock))
        except KnownError as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return Stamped(tuple(made), tuple(covered))


def _is_covered(connection: Connection, kind: StampKind) -> bool:
    """Whether nothing was done since the newest stamp of this kind, but making stamps."""
    s = stamps.c
    query = select(s.number, s.hash).where(s.kind == kind.value).order_by(s.number.desc())
    row = connection.execute(query.limit(1)).first()
    if row is None:
        return False
    there = connection.execute(select(deeds.c.hash).where(deeds.c.id == row.number)).scalar()
    since = select(deeds.c.id).where(
        deeds.c.id > row.number, deeds.c.kind != DeedKind.STAMPED.value
    )
    return there == row.hash and connection.execute(since.limit(1)).first() is None


def _stamp(
    database: Database, chosen: StampSources, kind: StampKind, newest: Head, clock: Clock
) -> Stamp:
    if kind is StampKind.AUTHORITY:
        return _by_authority(database, chosen, newest, clock)
    return _by_calendars(database, chosen, newest, clock)


def _by_authority(database: Database, chosen: StampSources, newest: Head, clock: Clock) -> Stamp:
    question = rfc3161.question(newest.text)
    reply = asking.ask_authority(chosen.authority, question.der, clock)
    trusted = roots(chosen)
    try:
        try:
            rfc3161.verified(reply, newest.text, trusted, question.nonce)
        except UnreadableReply:
            openssl.verified(reply, newest.text, trusted, question.der)
    except UnreadableReply as error:
        raise NotStamped(
            worded("The authority's reply can't be read ({detail}).", detail=error),
            "Install openssl, which reads more replies, or choose another authority.",
        ) from error
    except NotHolding as error:
        raise NotStamped(
            worded("The authority's reply does not hold ({detail}).", detail=error),
            "Name the authority's root certificate.",
        ) from error
    source = chosen.authority
    return _store(database, StampKind.AUTHORITY, newest, source, question.der, reply)


def _by_calendars(database: Database, chosen: StampSources, newest: Head, clock: Clock) -> Stamp:
    begun, digest = calendars.begin(newest.text)
    answers: list[bytes] = []
    used: list[str] = []
    failed: KnownError | None = None
    for calendar in chosen.calendars:
        try:
            answer = asking.submit(calendar, digest, clock)
            calendars.check_answer(answer, digest)
        except calendars.BadProof as error:
            failed = failed or _unreadable(calendar, error)
        except KnownError as error:
            failed = failed or error
        else:
            answers.append(answer)
            used.append(calendar)
    if not answers:
        raise failed or NoStampSource()
    proof = calendars.add_answers(begun, answers)
    return _store(database, StampKind.CALENDAR, newest, " ".join(used), digest, proof)


def _unreadable(calendar: str, error: calendars.BadProof) -> NotStamped:
    host = origin_of(calendar).host
    return NotStamped(
        worded("The answer of {host} can't be read ({detail}).", host=host, detail=error),
        "Try again later, or choose other calendars.",
    )


def _store(
    database: Database,
    kind: StampKind,
    newest: Head,
    source: str,
    query: bytes,
    reply: bytes,
) -> Stamp:
    made_at = texts.now()
    row = {
        "kind": kind.value,
        "number": newest.number,
        "hash": newest.hash,
        "source": source,
        "made_at": made_at,
        "query": query,
        "reply": reply,
    }
    with database.write() as connection:
        number = connection.execute(insert(stamps).values(row).returning(stamps.c.id)).scalar_one()
        after = {
            "entry": newest.number,
            "hash": newest.hash,
            "kind": kind.value,
            "source": " ".join(origin_of(address).host for address in source.split()),
            "sha256": hashlib.sha256(reply).hexdigest(),
        }
        note(connection, DeedKind.STAMPED, after=after)
    return Stamp(number, kind, newest, source, made_at, query, reply)
