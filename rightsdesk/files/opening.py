"""Open a file for reading, and never block on a pipe or a device.

A name that ends in `.mp3` may belong to a pipe (opening it blocks forever), a device, or a
missing file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from rightsdesk.files.os_errors import NotAFile, explain

BUFFER = 1 << 16
"""Bytes read at a time: usually enough for a tag with its cover art."""

_GUARDED = (
    getattr(os, "O_NONBLOCK", 0)  # never wait for the writer of a pipe
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@contextmanager
def opened(path: str | bytes) -> Iterator[BinaryIO]:
    """Open a file read-only; links are followed.

    Raises the errors of `os_errors`, also for failures inside the `with` block.
    """
    try:
        with open_regular(path) as f:
            yield f
    except OSError as error:
        raise explain(error) from error


def open_regular(path: str | bytes, *, also_write: bool = False) -> BinaryIO:
    """Return the open file. Raises `NotAFile` for anything but a regular file, and OSError.

    With `also_write`, its descriptor is writable; the file object itself only reads.
    """
    descriptor, _ = open_descriptor(path, also_write=also_write)
    try:
        return os.fdopen(descriptor, "rb", BUFFER)
    except BaseException:
        os.close(descriptor)
        raise


def open_descriptor(path: str | bytes, *, also_write: bool = False) -> tuple[int, int]:
    """Return the descriptor of a regular file, and its size in bytes.

    The caller closes the descriptor. Raises as `open_regular` does.
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
