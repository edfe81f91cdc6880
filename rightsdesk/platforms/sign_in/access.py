"""Everything a platform needs to act for an account, in one value.

`Platform.client` takes the parts as separate arguments; inside, they are passed on as an `Access`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.platforms.http.address import Endpoints, origin_of
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.limits import Limiter, Limits
from rightsdesk.platforms.http.quota import Quota
from rightsdesk.platforms.sign_in.credentials import ON_ITS_OWN, Credentials, Renewal
from rightsdesk.platforms.sign_in.tokens import TokenSet


@dataclass(frozen=True, slots=True)
class Access:
    """Where an account is, its secrets, and its rate limits.

    `remote_id` is the account's lasting id on the platform, "" if it is not known yet.
    """

    endpoints: Endpoints
    client_id: str
    credentials: Credentials
    save: Callable[[Credentials], None]
    limits: Limits
    clock: Clock
    renewal: Renewal = ON_ITS_OWN
    remote_id: str = ""

    @property
    def latest(self) -> Credentials:
        """The credentials in the vault now: another program may have changed them."""
        return self.renewal.stored() or self.credentials

    def latest_tokens(self) -> TokenSet | None:
        """Return the tokens in the vault now; None if there are none."""
        stored = self.renewal.stored()
        return stored.tokens if stored else None

    def limiter(
        self,
        service: str,
        counted_as: str,
        *,
        per_second: float | None = None,
        quota: Quota | None = None,
    ) -> Limiter:
        """Return the limiter of the API's host for `counted_as`.

        That is what the platform counts calls by: a client id, an account, a zone. Raises
        `AddressRefused` for an address that can't be used.
        """
        return self.limits.of(
            service=service,
            host=str(origin_of(self.endpoints.api)),
            client_id=counted_as,
            per_second=per_second,
            quota=quota,
        )


class ByAccess(ABC):
    """Implements `Platform.client` for platforms that connect with an `Access`."""

    def client(
        self,
        endpoints: Endpoints,
        client_id: str,
        credentials: Credentials,
        *,
        save: Callable[[Credentials], None],
        limits: Limits,
        clock: Clock = SYSTEM,
        renewal: Renewal = ON_ITS_OWN,
        remote_id: str = "",
    ) -> Client:
        """Return a client that acts for the account: see `Platform.client` and `connected`."""
        access = Access(endpoints, client_id, credentials, save, limits, clock, renewal, remote_id)
        return self.connected(access)

    @abstractmethod
    def connected(self, access: Access) -> Client:
        """Return a client that acts for the account."""
