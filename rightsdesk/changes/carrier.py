"""The interface between the engine and carriers: anything that holds declarations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Protocol

from sqlalchemy import Connection

from rightsdesk.changes.confirming import Sent
from rightsdesk.changes.types import Cancel, Change, Target
from rightsdesk.consent import Fields
from rightsdesk.consent.dialects import Suite
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError


@dataclass(frozen=True, slots=True)
class Observation:
    """A carrier as it is now. `stamp` differs whenever the carrier may have changed."""

    fields: Fields
    stamp: str


class Prepared(Protocol):
    """A write that is ready but has not touched anything yet."""

    @property
    def target(self) -> Target:
        """The carrier that will be written."""

    @property
    def side_effects(self) -> Fields:
        """Other owned fields that this write also changes: a second copyright line follows the
        first."""

    @property
    def before_image(self) -> bytes:
        """Everything that undo and recovery need to restore the old state."""

    def write(self) -> None:
        """Write. Afterwards the carrier is wholly new; after any exception it is wholly old."""


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """A change to prepare: see `Carrier.prepare`.

    `restore` is an earlier before-image to restore exactly. `coming` are earlier writes that were
    sent there and may show later.
    """

    change: Change
    restore: bytes | None = None
    coming: Sequence[Sent] = ()


Preparation = tuple[Observation, Prepared | None] | KnownError
"""The result of preparing a change. An error concerns that change alone."""


@dataclass(frozen=True, slots=True)
class Written:
    """The result of a write: what was read back, and the error, if any.

    `observation` is None if the carrier could not be read back (`unread` says why) or is known to
    be half written.
    """

    observation: Observation | None
    trouble: KnownError | None = None
    unread: KnownError | None = None


class RecoveryOutcome(Enum):
    """What recovery did about a write that a killed program may have left unfinished."""

    WHOLE = "whole"
    """The carrier is wholly old or wholly new, or was made so. Reading it shows which."""
    TAKEN_BACK = "taken back"
    """It was half written, and is wholly old again."""
    LEFT = "left"
    """Another program has changed it since. It was left as it is."""
    GONE = "gone"
    """It is not at its locator, and a search there has found nothing."""


class Ambiguous(KnownError):
    """Several carriers match the target."""

    cause = Cause.AMBIGUOUS
    skips = True


class AlreadySent(KnownError):
    """The same edit was sent before and does not show yet."""

    cause = Cause.NOT_SHOWN_YET
    skips = True

    def __init__(self) -> None:
        super().__init__(
            "This was sent already and is not confirmed yet.",
            untouched="It was not sent again.",
            advice="Check again later: that settles it.",
        )


class Carrier(Protocol):
    """Files, or the items of one platform. Every method raises KnownError subclasses."""

    batch: int
    """How many changes may share one journal commit."""

    @property
    def shows_within(self) -> timedelta:
        """How long reads may return older values after a write. Zero for files."""

    @property
    def suite(self) -> Suite:
        """The dialects that read and write its fields."""

    @property
    def prompt(self) -> Collection[str]:
        """The fields that always show the newest value."""

    def lane(self, target: Target) -> str:
        """The lane of a target. If one change in a lane fails for good, the rest of that lane is
        skipped; other lanes continue."""

    def ready(self, targets: Sequence[Target]) -> None:
        """Prepare what all targets need before the first is read, such as keys to accounts.

        An error raised here would hit every target.
        """

    def observe(self, target: Target) -> Observation:
        """Read the carrier now."""

    def prepare(
        self, requests: Iterable[ChangeRequest], cancel: Cancel
    ) -> Generator[tuple[ChangeRequest, Preparation], None, None]:
        """Read each carrier and prepare its write; may read some of them ahead.

        Yields each request with its preparation. There is no write if the carrier already holds the
        edit, or no longer has the change's stamp. `restore` is used if the carrier is still as that
        earlier change left it. Writes in `coming` count as made: see `confirming.made`. Ends once
        cancelled.
        """

    def write(
        self, prepared: Sequence[Prepared], cancel: Cancel
    ) -> Iterator[tuple[Prepared, Written]]:
        """Write, and yield each write with its result.

        Writes may run concurrently; each is durable when it is yielded. Once cancelled, started
        writes finish; the others are neither started nor yielded.
        """

    def holds(self, observation: Observation, edit: Fields) -> bool:
        """Whether the observed carrier holds the edit."""

    def undo_warning(
        self, target: Target, observation: Observation, before_image: Callable[[], bytes | None]
    ) -> str:
        """Why a person must agree before a change is undone there; "" if no agreement is needed.

        `before_image` loads the one of that change; restoring it exactly needs no agreement.
        """

    def with_original_essence(self, observation: Observation, before_image: bytes) -> Observation:
        """The observation of a carrier that was being written at a kill, completed from the
        before-image with what was true before the write."""

    def remember(
        self, connection: Connection, observations: Sequence[tuple[Target, Observation]]
    ) -> None:
        """Store these observations."""

    def settle(self, target: Target, before_image: bytes) -> RecoveryOutcome:
        """Make a carrier whole again that a kill may have left half written.

        Idempotent, even if a kill interrupts it.
        """

    def tidy(self, targets: Sequence[Target]) -> None:
        """Remove what interrupted writes may have left next to these carriers."""

    def find(
        self, target: Target, before_image: bytes | None, others: Collection[int]
    ) -> Target | None:
        """The new place of a carrier that is gone from its locator; None if it is not certain.

        Carriers with the ids `others` are ruled out. Raises Ambiguous.
        """


def prepare_lazily(
    prepare: Callable[[ChangeRequest], tuple[Observation, Prepared | None]],
    requests: Iterable[ChangeRequest],
) -> Generator[tuple[ChangeRequest, Preparation], None, None]:
    """Prepare requests lazily: each carrier is read only when its request comes."""
    for request in requests:
        try:
            preparation: Preparation = prepare(request)
        except KnownError as error:
            preparation = error
        yield request, preparation


def write_sequentially(
    carrier: Carrier, prepared: Sequence[Prepared], cancel: Cancel
) -> Iterator[tuple[Prepared, Written]]:
    """Write sequentially, and read each carrier back at once."""
    for write in prepared:
        if cancel.is_set():
            return
        trouble: KnownError | None = None
        try:
            write.write()
        except KnownError as error:
            trouble = error
        yield write, read_back(carrier, write.target, trouble)


def read_back(carrier: Carrier, target: Target, trouble: KnownError | None) -> Written:
    """Read back what was written, also after an error: the write may have succeeded."""
    if trouble is not None and trouble.half_written:
        return Written(None, trouble)
    try:
        return Written(carrier.observe(target), trouble)
    except KnownError as error:
        return Written(None, trouble, error)
