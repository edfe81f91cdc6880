"""An account's tokens, and the only place that renews them.

A refresh token can be used once (SoundCloud: soundcloud/api issue 124). So three things must never
happen: two renewals at once, use of a renewed token before it is stored, and a retry with a refused
refresh token. Two programs can share an account (the window and a nightly run). Each renews under a
lock, and first checks what the other has stored.
"""

import json
import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, TypeGuard

from rightsdesk.clock import SYSTEM, Clock
from rightsdesk.platforms.http.errors import (
    AppRefused,
    BadAnswer,
    NeedsReconnect,
    PlatformError,
    RenewedElsewhere,
    SignInOver,
)
from rightsdesk.sentences import worded

LEEWAY = timedelta(seconds=60)
"""A token is renewed this long before it expires, so that it can't expire on the way."""

LONGEST_LIFE = timedelta(days=3650)
LONGEST_SCOPE = 10_000


@dataclass(frozen=True, slots=True)
class TokenSet:
    """The tokens of one account. The repr shows no secret.

    `expires_at` (aware, UTC) is None if the platform did not say; `refresh_token` is "" if there is
    none. `scope` lists the granted scopes of this answer, "" for all requested ones; it is not
    stored.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    scope: str = field(default="", compare=False)

    def is_due(self, now: datetime) -> bool:
        """Whether to renew before the next call: the token is about to expire."""
        if self.expires_at is None or self.issued_at is None:
            return False
        # A token that lives a minute or less would otherwise be renewed for each call.
        leeway = min(LEEWAY, (self.expires_at - self.issued_at) / 2)
        return now >= self.expires_at - leeway

    def to_bytes(self) -> bytes:
        """Return the bytes for the vault, which encrypts them."""
        data = {
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "issued_at": self.issued_at.isoformat() if self.issued_at else None,
            "expires_at": self.expires_at.isoformat() if self.expires_at else None,
        }
        return json.dumps(data).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "TokenSet":
        """Read what `to_bytes` returned. Raises ValueError, without quoting the data."""
        try:
            values = json.loads(data)
            times = (values["issued_at"], values["expires_at"])
            issued_at, expires_at = (datetime.fromisoformat(t) if t else None for t in times)
            tokens = (values["access_token"], values["refresh_token"])
        except (ValueError, TypeError, KeyError):
            raise ValueError("these bytes are not a set of tokens") from None
        if not all(isinstance(token, str) for token in tokens):
            raise ValueError("these bytes are not a set of tokens")
        return cls(*tokens, issued_at, expires_at)

    @classmethod
    def from_answer(cls, data: Any, *, service: str, now: datetime) -> "TokenSet":
        """Read a token endpoint's answer (RFC 6749, section 5.1). Raises `BadAnswer`."""
        values: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        access, refresh = values.get("access_token"), values.get("refresh_token") or ""
        if not (is_token(access) and (refresh == "" or is_token(refresh))):
            raise BadAnswer(
                worded("{service} sent no usable sign-in.", service=service),
                advice="Try again later.",
            )
        life = _life(values.get("expires_in"))
        scope = values.get("scope")
        granted = scope if isinstance(scope, str) and len(scope) <= LONGEST_SCOPE else ""
        return cls(str(access), str(refresh), now, now + life if life else None, granted)


_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

NO_SESSION = TokenSet("none", "none", _LONG_AGO, _LONG_AGO)
"""No session yet, for accounts with a password. It has expired, so the first call opens one."""


