"""A sign-in that waits for the browser."""

from __future__ import annotations

from collections.abc import Callable

from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.workspace.sign_in.connections import Connections
from rightsdesk.workspace.sign_in.login import Login


class PendingSignIn:
    """A sign-in in progress: open `url` in the browser, then call `finish`."""

    def __init__(self, connections: Connections, login: Login, client_secret: str) -> None:
        self._connections = connections
        self._login = login
        self._client_secret = client_secret
        self._sign_in = connections.begin(login, client_secret)
        self.url = self._sign_in.url
        self.redirect_uri = self._sign_in.redirect_uri
        """The address on this computer to which the browser brings the answer."""
        self.to_register = self._sign_in.to_register
        """What to register at the platform if its page shows an error."""

    def take(self, address: str) -> bool:
        """Take the answer from the address that another browser was sent to.

        Returns whether the address belongs to this sign-in.
        """
        return self._sign_in.take(address)

    def finish(self, cancelled: Callable[[], bool] = lambda: False) -> int:
        """Wait for the browser's answer and store the account. Returns its id."""
        tokens = self._sign_in.wait(cancelled=cancelled)
        credentials = Credentials(client_secret=self._client_secret, tokens=tokens)
        lacks = self._sign_in.lacks(tokens)
        return self._connections.finish(self._login, credentials, lacks=lacks)

    def cancel(self) -> None:
        """Stop waiting."""
        self._sign_in.cancel()
        self._sign_in.close()
