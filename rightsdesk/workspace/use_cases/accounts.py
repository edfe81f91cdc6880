"""Accounts: connected, read, checked, removed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from rightsdesk.changes.types import (
    Cancel,
    Never,
    Progress,
    no_progress,
)
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.roster import accounts as account_store
from rightsdesk.roster import artists as roster
from rightsdesk.roster import login_names
from rightsdesk.sentences import worded
from rightsdesk.store.queries import accounts_read
from rightsdesk.workspace import finding
from rightsdesk.workspace.status import roster_view
from rightsdesk.workspace.types.artists import Account, NoAccount
from rightsdesk.workspace.types.matches import MatchQuestion
from rightsdesk.workspace.use_cases.core import Core

if TYPE_CHECKING:
    from rightsdesk.workspace.observing import reading, scheduled_check
    from rightsdesk.workspace.sign_in.connections import Connections
    from rightsdesk.workspace.sign_in.form import SignInForm
    from rightsdesk.workspace.sign_in.pending import PendingSignIn

NOT_STORED = (
    "{field} has to be given again: it was stored with the sign-in that does not open any more."
)


class Accounts:
    """The artists' accounts: connected, read, checked, removed.

    Thread-safe.
    """

    def __init__(self, core: Core) -> None:
        self._database = core.database
        self._core = core
        self._clock = core.clock

    @property
    def _connections(self) -> Connections:
        return self._core.connections

    def all(self, artist_id: int | None = None, *, counted: bool = True) -> list[Account]:
        """The accounts of an artist, or of all artists.

        Without `counted`, the numbers of items, questions and open changes and the last reading
        stay empty: counting reads every item.
        """
        return roster_view.logins(self._database, artist_id, counted=counted)

    def read(self) -> dict[tuple[int, str], bool]:
        """Whether an account was ever read, by artist and platform with an account.

        Faster than `all`, which counts the items of each account.
        """
        with self._database.read() as connection:
            return accounts_read(connection)

    def begin_sign_in(
        self,
        artist_id: int,
        platform: str,
        *,
        client_id: str,
        client_secret: str = "",
        base_url: str = "",
        auth_url: str = "",
        port: int = 8765,
    ) -> PendingSignIn:
        """Start a sign-in through the browser.

        Without a secret, the stored one of the same app is used. Raises FormFlawed for errors that
        are visible before a browser opens.
        """
        from rightsdesk.platforms.registry import platform_by_id
        from rightsdesk.workspace.sign_in import form as signing_in
        from rightsdesk.workspace.sign_in.login import Login
        from rightsdesk.workspace.sign_in.pending import PendingSignIn

        roster.artist_by_id(self._database, artist_id)
        secret = client_secret.strip()
        app = self.known_app(platform)
        if not secret and app is not None and not base_url and app.client_id == client_id.strip():
            secret = self._connections.stored_credentials(app.id).client_secret
        answers = {"client_id": client_id, "client_secret": secret}
        _check(signing_in.form_of(platform), answers | {"base_url": base_url, "auth_url": auth_url})
        platform_object = platform_by_id(CarrierId(platform))
        login = Login(artist_id, platform_object, client_id.strip(), base_url, auth_url, port)
        return PendingSignIn(self._connections, login, secret)

    def known_app(self, platform: str) -> Account | None:
        """The newest account that signs in through an app of this installation, at the platform's
        own server. Its client id and secret serve further accounts, of any artist."""
        ours = [one for one in self.all() if one.platform == platform]
        apps = [one for one in ours if one.client_id and not one.base_url]
        return max(apps, key=lambda one: one.id, default=None)

    def add(
        self,
        artist_id: int,
        platform: str,
        *,
        identifier: str,
        secret: str,
        base_url: str = "",
        fingerprint: str = "",
    ) -> Account:
        """Connect an account with an app password or an API token.

        `fingerprint` is that of a server's key that a person confirmed (SFTP). Raises FormFlawed,
        and UnknownHost for a server with an unconfirmed key.
        """
        from rightsdesk.platforms.registry import platform_by_id
        from rightsdesk.platforms.sign_in.credentials import Credentials
        from rightsdesk.workspace.sign_in import form as signing_in
        from rightsdesk.workspace.sign_in.login import Login

        roster.artist_by_id(self._database, artist_id)
        answers = {"identifier": identifier, "secret": secret, "base_url": base_url}
        _check(signing_in.form_of(platform), answers)
        login = Login(artist_id, platform_by_id(CarrierId(platform)), base_url=base_url)
        credentials = Credentials(identifier=identifier, secret=secret, host_key=fingerprint)
        return self.by_id(self._connections.finish(login, credentials))

    def reconnect(
        self, account_id: int, *, client_id: str = "", client_secret: str = ""
    ) -> PendingSignIn:
        """Start a new sign-in for a known account; empty values stay as they were.

        Finishing it raises AnotherLogin if another login answers in the browser.
        """
        from rightsdesk.workspace.sign_in import form as signing_in
        from rightsdesk.workspace.sign_in.login import Login
        from rightsdesk.workspace.sign_in.pending import PendingSignIn

        login = Login.of(account_store.account_by_id(self._database, account_id))
        login = replace(login, client_id=client_id.strip() or login.client_id)
        answers = {"client_id": login.client_id, "client_secret": client_secret}
        form = signing_in.form_of(login.platform.id).again
        _check(form, answers | {"base_url": login.base_url})
        secret = (
            client_secret.strip() or self._connections.stored_credentials(account_id).client_secret
        )
        return PendingSignIn(self._connections, login, secret)

    def renew(
        self, account_id: int, *, secret: str, identifier: str = "", fingerprint: str = ""
    ) -> Account:
        """Set a new password or token for a known account; empty values stay as they were.

        Raises FormFlawed, and AnotherLogin if they open another login. A known server has to show
        the same key, unless the server changed or a person confirmed the `fingerprint` of its new
        key.
        """
        from rightsdesk.platforms.sign_in.credentials import Credentials
        from rightsdesk.workspace.sign_in import form as signing_in
        from rightsdesk.workspace.sign_in.form import FieldPart, FormFlawed
        from rightsdesk.workspace.sign_in.login import Login

        login = Login.of(account_store.account_by_id(self._database, account_id))
        answers = {"identifier": identifier, "secret": secret}
        _check(signing_in.form_of(login.platform.id).again, answers)
        stored = self._connections.stored_credentials(account_id)
        place = identifier.strip() or stored.identifier
        if not place and not login.platform.capabilities.known_by_id:
            for field in signing_in.form_of(login.platform.id).asks:
                if field.part is FieldPart.IDENTIFIER and not field.optional:
                    raise FormFlawed(
                        {FieldPart.IDENTIFIER.value: worded(NOT_STORED, field=field.label)}
                    )
        credentials = Credentials(identifier=place, secret=secret or stored.secret)
        if fingerprint or place != stored.identifier:
            credentials = replace(credentials, host_key=fingerprint)
        else:
            credentials = replace(stored, secret=credentials.secret, tokens=None)
        by_id = not identifier.strip()
        return self.by_id(self._connections.finish(login, credentials, as_known=by_id))

    def by_id(self, account_id: int) -> Account:
        """One account by id. Raises KnownError if it is gone."""
        return roster_view.login(self._database, account_id)

    def confirm(self, account_id: int) -> Account:
        """Confirm that a login is its artist's, so that it can act."""
        self._connections.confirm(account_id)
        return self.by_id(account_id)

    def namesake(self, account_id: int) -> str:
        """The other artist on the roster whose name the login has; "" for none."""
        account = self.by_id(account_id)
        artist = roster.artist_by_id(self._database, account.artist_id)
        other_names = (
            other.name for other in roster.all_artists(self._database) if other.id != artist.id
        )
        return login_names.better_fit(artist.name, account.name, other_names)

    def check(self, account_id: int) -> Account:
        """Check with the platform whether the sign-in still works."""
        self._connections.check(account_id)
        return self.by_id(account_id)

    def unlock_vault(self) -> None:
        """Open the vault, creating it if needed.

        Raises vault errors; if the error is `lost`, or the passphrase is, `new_vault_key` helps.
        """
        self._connections.unlock()

    def locked_out(self) -> list[Account]:
        """The accounts with a stored login: a lost vault key affects these."""
        ids = {account.id for account in account_store.with_secrets(self._database)}
        return [account for account in self.all() if account.id in ids]

    def has_stored_login(self, account_id: int) -> bool:
        """Whether an account's stored login can still be used. Raises vault errors."""
        from rightsdesk.platforms.sign_in.credentials import Credentials

        return self._connections.stored_credentials(account_id) != Credentials()

    def new_vault_key(self) -> list[Account]:
        """Create a new vault key after the old one was lost.

        Returns the accounts to connect again. Raises vault errors; then nothing was changed.
        """
        accounts = self.locked_out()
        self._connections.new_vault_key()
        return accounts

    def set_passphrase(self, passphrase: str) -> None:
        """Set a new passphrase for stored logins; a keyring with their key keeps it.

        Raises PassphraseTooWeak and vault errors.
        """
        self._connections.set_passphrase(passphrase)

    def vault_kept_by(self) -> str:
        """What opens stored logins.

        "keyring", "passphrase", "keyring and passphrase", or "" if there are none.
        """
        return self._connections.vault_kept_by

    def remove(self, account_id: int) -> str:
        """Sign out and delete an account.

        Returns a sentence if the sign-in could not be ended there, else "".
        """
        from rightsdesk.workspace.observing import linking

        warning = self._connections.remove(account_id)
        linking.forget_own(self._database, account_id)
        return warning

    def read_items(
        self,
        account_id: int,
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> int:
        """Read an account's items and link them to recordings. Returns the number of items."""
        from rightsdesk.workspace.observing import reading

        context = self._database, self._connections
        return reading.read_account(*context, account_id, progress, cancel or Never())

    def read_accounts(
        self,
        account_ids: Collection[int] = (),
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> reading.Read:
        """Read these accounts, or all; accounts on different hosts in parallel.

        The result's `notes` say what could not be read. Raises NoAccount.
        """
        from rightsdesk.workspace.observing import reading

        found = account_store.all_accounts(self._database)
        chosen = [account for account in found if not account_ids or account.id in account_ids]
        if not chosen:
            raise NoAccount
        context = self._database, self._connections
        return reading.read_accounts(*context, chosen, progress, cancel or Never())

    def check_interval(self) -> scheduled_check.CheckInterval:
        """The interval between scheduled checks."""
        from rightsdesk.workspace.observing.check_interval import chosen_interval

        with self._database.read() as connection:
            return chosen_interval(connection)

    def set_check_interval(self, interval: scheduled_check.CheckInterval) -> None:
        """Set the interval between scheduled checks."""
        from rightsdesk.workspace.observing import scheduled_check

        scheduled_check.set_interval(self._database, interval)

    def check_due(self, now: datetime | None = None) -> datetime | None:
        """When the next scheduled check is due, which may be in the past; None if checks are off.

        Pass the moment that the result is compared with. Otherwise a check that is due at once
        would be due a moment later.
        """
        from rightsdesk.workspace.observing import last_checks  # asked at each start: no more

        every, at = self.check_interval(), now or self._clock.now()
        return last_checks.due(self._database, last_checks.PLATFORMS, every, at)

    def check_all(
        self, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> scheduled_check.CheckResult:
        """Check all platforms for changes since the last check. Raises NoAccount."""
        from rightsdesk.workspace.observing import scheduled_check

        context = self._database, self._connections, self._clock.now()
        return scheduled_check.check_all(*context, progress, cancel or Never())

    def questions(self, artist_id: int | None = None) -> list[MatchQuestion]:
        """Items without a certain match."""
        from rightsdesk.workspace.observing import linking

        return linking.questions(self._database, artist_id)

    def item_named(self, item_id: int) -> tuple[str, str]:
        """The title of a platform item, and its artist. Raises KnownError."""
        return finding.item_named(self._database, item_id)

    def answer(self, item_id: int, recording_id: int | None) -> int:
        """Store which recording an item is; None: none of the candidates. Returns the deed's id."""
        return self.answer_all({item_id: recording_id})[0]

    def answer_all(self, answers: Mapping[int, int | None]) -> list[int]:
        """Store which recordings several items are, all or none. Returns the ids of the deeds."""
        from rightsdesk.workspace.observing import linking

        return linking.answer(self._database, answers)

    def best_matches(self, questions: Collection[MatchQuestion]) -> dict[int, int]:
        """By item id, the recording of each best candidate that is clearly better than others."""
        from rightsdesk.workspace.observing import best_matches

        return best_matches.best(questions)


def _check(form: SignInForm, answers: Mapping[str, str]) -> None:
    from rightsdesk.workspace.sign_in import form as signing_in
    from rightsdesk.workspace.sign_in.form import FormFlawed

    if flaws := signing_in.flaws(form, answers):
        raise FormFlawed(flaws)
