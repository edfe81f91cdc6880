"""Choose the published folder of a site by its address: this computer, SFTP, WebDAV or S3."""

import os
import re

from rightsdesk.platforms.http.errors import AddressRefused
from rightsdesk.platforms.sign_in.access import Access
from rightsdesk.platforms.sites.folder import Folder
from rightsdesk.sentences import worded


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
