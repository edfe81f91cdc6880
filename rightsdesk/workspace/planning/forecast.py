"""How far a plan gets today on platforms with a daily quota."""

from __future__ import annotations

from collections import Counter

from rightsdesk.changes.types import Plan
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.platforms.registry import name_of
from rightsdesk.roster.accounts import account_by_id
from rightsdesk.sentences import worded
from rightsdesk.store.database import Database
from rightsdesk.store.queries import accounts_by_item
from rightsdesk.workspace.sign_in.connections import Connections


def forecast(plan: Plan, database: Database, connections: Connections) -> tuple[str, ...]:
    """One sentence per daily quota that the plan uses: “YouTube: 188 of 1,340 today.”

    Accounts with the same client id share a quota. An account that can't be opened now is left out.
    Makes no network calls.
    """
    item_ids = [c.target.id for c in plan.planned if not c.target.on_disk]
    if not item_ids:
        return ()
    with database.read() as connection:
        owner = accounts_by_item(connection)
    shared: dict[tuple[CarrierId, str, str], list[int]] = {}
    counts: Counter[tuple[CarrierId, str, str]] = Counter()
    for number, changes in Counter(owner[t] for t in item_ids if t in owner).items():
        account = account_by_id(database, number)
        quota = (account.platform, account.base_url, account.client_id)
        shared.setdefault(quota, []).append(number)
        counts[quota] += changes
    sentences = []
    for quota, changes in sorted(counts.items()):
        try:
            outlook = connections.client(shared[quota][0]).outlook(changes)
        except KnownError:
            continue
        if outlook:
            sentences.append(
                worded("{platform}: {outlook}", platform=name_of(quota[0]), outlook=outlook)
            )
    return tuple(sentences)
