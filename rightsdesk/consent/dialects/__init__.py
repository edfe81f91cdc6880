"""Dialects: the languages in which machines read declarations. One pure module each.

`every` lists all of them, `suites` those of each kind of carrier. Both import every module that
they name, so import them only where they are needed.
"""

from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.suite import Statement, Suite, SuiteReading

__all__ = ["Dialect", "DialectError", "Statement", "Suite", "SuiteReading"]
