"""Undoing jobs, resuming them, and finding out what a killed program had done."""

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightsdesk.changes import job_infos, journal
from rightsdesk.changes.apply import apply
from rightsdesk.changes.names import job_name
from rightsdesk.changes.recover import recover
from rightsdesk.changes.states import INTERRUPTED
from rightsdesk.changes.types import (
    NO_CONFIRMATION,
    JobKind,
    JobReport,
    Never,
    Outcome,
    Plan,
    Target,
    no_progress,
)
from rightsdesk.changes.undo import plan_resume, plan_undo
from rightsdesk.consent import PRESETS, Declaration, Preset, Use
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.store.database import Database
from tests.changes.slots import Killed, SlotCarrier, carrier_of, plan_for
from tests.unit.strategies import declarations

NO_AI = Declaration(PRESETS[Preset.NO_AI])
OPEN = Declaration(PRESETS[Preset.OPEN])
ASK = Declaration(PRESETS[Preset.ASK_FIRST])


def run(database: Database, slot_carrier: SlotCarrier, plan: Plan, **options: Any) -> JobReport:
    options.setdefault("confirmed", plan.confirmation())
    return apply(plan, database=database, carriers={CarrierId.FILES: slot_carrier}, **options)


def stopped_after_two(database: Database, slot_carrier: SlotCarrier) -> threading.Event:
    """Begin a job, and cancel it once two carriers are done. Returns what cancelled it."""
    stop = threading.Event()

    def listen(done: int, *_: object) -> None:
        if done == 2:
            stop.set()

    run(database, slot_carrier, plan_for(slot_carrier, NO_AI), progress=listen, cancel=stop)
    return stop


def undo(database: Database, slot_carrier: SlotCarrier, job: int | None = None) -> Plan:
    jobs = {j.id: j for j in job_infos.job_list(database)}
    return plan_undo(
        database, jobs[job or max(jobs)], {CarrierId.FILES: slot_carrier}, no_progress, Never()
    )


def test_an_undo_restores_everything_and_can_be_undone(database: Database) -> None:
    slot_carrier = carrier_of(4)
    before = {number: dict(slot.fields) for number, slot in slot_carrier.slots.items()}
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    tagged = {number: dict(slot.fields) for number, slot in slot_carrier.slots.items()}
    plan = undo(database, slot_carrier)
    assert job_name(plan) == "Undo: No AI on 4 files"
    assert all(Use.GENERATIVE_TRAINING in change.widens for change in plan.changes)
    assert run(database, slot_carrier, plan).counts == {"done": 4}
    assert {number: slot.fields for number, slot in slot_carrier.slots.items()} == before
    again = undo(database, slot_carrier)
    assert job_name(again) == "Redo: No AI on 4 files"
    run(database, slot_carrier, again)
    assert {number: slot.fields for number, slot in slot_carrier.slots.items()} == tagged
    third = undo(database, slot_carrier)
    assert job_name(third) == "Undo: No AI on 4 files"
    kinds = [plan.kind for plan in (plan, again, third)]
    assert kinds == [JobKind.UNDO, JobKind.REDO, JobKind.UNDO]


def test_an_undo_request_confirms_what_it_reopens(database: Database) -> None:
    slot_carrier = carrier_of(1)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    plan = undo(database, slot_carrier)
    report = apply(plan, database=database, carriers={CarrierId.FILES: slot_carrier})
    assert report.counts == {"done": 1}


def test_an_undo_changes_only_fields_that_still_hold_the_written_value(database: Database) -> None:
    slot_carrier = carrier_of(2)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    slot = slot_carrier.slots[1]
    slot.set({**slot.fields, "COPYRIGHT": ("© somebody else",), "ARTIST": ("x",)})
    plan = undo(database, slot_carrier)
    partly = plan.changes[0]
    assert "COPYRIGHT" in partly.problem
    run(database, slot_carrier, plan)
    assert slot_carrier.slots[1].fields == {
        "TITLE": ("a",),
        "COPYRIGHT": ("© somebody else",),
        "ARTIST": ("x",),
    }


