"""`jobs resume --due` and `look`, for a nightly run.

They ask nothing, and make no change that was not confirmed. A licence that is over ends where it
was written, too: its partner is taken out, as was agreed when it was added.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.cli.commands.facts import update_shape, update_words
from rightsdesk.cli.commands.terms.watching import check_shape, exit_of, run_check
from rightsdesk.cli.exits import EarlyExit, Exit, advice_for, exit_code, usage
from rightsdesk.cli.options import Json, begin
from rightsdesk.cli.output.json_shapes import Shape
from rightsdesk.cli.output.previews import report_lines
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.progress import show_progress, stop_on_signal
from rightsdesk.cli.session import Session
from rightsdesk.errors import KnownError
from rightsdesk.workspace.types.artists import NoAccount

if TYPE_CHECKING:
    from rightsdesk.changes.types import JobReport
    from rightsdesk.workspace.jobs.resuming import ResumedJob, WaitingJob
    from rightsdesk.workspace.observing.scheduled_check import CheckInterval, CheckResult
    from rightsdesk.workspace.terms.types import TermsCheck


NO_ACCOUNT = "No account is connected: no platform was checked."


def resume_due_jobs(session: Session) -> Exit:
    """Resume the jobs whose wait is over, and list those that still wait."""
    from rightsdesk.workspace.jobs.resuming_words import resumed_words

    out, workspace = session.out, session.workspace()
    with stop_on_signal() as stop, show_progress(out, "Resuming") as progress:
        resumed = workspace.jobs.resume_due(progress=progress, cancel=stop)
    now = workspace.now()
    for job in resumed:
        out.say(shown(resumed_words(job, now)))
    waiting = workspace.jobs.waiting()
    if not resumed:
        out.say("Nothing is due.")
    resumed_ids = {job.job.id for job in resumed}
    for later in waiting:
        if later.job.id not in resumed_ids:
            out.say(f"{shown(job_name(later.job))}: resumes {phrases.at_moment(later.due, now)}.")
    out.document(
        {
            "went_on": [_resumed_shape(job) for job in resumed],
            "waiting": [_waiting_shape(job) for job in waiting],
        }
    )
    if stop.is_set():
        return Exit.CANCELLED
    failed = any(job.report is not None and job.report.failures for job in resumed)
    return Exit.SOME_FAILED if failed or any(job.why for job in resumed) else Exit.DONE


def _resumed_shape(resumed: ResumedJob) -> Shape:
    report = resumed.report
    return {
        "job": resumed.job.id,
        "name": job_name(resumed.job),
        "continued_by": report.job if report else None,
        "counts": report.counts if report else {},
        "left_alone": resumed.dropped,
        "due_at": resumed.due.isoformat(timespec="seconds") if resumed.due else "",
        "problem": resumed.why,
    }


def _waiting_shape(waiting: WaitingJob) -> Shape:
    return {
        "job": waiting.job.id,
        "name": job_name(waiting.job),
        "open": waiting.job.open_changes,
        "due_at": waiting.due.isoformat(timespec="seconds"),
    }


def check_platforms(
    context: typer.Context,
    every: Annotated[
        str,
        typer.Option(
            "--every",
            metavar="never|day|week",
            help="Set the interval of automatic checks; nothing is checked now.",
        ),
    ] = "",
    if_due: Annotated[
        bool,
        typer.Option("--if-due", help="Check only if the interval is over: for a nightly run."),
    ] = False,
    as_json: Json = False,
) -> int:
    """Check all platforms and list what changed there since the last check.

    Writes nothing there, except that partners of ended licences are taken out, in files and on
    sites. `--every` switches on automatic checks: by the window while it is open, or
    by a nightly `rightsdesk look --if-due`. They are off by default. While the terms watch is on
    (`rightsdesk terms on`), the terms are checked too, and newer facts about platforms are
    installed where an address is set for them (`rightsdesk facts address`).

    \b
    rightsdesk look
    rightsdesk look --every week
    rightsdesk look --if-due; rightsdesk jobs resume --due
    """
    session = begin(context, as_json=as_json)
    if every and if_due:
        raise usage("--every only sets the interval; --if-due checks. Use one of them.")
    if every:
        return _set_every(session, every)
    narrowed = narrow_ended(session)
    document: Shape = {"ended_licences": narrowed_shape(narrowed)}
    try:
        code, unread = _look(session, document, if_due=if_due)
    except KnownError as error:
        if narrowed is None:
            raise
        error.advice = advice_for(error)
        raise EarlyExit(exit_code(error), error, document) from error
    if unread is not None:
        session.out.note(NO_ACCOUNT, advice_for(unread))
    if narrowed is not None and narrowed.failures:
        code = max(code, Exit.SOME_FAILED)
    session.out.document(document)
    return code


def _look(session: Session, document: Shape, *, if_due: bool) -> tuple[Exit, NoAccount | None]:
    """Check what is due, and add to the document what was found.

    Return the exit code, and the error if there is no account: no failure for a nightly run, which
    has ended licences, terms and facts to see to.
    """
    workspace, unread = session.workspace(), None
    now = workspace.now()
    due = workspace.accounts.check_due(now)
    if if_due and (due is None or due > now):
        code, found = _not_due(session, due, now)
    else:
        try:
            code, found = _check(session)
        except NoAccount as error:
            every = workspace.accounts.check_interval().value
            found = {"items": 0, "changed": [], "gone": [], "notes": [NO_ACCOUNT], "every": every}
            code, unread = Exit.DONE, error
    document.update(found)
    if code is not Exit.CANCELLED and (terms := _check_terms(session, now)):
        document["terms"] = check_shape(terms)
        code = max(code, exit_of(terms))
    if code is not Exit.CANCELLED:
        code = max(code, _update_facts(session, document))
    return code, unread


def _check(session: Session) -> tuple[Exit, Shape]:
    workspace, out = session.workspace(), session.out
    with stop_on_signal() as stop, show_progress(out, "Reading platforms") as progress:
        result = workspace.accounts.check_all(progress=progress, cancel=stop)
    out.say(str(result))
    for drift in result.changed:
        out.say(f"  {shown(str(drift))}")
    for label in result.gone:
        out.say(f"  {shown(label)} is no longer there.")
    out.note(*(f"Not checked: {shown(note)}" for note in result.notes))
    document = {**_result_shape(result), "every": workspace.accounts.check_interval().value}
    if result.cancelled:
        return Exit.CANCELLED, document
    return Exit.SOME_FAILED if result.notes else Exit.DONE, document


def narrow_ended(session: Session) -> JobReport | None:
    """Take the partners of ended licences out of files and sites; say so."""
    with stop_on_signal() as stop, show_progress(session.out, "Ending licences") as progress:
        report = session.workspace().licences.narrow_ended(progress=progress, cancel=stop)
    if report is not None:
        session.out.say(*report_lines(report, report.results, verbose=session.out.verbose))
    return report


def narrowed_shape(report: JobReport | None) -> Shape | None:
    """Return the job that took partners of ended licences out; None if there was none."""
    if report is None:
        return None
    return {"job": report.job, "name": job_name(report), "counts": report.counts}


def _check_terms(session: Session, now: datetime) -> TermsCheck | None:
    """Check the terms too, if the watch is on and due; None if not, or if there are none."""
    due = session.workspace().terms.due(now)
    if due is None or due > now:
        return None
    from rightsdesk.workspace.terms.types import NothingToWatch

    try:
        return run_check(session, [])
    except NothingToWatch:
        return None


def _update_facts(session: Session, document: Shape) -> Exit:
    """Install newer facts about platforms, if an address is set and it is time.

    A failure changes nothing; the facts in use stay.
    """
    try:
        done = session.workspace().facts.update_if_due()
    except KnownError as error:
        session.out.note(f"Facts about platforms: {shown(str(error))}")
        document["facts"] = {"version": "", "problem": error.sentence}
        return Exit.SOME_FAILED
    if done is not None:
        session.out.say(update_words(done))
        document["facts"] = {**update_shape(done), "problem": ""}
    return Exit.DONE


def _set_every(session: Session, every: str) -> Exit:
    from rightsdesk.workspace.observing.scheduled_check import CheckInterval

    if every not in set(CheckInterval):
        raise usage("The interval is never, day or week: --every week")
    interval = CheckInterval(every)
    workspace = session.workspace()
    workspace.accounts.set_check_interval(interval)
    session.out.say(_every_words(interval))
    session.out.document({"every": interval.value})
    return Exit.DONE


def _every_words(interval: CheckInterval) -> str:
    if not interval.days:
        return "Automatic checks are off. RightsDesk checks platforms only on command."
    return (
        f"RightsDesk checks the platforms once a {interval.value} while its window is open. "
        "Without the window: rightsdesk look --if-due, every night."
    )


def _not_due(session: Session, due: datetime | None, now: datetime) -> tuple[Exit, Shape]:
    if due is None:
        session.out.say("Automatic checks are off. To switch them on: rightsdesk look --every week")
    else:
        session.out.say(f"The next check is due {phrases.at_moment(due, now)}.")
    return Exit.DONE, {"due_at": due.isoformat(timespec="seconds") if due else ""}


def _result_shape(result: CheckResult) -> dict[str, Any]:
    return {
        "items": result.items,
        "changed": [
            {
                "carrier": drift.carrier,
                "item": drift.label,
                "artist": drift.artist,
                "before": drift.before.to_json(),
                "now": drift.now.to_json(),
                "noticed_at": drift.noticed_at,
            }
            for drift in result.changed
        ],
        "gone": list(result.gone),
        "notes": list(result.notes),
    }
