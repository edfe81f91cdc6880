"""A RightsDesk that kills itself: `victim.py DATA_DIR WHAT AT`.

It runs WHAT (`tag`, `undo` or `open`). It dies by SIGKILL at the AT-th call that Python makes, in
any thread. So a kill may come before a write, during a write, or within the database. With AT 0 it
survives, and prints the number of calls. The system writes few bytes at a time, so that a kill can
come in the middle of each write.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter

FEW = 64


class Countdown:
    """Counts calls, and ends the process at one of them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.calls = 0

    def begin(self) -> None:
        """Count in this thread, and in the threads that it will start."""
        threading.setprofile(self)
        sys.setprofile(self)

    def end(self) -> None:
        """Stop counting."""
        threading.setprofile(None)
        sys.setprofile(None)

    def __call__(self, _frame: FrameType, event: str, _argument: object) -> None:
        if event in ("call", "c_call"):
            self.calls += 1
            if self.calls == self.at:
                os.kill(os.getpid(), signal.SIGKILL)


def main(data_dir: str, what: str, at: str) -> None:
    """Run the command, until it ends or is killed."""
    real = os.pwrite
    os.pwrite = lambda fd, data, offset: real(fd, memoryview(data)[:FEW], offset)
    countdown = Countdown(int(at))
    if what == "open":
        countdown.begin()
    workspace = Workspace.open(Path(data_dir))
    plans = []
    if what == "tag":
        plans = [workspace.jobs.plan_tag(Filter())]
    elif what == "undo":
        done = [job for job in workspace.jobs.all() if job.undoable and job.kind != "undo"]
        plans = [workspace.jobs.plan_undo(job.id) for job in done]
    if what != "open":
        countdown.begin()
    for plan in plans:
        workspace.jobs.apply(plan)
    countdown.end()
    workspace.close()
    print(countdown.calls)


if __name__ == "__main__":
    main(*sys.argv[1:])