def test_an_undo_that_a_carrier_warns_about_needs_agreement(
    database: Database,
) -> None:
    slot_carrier = carrier_of(2)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    slot_carrier.cautions[1] = "Somebody signed it."
    [left] = [c for c in undo(database, slot_carrier).changes if c.outcome is Outcome.SKIPPED]
    assert (left.target.id, left.problem, left.widens) == (1, "Somebody signed it.", ())
    assert left.before == left.after
    [job] = job_infos.job_list(database)
    carriers = {CarrierId.FILES: slot_carrier}
    agreed = plan_undo(database, job, carriers, no_progress, Never(), agreed=True)
    assert run(database, slot_carrier, agreed).counts == {"done": 2}


def test_a_redo_that_widens_needs_a_confirmation(database: Database) -> None:
    slot_carrier = carrier_of(2)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    run(database, slot_carrier, plan_for(slot_carrier, OPEN))
    run(database, slot_carrier, undo(database, slot_carrier))
    redo = undo(database, slot_carrier)
    assert len(redo.widening) == 2
    assert run(database, slot_carrier, redo, confirmed=NO_CONFIRMATION).counts == {"skipped": 2}
    assert slot_carrier.suite.read(slot_carrier.slots[1].fields).consent == NO_AI.consent
    assert run(database, slot_carrier, redo).counts == {"done": 2}


def test_a_carrier_that_cannot_be_restored_is_skipped_and_named(database: Database) -> None:
    slot_carrier = carrier_of(1)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    slot_carrier.slots[1].set(dict.fromkeys(slot_carrier.slots[1].fields, ("else",)))
    plan = undo(database, slot_carrier)
    assert [c.outcome for c in plan.changes] == [Outcome.SKIPPED]
    assert "AI-CONSENT" in plan.changes[0].problem


def test_two_jobs_are_undone_one_after_the_other(database: Database) -> None:
    slot_carrier = carrier_of(2)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    run(database, slot_carrier, plan_for(slot_carrier, ASK))
    run(database, slot_carrier, undo(database, slot_carrier, 2))
    assert slot_carrier.suite.read(slot_carrier.slots[1].fields).consent == NO_AI.consent
    run(database, slot_carrier, undo(database, slot_carrier, 1))
    assert slot_carrier.slots[1].fields == {"TITLE": ("a",)}
    assert [job.undoable for job in job_infos.job_list(database)] == [True, True, False, False]


def test_a_job_that_was_undone_is_undone_again_by_its_newest_step_only(database: Database) -> None:
    """After a redo, or a new job that writes the same, only that one is in force."""
    slot_carrier = carrier_of(2)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    run(database, slot_carrier, undo(database, slot_carrier, 1))
    run(database, slot_carrier, undo(database, slot_carrier, 2))
    assert undo(database, slot_carrier, 1).changes == ()
    assert states(database)[1:] == [(2, 3, False), (1, 3, True)]

    run(database, slot_carrier, undo(database, slot_carrier, 3))
    assert undo(database, slot_carrier, 2).changes == ()
    assert states(database)[1:] == [(3, 4, False), (2, 4, True), (1, 4, False)]

    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    assert [undo(database, slot_carrier, job).changes for job in (1, 3)] == [(), ()]
    run(database, slot_carrier, undo(database, slot_carrier, 5))
    assert slot_carrier.slots[1].fields == {"TITLE": ("a",)}


def states(database: Database) -> list[tuple[int, int | None, bool]]:
    """Of each job its number, the newest step of its undo, and whether that redid it."""
    return [(job.id, job.last_step, job.redone) for job in job_infos.job_list(database)]


def test_what_an_undo_did_not_restore_can_still_be_undone(database: Database) -> None:
    slot_carrier = carrier_of(2)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    written, title = dict(slot_carrier.slots[1].fields), "AI-CONSENT"
    slot_carrier.slots[1].set({**written, title: ("else",)})
    run(database, slot_carrier, undo(database, slot_carrier, 1))
    slot_carrier.slots[1].set({**slot_carrier.slots[1].fields, title: written[title]})
    [change] = undo(database, slot_carrier, 1).changes
    assert (change.target.id, dict(change.edit)) == (1, {title: ()})
    run(database, slot_carrier, undo(database, slot_carrier, 1))
    assert slot_carrier.slots[1].fields == {"TITLE": ("a",)}


