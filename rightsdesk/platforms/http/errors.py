"""What can go wrong between us and a platform, each cause with its sentence.

No text here ever holds a token, a code or a client secret: an error is shown, logged and
copied into mails.
"""

from collections.abc import Mapping
from datetime import datetime

from rightsdesk.errors import KnownError


class PlatformError(KnownError):
    """Something between us and a platform went wrong.

    `stops` means the account: there is no point in going on with it for now. `details` are
    the plain values at the top of the platform's error answer, already cleaned for showing.
    """

    cause = "platform"

    def __init__(
        self,
        sentence: str,
        *,
        advice: str = "",
        untouched: str = "",
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence, advice=advice, untouched=untouched)
        self.details: Mapping[str, str] = dict(details or {})


class Offline(PlatformError):
    """The platform could not be reached, or did not answer in time."""

    cause = "offline"
    stops = True
    unsure = True


class ProxyTrouble(Offline):
    """The proxy between us and the platform is not there, or says no."""

    cause = "proxy"


class TrustUnreadable(PlatformError):
    """The environment names certificates to trust, and they are not there."""

    cause = "trust-unreadable"
    stops = True


class AddressRefused(PlatformError):
    """An address that we don't talk to: not encrypted, not the expected host, not valid."""

    cause = "address-refused"
    stops = True


class UnknownHost(AddressRefused):
    """A server shows a key that nobody has looked at yet. `fingerprint` is what to compare."""

    cause = "unknown-host"

    def __init__(self, host: str, fingerprint: str) -> None:
        super().__init__(
            f"{host} is not known yet. The fingerprint of its key is {fingerprint}.",
            untouched="Nothing was sent to it.",
            advice="Compare it with the fingerprint that your host names, and connect the site "
            "only if it is the same.",
        )
        self.host = host
        self.fingerprint = fingerprint


class BadAnswer(PlatformError):
    """The answer was cut off, too large, or not what the platform's description promises."""

    cause = "bad-answer"
    unsure = True


class BrokenOff(BadAnswer):
    """The answer broke off on its way, also when asked again."""

    wears_out = True


class ServerTrouble(PlatformError):
    """The platform failed on its side (a 5xx answer), also when asked again."""

    cause = "server-trouble"
    wears_out = True
    unsure = True


class RateLimited(PlatformError):
    """The platform wants no more requests before `until` (aware, UTC)."""

    cause = "rate-limited"
    stops = True

    def __init__(
        self,
        sentence: str,
        *,
        until: datetime,
        advice: str = "",
        untouched: str = "",
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence, advice=advice, untouched=untouched, details=details)
        self.until = until

    @property
    def due(self) -> datetime | None:
        """When calls are taken again."""
        return self.until


class SpamWarning(RateLimited):
    """The platform took our changes for spam: the batch has to stop, and a person to look."""

    cause = "spam-warning"

    @property
    def due(self) -> None:
        """Never by itself."""
        return None


class NeedsReconnect(PlatformError):
    """The account's sign-in no longer holds: only a person can renew it. Never retried."""

    cause = "needs-reconnect"
    stops = True
    stays_open = True


class SignInOver(NeedsReconnect):
    """What the account was kept connected by was refused for good (RFC 6749: `invalid_grant`).

    It is forgotten, so that no later run shows it again either.
    """


class AccountAway(NeedsReconnect):
    """The account has moved to another server, or is deactivated or closed: the sign-in is not
    to blame, and is kept."""

    cause = "account-away"


class RenewedElsewhere(PlatformError):
    """Another RightsDesk on the same data renewed the sign-in meanwhile."""

    cause = "renewed-elsewhere"
    stops = True
    stays_open = True


class Refused(PlatformError):
    """The platform understood and said no (400, 403, 409, 422)."""

    cause = "refused"


class ChangedThere(PlatformError):
    """Somebody changed it on the platform since it was read: it was left as it is now."""

    cause = "changed-since"
    skips = True


class DoesNotFit(PlatformError):
    """What is to be written is longer than the platform takes: nothing was sent."""

    cause = "does-not-fit"


class Ignored(PlatformError):
    """The platform said yes to a change and did not make it, so far."""

    cause = "ignored"
    accepted = True


class ItemGone(PlatformError):
    """What was asked for is not there, or not ours to see (404, 410)."""

    cause = "item-gone"


class SignInFailed(PlatformError):
    """A sign-in ended without an account being connected."""

    cause = "sign-in-failed"


class SignInRefused(SignInFailed):
    """The person, or the platform, said no on the sign-in page."""

    cause = "sign-in-refused"


class SignInTimedOut(SignInFailed):
    """Nobody answered the sign-in page in time."""

    cause = "sign-in-timed-out"


class SignInCancelled(SignInFailed):
    """The person stopped the sign-in in RightsDesk."""

    cause = "sign-in-cancelled"


class PortTaken(SignInFailed):
    """Another program uses the port to which the browser would bring the answer."""

    cause = "port-taken"


class RedirectRefused(SignInFailed):
    """The redirect address is not registered for the app."""

    cause = "redirect-refused"


class AppRefused(SignInFailed):
    """The platform doesn't know the client id, or the client secret is wrong."""

    cause = "app-refused"
    stops = True
    stays_open = True
