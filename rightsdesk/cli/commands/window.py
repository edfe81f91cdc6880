"""Opening the window from the command line: the only place here that loads Qt."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rightsdesk.cli.exits import Ended, Exit
from rightsdesk.cli.session import Session
from rightsdesk.errors import KnownError


class NoWindow(KnownError):
    """There is no screen to open a window on, or no Qt to draw it with."""

    cause = "no-window"


def open_window(session: Session) -> int:
    """Show the window until it is closed; the exit code. What it has to ask, it asks itself."""
    with _able_to_draw():
        from rightsdesk.desktop.shell.app import main

        return main(session.data_dir)


def show_window_on(session: Session) -> int:
    """Show the window on a workspace that is open already."""
    with _able_to_draw():
        from rightsdesk.desktop.shell.app import run

        return run(session.workspace())


@contextmanager
def _able_to_draw() -> Iterator[None]:
    """Says in words what Qt would end the whole program for."""
    chosen = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in chosen):
        raise _none("There is no screen to open the window on.")
    # While Qt waits for the person no Python runs, a handler for Ctrl-C included. To end at
    # once is safe: what was begun is put right at the next start.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    except ImportError as error:
        raise _none(f"The window cannot be opened: {error}.") from error
    finally:
        signal.signal(signal.SIGINT, before)


def _none(sentence: str) -> Ended:
    advice = "Everything works on the command line too: rightsdesk --help"
    return Ended(Exit.COULD_NOT_START, NoWindow(sentence, advice=advice))
