"""The recordings of a report, one by one, with their files and tracks on platforms.

They are read in portions on one connection, so a report of half a million recordings needs the
memory of a few hundred.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, select, true

from rightsdesk.changes.types import Cancel
from rightsdesk.consent import Consent, Standing
from rightsdesk.consent.licences.grant import Grants
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.files.opening import opened
from rightsdesk.platforms.registry import NAMES
from rightsdesk.store import texts
from rightsdesk.store.joins import FILE_SIDECARS, RECORDING_ITEMS, catalogued
from rightsdesk.store.schema import (
    PARTNER_MARKS,
    accounts,
    files,
    items,
    recordings,
    releases,
    sidecars,
)
from rightsdesk.workspace.observing.freshness import Freshness
from rightsdesk.workspace.reports.types import FileLine, RecordingLine, ReleaseLine, TrackLine
from rightsdesk.workspace.status.matrix import (
    OF_ITEM,
    RowReader,
    StoredObservation,
    seen_of_item,
    standing_of,
)
from rightsdesk.workspace.status.naming import Misnaming
from rightsdesk.workspace.status.standings import RANK
from rightsdesk.workspace.suites import evidence_of, suite_of
from rightsdesk.workspace.types.matrix import MatrixRow
from rightsdesk.workspace.types.scopes import ScopeKind

AT_ONCE = 500
_PIECE = 1 << 20

Hasher = Callable[[str], tuple[str, str]]
"""Path → SHA-256 of the file in hex, or "" and why it could not be read."""


class Cancelled(KnownError):
    """The person stopped the report."""

    cause = Cause.CANCELLED

    def __init__(self) -> None:
        super().__init__("The report was stopped.", untouched="No file was written.")


def recording_lines(
    connection: Connection,
    ids: Sequence[int],
    now: datetime,
    cancel: Cancel,
    hasher: Hasher | None = None,
) -> Iterator[RecordingLine]:
    """The lines of these recordings, in the order of the ids. Raises Cancelled.

    Licences count as of `now` (aware).
    """
    reader = RowReader(connection, now, all_in_turn=True)
    misnamed = reader.misnamed(true())
    fresh = Freshness.of(connection)
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        rows = reader.rows(part)
        consents = {row.recording_id: row.consent for row in rows}
        on_disk = _files(connection, part, consents, misnamed, hasher, cancel)
        on_platforms = _items(connection, part, consents, misnamed, fresh)
        codes = _codes(connection, part)
        for row in rows:
            if cancel.is_set():
                raise Cancelled
            yield _line(row, codes, on_disk, on_platforms)


def _line(
    row: MatrixRow,
    codes: dict[int, str],
    on_disk: dict[int, list[FileLine]],
    on_platforms: dict[int, list[TrackLine]],
) -> RecordingLine:
    set_for = row.inherited_from
    if set_for is None and row.consent:
        set_for = ScopeKind.RECORDING
    return RecordingLine(
        id=row.recording_id,
        artist=row.artist,
        release=row.release,
        release_id=row.release_id,
        upc=codes.get(row.recording_id, ""),
        title=row.title,
        track=row.track,
        isrc=row.isrc,
        duration_ms=row.duration_ms,
        consent=row.consent,
        set_for=set_for,
        standings={carrier: cell.standing for carrier, cell in row.cells.items()},
        files=tuple(on_disk.get(row.recording_id, ())),
        items=tuple(on_platforms.get(row.recording_id, ())),
        grants=row.grants,
    )


def _codes(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    query = select(recordings.c.id, releases.c.upc).select_from(catalogued())
    rows = connection.execute(query.where(recordings.c.id.in_(ids), releases.c.id.is_not(None)))
    return {row.id: row.upc for row in rows}


def _files(
    connection: Connection,
    ids: Sequence[int],
    consents: dict[int, Consent],
    misnamed: Misnaming,
    hasher: Hasher | None,
    cancel: Cancel,
) -> dict[int, list[FileLine]]:
    found: dict[int, list[FileLine]] = defaultdict(list)
    query = select(files).where(files.c.recording_id.in_(ids)).order_by(files.c.path)
    for row in connection.execute(query).all():
        if cancel.is_set():
            raise Cancelled
        path = texts.load_path(row.path)
        partners = misnamed.get((CarrierId.FILES, row.id))
        seen = StoredObservation(row.says, row.problem, row.seen_at, row.missing, partners=partners)
        sha256, problem = ("", "") if hasher is None or row.missing else hasher(path)
        found[row.recording_id].append(
            FileLine(
                path=path,
                container=row.container,
                standing=standing_of(
                    CarrierId.FILES, consents.get(row.recording_id, Consent()), seen
                ),
                says=texts.load_consent(row.says),
                seen_at=row.seen_at,
                since=row.since,
                problem=row.problem or problem,
                missing=bool(row.missing),
                audio=row.essence or "",
                sha256=sha256,
                grants=_named(row.fields),
            )
        )
    query = select(files.c.recording_id, sidecars).select_from(FILE_SIDECARS)
    query = query.where(files.c.recording_id.in_(ids)).order_by(sidecars.c.path)
    for row in connection.execute(query):
        seen = StoredObservation(row.says, row.problem, row.seen_at, carrier=CarrierId.SIDECARS)
        found[row.recording_id].append(
            FileLine(
                path=texts.load_path(row.path),
                container="xmp",
                standing=standing_of(
                    CarrierId.FILES, consents.get(row.recording_id, Consent()), seen
                ),
                says=texts.load_consent(row.says),
                seen_at=row.seen_at,
                since=row.since,
                problem=row.problem,
                sidecar=True,
            )
        )
    return found


def _named(fields: str) -> Grants:
    """The partners that a file names, from its fields as stored."""
    if not any(mark in fields for mark in PARTNER_MARKS):
        return ()
    return suite_of(CarrierId.FILES).grants_in(texts.load_fields(fields))


def _items(
    connection: Connection,
    ids: Sequence[int],
    consents: dict[int, Consent],
    misnamed: Misnaming,
    fresh: Freshness,
) -> dict[int, list[TrackLine]]:
    found: dict[int, list[TrackLine]] = defaultdict(list)
    columns = (items.c.recording_id, accounts.c.name, items.c.title)
    query = select(*columns, items.c.url, items.c.since, *OF_ITEM).select_from(RECORDING_ITEMS)
    query = query.where(items.c.recording_id.in_(ids)).order_by(items.c.id)
    for number, account, title, url, since, platform, *read in connection.execute(query):
        seen = seen_of_item(fresh, misnamed, platform, *read)
        consent = consents.get(number, Consent())
        found[number].append(
            TrackLine(
                platform=platform,
                platform_name=NAMES.get(platform, platform),
                account=account,
                title=title,
                url=url,
                standing=standing_of(platform, consent, seen),
                says=texts.load_consent(seen.says),
                evidence=evidence_of(platform),
                seen_at=seen.seen_at,
                since=since,
                problem=seen.problem,
            )
        )
    return found


def release_lines(lines: Iterable[RecordingLine]) -> Iterator[ReleaseLine]:
    """One line for each run of recordings of one release; the lines come in order of release."""
    for _key, group in groupby(lines, lambda line: (line.artist, line.release, line.release_id)):
        yield _release(group)


def _release(group: Iterator[RecordingLine]) -> ReleaseLine:
    first = next(group)
    consent: Consent | None = first.consent
    worst: dict[Standing, int] = defaultdict(int)
    count = 0
    for line in (first, *group):
        count += 1
        if line.consent != first.consent:
            consent = None
        worst[worst_standing(line)] += 1
    return ReleaseLine(first.artist, first.release, first.upc, count, consent, dict(worst))


def worst_standing(line: RecordingLine) -> Standing:
    """The standing that decides for a recording: the worst of all its carriers."""
    return min(line.standings.values(), key=RANK.__getitem__, default=Standing.UNKNOWN)


def sha256_of(path: str) -> tuple[str, str]:
    """The SHA-256 of a file in hex; or "" and a sentence that says why it could not be read."""
    digest = hashlib.sha256()
    try:
        with opened(path) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except KnownError as error:
        return "", str(error)
    except OSError as error:
        return "", error.strerror or str(error)
    return digest.hexdigest(), ""
