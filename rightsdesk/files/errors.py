"""Why a file is left alone, in words for a person.

RightsDesk never repairs a file: one that cannot be read cleanly is refused, and stays
byte for byte as it was. Each class is one cause, so that a list of failures can be
grouped.
"""

from __future__ import annotations

from rightsdesk.errors import KnownError


class FileError(KnownError):
    """Something about one file, as opposed to the disk or the network."""

    cause = "file"


class NotAudio(FileError):
    """The content is not one of the kinds of audio that RightsDesk knows."""

    cause = "not-audio"


class Damaged(FileError):
    """The file says it is audio of a known kind, but its structure contradicts itself."""

    cause = "damaged"


class DamagedXmp(Damaged):
    """The file's XMP packet cannot be read cleanly, so what it declares is not known."""

    cause = "damaged-xmp"


class Unsupported(FileError):
    """The file is sound, as far as can be told, but of a form that is not handled yet."""

    cause = "unsupported"


class TooLarge(FileError):
    """The file or one of its parts would outgrow what its format can express."""

    cause = "too-large"


class ChangedOnDisk(FileError):
    """The file is no longer the one that was looked at."""

    cause = "changed-on-disk"
    skips = True


class DamagedPatch(FileError):
    """The stored record of a change cannot be trusted, so it is not applied."""

    cause = "damaged-record"
