"""How it is known what a carrier says."""

from enum import StrEnum


class Evidence(StrEnum):
    """How it is known what a carrier says, from our own reading to hearsay.

    `attested`: a person told it. `terms`: only the platform's terms tell. NONE while nothing
    was seen.
    """

    FILE = "file"
    API = "api"
    PUBLIC = "public"
    ATTESTED = "attested"
    TERMS = "terms"
    NONE = ""
