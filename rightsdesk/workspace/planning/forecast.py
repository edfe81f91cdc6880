"""How far a plan gets today, where a platform allows only so much a day."""

from __future__ import annotations

from collections import Counter

from rightsdesk.changes.types import Plan
from rightsdesk.errors import KnownError
from rightsdesk.platforms.registry import name_of
from rightsdesk.roster.accounts import account_by_id
from rightsdesk.store.database import Database
from rightsdesk.store.queries import accounts_by_item
from rightsdesk.workspace.sign_in.connections import Connections


def forecast(plan: Plan, database: Database, connections: Connections) -> tuple[str, ...]:
    """A sentence for each allowance that the plan draws on: “YouTube: 188 of 1,340 today, the
    rest by Sunday.” Accounts of one client id share theirs. One that can't be opened now has
    none."""
    targets = [c.target.id for c in plan.planned if not c.target.on_disk]
    if not targets:
        return ()
    with database.read() as connection:
        owner = accounts_by_item(connection)
    shared: dict[tuple[str, str, str], list[int]] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    for number, changes in Counter(owner[t] for t in targets if t in owner).items():
        account = account_by_id(database, number)
        allowance = (account.platform, account.base_url, account.client_id)
        shared.setdefault(allowance, []).append(number)
        counts[allowance] += changes
    sentences = []
    for allowance, changes in sorted(counts.items()):
        try:
            outlook = connections.client(shared[allowance][0]).outlook(changes)
        except KnownError:
            continue
        if outlook:
            sentences.append(f"{name_of(allowance[0])}: {outlook}")
    return tuple(sentences)
