"""Drift: what a carrier says has changed, and it was not RightsDesk that changed it.

A switch is set back, a tool strips a tag, somebody edits a track. What was said before is
kept beside what is said now, until RightsDesk writes there again or the old words return.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from rightsdesk.changes.types import FILES
from rightsdesk.consent import Consent
from rightsdesk.consent.words import USE_NAMES, permission_name
from rightsdesk.platforms.registry import name_of
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.queries import Drifted, drifted_files, drifted_items
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
    with database.read() as connection:
        of_files = drifted_files(connection, chosen.artist_id, chosen.path)
        of_items = drifted_items(connection, chosen.artist_id)
    return [_drift(one) for one in (*of_files, *of_items)]


def _drift(one: Drifted) -> Drift:
    kept = json.loads(one.drift)
    return Drift(
        carrier=one.platform or FILES,
        label=one.label,
        before=Consent.from_json(kept["before"]),
        now=texts.load_consent(one.says),
        noticed_at=kept["at"],
        artist=one.artist,
    )
