"""The second reader of replies by authorities: `openssl ts`, where it is installed.

It is more lenient than the library in the order of certificates. It gets files in a private folder,
and no shell.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rightsdesk.ledger.rfc3161 import NotHolding, UnreadableReply

_SECONDS = 20


def pem(roots: Sequence[bytes]) -> bytes:
    """Certificates (DER) as one PEM file, which openssl reads with `-CAfile`."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    loaded = (x509.load_der_x509_certificate(root) for root in roots)
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in loaded)


def verified(
    reply: bytes, data: bytes, roots: Sequence[bytes], query: bytes | None = None
) -> datetime:
    """When the reply says that these bytes existed (aware, UTC), as openssl verified it.

    With the `query`, the reply has to answer just that one: it repeats the query's nonce. Raises
    NotHolding, and Unreadable if there is no openssl, or it can't read the reply.
    """
    program = shutil.which("openssl")
    if program is None:
        raise UnreadableReply("openssl is not installed")
    with tempfile.TemporaryDirectory(prefix="rightsdesk-") as name:
        folder = Path(name)
        files = {"data": data, "reply": reply, "roots": pem(roots), "query": query or b""}
        for file, content in files.items():
            (folder / file).write_bytes(content)
        for question in ([["-queryfile", "query"]] if query else []) + [["-data", "data"]]:
            answer = ["-in", "reply", "-CAfile", "roots"]
            checked = _run(program, folder, "-verify", *question, *answer)
            if checked.returncode:
                reason = checked.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
                raise NotHolding(*reason)
        return _time(_run(program, folder, "-reply", "-in", "reply", "-text").stdout)


def _run(program: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [program, "ts", *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnreadableReply(str(error)) from error


def _time(text: bytes) -> datetime:
    """The time in openssl's text: `Time stamp: Nov 29 14:00:00 2026 GMT`, perhaps with a
    fraction of a second. Month names are English in every locale."""
    for line in text.decode("ascii", "replace").splitlines():
        if line.startswith("Time stamp:"):
            try:
                month, day, clock, year, *_ = line.partition(":")[2].split()
                number = _MONTHS.index(month) + 1
                hour, minute, second = (int(part.partition(".")[0]) for part in clock.split(":"))
                return datetime(int(year), number, int(day), hour, minute, second, tzinfo=UTC)
            except ValueError as error:
                raise UnreadableReply(line) from error
    raise UnreadableReply("openssl named no time")


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
