"""Writes that a carrier accepts but does not show at once: confirmed later, never sent twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count, product

import pytest

from rightsdesk.changes import job_infos
from rightsdesk.changes.apply import apply
from rightsdesk.changes.carrier import (
    AlreadySent,
    ChangeRequest,
    Observation,
    Prepared,
    Written,
    write_sequentially,
)
from rightsdesk.changes.confirming import Sent, made, settled
from rightsdesk.changes.recover import recover
from rightsdesk.changes.states import NOT_TAKEN
from rightsdesk.changes.types import Cancel, JobKind, JobReport, Never, Outcome, Plan, Target
from rightsdesk.changes.undo import plan_resume, plan_undo
from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.errors import Offline, RateLimited, Refused, ServerTrouble
from rightsdesk.store.database import Database
from tests.changes.slots import Killed, PreparedSlot, Slot, SlotCarrier, plan_for
from tests.fake_clock import NOON, FakeClock

NO_AI, ASK = (Declaration(PRESETS[p]) for p in (Preset.NO_AI, Preset.ASK_FIRST))
WITHIN = timedelta(minutes=10)


@dataclass
class LateCarrier(SlotCarrier):
    """Shows the old state of each slot until `arrived` is called."""

    shows_within: timedelta = WITHIN
    batch: int = 1
    stale: dict[int, tuple[dict[str, tuple[str, ...]], int]] = field(default_factory=dict)
    caches: bool = True

    def observe(self, target: Target) -> Observation:
        self.happen("observe", target)
        slot = self.slots[target.id]
        fields, version = self.stale.get(target.id, (dict(slot.fields), slot.version))
        return Observation(dict(fields), str(version))

    def write(
        self, prepared: Sequence[Prepared], cancel: Cancel
    ) -> Iterator[tuple[Prepared, Written]]:
        for change in prepared:
            slot = self.slots[change.target.id]
            if self.caches:
                self.stale.setdefault(change.target.id, (dict(slot.fields), slot.version))
            yield from write_sequentially(self, [change], cancel)

    def _prepare(self, asked: ChangeRequest) -> tuple[Observation, PreparedSlot | None]:
        observation = self.observe(asked.change.target)
        fields = made(observation.fields, asked.coming, lambda _, left, right: left == right)
        if observation.stamp != asked.change.stamp or (
            not asked.coming and self.holds(observation, asked.change.edit)
        ):
            return observation, None
        if self.holds(replace(observation, fields=fields), asked.change.edit):
            raise AlreadySent
        return observation, PreparedSlot(self, asked.change.target, asked.change.edit, self.image)

    def arrived(self) -> None:
        self.stale.clear()


def late(number: int = 3) -> LateCarrier:
    return LateCarrier({i: Slot({"TITLE": ("a",)}) for i in range(1, number + 1)})


def run(
    database: Database, slot_carrier: SlotCarrier, plan: Plan, fake_clock: FakeClock
) -> JobReport:
    carriers = {CarrierId.FILES: slot_carrier}
    agreed = plan.confirmation()
    return apply(
        plan, database=database, carriers=carriers, confirmed=agreed, clock=fake_clock.clock
    )


def back(
    database: Database, slot_carrier: SlotCarrier, fake_clock: FakeClock, job: int = 1
) -> Plan:
    [info] = [found for found in job_infos.job_list(database) if found.id == job]
    watch: tuple[Callable[..., None], Never] = (lambda *_: None, Never())
    return plan_undo(
        database, info, {CarrierId.FILES: slot_carrier}, *watch, clock=fake_clock.clock
    )


def rest(
    database: Database, slot_carrier: SlotCarrier, fake_clock: FakeClock, job: int = 1
) -> Plan:
    [info] = [found for found in job_infos.job_list(database) if found.id == job]
    watch: tuple[Callable[..., None], Never] = (lambda *_: None, Never())
    return plan_resume(
        database, info, {CarrierId.FILES: slot_carrier}, *watch, clock=fake_clock.clock
    )


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


def test_a_write_that_is_not_shown_at_once_is_unconfirmed(
    database: Database, fake_clock: FakeClock
) -> None:
    slot_carrier = late()
    report = run(database, slot_carrier, plan_for(slot_carrier, NO_AI), fake_clock)
    assert report.counts == {"unconfirmed": 3}
    assert report.failures == {}
    assert all("not sent again" in result.problem for result in report.results)
    [job] = job_infos.job_list(database)
    assert (job.counts, job.undoable, job.open_changes) == ({"unconfirmed": 3}, True, 0)


def test_an_unconfirmed_write_can_be_undone(database: Database, fake_clock: FakeClock) -> None:
    slot_carrier = late()
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI), fake_clock)
    plan = back(database, slot_carrier, fake_clock)
    assert len(plan.planned) == 3
    run(database, slot_carrier, plan, fake_clock)
    slot_carrier.arrived()
    assert {tuple(slot.fields) for slot in slot_carrier.slots.values()} == {("TITLE",)}
    first = next(job for job in job_infos.job_list(database) if job.id == 1)
    assert first.undone_by == 2
    again = back(database, slot_carrier, fake_clock, 2)
    assert again.kind is JobKind.REDO


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Offline("gone"), "unconfirmed"),
        (RateLimited("slow", until=NOON + timedelta(hours=1)), "unconfirmed"),
    ],
)
def test_an_accepted_write_that_cannot_be_read_back_is_no_failure(
    database: Database, fake_clock: FakeClock, error: KnownError, outcome: str
) -> None:
    slot_carrier = late(2)
    written: list[int] = []

    def trouble(step: str, target: Target) -> None:
        if step == "written":
            written.append(target.id)
        if step == "observe" and target.id in written:
            raise error

    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.trouble = trouble
    report = run(database, slot_carrier, plan, fake_clock)
    [result] = [r for r in report.results if r.change.target.id == 1]
    assert result.outcome == outcome
    assert "could not be read back" in result.problem
    slot_carrier.trouble = lambda *_: None
    assert back(database, slot_carrier, fake_clock).planned


@pytest.mark.parametrize(
    ("error", "undoable"),
    [(Refused("no"), False), (ServerTrouble("ill"), True), (Offline("lost"), True)],
)
def test_a_failure_without_an_answer_can_be_undone_once_it_shows(
    database: Database, fake_clock: FakeClock, error: KnownError, undoable: bool
) -> None:
    slot_carrier = late(1)
    plan = plan_for(slot_carrier, NO_AI)
    step = "write" if isinstance(error, Refused) else "written"

    def trouble(now: str, target: Target) -> None:
        if now == step:
            raise error

    slot_carrier.trouble = trouble
    assert run(database, slot_carrier, plan, fake_clock).counts == {"failed": 1}
    slot_carrier.trouble = lambda *_: None
    [job] = job_infos.job_list(database)
    assert (job.undoable, job.doubtful) == (undoable, undoable)
    slot_carrier.arrived()
    if undoable:
        run(database, slot_carrier, back(database, slot_carrier, fake_clock), fake_clock)
        assert slot_carrier.slots[1].fields == {"TITLE": ("a",)}


def killed_at(step: str, number: int) -> Callable[[str, Target], None]:
    calls = count(1)

    def trouble(now: str, target: Target) -> None:
        if now == step and next(calls) == number:
            raise Killed

    return trouble


@pytest.mark.parametrize(("step", "arrives"), list(product(["write", "written"], [False, True])))
def test_after_a_kill_a_write_is_unconfirmed_until_a_check_settles_it(
    database: Database, fake_clock: FakeClock, step: str, arrives: bool
) -> None:
    slot_carrier = late()
    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.trouble = killed_at(step, 2)
    with pytest.raises(Killed):
        run(database, slot_carrier, plan, fake_clock)
    slot_carrier.trouble = lambda *_: None
    recover(database, {})
    [job] = job_infos.job_list(database)
    assert job.counts == {"unconfirmed": 2, "planned": 1}
    assert job.open_changes == 2

    soon = rest(database, slot_carrier, fake_clock)
    assert [change.outcome for change in soon.changes] == ["unconfirmed", "planned"]
    assert "not sent again before" in soon.changes[0].problem
    run(database, slot_carrier, soon, fake_clock)
    writes = [slot.writes for slot in slot_carrier.slots.values()]
    assert writes == [1, int(step == "written"), 1], "each write is sent only once"

    fake_clock.move(minutes=10)
    if arrives:
        slot_carrier.arrived()
    last = rest(database, slot_carrier, fake_clock)
    run(database, slot_carrier, last, fake_clock)
    slot_carrier.arrived()
    assert all(
        slot_carrier.suite.read(s.fields).consent == NO_AI.consent
        for s in slot_carrier.slots.values()
    )
    if arrives and step == "written":
        assert slot_carrier.slots[2].writes == 1
    assert not any(job.open_changes for job in job_infos.job_list(database))


@pytest.mark.parametrize(
    ("step", "number", "resumed", "arrives"),
    list(product(["write", "written"], [1, 2, 3], [False, True], [False, True])),
)
def test_every_write_sent_before_a_kill_can_be_undone(
    database: Database, fake_clock: FakeClock, step: str, number: int, resumed: bool, arrives: bool
) -> None:
    slot_carrier = late()
    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.trouble = killed_at(step, number)
    with pytest.raises(Killed):
        run(database, slot_carrier, plan, fake_clock)
    slot_carrier.trouble = lambda *_: None
    recover(database, {})
    if arrives:
        slot_carrier.arrived()
    if resumed:
        run(database, slot_carrier, rest(database, slot_carrier, fake_clock), fake_clock)
    for job in sorted(job_infos.job_list(database), key=lambda job: -job.id):
        if job.undoable and job.kind is not JobKind.UNDO:
            run(
                database, slot_carrier, back(database, slot_carrier, fake_clock, job.id), fake_clock
            )
    slot_carrier.arrived()
    assert {tuple(slot.fields) for slot in slot_carrier.slots.values()} == {("TITLE",)}


def test_a_killed_undo_resumes_where_it_stopped(database: Database, fake_clock: FakeClock) -> None:
    slot_carrier = replace_late(late())
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI), fake_clock)
    plan = back(database, slot_carrier, fake_clock)
    slot_carrier.trouble = killed_at("written", 2)
    with pytest.raises(Killed):
        run(database, slot_carrier, plan, fake_clock)
    slot_carrier.trouble = lambda *_: None
    recovered = recover(database, {})
    assert recovered.unfinished == 2
    second, first = job_infos.job_list(database)
    assert (first.undone_by, first.undo_open, second.open_changes) == (2, 2, 2)
    assert run(
        database, slot_carrier, rest(database, slot_carrier, fake_clock, 2), fake_clock
    ).counts == {
        "done": 1,
        "unchanged": 1,
    }
    assert {tuple(slot.fields) for slot in slot_carrier.slots.values()} == {("TITLE",)}
    assert not any(job.open_changes for job in job_infos.job_list(database))


@pytest.mark.parametrize(("step", "number"), list(product(["write", "written"], [1, 2, 3])))
def test_repeating_a_killed_undo_leaves_nothing_open(
    database: Database, fake_clock: FakeClock, step: str, number: int
) -> None:
    slot_carrier = replace_late(late())
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI), fake_clock)
    plan = back(database, slot_carrier, fake_clock)
    slot_carrier.trouble = killed_at(step, number)
    with pytest.raises(Killed):
        run(database, slot_carrier, plan, fake_clock)
    slot_carrier.trouble = lambda *_: None
    recover(database, {})
    first = job_infos.job_list(database)[-1]
    if first.undone_by is None:
        run(database, slot_carrier, back(database, slot_carrier, fake_clock), fake_clock)
    fake_clock.move(minutes=10)
    for job in job_infos.job_list(database):
        if job.open_changes:
            run(
                database, slot_carrier, rest(database, slot_carrier, fake_clock, job.id), fake_clock
            )
    assert {tuple(slot.fields) for slot in slot_carrier.slots.values()} == {("TITLE",)}
    assert not any(job.open_changes or job.undo_open for job in job_infos.job_list(database))


def replace_late(slot_carrier: LateCarrier) -> LateCarrier:
    """The same carrier without a cache: it shows each write at once."""
    return replace(slot_carrier, caches=False)


OLD, NEW = {"a": ("1",), "b": ("1",)}, {"a": ("2",), "b": ("2",)}


@pytest.mark.parametrize(
    ("shown", "later", "outcome"),
    [
        (NEW, False, Outcome.DONE),
        (NEW, True, Outcome.DONE),
        (OLD, False, None),
        (OLD, True, NOT_TAKEN),
        ({**OLD, "a": ("2",)}, False, None),
        ({**OLD, "a": ("2",)}, True, NOT_TAKEN),
        ({**OLD, "a": ("3",)}, False, None),
        ({**OLD, "a": ("3",)}, True, NOT_TAKEN),
    ],
)
def test_an_observation_settles_a_write_where_it_can(
    shown: dict[str, tuple[str, ...]], later: bool, outcome: str | None
) -> None:
    sent = Sent(1, 1, "unconfirmed", NEW, OLD, NOON)
    now = NOON + (WITHIN if later else timedelta(0))
    found = settled(sent, shown, lambda _, left, right: left == right, now, WITHIN)
    assert (found[0] if found else None) == outcome
    if outcome == NOT_TAKEN and found:
        assert "10 minutes later" in found[1]
        assert ("not taken" in found[1]) == (shown == OLD)


def test_a_write_undone_before_its_confirmation_is_no_failure(
    database: Database, fake_clock: FakeClock
) -> None:
    slot_carrier = late()
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI), fake_clock)
    run(database, slot_carrier, back(database, slot_carrier, fake_clock), fake_clock)
    second, first = job_infos.job_list(database)
    assert first.counts == {"overwritten": 3}
    assert (first.undone_by, first.undoable) == (second.id, False)


@pytest.mark.parametrize("resumed", [False, True])
def test_an_interrupted_job_with_nothing_to_undo_is_not_offered_forever(
    database: Database, fake_clock: FakeClock, resumed: bool
) -> None:
    slot_carrier = late(1)
    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.trouble = killed_at("write", 1)
    with pytest.raises(Killed):
        run(database, slot_carrier, plan, fake_clock)
    slot_carrier.trouble = lambda *_: None
    recover(database, {})
    fake_clock.move(minutes=10)
    assert job_infos.job_list(database)[0].undoable, "the write may have been sent"
    assert back(database, slot_carrier, fake_clock).changes == ()
    [job] = job_infos.job_list(database)
    assert (job.undoable, job.open_changes, job.counts) == (False, 1, {"planned": 1})
    if resumed:
        assert run(
            database, slot_carrier, rest(database, slot_carrier, fake_clock), fake_clock
        ).counts == {"unconfirmed": 1}


def test_an_undo_checks_only_once_for_a_write_that_was_not_accepted(
    database: Database, fake_clock: FakeClock
) -> None:
    slot_carrier = late(1)
    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.forgetful = True
    run(database, slot_carrier, plan, fake_clock)
    [job] = job_infos.job_list(database)
    assert job.undoable
    fake_clock.move(minutes=10)
    assert back(database, slot_carrier, fake_clock).changes == ()
    assert not job_infos.job_list(database)[0].undoable


@pytest.mark.parametrize("step", ["write", "written"])
def test_an_undo_checks_for_a_write_that_was_refused(
    database: Database, fake_clock: FakeClock, step: str
) -> None:
    """The read-back shows the old state in both cases, but only one of them was written."""
    slot_carrier = late(1)
    plan = plan_for(slot_carrier, NO_AI)

    def refuses(now: str, target: Target) -> None:
        if now == step:
            raise Refused("no")

    slot_carrier.trouble = refuses
    assert run(database, slot_carrier, plan, fake_clock).counts == {"failed": 1}
    slot_carrier.trouble = lambda *_: None
    slot_carrier.arrived()
    back_again = back(database, slot_carrier, fake_clock)
    assert len(back_again.planned) == (step == "written")
    writes = slot_carrier.slots[1].writes
    run(database, slot_carrier, back_again, fake_clock)
    assert slot_carrier.slots[1].writes == writes + (step == "written"), (
        "an undo without effect sends nothing"
    )
    assert tuple(slot_carrier.slots[1].fields) == ("TITLE",)


def test_an_undo_of_a_refused_write_keeps_a_later_write(
    database: Database, fake_clock: FakeClock
) -> None:
    slot_carrier = replace_late(late(1))
    plan = plan_for(slot_carrier, NO_AI)

    def refuses(step: str, target: Target) -> None:
        if step == "write":
            raise Refused("no")

    slot_carrier.trouble = refuses
    run(database, slot_carrier, plan, fake_clock)
    slot_carrier.trouble = lambda *_: None
    assert run(database, slot_carrier, plan_for(slot_carrier, NO_AI), fake_clock).counts == {
        "done": 1
    }
    assert back(database, slot_carrier, fake_clock, 1).changes == ()
