"""Whether a file carries Content Credentials (C2PA): a signed manifest over its bytes.

Any change to such a file, of a single tag even, breaks the hash in the manifest; so it is
told before, by structure alone. Whether the signature holds is not looked at here.

Where it lies in which kind of file, the containers know.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from rightsdesk.files.containers.base import Container, Signed
from rightsdesk.files.errors import FileError

SIGNED = (
    "This file carries Content Credentials, signed over its bytes: any change would break "
    "them. It was left as it is. Agree to that, and it is changed too."
)
SIGNED_BESIDE = (
    "The Content Credentials in {name} are signed over this file's bytes: any change would "
    "break them. It was left as it is. Agree to that, and it is changed too."
)
"""Why such files are left alone, and what to do about it."""

_DETACHED = ".c2pa"


def signature_of(container: Container, f: BinaryIO) -> Signed | None:
    """The first manifest that is in a file, None if there is none.

    A file whose structure cannot be followed counts as unsigned from there on: it is
    refused anyway when it is to be changed. Raises OSError.
    """
    try:
        return next(container.manifests(f), None)
    except FileError:
        return None


def manifest_beside(path: str) -> str:
    """The name of the file with a manifest that was made for an audio file, "" if there is none.

    Such a manifest is over the audio file's bytes just the same. It is named as the audio
    file, with `.c2pa` after its name or in place of its ending (C2PA 2.2, 11.4: "external
    manifests"). Where two audio files could be meant, it may be either's, so it counts for both.
    """
    folder, names = _names(path)
    return next((one for one in names if os.path.isfile(os.path.join(folder, one))), "")


class Detached:
    """The same for many files: each folder is listed once."""

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}

    def manifest_of(self, path: str) -> str:
        """As `manifest_beside`."""
        folder, names = _names(path)
        if folder not in self._known:
            self._known[folder] = _manifests_in(folder)
        return next((one for one in names if one in self._known[folder]), "")


def _names(path: str) -> tuple[str, tuple[str, str]]:
    folder, name = os.path.split(path)
    return folder, (name + _DETACHED, os.path.splitext(name)[0] + _DETACHED)


def _manifests_in(folder: str) -> frozenset[str]:
    try:
        with os.scandir(folder or ".") as entries:
            return frozenset(one.name for one in entries if one.name.endswith(_DETACHED))
    except OSError:  # then nothing in it can be changed either
        return frozenset()
