"""Process many files in this process, and in helper processes if that is faster.

Reading and comparing tags is limited by the processor, and Python uses only one. So a job
over thousands of files is shared with helper processes: they get paths and return results.
They start only once a job proves long. They never write, and they end with the job, however
it ends. Where helpers can't be started, this process does all the work.
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
"""Files that are processed before helpers start, which takes a tenth of a second."""

MOST_HELPERS = 3
"""The largest number of helpers. More readers are slower on disks, even with more processors."""

_AHEAD = 8  # unanswered tasks per helper
_QUEUED = 16  # tasks that are fetched before the first is answered
HELPER = "--helper-process"
"""The argument that makes a packaged program a helper, before the module that answers."""

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
    """How to do a task, in this process or by a helper."""

    @property
    def module(self) -> str:
        """The module in which the helper finds `answer(question)`."""

    def here(self, task: T_contra, stopped: Callable[[], bool]) -> R_co:
        """Do the task in this process. Once `stopped`, the result is not used."""

    def question(self, task: T_contra) -> Any:
        """Return the task as lists, tuples, texts, bytes and numbers."""

    def result(self, task: T_contra, answer: Any) -> R_co:
        """Return the result for a helper's answer, equal to the result of `here`."""


def run_tasks(
    work: PoolJob[T, R],
    tasks: Iterator[T],
    *,
    size: Callable[[T], int],
    stopped: Callable[[], bool],
    helpers: int | None = None,
) -> Generator[tuple[T, R], None, None]:
    """Yield each task with its result, in order. `size`: the number of files in a task.

    Tasks are fetched a little ahead of the results. Once `stopped`, or closed, the generator
    ends. `helpers`: the number of helper processes (None: see `fitting`).
    """
    wanted = fitting() if helpers is None else helpers
    with ExitStack() as stack:
        stack.enter_context(collecting_seldom())
        yield from _Run(work, tasks, size, stopped, wanted).run(stack)


def fitting() -> int:
    """Return how many helpers suit this computer."""
    if not sys.executable:  # unknown, so there is nothing to start
        return 0
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    return min(processors - 1, MOST_HELPERS)


def command(module: str) -> list[str]:
    """Return the command line that starts a helper. `module`: see `PoolJob`."""
    if getattr(sys, "frozen", False):  # a packaged program (`packaging/program.py`) has no Python
        return [sys.executable, HELPER, module]
    home = str(Path(__file__).resolve().parents[3])
    paths = (home, *filter(None, sys.path))
    return [sys.executable, "-I", "-S", "-c", _START, module, *paths]


class _Task(Generic[T, R]):
    """A task. `given`: a helper has it. `result`: empty, or a list with the result."""

    __slots__ = ("given", "result", "task")

    def __init__(self, task: T) -> None:
        self.task = task
        self.given = False
        self.result: list[R] = []


class _Run(Generic[T, R]):
    """The state of a run: the queue of tasks, and the helpers."""

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
        self._queue: deque[_Task[T, R]] = deque()  # fetched and not yet yielded
        self._fetched = 0  # files

    def run(self, stack: ExitStack) -> Iterator[tuple[T, R]]:
        while self._fill(stack):
            first = self._queue[0]
            while not first.result:
                if self._stopped():
                    return
                self._work_on(first)
            if self._stopped():
                return
            self._queue.popleft()
            yield first.task, first.result[0]

    def _fill(self, stack: ExitStack) -> bool:
        """Fetch tasks and give them to helpers; return whether any task is left."""
        while len(self._queue) < (_QUEUED if self._helpers else 1):
            task = next(self._tasks, None)
            if task is None or self._stopped():
                break
            if self._fetched >= ALONE and not self._helpers:
                started = (Helper(self._work) for _ in range(self._wanted))
                self._helpers = [stack.enter_context(helper) for helper in started]
                self._wanted = 0
            self._fetched += self._size(task)
            self._queue.append(_Task(task))
        for helper in self._helpers:
            helper.collect()
            while helper.alive and len(helper.pending) < _AHEAD:
                free = next((t for t in self._queue if not t.given and not t.result), None)
                if free is None:
                    break
                helper.ask(free)
        return bool(self._queue) and not self._stopped()

    def _work_on(self, first: _Task[T, R]) -> None:
        """Advance towards the first task: collect answers, or do a task in this process."""
        for helper in self._helpers:
            helper.collect()
        if first.result:
            return
        free = next((t for t in self._queue if not t.given and not t.result), None)
        if free is None:  # helpers have all tasks: repeat the last rather than wait
            free = next(t for t in reversed(self._queue) if not t.result)
        free.result = [self._work.here(free.task, self._stopped)]


class Helper(Generic[T, R]):
    """A helper process. As a context manager, it ends the process on exit."""

    def __init__(self, work: PoolJob[T, R]) -> None:
        self.alive = True
        self.pending: dict[int, _Task[T, R]] = {}
        self._numbers = count()
        self._work = work
        self._answers: SimpleQueue[Any] = SimpleQueue()

    def __enter__(self) -> Helper[T, R]:
        self._process = subprocess.Popen(
            command(self._work.module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=_HIDDEN,
        )
        # A thread reads answers at once. Else both sides could block on full pipes.
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
        """Send a task under a number, which the answer repeats."""
        number = next(self._numbers)
        task.given = True
        self.pending[number] = task
        try:
            send(_open(self._process.stdin), (number, self._work.question(task.task)))
        except OSError:
            self._died()

    def collect(self) -> None:
        """Store the answers received so far with their tasks."""
        while not self._answers.empty():
            message = self._answers.get()
            if message is None:
                self._died()
                return
            number, answer = message
            task = self.pending.pop(number)
            if not task.result:
                task.result = [self._work.result(task.task, answer)]

    def _died(self) -> None:
        self.alive = False
        for task in self.pending.values():
            task.given = False
        self.pending.clear()

    def _listen(self) -> None:
        pipe = _open(self._process.stdout)
        while (message := receive(pipe)) is not None:
            self._answers.put(message)
        self._answers.put(None)


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # Popen was called with PIPE
    return pipe


def _closed(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # unsent data to a process that has ended
        return
