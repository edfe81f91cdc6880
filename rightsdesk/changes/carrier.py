"""What the engine needs of anything that holds declarations: the carrier's interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from rightsdesk.changes.types import Target
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects import Suite


@dataclass(frozen=True, slots=True)
class Look:
    """A carrier as it is now. `stamp` differs whenever it may have changed."""

    fields: Fields
    stamp: str


class Prepared(Protocol):
    """A write that is worked out but has not touched anything."""

    @property
    def before_image(self) -> bytes:
        """All that undo and recovery need to bring back the old state."""

    def write(self) -> None:
        """Do it: afterwards the carrier is wholly new, or on any exception wholly old."""


class Carrier(Protocol):
    """Files, or the items of one platform. Every method raises KnownError subclasses."""

    batch: int
    """How many changes may share one journal commit."""

    @property
    def suite(self) -> Suite:
        """What its fields say, and how to make them say something."""

    def lane(self, target: Target) -> str:
        """Changes in one lane share a fate: one account that is offline stops its own only."""

    def look(self, target: Target) -> Look:
        """Read the carrier now."""

    def prepare(
        self, target: Target, look: Look, edit: Fields, *, restore: bytes | None
    ) -> Prepared:
        """Work out the write. `restore` is an earlier before-image to return to exactly; it
        is used where the carrier still is what that change left behind."""

    def holds(self, look: Look, edit: Fields) -> bool:
        """Whether the carrier now has what the edit asked for."""

    def remember(self, connection: Connection, target: Target, look: Look) -> None:
        """Note in the store what was seen."""

    def clean(self, target: Target) -> None:
        """Remove what an interrupted write may have left beside the carrier."""
