"""`tag`, `sync`, `undo` and `jobs`: write consents to carriers, and undo it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import JobInfo, JobKind, JobSubject, Outcome, Plan
from rightsdesk.changes.words import OUTCOME_NAMES, artist_words, resume_words
from rightsdesk.cli.commands.scheduled import (
    NO_ACCOUNT,
    narrow_ended,
    narrowed_shape,
    resume_due_jobs,
)
from rightsdesk.cli.confirmation import Answers
from rightsdesk.cli.exits import EarlyExit, Exit, advice_for, usage
from rightsdesk.cli.options import (
    AllowWidening,
    ArtistName,
    DryRun,
    EvenSigned,
    Json,
    PathName,
    RecordingName,
    ReleaseName,
    Yes,
    absolute,
    begin,
)
from rightsdesk.cli.output.json_shapes import change_shape, job_shape, plan_shape
from rightsdesk.cli.output.previews import step_words
from rightsdesk.cli.output.tables import print_table
from rightsdesk.cli.output.words import first_steps, joined, licensed_words, no_music_words, shown
from rightsdesk.cli.plan_runner import run_plan, run_undo
from rightsdesk.cli.session import Session
from rightsdesk.workspace.types.artists import NoAccount

if TYPE_CHECKING:
    from rightsdesk.changes.types import Change
    from rightsdesk.cli.output.trees import Places
    from rightsdesk.workspace.types.scopes import Filter


def tag(
    context: typer.Context,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    path: PathName = "",
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    even_signed: EvenSigned = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Write your consents into the files, for machines and people to read.

    Shows a preview and asks first. The audio and all other metadata stay unchanged, and `rightsdesk
    undo` reverts it.

    \b
    rightsdesk tag --dry-run
    rightsdesk tag --artist 'Mira Koval'
    rightsdesk tag --path ~/Music/new --yes --json
    """
    session = begin(context, as_json=as_json)
    wanted = session.filter(
        artist=artist, release=release, recording=recording, path=absolute(path)
    )
    return run_plan(
        session,
        lambda progress, cancel: session.workspace().jobs.plan_tag(
            wanted, even_signed=even_signed, progress=progress, cancel=cancel
        ),
        Answers(yes, allow_widening, dry_run),
        reading="Reading files",
        if_empty=lambda: nothing_to_tag(session, wanted),
    )


