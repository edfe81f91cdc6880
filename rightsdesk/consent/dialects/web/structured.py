"""Dictionaries of tokens as RFC 9651 defines them, read strictly."""

from collections.abc import Mapping

import http_sf
from http_sf import StructuredFieldError, Token

from rightsdesk.consent.dialects.base import DialectError


def parse_tokens(value: str, dialect: str) -> dict[str, str]:
    """Parse a structured field Dictionary (RFC 9651, section 4.2.2) into key → token.

    Parameters are ignored. A member that is not a token comes back as an empty string,
    for the caller to judge. Raises DialectError where the text is no Dictionary, and
    where a key has two answers: the last one would win, and nobody can tell which was meant.
    The same answer twice is one: a server and a service in front of it both set a header, say.
    """
    repeated: list[str] = []
    try:
        members = http_sf.parse(
            value.encode("ascii"),
            tltype="dictionary",
            on_duplicate_key=lambda key, _context: repeated.append(key),
        )
    except (UnicodeEncodeError, StructuredFieldError) as error:
        raise DialectError(f"The {dialect} field cannot be read: “{value[:80]}”.") from error
    for key in repeated:
        if len(_spelled(value, key)) != 1:
            raise DialectError(f"The {dialect} field answers “{key}” twice.")
    if not isinstance(members, dict):
        raise DialectError(f"The {dialect} field is no list of answers.")
    return {key: _token(member) for key, member in members.items()}


def write_tokens(tokens: Mapping[str, str]) -> str:
    """Serialise key → token as a structured field Dictionary (RFC 9651, section 4.1.2)."""
    return http_sf.ser({key: Token(token) for key, token in tokens.items()})


def _spelled(value: str, key: str) -> set[str]:
    """The members of this key as they stand, as far as commas alone can part them."""
    parts = (part.strip() for part in value.split(","))
    return {part for part in parts if part.partition("=")[0].partition(";")[0].strip() == key}


def _token(member: object) -> str:
    bare = member[0] if isinstance(member, tuple) else member
    return str(bare) if isinstance(bare, Token) else ""
