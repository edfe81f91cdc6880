"""Carriers that could not be changed at the last try and still do not match their consent.

A job's report shows the failure once. The problems list shows it until it is solved.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, FromClause, Select, and_, null, select
from sqlalchemy.engine import Row

from rightsdesk import phrases
from rightsdesk.changes.states import NOT_TAKEN
from rightsdesk.changes.types import Outcome
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.interface import counted_items
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import CHANGED_OWNED_FILES, CHANGED_OWNED_ITEMS, newest_changes, within
from rightsdesk.store.schema import accounts, artists, changes, files, items
from rightsdesk.workspace.jobs.pauses import TRIES_BEFORE_ADVICE, hidden_words, never_shown_items
from rightsdesk.workspace.types.problems import Problem, ProblemKind, problem_id
from rightsdesk.workspace.types.scopes import Filter

_OWNER = (artists.c.id.label("artist_id"), artists.c.name.label("artist"))
NAMED = 3
"""How many carriers with the same failure are named."""


def refused(database: Database, chosen: Filter, now: datetime) -> Iterator[Problem]:
    """Yields the failures that still matter, grouped by cause and artist."""
    by_cause: dict[tuple[CarrierId, str, int], list[str]] = defaultdict(list)
    firsts: dict[tuple[CarrierId, str, int], Row[Any]] = {}
    with database.read() as connection:
        rows = [row for q in (_files(chosen), _items(chosen)) for row in connection.execute(q)]
    hidden = never_shown_items(database) if any(r.state == NOT_TAKEN for r in rows) else {}
    for row in rows:
        if texts.load_consent(row.says) != texts.load_consent(row.after):
            never_shown = hidden.get((row.carrier, row.target_id))
            advice = row.problem
            if never_shown is not None and never_shown.tries >= TRIES_BEFORE_ADVICE:
                advice = hidden_words(row.carrier, never_shown, now)
            cause = row.carrier, advice, row.artist_id
            by_cause[cause].append(texts.load_text(row.label))
            firsts.setdefault(cause, row)
    for (carrier, problem, artist), labels in by_cause.items():
        first = firsts[carrier, problem, artist]
        names = phrases.first_few(map(os.path.basename, labels), NAMED)
        sentence = worded(
            "{carriers} could not be changed: {names}.",
            carriers=_counted(carrier, len(labels)),
            names=names,
        )
        yield Problem(
            *(ProblemKind.FAILED, carrier, sentence, problem, len(labels), first.artist),
            id=problem_id(ProblemKind.FAILED, carrier, first.problem, artist),
            artist_id=artist,
            carrier=carrier,
            path=texts.load_path(first.path) if first.path and len(labels) == 1 else "",
            cause=first.cause,
        )


def last_time(connection: Connection, carrier: CarrierId) -> dict[int, str]:
    """Why the last try to change each carrier failed, by carrier id."""
    c = changes.c
    query = _failed().where(c.carrier == carrier)
    return {row.target_id: row.problem for row in connection.execute(query)}


def _failed(*columns: Any, source: FromClause = changes) -> Select[Any]:
    c = changes.c
    failed = and_(c.state.in_((Outcome.FAILED.value, NOT_TAKEN)), c.problem != "")
    query = select(c.carrier, c.target_id, c.state, c.problem, c.cause, c.label, c.after, *columns)
    return query.select_from(newest_changes(source)).where(failed).order_by(c.id)


def _files(chosen: Filter) -> Select[Any]:
    query = _failed(files.c.says, files.c.path, *_OWNER, source=CHANGED_OWNED_FILES)
    query = query.where(changes.c.carrier == CarrierId.FILES, files.c.missing.is_(False))
    if chosen.artist_id is not None:
        query = query.where(files.c.artist_id == chosen.artist_id)
    if chosen.recording_id is not None:
        query = query.where(files.c.recording_id == chosen.recording_id)
    return query.where(within(files.c.path, chosen.path)) if chosen.path else query


def _items(chosen: Filter) -> Select[Any]:
    no_path = null().label("path")
    query = _failed(items.c.says, no_path, *_OWNER, source=CHANGED_OWNED_ITEMS)
    query = query.where(changes.c.carrier == accounts.c.platform, items.c.gone.is_(False))
    if chosen.artist_id is not None:
        query = query.where(accounts.c.artist_id == chosen.artist_id)
    return query


def _counted(carrier: CarrierId, number: int) -> str:
    if carrier == CarrierId.FILES:
        return phrases.counted(number, "file")
    return counted_items(platform_by_id(carrier), number)
