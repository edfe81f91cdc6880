"""The answers that a dialect can express, found by encoding and decoding each.

For people who want to know what a signal can state at all, whatever their consent.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rightsdesk.consent.consent import Consent
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.consent.uses import Permission, Use

_TERMS = "https://example.com/terms"
"""Some dialects can state “ask me” only with the address of the terms."""


@lru_cache(maxsize=64)
def vocabulary(dialect: Dialect) -> Mapping[Permission, tuple[Use, ...]]:
    """For each answer, the groups of uses that can only get it together."""
    return {answer: tuple(_stated(dialect, answer)) for answer in Permission}


@lru_cache(maxsize=64)
def wordless(dialect: Dialect) -> tuple[Use, ...]:
    """The uses that a dialect cannot state, in the order of `Use`.

    Empty for a dialect that is only read: it states nothing.
    """
    expressible = {use for uses in vocabulary(dialect).values() for use in uses}
    return tuple(use for use in Use if use not in expressible) if expressible else ()


def _stated(dialect: Dialect, answer: Permission) -> list[Use]:
    consent = Consent(dict.fromkeys(Use, answer))
    stated = dialect.decode(dialect.encode(Declaration(consent, terms_url=_TERMS)))
    return [use for use, given in stated.items() if given is answer]
