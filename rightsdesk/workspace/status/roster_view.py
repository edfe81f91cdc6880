"""The roster and its logins as the two faces show them: with numbers beside the names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, case, func, select

from rightsdesk.changes.confirming import INTERRUPTED
from rightsdesk.changes.journal import PLANNED
from rightsdesk.consent.dialects.addresses import mail_address, web_address
from rightsdesk.errors import KnownError
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.roster import artists as roster
from rightsdesk.roster.accounts import AccountRecord, NoSuchAccount, all_accounts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import CHANGED_ITEMS
from rightsdesk.store.schema import ASK, accounts, changes, files, items, recordings
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.types import Account, Artist, Details


def artists(database: Database) -> list[Artist]:
    """Everybody on the roster, with what there is of each."""
    with database.read() as connection:
        known = consents.load(connection)
        counted = [
            _counted(connection, recordings.c.artist_id),
            _counted(connection, files.c.artist_id, files.c.missing.is_(False)),
            _counted(connection, accounts.c.artist_id),
        ]
    folders = roster.folders_of(database)
    return [
        Artist(
            id=one.id,
            name=one.name,
            recordings=counted[0].get(one.id, 0),
            files=counted[1].get(one.id, 0),
            accounts=counted[2].get(one.id, 0),
            consent=known.effective(artist_id=one.id),
            folders=folders.get(one.id, ()),
        )
        for one in roster.all_artists(database)
    ]


def artist(database: Database, artist_id: int) -> Artist:
    """One artist by id. Raises NoSuchArtist."""
    for one in artists(database):
        if one.id == artist_id:
            return one
    raise roster.NoSuchArtist("This artist is no longer on the roster.")


def details(database: Database, artist_id: int) -> Details:
    """What goes with an artist's declarations. Raises NoSuchArtist."""
    one = roster.artist_by_id(database, artist_id)
    return Details(one.rightsholder, one.contact, one.terms_url, one.sentence, one.sidecars)


class DetailsFlawed(KnownError):
    """What is to go with a declaration is not what machines would take it for."""

    cause = "details-flawed"


def flaws(details: Details) -> dict[str, str]:
    """What can be seen to be wrong: a sentence for each field, by its name."""
    found = {}
    if details.contact and not (mail_address(details.contact) or web_address(details.contact)):
        found["contact"] = (
            "Whom to ask has to be a mail address or a web address that begins with https://."
        )
    if details.terms_url and not web_address(details.terms_url):
        found["terms_url"] = (
            "The address of your terms has to be a web address that begins with https://."
        )
    return found


def set_details(database: Database, artist_id: int, details: Details) -> None:
    """Change what goes with an artist's declarations. Raises NoSuchArtist, DetailsFlawed."""
    if found := flaws(details):
        raise DetailsFlawed(" ".join(found.values()), untouched="Nothing was changed.")
    roster.set_details(
        database,
        roster.artist_by_id(database, artist_id),
        rightsholder=details.rightsholder,
        contact=details.contact,
        terms_url=details.terms_url,
        sentence=details.sentence,
        sidecars=details.sidecars,
    )


def logins(database: Database, artist_id: int | None = None) -> list[Account]:
    """The accounts of an artist, or of all."""
    names = {one.id: one.name for one in roster.all_artists(database)}
    place = {artist: number for number, artist in enumerate(names)}  # they come by name
    with database.read() as connection:
        found = {row.account_id: row for row in connection.execute(_FOUND)}
        left = {row.account_id: row.number for row in connection.execute(_LEFT)}
    # An account without its artist (a database that was edited) acts for nobody.
    owned = [one for one in all_accounts(database, artist_id) if one.artist_id in names]
    return [
        _login(one, names[one.artist_id], found.get(one.id), left.get(one.id, 0))
        for one in sorted(owned, key=lambda one: place[one.artist_id])
    ]


_FOUND = select(
    items.c.account_id,
    func.sum(case((items.c.gone, 0), else_=1)).label("number"),
    func.sum(case((items.c.gone, 0), (items.c.matched == ASK, 1), else_=0)).label("asked"),
    func.max(items.c.seen_at).label("looked_at"),
).group_by(items.c.account_id)
"""What there is of each account: items, questions, the last look."""


_LEFT = (
    select(items.c.account_id, func.count().label("number"))
    .select_from(CHANGED_ITEMS)
    .where(changes.c.carrier == accounts.c.platform, changes.c.state.in_((PLANNED, INTERRUPTED)))
    .group_by(items.c.account_id)
)
"""How many changes jobs have left to make in each account."""


def _login(one: AccountRecord, artist: str, found: Any, left: int) -> Account:
    platform = platform_by_id(one.platform)
    return Account(
        id=one.id,
        artist_id=one.artist_id,
        artist=artist,
        platform=one.platform,
        platform_name=platform.name,
        name=one.name,
        url=one.url,
        base_url=one.base_url,
        auth_url=one.auth_url,
        client_id=one.client_id,
        state=one.state,
        checked_at=one.checked_at,
        items=found.number if found else 0,
        problem=one.problem,
        noun=platform.noun,
        nouns=platform.nouns,
        looked_at=found.looked_at if found else "",
        questions=found.asked if found else 0,
        open_changes=left,
        signs_in_by=platform.sign_in.value,
        unread_since=one.unread_since,
        unread_why=one.unread_why,
        lacks=_lacks(one),
    )


def _lacks(one: AccountRecord) -> tuple[str, ...]:
    if not one.lacks:
        return ()
    from rightsdesk.workspace.sign_in.form import lacking

    return lacking(one.platform, one.lacks.split())


def login(database: Database, account_id: int) -> Account:
    """One account by its id. Raises NoSuchAccount."""
    for account in logins(database):
        if account.id == account_id:
            return account
    raise NoSuchAccount("This account is no longer connected.")


def _counted(
    connection: Connection, owner: Column[Any], *which: ColumnElement[bool]
) -> dict[int, int]:
    rows = connection.execute(select(owner, func.count()).where(*which).group_by(owner))
    return {row[0]: row[1] for row in rows}
