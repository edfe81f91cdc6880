"""The states of a change in the journal; the others are the values of `Outcome`."""

from rightsdesk.changes.types import Outcome
from rightsdesk.enums.causes import Cause

PLANNED, STARTED, RESUMED = "planned", "started", "resumed"
INTERRUPTED = "interrupted"
"""The change had started when the program was killed or its answer was lost."""
SEEN_BEFORE = "seen before"
"""The change was read back, and soon after the carrier showed the old value again, for example from
another cache edge. It counts as unconfirmed."""
NOT_TAKEN = "not taken"
"""The change was sent, and the carrier did not show it even after its own delay. It counts as
failed."""
UNCONFIRMED = Outcome.UNCONFIRMED.value

OPEN = (PLANNED, INTERRUPTED)
"""Changes that a stopped job did not make, or may not have made."""
UNSETTLED = (STARTED, INTERRUPTED, UNCONFIRMED, SEEN_BEFORE)
"""Sent changes that may show later."""
MADE = (Outcome.DONE.value, INTERRUPTED, UNCONFIRMED, SEEN_BEFORE)
"""Changes that were confirmed as written, or may have been written."""

NEEDS_ANOTHER_FILE = frozenset(
    {
        Cause.DAMAGED,
        Cause.DAMAGED_XMP,
        Cause.EMPTY,
        Cause.NOT_A_FILE,
        Cause.NOT_AUDIO,
        Cause.TOO_LARGE,
        Cause.UNSUPPORTED,
        Cause.WOULD_HARM,
    }
)
"""Causes that are in the file itself: trying again fails the same way until the file is repaired or
replaced, and read again."""
READ_FIRST = NEEDS_ANOTHER_FILE | {
    Cause.CHANGED_SINCE,
    Cause.CHANGED_ON_DISK,
    Cause.GONE,
    Cause.SHARE_GONE,
    Cause.UNREAD,
}
"""Causes that end once the file was read again: as it is now, or where it is now."""
