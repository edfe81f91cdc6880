"""Values of time stamps: what there is, how far it is, and where new ones come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rightsdesk.ledger.chain import Head


class StampKind(StrEnum):
    """By whom a head is stamped. The values are stored."""

    AUTHORITY = "rfc3161"
    CALENDAR = "opentimestamps"


class StampState(StrEnum):
    """What a check of a time stamp found."""

    HOLDS = "holds"
    PENDING = "pending"
    CLAIMS_BLOCK = "claims-block"
    NO_ROOT = "no-root"
    UNREADABLE = "unreadable"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stored time stamp of a head. `made_at` is this computer's time (ISO 8601 in UTC).

    `query` and `reply` are the bytes sent and received; of a calendar the reply is the proof so
    far. `upgraded_at` is when a calendar added to it, "" if never.
    """

    id: int
    kind: StampKind
    head: Head
    source: str
    made_at: str
    query: bytes
    reply: bytes
    upgraded_at: str = ""


@dataclass(frozen=True, slots=True)
class StampCheck:
    """A time stamp as checked. `at` is when it proves that the head existed (aware, UTC), if it
    proves a time itself. `blocks` are those of Bitcoin that it claims; they are not checked.

    `fits` is whether the ledger still has the stamped head. `by` is the program that verified it,
    `detail` why it does not hold.
    """

    stamp: Stamp
    state: StampState
    fits: bool
    at: datetime | None = None
    blocks: tuple[int, ...] = ()
    by: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StampSources:
    """Where time stamps come from: nowhere until a person chooses.

    `authority` is an address, "" for none. `root` are the certificates that the person trusts for
    it, as PEM; "" for the system's. `calendars` are addresses, none if calendars are off.
    """

    authority: str = ""
    root: str = ""
    calendars: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[StampKind, ...]:
        """The kinds that can be made."""
        found = []
        if self.authority:
            found.append(StampKind.AUTHORITY)
        if self.calendars:
            found.append(StampKind.CALENDAR)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Stamped:
    """What one round of stamping did: the new stamps, and the kinds whose newest stamp already
    covers everything that was done."""

    made: tuple[Stamp, ...] = ()
    covered: tuple[StampKind, ...] = ()
