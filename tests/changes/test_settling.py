"""How recovery settles the changes of a killed program: restore, keep, find, or leave open."""

from collections.abc import Callable

import pytest

from rightsdesk.changes import job_infos, journal
from rightsdesk.changes.apply import HELD, apply
from rightsdesk.changes.carrier import RecoveryOutcome
from rightsdesk.changes.recover import recover
from rightsdesk.changes.states import INTERRUPTED
from rightsdesk.changes.types import Never, Outcome, Plan, Target, no_progress
from rightsdesk.changes.undo import plan_resume, plan_undo
from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store.database import Database
from tests.changes.slots import Killed, Slot, SlotCarrier, Trouble, carrier_of, plan_for

NO_AI = Declaration(PRESETS[Preset.NO_AI])


def failing(step: str, *numbers: int, error: type[BaseException] = Trouble) -> Callable[..., None]:
    def trouble(now: str, target: Target) -> None:
        if now == step and target.id in numbers:
            raise error("Trouble.")

    return trouble


@pytest.fixture
def slot_carrier(database: Database) -> SlotCarrier:
    """Three slots, and a job that was killed while it wrote the second slot."""
    slot_carrier = carrier_of(3)
    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.trouble = failing("write", 2, error=Killed)
    with pytest.raises(Killed):
        apply(plan, database=database, carriers={CarrierId.FILES: slot_carrier})
    slot_carrier.trouble = lambda _step, _target: None
    return slot_carrier


def states(database: Database) -> list[str]:
    return [j.state for j in journal.changes_of(database, 1)]


def plan_of(
    database: Database, slot_carrier: SlotCarrier, planner: Callable[..., Plan] = plan_undo
) -> Plan:
    [job] = job_infos.job_list(database)
    return planner(database, job, {CarrierId.FILES: slot_carrier}, no_progress, Never())


def test_half_written_changes_are_reported_as_restored(
    database: Database, slot_carrier: SlotCarrier
) -> None:
    slot_carrier.settling = RecoveryOutcome.TAKEN_BACK
    sentence = recover(database, {CarrierId.FILES: slot_carrier}).sentence
    assert "2 brought back after" in sentence
    assert "half written (2.flac, 3.flac)" in sentence
    assert "nothing is damaged" in sentence
    assert states(database) == ["done", "planned", "planned"]


def test_a_later_change_by_another_program_is_named(
    database: Database, slot_carrier: SlotCarrier
) -> None:
    slot_carrier.settling = RecoveryOutcome.LEFT
    sentence = "2 left as found after a change by another program (2.flac, 3.flac)"
    assert sentence in recover(database, {CarrierId.FILES: slot_carrier}).sentence


def test_an_unreachable_carrier_stays_open_until_it_is_reachable(
    database: Database, slot_carrier: SlotCarrier
) -> None:
    slot_carrier.trouble = failing("settle", 2, 3)
    sentence = recover(database, {CarrierId.FILES: slot_carrier}).sentence
    assert "2 could not be reached and will be checked at the next start (2.flac" in sentence
    assert "nothing is damaged" not in sentence
    assert states(database) == ["done", INTERRUPTED, INTERRUPTED]
    slot_carrier.trouble = lambda _step, _target: None
    assert "1 done, 2 still to do" in recover(database, {CarrierId.FILES: slot_carrier}).sentence
    assert states(database) == ["done", "planned", "planned"]
    assert not recover(database, {CarrierId.FILES: slot_carrier})


def test_a_moved_carrier_is_settled_at_its_new_place(
    database: Database, slot_carrier: SlotCarrier
) -> None:
    slot_carrier.settling = RecoveryOutcome.GONE
    slot_carrier.moved = {2: 7}
    slot_carrier.slots[7] = Slot(dict(plan_for(carrier_of(2), NO_AI).changes[1].edit))
    slot_carrier.trouble = failing("observe", 3)
    sentence = recover(database, {CarrierId.FILES: slot_carrier}).sentence
    assert states(database) == ["done", "done", "failed"]
    assert "1 could not be checked (3.flac)" in sentence


def test_recovery_can_be_killed_too(database: Database, slot_carrier: SlotCarrier) -> None:
    slot_carrier.trouble = failing("settle", 2, error=Killed)
    with pytest.raises(Killed):
        recover(database, {CarrierId.FILES: slot_carrier})
    slot_carrier.trouble = lambda _step, _target: None
    assert recover(database, {CarrierId.FILES: slot_carrier})
    assert states(database) == ["done", "planned", "planned"]


def test_an_open_change_is_settled_before_it_is_planned_again(
    database: Database, slot_carrier: SlotCarrier
) -> None:
    slot_carrier.trouble = failing("settle", 2)
    recover(database, {CarrierId.FILES: slot_carrier})
    slot_carrier.trouble = lambda _step, _target: None
    slot_carrier.settled.clear()
    plan_of(database, slot_carrier, plan_resume)
    assert slot_carrier.settled == [2]
    slot_carrier.trouble = failing("settle", 2)
    problems = [c.problem for c in plan_of(database, slot_carrier, plan_resume).changes]
    assert "Trouble." in problems


def test_an_undo_follows_a_moved_carrier(database: Database) -> None:
    slot_carrier = carrier_of(2)
    apply(
        plan_for(slot_carrier, NO_AI), database=database, carriers={CarrierId.FILES: slot_carrier}
    )
    slot_carrier.moved = {1: 9}
    slot_carrier.slots[9] = slot_carrier.slots[1]
    slot_carrier.trouble = failing("observe", 1)
    plan = plan_of(database, slot_carrier)
    assert [change.target.id for change in plan.planned] == [9, 2]
    apply(plan, database=database, carriers={CarrierId.FILES: slot_carrier})
    assert slot_carrier.slots[9].fields == {"TITLE": ("a",)}


def test_a_missing_carrier_fails_with_its_own_message(database: Database) -> None:
    slot_carrier = carrier_of(2)
    apply(
        plan_for(slot_carrier, NO_AI), database=database, carriers={CarrierId.FILES: slot_carrier}
    )
    slot_carrier.trouble = failing("observe", 1)
    [lost, found] = plan_of(database, slot_carrier).changes
    assert (lost.outcome, lost.problem) == (Outcome.FAILED, "Trouble.")
    assert found.outcome is Outcome.PLANNED


def test_before_images_in_memory_are_bounded(database: Database) -> None:
    slot_carrier = carrier_of(3)
    slot_carrier.image = bytes(HELD // 2 + 1)
    commits: list[int] = []
    real = journal.start

    def counting(connection: object, prepared: object) -> None:
        rows = list(prepared)  # type: ignore[call-overload]  # pairs
        commits.append(len(rows))
        real(connection, rows)  # type: ignore[arg-type]  # handed on

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "start", counting)
        report = apply(
            plan_for(slot_carrier, NO_AI),
            database=database,
            carriers={CarrierId.FILES: slot_carrier},
        )
    assert report.counts == {"done": 3}
    assert [number for number in commits if number] == [2, 1]
