"""What opens an account: kept in the vault as one small secret, whatever the platform asks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from rightsdesk.platforms.sign_in.tokens import TokenSet


@dataclass(frozen=True, slots=True)
class Credentials:
    """The secrets of one account. No secret shows in its repr.

    Platforms with a sign-in through the browser use `client_secret` and `tokens`; those with
    an app password or an API token use `identifier` (a handle, a user name, a zone, …) and
    `secret`, and may keep a session in `tokens`. `host_key` is the key by which a server is
    known (SFTP), or the fingerprint of one that a person agreed to and that was not met yet: no
    secret, but nobody else may change it.
    """

    client_secret: str = field(default="", repr=False)
    identifier: str = ""
    secret: str = field(default="", repr=False)
    tokens: TokenSet | None = None
    host_key: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """All of it that nobody else may see."""
        tokens = self.tokens
        held = (tokens.access_token, tokens.refresh_token or "") if tokens else ()
        return tuple(one for one in (self.client_secret, self.secret, *held) if one)

    def to_bytes(self) -> bytes:
        """For the vault, which encrypts it."""
        data = {
            "client_secret": self.client_secret,
            "identifier": self.identifier,
            "secret": self.secret,
            "tokens": self.tokens.to_bytes().decode() if self.tokens else "",
            "host_key": self.host_key,
        }
        return json.dumps({name: value for name, value in data.items() if value}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Credentials:
        """What `to_bytes` gave. Raises ValueError, which quotes nothing of it, for other data."""
        try:
            values = json.loads(data)
            texts = {name: values.get(name, "") for name in _TEXTS}
        except (ValueError, AttributeError):
            raise ValueError("these bytes are not credentials") from None
        if not all(isinstance(text, str) for text in texts.values()):
            raise ValueError("these bytes are not credentials")
        tokens = texts.pop("tokens")
        kept = TokenSet.from_bytes(tokens.encode()) if tokens else None
        return cls(**texts, tokens=kept)


_TEXTS = ("client_secret", "identifier", "secret", "tokens", "host_key")


@dataclass(frozen=True, slots=True)
class Renewal:
    """How renewals of one account keep out of each other's way, also between programs.

    `alone` is held while a sign-in is renewed. `stored` gives what the vault holds now, None
    where it holds nothing: another program may have renewed it meanwhile.
    """

    alone: Callable[[], AbstractContextManager[None]] = nullcontext
    stored: Callable[[], Credentials | None] = lambda: None


ON_ITS_OWN = Renewal()
"""For an account that no other program uses."""