def sync(
    context: typer.Context,
    artist: ArtistName = "",
    release: ReleaseName = "",
    recording: RecordingName = "",
    path: PathName = "",
    platform: Annotated[
        str, typer.Option("--platform", metavar="PLATFORM", help="Only this platform.")
    ] = "",
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Write your consents to the platforms where you are signed in.

    Reads them first, shows a preview and asks. Partners of ended licences are taken out before, in
    files and on sites, without a question.

    \b
    rightsdesk sync --dry-run
    rightsdesk sync --platform soundcloud
    """
    session = begin(context, as_json=as_json)
    wanted = session.filter(
        artist=artist, release=release, recording=recording, path=absolute(path)
    )
    narrowed = None if dry_run else narrow_ended(session)
    if narrowed is not None:
        session.out.besides["ended_licences"] = narrowed_shape(narrowed)
    waits = dry_run and session.workspace().licences.to_narrow()
    if waits:
        session.out.note(
            "A licence has ended: without --dry-run, its partner is taken out of files and sites."
        )
    try:
        code = run_plan(
            session,
            lambda progress, cancel: session.workspace().jobs.plan_sync(
                wanted, platform, progress=progress, cancel=cancel
            ),
            Answers(yes, allow_widening, dry_run),
            reading="Reading platforms",
        )
    except NoAccount as error:
        named = platform or session.workspace().accounts.all(counted=False)
        if named and narrowed is None and not waits:
            raise
        session.out.note(NO_ACCOUNT, advice_for(error))
        session.out.document(plan_shape(Plan(JobKind.SYNC, JobSubject(), ()), {}, dry_run=dry_run))
        code = Exit.DONE
    failed = narrowed is not None and bool(narrowed.failures)
    return max(code, Exit.SOME_FAILED) if failed else code


def undo(
    context: typer.Context,
    job: Annotated[
        int | None, typer.Argument(metavar="[JOB]", help="The job; without it, the latest.")
    ] = None,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    even_signed: EvenSigned = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Undo a job, in files and on platforms.

    An undo is a job, too: undoing it redoes the job. `rightsdesk jobs` lists them, and which can be
    undone or redone. The consents stay as they are: `rightsdesk consent` changes them. If AI may do
    more afterwards, --yes needs --allow-widening as well.
    `rightsdesk history` lists consents, attestations and more, and undoes those.

    \b
    rightsdesk undo
    rightsdesk undo 5 --dry-run
    """
    session = begin(context, as_json=as_json)
    answers = Answers(yes, allow_widening, dry_run)
    return run_undo(session, job, answers, even_signed=even_signed)


def nothing_to_tag(session: Session, wanted: Filter) -> EarlyExit | None:
    """Return the usage error if there is no artist or no music to tag; None otherwise."""
    if not session.workspace().artists.all():
        return usage("There is no artist yet.", "Add one: rightsdesk artist add NAME")
    if session.workspace().catalogue.recordings(wanted):
        return None
    return usage(no_music_words(wanted), first_steps(session.workspace().artists.all()))


jobs_app = typer.Typer(rich_markup_mode=None)


@jobs_app.callback(invoke_without_command=True)
def jobs(context: typer.Context, as_json: Json = False) -> int:
    """List the jobs, newest first.

    `jobs resume JOB` continues a stopped one, `jobs retry JOB` tries again what failed.

    \b
    rightsdesk jobs
    rightsdesk jobs show 5
    rightsdesk jobs resume
    """
    if context.invoked_subcommand is not None:
        return Exit.DONE
    session = begin(context, as_json=as_json)
    found = session.workspace().jobs.all()
    rows = [
        (
            *(str(job.id), shown(job_name(job)), shown(artist_words(job.artists))),
            *(phrases.iso_minute(job.started_at), *_state_words(job)),
        )
        for job in found
    ]
    if rows:
        headers = ("Job", "What", "Artist", "When (UTC)", "Outcome", "")
        print_table(session.out, headers, [("", rows)])
    else:
        session.out.say("There are no jobs yet.")
    session.out.document({"jobs": [job_shape(job) for job in found]})
    return Exit.DONE


def _state_words(job: JobInfo) -> tuple[str, str]:
    counts = joined(
        f"{phrases.number(n)} {OUTCOME_NAMES[Outcome(key)]}" for key, n in job.counts.items()
    )
    state = ""
    if job.last_step is not None:
        state = step_words(job)
        if job.undo_open:
            state = f"undone in part by job {job.undone_by}, {phrases.number(job.undo_open)} left"
    elif job.open_changes:
        state = f"{phrases.counted(job.open_changes, 'change')} left"
        goes_on = resume_words(job.due_at, datetime.now(UTC))
        state += f", {goes_on}" if goes_on else f": rightsdesk jobs resume {job.id}"
    elif job.changed_since:
        state = "changed since"
    elif job.undoable:
        state = "can be redone" if job.kind is JobKind.UNDO else "can be undone"
    return counts, state


@jobs_app.command()
def resume(
    context: typer.Context,
    job: Annotated[int | None, typer.Argument(metavar="[JOB]", help="The job to resume.")] = None,
    due: Annotated[
        bool,
        typer.Option("--due", help="Resume all jobs whose wait is over, without a question."),
    ] = False,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Resume a job that was stopped.

    With `--due`, resume the jobs for which a platform asked to wait, if the time is over. They make
    only the changes confirmed at their start. The window does that automatically.

    \b
    rightsdesk jobs resume 3
    rightsdesk jobs resume --due
    """
    session = begin(context, as_json=as_json)
    if due and job is None:
        return resume_due_jobs(session)
    if due or job is None:
        raise usage("Name a job, or use --due.", "To see them: rightsdesk jobs")
    return run_plan(
        session,
        lambda progress, cancel: session.workspace().jobs.plan_resume(
            job, progress=progress, cancel=cancel
        ),
        Answers(yes, allow_widening, dry_run),
        reading="Reading what is left",
    )


@jobs_app.command()
def retry(
    context: typer.Context,
    job: Annotated[int, typer.Argument(metavar="JOB", help="The job to retry.")],
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Try again what a job could not do, with the current consents.

    First see why: the reasons are listed before the preview.

    \b
    rightsdesk jobs retry 3
    """
    session = begin(context, as_json=as_json)
    for group in session.workspace().jobs.failures(job):
        session.out.note(f"{phrases.counted(group.count, 'change')}: {shown(group.problem)}")
    return run_plan(
        session,
        lambda progress, cancel: session.workspace().jobs.plan_retry(
            job, progress=progress, cancel=cancel
        ),
        Answers(yes, allow_widening, dry_run),
        reading="Reading what was not done",
    )


@jobs_app.command()
def show(
    context: typer.Context,
    job: Annotated[int, typer.Argument(metavar="JOB", help="The job to show.")],
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="OUTCOME", help="Only what ended so: failed.")
    ] = "",
    after: Annotated[
        int, typer.Option("--after", metavar="CHANGE", help="Only what comes after this change.")
    ] = 0,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=5000, help="The number of changes.")
    ] = 100,
    as_json: Json = False,
) -> int:
    """Show each file and track of a job: what it said before, what was to be, and the outcome.

    \b
    rightsdesk jobs show 3
    rightsdesk jobs show 3 --outcome failed --json
    """
    session = begin(context, as_json=as_json)
    jobs_of = session.workspace().jobs
    found = jobs_of.changes(job, after, limit + 1, _outcome(outcome))
    page, more = found[:limit], len(found) > limit
    where = jobs_of.locations(page)
    rows = [(str(change.id), *_change_words(change, where)) for change in page]
    if rows:
        headers = ("Change", "Where", "Before", "After", "Outcome")
        print_table(session.out, headers, [("", rows)])
    else:
        session.out.say("There is nothing more." if after else "Nothing was changed by this job.")
    if more:
        session.out.say(f"More: rightsdesk jobs show {job} --after {page[-1].id}")
    shapes = [
        {"id": c.id, **change_shape(c, c.outcome, c.problem, c.cause, where=where)} for c in page
    ]
    document = {"job": job, "changes": shapes, "next_after": page[-1].id if more else None}
    session.out.document(document)
    return Exit.DONE


def _outcome(name: str) -> Outcome | None:
    if name and name not in set(Outcome):
        raise usage(f"There is no outcome “{shown(name)}”.", f"There are: {', '.join(Outcome)}.")
    return Outcome(name) if name else None


def _change_words(change: Change, where: Places) -> tuple[str, str, str, str]:
    place = where.get((change.target.carrier, change.target.id))
    name = place.place if place else change.target.label
    before = "not read" if change.unread else licensed_words(change.before, change.named_before)
    outcome = OUTCOME_NAMES[change.outcome]
    said = f"{outcome}: {shown(change.problem)}" if change.problem else outcome
    return shown(name), before, licensed_words(change.after, change.named_after), said
