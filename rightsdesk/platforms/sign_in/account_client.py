"""A client for one account, and a second one without a sign-in.

Public data is requested without a sign-in. The answer is then what everyone sees, and the token is
sent no more often than needed.
"""

from collections.abc import Callable

from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.platforms.http.answer import Answer
from rightsdesk.platforms.http.client import Client, is_401, narrowed
from rightsdesk.platforms.http.limits import Limiter
from rightsdesk.platforms.sign_in.tokens import TokenSet, TokenSource


class AccountClient(Client):
    """A client with a sign-in; `public` has none and may have a limiter of its own.

    `client_id` is that of the app, if the platform has apps.
    """

    def __init__(
        self,
        base_url: str,
        *,
        limiter: Limiter,
        service: str,
        source: TokenSource,
        public_limiter: Limiter | None = None,
        client_id: str = "",
        auth_url: str = "",
        rejected: Callable[[Answer], bool] = is_401,
        clock: Clock = SYSTEM,
    ) -> None:
        super().__init__(
            base_url,
            limiter=limiter,
            service=service,
            authorize=source,
            auth_url=auth_url,
            rejected=rejected,
            clock=clock,
        )
        self.client_id = client_id
        self.limiter = limiter
        self.public = Client(
            base_url,
            limiter=public_limiter or limiter,
            service=service,
            auth_url=auth_url,
            clock=clock,
        )
        self._source = source

    @property
    def tokens(self) -> TokenSet:
        """The account's current tokens: a sign-out revokes them."""
        return self._source.tokens

    def close(self) -> None:
        """Close the connections of both clients."""
        super().close()
        self.public.close()


def account_client(client: Client) -> AccountClient:
    """Return the client, narrowed to `AccountClient`. Raises TypeError for any other type."""
    return narrowed(client, AccountClient)
