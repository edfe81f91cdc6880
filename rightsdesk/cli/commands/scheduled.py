"""`jobs resume --due` and `look`: what a nightly run does, without a question and without a change
that was not agreed to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import Json, begin
from rightsdesk.cli.output.json_shapes import Shape
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.session import Session
from rightsdesk.cli.watching import stoppable, watched

if TYPE_CHECKING:
    from rightsdesk.workspace.jobs.resuming import ResumedJob, WaitingJob
    from rightsdesk.workspace.observing.scheduled_check import CheckInterval, CheckResult


def carry_on_due(session: Session) -> Exit:
    """Carry on the jobs whose wait is over, and tell which still wait."""
    from rightsdesk.workspace.jobs.resuming_words import resumed_words

    out, workspace = session.out, session.workspace()
    with stoppable() as stop, watched(out, "Going on") as progress:
        went = workspace.jobs.resume_due(progress=progress, cancel=stop)
    now = workspace.now()
    for one in went:
        out.say(shown(resumed_words(one, now)))
    waiting = workspace.jobs.waiting()
    if not went:
        out.say("Nothing is due.")
    carried = {one.job.id for one in went}
    for later in waiting:
        if later.job.id not in carried:
            out.say(f"{shown(job_name(later.job))}: goes on {phrases.at_moment(later.due, now)}.")
    out.document(
        {
            "went_on": [_went_shape(one) for one in went],
            "waiting": [_waiting_shape(one) for one in waiting],
        }
    )
    if stop.is_set():
        return Exit.CANCELLED
    failed = any(one.report is not None and one.report.failures for one in went)
    return Exit.SOME_FAILED if failed or any(one.why for one in went) else Exit.DONE


def _went_shape(went: ResumedJob) -> Shape:
    report = went.report
    return {
        "job": went.job.id,
        "name": job_name(went.job),
        "continued_by": report.job if report else None,
        "counts": report.counts if report else {},
        "left_alone": went.dropped,
        "due_at": went.due.isoformat(timespec="seconds") if went.due else "",
        "problem": went.why,
    }


def _waiting_shape(waiting: WaitingJob) -> Shape:
    return {
        "job": waiting.job.id,
        "name": job_name(waiting.job),
        "open": waiting.job.open_changes,
        "due_at": waiting.due.isoformat(timespec="seconds"),
    }


def look(
    context: typer.Context,
    every: Annotated[
        str,
        typer.Option(
            "--every",
            metavar="never|day|week",
            help="From now on, look by itself so often; nothing is looked at now.",
        ),
    ] = "",
    if_due: Annotated[
        bool, typer.Option("--if-due", help="Only if it is time for it: for a nightly run.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Look at all platforms, and tell what changed there since the last look.

    Writes nothing there. `--every` lets RightsDesk look by itself: the window while it is
    open, or a nightly `rightsdesk look --if-due`. It is off unless you switch it on.

    \b
    rightsdesk look
    rightsdesk look --every week
    rightsdesk look --if-due; rightsdesk jobs resume --due
    """
    session = begin(context, as_json=as_json)
    if every and if_due:
        raise usage("--every only sets how often; --if-due looks. Give one of them.")
    if every:
        return _set_every(session, every)
    workspace, out = session.workspace(), session.out
    now = workspace.now()
    due = workspace.accounts.check_due(now)
    if if_due and (due is None or due > now):
        return _not_due(session, due, now)
    with stoppable() as stop, watched(out, "Reading platforms") as progress:
        looked = workspace.accounts.check_all(progress=progress, cancel=stop)
    out.say(str(looked))
    for drift in looked.changed:
        out.say(f"  {shown(str(drift))}")
    for label in looked.gone:
        out.say(f"  {shown(label)} is no longer there.")
    out.note(*(f"Not looked at: {shown(note)}" for note in looked.notes))
    out.document({**_looked_shape(looked), "every": workspace.accounts.check_interval().value})
    if looked.cancelled:
        return Exit.CANCELLED
    return Exit.SOME_FAILED if looked.notes else Exit.DONE


def _set_every(session: Session, every: str) -> Exit:
    from rightsdesk.workspace.observing.scheduled_check import CheckInterval

    if every not in set(CheckInterval):
        raise usage("How often? --every never, --every day or --every week.")
    often = CheckInterval(every)
    workspace = session.workspace()
    workspace.accounts.set_check_interval(often)
    session.out.say(_every_words(often))
    session.out.document({"every": often.value})
    return Exit.DONE


def _every_words(often: CheckInterval) -> str:
    if not often.days:
        return "RightsDesk looks at the platforms only when you ask for it."
    return (
        f"RightsDesk looks at the platforms once a {often.value} while its window is open. "
        "Without the window: rightsdesk look --if-due, every night."
    )


def _not_due(session: Session, due: datetime | None, now: datetime) -> Exit:
    if due is None:
        session.out.say("Looking by itself is off. To switch it on: rightsdesk look --every week")
    else:
        session.out.say(f"The next look is due {phrases.at_moment(due, now)}.")
    session.out.document({"due_at": due.isoformat(timespec="seconds") if due else ""})
    return Exit.DONE


def _looked_shape(looked: CheckResult) -> dict[str, Any]:
    return {
        "items": looked.items,
        "changed": [
            {
                "carrier": drift.carrier,
                "item": drift.label,
                "artist": drift.artist,
                "before": drift.before.to_json(),
                "now": drift.now.to_json(),
                "noticed_at": drift.noticed_at,
            }
            for drift in looked.changed
        ],
        "gone": list(looked.gone),
        "notes": list(looked.notes),
    }