class TokenSource:
    """An `http.Authorizer` with one account's current token, renewed when due.

    `renew` exchanges the refresh token for new tokens. `save` stores a token set durably: it is
    used only after `save` has returned. If `save` raises, the set is kept and saved at the next
    call, so that it isn't lost. `alone` is held meanwhile. `stored` returns the tokens stored now,
    or None. Make one source per account, for all its clients and threads.
    """

    def __init__(
        self,
        tokens: TokenSet,
        *,
        save: Callable[[TokenSet], None],
        renew: Callable[[str], TokenSet],
        service: str,
        scheme: str = "Bearer",
        clock: Clock = SYSTEM,
        alone: Callable[[], AbstractContextManager[None]] = nullcontext,
        stored: Callable[[], TokenSet | None] = lambda: None,
    ) -> None:
        self._tokens = tokens
        self._alone = alone
        self._stored = stored
        self._save = save
        self._renew_tokens = renew
        self._service = service
        self._scheme = scheme
        self._clock = clock
        self._unsaved: TokenSet | None = None
        self._over: PlatformError | None = None
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"TokenSource({self._service!r})"

    @property
    def tokens(self) -> TokenSet:
        """The current tokens, also those that could not be saved yet."""
        with self._lock:
            return self._unsaved or self._tokens

    def header(self) -> str:
        """Return the Authorization header. Renews first if the token is about to expire."""
        with self._lock:
            self._settle()
            if self._tokens.refresh_token and self._is_due():
                self._refresh(self._is_due)
            return self._value()

    def renew(self, rejected: str) -> str:
        """Return the header after a 401 to `rejected`.

        The token is renewed, unless another thread or program just renewed it.
        """
        with self._lock:
            self._settle()
            if self._value() == rejected:
                self._refresh(lambda: self._value() == rejected)
            return self._value()

    def give_up(self) -> PlatformError:
        """Return the error for renewed tokens that were rejected, too. Every later call raises it.

        If another program has stored newer tokens since, it is `RenewedElsewhere`, once.
        """
        with self._lock:
            if self._adopt():
                return RenewedElsewhere(
                    "Another RightsDesk window or run has renewed this sign-in meanwhile.",
                    advice="Try again.",
                )
            error = self._reconnect()
            self._over = error
            return error

    def _is_due(self) -> bool:
        return self._tokens.is_due(self._clock.now())

    def _adopt(self) -> bool:
        """Take over tokens that another program has stored. Return whether there were any."""
        stored = self._stored()
        if stored is None or stored == self._tokens:
            return False
        self._tokens = stored
        return True

    def _value(self) -> str:
        return f"{self._scheme} {self._tokens.access_token}"

    def _settle(self) -> None:
        if self._over:
            # A new object: raising the same one again would collect tracebacks of several threads.
            raise type(self._over)(self._over.sentence, advice=self._over.advice)
        if self._unsaved:
            self._save(self._unsaved)
            self._tokens, self._unsaved = self._unsaved, None

    def _refresh(self, needed: Callable[[], bool]) -> None:
        """Renew, unless the tokens stored by another program make it unnecessary: see `needed`."""
        with self._alone():
            if self._adopt() and not needed():
                return
            old = self._tokens.refresh_token
            if not old:
                self._over = error = self._reconnect()
                raise error
            try:
                new = self._renew_tokens(old)
            except (NeedsReconnect, AppRefused) as error:
                # A program that does not hold the lock may have been faster.
                if self._adopt():
                    return
                self._over = error
                raise
            # Google keeps the refresh token and omits it from the answer.
            self._unsaved = new if new.refresh_token else replace(new, refresh_token=old)
            self._settle()

    def _reconnect(self) -> NeedsReconnect:
        return needs_reconnect(self._service)


def needs_reconnect(service: str) -> NeedsReconnect:
    """Return the error for a sign-in that has ended."""
    return NeedsReconnect(
        worded("{service} no longer accepts this account's sign-in.", service=service),
        advice="Connect the account again. Nothing is lost by that.",
    )


def sign_in_over(service: str) -> SignInOver:
    """Return the error for a refresh token that was refused for good."""
    error = needs_reconnect(service)
    return SignInOver(error.sentence, advice=error.advice)


def is_token(value: object) -> TypeGuard[str]:
    """Whether it is visible ASCII (RFC 6749, appendix A.12): others could inject headers."""
    return (
        isinstance(value, str) and 0 < len(value) <= 16_384 and all("!" <= c <= "~" for c in value)
    )


def _life(value: object) -> timedelta | None:
    """Return `expires_in`: seconds, as a number or (some servers) as text."""
    try:
        seconds = float(str(value))
    except ValueError:
        return None
    if not math.isfinite(seconds) or seconds <= 0:
        return None
    return timedelta(seconds=min(seconds, LONGEST_LIFE.total_seconds()))
