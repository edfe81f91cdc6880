"""A client that stands for one account, and beside it one that stands for nobody.

What anybody may read is asked for without showing a sign-in: it then tells what the world
sees, and a token goes no further than it has to.
"""

from collections.abc import Callable

from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.platforms.http.answer import Answer
from rightsdesk.platforms.http.client import Client, is_401
from rightsdesk.platforms.http.limits import Limiter
from rightsdesk.platforms.sign_in.tokens import TokenSet, TokenSource


class AccountClient(Client):
    """`public` shows no sign-in and can have a limiter of its own.

    `client_id` is that of the app, where there is one.
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
        """The account's tokens as they are now: what ends with a sign-out."""
        return self._source.tokens

    def close(self) -> None:
        """Close the connections of both."""
        super().close()
        self.public.close()


def account_client(client: Client) -> AccountClient:
    """The client as what the platform made it. Raises TypeError for any other."""
    if not isinstance(client, AccountClient):
        raise TypeError("this is not a client that the platform made")
    return client
