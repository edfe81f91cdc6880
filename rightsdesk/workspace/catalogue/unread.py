"""Files that a scan could not read: their old reading is dropped, and each scan reports them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select, update

from rightsdesk.sentence_data import dump_sentence
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of
from rightsdesk.store.database import Database
from rightsdesk.store.joins import within_any
from rightsdesk.store.partial import is_filled
from rightsdesk.store.schema import files
from rightsdesk.workspace.types.matrix import ReadFailure

NOT_READ_AGAIN = (
    "Not read since an older state of RightsDesk's data was restored: what it says now is unknown."
)
"""The problem of each file and item after older data were put back, until they are read again."""


def store_failures(database: Database, artist_id: int, failed: Sequence[ReadFailure]) -> None:
    """Store why known files of an artist could not be read.

    Their old reading is dropped: a file that has become empty is not silent. Without an identity,
    the next scan reads the file again. If nothing changed, nothing is written.
    """
    why = {texts.dump_path(failure.path): failure.problem for failure in failed}
    query = select(files.c.id, files.c.path, files.c.problem)
    query = query.where(files.c.artist_id == artist_id)
    changed = []
    with database.read() as connection:
        for part in any_of(files.c.path, why):
            rows = connection.execute(query.where(part))
            changed += [
                (row.id, why[row.path])
                for row in rows
                if dump_sentence(row.problem) != dump_sentence(why[row.path])
            ]
    if not changed:
        return
    with database.write() as connection:
        for number, problem in changed:
            statement = update(files).where(files.c.id == number)
            connection.execute(
                statement.values(identity="", problem=problem, seen_at=texts.now(), missing=False)
            )


def still_unread(
    database: Database, artist_id: int, roots: Sequence[str], failed: Iterable[ReadFailure]
) -> list[ReadFailure]:
    """The files below the roots that could not be read before and have not changed since."""
    if not roots:
        return []
    failed_paths = {failure.path for failure in failed}
    query = select(files.c.path, files.c.problem).where(
        files.c.artist_id == artist_id,
        is_filled(files.c.problem),
        files.c.missing.is_(False),
        within_any(files.c.path, roots),
    )
    with database.read() as connection:
        rows = connection.execute(query.order_by(files.c.path)).all()
    found = [ReadFailure(texts.load_path(row.path), row.problem) for row in rows]
    return [failure for failure in found if failure.path not in failed_paths]
