"""Consents and how they compare: pure values without input or output.

Everything here is immutable and independent of files, platforms and screens, so that the rules of
consent can be read and proven on their own.
"""

from rightsdesk.consent.compare import (
    Comparison,
    Standing,
    compare,
    only_with_licence,
    widened,
)
from rightsdesk.consent.consent import Consent
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.evidence import Evidence
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.presets import PRESETS, Preset, preset_of, read_as
from rightsdesk.consent.uses import AI_USES, Permission, Use

__all__ = [
    "AI_USES",
    "PRESETS",
    "Comparison",
    "Consent",
    "Declaration",
    "Evidence",
    "Fields",
    "Permission",
    "Preset",
    "Standing",
    "Use",
    "compare",
    "only_with_licence",
    "preset_of",
    "read_as",
    "widened",
]
