"""Whether an older change is still wanted: the one rule for whatever carries a plan on.

Resuming, retrying, a job that waited for a quota, a redo, and a job that runs while somebody
chooses anew: each compares every change with what is wanted now. A change is still wanted
where the carrier will then hold, in all that the change sets, what a new plan would leave as
it is. So a date in a field, or a language that says less, makes no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rightsdesk.changes.types import Change, JobKind, JobSubject, Target
from rightsdesk.consent import Consent, Fields
from rightsdesk.consent.dialects import Suite
from rightsdesk.consent.fields import edited
from rightsdesk.consent.losses import AnyLoss

CHANGED_CHOICE = "changed-choice"
"""Cause of a change that was dropped, as it is no longer wanted."""

NO_LONGER = (
    "You have chosen something else since this was agreed to. Compare again to see what "
    "there is to do now."
)
NOTHING_WANTED = (
    "Nothing is chosen for this any more, so it was left as it is. Choose first what AI may do "
    "with it."
)
NO_LONGER_BACK = (
    "You have chosen something else since, so this was not brought back. Compare again, or undo "
    "the first job once more."
)
CHANGED_THERE = (
    "Somebody else, or another program, changed this since. It was left as it is, since the older "
    "text would no longer say what you want. Compare again to see what there is to do now."
)
PLANNED_ANEW = "You have chosen something else since this job began: this is what you want now."


class WantedNow(Protocol):
    """What is wanted of one carrier now."""

    @property
    def consent(self) -> Consent:
        """What AI may do."""

    @property
    def fields(self) -> Fields:
        """What the carrier held when it was last read."""

    @property
    def stamp(self) -> str:
        """The carrier's stamp when it was last read."""

    def edit(self, fields: Fields) -> Fields:
        """The edit after which these fields say what is wanted; empty where they do."""

    def losses(self, fields: Fields) -> tuple[AnyLoss, ...]:
        """What can't be said there as it is wanted."""


class Choices(Protocol):
    """What is wanted now, by carrier. May be asked from any thread."""

    def version(self) -> str:
        """Differs whenever a choice, or what goes with one, was changed."""

    def ready(self, targets: Sequence[Target]) -> None:
        """Find out about several carriers at once."""

    def of(self, target: Target) -> WantedNow | None:
        """What is wanted there; None where nothing is, or the carrier is no longer known."""

    def about(self, targets: Sequence[Target]) -> JobSubject:
        """What a job is about that writes there what is wanted."""


def no_longer(
    kind: JobKind,
    change: Change,
    fields: Fields,
    suite: Suite,
    choices: Choices,
    *,
    as_meant: Fields | None = None,
) -> str:
    """Why a change to a carrier that holds `fields` is not wanted any more; "" if it still is.

    An undo was asked for with the choice of that time in view, and has nothing to do with it.
    Once there is another choice, an undo only brings back what that asks for. `as_meant` are
    the values that are to come back, where the change itself keeps what others edited since.
    """
    now = choices.of(change.target)
    if kind is JobKind.UNDO:
        consent = now.consent if now is not None else Consent()
        if now is None or change.wanted == consent:
            return ""
    if now is None:
        return NOTHING_WANTED
    left = now.edit(suite.edited(fields, change.edit))
    if not left.keys() & change.edit.keys():
        return ""
    if as_meant is not None and not now.edit(edited(fields, as_meant)).keys() & as_meant.keys():
        return CHANGED_THERE
    return NO_LONGER_BACK if kind.goes_back else NO_LONGER
