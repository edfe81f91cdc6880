"""Opening the window from the command line: the only place here that loads Qt."""

from __future__ import annotations

from rightsdesk.cli.exits import Ended, Exit
from rightsdesk.cli.session import Session
from rightsdesk.errors import KnownError


class NoWindow(KnownError):
    """Qt, or a library of the system that it needs, is not there."""

    cause = "no-window"


def open_window(session: Session) -> int:
    """Show the window on the session's workspace until it is closed; the exit code."""
    try:
        from rightsdesk.desktop.app import run
    except ImportError as error:
        advice = "Everything also works on the command line: rightsdesk --help"
        known = NoWindow(f"The window cannot be opened here: {error}.", advice=advice)
        raise Ended(Exit.COULD_NOT_START, known) from error
    return run(session.workspace())
