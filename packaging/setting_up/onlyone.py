"""Only one set-up at a time for one environment, also between programs: pip has no lock."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from setting_up.words import CannotStart, say

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: BinaryIO) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: BinaryIO) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Holds the lock file while the block runs; waits, saying so, while another holds it.

    The system lets go of the lock when its holder ends, however it ends, so a file that
    was left behind blocks nobody. Raises CannotStart when nothing can be written there.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        handle = lock.open("ab")
    except OSError as problem:
        raise CannotStart(
            f"Nothing can be written in {lock.parent} ({problem.strerror}). Put RightsDesk "
            "in a folder of your own, or set RIGHTSDESK_VENV to one."
        ) from problem
    with handle:
        told = False
        while not _try_lock(handle):
            if not told:
                say("Another start of RightsDesk is setting up. Waiting for it …")
                told = True
            time.sleep(0.2)
        # A pip that outlives us, killed, goes on writing: it keeps the lock until it ends.
        os.set_inheritable(handle.fileno(), True)
        yield


def _try_lock(handle: BinaryIO) -> bool:
    try:
        _lock(handle)
    except (BlockingIOError, PermissionError):  # the latter is what Windows says
        return False
    return True
