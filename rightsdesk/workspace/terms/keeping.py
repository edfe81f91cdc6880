"""Versions of terms in the database: each text once, each change of a source a row."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.dialects import sqlite

from rightsdesk.platforms.http.public_pages import PublicPage
from rightsdesk.store.schema import terms_sources, terms_texts, terms_versions
from rightsdesk.workspace.terms.reading import FetchedText
from rightsdesk.workspace.terms.types import DocumentSource, SourceState, TermsVersion, Watched

LONGEST_TEXT = 16_000_000
"""Characters of a text when unpacked, at most: a damaged row must not fill the memory."""


def newest(
    connection: Connection, watched: Watched, source: DocumentSource, *, whole: bool
) -> TermsVersion | None:
    """The newest version of a source; with `whole`, the newest that is a whole text."""
    v = terms_versions.c
    query = select(terms_versions).where(*_of(watched, source)).order_by(v.id.desc()).limit(1)
    if whole:
        query = query.where(v.broken == "")
    row = connection.execute(query).mappings().first()
    return None if row is None else version_of(row)


def recent(
    connection: Connection, watched: Watched, source: DocumentSource, since: str
) -> list[TermsVersion]:
    """The whole versions of a source that were seen since a time, newest first."""
    v = terms_versions.c
    query = select(terms_versions).where(
        *_of(watched, source), v.broken == "", v.last_seen >= since
    )
    rows = connection.execute(query.order_by(v.id.desc())).mappings()
    return [version_of(row) for row in rows]


def all_versions(connection: Connection, watched: Watched) -> list[TermsVersion]:
    """All versions of a document from all sources, the newest first."""
    v = terms_versions.c
    query = select(terms_versions).where(
        v.platform == watched.platform, v.document == watched.document.id
    )
    query = query.order_by(v.last_seen.desc(), v.id.desc())
    return [version_of(row) for row in connection.execute(query).mappings()]


def version_by_id(connection: Connection, number: int) -> TermsVersion | None:
    """One version; None if there is none of that number."""
    query = select(terms_versions).where(terms_versions.c.id == number)
    row = connection.execute(query).mappings().first()
    return None if row is None else version_of(row)


def text_of(connection: Connection, sha256: str) -> str:
    """A stored text; "" if there is none, or if it is damaged."""
    query = select(terms_texts.c.text).where(terms_texts.c.sha256 == sha256)
    packed = connection.execute(query).scalar()
    if packed is None:
        return ""
    unpacker = zlib.decompressobj()
    try:
        return unpacker.decompress(packed, LONGEST_TEXT * 4).decode("utf-8")
    except (zlib.error, UnicodeDecodeError):
        return ""


def add(
    connection: Connection,
    watched: Watched,
    source: DocumentSource,
    page: PublicPage,
    fetched: FetchedText,
    at: str,
) -> int:
    """Store a version, and its text if that is new; its id."""
    if fetched.text:
        packed = zlib.compress(fetched.text.encode("utf-8"), 9)
        new = sqlite.insert(terms_texts).values(sha256=fetched.sha256, text=packed)
        connection.execute(new.on_conflict_do_nothing())
    row = {
        "platform": watched.platform,
        "document": watched.document.id,
        "source": source.value,
        "address": page.address,
        "fetched_sha256": fetched.fetched_sha256,
        "text_sha256": fetched.sha256,
        "broken": fetched.broken,
        "first_seen": at,
        "last_seen": at,
        "days": 1,
        "etag": page.etag,
    }
    statement = insert(terms_versions).values(row).returning(terms_versions.c.id)
    return int(connection.execute(statement).scalar_one())


def seen_again(connection: Connection, number: int, at: str) -> None:
    """Note that a source still shows a version."""
    v = terms_versions.c
    change = update(terms_versions).where(v.id == number).values(last_seen=at, days=v.days + 1)
    connection.execute(change)


def reject(connection: Connection, number: int, why: str) -> None:
    """Take a version that was held for whole as broken."""
    change = update(terms_versions).where(terms_versions.c.id == number).values(broken=why)
    connection.execute(change)


def source_row(
    connection: Connection, watched: Watched, source: DocumentSource
) -> Mapping[str, str]:
    """What is stored about a source; empty texts if nothing is."""
    s = terms_sources.c
    query = select(terms_sources).where(
        s.platform == watched.platform,
        s.document == watched.document.id,
        s.source == source.value,
    )
    row = connection.execute(query).mappings().first()
    return {column.name: row[column.name] if row else "" for column in terms_sources.columns}


def note_read(
    connection: Connection,
    watched: Watched,
    source: DocumentSource,
    page: PublicPage,
    at: datetime,
    *,
    ok: bool,
) -> None:
    """Note that a source was read. `ok`: what came is whole, so that the next request may be
    conditional."""
    known = source_row(connection, watched, source)
    marks = {"etag": "", "last_modified": ""}
    if page.unchanged:
        marks = {name: getattr(page, name) or known[name] for name in marks}
    elif ok:
        marks = {"etag": page.etag, "last_modified": page.last_modified}
    moment = at.isoformat(timespec="seconds")
    values = {"checked_at": moment, "tried_at": moment, "unread_since": "", "unread_why": ""}
    _keep_source(connection, watched, source, {**values, **marks})


def note_unread(
    connection: Connection, watched: Watched, source: DocumentSource, why: str, at: datetime
) -> None:
    """Note that a source can't be read, and since when. That is no change of its text."""
    known = source_row(connection, watched, source)
    moment = at.isoformat(timespec="seconds")
    since = known["unread_since"] or moment
    values = {"tried_at": moment, "unread_since": since, "unread_why": why}
    _keep_source(connection, watched, source, values)


def state_of(
    connection: Connection, watched: Watched, source: DocumentSource, address: str
) -> SourceState:
    """When a source was read last."""
    row = source_row(connection, watched, source)
    return SourceState(source, address, row["checked_at"], row["unread_since"], row["unread_why"])


def version_of(row: RowMapping) -> TermsVersion:
    """A row of the table as a value."""
    return TermsVersion(
        id=row["id"],
        platform=row["platform"],
        document=row["document"],
        source=DocumentSource(row["source"]),
        address=row["address"],
        fetched_sha256=row["fetched_sha256"],
        text_sha256=row["text_sha256"],
        broken=row["broken"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        days=row["days"],
    )


def _of(watched: Watched, source: DocumentSource) -> tuple[Any, ...]:
    v = terms_versions.c
    return (
        v.platform == watched.platform,
        v.document == watched.document.id,
        v.source == source.value,
    )


def _keep_source(
    connection: Connection, watched: Watched, source: DocumentSource, values: Mapping[str, str]
) -> None:
    key = {
        "platform": watched.platform,
        "document": watched.document.id,
        "source": source.value,
    }
    blank = {column.name: "" for column in terms_sources.columns}
    address = dict(watched.sources).get(source, "")
    new = sqlite.insert(terms_sources).values({**blank, **key, "address": address, **values})
    changed = {**values, "address": address}
    connection.execute(new.on_conflict_do_update(index_elements=list(key), set_=changed))
