"""Connected accounts: their tokens in the vault, and the clients that use them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection, select

from rightsdesk import crash_reports
from rightsdesk.changes import journal
from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.errors import KnownError
from rightsdesk.platforms import browser_sign_in
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    AccountAway,
    AppRefused,
    NeedsReconnect,
    RenewedElsewhere,
    SignInOver,
)
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.interface import (
    Identity,
)
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.platforms.sign_in.account_client import AccountClient
from rightsdesk.platforms.sign_in.credentials import ON_ITS_OWN, Credentials, Renewal
from rightsdesk.platforms.sign_in.oauth import App, SignIn
from rightsdesk.platforms.sign_in.preflight import check_app
from rightsdesk.platforms.sign_in.tokens import needs_reconnect
from rightsdesk.resources.facts import platform_facts
from rightsdesk.roster import accounts
from rightsdesk.roster.account_state import AccountState
from rightsdesk.roster.accounts import AccountRecord
from rightsdesk.roster.artists import artist_by_id, clean_name, rename_artist
from rightsdesk.roster.vault import KeyringAbsent, SecretDamaged, Vault, VaultError
from rightsdesk.sentences import together, worded
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import Deed
from rightsdesk.store.limits import keep_limit, stored_limits
from rightsdesk.store.schema import items
from rightsdesk.workspace.lock import renewing
from rightsdesk.workspace.sign_in.form import lacking
from rightsdesk.workspace.sign_in.login import (
    Login,
    browser_platform,
    check_login,
    doubting_address,
)

GONE = "The account was removed before this was done."


class Connections:
    """One client per account and one limiter per client id, kept while the program runs.

    Two clients of one account would use up each other's refresh token.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock = SYSTEM) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._limits = Limits(
            stored_limits(database), changed=partial(keep_limit, database), clock=clock
        )
        self._clients: dict[int, tuple[bytes, Client]] = {}
        self._lock = threading.RLock()

    def notice_time(self) -> None:
        """Keep waits from growing if the clock is set back."""
        self._limits.notice_time()

    def close(self) -> None:
        """Close all clients."""
        with self._lock:
            for _, client in self._clients.values():
                client.close()
            self._clients.clear()

    def unlock(self) -> None:
        """Open the vault, creating it if needed. Raises vault errors."""
        self._vault.unlock()

    def new_vault_key(self) -> None:
        """Create a new vault key after the old one was lost.

        All stored secrets are deleted, and their accounts have to be connected again. Raises vault
        errors; then nothing was changed.
        """
        with self._lock:
            self._vault.start_anew()
            self.close()

    def set_passphrase(self, passphrase: str) -> None:
        """Set a passphrase for the vault. Raises PassphraseTooWeak and vault errors."""
        self._vault.set_passphrase(passphrase)

    @property
    def vault_kept_by(self) -> str:
        """What opens the vault: see `Vault.kept_by`."""
        return self._vault.kept_by

    def begin(self, login: Login, client_secret: str) -> SignIn:
        """Start to listen for the browser's answer. The vault is opened first.

        Raises KnownError for a platform without browser sign-in. Raises AppRefused and
        RedirectRefused if the platform's page would certainly show an error.
        """
        platform = browser_platform(login.platform)
        self._vault.unlock()
        redirect = platform.redirect_uri.replace(":8765/", f":{login.port}/")
        app = App(login.client_id, redirect, client_secret)
        begun = browser_sign_in.sign_in(platform, login.endpoints, app, limits=self._limits)
        try:
            check_app(begun, app, limits=self._limits, clock=self._clock)
        except BaseException:
            begun.close()
            raise
        return begun

    def finish(
        self,
        login: Login,
        credentials: Credentials,
        *,
        as_known: bool = False,
        lacks: Sequence[str] = (),
    ) -> int:
        """Find out whose account it is, and store it. Returns the account's id.

        `as_known`: sign in as the known account, whatever its name is today. `lacks` are the scopes
        that the platform did not grant.

        Raises AccountTaken, AnotherLogin, vault errors and platform errors. Then nothing is stored,
        and the sign-in is ended at the platform if possible.
        """
        self._vault.unlock()
        latest, identity = [credentials], None
        known_as = login.remote_id if as_known else ""
        temporary = self._client(login, credentials, latest.append, remote_id=known_as)
        with temporary as client:
            try:
                with doubting_address(login, client), self._connecting(login, latest):
                    identity = login.platform.whoami(client)
                check_login(login, identity)
                number = self._keep(login, identity, lacks)
            except KnownError as error:
                if missing := lacking(login.platform.id, lacks):
                    advice = worded("Sign in again, and allow all that is asked for.")
                    error.advice = together((*missing, advice))
                if latest[-1].tokens is not None:
                    ended = self._end_sign_in(login, client, identity, error)
                    error.untouched = together((error.untouched, ended))
                raise
        _, place = accounts.account_with_place(self._database, number)
        self._vault.put(number, latest[-1].to_bytes(), place)
        self._forget_client(number)
        return number

    def _end_sign_in(
        self, login: Login, client: Client, identity: Identity | None, error: KnownError
    ) -> str:
        """End a sign-in that is not stored. Returns a sentence about the result.

        It is not ended if that would, or could, end a sign-in of the same login that is in use
        here.
        """
        platform = login.platform
        facts = platform_facts(platform.id).sign_in
        remote_id = identity.remote_id if identity else None
        place = (platform.id, login.base_url, remote_id)
        if facts.sign_out_ends_all and accounts.is_login_of_any(self._database, *place):
            return worded(
                "Nothing of this sign-in is kept. At {name} it was not ended: that would end one "
                "that is in use here, too."
                if identity
                else "Nothing of this sign-in is kept. At {name} it was not ended: that could end "
                "one that is in use here, too.",
                name=platform.name,
            )
        if isinstance(error, NeedsReconnect):
            return ""  # the platform does not accept the sign-in anyway
        try:
            platform.sign_out(client)
        except Exception as fault:  # the earlier error is reported
            known_error = fault if isinstance(fault, KnownError) else None
            return together(
                (
                    worded("RightsDesk could not end this sign-in at {name}.", name=platform.name),
                    known_error.sentence if known_error else "",
                    worded(
                        "You can end it in your settings at {name}, among the apps that may use "
                        "your account.",
                        name=platform.name,
                    ),
                )
            )
        return worded("The sign-in was ended at {name} again.", name=platform.name)

    def client(self, account_id: int) -> Client:
        """The client that acts for an account.

        Raises NeedsReconnect if it has no secrets, NotConfirmed if the owner of the login is not
        confirmed, and SecretDamaged if its secrets belong to another place than the account has.
        """
        account, place = accounts.account_with_place(self._database, account_id)
        if account.state == AccountState.UNCONFIRMED:
            raise accounts.NotConfirmed(account.problem)
        try:
            return self._client_of(account, place)
        except KnownError:
            raise
        except Exception as error:
            raise self.bug(account_id, error) from error

    def _client_of(self, account: AccountRecord, place: bytes) -> Client:
        """The client for secrets that open at `place`; never a client for another place."""
        with self._lock:
            made_at, client = self._clients.get(account.id, (b"", None))
            if client is None or made_at != place:
                account_id = account.id
                self._forget_client(account_id)
                login = Login.of(account)

                def save(new: Credentials) -> None:
                    self._vault.put(account_id, new.to_bytes(), place)

                def stored() -> Credentials | None:
                    sealed = self._vault.get(account_id, place)
                    return Credentials.from_bytes(sealed) if sealed else None

                credentials = self._credentials(account, place)
                folder = self._database.path.parent
                renewal = Renewal(partial(renewing, folder, account_id), stored)
                client = self._client(
                    login, credentials, save, renewal=renewal, remote_id=account.remote_id
                )
                self._clients[account_id] = place, client
            return client

    def ready(self, account_ids: Iterable[int]) -> None:
        """Open the vault for these accounts before any is used. Raises vault errors.

        So a person is asked once, and no account acts without the vault.
        """
        numbers = set(account_ids)
        try:
            self._vault.ready(numbers)
        except VaultError as error:
            for account in accounts.with_secrets(self._database):
                if account.id in numbers:
                    self._note_lost(account.id, error)
            raise

    def _note_lost(self, account_id: int, error: VaultError) -> None:
        """Store on an account that the key to its secret is lost.

        Not if only this session has no keyring: the next one may have it.
        """
        if error.lost and not isinstance(error, KeyringAbsent):
            account = accounts.account_by_id(self._database, account_id)
            if account.state != AccountState.UNCONFIRMED:
                accounts.set_state(self._database, account_id, AccountState.RECONNECT, str(error))

    def credentials(self, account_id: int) -> Credentials:
        """An account's secrets. Raises NeedsReconnect if there are none, and vault errors."""
        return self._credentials(*accounts.account_with_place(self._database, account_id))

    def _credentials(self, account: AccountRecord, place: bytes) -> Credentials:
        sealed = self._vault.get(account.id, place)
        if sealed is None:
            if account.state == AccountState.RECONNECT and account.problem == accounts.KEY_LOST:
                raise NeedsReconnect(accounts.KEY_LOST)
            raise needs_reconnect(platform_by_id(account.platform).name)
        return Credentials.from_bytes(sealed)

    def stored_credentials(self, account_id: int) -> Credentials:
        """The credentials an account was connected with.

        Empty if they are gone, or don't open at the account's current place.
        """
        _, place = accounts.account_with_place(self._database, account_id)
        try:
            sealed = self._vault.get(account_id, place)
        except VaultError as error:
            if error.lost or isinstance(error, SecretDamaged):
                return Credentials()
            raise
        return Credentials.from_bytes(sealed) if sealed else Credentials()

    def confirm(self, account_id: int) -> None:
        """Store a person's confirmation that a login is its artist's."""
        account, place = accounts.account_with_place(self._database, account_id)
        if account.state != AccountState.UNCONFIRMED:
            return
        secret = self._vault.get(account_id, place)
        artist = artist_by_id(self._database, account.artist_id).name
        confirmed = accounts.place_of(account, artist, confirmed=True)
        sealed = None if secret is None else self._vault.sealed(account_id, secret, confirmed)
        accounts.confirm(self._database, account_id, sealed)
        self._forget_client(account_id)

    def rename_artist(self, artist_id: int, name: str, undoing: Deed | None = None) -> None:
        """Rename an artist, and bind the secrets of the artist's accounts to the new name.

        `undoing` is the deed that this undoes. Raises ArtistExists, ChangedSince and vault
        errors; then nothing was changed. Secrets that no longer open stay as they are: their
        accounts have to be connected again anyway.
        """
        old, new = artist_by_id(self._database, artist_id).name, clean_name(name)
        resealed: dict[int, bytes] = {}
        if old != new:
            for account in accounts.all_accounts(self._database, artist_id):
                try:
                    secret = self._vault.get(account.id, accounts.place_of(account, old))
                except VaultError as error:
                    if error.lost or isinstance(error, SecretDamaged):
                        continue
                    raise
                if secret is not None:
                    place = accounts.place_of(account, new)
                    resealed[account.id] = self._vault.sealed(account.id, secret, place)

        def store_secrets(connection: Connection) -> None:
            for number, sealed in resealed.items():
                accounts.put_secret(connection, number, sealed)

        rename_artist(self._database, artist_id, name, along=store_secrets, undoing=undoing)
        for number in resealed:
            self._forget_client(number)

    @contextmanager
    def noting(self, account_id: int) -> Iterator[None]:
        """Store on the account that the platform no longer accepts its sign-in.

        An unexpected error becomes a Bug of this account, with a report; other accounts continue.
        """
        try:
            yield
        except KnownError as error:
            self._note(account_id, error)
            raise
        except Exception as error:
            raise self.bug(account_id, error) from error

    def bug(self, account_id: int, error: Exception) -> KnownError:
        """An unexpected error as a failure of this account alone, with a report."""
        account = accounts.account_by_id(self._database, account_id)
        secrets: tuple[str, ...] = ()
        with suppress(KnownError, ValueError):
            secrets = self.stored_credentials(account_id).secrets
        name = platform_by_id(account.platform).name
        return crash_reports.bug(
            self._database.path.parent,
            error,
            worded(
                "This is a fault of RightsDesk: it failed over what it got from {name}.", name=name
            ),
            untouched="Other accounts are not affected.",
            secrets=secrets,
        )

    def _note(self, account_id: int, error: KnownError) -> None:
        if isinstance(error, AccountAway):
            return  # signing in again would not help; the next check tries it again
        if isinstance(error, NeedsReconnect | AppRefused):
            if isinstance(error, SignInOver):
                self._forget_refused_tokens(account_id)
            accounts.set_state(self._database, account_id, AccountState.RECONNECT, str(error))
        elif isinstance(error, VaultError):
            self._note_lost(account_id, error)

    def check(self, account_id: int) -> None:
        """Check with the platform whose account it is, and store the result and today's name."""
        account = accounts.account_by_id(self._database, account_id)
        with accounts.noting_unread(self._database, account_id), self.noting(account_id):
            identity = platform_by_id(account.platform).whoami(self.client(account_id))
        if identity.remote_id == account.remote_id:
            accounts.set_name(self._database, account_id, identity.name)
        accounts.set_state(self._database, account_id, AccountState.CONNECTED)

    def remove(self, account_id: int) -> str:
        """Delete an account here and sign out at the platform.

        Open changes of jobs are closed, since they can't be made any more. Returns a sentence if
        the sign-in could not be ended there, else "".
        """
        account, place = accounts.account_with_place(self._database, account_id)
        platform = platform_by_id(account.platform)
        warning = ""
        try:
            platform.sign_out(self._client_of(account, place))
        except Exception as fault:  # the account is removed in any case
            error = fault if isinstance(fault, KnownError) else self.bug(account_id, fault)
            failed = worded("RightsDesk could not end the sign-in at {name}.", name=platform.name)
            warning = together((failed, error.sentence))
        self._forget_client(account_id)
        with self._database.write() as connection:
            own_items = select(items.c.id).where(items.c.account_id == account_id)
            journal.give_up(connection, account.platform, own_items, GONE)
        accounts.remove_account(self._database, account_id)
        return warning

    def _forget_refused_tokens(self, account_id: int) -> None:
        """Delete refused tokens, so that later runs don't send them; only a new sign-in helps.

        Raises RenewedElsewhere if another program has stored newer tokens; those are kept.
        """
        with self._lock, renewing(self._database.path.parent, account_id):
            _, client = self._clients.get(account_id, (b"", None))
            stored = self.stored_credentials(account_id)
            used = client.tokens if isinstance(client, AccountClient) else None
            if stored.tokens and used and stored.tokens.refresh_token != used.refresh_token:
                self._clients.pop(account_id)
                raise RenewedElsewhere(
                    "Another RightsDesk window or run has renewed this sign-in meanwhile.",
                    advice="Try again.",
                ) from None
            if stored.tokens or stored.secret:
                _, place = accounts.account_with_place(self._database, account_id)
                empty = replace(stored, tokens=None, secret="")
                self._vault.put(account_id, empty.to_bytes(), place)

    @contextmanager
    def _connecting(self, login: Login, used: Sequence[Credentials]) -> Iterator[None]:
        """Turn an unexpected error while connecting into a Bug, with a report."""
        try:
            yield
        except KnownError:
            raise
        except Exception as error:
            raise crash_reports.bug(
                self._database.path.parent,
                error,
                worded(
                    "This is a fault of RightsDesk: it failed over what it got from {name}.",
                    name=login.platform.name,
                ),
                untouched="Nothing was connected.",
                secrets=[secret for credentials in used for secret in credentials.secrets],
            ) from error

    def _forget_client(self, account_id: int) -> None:
        with self._lock:
            if (entry := self._clients.pop(account_id, None)) is not None:
                entry[1].close()

    def _client(
        self,
        login: Login,
        credentials: Credentials,
        save: Callable[[Credentials], None],
        *,
        renewal: Renewal = ON_ITS_OWN,
        remote_id: str = "",
    ) -> Client:
        return login.platform.client(
            login.endpoints,
            login.client_id,
            credentials,
            save=save,
            limits=self._limits,
            clock=self._clock,
            renewal=renewal,
            remote_id=remote_id,
        )

    def _keep(self, login: Login, identity: Identity, lacks: Sequence[str]) -> int:
        return accounts.keep_account(
            self._database,
            artist_id=login.artist_id,
            platform=login.platform.id,
            remote_id=identity.remote_id,
            base_url=login.base_url,
            name=identity.name,
            url=identity.url,
            auth_url=login.auth_url,
            client_id=login.client_id,
            port=login.port,
            lacks=" ".join(lacks),
        )
