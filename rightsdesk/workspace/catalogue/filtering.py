"""The SQL condition of a filter: one home for everything that a filter selects."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select

from rightsdesk.store import search
from rightsdesk.store.bulk import numbers_in
from rightsdesk.store.joins import within, within_any
from rightsdesk.store.schema import files, recordings
from rightsdesk.workspace.types.scopes import Filter


def conditions(chosen: Filter) -> ColumnElement[bool]:
    """The filter as a condition on recordings."""
    parts: list[ColumnElement[bool]] = []
    if chosen.artist_id is not None:
        parts.append(recordings.c.artist_id == chosen.artist_id)
    if chosen.release_id is not None:
        parts.append(recordings.c.release_id == chosen.release_id)
    if chosen.recording_id is not None:
        parts.append(recordings.c.id == chosen.recording_id)
    if chosen.among is not None:
        parts.append(recordings.c.id.in_(numbers_in(chosen.among)))
    if chosen.path:
        inside = select(files.c.recording_id).where(within(files.c.path, chosen.path))
        parts.append(recordings.c.id.in_(inside))
    if chosen.places:
        inside = select(files.c.recording_id).where(within_any(files.c.path, chosen.places))
        parts.append(recordings.c.id.in_(inside))
    if chosen.upc:
        parts.append(search.with_upc(chosen.upc))
    if chosen.label:
        parts.append(search.with_label(chosen.label))
    if chosen.text:
        parts.append(search.matches(chosen.text))
    return and_(True, *parts)
