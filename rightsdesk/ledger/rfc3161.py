"""Time stamps by an authority (RFC 3161): the request, and the reply read and verified.

The library reads strict DER only. Some authorities order their certificates otherwise, so a reply
is kept as it came, and `UnreadableReply` says that another program has to read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"
"""Media types of request and reply (RFC 3161, section 3.4)."""


class NotStamped(KnownError):
    """There is no time stamp: a server gave none, or none that holds."""

    cause = Cause.NOT_STAMPED

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(
            sentence, untouched="No time stamp was added, and nothing was changed.", advice=advice
        )


class UnreadableReply(Exception):
    """A reply that the strict reader does not understand. It may be sound all the same."""


class NotHolding(Exception):
    """A time stamp that does not hold; the text says why, in the library's words."""


@dataclass(frozen=True, slots=True)
class StampRequest:
    """A request for a time stamp: its DER bytes, and the number that the reply has to repeat."""

    der: bytes
    nonce: int | None


@dataclass(frozen=True, slots=True)
class AuthorityTime:
    """What a verified reply says: when (aware, UTC), and its serial number at the authority."""

    at: datetime
    serial: int


def question(data: bytes) -> StampRequest:
    """A request for a time stamp of these bytes: SHA-256, with a nonce and the certificates.

    Raises NotStamped where the library does not exist.
    """
    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
    except ImportError as error:  # there are no builds of it for Windows on ARM
        raise NotStamped(
            "Time stamps by an authority are not available on this system.",
            "Use a source of OpenTimestamps, or RightsDesk for Windows on Intel processors.",
        ) from error

    built = (
        TimestampRequestBuilder()
        .data(data)
        .hash_algorithm(HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .cert_request(cert_request=True)
        .build()
    )
    return StampRequest(built.as_bytes(), built.nonce)


def verified(
    reply: bytes, data: bytes, roots: Sequence[bytes], nonce: int | None = None
) -> AuthorityTime:
    """What a reply proves about these bytes, if it leads to one of the root certificates (DER).

    Raises Unreadable, NotHolding, and NotStamped if the authority refused.
    """
    from cryptography import x509

    try:
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
    except ImportError as error:  # as in `question`
        raise UnreadableReply(str(error)) from error
    try:
        response = decode_timestamp_response(reply)
        status = int(response.status)
        said = " ".join(response.status_string)
    except ValueError as error:
        raise UnreadableReply(str(error)) from error
    if status not in (0, 1):
        raise NotStamped(
            worded("The authority refused the time stamp: “{said}”.", said=said[:200])
            if said
            else worded("The authority refused the time stamp ({status}).", status=status)
        )
    try:
        certificates = list({x509.load_der_x509_certificate(root) for root in roots})
    except ValueError as error:
        raise NotHolding(str(error)) from error
    if not certificates:
        raise NotHolding("no root certificate")
    try:
        verifier = VerifierBuilder(roots=certificates, nonce=nonce).build()
        verifier.verify_message(response, data)
        info = response.tst_info
        return AuthorityTime(info.gen_time.astimezone(UTC), int(info.serial_number))
    except (VerificationError, ValueError) as error:
        raise NotHolding(str(error)) from error
