"""Signed-in accounts: their tokens in the vault, and the clients that act with them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import delete, insert, select

from rightsdesk.errors import KnownError
from rightsdesk.platforms import connection as platform_connection
from rightsdesk.platforms.catalogue import platform_by_id
from rightsdesk.platforms.errors import AppRefused, NeedsReconnect
from rightsdesk.platforms.http import Client
from rightsdesk.platforms.interface import Endpoints, Identity, Platform
from rightsdesk.platforms.limits import Limits
from rightsdesk.platforms.oauth import App, SignIn
from rightsdesk.platforms.tokens import TokenSet, TokenSource
from rightsdesk.roster import accounts
from rightsdesk.roster.accounts import AccountRecord
from rightsdesk.roster.vault import Vault
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import limits as limits_table


@dataclass(frozen=True, slots=True)
class Login:
    """What is needed to sign in: the platform, where it is, and the artist's app there."""

    artist_id: int
    platform: Platform
    endpoints: Endpoints
    app: App
    base_url: str
    auth_url: str
    port: int


class Connections:
    """One token source for each account and one limiter for each client id, kept while the
    program runs: two sources for one account would use up each other's refresh token."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._limits = Limits(_stored_limits(database), changed=self._keep_limit)
        self._clients: dict[int, Client] = {}
        self._lock = threading.RLock()

    def close(self) -> None:
        """Close all clients."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def login(
        self,
        *,
        artist_id: int,
        platform_id: str,
        client_id: str,
        client_secret: str,
        base_url: str,
        auth_url: str,
        port: int,
    ) -> Login:
        """A login as a person describes it; empty addresses are the platform's own."""
        platform = platform_by_id(platform_id)
        endpoints = Endpoints(
            base_url or platform.endpoints.api, auth_url or base_url or platform.endpoints.auth
        )
        redirect = platform.redirect_uri.replace(":8765/", f":{port}/")
        app = App(client_id, redirect, client_secret)
        return Login(artist_id, platform, endpoints, app, base_url, auth_url, port)

    def begin(self, login: Login) -> SignIn:
        """Start to listen for the browser; the vault is opened first, while nothing is at
        stake yet."""
        self._vault.unlock()
        return platform_connection.sign_in(
            login.platform, login.endpoints, login.app, limits=self._limits
        )

    def finish(self, login: Login, tokens: TokenSet) -> int:
        """Find out whose account it is and keep it; the account's id.

        Raises AccountTaken, vault errors and platform errors; then nothing is kept.
        """
        latest = [tokens]
        with self._client(login, tokens, latest.append) as client:
            who = login.platform.whoami(client)
        number = self._keep(login, who)
        self._seal(number, login.app, latest[-1])
        with self._lock:
            if (old := self._clients.pop(number, None)) is not None:
                old.close()
        return number

    def client(self, account_id: int) -> Client:
        """The client that acts for an account. Raises NeedsReconnect where it has no tokens."""
        with self._lock:
            if account_id not in self._clients:
                login, tokens = self._opened(account_id)
                self._clients[account_id] = self._client(
                    login, tokens, lambda new: self._seal(account_id, login.app, new)
                )
            return self._clients[account_id]

    def login_of(self, account: AccountRecord) -> Login:
        """How to sign in again to an account that is known, with the secret it had."""
        login = self.login(
            artist_id=account.artist_id,
            platform_id=account.platform,
            client_id=account.client_id,
            client_secret="",
            base_url=account.base_url,
            auth_url=account.auth_url,
            port=account.port,
        )
        sealed = self._vault.get(account.id)
        secret = json.loads(sealed)["client_secret"] if sealed else ""
        return replace(login, app=replace(login.app, client_secret=secret))

    @contextmanager
    def noting(self, account_id: int) -> Iterator[None]:
        """Note it on the account when the platform no longer accepts its sign-in."""
        try:
            yield
        except (NeedsReconnect, AppRefused) as error:
            accounts.set_state(self._database, account_id, accounts.RECONNECT, str(error))
            raise

    def check(self, account_id: int) -> None:
        """Ask the platform whose account it is, and note how that went."""
        account = accounts.account_by_id(self._database, account_id)
        with self.noting(account_id):
            platform_by_id(account.platform).whoami(self.client(account_id))
        accounts.set_state(self._database, account_id, accounts.CONNECTED)

    def remove(self, account_id: int) -> str:
        """Forget everything about an account here, and sign out at the platform.

        Where the platform could not be told, what is returned says so; else it is empty.
        """
        account = accounts.account_by_id(self._database, account_id)
        platform = platform_by_id(account.platform)
        told = ""
        try:
            platform.sign_out(self.client(account_id))
        except KnownError as error:
            told = f"{platform.name} could not be told to end the sign-in. {error.sentence}"
        with self._lock:
            if (client := self._clients.pop(account_id, None)) is not None:
                client.close()
        accounts.remove_account(self._database, account_id)
        return told

    def _opened(self, account_id: int) -> tuple[Login, TokenSet]:
        account = accounts.account_by_id(self._database, account_id)
        sealed = self._vault.get(account_id)
        if sealed is None:
            name = platform_by_id(account.platform).name
            raise NeedsReconnect(
                f"{name} needs a new sign-in for this account.", advice="Connect it again."
            )
        secret = json.loads(sealed)
        login = self.login_of(account)
        return login, TokenSet.from_bytes(secret["tokens"].encode())

    def _client(self, login: Login, tokens: TokenSet, save: Callable[[TokenSet], None]) -> Client:
        source: TokenSource = platform_connection.token_source(
            login.platform, login.endpoints, login.app, tokens, save=save, limits=self._limits
        )
        return platform_connection.connect(
            login.platform, login.endpoints, login.app, source, limits=self._limits
        )

    def _keep(self, login: Login, who: Identity) -> int:
        return accounts.keep_account(
            self._database,
            artist_id=login.artist_id,
            platform=login.platform.id,
            remote_id=who.remote_id,
            base_url=login.base_url,
            name=who.name,
            url=who.url,
            auth_url=login.auth_url,
            client_id=login.app.client_id,
            port=login.port,
        )

    def _seal(self, account_id: int, app: App, tokens: TokenSet) -> None:
        secret = {"tokens": tokens.to_bytes().decode(), "client_secret": app.client_secret}
        self._vault.put(account_id, json.dumps(secret).encode())

    def _keep_limit(self, key: str, state: dict[str, str | int] | None) -> None:
        with self._database.write() as connection:
            connection.execute(delete(limits_table).where(limits_table.c.key == key))
            if state is not None:
                connection.execute(insert(limits_table).values(key=key, state=texts.dump(state)))


def _stored_limits(database: Database) -> dict[str, dict[str, object]]:
    with database.read() as connection:
        rows = connection.execute(select(limits_table)).all()
    return {row.key: json.loads(row.state) for row in rows}


class PendingSignIn:
    """A sign-in under way: open `url` in the browser, then `finish`."""

    def __init__(self, connections: Connections, login: Login) -> None:
        self._connections = connections
        self._login = login
        self._sign_in = connections.begin(login)
        self.url = self._sign_in.url

    def finish(self, cancelled: Callable[[], bool] = lambda: False) -> int:
        """Wait for the browser's answer, then keep the account; its id."""
        tokens = self._sign_in.wait(cancelled=cancelled)
        return self._connections.finish(self._login, tokens)

    def cancel(self) -> None:
        """Stop waiting."""
        self._sign_in.cancel()
        self._sign_in.close()
