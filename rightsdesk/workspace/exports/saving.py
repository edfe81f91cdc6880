"""Saves files for a person: whole or not at all, and never over another file without consent."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.files.writing.temp_files import take_free_name
from rightsdesk.sentences import worded


class NotSaved(KnownError):
    """The file could not be written."""

    cause = Cause.NOT_SAVED


class AlreadyThere(KnownError):
    """A file with this name exists, and replacing it was not confirmed."""

    cause = Cause.ALREADY_THERE

    def __init__(self, path: str) -> None:
        super().__init__(
            worded("“{basename}” is there already.", basename=os.path.basename(path)),
            untouched="It was left as it is.",
        )


def read_whole(path: str) -> bytes | None:
    """A file's content; None if there is no file. Raises NotSaved if it is unreadable."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _not_saved(path, error) from error


def save(path: str, content: bytes | Iterable[bytes], *, replace: bool) -> None:
    """Write a file, durably. An existing file is replaced atomically, and only if `replace`.

    The content may come in parts, so that a long one needs no more memory. A symlink stays; its
    target is replaced. Raises AlreadyThere and NotSaved.
    """
    target = os.path.realpath(path)
    try:
        if replace and os.path.exists(target):
            _replace(target, content)
        else:
            _create(target, content)
        _flush_folder(os.path.dirname(target))
    except FileExistsError as error:
        raise AlreadyThere(path) from error
    except OSError as error:
        raise _not_saved(path, error) from error


def save_with_folder(path: str, content: bytes, *, replace: bool) -> None:
    """Like `save`, and makes the folder that the file is in. Raises AlreadyThere and NotSaved."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    except OSError as error:
        raise _not_saved(path, error) from error
    save(path, content, replace=replace)


def refuse_taken(path: str, *, replace: bool) -> None:
    """Raise AlreadyThere for a file that may not be replaced: before much work is done for it."""
    if not replace and os.path.exists(path):
        raise AlreadyThere(path)


def _create(target: str, content: bytes | Iterable[bytes]) -> None:
    temp_file = os.path.join(os.path.dirname(target), f".rightsdesk-{secrets.token_hex(4)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temp_file, flags, 0o666)  # the umask limits others' permissions
    try:
        try:
            _fill(descriptor, content)
        finally:
            os.close(descriptor)
        take_free_name(temp_file, target)
    finally:
        with suppress(OSError):  # after the rename there is no temp file
            os.unlink(temp_file)


def _replace(target: str, content: bytes | Iterable[bytes]) -> None:
    folder = os.path.dirname(target)
    descriptor, temp_file = tempfile.mkstemp(prefix=".rightsdesk-", dir=folder)
    try:
        try:
            _fill(descriptor, content)
        finally:
            os.close(descriptor)
        shutil.copymode(target, temp_file)
        os.replace(temp_file, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temp_file)
        raise


def _fill(descriptor: int, content: bytes | Iterable[bytes]) -> None:
    with os.fdopen(descriptor, "wb", closefd=False) as file:
        for part in (content,) if isinstance(content, bytes) else content:
            file.write(part)
        file.flush()
        os.fsync(descriptor)


def _flush_folder(folder: str) -> None:
    """Flush the folder, too; some systems have no such call for folders."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _not_saved(path: str, error: OSError) -> NotSaved:
    name = os.path.basename(path) or path
    if isinstance(error, FileNotFoundError):
        return NotSaved(
            worded("“{name}” can't be written: its folder is not there.", name=name),
            untouched="Nothing was written.",
            advice=worded(
                "Make the folder {folder} first, or name another.",
                folder=os.path.dirname(os.path.abspath(path)),
            ),
        )
    if isinstance(error, PermissionError):
        return NotSaved(worded("“{name}” can't be written: that is not allowed there.", name=name))
    return NotSaved(
        worded("“{name}” can't be written: {reason}.", name=name, reason=error.strerror or error)
    )
