"""From a plan to its report: show, ask, apply, tell. The same for files and platforms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rightsdesk.changes.types import (
    NO_CONFIRMATION,
    WIDENING,
    Cancel,
    Confirmation,
    JobKind,
    JobReport,
    Outcome,
    Plan,
    Progress,
    Result,
)
from rightsdesk.cli.asking import agreed, someone_is_there
from rightsdesk.cli.exits import Ended, Exit, stopped, usage
from rightsdesk.cli.output.json_shapes import plan_shape, report_shape, with_unreached
from rightsdesk.cli.output.previews import NOTHING_TO_DO, plan_lines, report_lines, widening_lines
from rightsdesk.cli.output.trees import Places
from rightsdesk.cli.session import Session
from rightsdesk.cli.watching import stoppable, watched

Planner = Callable[[Progress, Cancel], Plan]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the command line answers in advance."""

    yes: bool = False
    allow_widening: bool = False
    dry_run: bool = False


Why = Callable[[], Ended | None]
"""Asked where a plan has nothing in it at all: what a person has to do first, if anything."""


def carry_out(
    session: Session,
    planner: Planner,
    answers: Answers,
    *,
    reading: str,
    nothing: Why | None = None,
) -> Exit:
    """Make a plan, show it, have it agreed to, apply it, and tell what became of it.

    `reading` is what the progress says while the plan is made.
    """
    out = session.out
    with stoppable() as stop:
        with watched(out, reading) as progress:
            plan = planner(progress, stop)
        if stop.is_set():
            raise stopped("Stopped before anything was changed.")
        if plan.kind is JobKind.SYNC:
            out.note(
                *session.workspace().jobs.forecast(plan), *session.workspace().jobs.remarks(plan)
            )
    left_out = plan.notes or plan.waiting or plan.unconfirmed
    if nothing is not None and not (plan.changes or plan.unchanged or left_out):
        first = nothing()
        if first is not None:
            raise first
    where = session.workspace().jobs.locations(plan.changes)
    if answers.dry_run or not plan.planned:
        return _only_show(session, plan, where, dry_run=answers.dry_run)
    confirmation = _ask(session, plan, where, answers)
    if confirmation is None:
        out.note("Nothing was changed.")
        out.document(plan_shape(plan, where, dry_run=False))
        return Exit.CANCELLED
    with stoppable() as stop, watched(out, "Applying") as progress:
        report = session.workspace().jobs.apply(
            plan, confirmed=confirmation, progress=progress, cancel=stop
        )
    return _tell(session, plan, where, report)


def _only_show(session: Session, plan: Plan, where: Places, *, dry_run: bool) -> Exit:
    out = session.out
    left_out = plan.notes or plan.waiting or plan.unconfirmed
    if not plan.planned and not plan.changes and not left_out:
        out.say(_nothing_to_do(plan))
    else:
        out.say(*plan_lines(plan, where, verbose=out.verbose))
    out.document(plan_shape(plan, where, dry_run=dry_run))
    if dry_run:
        return _note_code(plan)  # all that was asked for was a look
    return max(_code(change.outcome for change in plan.changes), _note_code(plan))


def _nothing_to_do(plan: Plan) -> str:
    if plan.resumes is not None:
        return f"Job {plan.resumes} has nothing left to do."
    if plan.kind.goes_back:
        if plan.undoes is not None:
            return f"Nothing of job {plan.undoes} is there, so there is nothing to {plan.kind}."
        return f"There is nothing left to {plan.kind}."
    return NOTHING_TO_DO if plan.unchanged else "There is nothing here to change."


def _ask(session: Session, plan: Plan, where: Places, answers: Answers) -> Confirmation | None:
    """The confirmation to apply with, or None for a no."""
    out = session.out
    if answers.yes:
        out.say(*plan_lines(plan, where, verbose=out.verbose))
        return plan.confirmation() if _may_widen(plan, answers) else NO_CONFIRMATION
    if not someone_is_there():
        if not out.as_json:
            out.present(*plan_lines(plan, where, verbose=out.verbose))
        raise usage(
            "Nothing was changed: there is no terminal to ask on.",
            "Add --yes to do it without asking, or --dry-run to only look.",
            plan_shape(plan, where, dry_run=False),
        )
    out.present(*plan_lines(plan, where, verbose=out.verbose))
    if not agreed("Do this?"):
        return None
    if _may_widen(plan, answers):
        return plan.confirmation()
    out.present(*widening_lines(plan, where))
    return plan.confirmation() if agreed("Allow that too?") else NO_CONFIRMATION


def _may_widen(plan: Plan, answers: Answers) -> bool:
    """Whether a yes to the plan covers its widenings.

    Asking for an undo is a confirmation in itself: its preview names what it reopens.
    """
    return answers.allow_widening or plan.kind.asked_is_agreed or not plan.widening


def _tell(session: Session, plan: Plan, where: Places, report: JobReport) -> Exit:
    out = session.out
    results = with_unreached(plan, report)
    out.say(*report_lines(report, results, verbose=out.verbose))
    if any(result.cause == WIDENING for result in results):
        out.say("To allow it: the same command with --allow-widening.")
    out.document(report_shape(plan, where, report))
    if report.cancelled:
        return Exit.CANCELLED
    return max(_code(r.outcome for r in results), _left_code(results), _note_code(plan))


def _code(outcomes: Iterable[Outcome]) -> Exit:
    failing = (Outcome.FAILED, Outcome.SKIPPED)
    return Exit.SOME_FAILED if any(o in failing for o in outcomes) else Exit.DONE


def _note_code(plan: Plan) -> Exit:
    """What could not be looked at may well need a change."""
    return Exit.SOME_FAILED if plan.notes else Exit.DONE


def _left_code(results: Iterable[Result]) -> Exit:
    """A change that never got its turn is not done, though it did not fail either."""
    left = any(result.outcome is Outcome.PLANNED for result in results)
    return Exit.SOME_FAILED if left else Exit.DONE
