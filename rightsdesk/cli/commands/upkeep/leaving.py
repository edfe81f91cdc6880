"""`rightsdesk forget-everything`: take declarations back, and remove RightsDesk's own data."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rightsdesk import data_folder, phrases
from rightsdesk.changes.names import counted_carriers
from rightsdesk.changes.types import Outcome, Result
from rightsdesk.cli.confirmation import nobody_to_ask
from rightsdesk.cli.exits import EarlyExit, Exit, NotWidened, ending_with, stopped, usage
from rightsdesk.cli.options import AllowWidening, DryRun, Json, Yes, begin
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.progress import show_progress, stop_on_signal
from rightsdesk.cli.prompts import confirmed, is_interactive
from rightsdesk.cli.session import Session
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError

if TYPE_CHECKING:
    from rightsdesk.workspace.data.leaving import Stays

_GONE = frozenset({Cause.GONE, Cause.ITEM_GONE})

WORDS = "forget everything"
"""What a person types to confirm."""


class NotTakenBack(KnownError):
    """Some declarations could not be taken back, so nothing was removed."""

    cause = Cause.NOT_TAKEN_BACK


def forget_everything(
    context: typer.Context,
    take_back: Annotated[
        bool,
        typer.Option(
            "--take-back", help="Undo all jobs first: files and tracks get back what they said."
        ),
    ] = False,
    gone_for_good: Annotated[
        bool,
        typer.Option(
            "--gone-for-good",
            help="With --take-back: go on without files and tracks that no longer exist.",
        ),
    ] = False,
    keep_backups: Annotated[
        bool, typer.Option("--keep-backups", help="Leave the backups in the data folder.")
    ] = False,
    keep_sign_ins: Annotated[
        bool, typer.Option("--keep-sign-ins", help="Don't end the sign-ins at the platforms.")
    ] = False,
    yes: Yes = False,
    allow_widening: AllowWidening = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Leave RightsDesk: take declarations back if you wish, and remove its data.

    It says first what stays where. Declarations in files and on platforms stay as they are unless
    they are taken back. Then it ends the sign-ins, and removes the data folder and the key in the
    keyring. Your music stays. A backup or `rightsdesk ledger export` keeps the evidence.

    \b
    rightsdesk forget-everything --dry-run
    rightsdesk forget-everything
    rightsdesk forget-everything --take-back --yes --allow-widening
    rightsdesk forget-everything --take-back --gone-for-good
    """
    session = begin(context, as_json=as_json)
    out, folder = session.out, session.data_dir or data_folder.default()
    if not folder.is_dir():
        out.say(f"There are no data of RightsDesk in {shown(str(folder))}.")
        out.document(_document(folder, None, dry_run=dry_run))
        return Exit.DONE
    stays = _stays(session)
    show = out.preview if yes and not dry_run else out.say
    show(*_lines(stays, folder, keep_backups=keep_backups))
    if dry_run:
        out.document(_document(folder, stays, dry_run=True))
        return Exit.DONE
    if not yes and not is_interactive():
        raise nobody_to_ask(
            "Add --yes to remove it without a question, or --dry-run to see what stays.",
            _document(folder, stays, dry_run=False),
        )
    taken = TakenBack([], [])
    if stays is not None and stays.jobs and (take_back or (not yes and confirmed(_offer(stays)))):
        document = _document(folder, stays, dry_run=False)
        given_up = gone_for_good if yes or gone_for_good else None
        allowed = not yes or allow_widening
        taken = _take_back(session, stays, document, allowed=allowed, gone_for_good=given_up)
    elif take_back and stays is None:
        raise usage(
            "The declarations can't be taken back: RightsDesk's data can't be opened.",
            "Restore a backup first, or leave --take-back out.",
        )
    if not yes:
        print(f"Type “{WORDS}” to remove RightsDesk's data: ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() != WORDS:
            raise stopped("Nothing was removed.")
    warnings = [] if stays is None or keep_sign_ins else _sign_out(session)
    return _forget(session, folder, stays, taken, warnings, keep_backups=keep_backups)


def _stays(session: Session) -> Stays | None:
    """What stays elsewhere; None if the data can't be opened."""
    try:
        return session.workspace().what_stays()
    except EarlyExit as ended:
        if ended.known.cause not in (Cause.DATABASE_DAMAGED, Cause.NEWER_SCHEMA):
            raise
        session.opening = False
        session.out.note(ended.known.sentence, "What RightsDesk wrote elsewhere is not known.")
        return None


def _lines(stays: Stays | None, folder: Path, *, keep_backups: bool) -> list[str]:
    """What stays where, and what will be removed."""
    lines = []
    if stays is not None and stays.jobs:
        lines.append("Stays, unless you take it back:")
        if stays.files:
            lines.append(f"  declarations in {phrases.counted(stays.files, 'file')}")
        lines += [f"  {counted_carriers([(carrier, number)])}" for carrier, number in stays.items]
    elif stays is not None:
        lines.append("RightsDesk wrote nothing into files or on platforms that is still there.")
    lines += [
        "Will be removed:",
        f"  {shown(str(folder))}: artists, consents, history, evidence, contracts, stored sign-ins"
        + ("; the backups stay" if keep_backups else ", backups"),
        "  the key of the sign-ins in the system's keyring",
        "Your music stays, and letters, reports and backups that you saved elsewhere.",
    ]
    return lines


def _offer(stays: Stays) -> str:
    jobs = phrases.counted(len(stays.jobs), "job")
    return (
        f"Take all of it back first? {jobs} will be undone, and AI may read it as before then: "
        "files and tracks will no longer reserve anything that they did not before."
    )


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The jobs that were undone, and the places that are gone for good, so that nothing could be
    taken back there."""

    jobs: list[int]
    gone: list[str]


def _take_back(
    session: Session,
    stays: Stays,
    document: Mapping[str, object],
    *,
    allowed: bool,
    gone_for_good: bool | None,
) -> TakenBack:
    """Undo all jobs, the newest first. Raises EarlyExit if anything could not be undone.

    With `gone_for_good` files and tracks that no longer exist are left out; None asks for each job.
    """
    jobs, out = session.workspace().jobs, session.out
    taken = TakenBack([], [])
    for place, job in enumerate(stays.jobs, 1):
        name = f"job {job}" if len(stays.jobs) == 1 else f"job {job} ({place} of {len(stays.jobs)})"
        with stop_on_signal() as stop:
            with show_progress(out, f"Reading {name}") as progress:
                plan = jobs.plan_undo(job, progress=progress, cancel=stop)
            if stop.is_set():
                raise stopped("Stopped. RightsDesk's data are still there.")
            if plan.widening and not allowed:
                raise EarlyExit(
                    Exit.SOME_FAILED,
                    NotWidened("Nothing was removed: this lets AI do more than before."),
                    {**document, "taken_back": taken.jobs},
                )
            with show_progress(out, f"Undoing {name}") as progress:
                report = jobs.apply(
                    plan, confirmed=plan.confirmation(), progress=progress, cancel=stop
                )
            if stop.is_set():
                raise stopped("Stopped. RightsDesk's data are still there.")
        not_made = (Outcome.FAILED, Outcome.SKIPPED, Outcome.PLANNED)
        failed = [
            one
            for one in report.results
            if one.outcome in not_made and not one.change.finds_nothing
        ]
        gone = [one for one in failed if one.cause in _GONE]
        places = list(dict.fromkeys(_place(one) for one in gone))
        may_go_on = len(gone) == len(failed) and not plan.notes
        asks = failed and may_go_on and gone_for_good is None
        if (asks and _are_gone(session, places)) or (failed and may_go_on and gone_for_good):
            taken.gone.extend(place for place in places if place not in taken.gone)
        elif failed or plan.notes:
            raise EarlyExit(
                Exit.SOME_FAILED,
                NotTakenBack(
                    f"{phrases.counted(len(failed) or len(plan.notes), 'change')} of job {job} "
                    "could not be taken back.",
                    untouched="RightsDesk's data are still there.",
                    advice=_advice(report.job or job, gone=bool(gone)),
                ),
                {**document, "taken_back": taken.jobs, "gone": places},
            )
        out.say(f"Job {job} is undone.")
        taken.jobs.append(job)
    return taken


def _place(result: Result) -> str:
    target = result.change.target
    return target.locator if target.on_disk else target.label


def _are_gone(session: Session, places: Sequence[str]) -> bool:
    """Whether a person says that places which no longer exist are gone for good."""
    session.out.present("These no longer exist where RightsDesk wrote into them:")
    session.out.present(*(f"  {shown(place)}" for place in places))
    return confirmed("Are they gone for good, not only moved or on a disk that is not connected?")


def _advice(job: int, *, gone: bool) -> str:
    missing = (
        "Connect the disk or bring the files back, or say that they are gone for good: "
        "--gone-for-good."
        if gone
        else "Try again, or leave --take-back out."
    )
    return f"To see why: rightsdesk jobs show {job}. {missing}"


def _sign_out(session: Session) -> list[str]:
    """End the sign-ins at the platforms. A sentence for each that could not be ended."""
    accounts = session.workspace().accounts
    warnings = (accounts.remove(account.id) for account in accounts.all(counted=False))
    return [warning for warning in warnings if warning]


def _forget(
    session: Session,
    folder: Path,
    stays: Stays | None,
    taken: TakenBack,
    warnings: list[str],
    *,
    keep_backups: bool,
) -> Exit:
    from rightsdesk.cli.commands.window import end_autostart
    from rightsdesk.workspace import Workspace

    out = session.out
    session.close()
    try:
        end_autostart(folder)
    except KnownError as error:
        warnings.append(str(error))
    with ending_with(Exit.COULD_NOT_START):
        left = Workspace.forget(folder, keep_backups=keep_backups)
    warnings += left.warnings
    out.say("RightsDesk's data are removed.")
    if taken.gone:
        out.say(
            "Not taken back, since they are gone for good:",
            *(f"  {shown(place)}" for place in taken.gone),
        )
    out.note(*map(str, warnings))
    if left.strangers:
        out.note(
            f"These files in {shown(str(folder))} are not RightsDesk's, and stay:",
            *(f"  {shown(path.name)}" for path in left.strangers),
        )
    document = _document(folder, stays, dry_run=False)
    names = [path.name for path in left.strangers]
    out.document(
        {
            **document,
            "taken_back": taken.jobs,
            "gone": taken.gone,
            "forgotten": True,
            "left": names,
            "warnings": list(map(str, warnings)),
        }
    )
    return Exit.SOME_FAILED if warnings else Exit.DONE


def _document(folder: Path, stays: Stays | None, *, dry_run: bool) -> dict[str, object]:
    return {
        "folder": str(folder),
        "dry_run": dry_run,
        "files": stays.files if stays else None,
        "platforms": [{"platform": name, "items": n} for name, n in (stays.items if stays else ())],
        "jobs": list(stays.jobs) if stays else [],
        "taken_back": [],
        "gone": [],
        "forgotten": False,
        "left": [],
        "warnings": [],
    }
