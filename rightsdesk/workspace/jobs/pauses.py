"""Writes that were taken and never shown: each try waits twice as long as the one before.

A server that keeps some files to itself, or a platform that drops what it is sent, would get
the same again with every sync. It still does, but ever more seldom; and after a few tries a
person is told what to do about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsdesk import phrases
from rightsdesk.changes import journal
from rightsdesk.changes.confirming import NOT_TAKEN, Same, Sent
from rightsdesk.changes.types import Outcome
from rightsdesk.consent import Fields
from rightsdesk.platforms.interface import counted_items
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.store.database import Database

TOLD_AFTER = 3
"""Tries after which it takes a person."""

LONGEST = timedelta(days=30)
"""The longest pause between two tries."""


@dataclass(frozen=True, slots=True)
class NeverShown:
    """A write that was sent `tries` times and never showed. It may be sent again at `again`
    (aware, UTC)."""

    tries: int
    again: datetime


def never_shown(
    writes: Sequence[Sent], edit: Fields, same: Same, within: timedelta
) -> NeverShown | None:
    """What became of an edit when it was sent before; None where it was not, or was shown.

    `writes` is all that was ever sent to the carrier, in its order, and `within` the carrier's
    own delay. What failed in another way says nothing and does not count.
    """
    tries, last = 0, None
    for one in reversed(writes):
        if one.state == Outcome.FAILED:
            continue
        alike = all(n in one.edit and same(n, one.edit[n], tuple(v)) for n, v in edit.items())
        if one.state != NOT_TAKEN or not alike:
            break
        tries, last = tries + 1, last or one.at
    if last is None:
        return None
    return NeverShown(tries, last + min(within * 2 ** min(tries - 1, 30), max(LONGEST, within)))


class Pauses:
    """What was sent to items and never showed, and when it may be sent again."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._now = now
        self._left: dict[str, list[datetime]] = {}
        with database.read() as connection:
            self._sent = journal.sent_and_not_taken(connection)

    def leaves(self, carrier: str, number: int, edit: Fields) -> bool:
        """Whether an edit to an item is to wait. Those that do are counted."""
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
        """A sentence for each platform on which some are left as they are for now."""
        return tuple(
            paused_sentence(carrier, len(dues), min(dues), self._now)
            for carrier, dues in sorted(self._left.items())
        )


def paused_sentence(carrier: str, number: int, again: datetime, now: datetime) -> str:
    """What is to be known of items that never show what is written."""
    which = counted_items(platform_by_id(carrier), number)
    return (
        f"{which}: what was written never showed. It is written again "
        f"{phrases.at_moment(again, now)} at the earliest."
    )


def never_shown_items(database: Database) -> dict[tuple[str, int], NeverShown]:
    """The items of which the last write never showed, by carrier and id."""
    found: dict[tuple[str, int], NeverShown] = {}
    with database.read() as connection:
        sent = journal.sent_and_not_taken(connection)
    for carrier, by_item in sent.items():
        platform = platform_by_id(carrier)
        within = platform.capabilities.shows_within
        for number, writes in by_item.items():
            one = never_shown(writes, writes[-1].edit, platform.same, within)
            if one is not None:
                found[carrier, number] = one
    return found


def hidden_words(carrier: str, one: NeverShown, now: datetime) -> str:
    """What to do about something that never shows what is written."""
    sentence = f"It was written {one.tries} times, and never showed."
    again = f"It is written again {phrases.at_moment(one.again, now)} at the earliest."
    advice = platform_by_id(carrier).capabilities.hidden
    return f"{sentence} {advice} {again}" if one.again > now else f"{sentence} {advice}"
