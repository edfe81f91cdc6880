"""The artists' logins on platforms. An account acts for its one artist only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, delete, insert, select, update

from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.roster import login_names
from rightsdesk.roster.account_state import AccountState
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import DamagedDatabase, Database
from rightsdesk.store.deeds import DeedKind, DeedScope, note
from rightsdesk.store.joins import ACCOUNT_ITEMS, OWNED_ACCOUNTS, OWNED_SECRETS
from rightsdesk.store.numbers import keep_last_item
from rightsdesk.store.schema import accounts, artists, changes, former_items, items, secrets

KEY_LOST = (
    "The key to this account's stored login was lost. Connect the account again: that takes a "
    "minute, and nothing gets lost."
)


class NoSuchAccount(KnownError):
    """The account was removed in the meantime."""

    cause = Cause.NO_SUCH_ACCOUNT


class NotConfirmed(KnownError):
    """It is not confirmed yet that the login belongs to the artist."""

    cause = Cause.NOT_CONFIRMED


class AccountTaken(KnownError):
    """The login belongs to another artist of the roster."""

    cause = Cause.ACCOUNT_TAKEN


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One account as stored. Its secrets are in the vault, by its id.

    `unread_since` is the time of the first failed read, `unread_why` the reason of the last one. A
    complete read clears both. `lacks` are the scopes that the platform did not grant, separated by
    spaces.
    """

    id: int
    artist_id: int
    platform: CarrierId
    remote_id: str
    name: str
    url: str
    base_url: str
    auth_url: str
    client_id: str
    port: int
    state: AccountState
    problem: str
    checked_at: str
    unread_since: str
    unread_why: str
    lacks: str


def _record(database: Database, values: Sequence[object]) -> AccountRecord:
    """The record of a row. Raises Damaged for values of another type: SQLite stores any."""
    row: dict[str, Any] = dict(zip(_KINDS, values, strict=True))
    for name, kind in _KINDS.items():
        value = row[name]
        sound = isinstance(value, str) if kind is str else type(value) is kind
        if not sound or (name == "state" and value not in set(AccountState)):
            raise DamagedDatabase(database.path, worded("an account's {field}", field=name))
    row["state"] = AccountState(row["state"])
    return AccountRecord(**row)


_KINDS = {
    name: int if field.type == "int" else str
    for name, field in AccountRecord.__dataclass_fields__.items()
}

_COLUMNS = tuple(accounts.c[name] for name in AccountRecord.__dataclass_fields__)


def all_accounts(database: Database, artist_id: int | None = None) -> list[AccountRecord]:
    """All accounts, or one artist's."""
    query = select(*_COLUMNS).order_by(accounts.c.artist_id, accounts.c.platform, accounts.c.id)
    if artist_id is not None:
        query = query.where(accounts.c.artist_id == artist_id)
    with database.read() as connection:
        return [_record(database, row) for row in connection.execute(query)]


def account_by_id(database: Database, account_id: int) -> AccountRecord:
    """The account with this id. Raises NoSuchAccount."""
    with database.read() as connection:
        query = select(*_COLUMNS).where(accounts.c.id == account_id)
        row = connection.execute(query).first()
    if row is None:
        raise NoSuchAccount("This account is no longer connected.")
    return _record(database, row)


def account_with_place(database: Database, account_id: int) -> tuple[AccountRecord, bytes]:
    """An account and the place its secret is bound to. Raises NoSuchAccount."""
    with database.read() as connection:
        query = select(*_PLACE).select_from(OWNED_ACCOUNTS).where(accounts.c.id == account_id)
        row = connection.execute(query).first()
    if row is None:
        raise NoSuchAccount("This account is no longer connected.")
    account = _record(database, row[:-1])
    return account, place_of(account, row[-1])


_PLACE = (*_COLUMNS, artists.c.name)


def place_of(account: AccountRecord, artist: str, *, confirmed: bool | None = None) -> bytes:
    """The place that an account's secret is bound to: its artist, and everything that decides where
    it is sent. Display names and the result of the last read are left out.

    `artist` is the artist's name, since an id alone could be reassigned. An unconfirmed account
    acts for no artist, so its secret does not open for a confirmed one.
    """
    values = {
        "artist": [account.artist_id, artist],
        "platform": account.platform,
        "login": account.remote_id,
        "addresses": [account.base_url, account.auth_url],
        "client_id": account.client_id,
        "confirmed": account.state != AccountState.UNCONFIRMED if confirmed is None else confirmed,
    }
    return json.dumps(values, sort_keys=True, ensure_ascii=True).encode("ascii")


