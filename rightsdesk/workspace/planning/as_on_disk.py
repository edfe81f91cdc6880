"""Files and sidecars as they are on the disk now, for those edited since the last scan.

A plan starts with what the store knows. A `stat` shows which files have changed; only these are
read, also those that could not be read before. Nothing is stored: a scan does that, with
everything that a file says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from sqlalchemy import select

from rightsdesk.enums.carriers import ON_DISK, CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.scan.tags import read_file
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import files
from rightsdesk.workspace.catalogue.grouping import FileDescription
from rightsdesk.workspace.catalogue.scanning import described
from rightsdesk.workspace.catalogue.sidecars import read_sidecar
from rightsdesk.workspace.catalogue.unread import NOT_READ_AGAIN
from rightsdesk.workspace.planning.held import Held

SCAN_FIRST = (
    "Another program changed what this file says about its recording since the last scan. It was "
    "left as it is. Scan its folder, then compare again."
)


def as_on_disk(database: Database, held_carriers: Iterator[Held]) -> Iterator[Held]:
    """The same carriers; those that changed since the last scan are read again.

    A carrier that is missing or can't be read comes as the store knows it: the write reports that.
    A file that may be another recording now comes with a problem.
    """
    for held in held_carriers:
        if held.carrier not in ON_DISK or held.problem == NOT_READ_AGAIN:
            yield held
            continue
        try:
            stamp = FileIdentity.stamp_now(held.place)
        except (OSError, ValueError):
            yield held
            continue
        if stamp == held.stamp:
            yield held
        else:
            yield _file(database, held) if held.carrier == CarrierId.FILES else _sidecar(held)


def _file(database: Database, held: Held) -> Held:
    path = os.fsdecode(held.place)
    try:
        identity = FileIdentity.of(path)
    except OSError:
        return held
    audio, problem = read_file(path)
    if audio is None:
        return held._replace(problem=problem)
    with database.read() as connection:
        query = select(files.c.tags).where(files.c.id == held.id)
        stored = FileDescription.from_text(path, str(connection.execute(query).scalar() or ""))
    if not _same_recording(stored, described(path, audio)):
        return held._replace(problem=SCAN_FIRST)
    return held._replace(
        container=audio.container,
        places=audio.places,
        fields=texts.dump_fields(audio.fields),
        stamp=identity.stamp,
        problem=problem,
        signed=audio.signed,
    )


def _same_recording(stored: FileDescription, now: FileDescription) -> bool:
    """Whether a file at a path is still the recording that was read there: files trade places.

    It is if the length and the title or ISRC are the same; then only other texts were edited.
    """
    if stored == now:
        return True
    same_length = now.duration_ms is not None and now.duration_ms == stored.duration_ms
    names = ("title", "isrc")
    equal = sum(bool(getattr(now, n)) and getattr(now, n) == getattr(stored, n) for n in names)
    return same_length and equal > 0


def _sidecar(held: Held) -> Held:
    try:
        identity, fields = read_sidecar(os.fsdecode(held.place))
    except KnownError as error:
        return held._replace(problem=str(error))
    return held._replace(fields=texts.dump_fields(fields), stamp=identity.stamp, problem="")
