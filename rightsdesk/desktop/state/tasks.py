"""Work outside the main thread, and its results inside it, a few milliseconds at a time.

Why not signals from the workers: thousands of queued signals freeze a window as surely as
the work itself would, and a signal object that dies on a worker's thread takes the program
with it. Here workers only append to a queue; one object, owned by the main thread, drains
it under a time budget. Progress is polled, not pushed: only the latest state counts.
"""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from time import monotonic as now
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from rightsdesk.errors import KnownError

T = TypeVar("T")
TURN_BUDGET = 0.02
"""Seconds that one turn of the event loop may spend on results."""
POLL_MS = 100
QUIET_MS = 60
"""Later work begins once no short task ran for so long: one answer often asks the next."""


class Lane(Enum):
    """Which threads do it: many short reads and writes of the store, one writer of files, a few
    long waits on the network, or counts that can come later: they begin once no short task is
    under way."""

    SHORT = 4
    WRITE = 1
    WAIT = 3
    LATER = 2


class Task:
    """One piece of work under way. What the worker may touch is thread-safe."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.latest: tuple[int, int, str] | None = None
        self.ended = False
        self._goes_on = threading.Event()
        self._goes_on.set()

    def cancel(self) -> None:
        """Ask it to stop at the next safe point. Its result still arrives, unless dropped."""
        self.cancelled.set()
        self._goes_on.set()

    @property
    def paused(self) -> bool:
        """Whether it waits, or will at its next report of progress."""
        return not self._goes_on.is_set()

    def pause(self) -> None:
        """Let the worker wait where it reports progress next. Only for work that holds nothing
        there that others wait for: writing holds no transaction then."""
        if not self.cancelled.is_set():
            self._goes_on.clear()

    def go_on(self) -> None:
        """End a pause."""
        self._goes_on.set()

    def progress(self, done: int, total: int, label: str) -> None:
        """Note how far it is; the window reads the latest note ten times a second."""
        self.latest = (done, total, label)
        self._goes_on.wait()


class TaskRunner(QObject):
    """Runs functions in threads and hands what they return to the main thread.

    `failed` tells of a KnownError that no caller handles, `fault` of a bug (as the text
    of its traceback), `progressed` of a task that moved, `drained` that nothing is under
    way any more.
    """

    failed = Signal(object)
    fault = Signal(str)
    progressed = Signal(object, int, int, str)
    drained = Signal()
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {
            lane: ThreadPoolExecutor(lane.value, thread_name_prefix=f"rightsdesk-{lane.name}")
            for lane in Lane
        }
        self._arrived: deque[Callable[[], None]] = deque()
        self._armed = threading.Event()
        self._tasks: dict[Task, Future[None]] = {}
        self._shown: dict[Task, tuple[int, int, str]] = {}
        self._woken.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._show_progress)
        self._short: set[Task] = set()
        self._held: deque[tuple[Future[None], Callable[[], None]]] = deque()
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._begin_held)

    def run(
        self,
        lane: Lane,
        function: Callable[[Task], T],
        done: Callable[[T], None] | None = None,
        *,
        failed: Callable[[KnownError], None] | None = None,
        always: Callable[[], None] | None = None,
        owner: QObject | None = None,
    ) -> Task:
        """Run `function` in a thread of `lane`; `done` gets its result on the main thread.

        `failed` gets a KnownError instead (else it goes to the signal), `always` is called
        after either, and after a fault. Nothing is called once `owner` has been deleted.
        """
        task = Task()

        def deliver(callback: Callable[[], None]) -> None:
            self._arrived.append(lambda: self._finish(task, callback, always, owner))
            if not self._armed.is_set():
                self._armed.set()
                self._woken.emit()

        def body() -> None:
            try:
                result = function(task)
            except KnownError as error:
                known = error
                deliver(lambda: (failed or self.failed.emit)(known))
            except BaseException:  # a bug: shown to the person as one, with all it says
                text = traceback.format_exc()
                deliver(lambda: self.fault.emit(text))
            else:
                deliver(lambda: done(result) if done else None)

        if lane is Lane.LATER:
            self._tasks[task] = self._hold(body)
        else:
            if lane is Lane.SHORT:
                self._short.add(task)
            self._tasks[task] = self._lanes[lane].submit(body)
        if not self._poll.isActive():
            self._poll.start()
        return task

    @property
    def idle(self) -> bool:
        """Whether nothing is under way and everything was delivered."""
        return not self._tasks

    @property
    def futures(self) -> list[Future[None]]:
        """What is under way, for those who wait until it has run."""
        return list(self._tasks.values())

    def cancel_all(self) -> None:
        """Ask everything to stop at its next safe point."""
        for task in self._tasks:
            task.cancel()

    def close(self) -> None:
        """Ask everything to stop, and wait until every thread has ended."""
        self._poll.stop()
        self._quiet.stop()
        self._held.clear()
        self.cancel_all()
        for executor in self._lanes.values():
            executor.shutdown(wait=True, cancel_futures=True)
        self._tasks.clear()
        self._short.clear()
        self._arrived.clear()

    def _hold(self, body: Callable[[], None]) -> Future[None]:
        """Run later work once no short task is under way: it would slow down what is waited for."""
        future: Future[None] = Future()
        self._held.append((future, body))
        if not self._short:
            self._quiet.start()
        return future

    def _begin_held(self) -> None:
        if self._short:
            return  # the last of them starts the timer again

        def run(future: Future[None], body: Callable[[], None]) -> None:
            body()
            future.set_result(None)

        while self._held:
            self._lanes[Lane.LATER].submit(run, *self._held.popleft())

    def _finish(
        self,
        task: Task,
        callback: Callable[[], None],
        always: Callable[[], None] | None,
        owner: QObject | None,
    ) -> None:
        task.ended = True
        self._tasks.pop(task, None)
        self._shown.pop(task, None)
        self._short.discard(task)
        try:
            if owner is None or isValid(owner):
                try:
                    callback()
                finally:
                    if always:
                        always()
        finally:
            if self._held and not self._short:
                self._quiet.start()
            if not self._tasks:
                self.drained.emit()

    def _drain(self) -> None:
        self._armed.clear()
        deadline = now() + TURN_BUDGET
        while self._arrived:
            self._arrived.popleft()()
            if now() > deadline and self._arrived:
                # A timer, not a signal: what the person does comes before the next turn.
                self._armed.set()
                QTimer.singleShot(0, self._drain)
                return

    def _show_progress(self) -> None:
        if not self._tasks:
            self._poll.stop()
        for task in list(self._tasks):
            latest = task.latest
            if latest is not None and latest != self._shown.get(task):
                self._shown[task] = latest
                self.progressed.emit(task, *latest)