def keep_account(
    database: Database,
    *,
    artist_id: int,
    platform: CarrierId,
    remote_id: str,
    base_url: str,
    **values: str | int,
) -> int:
    """Store a login that just succeeded, replacing the same artist's earlier one; returns its id.

    It is unconfirmed if its name is not plainly the artist's and it was not confirmed. Raises
    AccountTaken if another artist has the login: two artists on one login could act for each other.
    """
    same_login = (
        (accounts.c.platform == platform)
        & (accounts.c.remote_id == remote_id)
        & (accounts.c.base_url == base_url)
    )
    row: dict[str, Any] = {
        "state": AccountState.CONNECTED,
        "problem": "",
        "checked_at": texts.now(),
        **values,
    }
    with database.write() as connection:
        artist_name = connection.execute(select(artists.c.name).where(artists.c.id == artist_id))
        artist, login = str(artist_name.scalar_one()), str(values.get("name", ""))
        other_artists = connection.execute(select(artists.c.name).where(artists.c.id != artist_id))
        plainly = login_names.is_plainly(artist, login, other_artists.scalars())
        open_question = {} if plainly else _unconfirmed(artist, login)
        query = select(accounts.c.id, accounts.c.artist_id, artists.c.name, accounts.c.state)
        query = query.select_from(OWNED_ACCOUNTS).where(same_login)
        for number, owner, name, state in connection.execute(query):
            if owner != artist_id:
                raise AccountTaken(
                    worded("This login is connected for {name} already.", name=name),
                    untouched="Nothing was changed.",
                    advice=worded(
                        "Sign in with {artist}'s own login, or remove this one there first.",
                        artist=artist,
                    ),
                )
            if state == AccountState.UNCONFIRMED:
                row |= open_question
            connection.execute(update(accounts).where(accounts.c.id == number).values(row))
            scope = DeedScope(artist_id, account_id=number)
            note(connection, DeedKind.SIGNED_IN, scope, after={"login": remote_id})
            return int(number)
        row |= {"artist_id": artist_id, "platform": platform, "remote_id": remote_id}
        row |= open_question
        row |= {"base_url": base_url, "created_at": texts.now()}
        statement = insert(accounts).values(row).returning(accounts.c.id)
        number = int(connection.execute(statement).scalar_one())
        note(
            connection,
            DeedKind.ACCOUNT_CONNECTED,
            DeedScope(artist_id, account_id=number),
            after={"login": remote_id},
        )
        return number


def _unconfirmed(artist: str, login: str) -> dict[str, str]:
    problem = worded(
        "It is not confirmed yet that the login “{login}” belongs to {artist}. Sign in again and "
        "say yes, or remove the account.",
        login=login,
        artist=artist,
    )
    return {"state": AccountState.UNCONFIRMED, "problem": problem}


def is_login_of_any(
    database: Database, platform: CarrierId, base_url: str, remote_id: str | None
) -> bool:
    """Whether a login (any login for None) is connected for any artist."""
    same = (accounts.c.platform == platform) & (accounts.c.base_url == base_url)
    query = select(accounts.c.id).where(same)
    if remote_id is not None:
        query = query.where(accounts.c.remote_id == remote_id)
    with database.read() as connection:
        return connection.execute(query).first() is not None


def confirm(database: Database, account_id: int, sealed: bytes | None = None) -> None:
    """Confirm that the login is the artist's. Does nothing if it was confirmed already.

    `sealed` is its secret, bound to the confirmed account.
    """
    unconfirmed = (accounts.c.id == account_id) & (accounts.c.state == AccountState.UNCONFIRMED)
    values = {"state": AccountState.CONNECTED, "problem": ""}
    with database.write() as connection:
        changed = connection.execute(update(accounts).where(unconfirmed).values(values)).rowcount
        if changed and sealed is not None:
            put_secret(connection, account_id, sealed)


def put_secret(connection: Connection, account_id: int, sealed: bytes) -> None:
    """Store an account's encrypted secret, replacing the one before."""
    connection.execute(delete(secrets).where(secrets.c.account_id == account_id))
    connection.execute(insert(secrets).values(account_id=account_id, sealed=sealed))


