"""The one place that says what in a file is ours.

Everything else in a file belongs to someone else and stays byte for byte. `COPYRIGHT`
is shared: an artist's own line may stand there, so what its new text is gets decided
above (the sentence dialect); a container only reads and sets the whole value.
"""

from __future__ import annotations

AI_CONSENT = "AI-CONSENT"
CONTENT_USAGE = "CONTENT-USAGE"
TDM_RESERVATION = "TDM-RESERVATION"
TDM_POLICY = "TDM-POLICY"
COPYRIGHT = "COPYRIGHT"

OWN = (AI_CONSENT, CONTENT_USAGE, TDM_RESERVATION, TDM_POLICY)
"""Fields that only RightsDesk and tools of the same standards write."""

OWNED = (*OWN, COPYRIGHT)
"""Every field that a container may read and set, in the order in which it writes them."""


def owned_name(found: str) -> str | None:
    """The owned field that a name in a file stands for, whatever its ASCII case; else None."""
    name = found.upper()
    return name if found.isascii() and name in OWNED else None