def test_a_cancelled_job_can_be_resumed(database: Database) -> None:
    slot_carrier = carrier_of(6)
    stopped_after_two(database, slot_carrier)
    [job] = job_infos.job_list(database)
    plan = plan_resume(database, job, {CarrierId.FILES: slot_carrier}, no_progress, Never())
    assert len(plan.planned) == 4
    assert run(database, slot_carrier, plan).counts == {"done": 4}
    assert [job.open_changes for job in job_infos.job_list(database)] == [0, 0]


def test_a_new_job_takes_over_the_open_changes_of_an_earlier_job(database: Database) -> None:
    slot_carrier = carrier_of(6)
    stop = stopped_after_two(database, slot_carrier)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI), cancel=stop)
    latest, first = job_infos.job_list(database)
    assert (latest.open_changes, first.open_changes) == (4, 0), "only one job can be resumed"
    assert first.undoable


def test_resuming_skips_carriers_that_changed_meanwhile(database: Database) -> None:
    slot_carrier, stop = carrier_of(3), threading.Event()
    stop.set()
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI), cancel=stop)
    slot_carrier.slots[2].set({"AI-CONSENT": ("search=n",)})
    [job] = job_infos.job_list(database)
    plan = plan_resume(database, job, {CarrierId.FILES: slot_carrier}, no_progress, Never())
    assert [c.outcome.value for c in plan.changes] == ["planned", "skipped", "planned"]


def test_changes_that_cannot_be_resumed_are_not_offered_forever(database: Database) -> None:
    slot_carrier, stop = carrier_of(3), threading.Event()
    stop.set()
    plan = plan_for(slot_carrier, NO_AI)
    run(database, slot_carrier, plan, cancel=stop)
    slot_carrier.slots[1].set({"AI-CONSENT": ("search=n",)})
    for number in (2, 3):  # written meanwhile by another program or another user
        slot_carrier.slots[number].set(
            {**slot_carrier.slots[number].fields, **plan.changes[0].edit}
        )
    [job] = job_infos.job_list(database)
    again = plan_resume(database, job, {CarrierId.FILES: slot_carrier}, no_progress, Never())
    assert (again.planned, again.unchanged) == ((), 2)
    [job] = job_infos.job_list(database)
    assert (job.open_changes, job.counts) == (0, {"skipped": 1, "unchanged": 2})


def test_an_undone_job_is_not_offered_to_resume(database: Database) -> None:
    slot_carrier = carrier_of(6)
    stopped_after_two(database, slot_carrier)
    assert run(database, slot_carrier, undo(database, slot_carrier)).counts == {"done": 2}
    assert [job.open_changes for job in job_infos.job_list(database)] == [0, 0]


def test_a_failed_undo_is_recorded(database: Database) -> None:
    slot_carrier = carrier_of(3)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))

    def trouble(step: str, target: Target) -> None:
        if step == "observe" and target.id == 1:
            raise KnownError("It is gone.")

    slot_carrier.trouble = trouble
    report = run(database, slot_carrier, undo(database, slot_carrier))
    assert report.counts == {"failed": 1, "done": 2}
    latest, first = job_infos.job_list(database)
    assert latest.counts == report.counts
    assert first.undone_by == latest.id
    slot_carrier.trouble = lambda *_: None
    assert run(database, slot_carrier, undo(database, slot_carrier)).counts == {"done": 2}


@pytest.mark.parametrize(("step", "state"), [("write", "planned"), ("written", "done")])
def test_after_a_kill_each_file_is_known_to_be_old_or_new(
    database: Database, step: str, state: str
) -> None:
    slot_carrier = carrier_of(5)
    plan = plan_for(slot_carrier, NO_AI)

    def trouble(now: str, target: Target) -> None:
        if (now, target.id) == (step, 2):
            raise Killed

    slot_carrier.trouble = trouble
    with pytest.raises(Killed):
        run(database, slot_carrier, plan)
    slot_carrier.trouble = lambda _step, _target: None
    recovery = recover(database, {CarrierId.FILES: slot_carrier})
    done = 2 if state == "done" else 1
    assert recovery.sentence == (
        "“No AI on 5 files” was interrupted; nothing is damaged: "
        f"{done} done, {5 - done} still to do."
    )
    assert recovery.unfinished == 1
    states = [j.state for j in journal.changes_of(database, 1)]
    assert states == ["done", state, "planned", "planned", "planned"]
    assert set(slot_carrier.settled) == set(slot_carrier.tidied) == {2, 3}
    assert not recover(database, {CarrierId.FILES: slot_carrier})


