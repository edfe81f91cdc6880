"""Agreements: all that a person writes down of one licence, checked, and as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rightsdesk.consent.licences.flaws import LicenceFlaw
from rightsdesk.consent.licences.grant import Grant
from rightsdesk.consent.licences.period import DEFAULT_ZONE, Period, parse_day
from rightsdesk.consent.licences.territory import WORLD, Territory, parse_territory
from rightsdesk.consent.uses import Use
from rightsdesk.folding import folded
from rightsdesk.sentences import worded

LONGEST_LINE = 200
"""Characters of a name or a reference."""
LONGEST_NOTE = 4000
_SHA256 = re.compile("[0-9a-f]{64}")
_SITE = re.compile(r"https?://[^\s<>\"\\]+")


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract: its file name, its SHA-256 (hex), and whether a copy is in the data folder."""

    name: str
    sha256: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whether Fairly Trained has certified the partner, who says so, and as of which day."""

    certified: bool
    source: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed with one partner. `identifier` is any number that the partner is known by."""

    partner: str
    uses: frozenset[Use]
    territory: Territory = WORLD
    period: Period = field(default_factory=Period)
    site: str = ""
    identifier: str = ""
    reference: str = ""
    note: str = ""
    document: Contract | None = None
    certificate: Certificate | None = None

    @property
    def grant(self) -> Grant:
        """What of it others have to know."""
        return Grant(self.partner, self.uses, self.territory, self.period, self.site)

    def check(self) -> None:
        """Raise LicenceFlaw for the first thing that is missing or contradicts itself."""
        if not folded(self.partner):
            raise LicenceFlaw("The licence names no partner.", "Say who may use the music.")
        if not self.uses:
            raise LicenceFlaw("The licence covers no use.", "Name at least one.")
        for text in (self.partner, self.site, self.identifier, self.reference):
            if len(text) > LONGEST_LINE or not text.isprintable():
                raise LicenceFlaw(
                    worded("“{text}” is too long, or has line breaks.", text=text[:40]),
                    "Put long texts into the note.",
                )
        if len(self.note) > LONGEST_NOTE:
            raise LicenceFlaw("The note is too long.", "Keep it in a file, as the document.")
        if self.site and not _SITE.fullmatch(self.site):
            raise LicenceFlaw(
                worded("“{site}” is no web address.", site=self.site[:40]),
                "Write it as in: https://example.com",
            )
        if self.document is not None and not _SHA256.fullmatch(self.document.sha256):
            raise LicenceFlaw(
                "The digest of the document is no SHA-256.", "It has 64 digits and letters a to f."
            )
        if self.certificate is not None and not self.certificate.source.strip():
            raise LicenceFlaw(
                "It is not said who says so about the certificate.", "Name the source."
            )
        self.period.check()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON with every member, for the store, the history and `--json`."""
        document, certificate = self.document, self.certificate
        return {
            "partner": self.partner,
            "site": self.site,
            "identifier": self.identifier,
            "uses": [use.value for use in self.grant.ordered_uses],
            "territory": str(self.territory),
            "from": _iso(self.period.first),
            "until": _iso(self.period.last),
            "zone": self.period.zone,
            "reference": self.reference,
            "note": self.note,
            "document": None
            if document is None
            else {"name": document.name, "sha256": document.sha256, "kept": document.kept},
            "certificate": None
            if certificate is None
            else {
                "certified": certificate.certified,
                "source": certificate.source,
                "day": _iso(certificate.day),
            },
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Agreement:
        """The agreement from the output of `to_json`."""
        document, certificate = value["document"], value["certificate"]
        return cls(
            partner=value["partner"],
            uses=frozenset(map(Use, value["uses"])),
            territory=parse_territory(value["territory"]),
            period=Period(
                parse_day(value["from"]), parse_day(value["until"]), value["zone"] or DEFAULT_ZONE
            ),
            site=value["site"],
            identifier=value["identifier"],
            reference=value["reference"],
            note=value["note"],
            document=Contract(**document) if document else None,
            certificate=Certificate(
                certificate["certified"], certificate["source"], parse_day(certificate["day"])
            )
            if certificate
            else None,
        )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
