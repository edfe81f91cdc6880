"""Keeps a file's attributes when it is replaced: mode, owner, access lists, extended attributes.

A new file in its place would lose them silently: Finder's tags, an access list that shares a folder
with a band. What matters is kept, or the write is refused.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
import sys

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded

_MUST_KEEP = ("user.", "trusted.", "system.posix_acl_access", "system.nfs4_acl", "system.richacl")
"""Attributes that a person or an administrator set. The others belong to the system, which sets
them by its own rules (`security.selinux`) or computes them (`btrfs.`, `ceph.`)."""

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EIO}
_NO_ATTRIBUTES = {errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
_ACL = "system.posix_acl_access"


class NotKept(KnownError):
    """Replacing the file would lose its owner, permissions or attributes."""

    cause = Cause.NOT_KEPT

    def __init__(self, lost: str, advice: str = "") -> None:
        super().__init__(
            worded("Changing this file would lose this: {lost}.", lost=lost),
            advice=advice or "Copy it to a folder of your own, and change it there.",
            untouched="The file was left as it is.",
        )
        self.lost = lost


def keep_owner(found: os.stat_result, new: int) -> None:
    """Give the open and still empty file `new` the owner and group in `found`.

    Only an administrator can change a file's owner. If two people write in one folder, a file of
    the other person cannot be replaced. Raises NotKept then.
    """
    if sys.platform != "win32":
        _keep_owner(found, new)


def keep(original: int, new: int) -> None:
    """Copy the attributes of the open file `original` to the open file `new`.

    Raises NotKept for permissions and attributes that cannot be kept, or OSError. The owner was
    kept before, by `keep_owner`.
    """
    found = os.fstat(original)
    if sys.platform != "win32":
        if sys.platform == "linux":
            _keep_attributes(original, new)
        elif sys.platform == "darwin":
            _keep_by_macos(original, new)
        _keep_mode(stat.S_IMODE(found.st_mode), new)


if sys.platform != "win32":

    def _keep_owner(found: os.stat_result, new: int) -> None:
        mine = os.fstat(new)
        if (mine.st_uid, mine.st_gid) == (found.st_uid, found.st_gid):
            return
        with contextlib.suppress(OSError):
            os.fchown(new, found.st_uid, found.st_gid)
        mine = os.fstat(new)
        if mine.st_uid != found.st_uid:
            raise NotKept(
                worded("owner"), "Let its owner change it, or make a copy and change that."
            )
        if mine.st_gid != found.st_gid:
            raise NotKept(worded("group"))

    def _keep_mode(mode: int, new: int) -> None:
        # After owner and access list: setting those changes the mode.
        with contextlib.suppress(PermissionError):
            os.fchmod(new, mode)
        if stat.S_IMODE(os.fstat(new).st_mode) != mode:
            raise NotKept(worded("permissions"))


if sys.platform == "linux":

    def _keep_attributes(original: int, new: int) -> None:
        wanted = _attributes(original)
        present = _attributes(new)
        if _ACL in present and _ACL not in wanted:  # inherited from the folder
            os.removexattr(new, _ACL)
        for name, value in wanted.items():
            if present.get(name) == value:
                continue
            try:
                os.setxattr(new, name, value)
            except OSError as error:
                if error.errno in _DISK:
                    raise
                if name.startswith(_MUST_KEEP):
                    raise NotKept(
                        worded("access list" if "acl" in name else "attributes")
                    ) from None

    def _attributes(descriptor: int) -> dict[str, bytes]:
        try:
            names = os.listxattr(descriptor)
        except OSError as error:
            if error.errno in _NO_ATTRIBUTES:  # a file system without attributes
                return {}
            raise
        found: dict[str, bytes] = {}
        for name in names:
            try:
                found[name] = os.getxattr(descriptor, name)
            except OSError:
                if name.startswith(_MUST_KEEP):
                    raise NotKept(worded("attributes")) from None
        return found


def _keep_by_macos(original: int, new: int) -> None:
    """Copy attributes and access lists with fcopyfile(3), which Python does not offer."""
    acl, xattr = 1 << 0, 1 << 2  # COPYFILE_ACL, COPYFILE_XATTR of <copyfile.h>
    if ctypes.CDLL(None, use_errno=True).fcopyfile(original, new, None, acl | xattr) != 0:
        raise NotKept(worded("attributes"))
