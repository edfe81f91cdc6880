"""A consent with what a reader needs to act on it: who declares it, and whom to contact."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from rightsdesk.consent.consent import Consent
from rightsdesk.consent.licences.grant import Grants


@dataclass(frozen=True, slots=True)
class Declaration:
    """The declaration for one recording.

    `sentence` is the human-readable reservation for copyright lines: None for the standard wording,
    empty for none at all, else the artist's own words. `former_sentences` are earlier own wordings,
    so that they can be replaced. `grants` are what licences let single partners do beyond the
    consent: a dialect that can't name a partner says what the consent says.
    """

    consent: Consent = field(default_factory=Consent)
    rightsholder: str = ""
    contact: str = ""
    terms_url: str = ""
    date: datetime.date | None = None
    sentence: str | None = None
    former_sentences: tuple[str, ...] = ()
    grants: Grants = ()
