"""The artists' logins: connected, read, checked, removed."""

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
from rightsdesk.roster import accounts as account_store
from rightsdesk.roster import artists as roster
from rightsdesk.roster import login_names
from rightsdesk.workspace import finding
from rightsdesk.workspace.status import roster_view
from rightsdesk.workspace.types import (
    Account,
    NoAccount,
    Question,
)
from rightsdesk.workspace.use_cases.core import Core

if TYPE_CHECKING:
    from rightsdesk.workspace.observing import reading, scheduled_check
    from rightsdesk.workspace.sign_in.connections import Connections, PendingSignIn
    from rightsdesk.workspace.sign_in.form import SignInForm

NOT_STORED = "{} has to be given again: it was stored with the sign-in that does not open any more."

KNOWN_BY_ID = frozenset({"bluesky"})
"""Where the account's lasting name is enough to sign in with a new password."""


class Accounts:
    """The artists' logins: connected, read, checked, removed.

    Every method may be called from any thread.
    """

    def __init__(self, core: Core) -> None:
        self._database = core.database
        self._core = core
        self._clock = core.clock

    @property
    def _connections(self) -> Connections:
        return self._core.connections

    def all(self, artist_id: int | None = None) -> list[Account]:
        """The logins of an artist, or of all."""
        return roster_view.logins(self._database, artist_id)

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

        Raises FormFlawed for what can be seen to be wrong before a browser opens.
        """
        from rightsdesk.platforms.registry import platform_by_id
        from rightsdesk.workspace.sign_in import form as signing_in
        from rightsdesk.workspace.sign_in.connections import Login, PendingSignIn

        roster.artist_by_id(self._database, artist_id)
        given = {"client_id": client_id, "client_secret": client_secret}
        _check(signing_in.form_of(platform), given | {"base_url": base_url, "auth_url": auth_url})
        there = platform_by_id(platform)
        login = Login(artist_id, there, client_id.strip(), base_url, auth_url, port)
        return PendingSignIn(self._connections, login, client_secret.strip())

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
        """Connect an account by an app password or an API token. `fingerprint` is that of a
        server's key to which a person agreed (SFTP). Raises FormFlawed, and UnknownHost for a
        server whose key nobody has agreed to yet."""
        from rightsdesk.platforms.registry import platform_by_id
        from rightsdesk.platforms.sign_in.credentials import Credentials
        from rightsdesk.workspace.sign_in import form as signing_in
        from rightsdesk.workspace.sign_in.connections import Login

        roster.artist_by_id(self._database, artist_id)
        given = {"identifier": identifier, "secret": secret, "base_url": base_url}
        _check(signing_in.form_of(platform), given)
        login = Login(artist_id, platform_by_id(platform), base_url=base_url)
        credentials = Credentials(identifier=identifier, secret=secret, host_key=fingerprint)
        return self.one(self._connections.finish(login, credentials))

    def reconnect(
        self, account_id: int, *, client_id: str = "", client_secret: str = ""
    ) -> PendingSignIn:
        """Start a new sign-in for an account that is known; what is empty stays as it was.

        Its end raises AnotherLogin where somebody else's login answers in the browser.
        """
        from rightsdesk.workspace.sign_in import form as signing_in
        from rightsdesk.workspace.sign_in.connections import Login, PendingSignIn

        login = Login.of(account_store.account_by_id(self._database, account_id))
        login = replace(login, client_id=client_id.strip() or login.client_id)
        given = {"client_id": login.client_id, "client_secret": client_secret}
        form = signing_in.form_of(login.platform.id).again
        _check(form, given | {"base_url": login.base_url})
        secret = client_secret.strip() or self._connections.known(account_id).client_secret
        return PendingSignIn(self._connections, login, secret)

    def renew(
        self, account_id: int, *, secret: str, identifier: str = "", fingerprint: str = ""
    ) -> Account:
        """Give an account that is known a new password or token; what is empty stays as it was.

        Raises FormFlawed, and AnotherLogin where they open somebody else's login. A server
        that was known by its key has to show the same one, unless it is another now, or a
        person agreed to the `fingerprint` of a new key.
        """
        from rightsdesk.platforms.sign_in.credentials import Credentials
        from rightsdesk.workspace.sign_in import form as signing_in
        from rightsdesk.workspace.sign_in.connections import Login
        from rightsdesk.workspace.sign_in.form import FormFlawed, Part

        login = Login.of(account_store.account_by_id(self._database, account_id))
        given = {"identifier": identifier, "secret": secret}
        _check(signing_in.form_of(login.platform.id).again, given)
        known = self._connections.known(account_id)
        place = identifier.strip() or known.identifier
        if not place and login.platform.id not in KNOWN_BY_ID:
            for asked in signing_in.form_of(login.platform.id).asks:
                if asked.part is Part.IDENTIFIER and not asked.optional:
                    raise FormFlawed({Part.IDENTIFIER.value: NOT_STORED.format(asked.label)})
        credentials = Credentials(
            identifier=place,
            secret=secret or known.secret,
            host_key=fingerprint or (known.host_key if place == known.identifier else ""),
        )
        by_id = not identifier.strip()
        return self.one(self._connections.finish(login, credentials, as_known=by_id))

    def one(self, account_id: int) -> Account:
        """One account by its id. Raises KnownError where it is gone."""
        return roster_view.login(self._database, account_id)

    def confirm(self, account_id: int) -> Account:
        """Note a person's word that an unconfirmed login is its artist's: now it can act."""
        self._connections.confirm(account_id)
        return self.one(account_id)

    def namesake(self, account_id: int) -> str:
        """The other artist of the roster after whom the login is named; "" for none."""
        mine = self.one(account_id)
        artist = roster.artist_by_id(self._database, mine.artist_id)
        others = (o.name for o in roster.all_artists(self._database) if o.id != artist.id)
        return login_names.better_fit(artist.name, mine.name, others)

    def check(self, account_id: int) -> Account:
        """Ask the platform whether the sign-in still holds."""
        self._connections.check(account_id)
        return self.one(account_id)

    def unlock_vault(self) -> None:
        """Open what keeps the logins, making it at first. Raises vault errors; where `lost`, or
        where a passphrase is lost, `new_vault_key` helps."""
        self._connections.unlock()

    def locked_out(self) -> list[Account]:
        """The accounts with a stored login: those that a lost vault key concerns."""
        concerned = {one.id for one in account_store.with_secrets(self._database)}
        return [one for one in self.all() if one.id in concerned]

    def has_stored_login(self, account_id: int) -> bool:
        """Whether what the account was connected with can still be used. Raises vault errors."""
        from rightsdesk.platforms.sign_in.credentials import Credentials

        return self._connections.known(account_id) != Credentials()

    def new_vault_key(self) -> list[Account]:
        """Make a new vault key, where the one before is lost; the accounts that have to be
        connected again. Raises vault errors; then nothing was changed."""
        concerned = self.locked_out()
        self._connections.new_vault_key()
        return concerned

    def set_passphrase(self, passphrase: str) -> None:
        """Let a passphrase open the stored logins, in place of an earlier one; a keyring that
        has their key keeps it. Raises PassphraseTooWeak and vault errors."""
        self._connections.set_passphrase(passphrase)

    def vault_kept_by(self) -> str:
        """What opens the stored logins: "keyring", "passphrase", "keyring and passphrase", or ""
        while there are none."""
        return self._connections.vault_kept_by

    def remove(self, account_id: int) -> str:
        """Sign out and forget an account; a sentence where the platform could not be told."""
        from rightsdesk.workspace.observing import linking

        told = self._connections.remove(account_id)
        linking.forget_own(self._database, account_id)
        return told

    def read_items(
        self,
        account_id: int,
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> int:
        """Read an account's items from the platform and link them to recordings; how many."""
        from rightsdesk.workspace.observing import reading

        there = self._database, self._connections
        return reading.read_account(*there, account_id, progress, cancel or Never())

    def read_accounts(
        self,
        account_ids: Collection[int] = (),
        *,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> reading.Read:
        """Read these accounts, or all; those of different hosts side by side. What could not
        be read is told in its `notes`. Raises NoAccount."""
        from rightsdesk.workspace.observing import reading

        found = account_store.all_accounts(self._database)
        meant = [one for one in found if not account_ids or one.id in account_ids]
        if not meant:
            raise NoAccount
        there = self._database, self._connections
        return reading.read_accounts(*there, meant, progress, cancel or Never())

    def check_interval(self) -> scheduled_check.CheckInterval:
        """How often RightsDesk looks at the platforms by itself."""
        from rightsdesk.workspace.observing import scheduled_check

        return scheduled_check.interval(self._database)

    def set_check_interval(self, every: scheduled_check.CheckInterval) -> None:
        """Let RightsDesk look at the platforms by itself, or no longer."""
        from rightsdesk.workspace.observing import scheduled_check

        scheduled_check.set_interval(self._database, every)

    def check_due(self, now: datetime | None = None) -> datetime | None:
        """When the next such look is due, which may be over; None where none is wanted.

        What is compared with a moment has to be asked for that moment: one that is due at once
        would else be due a moment later.
        """
        from rightsdesk.workspace.observing import scheduled_check

        return scheduled_check.due(self._database, now or self._clock.now())

    def check_all(
        self, *, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> scheduled_check.CheckResult:
        """Look at all platforms: what changed there since the last look. Raises NoAccount."""
        from rightsdesk.workspace.observing import scheduled_check

        there = self._database, self._connections, self._clock.now()
        return scheduled_check.check_all(*there, progress, cancel or Never())

    def questions(self, artist_id: int | None = None) -> list[Question]:
        """Items of which it is not certain which recording they are."""
        from rightsdesk.workspace.observing import linking

        return linking.questions(self._database, artist_id)

    def item_named(self, item_id: int) -> tuple[str, str]:
        """What a track on a platform is called there, and whose it is. Raises KnownError."""
        return finding.item_named(self._database, item_id)

    def answer(self, item_id: int, recording_id: int | None) -> None:
        """Say which recording an item is; None: none of them. It is remembered."""
        from rightsdesk.workspace.observing import linking

        linking.answer(self._database, item_id, recording_id)


def _check(form: SignInForm, given: Mapping[str, str]) -> None:
    from rightsdesk.workspace.sign_in import form as signing_in
    from rightsdesk.workspace.sign_in.form import FormFlawed

    if flaws := signing_in.flaws(form, given):
        raise FormFlawed(flaws)
