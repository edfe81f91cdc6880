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

ALONE = 64
"""Files that are read before a helper is started, which takes a tenth of a second."""

MOST_HELPERS = 3
"""More readers are slower on disks, whatever the number of processors."""

_AHEAD = 4  # batches that a helper is given before it has answered
_LINED = 16  # batches that are asked for before the first is answered
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
    """Paths, whether a helper was asked, and in the end what they say."""

    __slots__ = ("given", "paths", "read")

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths
        self.given = False
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
        while len(self._line) < (_LINED if self._helpers else 1):
            paths = next(self._batches, None)
            if paths is None or self._stopped():
                break
            if self._met >= ALONE and not self._helpers:
                self._helpers = [stack.enter_context(Helper()) for _ in range(self._wanted)]
                self._wanted = 0
            self._met += len(paths)
            self._line.append(_Batch(paths))
        for helper in self._helpers:
            helper.collect()
            while helper.alive and len(helper.asked) < _AHEAD:
                batch = next((b for b in self._line if not b.given and b.read is None), None)
                if batch is None:
                    break
                helper.ask(batch)
        return bool(self._line) and not self._stopped()

    def _work_on(self, first: _Batch) -> None:
        """Bring the first batch nearer: take answers, or read one batch here."""
        for helper in self._helpers:
            helper.collect()
        if first.read is not None:
            return
        here = next((b for b in self._line if not b.given and b.read is None), None)
        if here is None:  # all are given away: better twice the last one than nothing
            here = next(b for b in reversed(self._line) if b.read is None)
        here.read = [read_one(path) for path in here.paths if not self._stopped()]


class Helper:
    """A process that reads files. A context manager: at its end the process is gone."""

    def __init__(self) -> None:
        self.alive = True
        self.asked: deque[_Batch] = deque()
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

    def ask(self, batch: _Batch) -> None:
        """Give it a batch; its answers come in the order of the batches."""
        batch.given = True
        self.asked.append(batch)
        try:
            send(_there(self._process.stdin), [os.fsencode(path) for path in batch.paths])
        except OSError:
            self._died()

    def collect(self) -> None:
        """Put the answers that are there where they belong."""
        while not self._answers.empty():
            answer = self._answers.get()
            if answer is None:
                self._died()
                return
            batch = self.asked.popleft()
            if batch.read is None:
                batch.read = answer

    def _died(self) -> None:
        self.alive = False
        for batch in self.asked:
            batch.given = False
        self.asked.clear()

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
