"""What a person connects: an address and a login, and whether the right one answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    Offline,
    ProxyTrouble,
)
from rightsdesk.platforms.interface import (
    BrowserPlatform,
    Identity,
    Platform,
    by_browser,
)
from rightsdesk.platforms.registry import platform_by_id
from rightsdesk.roster.accounts import AccountRecord
from rightsdesk.sentences import worded


@dataclass(frozen=True, slots=True)
class Login:
    """Where to connect and as whom: what a person enters, without secrets.

    Empty addresses mean the platform's own. `remote_id` is the expected login if the account is
    already known.
    """

    artist_id: int
    platform: Platform
    client_id: str = ""
    base_url: str = ""
    auth_url: str = ""
    port: int = 8765
    remote_id: str = ""

    @property
    def endpoints(self) -> Endpoints:
        """The platform's addresses for this account."""
        own = self.platform.endpoints
        return Endpoints(self.base_url or own.api, self.auth_url or self.base_url or own.auth)

    @classmethod
    def of(cls, account: AccountRecord) -> Login:
        """How a known account was connected."""
        return cls(
            artist_id=account.artist_id,
            platform=platform_by_id(account.platform),
            client_id=account.client_id,
            base_url=account.base_url,
            auth_url=account.auth_url,
            port=account.port,
            remote_id=account.remote_id,
        )


class AnotherLogin(KnownError):
    """An account was to be connected again, and another login answered."""

    cause = Cause.ANOTHER_LOGIN


def check_login(login: Login, identity: Identity) -> None:
    """Raise AnotherLogin if a known account is connected again with another login."""
    if login.remote_id not in ("", identity.remote_id):
        raise AnotherLogin(
            worded(
                "This is the login of {name}, which is not the account to connect again.",
                name=identity.name,
            ),
            untouched="Nothing was changed.",
            advice=worded(
                "Sign out of {name} in the browser first, or add it as an account of its own.",
                name=login.platform.name,
            ),
        )


@contextmanager
def doubting_address(login: Login, client: Client) -> Iterator[None]:
    """Add advice to check the address if a new address does not answer."""
    try:
        yield
    except Offline as error:
        # Proxy errors have their own advice, and so has the server that holds a site's files.
        other = isinstance(error, ProxyTrouble) or client.service not in error.sentence
        if not login.base_url or login.remote_id or other:
            raise
        raise Offline(
            error.sentence,
            advice=worded(
                "Check the address ({address}) and the internet connection.",
                address=login.base_url,
            ),
        ) from error


def browser_platform(platform: Platform) -> BrowserPlatform:
    """The platform as one with browser sign-in. Raises KnownError if it has none."""
    if by_browser(platform):
        return platform
    raise KnownError(
        worded("{name} is not connected through the browser.", name=platform.name),
        advice="Give the user name and an app password or token.",
    )
