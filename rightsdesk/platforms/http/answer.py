"""A platform's answer, and how to read one that may be damaged or hostile."""

import json
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from rightsdesk.platforms.http.errors import BadAnswer

LONGEST_TEXT = 200
_LONGEST_NUMBER = 20
"""Digits of a whole number of 64 bits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (any case) and whole body. Its repr shows neither of the latter."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def is_html(answer: Answer) -> bool:
    """Whether the server calls it a web page."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml")


def read_json(answer: Answer, service: str) -> Any:
    """The body as JSON (RFC 8259); `BadAnswer` where it is anything else."""
    try:
        data = _loaded(answer.body)
        # Half a surrogate pair can be spelled in JSON but neither stored nor sent back.
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise BadAnswer(
            f"{service} sent an answer that can't be read.",
            advice="It may be cut off, or a login page of the network. Try again later.",
        ) from None
    return data


def retry_after(answer: Answer, now: datetime) -> timedelta | None:
    """How long an answer asks us to wait (RFC 9110, section 10.2.3): seconds or a date.

    AT Protocol servers name the end in `RateLimit-Reset` instead, as seconds since 1970.
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
    """A server's words as plain text on one line: no control or direction characters."""
    visible = (" " if char.isspace() else char for char in text)
    plain = "".join(char for char in visible if unicodedata.category(char)[0] != "C")
    line = " ".join(plain.split())
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1] + "…"


def cleaned_details(answer: Answer, secrets: Iterable[str]) -> dict[str, str]:
    """The plain values at the top of an error answer, for a person to read.

    Google puts them one level down, into `error`, and the word for the cause (`reason`) into
    the first of its `errors`. A server that repeats what we sent must not bring a secret
    into an error: each of `secrets` is blotted out.
    """
    try:
        data = _loaded(answer.body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    if isinstance(inner := data.get("error"), dict):
        first = [one for one in _listed(inner.get("errors"))[:1] if isinstance(one, dict)]
        data = {**(first[0] if first else {}), **inner}
    hidden = [secret for secret in secrets if len(secret) >= 6]
    return {
        cleaned(_blotted(key, hidden)): cleaned(_blotted(str(value)[:10_000], hidden))
        for key, value in list(data.items())[:20]
        if isinstance(value, str | int) and len(key) <= 100
    }


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _blotted(text: str, hidden: Iterable[str]) -> str:
    for secret in hidden:
        text = text.replace(secret, "…")
    return text


def _loaded(body: bytes) -> Any:
    """Raises ValueError also for numbers that are none: NaN, and those too large for any."""
    return json.loads(body, parse_constant=_no_constant, parse_float=_finite, parse_int=_whole)


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:  # nothing that is counted or numbered takes more
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
    """The elements of these names in an HTML page, in their order; none where it is no HTML."""
    from lxml import etree, html  # slow to load

    try:
        root = html.document_fromstring(page, parser=html.HTMLParser(no_network=True))
    except (etree.LxmlError, ValueError):
        return
    yield from root.iter(*names)
