"""Values of guided platforms: their switches, what was attested, what there is to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightsdesk.consent import Consent, Evidence, Standing, Use

if TYPE_CHECKING:
    from rightsdesk.resources.controls import Control
    from rightsdesk.resources.facts import PlatformFacts


@dataclass(frozen=True, slots=True)
class AnsweredLast:
    """The platforms (ids) that another artist uses, for whom that was answered last."""

    artist: str
    platforms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a person said is set on a platform, and when.

    Times are ISO 8601 UTC. `remind_at` is when to check again. `withdrawn_at` is empty while it
    counts; a later attestation of the same control replaces it.
    """

    id: int
    artist_id: int
    platform: str
    control: str
    value: str
    note: str
    attested_at: str
    remind_at: str
    withdrawn_at: str = ""


@dataclass(frozen=True, slots=True)
class SwitchReading:
    """A reading of a platform's own switch, with the number of places (tracks or accounts).

    `wider` has the uses that it allows beyond the consent. `seen_at` is the oldest reading.
    `of_tracks`: single tracks say it, not an account or a site.
    """

    says: Consent
    count: int
    wider: tuple[Use, ...]
    evidence: Evidence
    seen_at: str
    of_tracks: bool = False


@dataclass(frozen=True, slots=True)
class ControlView:
    """A platform's switch for one artist: its attestation against the consent.

    `standing` is attested, conflicts (`wider` and `narrower` have the uses), silent (the attested
    value answers no use of the consent), or unknown (no attestation). `says` is the attested value
    as a consent. `fitting` is the id of the value closest to the consent that allows no more; empty
    if there is none. `look_again` says why the attestation may be stale. `read` are RightsDesk's
    own readings, with their own date.
    """

    control: Control
    standing: Standing
    says: Consent
    wider: tuple[Use, ...]
    narrower: tuple[Use, ...]
    fitting: str
    attestation: Attestation | None
    look_again: str = ""
    read: tuple[SwitchReading, ...] = ()


class Urgency(StrEnum):
    """What there is to do on a guided platform, the most pressing first.

    ASK: it is not known whether the artist uses it. ASIDE: the artist does not.
    """

    LOOK_AGAIN = "look_again"
    TO_DO = "to_do"
    DONE = "done"
    ACCOUNT = "account"
    NOTHING = "nothing"
    ASK = "ask"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class GuidedView:
    """A platform for one artist: its facts and its switches.

    `standing` is the worst of the switches that a person sets. Without such switches it is
    terms_only if the terms are known, else unknown. Readings of an account do not count. `presence`
    is the attestation of being there; `here` follows from all attestations, None if unknown.
    `look_again` says why to check again. `connected`: RightsDesk has an account of the artist
    there.
    """

    artist_id: int
    platform: str
    facts: PlatformFacts
    consent: Consent
    standing: Standing
    controls: tuple[ControlView, ...]
    presence: Attestation | None = None
    here: bool | None = None
    look_again: str = ""
    group: Urgency = Urgency.NOTHING
    connected: bool = False


@dataclass(frozen=True, slots=True)
class Signals:
    """What RightsDesk's own declarations say on a platform, without its switches and terms.

    `standings`: number of items per standing. `accounts` names the logins. `seen_at` is the oldest
    reading, empty if nothing was read.
    """

    accounts: tuple[str, ...]
    standings: Mapping[Standing, int]
    evidence: Evidence
    seen_at: str


@dataclass(frozen=True, slots=True)
class Open:
    """How much an artist has to do on guided platforms."""

    artist_id: int
    artist: str
    groups: Mapping[Urgency, int]
