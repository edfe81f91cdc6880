"""Locks: one job at a time on the same data, also with two RightsDesk programs open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.errors import RenewedElsewhere
from rightsdesk.store.database import not_writable


class AnotherAtWork(KnownError):
    """Another RightsDesk is changing things with the same data."""

    cause = Cause.ANOTHER_AT_WORK


JOB_LOCK = "job.lock"


def can_work(data_dir: Path) -> None:
    """Check that the data folder may be locked, without locking it. Raises StoreError."""
    try:
        os.close(os.open(data_dir / JOB_LOCK, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise not_writable(data_dir) from error


@contextmanager
def working(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for a job.

    Raises AnotherAtWork at once if it is held, and StoreError if the folder is not writable. The
    system releases the lock when the program ends, however it ends.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(data_dir / JOB_LOCK, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise AnotherAtWork(
            "Another RightsDesk is working with the same data.",
            untouched="Nothing was changed.",
            advice="Wait until it has finished, or stop it there.",
        ) from error
    except OSError as error:
        raise not_writable(data_dir) from error
    try:
        yield
    finally:
        lock.release()


RENEWAL_SECONDS = 90.0
"""How long to wait for another program's renewal: a little more than one request."""


@contextmanager
def renewing(data_dir: Path, account_id: int) -> Iterator[None]:
    """Hold an account while its sign-in is renewed; waits for another program to finish.

    A refresh token works once, so two programs with the same data would use up each other's. Raises
    RenewedElsewhere if that takes too long, and StoreError if the folder is not writable.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(data_dir / f"renewal-{account_id}.lock", timeout=RENEWAL_SECONDS, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise RenewedElsewhere(
            "Another RightsDesk window or run is renewing this sign-in and does not finish.",
            advice="Try again in a few minutes.",
        ) from error
    except OSError as error:
        raise not_writable(data_dir) from error
    try:
        yield
    finally:
        lock.release()
