"""Open the window from the command line: the only place here that loads Qt."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from urllib.request import url2pathname

import typer

from rightsdesk import data_folder
from rightsdesk.cli.exits import EarlyExit, Exit, usage
from rightsdesk.cli.session import Session
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.shown import shown


class NoWindow(KnownError):
    """There is no screen for a window, or no Qt to draw it with."""

    cause = Cause.NO_WINDOW


def open_paths(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Folders and audio files."),
    ] = None,
) -> int:
    """Open the window on folders or audio files.

    The catalogue shows music that it knows. For other music the window asks whose it is. If a
    window is open on the same data already, that one comes to the front.

    `rightsdesk FOLDER` is short for it. A folder with the name of a command needs its path:
    `rightsdesk ./scan`.

    \b
    rightsdesk open ~/Music/Koval
    rightsdesk open song.flac 'Night Ferry'
    """
    found = [_absolute(str(path)) for path in paths or ()]
    return open_window(context.obj, found)


def open_window(session: Session, paths: Sequence[str] = ()) -> int:
    """Show the window until it is closed, and return the exit code.

    A window that is open on the same data gets the paths instead. Raises a usage error if there is
    nothing at one of them.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise usage(f"There is nothing at {shown(path)}.", "Check the path, then try again.")
    with _qt_errors():
        from rightsdesk.desktop.opening.second_start import address_of, hand_over

        folder = session.data_dir or data_folder.default()
        if hand_over(address_of(folder), paths, os.environ):
            session.out.note("RightsDesk is open already: its window comes to the front.")
            return Exit.DONE
        from rightsdesk.desktop.shell.app import main

        return main(session.data_dir, paths=paths)


def _absolute(path: str) -> str:
    """The path as another process finds it, of a `file:` address that of its file."""
    if path.startswith("file:/"):
        parts = urlsplit(path.replace("file:/", "file:///", 1) if path[6:7] != "/" else path)
        path = url2pathname(parts.path)
    return os.path.abspath(path)


def show_window_on(session: Session) -> int:
    """Show the window on an open workspace."""
    with _qt_errors():
        from rightsdesk.desktop.shell.app import run

        return run(session.workspace())


def end_autostart(data_dir: Path) -> None:
    """Let RightsDesk no longer start at login, if the window's settings said so.

    Raises NotSwitched.
    """
    try:
        from rightsdesk.desktop.shell.autostart import autostart
    except ImportError:  # without Qt there were no such settings
        return
    at_login = autostart(data_dir)
    if at_login.is_on():
        at_login.switch(False)


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
        raise _no_window(f"The window can't be opened: {error}.") from error
    finally:
        signal.signal(signal.SIGINT, before)


def _no_window(sentence: str) -> EarlyExit:
    advice = "Everything also works on the command line: rightsdesk --help"
    return EarlyExit(Exit.COULD_NOT_START, NoWindow(sentence, advice=advice))
