"""Open a file for reading without being trapped by it.

A name that ends in `.mp3` may be a pipe (opening one waits for ever), a device, or gone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from rightsdesk.files.os_errors import NotAFile, explain

BUFFER = 1 << 16
"""Bytes read at a time: a tag with its cover art, as a rule, and no more than is worth it."""

_GUARDED = (
    getattr(os, "O_NONBLOCK", 0)  # a pipe without a writer does not make us wait
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@contextmanager
def opened(path: str | bytes) -> Iterator[BinaryIO]:
    """The file, read-only; links are followed.

    Raises the causes of `trouble`, also for what the disk reports while it is read.
    """
    try:
        with open_regular(path) as f:
            yield f
    except OSError as error:
        raise explain(error) from error


def open_regular(path: str | bytes, *, also_write: bool = False) -> BinaryIO:
    """The open file. Raises `NotAFile` for anything but a regular file, else OSError.

    With `also_write` its descriptor can be written to; the object itself only reads.
    """
    descriptor, _ = open_descriptor(path, also_write=also_write)
    try:
        return os.fdopen(descriptor, "rb", BUFFER)
    except BaseException:
        os.close(descriptor)
        raise


def open_descriptor(path: str | bytes, *, also_write: bool = False) -> tuple[int, int]:
    """The descriptor of a regular file, to be closed by the caller, and its size in bytes.

    Raises as `open_regular` does.
    """
    descriptor = os.open(path, _GUARDED | (os.O_RDWR if also_write else os.O_RDONLY))
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NotAFile("This is not a file but a folder, a device or a pipe.")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor, found.st_size
