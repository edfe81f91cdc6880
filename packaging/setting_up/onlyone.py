"""Only one set-up at a time for one environment, also between programs."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from setting_up.words import CannotStart, say

_PATIENCE_SECONDS = 30 * 60  # a first set-up over a slow line


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Holds the lock file while the block runs; waits, saying so, while another holds it.

    The system lets go of the lock when its holder ends, however it ends, so a file that
    was left behind blocks nobody. Raises CannotStart when nothing can be written there,
    or after half an hour.
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
        _acquire(handle)
        # A pip that outlives us, killed, goes on writing: it keeps the lock until it ends.
        os.set_inheritable(handle.fileno(), True)
        try:
            yield
        finally:
            _release(handle)


def _acquire(handle: BinaryIO) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    told = False
    while not _try_lock(handle):
        if not told:
            say("Another start of RightsDesk is setting up. Waiting for it …")
            told = True
        if time.monotonic() > deadline:
            raise CannotStart(
                "Another start of RightsDesk has been setting up for half an hour. End it, "
                "then run the same command again."
            )
        time.sleep(0.2)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: BinaryIO) -> bool:
        handle.seek(0)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(handle: BinaryIO) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(handle: BinaryIO) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(handle: BinaryIO) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
