"""Time stamps by OpenTimestamps: a proof that starts at our bytes, grows at a calendar, and ends in
a block of Bitcoin some hours later.

Pure: bytes in and out. Calendars are asked elsewhere. Nothing here knows the blocks, so a finished
proof is “claims block N”: another program checks that.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

MEDIA_TYPE = "application/vnd.opentimestamps.v1"
LARGEST_PROOF = 10_000
"""Bytes of a calendar's answer, as in the reference client."""

POOL = (
    "https://a.pool.opentimestamps.org",
    "https://b.pool.opentimestamps.org",
    "https://a.pool.eternitywall.com",
    "https://ots.btc.catallaxy.com",
)
"""Calendars that take any digest, free of charge."""

_ALLOWED = (".calendar.opentimestamps.org", ".calendar.eternitywall.com", ".calendar.catallaxy.com")
"""Ends of the host names of known calendars. A proof names its calendar: others are not asked."""


class BadProof(ValueError):
    """Bytes that are no proof of these data."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A part of a proof that a calendar has to finish: its address, and what it is asked for."""

    calendar: str
    commitment: bytes


@dataclass(frozen=True, slots=True)
class ProofState:
    """How far a proof is: the blocks of Bitcoin that it claims, and what is pending."""

    blocks: tuple[int, ...] = ()
    pending: tuple[Pending, ...] = ()


def begin(data: bytes) -> tuple[Any, bytes]:
    """A new proof of these bytes, and the digest to send to calendars. The digest has a random
    part, so that calendars learn nothing of the data."""
    from opentimestamps.core.op import OpAppend, OpSHA256
    from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp

    proof = DetachedTimestampFile(OpSHA256(), Timestamp(hashlib.sha256(data).digest()))
    tip = proof.timestamp.ops.add(OpAppend(os.urandom(16))).ops.add(OpSHA256())
    return (proof, tip), tip.msg


def add_answers(begun: Any, answers: Iterable[bytes]) -> bytes:
    """The proof as a file (`.ots`), with these answers of calendars. Raises BadProof."""
    proof, tip = begun
    for answer in answers:
        tip.merge(_answer(answer, tip.msg))
    return _written(proof)


def check_answer(content: bytes, commitment: bytes) -> None:
    """See that a calendar's answer can be read. Raises BadProof."""
    _answer(content, commitment)


def state(content: bytes, data: bytes) -> ProofState:
    """How far a proof of these bytes is. Raises BadProof."""
    proof = _read(content, data)
    blocks, pending = set(), []
    for commitment, attestation in proof.timestamp.all_attestations():
        kind = type(attestation).__name__
        if kind == "BitcoinBlockHeaderAttestation":
            blocks.add(int(attestation.height))
        elif kind == "PendingAttestation":
            pending.append(Pending(attestation.uri, commitment))
    return ProofState(tuple(sorted(blocks)), tuple(pending))


def upgraded(content: bytes, data: bytes, answers: Iterable[tuple[Pending, bytes]]) -> bytes:
    """The proof with what calendars answered for pending parts. Raises BadProof."""
    proof = _read(content, data)
    found = {(one.calendar, one.commitment): answer for one, answer in answers}
    for part in list(_parts(proof.timestamp)):
        for attestation in list(part.attestations):
            answer = found.get((getattr(attestation, "uri", ""), part.msg))
            if answer is not None:
                part.merge(_answer(answer, part.msg))
    return _written(proof)


def is_allowed(calendar: str, own: Iterable[str] = ()) -> bool:
    """Whether a calendar that a proof names may be asked: a known one, or one of one's own."""
    try:
        parts = urlsplit(calendar)
        host = parts.hostname or ""
    except ValueError:
        return False
    if any(calendar.rstrip("/") == each.rstrip("/") for each in own):
        return True
    plain = not (parts.query or parts.fragment or "@" in parts.netloc) and parts.port is None
    return parts.scheme == "https" and plain and host.endswith(_ALLOWED)


_UNREADABLE = (ValueError, TypeError, OverflowError, RecursionError, AssertionError)
"""What the library raises for bytes that are no proof, besides its own error."""


def _answer(content: bytes, commitment: bytes) -> Any:
    from opentimestamps.core.serialize import BytesDeserializationContext, DeserializationError
    from opentimestamps.core.timestamp import Timestamp

    if len(content) > LARGEST_PROOF:
        raise BadProof("an answer of a calendar is too long")
    context = BytesDeserializationContext(content)
    try:
        found = Timestamp.deserialize(context, commitment)
        context.assert_eof()
    except (*_UNREADABLE, DeserializationError) as error:
        raise BadProof(str(error)) from error
    return found


def _read(content: bytes, data: bytes) -> Any:
    from opentimestamps.core.serialize import BytesDeserializationContext, DeserializationError
    from opentimestamps.core.timestamp import DetachedTimestampFile

    context = BytesDeserializationContext(content)
    try:
        proof = DetachedTimestampFile.deserialize(context)
    except (*_UNREADABLE, DeserializationError) as error:
        raise BadProof(str(error)) from error
    if proof.file_digest != hashlib.sha256(data).digest():
        raise BadProof("it is the proof of something else")
    return proof


def _written(proof: Any) -> bytes:
    from opentimestamps.core.serialize import BytesSerializationContext

    context = BytesSerializationContext()
    try:
        proof.serialize(context)
    except ValueError as error:
        raise BadProof(str(error)) from error
    return bytes(context.getbytes())


def _parts(timestamp: Any) -> Iterator[Any]:
    yield timestamp
    for part in timestamp.ops.values():
        yield from _parts(part)
