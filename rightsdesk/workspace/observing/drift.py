"""Drift: what a carrier says has changed, and it was not RightsDesk that changed it.

A switch is set back, a tool strips a tag, somebody edits a track. What was said before is
kept beside what is said now, until RightsDesk writes there again or the old words return.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from rightsdesk.changes.types import FILES
from rightsdesk.consent import Consent
from rightsdesk.consent.words import USE_NAMES, permission_name
from rightsdesk.platforms.registry import name_of
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import OWNED_FILES, OWNED_ITEMS, within
from rightsdesk.store.schema import accounts, artists, files, items
from rightsdesk.workspace.types import Filter


@dataclass(frozen=True, slots=True)
class Drift:
    """One carrier that changed by itself: `before` → `now`, noticed at `noticed_at`; whose."""

    carrier: str
    label: str
    before: Consent
    now: Consent
    noticed_at: str
    artist: str

    @property
    def place(self) -> str:
        """Which file or item, and on which platform."""
        on_disk = self.carrier == FILES
        return self.label if on_disk else f"{self.label}, {name_of(self.carrier)}"

    @property
    def changes(self) -> str:
        """What of it became what."""
        changes = [
            f"{USE_NAMES[use]}: “{permission_name(self.before.get(use))}” became "
            f"“{permission_name(self.now.get(use))}”"
            for use in dict.fromkeys([*self.before, *self.now])
            if self.before.get(use) != self.now.get(use)
        ]
        return "; ".join(changes)

    def __str__(self) -> str:
        return f"{self.place}, {self.artist}: changed without RightsDesk: {self.changes}."


def drifted(database: Database, chosen: Filter) -> list[Drift]:
    """All that changed by itself among a filter's artists and paths."""
    return [*_files(database, chosen), *_items(database, chosen)]


def _files(database: Database, chosen: Filter) -> Iterator[Drift]:
    query = select(files, artists.c.name.label("whose")).select_from(OWNED_FILES)
    query = query.where(files.c.drift != "").order_by(files.c.path)
    if chosen.artist_id is not None:
        query = query.where(files.c.artist_id == chosen.artist_id)
    if chosen.path:
        query = query.where(within(files.c.path, chosen.path))
    for row in _rows(database, query):
        yield _drift(FILES, texts.load_path(row.path), row)


def _items(database: Database, chosen: Filter) -> Iterator[Drift]:
    query = select(items, accounts.c.platform, artists.c.name.label("whose"))
    query = query.select_from(OWNED_ITEMS)
    query = query.where(items.c.drift != "").order_by(items.c.id)
    if chosen.artist_id is not None:
        query = query.where(accounts.c.artist_id == chosen.artist_id)
    for row in _rows(database, query):
        yield _drift(row.platform, row.title or row.remote_id, row)


def _rows(database: Database, query: Select[*tuple[Any, ...]]) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(query))


def _drift(carrier: str, label: str, row: Any) -> Drift:
    kept = json.loads(row.drift)
    return Drift(
        carrier=carrier,
        label=label,
        before=Consent.from_json(kept["before"]),
        now=texts.load_consent(row.says),
        noticed_at=kept["at"],
        artist=row.whose,
    )
