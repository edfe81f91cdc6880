"""A carrier in memory. Every step of the engine can be made to fail on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from sqlalchemy import Connection

from rightsdesk.changes.carrier import (
    ChangeRequest,
    Observation,
    Preparation,
    Prepared,
    RecoveryOutcome,
    Written,
    prepare_lazily,
    write_sequentially,
)
from rightsdesk.changes.edits import change_to
from rightsdesk.changes.types import Cancel, Change, JobKind, JobSubject, Plan, Target
from rightsdesk.consent import Declaration, Fields, Preset
from rightsdesk.consent.dialects.suites import FILE_SUITE
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError


class Killed(BaseException):
    """Simulates that the program is killed at this point."""


@dataclass
class Slot:
    """The fields of one carrier. `version` counts its changes."""

    fields: Fields = field(default_factory=dict)
    version: int = 0
    writes: int = 0

    def set(self, fields: Fields) -> None:
        self.fields = dict(fields)
        self.version += 1


@dataclass
class PreparedSlot:
    slot_carrier: SlotCarrier
    target: Target
    edit: Fields
    before_image: bytes
    side_effects: Fields = field(default_factory=dict)

    def write(self) -> None:
        self.slot_carrier.happen("write", self.target)
        slot = self.slot_carrier.slots[self.target.id]
        slot.writes += 1
        kept = {n: v for n, v in slot.fields.items() if n not in self.edit}
        slot.set({**kept, **{n: v for n, v in self.edit.items() if v}})
        self.slot_carrier.happen("written", self.target)


@dataclass
class SlotCarrier:
    """Slots as carriers. `trouble` is called before each step and may raise."""

    slots: dict[int, Slot]
    trouble: Callable[[str, Target], object] = lambda _step, _target: None
    remembered: dict[int, Fields] = field(default_factory=dict)
    settled: list[int] = field(default_factory=list)
    tidied: list[int] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=dict)
    cautions: dict[int, str] = field(default_factory=dict)
    settling: RecoveryOutcome = RecoveryOutcome.WHOLE
    image: bytes = b"image"
    forgetful: bool = False
    suite = FILE_SUITE
    batch = 3
    shows_within: timedelta = timedelta(0)
    prompt: tuple[str, ...] = ()
    ahead: int = 1
    backwards: bool = False

    def happen(self, step: str, target: Target) -> None:
        self.trouble(step, target)

    def lane(self, target: Target) -> str:
        return f"lane {target.id % 2}"

    def ready(self, targets: Sequence[Target]) -> None:
        for target in targets:
            self.happen("ready", target)

    def observe(self, target: Target) -> Observation:
        self.happen("observe", target)
        slot = self.slots[target.id]
        return Observation(dict(slot.fields), str(slot.version))

    def prepare(
        self, asked: Iterable[ChangeRequest], cancel: Cancel
    ) -> Generator[tuple[ChangeRequest, Preparation], None, None]:
        return prepare_lazily(self._prepare, self._ahead(asked))

    def _ahead(self, asked: Iterable[ChangeRequest]) -> Iterator[ChangeRequest]:
        """Requests a few more changes than it answers, as a real carrier may, and answers in any
        order.
        """
        line = iter(asked)
        while some := list(islice(line, self.ahead)):
            yield from reversed(some) if self.backwards else some

    def _prepare(self, asked: ChangeRequest) -> tuple[Observation, PreparedSlot | None]:
        self.happen("prepare", asked.change.target)
        observation = self.observe(asked.change.target)
        if observation.stamp != asked.change.stamp or self.holds(observation, asked.change.edit):
            return observation, None
        edit = {} if self.forgetful else asked.change.edit
        return observation, PreparedSlot(self, asked.change.target, edit, self.image)

    def write(
        self, prepared: Sequence[Prepared], cancel: Cancel
    ) -> Iterator[tuple[Prepared, Written]]:
        return write_sequentially(self, prepared[::-1] if self.backwards else prepared, cancel)

    def holds(self, observation: Observation, edit: Fields) -> bool:
        return all(observation.fields.get(name, ()) == tuple(value) for name, value in edit.items())

    def with_original_essence(self, observation: Observation, before_image: bytes) -> Observation:
        """The observation unchanged: this carrier does not know its earlier state."""
        return observation

    def remember(
        self, connection: Connection, observed: Sequence[tuple[Target, Observation]]
    ) -> None:
        self.remembered |= {target.id: observation.fields for target, observation in observed}

    def settle(self, target: Target, before_image: bytes) -> RecoveryOutcome:
        self.happen("settle", target)
        self.settled.append(target.id)
        return self.settling

    def undo_warning(
        self, target: Target, observation: Observation, before_image: Callable[[], bytes | None]
    ) -> str:
        return self.cautions.get(target.id, "")

    def tidy(self, targets: Sequence[Target]) -> None:
        self.tidied += [target.id for target in targets]

    def find(
        self, gone: Target, before_image: bytes | None, side_effects: Collection[int]
    ) -> Target | None:
        self.happen("find", gone)
        number = self.moved.get(gone.id)
        return None if number is None else target(number)


def target(number: int) -> Target:
    return Target(CarrierId.FILES, number, f"/music/{number}.flac", f"{number}.flac")


def carrier_of(number: int, fields: Mapping[str, tuple[str, ...]] | None = None) -> SlotCarrier:
    return SlotCarrier({i: Slot(dict(fields or {"TITLE": ("a",)})) for i in range(1, number + 1)})


def plan_for(slot_carrier: SlotCarrier, declared: Declaration, kind: JobKind = JobKind.TAG) -> Plan:
    """The plan that makes every slot state the declaration."""
    changes: list[Change] = []
    for number in slot_carrier.slots:
        observation = slot_carrier.observe(target(number))
        edit = slot_carrier.suite.edit(observation.fields, declared)
        if edit:
            changes.append(change_to(target(number), slot_carrier, observation, edit))
    return Plan(kind, JobSubject(Preset.NO_AI, ((CarrierId.FILES, len(changes)),)), tuple(changes))


class Trouble(KnownError):
    cause = Cause.SERVER_TROUBLE


class Stop(KnownError):
    cause = Cause.OFFLINE
    stops = True
