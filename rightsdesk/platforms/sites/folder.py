"""The published folder of a site: on this computer, or reached by SFTP, WebDAV or S3."""

import os
import re
from abc import ABC, abstractmethod

from rightsdesk.platforms.http.errors import (
    AddressRefused,
    PlatformError,
)
from rightsdesk.platforms.interface import Settled
from rightsdesk.platforms.sign_in.access import Access
from rightsdesk.sentences import worded


class HalfWritten(PlatformError):
    """A file may be published only in part, and could not be restored now."""

    cause = "half-written"
    half_written = True


class Folder(ABC):
    """The published folder. Paths are relative to it, with slashes.

    It connects on first use. Thread-safe: one call at a time. Every method raises `PlatformError`.
    """

    def __init__(self, shown: str) -> None:
        self.shown = shown

    @property
    def may_lose(self) -> str:
        """What publishing may lose unseen: a key of `UNSEEN_LOSSES`, or "" for nothing.

        The review shows it. If it is "", nothing is published that would lose anything.
        """
        return ""

    @abstractmethod
    def close(self) -> None:
        """Close the connection, if any; the next use opens a new one."""

    @abstractmethod
    def check(self) -> None:
        """Raise `ItemGone` if the folder does not exist."""

    @abstractmethod
    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None if there is no file."""

    @abstractmethod
    def write(self, path: str, data: bytes) -> None:
        """Publish a file and make the folders above it.

        Afterwards the file is wholly new, or wholly old after an error. Raises `HalfWritten`
        otherwise.
        """

    @abstractmethod
    def remove(self, path: str) -> None:
        """Remove a file; does nothing if there is none."""

    @abstractmethod
    def settle(self, path: str, old: bytes | None, new: bytes | None) -> Settled:
        """Restore a file that may have been published only in part to `old` (None: no file).

        It is left alone if its content can't come from our write.
        """

    @abstractmethod
    def tidy(self, path: str) -> None:
        """Remove temp files that killed runs left next to a file. They are known by name."""

    @abstractmethod
    def has_folder(self, path: str) -> bool:
        """Whether the folder exists; always False if folders are only parts of names."""

    @abstractmethod
    def remove_folder(self, path: str) -> None:
        """Remove a folder if it is empty, otherwise leave it."""


def folder_at(access: Access) -> Folder | None:
    """Return the folder that an account publishes into; None if it has no address.

    `identifier` is a path or an address: `sftp://user@host/path`, `webdavs://user@host/path`
    (`webdav://` on this computer only), `s3://key-id@server/bucket/path`. `secret` is the password
    or the secret key. The host key of a new SFTP server is saved. Raises `AddressRefused` for
    anything else.
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
        worded(
            "RightsDesk can't publish to an address that begins with {scheme}://.",
            scheme=scheme[:20],
        ),
        advice="Use a folder, or an address with sftp://, webdavs:// or s3://.",
    )


def _absolute(path: str) -> str:
    path = os.path.expanduser(path)
    if not (os.path.isabs(path) or re.match(r"[A-Za-z]:[/\\]", path)):
        raise AddressRefused(
            worded("“{path}” is not an absolute path.", path=path[:80]),
            advice="Enter the folder's path from the root on, or an address with sftp://.",
        )
    return path
