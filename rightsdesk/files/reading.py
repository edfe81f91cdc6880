"""Reading many files: in this process, and beside it in a few more where that pays.

Reading tags is work for the processor, of which Python uses one. A first scan of
thousands of files is therefore shared with helper processes: plain programs that are
given paths and answer with what the files say. They are started only once a scan has
shown to be a long one, they only ever read, and they end with the scan, however it ends.
Where they can't be had, everything is read here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from rightsdesk.files.read_one import Read, answers_of, read_one, receive, send

ALONE = 128
"""Files that are read before a helper is started, which takes a tenth of a second."""

MOST_HELPERS = 3
"""More readers are slower on disks, whatever the number of processors."""

_AHEAD = 2  # batches that a helper is given before it has answered
_START = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from rightsdesk.files.read_one import serve; serve(sys.stdin.buffer, sys.stdout.buffer)"
)
_HIDDEN = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def read_batches(
    batches: Iterator[Sequence[str]],
    *,
    stopped: Callable[[], bool] = lambda: False,
    helpers: int | None = None,
) -> Iterator[list[Read]]:
    """What each file of each batch says, batch by batch and in their order.

    Batches are asked for a little ahead of what is answered. Once `stopped`, or closed,
    nothing more comes. `helpers` is how many processes may help (None: what fits).
    """
    with ExitStack() as stack:
        yield from _Reading(batches, stopped, _fitting() if helpers is None else helpers).run(stack)


def _fitting() -> int:
    if getattr(sys, "frozen", False) or not sys.executable:  # there is no Python to start
        return 0
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    return min(processors - 1, MOST_HELPERS)


class _Batch:
    """Paths, who reads them, and in the end what they say."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths
        self.helper: Helper | None = None
        self.read: list[Read] | None = None


class _Reading:
    def __init__(
        self, batches: Iterator[Sequence[str]], stopped: Callable[[], bool], helpers: int
    ) -> None:
        self._batches = batches
        self._stopped = stopped
        self._wanted = helpers
        self._helpers: list[Helper] = []
        self._line: deque[_Batch] = deque()  # asked for and not yet handed on
        self._met = 0

    def run(self, stack: ExitStack) -> Iterator[list[Read]]:
        while self._fill(stack):
            first = self._line[0]
            while first.read is None:
                if self._stopped():
                    return
                self._work_on(first)
            if self._stopped():
                return
            self._line.popleft()
            yield first.read

    def _fill(self, stack: ExitStack) -> bool:
        """Ask for batches, hand them out; whether there is anything left to wait for."""
        while len(self._line) <= (_AHEAD + 1) * len(self._helpers):
            paths = next(self._batches, None)
            if paths is None or self._stopped():
                return bool(self._line) and not self._stopped()
            self._line.append(_Batch(paths))
            if self._met >= ALONE and not self._helpers:
                self._helpers = [stack.enter_context(Helper()) for _ in range(self._wanted)]
                self._wanted = 0
            self._met += len(paths)
            free = [one for one in self._helpers if one.alive and one.waiting < _AHEAD]
            if free:
                least = min(free, key=lambda one: one.waiting)
                self._line[-1].helper = least
                least.ask(paths)
        return True

    def _work_on(self, first: _Batch) -> None:
        """Bring the first batch nearer: take an answer, or read one batch here."""
        if first.helper is not None:
            mine = next((b for b in self._line if b.helper is None and b.read is None), None)
            if mine is None or first.helper.answered:
                helper, first.helper = first.helper, None
                first.read = helper.answer()  # None from one that died: then it is ours
                return
            first = mine
        first.read = [read_one(path) for path in first.paths if not self._stopped()]


class Helper:
    """A process that reads files. A context manager: at its end the process is gone."""

    def __init__(self) -> None:
        self.waiting = 0
        self.alive = True
        self._answers: SimpleQueue[list[Read] | None] = SimpleQueue()

    def __enter__(self) -> Helper:
        home = str(Path(__file__).resolve().parents[2])
        command = [sys.executable, "-I", "-S", "-c", _START, home, *filter(None, sys.path)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, creationflags=_HIDDEN
        )
        # Answers are taken as they come, or both sides could wait for the other to read.
        self._listener = threading.Thread(target=self._listen, name="reading", daemon=True)
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # it has nothing to finish
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _closed(pipe)

    @property
    def answered(self) -> bool:
        """Whether an answer is there."""
        return not self._answers.empty()

    def ask(self, paths: Sequence[str]) -> None:
        """Give it a batch; its answers come in the order of the batches."""
        self.waiting += 1
        try:
            send(_there(self._process.stdin), [os.fsencode(path) for path in paths])
        except OSError:
            self.alive = False

    def answer(self) -> list[Read] | None:
        """Wait for the next answer; None when the process died."""
        self.waiting -= 1
        answer = self._answers.get() if self.alive or self.answered else None
        if answer is None:
            self.alive = False
        return answer

    def _listen(self) -> None:
        pipe = _there(self._process.stdout)
        while (told := receive(pipe)) is not None:
            self._answers.put(answers_of(told))
        self._answers.put(None)


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # asked for when the process was started
    return pipe


def _closed(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written to a process that is gone
        return
