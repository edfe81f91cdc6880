"""The two kinds of failure: external ones, which a person can understand, and bugs.

`KnownError` is an external failure: a full disk, a locked file, no network, a revoked login. It
carries sentences for people. Every other exception is a bug, and surfaces as one.
"""

from datetime import datetime

from rightsdesk.enums.causes import Cause
from rightsdesk.sentences import together


class KnownError(Exception):
    """Something outside RightsDesk went wrong, in words for a person.

    `sentence` says what happened, `advice` what to do (may be empty), and `untouched` what was left
    unchanged (may be empty). Subclasses have a `cause`, so that failures of one cause can be shown
    together.
    """

    cause: Cause = Cause.OTHER
    skips = False
    """Whether the item was only skipped, and did not fail."""
    stops = False
    """Whether the next call on the same line would fail the same way (offline, quota)."""
    stays_open = False
    """Whether the change stays open until a person has acted, for example with a new sign-in."""
    wears_out = False
    """Whether a few in a row mean that the next would fail too: the server has a problem."""
    accepted = False
    """Whether a write was taken all the same, and only does not show yet."""
    unsure = False
    """Whether a write may have been taken, because its answer was lost."""

    half_written = False
    """Whether the target may be neither old nor new: it must be read again."""

    def __init__(self, sentence: str, *, advice: str = "", untouched: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.advice = advice
        self.untouched = untouched

    @property
    def due(self) -> datetime | None:
        """When it will end without help (aware, UTC); None if that is unknown or a person must act
        first."""
        return None

    @property
    def parts(self) -> tuple[str, ...]:
        """Its sentences in the order in which they are said: what happened, what was left
        unchanged, what to do."""
        return tuple(part for part in (self.sentence, self.untouched, self.advice) if part)

    def __str__(self) -> str:
        return together(self.parts)
