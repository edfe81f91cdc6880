"""Report a bug of RightsDesk: a sentence and a crash report, no traceback."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rightsdesk import crash_reports, data_folder
from rightsdesk.cli import encodings
from rightsdesk.crash_reports import Bug
from rightsdesk.errors import KnownError

if TYPE_CHECKING:
    from rightsdesk.cli.session import Session


def report_bug(session: Session, error: Exception) -> Bug:
    """Write the crash report and return the error to show. `--verbose` prints the report, too."""
    session.fault = error
    if session.out.verbose:
        session.out.note(crash_reports.report(error))
    return crash_reports.bug(
        *(_data_dir(session), error, "This is a bug of RightsDesk, not your mistake."),
        untouched="The command has stopped; no file is left half written.",
    )


def encoding_error(error: Exception, args: Sequence[str]) -> KnownError | None:
    """Return the error if an argument is not text in the encoding in use; None otherwise."""
    if not isinstance(error, UnicodeError):
        return None
    if encodings.ascii_only():
        return encodings.AsciiOnly()
    return next(filter(None, map(encodings.flaw, args)), None)


def _data_dir(session: Session) -> Path | None:
    try:
        return session.data_dir or data_folder.default()
    except KnownError:
        return None
