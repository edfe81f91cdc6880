"""The one error for what cannot be a licence."""

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError


class LicenceFlaw(KnownError):
    """Something about a licence is missing or contradicts itself."""

    cause = Cause.LICENCE_FLAW

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(sentence, untouched="Nothing was changed.", advice=advice)
