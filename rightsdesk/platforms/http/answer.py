"""Read a platform's answer, which may be damaged or hostile."""

import json
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from rightsdesk.platforms.http.errors import BadAnswer
from rightsdesk.sentences import worded

LONGEST_TEXT = 200
_LONGEST_NUMBER = 20
"""Digits of a 64-bit integer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (case-insensitive) and whole body. The repr shows only the status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def is_html(answer: Answer) -> bool:
    """Whether the Content-Type says HTML."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml")


def read_json(answer: Answer, service: str) -> Any:
    """Return the body parsed as JSON (RFC 8259). Raises `BadAnswer` if it is not JSON."""
    try:
        data = _loaded(answer.body)
        # JSON can spell half a surrogate pair, which can be neither stored nor sent back.
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise BadAnswer(
            worded("{service} sent an answer that can't be read.", service=service),
            advice="It may be cut off, or the network may show a login page. Try again later.",
        ) from None
    return data


def retry_after(answer: Answer, now: datetime) -> timedelta | None:
    """Return how long the answer asks us to wait, or None (RFC 9110, section 10.2.3).

    `Retry-After` holds seconds or a date. AT Protocol servers send `RateLimit-Reset` instead: the
    end of the wait in seconds since 1970.
    """
    value = answer.headers.get("Retry-After", "").strip()
    reset = answer.headers.get("RateLimit-Reset", "").strip()
    try:
        if not value and reset.isascii() and reset.isdigit() and len(reset) < 12:
            return max(datetime.fromtimestamp(int(reset), UTC) - now, timedelta())
        if value.isascii() and value.isdigit():
            return timedelta(seconds=int(value))
        moment = parsedate_to_datetime(value)
    except OverflowError:
        return timedelta.max
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta())


def cleaned(text: str) -> str:
    """Return a server's text on one line, without control and direction characters.

    It is cut to `LONGEST_TEXT` characters.
    """
    visible = (" " if char.isspace() else char for char in text)
    plain = "".join(char for char in visible if unicodedata.category(char)[0] != "C")
    line = " ".join(plain.split())
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1] + "…"


def cleaned_details(answer: Answer, secrets: Iterable[str]) -> dict[str, str]:
    """Return the plain top-level values of an error answer, ready to be shown.

    Google nests them in `error` and puts the cause (`reason`) into the first entry of `errors`. A
    server may repeat what we sent, so each of `secrets` is replaced.
    """
    try:
        data = _loaded(answer.body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    if isinstance(inner := data.get("error"), dict):
        first = [entry for entry in _listed(inner.get("errors"))[:1] if isinstance(entry, dict)]
        data = {**(first[0] if first else {}), **inner}
    hidden = [secret for secret in secrets if len(secret) >= 6]
    return {
        cleaned(_redacted(key, hidden)): cleaned(_redacted(str(value)[:10_000], hidden))
        for key, value in list(data.items())[:20]
        if isinstance(value, str | int) and len(key) <= 100
    }


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _redacted(text: str, hidden: Iterable[str]) -> str:
    for secret in hidden:
        text = text.replace(secret, "…")
    return text


def _loaded(body: bytes) -> Any:
    """Parse JSON. Raises ValueError for NaN, infinity and numbers beyond 64 bits, too."""
    return json.loads(body, parse_constant=_no_constant, parse_float=_finite, parse_int=_whole)


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:  # no id or count of a platform is longer
        raise ValueError("a number is too large")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def html_elements(page: bytes, *names: str) -> Iterator[Any]:
    """Yield the elements with these names, in document order; nothing if the page is not HTML."""
    from lxml import etree, html  # slow to load

    try:
        root = html.document_fromstring(page, parser=html.HTMLParser(no_network=True))
    except (etree.LxmlError, ValueError):
        return
    yield from root.iter(*names)
