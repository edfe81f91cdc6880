"""Open the window from the command line: the only place here that loads Qt."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rightsdesk.cli.exits import EarlyExit, Exit
from rightsdesk.cli.session import Session
from rightsdesk.errors import KnownError


class NoWindow(KnownError):
    """There is no screen for a window, or no Qt to draw it with."""

    cause = "no-window"


def open_window(session: Session) -> int:
    """Show the window until it is closed, and return the exit code."""
    with _qt_errors():
        from rightsdesk.desktop.shell.app import main

        return main(session.data_dir)


def show_window_on(session: Session) -> int:
    """Show the window on an open workspace."""
    with _qt_errors():
        from rightsdesk.desktop.shell.app import run

        return run(session.workspace())


@contextmanager
def _qt_errors() -> Iterator[None]:
    """Turn cases in which Qt would end the program into errors."""
    chosen = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in chosen):
        raise _no_window("There is no screen to open the window on.")
    # While Qt waits for the person, no Python handler for Ctrl-C runs. Ending at once is safe: the
    # next start recovers what was begun.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    except ImportError as error:
        raise _no_window(f"The window cannot be opened: {error}.") from error
    finally:
        signal.signal(signal.SIGINT, before)


def _no_window(sentence: str) -> EarlyExit:
    advice = "Everything also works on the command line: rightsdesk --help"
    return EarlyExit(Exit.COULD_NOT_START, NoWindow(sentence, advice=advice))
