"""What files and sidecars share as carriers: they are on a disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import timedelta

from rightsdesk.changes.carrier import Observation
from rightsdesk.changes.types import Target
from rightsdesk.consent import Fields
from rightsdesk.errors import KnownError
from rightsdesk.files.os_errors import Gone, explain, failed_after_change
from rightsdesk.files.writing.durable import sync_folder
from rightsdesk.files.writing.preparing import holds
from rightsdesk.files.writing.writer import sweep
from rightsdesk.store.database import Database


class OnDisk:
    """Shared behaviour of the carriers on disk."""

    batch = 64
    shows_within = timedelta(0)
    prompt: tuple[str, ...] = ()

    def __init__(self, database: Database) -> None:
        self._database = database

    def ready(self, targets: Sequence[Target]) -> None:
        """Does nothing: a disk needs no preparation."""

    def holds(self, observation: Observation, edit: Fields) -> bool:
        """Whether the fields match the edit exactly: a disk keeps what is written."""
        return holds(observation.fields, edit)

    def folder(self, target: Target) -> str:
        """The folder that a write changes: for a link, the folder of its target."""
        return os.path.dirname(os.path.realpath(target.locator))

    def tidy(self, targets: Sequence[Target]) -> None:
        """Remove temp files that killed writers left next to the targets."""
        for folder in {self.folder(target) for target in targets}:
            sweep(folder)


def make_durable(folder: str) -> None:
    """Flush a folder's changes to the disk. Raises Gone and DiskTrouble."""
    try:
        sync_folder(folder)
    except OSError as error:
        if isinstance(cause := explain(error), Gone):
            raise cause from error
        raise failed_after_change() from error


def all_made_durable(folders: Iterable[str]) -> dict[str, KnownError]:
    """Flush each folder once ("" is skipped). Returns the errors by folder."""
    troubles: dict[str, KnownError] = {}
    for folder in sorted(set(folders) - {""}):
        try:
            make_durable(folder)
        except KnownError as error:
            troubles[folder] = error
    return troubles
