"""Whether an open change still fits the current consents.

One rule for everything that continues a plan: resuming, retrying, a job that waited for a quota, a
redo, and a job during which a consent changes. Each compares every change with the current consent.
A change still fits if a new plan would leave alone every field that the change sets. So a date in a
field, or a dialect that states less, makes no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rightsdesk.changes.types import Change, JobKind, JobSubject, Target
from rightsdesk.consent import Consent, Fields
from rightsdesk.consent.dialects import Suite
from rightsdesk.consent.fields import edited
from rightsdesk.consent.losses import AnyLoss

NO_LONGER = (
    "You have changed the consent since you agreed to this. Compare again to see what there is "
    "to do now."
)
NO_CONSENT = (
    "There is no consent for this any more, so it was left as it is. First choose what AI may do "
    "with it."
)
NO_LONGER_BACK = (
    "You have changed the consent since, so this was not restored. Compare again, or undo the "
    "first job once more."
)
CHANGED_THERE = (
    "Someone else, or another program, changed this since. It was left as it is, since the older "
    "text would no longer say what you chose. Compare again to see what there is to do now."
)
PLANNED_AGAIN = "You have changed the consent since this job began: this is what you chose last."


class CurrentConsent(Protocol):
    """The current consent for one carrier, and its last observation."""

    @property
    def consent(self) -> Consent:
        """What AI may do."""

    @property
    def fields(self) -> Fields:
        """The carrier's fields at its last observation."""

    @property
    def stamp(self) -> str:
        """The carrier's stamp at its last observation."""

    def edit(self, fields: Fields) -> Fields:
        """The edit that makes fields state the consent; empty if they already do."""

    def losses(self, fields: Fields) -> tuple[AnyLoss, ...]:
        """What the carrier cannot state of the consent."""


class CurrentConsents(Protocol):
    """The current consents, by carrier. All methods are thread-safe."""

    def version(self) -> str:
        """A value that differs whenever a consent or its declaration changed."""

    def ready(self, targets: Sequence[Target]) -> None:
        """Load the consents of several targets at once."""

    def of(self, target: Target) -> CurrentConsent | None:
        """The current consent for a target; None if there is none or the carrier no longer
        exists."""

    def about(self, changes: Sequence[Change]) -> JobSubject:
        """The subject of a job that writes the current consents by these changes."""


def no_longer(
    kind: JobKind,
    change: Change,
    fields: Fields,
    suite: Suite,
    current: CurrentConsents | None,
    *,
    as_meant: Fields | None = None,
) -> str:
    """Why a change to a carrier that holds `fields` no longer fits; "" if it still does.

    An undo was requested in view of the consent of that time, so that consent does not stop it.
    After a later change of consent, an undo restores only what the new consent asks for. `as_meant`
    are the values to restore, if the change itself keeps what others edited since. Without
    `current` consents every change fits.
    """
    if current is None:
        return ""
    now = current.of(change.target)
    if kind is JobKind.UNDO:
        consent = now.consent if now is not None else Consent()
        if now is None or change.consent == consent:
            return ""
    if now is None:
        return NO_CONSENT
    left = now.edit(suite.edited(fields, change.edit))
    if not left.keys() & change.edit.keys():
        return ""
    if as_meant is not None and not now.edit(edited(fields, as_meant)).keys() & as_meant.keys():
        return CHANGED_THERE
    return NO_LONGER_BACK if kind.goes_back else NO_LONGER
