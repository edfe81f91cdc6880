"""The apply loop: what it does, what it refuses, and which failures it survives."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rightsdesk.changes import job_infos, journal
from rightsdesk.changes.apply import IN_A_ROW, apply
from rightsdesk.changes.types import Confirmation, JobReport, Outcome, Plan, Target
from rightsdesk.changes.words import preview_notes
from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.store.database import Database
from tests.changes.slots import SlotCarrier, Stop, Trouble, carrier_of, plan_for

NO_AI = Declaration(PRESETS[Preset.NO_AI])
OPEN = Declaration(PRESETS[Preset.OPEN])


def run(database: Database, slot_carrier: SlotCarrier, plan: Plan, **options: Any) -> JobReport:
    return apply(plan, database=database, carriers={CarrierId.FILES: slot_carrier}, **options)


AHEAD = pytest.mark.parametrize("ahead", [1, 5])
"""The number of changes that the carrier prepares before the first is written."""


def test_every_planned_change_is_done_and_read_back(database: Database) -> None:
    slot_carrier = carrier_of(7)
    report = run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    assert report.counts == {"done": 7}
    assert all(
        slot_carrier.suite.read(s.fields).consent == NO_AI.consent
        for s in slot_carrier.slots.values()
    )
    assert slot_carrier.remembered.keys() == slot_carrier.slots.keys()
    assert [job.counts for job in job_infos.job_list(database)] == [{"done": 7}]


def test_answers_in_another_order_are_matched_to_their_requests(database: Database) -> None:
    def full(step: str, target: Target) -> None:
        if step == "write" and target.id == 4:
            raise Trouble("The disk is full.")

    slot_carrier = carrier_of(7)
    slot_carrier.ahead, slot_carrier.backwards, slot_carrier.trouble = 5, True, full
    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.slots[2].set({"TITLE": ("b",)})

    report = run(database, slot_carrier, plan)

    became = {result.change.target.id: result.outcome for result in report.results}
    others = dict.fromkeys((1, 3, 5, 6, 7), Outcome.DONE)
    assert became == {2: Outcome.SKIPPED, 4: Outcome.FAILED, **others}


def test_repeating_a_plan_writes_nothing(database: Database) -> None:
    slot_carrier = carrier_of(3)
    first = plan_for(slot_carrier, NO_AI)
    run(database, slot_carrier, first)
    again = run(database, slot_carrier, first)
    assert again.counts == {"unchanged": 3}
    assert {slot.writes for slot in slot_carrier.slots.values()} == {1}
    assert run(database, slot_carrier, plan_for(slot_carrier, NO_AI)).job is None


def test_a_carrier_that_changed_since_the_preview_is_skipped_and_named(database: Database) -> None:
    slot_carrier = carrier_of(3)
    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.slots[2].set({"TITLE": ("b",)})
    report = run(database, slot_carrier, plan)
    assert report.counts == {"done": 2, "skipped": 1}
    [(sentence, [skipped])] = report.failures.items()
    assert "changed by something else since it was last read" in sentence
    assert "Scan its folder again, then repeat." in sentence
    assert skipped.change.target.id == 2
    assert slot_carrier.slots[2].fields == {"TITLE": ("b",)}


def test_an_item_that_changed_on_a_platform_has_to_be_checked_again(database: Database) -> None:
    """A scan does not read platforms, and a check does not read files."""
    slot_carrier = carrier_of(1)
    slot_carrier.shows_within = timedelta(hours=1)
    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.slots[1].set({"TITLE": ("b",)})
    [sentence] = run(database, slot_carrier, plan).failures
    assert "Check again, then repeat." in sentence


def test_widening_needs_a_confirmation_that_names_it(database: Database) -> None:
    slot_carrier = carrier_of(2)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    plan = plan_for(slot_carrier, OPEN)
    refused = run(database, slot_carrier, plan)
    assert refused.counts == {"skipped": 2}
    assert refused.job is None
    only_first = Confirmation(
        frozenset((c, i, u) for c, i, u in plan.confirmation().named if i == 1)
    )
    assert run(database, slot_carrier, plan, confirmed=only_first).counts == {
        "done": 1,
        "skipped": 1,
    }
    assert slot_carrier.suite.read(slot_carrier.slots[2].fields).consent == NO_AI.consent


def test_confirming_some_uses_does_not_confirm_others(database: Database) -> None:
    slot_carrier = carrier_of(1)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    partly = Confirmation(frozenset({(CarrierId.FILES, 1, Use.DATA_MINING)}))
    assert run(database, slot_carrier, plan_for(slot_carrier, OPEN), confirmed=partly).counts == {
        "skipped": 1
    }


def test_removing_a_reservation_widens(database: Database) -> None:
    slot_carrier = carrier_of(1)
    run(database, slot_carrier, plan_for(slot_carrier, NO_AI))
    less = Declaration(Consent({Use.SEARCH: Permission.ALLOWED}))
    plan = plan_for(slot_carrier, less)
    assert Use.GENERATIVE_TRAINING in plan.changes[0].widens
    assert run(database, slot_carrier, plan).counts == {"skipped": 1}


@pytest.mark.parametrize("step", ["observe", "prepare", "write"])
def test_one_failure_never_stops_the_other_changes(database: Database, step: str) -> None:
    slot_carrier = carrier_of(7)
    plan = plan_for(slot_carrier, NO_AI)

    def trouble(now: str, target: Target) -> None:
        if (now, target.id) == (step, 4):
            raise Trouble("The disk grumbled.")

    slot_carrier.trouble = trouble
    report = run(database, slot_carrier, plan)
    assert report.counts == {"done": 6, "failed": 1}
    assert list(report.failures) == ["The disk grumbled."]


def test_a_write_that_reads_back_differently_is_not_done(database: Database) -> None:
    slot_carrier = carrier_of(2)
    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.forgetful = True
    report = run(database, slot_carrier, plan)
    assert report.counts == {"failed": 2}
    assert "reads back differently" in next(iter(report.failures))


def test_a_lost_answer_after_a_successful_write_is_no_failure(
    database: Database,
) -> None:
    slot_carrier = carrier_of(1)
    plan = plan_for(slot_carrier, NO_AI)

    def trouble(step: str, _target: Target) -> None:
        if step == "written":
            raise Trouble("The line went dead.")

    slot_carrier.trouble = trouble
    report = run(database, slot_carrier, plan)
    assert report.counts == {"done": 1}
    assert report.results[0].problem == "The line went dead."


def test_an_unreadable_carrier_after_a_failed_write_stays_open(database: Database) -> None:
    slot_carrier = carrier_of(1)
    plan = plan_for(slot_carrier, NO_AI)
    gone: list[str] = []

    def trouble(step: str, _target: Target) -> None:
        if step == "written" or gone:
            gone.append(step)
            raise Trouble("The line went dead.")

    slot_carrier.trouble = trouble
    assert run(database, slot_carrier, plan).counts == {"failed": 1}
    [job] = job_infos.job_list(database)
    assert job.open_changes == 1
    assert job.undoable


@AHEAD
def test_an_error_that_stops_a_lane_leaves_other_lanes_running(
    database: Database, ahead: int
) -> None:
    slot_carrier = carrier_of(8)
    slot_carrier.ahead = ahead
    plan = plan_for(slot_carrier, NO_AI)

    def trouble(step: str, target: Target) -> None:
        if step == "prepare" and target.id == 3:
            raise Stop("The platform wants a break.")

    slot_carrier.trouble = trouble
    report = run(database, slot_carrier, plan)
    done = {r.change.target.id for r in report.results if r.outcome is Outcome.DONE}
    assert done == {2, 4, 6, 8}, "the first change of the lane was ready, but not started"
    [job] = job_infos.job_list(database)
    assert job.open_changes == 3


@AHEAD
def test_a_cancel_leaves_the_rest_open(database: Database, ahead: int) -> None:
    slot_carrier, stop = carrier_of(9), threading.Event()
    slot_carrier.ahead = ahead
    plan = plan_for(slot_carrier, NO_AI)

    counts = []

    def watch(done: int, _total: int, _label: str) -> None:
        counts.append(done)
        if done == 4:
            stop.set()

    report = run(database, slot_carrier, plan, progress=watch, cancel=stop)
    assert report.cancelled
    assert max(counts) == 4
    assert report.counts == {"done": 4, "planned": 5}
    assert [job.open_changes for job in job_infos.job_list(database)] == [5]


def test_progress_counts_up_to_the_end(database: Database) -> None:
    slot_carrier, calls = carrier_of(5), []
    run(
        database,
        slot_carrier,
        plan_for(slot_carrier, NO_AI),
        progress=lambda *what: calls.append(what),
    )
    assert [done for done, _, _ in calls] == [1, 2, 3, 4, 5]
    assert {total for _, total, _ in calls} == {5}


def test_a_bug_is_raised_and_earlier_changes_are_recorded(database: Database) -> None:
    slot_carrier = carrier_of(4)
    plan = plan_for(slot_carrier, NO_AI)

    def trouble(step: str, target: Target) -> None:
        if step == "write" and target.id == 4:
            raise ZeroDivisionError

    slot_carrier.trouble = trouble
    with pytest.raises(ZeroDivisionError):
        run(database, slot_carrier, plan)
    assert [j.state for j in journal.changes_of(database, 1)] == ["done"] * 3 + ["started"]


class ServerDown(Trouble):
    """A failure of the server behind the slots, not of a single request."""

    wears_out = True


def test_after_several_failures_in_a_row_a_server_gets_no_more_requests(database: Database) -> None:
    tried: list[int] = []

    def down(step: str, target: Target) -> None:
        if step == "prepare" and target.id % 2:
            tried.append(target.id)
            raise ServerDown("The server is ill.")

    slot_carrier = carrier_of(40)
    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.trouble = down
    report = run(database, slot_carrier, plan)
    assert len(tried) == IN_A_ROW
    assert report.counts == {"done": 20, "failed": IN_A_ROW, "planned": 20 - IN_A_ROW}
    problems = {r.problem for r in report.results if r.outcome is Outcome.PLANNED}
    assert len(problems) == 1
    assert "The server is ill" in problems.pop()
    assert job_infos.job_list(database)[0].open_changes == 20 - IN_A_ROW


def test_a_success_between_two_failures_restarts_the_count(database: Database) -> None:
    def sometimes(step: str, target: Target) -> None:
        if step == "prepare" and target.id % 6 in (1, 3):
            raise ServerDown("The server is ill.")

    slot_carrier = carrier_of(48)
    slot_carrier.batch = 1
    plan = plan_for(slot_carrier, NO_AI)
    slot_carrier.trouble = sometimes
    assert run(database, slot_carrier, plan).counts == {"done": 32, "failed": 16}


def test_a_finished_change_does_not_repeat_an_earlier_problem(database: Database) -> None:
    slot_carrier = carrier_of(1)
    [change] = plan_for(slot_carrier, NO_AI).changes
    earlier = replace(change, earlier_problem="The disk was full.")
    plan = replace(plan_for(slot_carrier, NO_AI), changes=(earlier,))
    assert preview_notes(earlier) == ("Last time this could not be done: The disk was full.",)
    [result] = run(database, slot_carrier, plan).results
    assert (result.outcome, result.problem) == ("done", "")
