"""`tag`, `sync`, `undo` and `jobs`: making carriers say what is wanted, and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Cancel, JobInfo, JobKind, JobSubject, Outcome, Plan, Progress
from rightsdesk.changes.words import OUTCOME_NAMES, artist_words, resume_words
from rightsdesk.cli.carrying_out import Answers, carry_out
from rightsdesk.cli.commands.scheduled import carry_on_due
from rightsdesk.cli.exits import Ended, Exit, usage
from rightsdesk.cli.options import (
    AllowWidening,
    ArtistName,
    DryRun,
    Json,
    PathName,
    RecordingName,
    ReleaseName,
    Yes,
    absolute,
    begin,
)
from rightsdesk.cli.output.json_shapes import job_shape
from rightsdesk.cli.output.tables import print_table
from rightsdesk.cli.output.words import joined, no_music_words, shown
from rightsdesk.cli.session import Session
from rightsdesk.errors import KnownError

if TYPE_CHECKING:
    from rightsdesk.workspace.types import Filter


EvenSigned = Annotated[
    bool, typer.Option("--even-signed", help="Also files whose Content Credentials that breaks.")
]


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
    """Write what you want into the files, so that machines and people can read it there.

    Shows what will change and asks first. The sound and everything else in a file stay as
    they are, and `rightsdesk undo` takes it back.

    \b
    rightsdesk tag --dry-run
    rightsdesk tag --artist 'Mira Koval'
    rightsdesk tag --path ~/Music/new --yes --json
    """
    session = begin(context, as_json=as_json)
    wanted = session.filter(
        artist=artist, release=release, recording=recording, path=absolute(path)
    )
    return carry_out(
        session,
        lambda progress, cancel: session.workspace().jobs.plan_tag(
            wanted, even_signed=even_signed, progress=progress, cancel=cancel
        ),
        Answers(yes, allow_widening, dry_run),
        reading="Looking at files",
        nothing=lambda: nothing_to_tag(session, wanted),
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
    """Write what you want to the platforms where you are signed in.

    Reads what they say now, shows what will change and asks first.

    \b
    rightsdesk sync --dry-run
    rightsdesk sync --platform soundcloud
    """
    session = begin(context, as_json=as_json)
    wanted = session.filter(
        artist=artist, release=release, recording=recording, path=absolute(path)
    )
    return carry_out(
        session,
        lambda progress, cancel: session.workspace().jobs.plan_sync(
            wanted, platform, progress=progress, cancel=cancel
        ),
        Answers(yes, allow_widening, dry_run),
        reading="Reading platforms",
    )


def undo(
    context: typer.Context,
    job: Annotated[
        int | None, typer.Argument(metavar="[JOB]", help="Which job; none: the latest.")
    ] = None,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    even_signed: EvenSigned = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Take back what a job did, in files and on platforms.

    An undo is a job too, and can be undone. `rightsdesk jobs` lists them. Asking for an
    undo is the yes to what it reopens; a redo that opens something up is an opt-in.
    `rightsdesk history` lists consents, attestations and all else, and undoes those.
    """
    session = begin(context, as_json=as_json)
    return carry_out(
        session,
        lambda progress, cancel: _plan_undo(session, job, even_signed, progress, cancel),
        Answers(yes, allow_widening, dry_run),
        reading="Looking back",
    )


def _plan_undo(
    session: Session, job: int | None, even_signed: bool, progress: Progress, cancel: Cancel
) -> Plan:
    """The plan; an empty one where there is nothing to undo, as for a job that is undone."""
    try:
        return session.workspace().jobs.plan_undo(
            job, even_signed=even_signed, progress=progress, cancel=cancel
        )
    except KnownError as known:
        if known.cause != "nothing-to-undo":
            raise
        return Plan(JobKind.UNDO, JobSubject(), ())


def nothing_to_tag(session: Session, wanted: Filter) -> Ended | None:
    """What there has to be before files can be tagged."""
    if not session.workspace().artists.all():
        return usage("There is no artist yet.", "Add one: rightsdesk artist add NAME")
    if session.workspace().catalogue.recordings(wanted):
        return None
    return usage(no_music_words(wanted), "Scan it: rightsdesk scan FOLDER --artist NAME")


jobs_app = typer.Typer(rich_markup_mode=None, help="What was done, newest first.")


@jobs_app.callback(invoke_without_command=True)
def jobs(context: typer.Context, as_json: Json = False) -> int:
    """List what was done, newest first; `jobs resume JOB` goes on with one that was stopped."""
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
        session.out.say("Nothing was done yet.")
    session.out.document({"jobs": [job_shape(job) for job in found]})
    return Exit.DONE


def _state_words(job: JobInfo) -> tuple[str, str]:
    counts = joined(
        f"{phrases.number(n)} {OUTCOME_NAMES[Outcome(key)]}" for key, n in job.counts.items()
    )
    state = ""
    if job.undone_by is not None:
        state = f"undone by job {job.undone_by}"
        if job.undo_open:
            state = f"undone in part by job {job.undone_by}, {phrases.number(job.undo_open)} left"
    elif job.open_changes:
        state = f"{phrases.counted(job.open_changes, 'change')} left"
        goes_on = resume_words(job.due_at, datetime.now(UTC))
        state += f", {goes_on}" if goes_on else f": rightsdesk jobs resume {job.id}"
    elif job.undoable:
        state = "can be undone"
    return counts, state


@jobs_app.command()
def resume(
    context: typer.Context,
    job: Annotated[
        int | None, typer.Argument(metavar="[JOB]", help="The job to go on with.")
    ] = None,
    due: Annotated[
        bool,
        typer.Option(
            "--due", help="All that a platform told to wait and may go on, without asking."
        ),
    ] = False,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Go on with a job that was stopped.

    With `--due` those that a platform told to wait, once their time has come: what you
    agreed to when they began, and nothing new. The window does that by itself.

    \b
    rightsdesk jobs resume 3
    rightsdesk jobs resume --due
    """
    session = begin(context, as_json=as_json)
    if due and job is None:
        return carry_on_due(session)
    if due or job is None:
        raise usage("Say which job, or --due.", "rightsdesk jobs lists them.")
    return carry_out(
        session,
        lambda progress, cancel: session.workspace().jobs.plan_resume(
            job, progress=progress, cancel=cancel
        ),
        Answers(yes, allow_widening, dry_run),
        reading="Looking at what is left",
    )
