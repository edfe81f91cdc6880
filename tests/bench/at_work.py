"""The heartbeat of the window while it works: scan, tag, look and sync beside a large store.

Each line is the longest turn of the main thread, in processor time of that thread. Files are
generated, and the platform is a practice server, in another process (`beside`). `work_lines` needs
a window that shows the store.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.desktop.pages.places import PagePlace
from rightsdesk.desktop.review.dialog import ReviewDialog
from rightsdesk.desktop.shell.main_window import MainWindow
from rightsdesk.desktop.shell.picture import settle
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.bench.beside import ACCOUNT, FILES, TRACKS, beside
from tests.bench.measuring import Cost, Line

LONGEST_TURN = 0.05
"""The longest time, in seconds, that one turn of the main thread may take."""
PATIENCE = 600.0
"""Seconds after which a job will not end any more."""


class Heartbeat(QApplication):
    """Records the processor time of the longest turn of the main thread."""

    longest, by = 0.0, ""
    _depth = 0

    def notify(self, receiver: object, event: QEvent) -> bool:
        self._depth += 1
        began = time.thread_time()
        try:
            return super().notify(receiver, event)  # type: ignore[arg-type]  # as Qt hands it over
        finally:
            self._depth -= 1
            took = time.thread_time() - began
            if not self._depth and took > self.longest:
                self.longest, self.by = took, f"{type(receiver).__name__}, {event.type().name}"

    def line(self, job: str) -> Line:
        """The longest turn since the last line, and who had it."""
        turn, self.longest = self.longest, 0.0
        limit = Cost(LONGEST_TURN, LONGEST_TURN)
        name = f"longest turn, {job}"
        return Line(name, Cost(turn, turn), "what is allowed", limit, 1, at_most=True, note=self.by)


def page_lines(app: Heartbeat, window: MainWindow) -> Iterator[Line]:
    """The longest turn while each page is opened for the first time, and the palette."""
    for place in PagePlace:
        app.longest = 0.0
        QTimer.singleShot(0, partial(window.go_to, place.key))
        settle(window.work)
        yield app.line(f"{place.key} opened")
    QTimer.singleShot(0, window.finder.open)
    settle(window.work)
    window.finder.field.setText("ferry")
    settle(window.work)
    yield app.line("palette")
    window.finder.leave()


def work_lines(
    workspace: Workspace, app: Heartbeat, window: MainWindow, folder: Path
) -> Iterator[Line]:
    """The longest turn in a scan, a tag, a look and a sync of one more artist."""
    music = folder / "music"
    artist = workspace.artists.add("Bench").id
    workspace.consents.set(Scope(ScopeKind.ARTIST, artist), PRESETS[Preset.NO_AI])
    with beside(music) as (address, token):
        added = workspace.accounts.add(
            artist, "funkwhale", identifier=ACCOUNT, secret=token, base_url=address
        )
        account = workspace.accounts.confirm(added.id)
        window.view_state.reload()
        settle(window.work)
        window.go_to(PagePlace.CATALOGUE.key)
        settle(window.work)
        chosen = Filter(artist_id=artist)
        job = window.job
        for name, begin in (
            (f"scan of {FILES} files", lambda: job.scan(artist, [str(music)])),
            (f"tag of {FILES} files", lambda: job.tag(chosen)),
            (f"look at {TRACKS} items", lambda: job.check_platforms([account])),
            (f"sync of {TRACKS} items", lambda: job.sync(chosen, "funkwhale")),
        ):
            app.longest = 0.0
            QTimer.singleShot(0, begin)
            _to_the_end(window)
            yield app.line(name)


def _to_the_end(window: MainWindow) -> None:
    """Run the event loop until the job has ended, and agree to its review."""
    loop = QEventLoop()

    def step() -> None:
        for review in window.findChildren(ReviewDialog):
            if review.isVisible() and review.go.isEnabled():
                review.go.click()
            elif review.isVisible():
                review.reject()

    deadline = time.monotonic() + PATIENCE
    quiet = 0
    while quiet < 4:
        QTimer.singleShot(50, loop.quit)
        loop.exec()
        step()
        open_dialogs = any(dialog.isVisible() for dialog in window.findChildren(QDialog))
        busy = window.job.busy or open_dialogs or not window.work.idle
        quiet = 0 if busy else quiet + 1
        if time.monotonic() > deadline:
            raise RuntimeError("the job did not end")
