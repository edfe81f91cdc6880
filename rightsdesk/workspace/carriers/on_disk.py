"""What files and sidecars have in common as carriers: they lie on a disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import timedelta

from rightsdesk.changes.carrier import Observation
from rightsdesk.changes.types import Target
from rightsdesk.consent import Fields
from rightsdesk.errors import KnownError
from rightsdesk.files.os_errors import DiskTrouble, Gone, explain
from rightsdesk.files.writing.durable import sync_folder
from rightsdesk.files.writing.preparing import holds
from rightsdesk.files.writing.writer import sweep
from rightsdesk.store.database import Database


class OnDisk:
    """What the carriers of the disk do alike."""

    batch = 64
    shows_within = timedelta(0)
    prompt: tuple[str, ...] = ()

    def __init__(self, database: Database) -> None:
        self._database = database

    def ready(self, targets: Sequence[Target]) -> None:
        """The disk needs nothing."""

    def holds(self, observation: Observation, edit: Fields) -> bool:
        """Exactly: what is on a disk keeps what is written into it."""
        return holds(observation.fields, edit)

    def folder(self, target: Target) -> str:
        """The folder that a write changes: where the file is that a link leads to."""
        return os.path.dirname(os.path.realpath(target.locator))

    def tidy(self, targets: Sequence[Target]) -> None:
        """Remove what killed writers left beside them."""
        for folder in {self.folder(target) for target in targets}:
            sweep(folder)


def make_durable(folder: str) -> None:
    """Let the disk keep what was changed in a folder. Raises Gone, and DiskTrouble."""
    try:
        sync_folder(folder)
    except OSError as error:
        if isinstance(told := explain(error), Gone):
            raise told from error
        raise DiskTrouble(
            "This file was changed, and then the disk reported an error.",
            advice="Check the disk, then scan the file again.",
        ) from error


def all_made_durable(folders: Iterable[str]) -> dict[str, KnownError]:
    """Do it once for each folder ("" is none); the trouble that there was, by folder."""
    troubles: dict[str, KnownError] = {}
    for folder in sorted({one for one in folders if one}):
        try:
            make_durable(folder)
        except KnownError as error:
            troubles[folder] = error
    return troubles
