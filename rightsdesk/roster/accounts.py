"""The artists' logins on platforms. An account acts for its one artist and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from rightsdesk.errors import KnownError
from rightsdesk.roster import login_names
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.numbers import keep_last_item
from rightsdesk.store.schema import accounts, artists, changes, former_items, items, secrets

CONNECTED, RECONNECT, UNCHECKED = "connected", "reconnect", "unchecked"
UNCONFIRMED = "unconfirmed"
"""A login whose name is not its artist's, until somebody has said whose it is: unusable."""


class NoSuchAccount(KnownError):
    """The account was removed meanwhile."""

    cause = "no-such-account"


class NotConfirmed(KnownError):
    """Nobody has said yet that the login is the artist's."""

    cause = "not-confirmed"


class AccountTaken(KnownError):
    """The login belongs to another artist of the roster."""

    cause = "account-taken"


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One account as stored; its secrets are in the vault, by its id."""

    id: int
    artist_id: int
    platform: str
    remote_id: str
    name: str
    url: str
    base_url: str
    auth_url: str
    client_id: str
    port: int
    state: str
    problem: str
    checked_at: str


_COLUMNS = tuple(accounts.c[name] for name in AccountRecord.__dataclass_fields__)


def all_accounts(database: Database, artist_id: int | None = None) -> list[AccountRecord]:
    """All accounts, or one artist's."""
    query = select(*_COLUMNS).order_by(accounts.c.artist_id, accounts.c.platform, accounts.c.id)
    if artist_id is not None:
        query = query.where(accounts.c.artist_id == artist_id)
    with database.read() as connection:
        return [AccountRecord(*row) for row in connection.execute(query)]


def account_by_id(database: Database, account_id: int) -> AccountRecord:
    """One account. Raises NoSuchAccount."""
    for account in all_accounts(database):
        if account.id == account_id:
            return account
    raise NoSuchAccount("This account is no longer connected.")


def keep_account(
    database: Database,
    *,
    artist_id: int,
    platform: str,
    remote_id: str,
    base_url: str,
    **values: str | int,
) -> int:
    """Store a login that just succeeded, over an earlier one of the same artist; its id.

    It is unconfirmed where its name is not plainly the artist's and nobody has said so.
    Raises AccountTaken where the login is another artist's already: two artists on one
    login could act for each other.
    """
    same_login = (
        (accounts.c.platform == platform)
        & (accounts.c.remote_id == remote_id)
        & (accounts.c.base_url == base_url)
    )
    row: dict[str, Any] = {"state": CONNECTED, "problem": "", "checked_at": texts.now(), **values}
    with database.write() as connection:
        whose = connection.execute(select(artists.c.name).where(artists.c.id == artist_id))
        artist, login = str(whose.scalar_one()), str(values.get("name", ""))
        others = connection.execute(select(artists.c.name).where(artists.c.id != artist_id))
        plainly = login_names.is_plainly(artist, login, others.scalars())
        open_question = {} if plainly else _unconfirmed(artist, login)
        query = select(accounts.c.id, accounts.c.artist_id, artists.c.name, accounts.c.state)
        query = query.join(artists, artists.c.id == accounts.c.artist_id)
        for number, owner, name, state in connection.execute(query.where(same_login)):
            if owner != artist_id:
                raise AccountTaken(
                    f"This login is connected for {name} already.",
                    untouched="Nothing was changed.",
                    advice=f"Sign in with {artist}'s own login, or remove this one there first.",
                )
            if state == UNCONFIRMED:
                row |= open_question
            connection.execute(update(accounts).where(accounts.c.id == number).values(row))
            return int(number)
        row |= {"artist_id": artist_id, "platform": platform, "remote_id": remote_id}
        row |= open_question
        row |= {"base_url": base_url, "created_at": texts.now()}
        statement = insert(accounts).values(row).returning(accounts.c.id)
        return int(connection.execute(statement).scalar_one())


def _unconfirmed(artist: str, login: str) -> dict[str, str]:
    problem = (
        f"Nobody has said yet that the login “{login}” is {artist}'s. Sign in again and say "
        "yes, or remove the account."
    )
    return {"state": UNCONFIRMED, "problem": problem}


def confirm(database: Database, account_id: int) -> None:
    """Note that a person said whose login it is. Nothing where that was certain."""
    known = (accounts.c.id == account_id) & (accounts.c.state == UNCONFIRMED)
    with database.write() as connection:
        connection.execute(update(accounts).where(known).values(state=CONNECTED, problem=""))


def set_state(database: Database, account_id: int, state: str, problem: str = "") -> None:
    """Note how an account answered when it was last asked."""
    values = {"state": state, "problem": problem, "checked_at": texts.now()}
    with database.write() as connection:
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(values))


def remove_account(database: Database, account_id: int) -> None:
    """Forget an account with its secrets and items. Their numbers are never given out again.

    Of items that jobs changed it is kept whose they were: with the same login of the same
    artist, the jobs can be undone.
    """
    touched = select(changes.c.target_id).where(changes.c.carrier == accounts.c.platform)
    left = select(
        *(items.c.id, accounts.c.artist_id, accounts.c.platform, accounts.c.base_url),
        *(accounts.c.remote_id, items.c.remote_id),
    )
    left = left.join(accounts, accounts.c.id == items.c.account_id)
    left = left.where(accounts.c.id == account_id, items.c.id.in_(touched))
    names = ("id", "artist_id", "platform", "base_url", "login", "remote_id")
    with database.write() as connection:
        keep_last_item(connection)
        connection.execute(insert(former_items).from_select(names, left))
        connection.execute(delete(accounts).where(accounts.c.id == account_id))


class StoredSecrets:
    """The vault's encrypted blobs, in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, account_id: int) -> bytes | None:
        """The blob of an account, or None."""
        query = select(secrets.c.sealed).where(secrets.c.account_id == account_id)
        with self._database.read() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else bytes(found)

    def put(self, account_id: int, blob: bytes) -> None:
        """Keep a blob, durably when this returns."""
        with self._database.write() as connection:
            connection.execute(delete(secrets).where(secrets.c.account_id == account_id))
            connection.execute(insert(secrets).values(account_id=account_id, sealed=blob))

    def delete(self, account_id: int) -> None:
        """Forget a blob."""
        with self._database.write() as connection:
            connection.execute(delete(secrets).where(secrets.c.account_id == account_id))
