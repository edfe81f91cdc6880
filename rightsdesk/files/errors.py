"""The reasons why a file is left alone, as errors with messages for people.

RightsDesk never repairs a file. A file that cannot be read cleanly is refused, and stays
byte for byte as it was. Each class is a cause, so that failures can be grouped.
"""

from __future__ import annotations

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded


class FileError(KnownError):
    """A problem with a file, as opposed to the disk or the network."""

    cause = Cause.FILE


class NotAudio(FileError):
    """The content is not a kind of audio that RightsDesk supports or can name."""

    cause = Cause.NOT_AUDIO


class Damaged(FileError):
    """The file has a supported kind, but its structure contradicts itself."""

    cause = Cause.DAMAGED


def damaged_kind(name: str) -> Damaged:
    """The error for a file of a kind, by its name, with a broken structure."""
    return Damaged(worded("This {name} file is damaged, so RightsDesk leaves it alone.", name=name))


class DamagedXmp(Damaged):
    """The file's XMP packet cannot be read cleanly, so its declarations are unknown."""

    cause = Cause.DAMAGED_XMP


class Unsupported(FileError):
    """The file seems sound, but has a form that is not supported yet."""

    cause = Cause.UNSUPPORTED


def unsupported_kind(name: str) -> Unsupported:
    """The error for a kind of file, by its name, that RightsDesk can read at most."""
    return Unsupported(
        worded("This is a kind of file that RightsDesk can't write yet: {name}.", name=name)
    )


class TooLarge(FileError):
    """The file or a part of it would exceed the limits of its format."""

    cause = Cause.TOO_LARGE


class ChangedOnDisk(FileError):
    """The file has changed since it was read."""

    cause = Cause.CHANGED_ON_DISK
    skips = True


class DamagedPatch(FileError):
    """The stored record of a change is damaged, so it is not applied."""

    cause = Cause.DAMAGED_RECORD

    def __init__(self, untouched: str = "The file was left as it is.") -> None:
        super().__init__(
            "The stored record of this change is damaged, so it can't be used.", untouched=untouched
        )