def with_secrets(database: Database) -> list[AccountRecord]:
    """The accounts with a stored secret."""
    query = select(*_COLUMNS).select_from(OWNED_SECRETS).order_by(accounts.c.id)
    with database.read() as connection:
        return [_record(database, row) for row in connection.execute(query)]


def set_name(database: Database, account_id: int, name: str) -> None:
    """Store an account's present name: people change their handles."""
    with database.write() as connection:
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(name=name))


def set_state(database: Database, account_id: int, state: AccountState, problem: str = "") -> None:
    """Store how an account answered its last request."""
    values: dict[str, Any] = {"state": state, "problem": problem, "checked_at": texts.now()}
    if state == AccountState.RECONNECT:
        values |= _unread(problem)
    with database.write() as connection:
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(values))


@contextmanager
def noting_unread(database: Database, account_id: int) -> Iterator[None]:
    """Record read errors on an account, and keep the time of the first one.

    Unconfirmed accounts are skipped: they are never read.
    """
    try:
        yield
    except NotConfirmed:
        raise
    except KnownError as error:
        with database.write() as connection:
            mine = update(accounts).where(accounts.c.id == account_id)
            connection.execute(mine.values(_unread(str(error))))
        raise


def note_read(database: Database, account_id: int) -> None:
    """Record that an account was read completely."""
    failed = (accounts.c.id == account_id) & (accounts.c.unread_since != "")
    with database.write() as connection:
        mine = update(accounts).where(failed)
        connection.execute(mine.values(unread_since="", unread_why=""))


def _unread(why: str) -> dict[str, Any]:
    since = accounts.c.unread_since
    return {"unread_since": case((since == "", texts.now()), else_=since), "unread_why": why}


def remove_account(database: Database, account_id: int) -> None:
    """Remove an account with its secrets and items. Their numbers are never reused.

    Keeps the owners of items that jobs changed: with the same login of the same artist, the jobs
    can be undone.
    """
    touched = select(changes.c.target_id).where(changes.c.carrier == accounts.c.platform)
    left = select(
        *(items.c.id, accounts.c.artist_id, accounts.c.platform, accounts.c.base_url),
        *(accounts.c.remote_id, items.c.remote_id),
    )
    left = left.select_from(ACCOUNT_ITEMS)
    left = left.where(accounts.c.id == account_id, items.c.id.in_(touched))
    names = ("id", "artist_id", "platform", "base_url", "login", "remote_id")
    with database.write() as connection:
        keep_last_item(connection)
        gone = select(accounts.c.artist_id, accounts.c.remote_id).where(accounts.c.id == account_id)
        if (row := connection.execute(gone).first()) is not None:
            scope = DeedScope(row.artist_id, account_id=account_id)
            note(connection, DeedKind.ACCOUNT_REMOVED, scope, before={"login": row.remote_id})
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
        """Store a blob; durable when this returns."""
        with self._database.write() as connection:
            put_secret(connection, account_id, blob)

    def delete(self, account_id: int) -> None:
        """Delete a blob."""
        with self._database.write() as connection:
            connection.execute(delete(secrets).where(secrets.c.account_id == account_id))

    def all(self) -> Mapping[int, tuple[bytes, bytes]]:
        """Each account's blob, and the place its secret is bound to."""
        query = select(*_PLACE, secrets.c.sealed).select_from(OWNED_SECRETS)
        found = {}
        with self._database.read() as connection:
            for *values, artist, sealed in connection.execute(query):
                account = _record(self._database, values)
                found[account.id] = bytes(sealed), place_of(account, artist)
        return found

    def exchange(self, account_id: int, old: bytes, new: bytes) -> None:
        """Replace a blob by another, unless it has changed in the meantime."""
        unchanged = (secrets.c.account_id == account_id) & (secrets.c.sealed == old)
        with self._database.write() as connection:
            connection.execute(update(secrets).where(unchanged).values(sealed=new))

    def clear(self) -> None:
        """Delete all blobs because their key is lost, and note that on their accounts."""
        lost = accounts.c.id.in_(select(secrets.c.account_id))
        values = {"state": AccountState.RECONNECT, "problem": KEY_LOST, **_unread(KEY_LOST)}
        with self._database.write() as connection:
            statement = update(accounts).where(lost, accounts.c.state != AccountState.UNCONFIRMED)
            connection.execute(statement.values(values))
            connection.execute(delete(secrets))
