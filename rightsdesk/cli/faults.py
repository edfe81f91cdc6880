"""How the command line owns up to a bug of RightsDesk: a sentence and a file, no traceback."""

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


def owned_up(session: Session, error: Exception) -> Bug:
    """Write the crash report; what to say. With `--verbose` the report is said, too."""
    session.fault = error
    if session.out.verbose:
        session.out.note(crash_reports.report(error))
    return crash_reports.bug(
        *(_data_dir(session), error, "This is a fault of RightsDesk, not yours."),
        untouched="What was under way has stopped; no file is left half written.",
    )


def untellable(error: Exception, args: Sequence[str]) -> KnownError | None:
    """The cause in words, where text of the person's is none in the encoding in use."""
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
