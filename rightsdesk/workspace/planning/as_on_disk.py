"""Files and sidecars as they are on the disk now, where somebody edited them since a scan.

A plan begins with what the store knows. A `stat` shows which files are others by now; only
these are read. Nothing is stored: a scan does that, with all that a file says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from sqlalchemy import select

from rightsdesk.changes.types import FILES, SIDECARS
from rightsdesk.errors import KnownError
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.owned import DAMAGED_PACKET
from rightsdesk.files.scan.tags import read_file
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import files
from rightsdesk.workspace.catalogue.grouping import FileDescription
from rightsdesk.workspace.catalogue.scanning import described
from rightsdesk.workspace.catalogue.sidecars import read_sidecar
from rightsdesk.workspace.planning.held import Held

SCAN_FIRST = (
    "Since the last scan, another program changed what this file says about its recording. It is "
    "left as it is. Scan its folder, then compare again."
)


def as_on_disk(database: Database, held: Iterator[Held]) -> Iterator[Held]:
    """The same carriers, those that changed since the last scan read anew.

    One that is not there, or can't be looked at, comes as the store knows it: writing finds
    out. A file that may be another recording by now comes with a problem.
    """
    for one in held:
        if one.carrier not in (FILES, SIDECARS) or one.problem not in ("", DAMAGED_PACKET):
            yield one
            continue
        try:
            found = FileIdentity.of(one.place).stamp
        except (OSError, ValueError):
            yield one
            continue
        if found == one.stamp:
            yield one
        else:
            yield _file(database, one) if one.carrier == FILES else _sidecar(one)


def _file(database: Database, one: Held) -> Held:
    path = os.fsdecode(one.place)
    try:
        identity = FileIdentity.of(path)
    except OSError:
        return one
    audio, problem = read_file(path)
    if audio is None:
        return one._replace(problem=problem)
    with database.read() as connection:
        query = select(files.c.tags).where(files.c.id == one.id)
        known = FileDescription.from_text(path, str(connection.execute(query).scalar() or ""))
    if not _same_recording(known, described(path, audio)):
        return one._replace(problem=SCAN_FIRST)
    return one._replace(
        container=audio.container,
        places=audio.places,
        fields=texts.dump_fields(audio.fields),
        stamp=identity.stamp,
        problem=problem,
        signed=audio.signed,
    )


def _same_recording(known: FileDescription, now: FileDescription) -> bool:
    """Whether a file at a path still is what was read there: files trade places, too.

    With the same length and the same title or ISRC it is: other texts were edited.
    """
    if known == now:
        return True
    same_length = now.duration_ms is not None and now.duration_ms == known.duration_ms
    names = ("title", "isrc")
    alike = sum(bool(getattr(now, n)) and getattr(now, n) == getattr(known, n) for n in names)
    return same_length and alike > 0


def _sidecar(one: Held) -> Held:
    try:
        identity, fields = read_sidecar(os.fsdecode(one.place))
    except KnownError as error:
        return one._replace(problem=str(error))
    return one._replace(fields=texts.dump_fields(fields), stamp=identity.stamp)
