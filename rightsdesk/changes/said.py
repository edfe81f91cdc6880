"""What fields say, remembered: a catalogue says few different things, many thousand times."""

from __future__ import annotations

from functools import lru_cache

from rightsdesk.consent import Consent, Fields
from rightsdesk.consent.dialects import Suite


def said(suite: Suite, fields: Fields) -> Consent:
    """The consent that a suite's dialects read in fields, all taken together."""
    return _said(suite, frozenset(fields.items()))


@lru_cache(maxsize=4096)
def _said(suite: Suite, items: frozenset[tuple[str, tuple[str, ...]]]) -> Consent:
    return suite.read(dict(items)).consent
