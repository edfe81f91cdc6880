"""What a platform is given to act for an account, in one value.

`Platform.client` takes the parts one by one, as those who call it have them; inside, they go
together from hand to hand.
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
    """Where an account is, what opens it, and whom to ask before a call.

    `remote_id` is the account's lasting name on the platform, "" while that is not known.
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
        """What the vault holds now: another program may have changed it."""
        return self.renewal.stored() or self.credentials

    def latest_tokens(self) -> TokenSet | None:
        """The tokens that the vault holds now."""
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
        """The limiter of the API's host, for whatever the platform counts calls by: a client
        id, an account, a zone. Raises `AddressRefused` for an address that can't be used."""
        return self.limits.of(
            service=service,
            host=str(origin_of(self.endpoints.api)),
            client_id=counted_as,
            per_second=per_second,
            quota=quota,
        )


class ByAccess(ABC):
    """`Platform.client`, for a platform that says how to connect with an `Access`."""

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
        """A client that acts for the account: see `Platform.client`, and `connected`."""
        access = Access(endpoints, client_id, credentials, save, limits, clock, renewal, remote_id)
        return self.connected(access)

    @abstractmethod
    def connected(self, access: Access) -> Client:
        """A client that acts for the account."""
