"""What the engine needs of anything that holds declarations: the carrier's interface."""

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
from rightsdesk.errors import KnownError


@dataclass(frozen=True, slots=True)
class Observation:
    """A carrier as it is now. `stamp` differs whenever it may have changed."""

    fields: Fields
    stamp: str


class Prepared(Protocol):
    """A write that is worked out but has not touched anything."""

    @property
    def target(self) -> Target:
        """What will be written."""

    @property
    def side_effects(self) -> Fields:
        """What else of ours will read otherwise, beyond what was asked for: a second
        copyright line follows the first."""

    @property
    def before_image(self) -> bytes:
        """All that undo and recovery need to bring back the old state."""

    def write(self) -> None:
        """Do it: afterwards the carrier is wholly new, or on any exception wholly old."""


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """A change that is to be worked out: see `Carrier.prepare`.

    `restore` is an earlier before-image to return to exactly. `coming` was sent there before
    and may show later.
    """

    change: Change
    restore: bytes | None = None
    coming: Sequence[Sent] = ()


Preparation = tuple[Observation, Prepared | None] | KnownError
"""What came of working out a change; an error is one of that change alone."""


@dataclass(frozen=True, slots=True)
class Written:
    """A write that was tried: what was read back, and what went wrong with it, if anything.

    `look` is None where the carrier could not be read back, for which `unread` is the reason,
    or is known to be half written.
    """

    observation: Observation | None
    trouble: KnownError | None = None
    unread: KnownError | None = None


class RecoveryOutcome(Enum):
    """What was done about a write that a killed program may have left unfinished."""

    WHOLE = "whole"
    """It was found wholly old or wholly new, or is now wholly old or new. Look to know."""
    TAKEN_BACK = "taken back"
    """It was half written, and is wholly old again."""
    LEFT = "left"
    """Something else has changed it since, and it was left as it is."""
    GONE = "gone"
    """It is not where it was, and has been looked for there since."""


class Ambiguous(KnownError):
    """Several carriers may be the one that was meant."""

    cause = "ambiguous"
    skips = True


class AlreadySent(KnownError):
    """The same was sent before, and does not show yet."""

    cause = "not-shown-yet"
    skips = True

    def __init__(self) -> None:
        super().__init__(
            "This was sent already and is not confirmed yet.",
            untouched="It was not sent again.",
            advice="Look again later: that settles it.",
        )


class Carrier(Protocol):
    """Files, or the items of one platform. Every method raises KnownError subclasses."""

    batch: int
    """How many changes may share one journal commit."""

    @property
    def shows_within(self) -> timedelta:
        """How long it may show something older than what was written; zero on this computer."""

    @property
    def suite(self) -> Suite:
        """What its fields say, and how to make them say something."""

    @property
    def prompt(self) -> Collection[str]:
        """The fields that never show anything older."""

    def lane(self, target: Target) -> str:
        """Changes in one lane share a fate: one account that is offline stops its own only."""

    def ready(self, targets: Sequence[Target]) -> None:
        """See to what all of them need, before the first is looked at: the keys to accounts.

        What it raises would be met by each of them.
        """

    def observe(self, target: Target) -> Observation:
        """Read the carrier now."""

    def prepare(
        self, asked: Iterable[ChangeRequest], cancel: Cancel
    ) -> Generator[tuple[ChangeRequest, Preparation], None, None]:
        """Read each carrier, and work out its write, some of them ahead.

        Each comes with the request that it answers. There is no write where the carrier
        holds the edit already, or is no longer at the change's stamp. `restore` is used where
        the carrier still is what that earlier change left behind. What is `coming` counts as
        made: see `confirming.made`. Once cancelled, it ends.
        """

    def write(
        self, prepared: Sequence[Prepared], cancel: Cancel
    ) -> Iterator[tuple[Prepared, Written]]:
        """Do the writes, and yield each with what came of it.

        They may be done side by side; each is durable when it is yielded. Once cancelled,
        those that have begun are finished, and the rest is neither begun nor yielded.
        """

    def holds(self, observation: Observation, edit: Fields) -> bool:
        """Whether the carrier now has what the edit asked for."""

    def undo_warning(
        self, target: Target, observation: Observation, before_image: Callable[[], bytes | None]
    ) -> str:
        """Why a person has to agree before a change is taken back there; "" for no reason.

        `before_image` is of that change: to return to it exactly needs no agreement.
        """

    def with_original_essence(self, observation: Observation, before_image: bytes) -> Observation:
        """A look at a carrier that was written when the program was killed, with what only
        the before-image tells of the time before."""

    def remember(self, connection: Connection, seen: Sequence[tuple[Target, Observation]]) -> None:
        """Note in the store what was seen."""

    def settle(self, target: Target, before_image: bytes) -> RecoveryOutcome:
        """Bring a carrier that a kill may have left half written back to a whole state.

        Doing it again, also after a kill in the middle of it, comes to the same end.
        """

    def tidy(self, targets: Sequence[Target]) -> None:
        """Remove what interrupted writes may have left beside these carriers."""

    def find(
        self, target: Target, before_image: bytes | None, side_effects: Collection[int]
    ) -> Target | None:
        """Where a carrier that is gone from its place is now, if that is certain.

        Those with the ids `side_effects` are other ones. Raises Ambiguous.
        """


def each_when_due(
    prepare: Callable[[ChangeRequest], tuple[Observation, Prepared | None]],
    asked: Iterable[ChangeRequest],
) -> Generator[tuple[ChangeRequest, Preparation], None, None]:
    """The plain way to prepare: nothing is read before it is asked for."""
    for one in asked:
        try:
            preparation: Preparation = prepare(one)
        except KnownError as error:
            preparation = error
        yield one, preparation


def one_by_one(
    carrier: Carrier, prepared: Sequence[Prepared], cancel: Cancel
) -> Iterator[tuple[Prepared, Written]]:
    """The plain way to write: one after the other, each read back at once."""
    for one in prepared:
        if cancel.is_set():
            return
        trouble: KnownError | None = None
        try:
            one.write()
        except KnownError as error:
            trouble = error
        yield one, read_back(carrier, one.target, trouble)


def read_back(carrier: Carrier, target: Target, trouble: KnownError | None) -> Written:
    """Look at what was written, also after an error: its work may be done all the same."""
    if trouble is not None and trouble.half_written:
        return Written(None, trouble)
    try:
        return Written(carrier.observe(target), trouble)
    except KnownError as error:
        return Written(None, trouble, error)
