"""Find Content Credentials (C2PA): a signed manifest over a file's bytes.

Any change to such a file, even to a single tag, breaks the hash in the manifest. So the
manifest is found by structure before a write. The signature is not verified here.

The containers find manifests inside files.
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
"""The messages for such files: the reason, what was left, and what to do."""

_DETACHED = ".c2pa"


def signature_of(container: Container, f: BinaryIO) -> Signed | None:
    """Return the first manifest in a file, None if there is none.

    A file with a broken structure counts as unsigned from there on: a change to it is
    refused anyway. Raises OSError.
    """
    try:
        return next(container.manifests(f), None)
    except FileError:
        return None


def manifest_beside(path: str) -> str:
    """Return the name of an audio file's external manifest, "" if there is none.

    Such a manifest also signs the audio file's bytes. Its name is the audio file's name
    with `.c2pa` appended, or with `.c2pa` as its extension (C2PA 2.2, 11.4: "external
    manifests"). If it could belong to either of two audio files, it counts for both.
    """
    folder, names = _names(path)
    return next((name for name in names if os.path.isfile(os.path.join(folder, name))), "")


class Detached:
    """Find the external manifests of many files. Lists each folder once."""

    def __init__(self) -> None:
        self._listed: dict[str, frozenset[str]] = {}

    def manifest_of(self, path: str) -> str:
        """Return the name as `manifest_beside` does."""
        folder, names = _names(path)
        if folder not in self._listed:
            self._listed[folder] = _manifests_in(folder)
        return next((name for name in names if name in self._listed[folder]), "")


def _names(path: str) -> tuple[str, tuple[str, str]]:
    folder, name = os.path.split(path)
    return folder, (name + _DETACHED, os.path.splitext(name)[0] + _DETACHED)


def _manifests_in(folder: str) -> frozenset[str]:
    try:
        with os.scandir(folder or ".") as entries:
            return frozenset(entry.name for entry in entries if entry.name.endswith(_DETACHED))
    except OSError:  # no file in this folder can be changed either
        return frozenset()
