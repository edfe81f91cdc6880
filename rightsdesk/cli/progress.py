"""Show progress, and let Ctrl-C stop at the next safe point."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from rightsdesk import phrases
from rightsdesk.changes.types import Progress, no_progress
from rightsdesk.cli.output.output import Output, write
from rightsdesk.cli.output.words import shown

SECONDS_BETWEEN_LINES = 2.0


class Stop:
    """A cancel flag that a signal handler may set: it uses no lock."""

    def __init__(self) -> None:
        self._wanted = False

    def is_set(self) -> bool:
        """Whether the person asked to stop."""
        return self._wanted

    def set(self) -> None:
        """Ask to stop at the next safe point."""
        self._wanted = True


@contextmanager
def stop_on_signal() -> Iterator[Stop]:
    """The first Ctrl-C (or SIGTERM) sets the flag and says so; the second one interrupts.

    Interrupting is safe: the next start recovers what was begun.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # only the main thread may handle signals
        return

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        # Not through sys.stderr: the signal may have interrupted a write to it.
        os.write(2, b"\nStopping at the next safe point. Press Ctrl-C again to stop at once.\n")

    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, handle) for number in signals]
    try:
        yield stop
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def show_progress(out: Output, what: str) -> Iterator[Progress]:
    """Show progress on stderr: a bar on a terminal, otherwise a line now and then."""
    if out.quiet:
        yield no_progress
    elif sys.stderr.isatty():
        with _bar(what) as progress:
            yield progress
    else:
        lines = ProgressLines(what, time.monotonic)
        try:
            yield lines
        finally:
            lines.close()


class ProgressLines:
    """Progress as plain lines: at most one every two seconds, and one at the end.

    If the work stops early, a last line says how far it came.
    """

    def __init__(self, what: str, clock: Callable[[], float]) -> None:
        self._what = what
        self._clock = clock
        self._next = clock() + SECONDS_BETWEEN_LINES
        self._ended = False
        self._latest = self._shown = ""
        self._lock = threading.Lock()

    def __call__(self, done: int, total: int, label: str) -> None:
        with self._lock:
            ends = 0 < total <= done
            of = f" of {phrases.number(total)}" if total else ""
            self._latest = f"{self._what}: {phrases.number(done)}{of}"
            if (ends and not self._ended) or self._clock() >= self._next:
                self._next = self._clock() + SECONDS_BETWEEN_LINES
                self._ended = ends
                self._show()

    def close(self) -> None:
        """Print the latest state if the last printed line is older."""
        with self._lock:
            if self._shown and self._latest != self._shown:
                self._show()

    def _show(self) -> None:
        self._shown = self._latest
        write(sys.stderr, self._latest)


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[label]}", style="dim"),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None, label="")

        def progress(done: int, total: int, label: str) -> None:
            short = escape(shown(os.path.basename(label.rstrip("/\\")))[-40:])
            bars.update(task, completed=done, total=total or None, label=short)

        yield progress
