"""The roster and its accounts as window and command line show them, with counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, case, func, select

from rightsdesk.changes.states import INTERRUPTED, PLANNED
from rightsdesk.consent.dialects.addresses import mail_address, web_address
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.roster import artists as roster
from rightsdesk.roster.accounts import AccountRecord, NoSuchAccount, account_by_id, all_accounts
from rightsdesk.sentences import together, worded
from rightsdesk.store.bulk import numbers_in
from rightsdesk.store.database import Database
from rightsdesk.store.joins import CHANGED_ITEMS
from rightsdesk.store.schema import ASK, accounts, changes, files, items, recordings
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.types.artists import Account, Artist, Details


def artists(database: Database) -> list[Artist]:
    """Everyone on the roster, with counts of recordings, files and accounts."""
    with database.read() as connection:
        stored = consents.load(connection)
        counted = [
            _counted(connection, recordings.c.artist_id),
            _counted(connection, files.c.artist_id, files.c.missing.is_(False)),
            _counted(connection, accounts.c.artist_id),
        ]
    folders = roster.folders_of(database)
    return [
        Artist(
            id=artist.id,
            name=artist.name,
            recordings=counted[0].get(artist.id, 0),
            files=counted[1].get(artist.id, 0),
            accounts=counted[2].get(artist.id, 0),
            consent=stored.effective(artist_id=artist.id),
            folders=folders.get(artist.id, ()),
            musicbrainz_id=artist.musicbrainz_id,
        )
        for artist in roster.all_artists(database)
    ]


def artist(database: Database, artist_id: int) -> Artist:
    """One artist by id. Raises NoSuchArtist."""
    for found in artists(database):
        if found.id == artist_id:
            return found
    raise roster.no_longer_there()


def details(database: Database, artist_id: int) -> Details:
    """What goes with an artist's declarations: rightsholder, contact, terms.

    Raises NoSuchArtist.
    """
    record = roster.artist_by_id(database, artist_id)
    return Details(
        record.rightsholder, record.contact, record.terms_url, record.sentence, record.sidecars
    )


class DetailsFlawed(KnownError):
    """A detail has a form that machines would misread."""

    cause = Cause.DETAILS_FLAWED


def flaws(details: Details) -> dict[str, str]:
    """One sentence per wrong field, by field name."""
    flaws_by_field = {}
    if details.contact and not (mail_address(details.contact) or web_address(details.contact)):
        flaws_by_field["contact"] = worded(
            "Whom to ask has to be a mail address or a web address that begins with https://."
        )
    if details.terms_url and not web_address(details.terms_url):
        flaws_by_field["terms_url"] = worded(
            "The address of your terms has to be a web address that begins with https://."
        )
    return flaws_by_field


def set_details(database: Database, artist_id: int, details: Details) -> None:
    """Set what goes with an artist's declarations. Raises NoSuchArtist, DetailsFlawed."""
    if flaws_by_field := flaws(details):
        raise DetailsFlawed(together(flaws_by_field.values()), untouched="Nothing was changed.")
    roster.set_details(
        database,
        roster.artist_by_id(database, artist_id),
        rightsholder=details.rightsholder,
        contact=details.contact,
        terms_url=details.terms_url,
        sentence=details.sentence,
        sidecars=details.sidecars,
    )


def logins(
    database: Database, artist_id: int | None = None, *, counted: bool = True
) -> list[Account]:
    """The accounts of an artist, or all accounts.

    Without `counted`, items, questions, open changes and the last reading stay empty: counting
    reads every item of these accounts.
    """
    names = {artist.id: artist.name for artist in roster.all_artists(database)}
    place = {artist: number for number, artist in enumerate(names)}  # artists come sorted by name
    # An account without its artist (an edited database) acts for no artist.
    owned = [account for account in all_accounts(database, artist_id) if account.artist_id in names]
    found, open_changes = _numbers(database, [one.id for one in owned]) if counted else ({}, {})
    return [
        _login(
            account,
            names[account.artist_id],
            found.get(account.id),
            open_changes.get(account.id, 0),
        )
        for account in sorted(owned, key=lambda account: place[account.artist_id])
    ]


def _numbers(database: Database, ids: Sequence[int]) -> tuple[dict[int, Any], dict[int, int]]:
    """What was found on these accounts, and how many changes jobs have left to make there."""
    of_these = items.c.account_id.in_(numbers_in(ids))
    with database.read() as connection:
        found = {row.account_id: row for row in connection.execute(_FOUND.where(of_these))}
        left = connection.execute(_LEFT.where(of_these))
        return found, {row.account_id: row.number for row in left}


_FOUND = select(
    items.c.account_id,
    func.sum(case((items.c.gone, 0), else_=1)).label("number"),
    func.sum(case((items.c.gone, 0), (items.c.matched == ASK, 1), else_=0)).label("asked"),
    func.max(items.c.seen_at).label("looked_at"),
).group_by(items.c.account_id)
"""Per account: number of items, open questions, and the last reading."""


_LEFT = (
    select(items.c.account_id, func.count().label("number"))
    .select_from(CHANGED_ITEMS)
    .where(changes.c.carrier == accounts.c.platform, changes.c.state.in_((PLANNED, INTERRUPTED)))
    .group_by(items.c.account_id)
)
"""Per account: number of changes that jobs have left to make."""


def _login(record: AccountRecord, artist: str, found: Any, open_changes: int) -> Account:
    platform = platform_by_id(record.platform)
    return Account(
        id=record.id,
        artist_id=record.artist_id,
        artist=artist,
        platform=record.platform,
        platform_name=platform.name,
        name=record.name,
        url=record.url,
        base_url=record.base_url,
        auth_url=record.auth_url,
        client_id=record.client_id,
        state=record.state,
        checked_at=record.checked_at,
        items=found.number if found else 0,
        problem=record.problem,
        noun=platform.noun,
        nouns=platform.nouns,
        looked_at=found.looked_at if found else "",
        questions=found.asked if found else 0,
        open_changes=open_changes,
        signs_in_by=platform.sign_in.value,
        unread_since=record.unread_since,
        unread_why=record.unread_why,
        lacks=_lacks(record),
    )


def _lacks(record: AccountRecord) -> tuple[str, ...]:
    if not record.lacks:
        return ()
    from rightsdesk.workspace.sign_in.form import lacking

    return lacking(record.platform, record.lacks.split())


def login(database: Database, account_id: int) -> Account:
    """One account by id. Raises NoSuchAccount."""
    owner = account_by_id(database, account_id).artist_id
    for account in logins(database, owner):
        if account.id == account_id:
            return account
    raise NoSuchAccount("This account is no longer connected.")


def _counted(
    connection: Connection, owner: Column[Any], *which: ColumnElement[bool]
) -> dict[int, int]:
    rows = connection.execute(select(owner, func.count()).where(*which).group_by(owner))
    return {row[0]: row[1] for row in rows}
