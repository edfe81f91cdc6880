"""Run a plan for files or platforms: preview, confirmation, apply, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import (
    NO_CONFIRMATION,
    Cancel,
    Confirmation,
    JobKind,
    JobReport,
    JobSubject,
    Outcome,
    Plan,
    Progress,
    Result,
)
from rightsdesk.cli.confirmation import (
    YES_OR_PREVIEW,
    Answers,
    declined,
    nobody_to_ask,
    not_widened,
)
from rightsdesk.cli.exits import EarlyExit, Exit, stopped
from rightsdesk.cli.output.json_shapes import plan_shape, report_shape, with_unreached
from rightsdesk.cli.output.previews import (
    CONSENT_STANDS,
    NOTHING_TO_DO,
    nothing_to_undo_words,
    plan_lines,
    report_lines,
    widening_lines,
)
from rightsdesk.cli.output.trees import Places
from rightsdesk.cli.progress import show_progress, stop_on_signal
from rightsdesk.cli.prompts import confirmed, is_interactive
from rightsdesk.cli.session import Session
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.shown import shown

Planner = Callable[[Progress, Cancel], Plan]


Prerequisite = Callable[[], EarlyExit | None]
"""Called for an empty plan: returns what a person has to do first, if anything."""


def run_plan(
    session: Session,
    planner: Planner,
    answers: Answers,
    *,
    reading: str,
    if_empty: Prerequisite | None = None,
) -> Exit:
    """Make a plan, show it, ask for confirmation, apply it, and report the results.

    `reading` is the progress text while the plan is made. `if_empty` is called for an empty plan.
    """
    out = session.out
    with stop_on_signal() as stop:
        with show_progress(out, reading) as progress:
            plan = planner(progress, stop)
        if stop.is_set():
            raise stopped("Stopped. Nothing was changed.")
        if plan.kind is JobKind.SYNC:
            out.note(*session.workspace().jobs.forecast(plan))
    left_out = plan.notes or plan.waiting or plan.unconfirmed
    if if_empty is not None and not (plan.changes or plan.unchanged or left_out):
        first = if_empty()
        if first is not None:
            raise first
    where = session.workspace().jobs.locations(plan.changes)
    if answers.dry_run or not plan.planned:
        return _only_show(session, plan, where, dry_run=answers.dry_run)
    confirmation = _ask(session, plan, where, answers)
    if confirmation is None:
        return declined(out, plan_shape(plan, where, dry_run=False))
    if plan.kind.asked_is_agreed and plan.widening and confirmation is NO_CONFIRMATION:
        return not_widened(out, plan_shape(plan, where, dry_run=False))
    with stop_on_signal() as stop, show_progress(out, "Applying") as progress:
        report = session.workspace().jobs.apply(
            plan, confirmed=confirmation, progress=progress, cancel=stop
        )
    return _tell(session, plan, where, report)


def run_undo(session: Session, job: int | None, answers: Answers, *, even_signed: bool) -> Exit:
    """Undo a job by its plan, as `run_plan` does; without a number the latest job."""
    return run_plan(
        session,
        lambda progress, cancel: _plan_undo(session, job, even_signed, progress, cancel),
        answers,
        reading="Reading the journal",
    )


def _plan_undo(
    session: Session, job: int | None, even_signed: bool, progress: Progress, cancel: Cancel
) -> Plan:
    """Return the plan; an empty one if there is nothing to undo, as for an undone job.

    An earlier undo that was stopped leaves nothing to undo, and much to do: a note says so.
    """
    all_jobs = session.workspace().jobs
    try:
        plan = all_jobs.plan_undo(job, even_signed=even_signed, progress=progress, cancel=cancel)
    except KnownError as error:
        if error.cause != Cause.NOTHING_TO_UNDO:
            raise
        plan = Plan(JobKind.UNDO, JobSubject(), ())
    if not plan.changes and job is None and (stopped := all_jobs.interrupted()):
        left = phrases.counted(stopped.open_changes, "change")
        session.out.note(
            f"{shown(job_name(stopped))} was stopped with {left} still to do.",
            f"To resume it: rightsdesk jobs resume {stopped.id}",
        )
    return plan


def _only_show(session: Session, plan: Plan, where: Places, *, dry_run: bool) -> Exit:
    out = session.out
    left_out = plan.notes or plan.waiting or plan.unconfirmed
    if not plan.planned and not plan.changes and not left_out:
        out.say(_nothing_to_do(session, plan))
    else:
        out.say(*_plan_lines(session, plan, where))
    out.document(plan_shape(plan, where, dry_run=dry_run))
    if dry_run:
        return _note_code(plan)  # a preview only fails for carriers that could not be read
    return max(_code(change.outcome for change in plan.changes), _note_code(plan))


def _plan_lines(session: Session, plan: Plan, where: Places) -> Iterator[str]:
    remarks = () if plan.kind.goes_back else session.workspace().jobs.remarks(plan)
    return plan_lines(plan, where, remarks, verbose=session.out.verbose)


def _nothing_to_do(session: Session, plan: Plan) -> str:
    if plan.resumes is not None:
        return f"Job {plan.resumes} has nothing left to do."
    if plan.kind.goes_back:
        jobs = {job.id: job for job in session.workspace().jobs.all()}
        if plan.undoes in jobs:
            return nothing_to_undo_words(jobs[plan.undoes])
        newest = next(iter(jobs.values()), None)
        if newest is not None and newest.kind is JobKind.UNDO and newest.undoable:
            return f"There is nothing left to undo. To redo the last: rightsdesk undo {newest.id}"
        return "There is nothing left to undo."
    return NOTHING_TO_DO if plan.unchanged else "There is nothing to change."


def _ask(session: Session, plan: Plan, where: Places, answers: Answers) -> Confirmation | None:
    """Return the confirmation to apply with; None for a no."""
    out = session.out
    if answers.yes:
        out.preview(*_plan_lines(session, plan, where))
        return plan.confirmation() if _may_widen(plan, answers) else NO_CONFIRMATION
    if not is_interactive():
        if not out.as_json:
            out.present(*_plan_lines(session, plan, where))
        raise nobody_to_ask(YES_OR_PREVIEW, plan_shape(plan, where, dry_run=False))
    out.present(*_plan_lines(session, plan, where))
    if not confirmed("Do this?"):
        return None
    if _may_widen(plan, answers):
        return plan.confirmation()
    out.present(*widening_lines(plan, where))
    return plan.confirmation() if confirmed("Allow this, too?") else NO_CONFIRMATION


def _may_widen(plan: Plan, answers: Answers) -> bool:
    """Whether a yes to the plan includes its widening."""
    return answers.allow_widening or not plan.widening


def _tell(session: Session, plan: Plan, where: Places, report: JobReport) -> Exit:
    out = session.out
    results = with_unreached(plan, report)
    out.say(*report_lines(report, results, verbose=out.verbose))
    if any(result.cause == Cause.WIDENING for result in results):
        out.say("To allow it, run the same command with --allow-widening.")
    shape = report_shape(plan, where, report)
    if report.kind is JobKind.UNDO:
        shape["choice_stands"] = session.workspace().jobs.consent_stands(report)
        out.say(*((CONSENT_STANDS,) if shape["choice_stands"] else ()))
    out.document(shape)
    if report.cancelled:
        return Exit.CANCELLED
    return max(_code(r.outcome for r in results), _left_code(results), _note_code(plan))


def _code(outcomes: Iterable[Outcome]) -> Exit:
    failing = (Outcome.FAILED, Outcome.SKIPPED)
    return Exit.SOME_FAILED if any(o in failing for o in outcomes) else Exit.DONE


def _note_code(plan: Plan) -> Exit:
    """Return the exit code for carriers that could not be read: they may need a change."""
    return Exit.SOME_FAILED if plan.notes else Exit.DONE


def _left_code(results: Iterable[Result]) -> Exit:
    """Return the exit code for changes that were not started: they are neither done nor failed."""
    left = any(result.outcome is Outcome.PLANNED for result in results)
    return Exit.SOME_FAILED if left else Exit.DONE
