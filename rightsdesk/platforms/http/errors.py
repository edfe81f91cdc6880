"""Errors between us and a platform: one class and sentence per cause.

No text here ever holds a token, a code or a client secret: errors are shown, logged and copied into
mails.
"""

from collections.abc import Mapping
from datetime import datetime

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded


class PlatformError(KnownError):
    """Something went wrong between us and a platform.

    `stops` means that more requests for this account make no sense for now. `details` are the plain
    values at the top of the platform's error answer, already cleaned for display.
    """

    cause = Cause.PLATFORM

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

    cause = Cause.OFFLINE
    stops = True
    unsure = True


class ProxyTrouble(Offline):
    """The proxy between us and the platform is unreachable or refuses."""

    cause = Cause.PROXY


class TrustUnreadable(PlatformError):
    """The environment names trusted certificates that don't exist."""

    cause = Cause.TRUST_UNREADABLE
    stops = True


class AddressRefused(PlatformError):
    """An address we don't talk to: not encrypted, not the expected host, or not valid."""

    cause = Cause.ADDRESS_REFUSED
    stops = True


class UnknownHost(AddressRefused):
    """A server shows a key that was not confirmed yet; `fingerprint` is for comparison."""

    cause = Cause.UNKNOWN_HOST

    def __init__(self, host: str, fingerprint: str) -> None:
        super().__init__(
            worded(
                "{host} is not known yet. The fingerprint of its key is {fingerprint}.",
                host=host,
                fingerprint=fingerprint,
            ),
            untouched="Nothing was sent to it.",
            advice="Compare it with the fingerprint that your web host publishes. Connect the site "
            "only if it is the same.",
        )
        self.host = host
        self.fingerprint = fingerprint


class BadAnswer(PlatformError):
    """The answer was cut off, too large, or not in the documented format."""

    cause = Cause.BAD_ANSWER
    unsure = True


class BrokenOff(BadAnswer):
    """The answer ended early, also after a retry."""

    wears_out = True


class ServerTrouble(PlatformError):
    """The platform failed on its side (a 5xx answer), also after a retry."""

    cause = Cause.SERVER_TROUBLE
    wears_out = True
    unsure = True


class RateLimited(PlatformError):
    """The platform accepts no requests before `until` (aware, UTC)."""

    cause = Cause.RATE_LIMITED
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
        """When requests are accepted again."""
        return self.until


class SpamWarning(RateLimited):
    """The platform took our changes for spam: the batch stops and a person has to check."""

    cause = Cause.SPAM_WARNING

    @property
    def due(self) -> None:
        """Always None: this never ends without a person."""
        return None


class NeedsReconnect(PlatformError):
    """The account's sign-in no longer works. Never retried: only a person can renew it."""

    cause = Cause.NEEDS_RECONNECT
    stops = True
    stays_open = True


class SignInOver(NeedsReconnect):
    """The stored sign-in was refused for good (RFC 6749: `invalid_grant`).

    It is deleted, so that no later run sends it again.
    """


class AccountAway(NeedsReconnect):
    """The account moved to another server, or is deactivated or closed. The sign-in is kept."""

    cause = Cause.ACCOUNT_AWAY


class RenewedElsewhere(PlatformError):
    """Another RightsDesk with the same data renewed the sign-in meanwhile."""

    cause = Cause.RENEWED_ELSEWHERE
    stops = True
    stays_open = True


class Refused(PlatformError):
    """The platform understood the request and refused it (400, 403, 409, 422)."""

    cause = Cause.REFUSED


class ChangedThere(PlatformError):
    """The item changed on the platform since it was read. It was left untouched."""

    cause = Cause.CHANGED_SINCE
    skips = True


def changed_on_site(path: str) -> ChangedThere:
    """The error for a site's file that changed since the preview."""
    return ChangedThere(
        worded("{path} was changed by another program or person since the preview.", path=path),
        untouched="It was left unchanged.",
        advice="Check the site again, then repeat.",
    )


class DoesNotFit(PlatformError):
    """The text is longer than the platform allows. Nothing was sent."""

    cause = Cause.DOES_NOT_FIT


class Ignored(PlatformError):
    """The platform accepted a change and has not made it so far."""

    cause = Cause.IGNORED
    accepted = True


class ItemGone(PlatformError):
    """The item does not exist, or is not visible to us (404, 410)."""

    cause = Cause.ITEM_GONE


class SignInFailed(PlatformError):
    """A sign-in ended without a connected account."""

    cause = Cause.SIGN_IN_FAILED


class SignInRefused(SignInFailed):
    """The person or the platform refused on the sign-in page."""

    cause = Cause.SIGN_IN_REFUSED


class SignInTimedOut(SignInFailed):
    """The sign-in page was not answered in time."""

    cause = Cause.SIGN_IN_TIMED_OUT


class SignInCancelled(SignInFailed):
    """The person cancelled the sign-in in RightsDesk."""

    cause = Cause.SIGN_IN_CANCELLED


class PortTaken(SignInFailed):
    """Another program uses the port to which the browser would return."""

    cause = Cause.PORT_TAKEN


class RedirectRefused(SignInFailed):
    """The redirect address is not registered for the app."""

    cause = Cause.REDIRECT_REFUSED


class AppRefused(SignInFailed):
    """The platform doesn't know the client id, or the client secret is wrong."""

    cause = Cause.APP_REFUSED
    stops = True
    stays_open = True


def untrusted(service: str, error: Exception) -> AddressRefused:
    """Return the error for a server with an untrusted certificate, with likely causes."""
    text = str(error)
    advice = "Check this computer's date, and whether the network shows a login page."
    if "self-signed" in text or "self signed" in text or "local issuer" in text:
        advice = (
            "Your company or a security program may inspect connections: its certificate "
            "then has to be in this system's trust store, or in the file named by the setting "
            "REQUESTS_CA_BUNDLE. Otherwise the network may show a login page."
        )
    return AddressRefused(
        worded("{service} could not prove that it is really {service}.", service=service),
        advice=advice,
    )
