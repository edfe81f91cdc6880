"""Errors of the operating system, with messages for people.

Every OSError on a file becomes one of these classes, so that failures read plainly and can
be grouped by cause. `explain` chooses the class.
"""

from __future__ import annotations

import errno
import os

from rightsdesk.enums.causes import Cause
from rightsdesk.files.errors import FileError
from rightsdesk.sentences import worded

UNTOUCHED = "The file was left as it is."


class Gone(FileError):
    """The file or folder no longer exists."""

    cause = Cause.GONE


class Unreadable(FileError):
    """The user has no permission to read the file or folder."""

    cause = Cause.UNREADABLE


class NotAFile(FileError):
    """A device, pipe or socket with the name of an audio file. It is never opened."""

    cause = Cause.NOT_A_FILE


class Empty(FileError):
    """The file has no bytes."""

    cause = Cause.EMPTY


class NotWritable(FileError):
    """The file or its folder is read-only."""

    cause = Cause.READ_ONLY


class ReadOnlyDisk(FileError):
    """The whole disk, card or share is mounted read-only."""

    cause = Cause.READ_ONLY_DISK


class DiskFull(FileError):
    """The disk has no space or quota left for the new version of the file."""

    cause = Cause.DISK_FULL


def failed_after_change() -> DiskTrouble:
    """The error for a disk that failed once a file was changed."""
    return DiskTrouble(
        "This file was changed, and then the disk reported an error.",
        advice="Check the disk, then scan the file again.",
    )


class DiskTrouble(FileError):
    """The disk reported an I/O error, or returned wrong data."""

    cause = Cause.DISK_TROUBLE


class ShareGone(FileError):
    """The network share or external disk can't be reached."""

    cause = Cause.SHARE_GONE


class NameTooLong(FileError):
    """The path of the file or its temporary file is longer than the disk allows."""

    cause = Cause.NAME_TOO_LONG


class InUse(FileError):
    """Another program has the file open and locked, as Windows enforces."""

    cause = Cause.IN_USE


class LinkLoop(FileError):
    """Symbolic links form a loop."""

    cause = Cause.LINK_LOOP


class SystemTrouble(FileError):
    """Any other error of the operating system. The message includes the system's own text."""

    cause = Cause.SYSTEM


_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_ALLOWED = {errno.EACCES, errno.EPERM}
_AWAY = {
    getattr(errno, name)
    for name in (
        *("ESTALE", "ENODEV", "ENXIO", "ENOTCONN", "ENOMEDIUM", "ESHUTDOWN", "EPIPE"),
        *("EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH"),
        *("ECONNRESET", "ECONNABORTED", "ETIMEDOUT", "EREMOTEIO"),
    )
    if hasattr(errno, name)  # not every system has all of them
}
_SHARING = {32, 33}  # Windows: ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
_AWAY_WINDOWS = {21, 53, 55, 59, 64, 67, 121, 1231}  # not ready, network path not found, ...


def explain(error: OSError, *, writing: bool = False) -> FileError:
    """Return the error that explains an OSError.

    `writing`: the file was to be changed. This decides between "can't be read" and "is
    read-only", and adds that the file was left as it is.
    """
    untouched = UNTOUCHED if writing else ""
    code = error.errno
    windows = getattr(error, "winerror", None)
    if windows in _SHARING:
        return InUse(
            "Another program is using this file.",
            advice="Close the program that has it open, then try again.",
            untouched=untouched,
        )
    if code in _AWAY or windows in _AWAY_WINDOWS:
        return ShareGone(
            "The disk or network share with this file can't be reached.",
            advice="Connect it again, then try once more.",
            untouched=untouched,
        )
    if code in (errno.ENOENT, errno.ENOTDIR):
        return Gone(
            "This file or folder is not there.",
            advice="Check its name. If it was moved or renamed, scan its new folder.",
        )
    if code in _NO_SPACE:
        return disk_full(untouched=untouched)
    if code == errno.EROFS:
        return ReadOnlyDisk(
            "This disk can only be read, not written.",
            advice="Check its write protection, or work on a copy of the folder.",
            untouched=untouched,
        )
    if code in _NOT_ALLOWED:
        return read_only() if writing else unreadable()
    if code == errno.EIO:
        return DiskTrouble(
            "The disk reported an error.",
            advice="Check the disk, and make sure that you have a backup.",
            untouched=untouched,
        )
    if code == errno.ENAMETOOLONG:
        return NameTooLong(
            "The path of this file is too long for the disk.",
            advice="Shorten the name of the file or of a folder above it.",
            untouched=untouched,
        )
    if code == errno.ELOOP:
        return LinkLoop(
            "This is a link that leads in a circle.", advice="Remove it or point it to a file."
        )
    if code == errno.EBUSY or code == errno.ETXTBSY:
        return InUse(
            "Something else is using this file.",
            advice="Close the program that has it open, then try again.",
            untouched=untouched,
        )
    reason = error.strerror or (os.strerror(code) if code else "no reason given")
    return SystemTrouble(
        worded(
            "The system could not change this file: {reason}."
            if writing
            else "The system could not read this file: {reason}.",
            reason=reason,
        ),
        untouched=untouched,
    )


def disk_full(*, untouched: str = UNTOUCHED, reserve: int = 0) -> DiskFull:
    """Return the error for a full disk. `reserve`: bytes that RightsDesk leaves free."""
    return DiskFull(
        worded(
            "There is not enough free space on this disk. RightsDesk leaves {megabytes} MB of it "
            "free."
            if reserve
            else "There is not enough free space on this disk.",
            megabytes=reserve >> 20,
        ),
        advice="Make room, then try again.",
        untouched=untouched,
    )


def misread() -> DiskTrouble:
    """Return the error for a failed verification after a write."""
    return DiskTrouble(
        "Verification failed: the disk returned different data than was written.",
        advice="Check the disk, and make sure that you have a backup.",
        untouched=UNTOUCHED,
    )


def read_only() -> NotWritable:
    """Return the error for a read-only file or folder."""
    return NotWritable(
        "This file or its folder is read-only.",
        advice="Allow writing to both, then try again.",
        untouched=UNTOUCHED,
    )


def unreadable() -> Unreadable:
    """Return the error for a file or folder without read permission."""
    return Unreadable(
        "You have no permission to read this file or folder.",
        advice="Change its permissions, or ask its owner.",
    )
