"""The contract of a licence: its digest, and a private copy in the data folder if wanted."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from rightsdesk import data_folder
from rightsdesk.consent.licences.agreement import LONGEST_LINE, Contract
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.shown import shown

FOLDER = "licences"
"""The folder of kept documents inside the data folder."""
MOST = 200 << 20
"""Bytes of a document that can be kept."""
_CHUNK = 1 << 20


class NoDocument(KnownError):
    """The document of a licence cannot be read or kept."""

    cause = Cause.NO_DOCUMENT


def document_of(path: str, data_dir: Path, *, keep: bool) -> Contract:
    """The document at a path: its name and SHA-256; a copy is kept if `keep`.

    Raises NoDocument.
    """
    name = shown(os.path.basename(path))[-LONGEST_LINE:]
    try:
        digest = _digest(path, keep_to=data_dir / FOLDER if keep else None)
    except OSError as error:
        raise NoDocument(
            worded("“{name}” can't be read: {reason}.", name=name, reason=error.strerror or error),
            untouched="Nothing was changed.",
            advice="Name the file of the contract, or leave it out.",
        ) from error
    return Contract(name, digest, kept=keep)


def kept_at(document: Contract, data_dir: Path) -> Path | None:
    """Where the copy of a document is; None if it was not kept, or is gone."""
    place = data_dir / FOLDER / document.sha256
    return place if document.kept and place.is_file() else None


def _digest(path: str, keep_to: Path | None) -> str:
    """The SHA-256 of a file in hex. A copy gets it as its name, and is whole or not there."""
    seen = hashlib.sha256()
    part: Path | None = None
    with open(path, "rb") as file:
        if keep_to is None:
            while chunk := file.read(_CHUNK):
                seen.update(chunk)
            return seen.hexdigest()
        if os.fstat(file.fileno()).st_size > MOST:
            raise NoDocument(
                worded("“{name}” is too large to keep.", name=shown(os.path.basename(path))),
                untouched="Nothing was changed.",
                advice="Store the licence without a copy: its digest is kept.",
            )
        keep_to.mkdir(mode=0o700, exist_ok=True)
        part = keep_to / f".{os.getpid()}.part"
        data_folder.create_private(part)
        try:
            with open(part, "wb") as copy:
                while chunk := file.read(_CHUNK):
                    seen.update(chunk)
                    copy.write(chunk)
                copy.flush()
                os.fsync(copy.fileno())
            os.replace(part, keep_to / seen.hexdigest())
        finally:
            part.unlink(missing_ok=True)
    return seen.hexdigest()
