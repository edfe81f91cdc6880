"""How the sign-in of an account stands."""

from enum import StrEnum


class AccountState(StrEnum):
    """How the sign-in of an account stands. `unconfirmed`: a login whose name is not its
    artist's, until somebody has said whose it is; it is not used before."""

    CONNECTED = "connected"
    RECONNECT = "reconnect"
    UNCHECKED = "unchecked"
    UNCONFIRMED = "unconfirmed"
