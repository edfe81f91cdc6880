"""Which deeds a filter selects, as one query. A job is found by what it changed, too."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    text,
)

from rightsdesk.enums.carriers import ON_DISK, CarrierId
from rightsdesk.folding import folded
from rightsdesk.store.deeds import DeedKind
from rightsdesk.store.schema import changes, deeds, files, items, recordings
from rightsdesk.workspace.history.types import HistoryFilter

RESULTS = frozenset({DeedKind.JOB_FINISHED, DeedKind.WRITES_SETTLED})
"""Deeds that complete another one, whose entry shows it. Listed only if their kind is asked for."""

LICENCES = frozenset({DeedKind.LICENCE_ADDED, DeedKind.LICENCE_CHANGED, DeedKind.LICENCE_ENDED})

LISTING = frozenset({DeedKind.JOB, *LICENCES})
"""Deeds that list their artists in `after` if there are several. An import counts them there."""

_ATOMS = """EXISTS (
    SELECT 1 FROM json_tree({column}) AS j
    WHERE j.type = 'text' AND folded(j.atom) LIKE :wanted ESCAPE '\\'
)"""


def selected(connection: Connection, chosen: HistoryFilter) -> Select[tuple[int]]:
    """The query for the deeds that a filter selects, without an order."""
    d = deeds.c
    query = select(deeds)
    if chosen.artist_id is not None:
        # A deed about one artist has the artist's id; one about several artists lists them.
        listed = "EXISTS (SELECT 1 FROM json_each(deeds.after, '$.artists') WHERE value = :artist)"
        several = text(listed).bindparams(artist=chosen.artist_id)
        of_several = and_(
            d.kind.in_(sorted(kind.value for kind in LISTING)), d.artist_id.is_(None), several
        )
        query = query.where(or_(d.artist_id == chosen.artist_id, of_several))
    if chosen.account_id is not None:
        of_job = _job_changed(items.c.account_id == chosen.account_id, on_disk=False)
        query = query.where(or_(d.account_id == chosen.account_id, of_job))
    if chosen.recording_id is not None:
        query = query.where(_about_recordings(select(literal(chosen.recording_id)), None))
    elif chosen.release_id is not None:
        of_release = select(recordings.c.id).where(recordings.c.release_id == chosen.release_id)
        query = query.where(_about_recordings(of_release, chosen.release_id))
    if chosen.kinds:
        query = query.where(d.kind.in_(sorted(kind.value for kind in chosen.kinds)))
    else:
        query = query.where(d.kind.not_in(sorted(kind.value for kind in RESULTS)))
    if chosen.text:
        query = query.where(_says(chosen.text))
    if chosen.since:
        # A clock may have been set back, so a later deed can have an earlier time.
        first = select(func.min(d.id)).where(d.at >= chosen.since)
        number = connection.execute(first).scalar()
        query = query.where(d.id >= (number or 0), d.at >= chosen.since)
    if chosen.until:
        query = query.where(d.at < chosen.until)
    return _acts(query.whereclause)


def _acts(fits: ColumnElement[bool] | None) -> Select[tuple[int]]:
    """The first deeds of the acts of which any deed fits: an act is one entry."""
    d = deeds.c
    query = select(deeds).where(d.part_of.is_(None))
    if fits is None:
        return query
    parts = select(d.part_of).where(d.part_of.is_not(None), fits).correlate(None)
    return query.where(or_(fits, d.id.in_(parts)))


def _about_recordings(numbers: Select[tuple[int]], release: int | None) -> ColumnElement[bool]:
    """About one of these recordings, or the release; or a job that changed one of theirs."""
    d = deeds.c
    on_disk = _job_changed(files.c.recording_id.in_(numbers), on_disk=True)
    remote = _job_changed(items.c.recording_id.in_(numbers), on_disk=False)
    found = or_(d.recording_id.in_(numbers), on_disk, remote)
    return found if release is None else or_(found, d.release_id == release)


def _job_changed(condition: ColumnElement[bool], *, on_disk: bool) -> ColumnElement[bool]:
    """A job with a change to a file, or an item, that fulfils this condition."""
    c = changes.c
    of = c.carrier == CarrierId.FILES if on_disk else c.carrier.not_in(ON_DISK)
    target = files.c.id if on_disk else items.c.id
    numbers = select(c.job_id).where(of, c.target_id == target, condition)
    return and_(deeds.c.kind == DeedKind.JOB.value, deeds.c.job_id.in_(numbers))


def _says(wanted: str) -> ColumnElement[bool]:
    """The text is in a name or a value of the deed, whatever the case, or in who and where."""
    escaped = "".join(f"\\{char}" if char in "\\%_" else char for char in folded(wanted))
    pattern = f"%{escaped}%"
    plain = [
        func.folded(column).like(pattern, escape="\\")
        for column in (deeds.c.who, deeds.c.seat, deeds.c.kind)
    ]
    stored = [
        text(_ATOMS.format(column=f"deeds.{name}")).bindparams(wanted=pattern)
        for name in ("names", "before", "after")
    ]
    return or_(*plain, *stored)
