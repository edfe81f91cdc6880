"""Writing a file that a person asked for: never over another one unasked, and whole or not."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import suppress

from rightsdesk.errors import KnownError
from rightsdesk.files.writing.temp_files import take_free_name


class NotSaved(KnownError):
    """The file could not be written."""

    cause = "not-saved"


class AlreadyThere(KnownError):
    """A file of that name is there, and nobody agreed to change it."""

    cause = "already-there"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"“{os.path.basename(path)}” is there already.", untouched="It was left as it is."
        )


def read_whole(path: str) -> bytes | None:
    """What a file holds, None where there is none. Raises NotSaved where it is unreadable."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _not_saved(path, error) from error


def save(path: str, content: bytes, *, replace: bool) -> None:
    """Write a file, durably. An older one is replaced in one step, and only if `replace`.

    A symlink stays, and what it points to is replaced. Raises AlreadyThere and NotSaved.
    """
    target = os.path.realpath(path)
    try:
        if replace and os.path.exists(target):
            _replace(target, content)
        else:
            _create(target, content)
        _settle(os.path.dirname(target))
    except FileExistsError as error:
        raise AlreadyThere(path) from error
    except OSError as error:
        raise _not_saved(path, error) from error


def _create(target: str, content: bytes) -> None:
    beside = os.path.join(os.path.dirname(target), f".rightsdesk-{secrets.token_hex(4)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(beside, flags, 0o666)  # what others may do, the person's umask says
    try:
        try:
            _fill(descriptor, content)
        finally:
            os.close(descriptor)
        take_free_name(beside, target)
    finally:
        with suppress(OSError):  # where it was moved there is none left
            os.unlink(beside)


def _replace(target: str, content: bytes) -> None:
    folder = os.path.dirname(target)
    descriptor, beside = tempfile.mkstemp(prefix=".rightsdesk-", dir=folder)
    try:
        try:
            _fill(descriptor, content)
        finally:
            os.close(descriptor)
        shutil.copymode(target, beside)
        os.replace(beside, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _fill(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def _settle(folder: str) -> None:
    """Make the name durable too; some systems know no such thing for folders."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _not_saved(path: str, error: OSError) -> NotSaved:
    name = os.path.basename(path) or path
    if isinstance(error, FileNotFoundError):
        return NotSaved(f"“{name}” cannot be written: its folder is not there.")
    if isinstance(error, PermissionError):
        return NotSaved(f"“{name}” cannot be written: that is not allowed there.")
    return NotSaved(f"“{name}” cannot be written: {error.strerror or error}.")
