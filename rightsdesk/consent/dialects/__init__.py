"""The languages in which machines read declarations: one module each, all of them pure.

All of them are in `every`, and those that a kind of carrier speaks in `suites`: both import
every module that they name, so they are imported only where they are needed.
"""

from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.suite import Statement, Suite, SuiteReading

__all__ = ["Dialect", "DialectError", "Statement", "Suite", "SuiteReading"]
