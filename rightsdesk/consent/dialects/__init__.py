"""The languages in which machines read declarations: one module each, all of them pure."""

from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.every import ALL_DIALECTS
from rightsdesk.consent.dialects.suite import Says, Statement, Suite
from rightsdesk.consent.dialects.suites import FILE_SUITE, SIDECAR_SUITE, SOUNDCLOUD_SUITE

__all__ = [
    "ALL_DIALECTS",
    "FILE_SUITE",
    "SIDECAR_SUITE",
    "SOUNDCLOUD_SUITE",
    "Dialect",
    "DialectError",
    "Says",
    "Statement",
    "Suite",
]
