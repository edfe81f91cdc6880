"""Writes that were sent and that the carrier does not show, or did not when it was last read.

A cache stands before a site, a platform carries a write out later, the program was killed
before the answer came. Such a write is neither done nor failed. Each look at the carrier
settles it, if it can: it is done once the carrier shows it, and was not taken where the
carrier still shows the old, later than the platform's own delay (`Carrier.shows_within`).
Until then it counts as made: it is not sent again, and an undo writes the old value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsdesk import phrases
from rightsdesk.changes.types import Outcome
from rightsdesk.consent import Fields

UNCONFIRMED = (
    "Written, but it reads back differently for now. It is not sent again: the next look settles "
    "it, and until then it can be undone."
)
UNREAD = "Written, but it could not be read back: {why} The next look settles it."
OVERWRITTEN = "Written over by a later job before it was confirmed."
GONE = "This was written, and is no longer there. It can be planned again."
WAITS = (
    "This was sent before the program stopped, and does not show. It is not sent again before "
    "{when}: look again after that."
)

INTERRUPTED = "interrupted"
"""Of the journal: a change that was begun when the program was killed, or when its answer was
lost."""
SEEN_BEFORE = "seen before"
"""Of the journal: a change that was read back, and of which the carrier showed the old again
soon after: another edge of its cache, say. It counts as unconfirmed."""
NOT_TAKEN = "not taken"
"""Of the journal: a change that was sent, and that the carrier did not show even later than its
own delay. It counts as failed."""

Same = Callable[[str, tuple[str, ...], tuple[str, ...]], bool]
"""Whether a field, as it is told, is what was written: see `Platform.same`."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A write that was sent: which change, in which state, from what to what, and when (aware,
    UTC; None where that is not known)."""

    id: int
    target_id: int
    state: str
    edit: Fields
    expected: Fields
    at: datetime | None

    def may_come(self, now: datetime, within: timedelta) -> bool:
        """Whether a carrier that is read now may show the old although the write was taken."""
        return self.at is not None and now < self.at + within

    def shown(self, fields: Fields, same: Same) -> bool:
        """Whether fields hold all that was written."""
        return all(same(n, tuple(v), fields.get(n, ())) for n, v in self.edit.items())

    def refuted(self, fields: Fields, same: Same, prompt: Collection[str]) -> bool:
        """Whether a field that is read where it is written does not hold what was written: so
        the write was not taken, or is gone again."""
        return any(
            name in prompt and not same(name, tuple(values), fields.get(name, ()))
            for name, values in self.edit.items()
        )

    def overlaid(self, fields: Fields, same: Same, prompt: Collection[str]) -> bool:
        """Whether a field that is read where it is written holds neither what was written nor
        what stood before: somebody edited it since."""
        return any(
            name in prompt
            and not same(name, tuple(values), fields.get(name, ()))
            and not same(name, tuple(self.expected.get(name, ())), fields.get(name, ()))
            for name, values in self.edit.items()
        )

    def shows_old_again(self, fields: Fields, same: Same, prompt: Collection[str]) -> bool:
        """Whether fields hold nothing but what was written and what stood before, and the old
        only where a cache may give it out."""
        known = all(self.explains(name, fields.get(name, ()), same) for name in self.edit)
        return known and not self.refuted(fields, same, prompt)

    def explains(self, name: str, value: tuple[str, ...], same: Same) -> bool:
        """Whether a field's value is one of this write: what it set, or what stood before."""
        known = (self.edit[name], self.expected.get(name, ())) if name in self.edit else ()
        return any(same(name, tuple(one), value) for one in known)


def made(
    fields: Fields, sent: Iterable[Sent], same: Same, prompt: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """What a carrier that shows `fields` will hold once writes arrive that it doesn't show yet.

    Only where it shows what stood before a write: anything else came later. `prompt` are the
    fields that are read where they are written, so that one which is gone there won't come.
    """
    now = {name: tuple(values) for name, values in fields.items()}
    for one in sent:
        if one.refuted(fields, same, prompt) and not one.overlaid(fields, same, prompt):
            continue
        for name, values in one.edit.items():
            if same(name, tuple(one.expected.get(name, ())), now.get(name, ())):
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
    still_said: bool = False,
) -> tuple[str, str] | None:
    """What a look shows of a write, as a state of the journal and a sentence; None where only a
    later look can tell.

    One of which a kill left open whether it was ever sent is planned again. What somebody
    edited since is no write that is gone: it is done once it says what was written in other
    words (`still_said`). What was read back and shows the old again soon after was not changed
    by others; it was if the old still shows later.
    """
    overlaid = sent.overlaid(fields, same, prompt)
    if sent.shown(fields, same) or (overlaid and still_said):
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
        why = f"This was sent, and {waited} later it still does not show: it was not taken."
    else:
        why = f"This was sent, and {waited} later it reads differently from what was written."
    return NOT_TAKEN, f"{why} It can be planned again."
