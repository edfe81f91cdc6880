"""Writes that were sent, and that the carrier does not show or did not show at its last read.

Causes: a cache in front of a site, a platform that writes later, or a kill before the answer. Such
a write is neither done nor failed. Each observation of the carrier tries to settle it. It is done
once the carrier shows it. It was not taken if the carrier still shows the old value after the
platform's own delay (`Carrier.shows_within`). Until then it counts as made: it is not sent again,
and an undo writes the old value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsdesk import phrases
from rightsdesk.changes.states import INTERRUPTED, NOT_TAKEN, SEEN_BEFORE
from rightsdesk.changes.types import Outcome
from rightsdesk.consent import Fields
from rightsdesk.sentences import worded

UNCONFIRMED = (
    "Written, but it reads back differently for now. It is not sent again: the next check "
    "settles it, and until then it can be undone."
)
UNREAD = "Written, but it could not be read back: {why} The next check settles it."
OVERWRITTEN = "A later job overwrote this before it was confirmed."
GONE = "This was written, and is no longer there. It can be planned again."
WAITS = (
    "This was sent before the program stopped, and does not show. It is not sent again before "
    "{when}: check again after that."
)

Same = Callable[[str, tuple[str, ...], tuple[str, ...]], bool]
"""Whether a field's observed value equals the written one: see `Platform.same`."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A write that was sent: its change, state, new and old values, and time.

    `at` is aware and in UTC; None if unknown.
    """

    id: int
    target_id: int
    state: str
    edit: Fields
    expected: Fields
    at: datetime | None

    def may_come(self, now: datetime, within: timedelta) -> bool:
        """Whether the carrier may still show the old value at `now` although it took the write."""
        return self.at is not None and now < self.at + within

    def shown(self, fields: Fields, same: Same) -> bool:
        """Whether fields hold all that was written."""
        return all(same(n, tuple(v), fields.get(n, ())) for n, v in self.edit.items())

    def refuted(self, fields: Fields, same: Same, prompt: Collection[str]) -> bool:
        """Whether a prompt field does not hold what was written: the write was not taken, or is
        gone."""
        return any(
            name in prompt and not same(name, tuple(values), fields.get(name, ()))
            for name, values in self.edit.items()
        )

    def overlaid(self, fields: Fields, same: Same, prompt: Collection[str]) -> bool:
        """Whether a prompt field holds neither the written nor the earlier value: it was edited
        since."""
        return any(
            name in prompt
            and not same(name, tuple(values), fields.get(name, ()))
            and not same(name, tuple(self.expected.get(name, ())), fields.get(name, ()))
            for name, values in self.edit.items()
        )

    def shows_old_again(self, fields: Fields, same: Same, prompt: Collection[str]) -> bool:
        """Whether fields hold only written or earlier values, and earlier ones only in cached
        fields."""
        explained = all(self.explains(name, fields.get(name, ()), same) for name in self.edit)
        return explained and not self.refuted(fields, same, prompt)

    def explains(self, name: str, value: tuple[str, ...], same: Same) -> bool:
        """Whether a field's value is one of this write's: what it set, or the value before it."""
        values = (self.edit[name], self.expected.get(name, ())) if name in self.edit else ()
        return any(same(name, tuple(candidate), value) for candidate in values)


def made(
    fields: Fields, sent: Iterable[Sent], same: Same, prompt: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """The fields that a carrier showing `fields` will hold once pending writes arrive.

    A write replaces a value only if the carrier shows the value before that write: any other value
    is newer. `prompt` fields always show the newest value, so a write missing there will not
    arrive.
    """
    now = {name: tuple(values) for name, values in fields.items()}
    for write in sent:
        if write.refuted(fields, same, prompt) and not write.overlaid(fields, same, prompt):
            continue
        for name, values in write.edit.items():
            if same(name, tuple(write.expected.get(name, ())), now.get(name, ())):
                now[name] = tuple(values)
    return {name: values for name, values in now.items() if values}


def settled(
    sent: Sent,
    fields: Fields,
    same: Same,
    now: datetime,
    within: timedelta,
    prompt: Collection[str] = (),
    *,
    still_stated: bool = False,
) -> tuple[str, str] | None:
    """What an observation shows of a write: (journal state, sentence); None if only a later check
    can tell.

    If a kill left it open whether the write was ever sent, it is planned again. A write that a
    person edited since is not lost: it is done if the new words state the same (`still_stated`). A
    write that was read back and soon shows the old value again is unconfirmed; if the old value
    still shows later, another program changed it.
    """
    overlaid = sent.overlaid(fields, same, prompt)
    if sent.shown(fields, same) or (overlaid and still_stated):
        return None if sent.state == Outcome.DONE else (Outcome.DONE, "")
    if sent.state in (Outcome.DONE, SEEN_BEFORE):
        flickers = sent.may_come(now, within) and sent.shows_old_again(fields, same, prompt)
        settled_as = (SEEN_BEFORE, UNCONFIRMED) if flickers else (Outcome.DONE, "")
        return None if sent.state == settled_as[0] else settled_as
    if sent.state not in (Outcome.UNCONFIRMED, INTERRUPTED):
        return None
    refuted = sent.refuted(fields, same, prompt) and not overlaid
    if sent.may_come(now, within) and not refuted:
        return None
    old = all(
        same(n, tuple(sent.expected.get(n, ())), fields.get(n, ()))
        and not same(n, tuple(v), fields.get(n, ()))
        for n, v in sent.edit.items()
    )
    if sent.state == INTERRUPTED:
        return (Outcome.PLANNED, "") if old else None
    waited = phrases.whole_span(within)
    if refuted:
        return Outcome.FAILED, GONE
    if old:
        return NOT_TAKEN, worded(
            "This was sent, and {waited} later it still does not show: it was not taken. It can "
            "be planned again.",
            waited=waited,
        )
    return NOT_TAKEN, worded(
        "This was sent, and {waited} later it reads differently from what was written. It can be "
        "planned again.",
        waited=waited,
    )
