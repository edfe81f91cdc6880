"""The report of a scan, and other artists whom the scanned files name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rightsdesk.store import queries
from rightsdesk.store.database import Database
from rightsdesk.workspace.types.matrix import ReadFailure


@dataclass(frozen=True, slots=True)
class ScanReport:
    """The result of a scan.

    `files` counts all audio files that exist now, `sidecars` their XMP sidecars. `theirs` are files
    that belong to another artist, who was scanned first; they are in no count.

    `named` lists other artists on the roster whom files name as performer, with the number of
    files. Perhaps a folder of several artists was scanned for one. It is filled if something was
    new or changed.

    `away` are the scanned folders that do not exist; their files keep their last state. `moved`
    counts unchanged files that were known at another path. `shared` lists other artists who share
    files with this one, since both were scanned, with the number of files read now.
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


def combined(reports: Sequence[ScanReport]) -> ScanReport:
    """Several reports as one."""
    named, shared = Counter[str](), Counter[str]()
    for report in reports:
        named.update(dict(report.named))
        shared.update(dict(report.shared))
    return ScanReport(
        files=sum(report.files for report in reports),
        new=sum(report.new for report in reports),
        changed=sum(report.changed for report in reports),
        unchanged=sum(report.unchanged for report in reports),
        missing=sum(report.missing for report in reports),
        failed=tuple(failure for report in reports for failure in report.failed),
        cancelled=any(report.cancelled for report in reports),
        sidecars=sum(report.sidecars for report in reports),
        theirs=tuple(failure for report in reports for failure in report.theirs),
        named=tuple(named.most_common()),
        away=tuple(place for report in reports for place in report.away),
        moved=sum(report.moved for report in reports),
        shared=tuple(shared.most_common()),
    )


def others_named(
    database: Database, artist_id: int, roots: Sequence[str]
) -> tuple[tuple[str, int], ...]:
    """Other artists on the roster whom this artist's files below the roots name.

    With the number of files, most first.
    """
    if not roots:
        return ()
    with database.read() as connection:
        return tuple(queries.others_named(connection, artist_id, roots))
