"""What disagrees or could not be read, grouped, with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from sqlalchemy import select

from rightsdesk.changes import journal
from rightsdesk.consent import Standing
from rightsdesk.roster.accounts import RECONNECT, all_accounts
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import files
from rightsdesk.workspace import guided, matrix
from rightsdesk.workspace.paths import within
from rightsdesk.workspace.syncing import questions
from rightsdesk.workspace.types import Filter, Problem

_CARRIER_NAMES = {"file": "files", "soundcloud": "SoundCloud tracks"}
_COMMAND = {"file": "tag", "soundcloud": "sync"}


def problems(database: Database, chosen: Filter) -> list[Problem]:
    """Everything that wants attention, most pressing first."""
    return [
        *_unfinished(database),
        *_accounts(database, chosen),
        *_standings(database, chosen),
        *guided.problems(database, chosen),
        *_questions(database, chosen),
        *_unread(database, chosen),
    ]


def _unfinished(database: Database) -> Iterator[Problem]:
    for job in journal.job_list(database):
        if job.open_changes:
            yield Problem(
                "unfinished",
                job.name,
                f"This job stopped before it was through: {job.open_changes} left.",
                f"Continue it (jobs resume {job.id}) or undo it (undo {job.id}).",
                job.open_changes,
            )


def _accounts(database: Database, chosen: Filter) -> Iterator[Problem]:
    for account in all_accounts(database, chosen.artist_id):
        if account.state == RECONNECT:
            yield Problem("account", account.name, account.problem, "Connect the account again.")


def _standings(database: Database, chosen: Filter) -> Iterator[Problem]:
    words = {
        Standing.CONFLICTS: "conflict with your choice",
        Standing.SILENT: "do not say all that you chose",
    }
    for carrier, numbers in matrix.counts(database, chosen).items():
        for standing, sentence in words.items():
            if number := numbers.get(standing, 0):
                yield Problem(
                    standing.value,
                    carrier,
                    f"{number} recordings whose {_CARRIER_NAMES[carrier]} {sentence}.",
                    f"Write your choice there ({_COMMAND[carrier]}).",
                    number,
                )


def _questions(database: Database, chosen: Filter) -> Iterator[Problem]:
    number = len(questions(database, chosen.artist_id))
    if number:
        yield Problem(
            "question",
            "SoundCloud",
            f"{number} tracks of which it is not certain which recording they are.",
            "Answer the questions in the window, under Accounts.",
            number,
        )


def _unread(database: Database, chosen: Filter) -> Iterator[Problem]:
    query = select(files.c.path, files.c.problem).where(files.c.problem != "")
    if chosen.artist_id is not None:
        query = query.where(files.c.artist_id == chosen.artist_id)
    if chosen.path:
        query = query.where(within(files.c.path, chosen.path))
    with database.read() as connection:
        rows = connection.execute(query.order_by(files.c.path)).all()
    for row in rows:
        path = texts.load_path(row.path)
        yield Problem("file", os.path.abspath(path), row.problem, "Look at the file, scan again.")
