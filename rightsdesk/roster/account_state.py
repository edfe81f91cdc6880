"""States of an account's sign-in."""

from enum import StrEnum


class AccountState(StrEnum):
    """State of an account's sign-in.

    `unconfirmed`: the login's name is not its artist's. It is not used until a person confirms it.
    """

    CONNECTED = "connected"
    RECONNECT = "reconnect"
    UNCHECKED = "unchecked"
    UNCONFIRMED = "unconfirmed"
