"""Strict reading of RFC 9651 Dictionaries of tokens."""

from collections.abc import Mapping
from typing import Any

import http_sf
from http_sf import StructuredFieldError, Token

from rightsdesk.consent.dialects.base import DialectError
from rightsdesk.sentences import worded


def parse_tokens(value: str, dialect: str) -> dict[str, str]:
    """Parse a structured field Dictionary (RFC 9651, section 4.2.2) into key → token.

    Parameters are ignored. A member that is not a token becomes an empty string, for the caller to
    judge. Raises DialectError if the text is not a Dictionary, or a key has two answers: the last
    would win, and which was meant is unknown. A repeated answer is accepted: a server and a service
    in front of it may both set a header.
    """
    repeated: list[str] = []
    try:
        members = http_sf.parse(
            value.encode("ascii"),
            tltype="dictionary",
            on_duplicate_key=lambda key, _context: repeated.append(key),
        )
    except (UnicodeEncodeError, StructuredFieldError) as error:
        raise DialectError(
            worded("The {dialect} field can't be read: “{text}”.", dialect=dialect, text=value[:80])
        ) from error
    for key in repeated:
        if len(_spelled(value, key)) != 1:
            raise DialectError(
                worded("The {dialect} field answers “{key}” twice.", dialect=dialect, key=key)
            )
    if not isinstance(members, dict):
        raise DialectError(worded("The {dialect} field is not a list of answers.", dialect=dialect))
    return {key: _token(member) for key, member in members.items()}


def write_tokens(tokens: Mapping[str, str], more: Mapping[str, Any] | None = None) -> str:
    """Serialise key → token as a structured field Dictionary (RFC 9651, section 4.1.2).

    `more` are further members in http-sf's own form.
    """
    named = {key: Token(token) for key, token in tokens.items()}
    return str(http_sf.ser({**named, **(more or {})}))


def _spelled(value: str, key: str) -> set[str]:
    """The members of this key as spelt, split at commas only."""
    parts = (part.strip() for part in value.split(","))
    return {part for part in parts if part.partition("=")[0].partition(";")[0].strip() == key}


def _token(member: object) -> str:
    bare = member[0] if isinstance(member, tuple) else member
    return str(bare) if isinstance(bare, Token) else ""
