"""What holds for a whole account or a whole site, and how the accounts themselves fare.

Such a state stands in the matrix in the row of each recording of its artist. Where there is
no recording it would be seen nowhere: so it can be asked for by itself, too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from rightsdesk.consent import Consent
from rightsdesk.platforms.interface import Reach
from rightsdesk.store.database import Database
from rightsdesk.store.joins import ACCOUNT_ITEMS
from rightsdesk.store.schema import accounts, items
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.observing.freshness import Freshness
from rightsdesk.workspace.status import roster_view
from rightsdesk.workspace.status.matrix import OF_ITEM, cell_of, seen_of_item
from rightsdesk.workspace.types import Account, Cell, Filter


@dataclass(frozen=True, slots=True)
class WholeState:
    """What one thing that reaches over an account says. `reach`: account or site."""

    item_id: int
    reach: str
    title: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class WholeAccount:
    """A login with what is wanted there and what holds for all of it; `states` is empty where
    a platform only knows single tracks. `recordings` counts the artist's."""

    account: Account
    wanted: Consent
    states: tuple[WholeState, ...]
    recordings: int


def whole_accounts(database: Database, chosen: Filter) -> list[WholeAccount]:
    """The accounts that a filter reaches as a whole: none, once it names some of the music."""
    if chosen.narrowed:
        return []
    logins = roster_view.logins(database, chosen.artist_id)
    numbers = {artist.id: artist.recordings for artist in roster_view.artists(database)}
    query = (
        select(items.c.account_id, accounts.c.platform, items.c.id, items.c.reach, items.c.title)
        .add_columns(*OF_ITEM)
        .select_from(ACCOUNT_ITEMS)
        .where(items.c.reach != Reach.ITEM.value, items.c.gone.is_(False))
        .order_by(items.c.id)
    )
    with database.read() as connection:
        known, fresh = consents.load(connection), Freshness.of(connection)
        rows = connection.execute(query).all()
    wanted = {one.artist_id: known.effective(artist_id=one.artist_id) for one in logins}
    whose = {one.id: one.artist_id for one in logins}
    states: dict[int, list[WholeState]] = defaultdict(list)
    for account, platform, number, reach, title, *seen in rows:
        if account in whose:
            cell = cell_of(wanted[whose[account]], platform, [seen_of_item(fresh, *seen)])
            states[account].append(WholeState(number, reach, title, cell))
    return [
        WholeAccount(one, wanted[one.artist_id], tuple(states[one.id]), numbers[one.artist_id])
        for one in logins
    ]
