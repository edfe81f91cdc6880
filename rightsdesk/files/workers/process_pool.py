"""Work on many files: in this process, and beside it in a few more where that pays.

Reading and comparing tags is work for the processor, of which Python uses one. A job over
thousands of files is therefore shared with helper processes: plain programs that are given
paths and answer what they found. They are started only once a job has shown to be a long
one, they only ever read, and they end with the job, however it ends. Where they can't be
had, everything is done here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Generic, Protocol, TypeVar

from rightsdesk.files.workers.gc_tuning import collecting_seldom
from rightsdesk.files.workers.protocol import receive, send

ALONE = 64
"""Files that are worked on before a helper is started, which takes a tenth of a second."""

MOST_HELPERS = 3
"""More readers are slower on disks, whatever the number of processors."""

_AHEAD = 8  # tasks that a helper is given before it has answered
_LINED = 16  # tasks that are asked for before the first is answered
_START = (
    "import sys; sys.path[:] = sys.argv[2:]; from rightsdesk.files.workers.protocol import serve; "
    "serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)"
)
_HIDDEN = getattr(subprocess, "CREATE_NO_WINDOW", 0)

T = TypeVar("T")
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class PoolJob(Protocol[T_contra, R_co]):
    """What is to be done with a task, here or by a helper."""

    @property
    def module(self) -> str:
        """Where the helper finds `answer(question)`."""

    def here(self, task: T_contra, stopped: Callable[[], bool]) -> R_co:
        """Do it in this process; once stopped, the result does not matter."""

    def question(self, task: T_contra) -> Any:
        """The task as lists, tuples, texts, bytes and numbers."""

    def result(self, task: T_contra, answer: Any) -> R_co:
        """What a helper answered, as `here` would have given it."""


def shared_out(
    work: PoolJob[T, R],
    tasks: Iterator[T],
    *,
    size: Callable[[T], int],
    stopped: Callable[[], bool],
    helpers: int | None = None,
) -> Generator[tuple[T, R], None, None]:
    """Each task with its result, in their order. `size` is how many files a task is about.

    Tasks are asked for a little ahead of what is answered. Once `stopped`, or closed,
    nothing more comes. `helpers` is how many processes may help (None: what fits).
    """
    wanted = fitting() if helpers is None else helpers
    with ExitStack() as stack:
        stack.enter_context(collecting_seldom())
        yield from _Sharing(work, tasks, size, stopped, wanted).run(stack)


def fitting() -> int:
    """How many helpers this computer has room for."""
    if getattr(sys, "frozen", False) or not sys.executable:  # there is no Python to start
        return 0
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    return min(processors - 1, MOST_HELPERS)


class _Task(Generic[T, R]):
    """A task, whether a helper was asked, and in the end its result (in a list of one)."""

    __slots__ = ("given", "result", "task")

    def __init__(self, task: T) -> None:
        self.task = task
        self.given = False
        self.result: list[R] = []


class _Sharing(Generic[T, R]):
    def __init__(
        self,
        work: PoolJob[T, R],
        tasks: Iterator[T],
        size: Callable[[T], int],
        stopped: Callable[[], bool],
        helpers: int,
    ) -> None:
        self._work = work
        self._tasks = tasks
        self._size = size
        self._stopped = stopped
        self._wanted = helpers
        self._helpers: list[Helper[T, R]] = []
        self._line: deque[_Task[T, R]] = deque()  # asked for and not yet handed on
        self._met = 0

    def run(self, stack: ExitStack) -> Iterator[tuple[T, R]]:
        while self._fill(stack):
            first = self._line[0]
            while not first.result:
                if self._stopped():
                    return
                self._work_on(first)
            if self._stopped():
                return
            self._line.popleft()
            yield first.task, first.result[0]

    def _fill(self, stack: ExitStack) -> bool:
        """Ask for tasks, hand them out; whether there is anything left to wait for."""
        while len(self._line) < (_LINED if self._helpers else 1):
            task = next(self._tasks, None)
            if task is None or self._stopped():
                break
            if self._met >= ALONE and not self._helpers:
                started = (Helper(self._work) for _ in range(self._wanted))
                self._helpers = [stack.enter_context(helper) for helper in started]
                self._wanted = 0
            self._met += self._size(task)
            self._line.append(_Task(task))
        for helper in self._helpers:
            helper.collect()
            while helper.alive and len(helper.asked) < _AHEAD:
                free = next((t for t in self._line if not t.given and not t.result), None)
                if free is None:
                    break
                helper.ask(free)
        return bool(self._line) and not self._stopped()

    def _work_on(self, first: _Task[T, R]) -> None:
        """Bring the first task nearer: take answers, or do one task here."""
        for helper in self._helpers:
            helper.collect()
        if first.result:
            return
        mine = next((t for t in self._line if not t.given and not t.result), None)
        if mine is None:  # all are given away: better twice the last one than nothing
            mine = next(t for t in reversed(self._line) if not t.result)
        mine.result = [self._work.here(mine.task, self._stopped)]


class Helper(Generic[T, R]):
    """A process that does tasks. A context manager: at its end the process is gone."""

    def __init__(self, work: PoolJob[T, R]) -> None:
        self.alive = True
        self.asked: dict[int, _Task[T, R]] = {}
        self._numbers = count()
        self._work = work
        self._answers: SimpleQueue[Any] = SimpleQueue()

    def __enter__(self) -> Helper[T, R]:
        home = str(Path(__file__).resolve().parents[3])
        command = [sys.executable, "-I", "-S", "-c", _START, self._work.module, home]
        self._process = subprocess.Popen(
            [*command, *filter(None, sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=_HIDDEN,
        )
        # Answers are taken as they come, or both sides could wait for the other to read.
        self._listener = threading.Thread(target=self._listen, name="helping", daemon=True)
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # it has nothing to finish
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _closed(pipe)

    def ask(self, task: _Task[T, R]) -> None:
        """Give it a task under a number, which comes back with the answer."""
        number = next(self._numbers)
        task.given = True
        self.asked[number] = task
        try:
            send(_there(self._process.stdin), (number, self._work.question(task.task)))
        except OSError:
            self._died()

    def collect(self) -> None:
        """Put the answers that are there where they belong."""
        while not self._answers.empty():
            told = self._answers.get()
            if told is None:
                self._died()
                return
            number, answer = told
            task = self.asked.pop(number)
            if not task.result:
                task.result = [self._work.result(task.task, answer)]

    def _died(self) -> None:
        self.alive = False
        for task in self.asked.values():
            task.given = False
        self.asked.clear()

    def _listen(self) -> None:
        pipe = _there(self._process.stdout)
        while (told := receive(pipe)) is not None:
            self._answers.put(told)
        self._answers.put(None)


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # asked for when the process was started
    return pipe


def _closed(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written to a process that is gone
        return
