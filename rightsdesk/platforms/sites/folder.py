"""Where a site's files are published: a folder on this computer, or one reached by SFTP,
WebDAV or S3.
"""

import os
import re
from abc import ABC, abstractmethod

from rightsdesk.platforms.http.errors import (
    AddressRefused,
    PlatformError,
)
from rightsdesk.platforms.interface import Settled
from rightsdesk.platforms.sign_in.access import Access


class HalfWritten(PlatformError):
    """A file may be published only in part, and could not be put right just now."""

    cause = "half-written"
    half_written = True


class Folder(ABC):
    """The published folder. Paths are relative to it, with slashes.

    Connects when it is first used. Safe to use from several threads, one at a time. Every
    method raises a `PlatformError`.
    """

    hides_attributes = False
    """Whether it shows nothing of the access lists and attributes that files have, so that
    nobody can tell what a file that is replaced loses."""

    def __init__(self, shown: str) -> None:
        self.shown = shown

    @abstractmethod
    def close(self) -> None:
        """End the connection, if there is one; the next use connects anew."""

    @abstractmethod
    def check(self) -> None:
        """Whether the folder can be reached."""

    @abstractmethod
    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""

    @abstractmethod
    def write(self, path: str, data: bytes) -> None:
        """Publish a file, with the folders above it. Afterwards it is wholly new, or on any
        error wholly old; else HalfWritten is raised."""

    @abstractmethod
    def remove(self, path: str) -> None:
        """Take a file away; nothing happens where there is none."""

    @abstractmethod
    def settle(self, path: str, old: bytes | None, new: bytes | None) -> Settled:
        """Bring a file that may have been published only in part back to `old`, where what is
        there can only be that; None is no file."""

    @abstractmethod
    def tidy(self, path: str) -> None:
        """Remove what killed runs left beside a file: ours, by their names."""

    @abstractmethod
    def has_folder(self, path: str) -> bool:
        """Whether there is such a folder below; where folders are only names, there is none."""

    @abstractmethod
    def remove_folder(self, path: str) -> None:
        """Take a folder away if it is empty; else it stays."""


def folder_at(access: Access) -> Folder | None:
    """The folder that an account publishes into; None where it has no address.

    `identifier` is a path, or an address: `sftp://user@host/path`, `webdavs://user@host/path`
    (`webdav://` on this computer only), `s3://key-id@server/bucket/path`. `secret` is the
    password, or the secret key. The key by which an SFTP server was known at first is saved.
    Raises AddressRefused for anything else.
    """
    credentials = access.credentials
    address = credentials.identifier.strip()
    scheme = address.partition("://")[0].lower() if "://" in address else ""
    match scheme:
        case "" if not address:
            return None
        case "" | "file":
            from rightsdesk.platforms.sites.local import LocalFolder

            return LocalFolder(_absolute(address.removeprefix("file://")))
        case "sftp" | "ssh":
            from rightsdesk.platforms.sites.sftp import SftpFolder  # slow to import

            return SftpFolder(address, credentials, access.save)
        case "webdavs" | "webdav" | "davs" | "dav" | "https" | "http":
            from rightsdesk.platforms.sites.webdav import WebDavFolder  # slow to import

            return WebDavFolder(address, credentials)
        case "s3" | "s3+http":
            from rightsdesk.platforms.sites.s3 import S3Folder

            return S3Folder(address, credentials, limits=access.limits, clock=access.clock)
    raise AddressRefused(
        f"RightsDesk can't publish to an address that begins with {scheme[:20]}://.",
        advice="It can to a folder, and by sftp://, webdavs:// and s3://.",
    )


def _absolute(path: str) -> str:
    path = os.path.expanduser(path)
    if not (os.path.isabs(path) or re.match(r"[A-Za-z]:[/\\]", path)):
        raise AddressRefused(
            f"“{path[:80]}” is not a whole path.",
            advice="Give the folder's path from the root on, or an address with sftp://.",
        )
    return path
