"""Pauses between tries of a write that the platform accepted and never showed.

A server may keep files to itself, or a platform may drop what it receives. Then every sync would
send the same again. Each pause is twice as long as the one before. After `TRIES_BEFORE_ADVICE`
tries the problems list says what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsdesk import phrases
from rightsdesk.changes import sent_writes
from rightsdesk.changes.confirming import Same, Sent
from rightsdesk.changes.states import NOT_TAKEN
from rightsdesk.changes.types import Outcome
from rightsdesk.consent import Fields
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.interface import counted_items
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.sentences import together, worded
from rightsdesk.store.database import Database

TRIES_BEFORE_ADVICE = 3
"""Tries after which a person is asked to do something."""

LONGEST = timedelta(days=30)
"""The longest pause between two tries."""


@dataclass(frozen=True, slots=True)
class NeverShown:
    """A write that was sent `tries` times and never showed.

    It may be sent again at `again` (aware, UTC).
    """

    tries: int
    again: datetime


def never_shown(
    writes: Sequence[Sent], edit: Fields, same: Same, within: timedelta
) -> NeverShown | None:
    """How often an edit was sent without showing; None if it showed or was never sent.

    `writes` is everything ever sent to the carrier, in order. `within` is the carrier's usual
    delay. Tries that failed in another way do not count.
    """
    tries, last = 0, None
    for write in reversed(writes):
        if write.state == Outcome.FAILED:
            continue
        equal = all(n in write.edit and same(n, write.edit[n], tuple(v)) for n, v in edit.items())
        if write.state != NOT_TAKEN or not equal:
            break
        tries, last = tries + 1, last or write.at
    if last is None:
        return None
    return NeverShown(tries, last + min(within * 2 ** min(tries - 1, 30), max(LONGEST, within)))


class Pauses:
    """Writes to items that never showed, and when each may be sent again."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._now = now
        self._left: dict[CarrierId, list[datetime]] = {}
        with database.read() as connection:
            self._sent = sent_writes.sent_and_not_taken(connection)

    def leaves(self, carrier: CarrierId, number: int, edit: Fields) -> bool:
        """Whether an edit to an item has to wait. Counts the edits that do."""
        writes = self._sent.get(carrier, {}).get(number)
        if not writes:
            return False
        platform = platform_by_id(carrier)
        found = never_shown(writes, edit, platform.same, platform.capabilities.shows_within)
        if found is None or found.again <= self._now:
            return False
        self._left.setdefault(carrier, []).append(found.again)
        return True

    def counted(self) -> tuple[str, ...]:
        """One sentence per platform with waiting edits."""
        return tuple(
            paused_sentence(carrier, len(dues), min(dues), self._now)
            for carrier, dues in sorted(self._left.items())
        )


def paused_sentence(carrier: CarrierId, number: int, again: datetime, now: datetime) -> str:
    """A sentence that says how many items never show what is written, and when to try again."""
    return worded(
        "{items}: what was written never showed. It is written again {when} at the earliest.",
        items=counted_items(platform_by_id(carrier), number),
        when=phrases.at_moment(again, now),
    )


def never_shown_items(database: Database) -> dict[tuple[CarrierId, int], NeverShown]:
    """Items for which the last write never showed, by carrier and id."""
    by_item_id: dict[tuple[CarrierId, int], NeverShown] = {}
    with database.read() as connection:
        sent = sent_writes.sent_and_not_taken(connection)
    for carrier, by_item in sent.items():
        platform = platform_by_id(carrier)
        within = platform.capabilities.shows_within
        for number, writes in by_item.items():
            found = never_shown(writes, writes[-1].edit, platform.same, within)
            if found is not None:
                by_item_id[carrier, number] = found
    return by_item_id


def hidden_words(carrier: CarrierId, never_shown: NeverShown, now: datetime) -> str:
    """Advice for an item that never shows what is written."""
    tried = worded(
        "It was written {times}, and never showed.",
        times=phrases.counted(never_shown.tries, "time"),
    )
    again = worded(
        "It is written again {when} at the earliest.",
        when=phrases.at_moment(never_shown.again, now),
    )
    advice = platform_by_id(carrier).capabilities.hidden
    return together((tried, advice, again if never_shown.again > now else ""))
