"""What happens at the next start after the program was killed in the middle of a job.

A file is wholly old or wholly new, so looking at it tells which. What happened to a
remote item can only be asked of its platform: that change stays `interrupted`, and is
looked at again when the job is resumed or undone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rightsdesk.changes import journal
from rightsdesk.changes.carrier import Carrier
from rightsdesk.changes.journal import INTERRUPTED, PLANNED, Journaled
from rightsdesk.changes.types import Outcome
from rightsdesk.errors import KnownError
from rightsdesk.store.database import Database


def recover(database: Database, local: Mapping[str, Carrier]) -> str:
    """Settle every change that was being written; one sentence about it, or none.

    `local` are the carriers that can be looked at without a network.
    """
    found = journal.started_changes(database)
    if not found:
        return ""
    settled: Counter[str] = Counter()
    for journaled in found:
        settled[_settle(database, journaled, local)] += 1
    parts = [
        f"{number} {words}"
        for state, words in (
            (Outcome.DONE.value, "had been written"),
            (PLANNED, "had not been touched and can be continued"),
            (INTERRUPTED, "will be checked with the platform when you continue"),
            (Outcome.FAILED.value, "could not be checked"),
        )
        if (number := settled[state])
    ]
    return f"The last job was interrupted; nothing is damaged: {', '.join(parts)}."


def _settle(database: Database, journaled: Journaled, local: Mapping[str, Carrier]) -> str:
    change = journaled.change
    if change.id is None:
        raise AssertionError("a change from the journal has an id")
    carrier = local.get(change.target.carrier)
    look, problem = None, ""
    if carrier is None:
        state = INTERRUPTED
    else:
        try:
            carrier.clean(change.target)
            look = carrier.look(change.target)
            state = Outcome.DONE.value if carrier.holds(look, change.edit) else PLANNED
        except KnownError as error:
            state, problem = Outcome.FAILED.value, str(error)
    with database.write() as connection:
        journal.set_state(connection, change.id, state, problem)
        if carrier is not None and look is not None:
            carrier.remember(connection, change.target, look)
    return state
