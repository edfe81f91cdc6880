"""Whole-account states: what holds for a whole account or site, and how accounts fare.

The matrix shows such a state in each recording of its artist. An artist without recordings has no
row, so the states can be listed on their own, too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, select

from rightsdesk.consent import Consent
from rightsdesk.store.database import Database
from rightsdesk.store.joins import ACCOUNT_ITEMS, WHOLE_ACCOUNTS
from rightsdesk.store.schema import items
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.observing.freshness import Freshness
from rightsdesk.workspace.status import roster_view
from rightsdesk.workspace.status.consent_dates import ConsentDates
from rightsdesk.workspace.status.matrix import OF_ITEM, cell_of, seen_of_item
from rightsdesk.workspace.status.naming import misnaming
from rightsdesk.workspace.types.artists import Account
from rightsdesk.workspace.types.matrix import Cell
from rightsdesk.workspace.types.scopes import Filter


@dataclass(frozen=True, slots=True)
class WholeState:
    """What one whole-account item says. `reach`: account or site.

    `pending`: the choice is newer than what it says, so it has only to be written.
    """

    item_id: int
    reach: str
    title: str
    cell: Cell
    pending: bool = False


@dataclass(frozen=True, slots=True)
class WholeAccount:
    """An account with its consent and its whole-account states.

    `states` is empty on platforms that only know single tracks. `recordings` counts the artist's.
    """

    account: Account
    consent: Consent
    states: tuple[WholeState, ...]
    recordings: int


def whole_accounts(
    database: Database, chosen: Filter, now: datetime, *, counted: bool = True
) -> list[WholeAccount]:
    """The whole accounts that a filter reaches: none if it names only part of the music.

    `counted` as for `roster_view.logins`. Licences count as of `now` (aware).
    """
    if chosen.narrowed:
        return []
    logins = roster_view.logins(database, chosen.artist_id, counted=counted)
    numbers = {artist.id: artist.recordings for artist in roster_view.artists(database)}
    query = (
        select(items.c.account_id, items.c.reach, items.c.title, items.c.since)
        .add_columns(*OF_ITEM)
        .select_from(ACCOUNT_ITEMS)
        .where(WHOLE_ACCOUNTS, items.c.gone.is_(False))
        .order_by(items.c.id)
    )
    with database.read() as connection:
        stored, fresh = consents.load(connection), Freshness.of(connection)
        dates = ConsentDates(connection, stored)
        rows = connection.execute(query).all()
        misnamed = misnaming(connection, stored, false(), now)
    consent_by_artist = {
        account.artist_id: stored.effective(artist_id=account.artist_id) for account in logins
    }
    artist_by_account = {account.id: account.artist_id for account in logins}
    states: dict[int, list[WholeState]] = defaultdict(list)
    for account_id, reach, title, since, platform, number, *seen in rows:
        if account_id in artist_by_account:
            artist = artist_by_account[account_id]
            read = seen_of_item(fresh, misnamed, platform, number, *seen)
            cell = cell_of(consent_by_artist[artist], platform, [read])
            pending = dates.is_newer((artist, 0, 0), since)
            states[account_id].append(WholeState(number, reach, title, cell, pending))
    return [
        WholeAccount(
            account,
            consent_by_artist[account.artist_id],
            tuple(states[account.id]),
            numbers[account.artist_id],
        )
        for account in logins
    ]
