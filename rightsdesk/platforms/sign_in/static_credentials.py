"""A sign-in that is always the same: a token or a pair of keys that a person made once."""

from rightsdesk.platforms.http.errors import NeedsReconnect


class FixedSignIn:
    """Shows one Authorization header, come what may: an `http.Authorizer`.

    There is nothing to renew: once the platform says no, only a person can make another.
    `advice` tells where. Raises `NeedsReconnect` for a secret that can't stand in a header.
    """

    def __init__(self, scheme: str, secret: str, *, service: str, advice: str) -> None:
        self._service = service
        self._advice = advice
        self._over = False
        # Visible ASCII only (RFC 9110, section 5.5): anything else could break out of it.
        if not secret or not all("!" <= char <= "~" for char in secret):
            raise self.give_up()
        self._header = f"{scheme} {secret}"

    def __repr__(self) -> str:
        return f"FixedSignIn({self._service!r})"

    def header(self) -> str:
        """The header's value. Raises `NeedsReconnect` once the platform said no to it."""
        if self._over:
            raise self.give_up()
        return self._header

    def renew(self, rejected: str) -> str:
        """Never another one: raises `NeedsReconnect`."""
        raise self.give_up()

    def give_up(self) -> NeedsReconnect:
        """Note that the platform does not accept it; the error to raise, now and later."""
        self._over = True
        return NeedsReconnect(
            f"{self._service} doesn't accept what this account was connected with.",
            advice=self._advice,
        )
