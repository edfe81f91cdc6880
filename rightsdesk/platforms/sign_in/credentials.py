"""The secrets of an account, stored in the vault as one value for every platform."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from rightsdesk.platforms.sign_in.tokens import TokenSet


@dataclass(frozen=True, slots=True)
class Credentials:
    """The secrets of one account. The repr shows none of them.

    Platforms with a browser sign-in use `client_secret` and `tokens`. Those with an app password or
    an API token use `identifier` (a handle, a user name, a zone, …) and `secret`, and may store a
    session in `tokens`. `host_key` is the key of a server (SFTP), or the confirmed fingerprint of a
    server before the first connection. It is not secret, but must not be changed by others.
    `overwrites`: the server (SFTP) is known to write into existing files.
    """

    client_secret: str = field(default="", repr=False)
    identifier: str = ""
    secret: str = field(default="", repr=False)
    tokens: TokenSet | None = None
    host_key: str = ""
    overwrites: bool = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """All values that must stay secret."""
        tokens = self.tokens
        held = (tokens.access_token, tokens.refresh_token or "") if tokens else ()
        return tuple(value for value in (self.client_secret, self.secret, *held) if value)

    def to_bytes(self) -> bytes:
        """Return the bytes for the vault, which encrypts them."""
        data = {
            "client_secret": self.client_secret,
            "identifier": self.identifier,
            "secret": self.secret,
            "tokens": self.tokens.to_bytes().decode() if self.tokens else "",
            "host_key": self.host_key,
            "overwrites": self.overwrites,
        }
        return json.dumps({name: value for name, value in data.items() if value}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Credentials:
        """Read what `to_bytes` returned. Raises ValueError, without quoting the data."""
        try:
            values = json.loads(data)
            texts = {name: values.get(name, "") for name in _TEXTS}
        except (ValueError, AttributeError):
            raise ValueError("these bytes are not credentials") from None
        if not all(isinstance(text, str) for text in texts.values()):
            raise ValueError("these bytes are not credentials")
        tokens = texts.pop("tokens")
        kept = TokenSet.from_bytes(tokens.encode()) if tokens else None
        return cls(**texts, tokens=kept, overwrites=values.get("overwrites") is True)


_TEXTS = ("client_secret", "identifier", "secret", "tokens", "host_key")


@dataclass(frozen=True, slots=True)
class Renewal:
    """Synchronises renewals of one account, also between programs.

    `alone` is held while a sign-in is renewed. `stored` returns what the vault holds now, or None.
    Another program may have renewed the sign-in meanwhile.
    """

    alone: Callable[[], AbstractContextManager[None]] = nullcontext
    stored: Callable[[], Credentials | None] = lambda: None


ON_ITS_OWN = Renewal()
"""For an account that no other program uses."""
