"""What a scan found, and whose the files are by what they say themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rightsdesk.store import queries
from rightsdesk.store.database import Database
from rightsdesk.workspace.types import ReadFailure


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What a scan found. `files` counts all audio files that are there now, `sidecars` the
    XMP sidecars that belong to them.

    `theirs` are files that were scanned for another artist first, and are left there; they are
    in no count. `named` are other artists of the roster whom files that are there name as the
    performer, with how many: perhaps a folder of several artists was scanned for one; told
    where something was new or changed. `away` are the folders that were not there themselves:
    nobody looked, so what is known of them is as old as it was. `moved` are the unchanged files
    that were known at another place, `shared` other artists to whom files belong too, since
    they were scanned for both, with how many of those that were read now.
    """

    files: int
    new: int
    changed: int
    unchanged: int
    missing: int
    failed: tuple[ReadFailure, ...] = ()
    cancelled: bool = False
    sidecars: int = 0
    theirs: tuple[ReadFailure, ...] = ()
    named: tuple[tuple[str, int], ...] = ()
    away: tuple[str, ...] = ()
    moved: int = 0
    shared: tuple[tuple[str, int], ...] = ()


def together(reports: Sequence[ScanReport]) -> ScanReport:
    """What several scans found, told as one."""
    named, shared = Counter[str](), Counter[str]()
    for report in reports:
        named.update(dict(report.named))
        shared.update(dict(report.shared))
    return ScanReport(
        files=sum(one.files for one in reports),
        new=sum(one.new for one in reports),
        changed=sum(one.changed for one in reports),
        unchanged=sum(one.unchanged for one in reports),
        missing=sum(one.missing for one in reports),
        failed=tuple(failure for one in reports for failure in one.failed),
        cancelled=any(one.cancelled for one in reports),
        sidecars=sum(one.sidecars for one in reports),
        theirs=tuple(failure for one in reports for failure in one.theirs),
        named=tuple(named.most_common()),
        away=tuple(place for one in reports for place in one.away),
        moved=sum(one.moved for one in reports),
        shared=tuple(shared.most_common()),
    )


def others_named(
    database: Database, artist_id: int, roots: Sequence[str]
) -> tuple[tuple[str, int], ...]:
    """The other artists of the roster whom this one's files below the roots name, and how many
    files do, most first."""
    if not roots:
        return ()
    with database.read() as connection:
        return tuple(queries.others_named(connection, artist_id, roots))
