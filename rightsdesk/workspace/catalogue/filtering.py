"""The SQL condition of a filter: one home for everything that a filter selects."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_, select

from rightsdesk.folding import unaccented
from rightsdesk.store.joins import within
from rightsdesk.store.schema import artists, files, recordings, releases
from rightsdesk.workspace.types import Filter


def conditions(chosen: Filter) -> ColumnElement[bool]:
    """The filter as a condition on recordings joined with artists and releases."""
    parts: list[ColumnElement[bool]] = []
    if chosen.artist_id is not None:
        parts.append(recordings.c.artist_id == chosen.artist_id)
    if chosen.release_id is not None:
        parts.append(recordings.c.release_id == chosen.release_id)
    if chosen.recording_id is not None:
        parts.append(recordings.c.id == chosen.recording_id)
    if chosen.path:
        inside = select(files.c.recording_id).where(within(files.c.path, chosen.path))
        parts.append(recordings.c.id.in_(inside))
    for word in map(unaccented, chosen.text.split()):
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        shown = (recordings.c.title, releases.c.title, artists.c.name, recordings.c.isrc)
        parts.append(or_(*(func.unaccented(column).like(like, escape="\\") for column in shown)))
    return and_(True, *parts)
