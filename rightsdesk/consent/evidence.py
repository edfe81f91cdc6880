"""How a statement of a carrier is known."""

from enum import StrEnum


class Evidence(StrEnum):
    """How a statement of a carrier is known, from our own reading down to hearsay.

    `attested`: a person said so. `terms`: only the platform's terms say so. NONE before any
    observation.
    """

    FILE = "file"
    API = "api"
    PUBLIC = "public"
    ATTESTED = "attested"
    TERMS = "terms"
    NONE = ""