def test_an_interrupted_remote_change_waits_for_its_platform(database: Database) -> None:
    slot_carrier = carrier_of(1)

    def trouble(now: str, _target: Target) -> None:
        if now == "written":
            raise Killed

    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.trouble = trouble
    with pytest.raises(Killed):
        run(database, slot_carrier, plan)
    slot_carrier.trouble = lambda _step, _target: None
    recover(database, {})
    assert [j.state for j in journal.changes_of(database, 1)] == [INTERRUPTED]
    run(database, slot_carrier, undo(database, slot_carrier))
    assert slot_carrier.slots[1].fields == {"TITLE": ("a",)}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(scoped_consents=st.lists(declarations, min_size=1, max_size=4))
def test_undoing_any_chain_of_jobs_backwards_restores_the_start(
    database: Database, scoped_consents: list[Declaration]
) -> None:
    slot_carrier = carrier_of(2, {"COPYRIGHT": ("© Owl",), "TITLE": ("a",)})
    start = dict(slot_carrier.slots[1].fields)
    jobs = [
        run(database, slot_carrier, plan_for(slot_carrier, scoped)).job
        for scoped in scoped_consents
    ]
    for job in reversed([job for job in jobs if job is not None]):
        run(database, slot_carrier, undo(database, slot_carrier, job))
    assert slot_carrier.slots[1].fields == start


def undo_until_nothing_is_left(database: Database, slot_carrier: SlotCarrier) -> int:
    """Undo the latest job that can be undone, until there is none. Returns the number of undos."""
    times = 0
    while job := next((j for j in job_infos.job_list(database) if j.undoable), None):
        times += 1
        assert times < 10, "the undos do not end"
        if job.kind is JobKind.UNDO:
            break
        run(database, slot_carrier, undo(database, slot_carrier, job.id))
    return times


def test_a_job_with_nothing_left_to_undo_is_not_offered_forever(database: Database) -> None:
    """Its data may come from a backup that is older than the undo."""
    slot_carrier = carrier_of(3)
    before = dict(slot_carrier.slots[1].fields)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    for slot in slot_carrier.slots.values():
        slot.set(before)
    assert undo_until_nothing_is_left(database, slot_carrier) == 1
    [job] = job_infos.job_list(database)
    assert (job.counts, job.undoable) == ({"done": 3}, False)


def test_an_overwritten_job_is_not_offered_forever(database: Database) -> None:
    slot_carrier = carrier_of(2)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    written = [dict(slot.fields) for slot in slot_carrier.slots.values()]
    for slot in slot_carrier.slots.values():
        slot.set(dict.fromkeys(slot.fields, ("x",)))
    plan = undo(database, slot_carrier)
    assert [change.outcome for change in plan.changes] == ["skipped", "skipped"]
    assert undo_until_nothing_is_left(database, slot_carrier) == 0
    for slot, fields in zip(slot_carrier.slots.values(), written, strict=True):
        slot.set(fields)
    assert run(database, slot_carrier, undo(database, slot_carrier, 1)).counts == {"done": 2}, (
        "an explicit request still works"
    )


def test_one_unreadable_file_keeps_the_undo_on_offer(database: Database) -> None:
    slot_carrier = carrier_of(2)
    before = dict(slot_carrier.slots[1].fields)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    slot_carrier.slots[1].set(before)

    def away(step: str, target: Target) -> None:
        if step == "observe" and target.id == 2:
            raise KnownError("not there")

    slot_carrier.trouble = away
    run(database, slot_carrier, undo(database, slot_carrier))
    assert job_infos.job_list(database)[0].undoable
