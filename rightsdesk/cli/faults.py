"""How the command line owns up to a bug of RightsDesk: a sentence and a file, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rightsdesk import crash_reports, data_folder
from rightsdesk.cli.exits import AsciiOnly, NotText
from rightsdesk.crash_reports import Bug
from rightsdesk.errors import KnownError
from rightsdesk.shown import shown

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
    if sys.getfilesystemencoding().lower() in ("ascii", "us-ascii", "646"):
        return AsciiOnly(
            "The locale of this terminal or script knows ASCII only, and there is other text.",
            advice="Set LC_ALL=C.UTF-8 (or another locale with UTF-8), then try again.",
        )
    for argument in args:
        if any("\ud800" <= character <= "\udfff" for character in argument):
            return NotText(
                f"This is no text in {sys.getfilesystemencoding().upper()}: {shown(argument)}"
            )
    return None


def _data_dir(session: Session) -> Path | None:
    try:
        return session.data_dir or data_folder.default()
    except KnownError:
        return None
