"""Drift: a carrier says something else, and RightsDesk did not change it.

Someone resets a switch, a tool strips a tag, or someone edits a track. The store keeps the earlier
consent until RightsDesk writes there again or the earlier consent returns.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from rightsdesk.consent import Consent
from rightsdesk.consent.words import USE_NAMES, permission_name
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.registry import name_of
from rightsdesk.sentences import together, worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.queries import Drifted, drifted_files, drifted_items
from rightsdesk.workspace.types.scopes import Filter


@dataclass(frozen=True, slots=True)
class Drift:
    """A carrier that changed without RightsDesk: `before` → `now`, noticed at `noticed_at`."""

    carrier: CarrierId
    label: str
    before: Consent
    now: Consent
    noticed_at: str
    artist: str

    @property
    def place(self) -> str:
        """The file or item, with its platform."""
        on_disk = self.carrier == CarrierId.FILES
        return self.label if on_disk else f"{self.label}, {name_of(self.carrier)}"

    @property
    def changes(self) -> str:
        """Each use that changed, with its permission before and now."""
        changes = [
            worded(
                "{use}: “{before}” became “{now}”",
                use=USE_NAMES[use],
                before=permission_name(self.before.get(use)),
                now=permission_name(self.now.get(use)),
            )
            for use in dict.fromkeys([*self.before, *self.now])
            if self.before.get(use) != self.now.get(use)
        ]
        return together(changes, "; ")

    def __str__(self) -> str:
        return worded(
            "{place}, {artist}: changed without RightsDesk: {changes}.",
            place=self.place,
            artist=self.artist,
            changes=self.changes,
        )


def drifted(database: Database, chosen: Filter) -> list[Drift]:
    """The drifted carriers of the filtered artists and paths."""
    with database.read() as connection:
        of_files = drifted_files(connection, chosen.artist_id, chosen.path)
        of_items = drifted_items(connection, chosen.artist_id)
    return [_drift(row) for row in (*of_files, *of_items)]


def _drift(row: Drifted) -> Drift:
    kept = json.loads(row.drift)
    return Drift(
        carrier=row.carrier,
        label=row.label,
        before=Consent.from_json(kept["before"]),
        now=texts.load_consent(row.says),
        noticed_at=kept["at"],
        artist=row.artist,
    )
