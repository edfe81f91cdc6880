"""A sign-in that never changes: a token or a pair of keys that a person made."""

from rightsdesk.platforms.http.errors import NeedsReconnect
from rightsdesk.sentences import worded


class FixedSignIn:
    """An `http.Authorizer` that always sends the same Authorization header.

    It can't be renewed: after a refusal, only a person can make a new secret. `advice` says where.
    Raises `NeedsReconnect` for a secret that is not valid in a header.
    """

    def __init__(self, scheme: str, secret: str, *, service: str, advice: str) -> None:
        self._service = service
        self._advice = advice
        self._over = False
        # Visible ASCII only (RFC 9110, section 5.5): other characters could inject headers.
        if not secret or not all("!" <= char <= "~" for char in secret):
            raise self.give_up()
        self._header = f"{scheme} {secret}"

    def __repr__(self) -> str:
        return f"FixedSignIn({self._service!r})"

    def header(self) -> str:
        """Return the header's value. Raises `NeedsReconnect` after the platform refused it."""
        if self._over:
            raise self.give_up()
        return self._header

    def renew(self, rejected: str) -> str:
        """Raise `NeedsReconnect`: it can't be renewed."""
        raise self.give_up()

    def give_up(self) -> NeedsReconnect:
        """Record that the platform refused it. Return the error to raise now and later."""
        self._over = True
        return NeedsReconnect(
            worded("{service} no longer accepts this account's sign-in.", service=self._service),
            advice=self._advice,
        )
