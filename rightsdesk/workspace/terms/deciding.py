"""Whether a fetched text is a new version, a broken fetch or old news, and whether it alarms.

Broken fetches are kept and never compared. A page that is served in turns raises one alarm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import Connection, select

from rightsdesk.store.schema import terms_alarms, terms_versions
from rightsdesk.terms.judging import Judgement, compare_texts
from rightsdesk.workspace.terms import keeping
from rightsdesk.workspace.terms.reading import FetchedText
from rightsdesk.workspace.terms.types import DocumentSource, TermsVersion, Watched

RETURNS_WITHIN = timedelta(days=30)
"""A text that comes back so soon was only served in turns. Later, its return is a change."""

SAME_NEWS_WITHIN = timedelta(days=60)
"""The archive and the page show one change within so many days."""

PATIENCE = 5
"""Checks after which a shorter text is no cut fetch: the platform shortened it."""

_MOST_COMPARED = 8


class FetchKind(Enum):
    """What a fetched text is."""

    SAME = "same"
    BROKEN = "broken"
    NEW = "new"
    ACCEPTED = "accepted"
    """A text that was held for a cut fetch, and stays."""


@dataclass(frozen=True, slots=True)
class FetchDecision:
    """What a fetched text is, compared with `last`, the newest whole version before.

    `why` says what is broken. `alarm` is the judgement that alarms. `again` is the hash of a text
    that was known already, if this one says the same. `old_is_broken`: only now it shows that
    `last` was no whole text.
    """

    kind: FetchKind
    last: TermsVersion | None = None
    why: str = ""
    alarm: Judgement | None = None
    again: str = ""
    old_is_broken: str = ""


def decide(
    connection: Connection,
    watched: Watched,
    source: DocumentSource,
    fetched: FetchedText,
    now: datetime,
) -> FetchDecision:
    """Return what a fetched text is."""
    last = keeping.newest(connection, watched, source, whole=True)
    if fetched.broken:
        return FetchDecision(FetchKind.BROKEN, last, fetched.broken)
    if last is None:
        return FetchDecision(FetchKind.NEW)
    if last.text_sha256 == fetched.sha256:
        return FetchDecision(FetchKind.SAME, last)
    kind, old = FetchKind.NEW, keeping.text_of(connection, last.text_sha256)
    judgement = compare_texts(old, fetched.text)
    if judgement.broken_version == "old" and judgement.broken_whole:
        return FetchDecision(FetchKind.NEW, last, old_is_broken=judgement.broken_why)
    if judgement.broken_version == "new" and (judgement.broken_whole or not judgement.ai_relevant):
        if not _stays(connection, watched, source, fetched, last):
            return FetchDecision(FetchKind.BROKEN, last, judgement.broken_why)
        kind, judgement = FetchKind.ACCEPTED, compare_texts(old, fetched.text, whole=True)
    if not judgement.ai_relevant:
        return FetchDecision(kind, last)
    if again := _known_already(connection, watched, source, fetched, last, now):
        return FetchDecision(kind, last, again=again)
    return FetchDecision(kind, last, alarm=judgement)


def broken_before(
    connection: Connection,
    watched: Watched,
    source: DocumentSource,
    fetched: FetchedText,
    why: str = "",
) -> TermsVersion | None:
    """The version that showed the same broken text; None if it is the first time."""
    v = terms_versions.c
    query = select(terms_versions).where(
        v.platform == watched.platform,
        v.document == watched.document.id,
        v.source == source.value,
        v.text_sha256 == fetched.sha256,
        v.broken.in_([why, str(why)]) if why else v.broken != "",  # older rows have no forms
    )
    row = connection.execute(query.order_by(v.id.desc()).limit(1)).mappings().first()
    return None if row is None else keeping.version_of(row)


def _stays(
    connection: Connection,
    watched: Watched,
    source: DocumentSource,
    fetched: FetchedText,
    last: TermsVersion,
) -> bool:
    """Whether a shorter text was seen often, and the longer one no more since."""
    before = broken_before(connection, watched, source, fetched)
    return before is not None and before.days >= PATIENCE and last.last_seen < before.first_seen


def _known_already(
    connection: Connection,
    watched: Watched,
    source: DocumentSource,
    fetched: FetchedText,
    last: TermsVersion,
    now: datetime,
) -> str:
    """Return the hash of a text that said the same before; "" if this is news."""
    since = (now - RETURNS_WITHIN).isoformat(timespec="seconds")
    known = [one.text_sha256 for one in keeping.recent(connection, watched, source, since)]
    known += _alarmed(connection, watched, (now - SAME_NEWS_WITHIN).isoformat(timespec="seconds"))
    candidates = [one for one in dict.fromkeys(known) if one != last.text_sha256]
    if fetched.sha256 in candidates:
        return fetched.sha256
    for one in candidates[:_MOST_COMPARED]:
        judgement = compare_texts(keeping.text_of(connection, one), fetched.text)
        if not judgement.ai_relevant and not judgement.broken_version:
            return one
    return ""


def _alarmed(connection: Connection, watched: Watched, since: str) -> Iterable[str]:
    """The new texts of a document's alarms, newest first."""
    a, v = terms_alarms.c, terms_versions.c
    query = select(v.text_sha256).where(
        v.id == a.new_id,
        a.platform == watched.platform,
        a.document == watched.document.id,
        a.raised_at >= since,
    )
    return [row.text_sha256 for row in connection.execute(query.order_by(a.id.desc()))]
