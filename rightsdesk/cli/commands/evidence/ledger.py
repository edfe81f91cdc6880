"""`rightsdesk ledger`: the history as a chain of hashes, checked and exported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rightsdesk import phrases
from rightsdesk.cli.exits import EarlyExit, Exit, stopped, usage
from rightsdesk.cli.options import Json, Yes, absolute, begin
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.progress import show_progress, stop_on_signal
from rightsdesk.cli.prompts import confirmed, is_interactive
from rightsdesk.enums.causes import Cause

if TYPE_CHECKING:
    from rightsdesk.cli.session import Session
    from rightsdesk.workspace.data.ledger import LedgerReport

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The history as a chain of hashes: check it, export it.\n\n\b\nrightsdesk ledger verify",
)


@app.callback()
def ledger() -> None:
    """The history as a chain of hashes: check it, export it."""


@app.command()
def verify(context: typer.Context, as_json: Json = False) -> int:
    """Check the whole ledger, and name the first entry that does not fit.

    Each entry's hash covers the entry and the hash before it. The end is checked with the head that
    was noted outside the database, and with your time stamps. If the data are too damaged to open,
    it names the damaged tables, too. Changes nothing.

    \b
    rightsdesk ledger verify
    rightsdesk ledger verify --json
    """
    session = begin(context, as_json=as_json)
    with stop_on_signal() as stop, show_progress(session.out, "Checking entries") as progress:
        report = _verified(session, progress, stop)
    session.out.say(*_report_lines(report))
    session.out.document(_report_shape(report))
    if report.cancelled:
        return Exit.CANCELLED
    return Exit.SOME_FAILED if report.fault else Exit.DONE


def _verified(session: Session, progress: Any, stop: Any) -> LedgerReport:
    """Check the ledger, also of data that don't open: the ledger may be why."""
    from rightsdesk.workspace import Workspace

    try:
        session.workspace()
    except EarlyExit as refusal:
        if refusal.known.cause != Cause.DATABASE_DAMAGED:
            raise
        report = Workspace.verify_ledger(session.data_dir, progress=progress, cancel=stop)
        if report.fault is None and not report.cancelled:
            raise _damaged_elsewhere(session, report, refusal) from refusal
        return report
    return session.workspace().evidence.verify(progress=progress, cancel=stop)


def _damaged_elsewhere(session: Session, report: LedgerReport, refusal: EarlyExit) -> EarlyExit:
    """Say that the ledger is whole, and name the tables that are damaged; the error to raise."""
    from rightsdesk.workspace import Workspace
    from rightsdesk.workspace.data.damage import damage_words

    damage = Workspace.find_damage(session.data_dir)
    session.out.say(*_report_lines(report), *damage_words(damage))
    tables = [
        {"table": table.name, "rows": table.rows, "to_end": table.to_end} for table in damage.tables
    ]
    document = {**_report_shape(report), "damaged": tables, "sound": damage.sound}
    return EarlyExit(refusal.code, refusal.known, document)


@app.command()
def head(context: typer.Context, as_json: Json = False) -> int:
    """Show the newest entry's number and hash.

    The hash covers the whole history up to this entry. Give it to somebody, or print it: then
    nobody can change an earlier entry unnoticed.

    \b
    rightsdesk ledger head
    """
    session = begin(context, as_json=as_json)
    newest = session.workspace().evidence.head()
    if newest.number:
        session.out.say(f"Entry {newest.number}", newest.hash)
    else:
        session.out.say("Nothing was done yet.")
    session.out.document({"entry": newest.number, "hash": newest.hash if newest.number else ""})
    return Exit.DONE


@app.command()
def export(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file to write: JSON Lines.")],
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Write the ledger to a file that another program can check.

    It holds everything that was done, with names of people, computers, files and accounts.
    docs/ledger.md has the rule by which it is checked.

    \b
    rightsdesk ledger export ledger.jsonl
    """
    from rightsdesk.workspace.exports.saving import AlreadyThere

    session = begin(context, as_json=as_json)
    evidence, place = session.workspace().evidence, absolute(file)
    try:
        made = evidence.export_ledger(place, replace=yes)
    except AlreadyThere as error:
        if not is_interactive():
            raise usage(error.sentence, f"{error.untouched} To replace it: --yes") from error
        if not confirmed(f"{error.sentence} Replace it?"):
            raise stopped(error.untouched) from error
        made = evidence.export_ledger(place, replace=True)
    entries = phrases.counted(made.head.number, "entry", "entries")
    session.out.say(f"{shown(made.path)}: {entries} written.")
    session.out.document(
        {
            "file": made.path,
            "bytes": Path(made.path).stat().st_size,
            "entry": made.head.number,
            "hash": made.head.hash,
        }
    )
    return Exit.DONE


def _report_lines(report: LedgerReport) -> list[str]:
    from rightsdesk.workspace.data.ledger import fault_words

    entries = phrases.counted(report.entries, "entry", "entries")
    if report.fault is not None:
        before = f"Entries before it that fit: {report.entries}."
        return [
            fault_words(report.fault),
            before,
            "Nothing was changed. RightsDesk's backups are in the data folder; an exported ledger "
            "or a time stamp shows what was there before.",
        ]
    if report.cancelled:
        return [f"Stopped before the end. Entries that fit so far: {report.entries}."]
    lines = [f"The history is whole: {entries}, each fits the one before it."]
    if report.lists:
        lines.append(f"Lists of details that fit their entries: {report.lists}.")
    if report.stamps:
        lines.append(f"Time stamps that name an entry as it is: {report.stamps}.")
    return [*lines, f"Head: {report.head.hash}"]


def _report_shape(report: LedgerReport) -> dict[str, Any]:
    from rightsdesk.workspace.data.ledger import fault_words

    fault = report.fault
    return {
        "whole": fault is None and not report.cancelled,
        "entries": report.entries,
        "hash": report.head.hash if report.entries else "",
        "lists": report.lists,
        "stamps": report.stamps,
        "cancelled": report.cancelled,
        "fault": None
        if fault is None
        else {
            "kind": fault.kind.value,
            "entry": fault.number,
            "last": fault.last or fault.number,
            "witness": fault.witness,
            "words": str(fault_words(fault)),
        },
    }
