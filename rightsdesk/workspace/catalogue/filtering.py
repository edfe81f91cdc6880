"""A filter as a condition for queries: the same for everything that a filter lets through."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select

from rightsdesk.store import search
from rightsdesk.store.joins import within
from rightsdesk.store.schema import files, recordings
from rightsdesk.workspace.types import Filter


def conditions(chosen: Filter) -> ColumnElement[bool]:
    """The filter as a condition on recordings."""
    wanted: list[ColumnElement[bool]] = []
    if chosen.artist_id is not None:
        wanted.append(recordings.c.artist_id == chosen.artist_id)
    if chosen.release_id is not None:
        wanted.append(recordings.c.release_id == chosen.release_id)
    if chosen.recording_id is not None:
        wanted.append(recordings.c.id == chosen.recording_id)
    if chosen.path:
        inside = select(files.c.recording_id).where(within(files.c.path, chosen.path))
        wanted.append(recordings.c.id.in_(inside))
    if chosen.upc:
        wanted.append(search.with_upc(chosen.upc))
    if chosen.label:
        wanted.append(search.with_label(chosen.label))
    if chosen.text:
        wanted.append(search.matches(chosen.text))
    return and_(True, *wanted)
