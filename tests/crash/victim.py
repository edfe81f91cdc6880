"""A RightsDesk that kills itself: `victim.py DATA_DIR WHAT AT`.

It does WHAT (`tag`, `undo` or `open`) and dies by SIGKILL at the AT-th call that Python
makes while doing so, in whichever thread and wherever that is: before a write, in it, or
within the database. With AT 0 it lives, and prints how many calls there were. The system
takes few bytes at a time, so that there is a middle of each write to die in.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types import Filter

FEW = 64


class Countdown:
    """Counts calls, and ends the process at one of them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.calls = 0

    def begin(self) -> None:
        """Count in this thread, and in those that it will start."""
        threading.setprofile(self)
        sys.setprofile(self)

    def end(self) -> None:
        """Count no more."""
        threading.setprofile(None)
        sys.setprofile(None)

    def __call__(self, _frame: FrameType, event: str, _argument: object) -> None:
        if event in ("call", "c_call"):
            self.calls += 1
            if self.calls == self.at:
                os.kill(os.getpid(), signal.SIGKILL)


def main(data_dir: str, what: str, at: str) -> None:
    """Do it, or die trying."""
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
