"""Values of a report in the words of a language: consents, standings, evidence, days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime

from rightsdesk import phrases
from rightsdesk.consent import AI_USES, Consent, Evidence, Permission, Standing, Use, preset_of
from rightsdesk.consent.licences.grant import Grants
from rightsdesk.consent.licences.period import Period
from rightsdesk.consent.licences.words import with_grants
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.consent.words import USE_NAMES
from rightsdesk.message_files import speech_of
from rightsdesk.resources.wording import wording
from rightsdesk.store.deeds import DeedKind
from rightsdesk.workspace.documents.blocks import BlockTone
from rightsdesk.workspace.reports.types import Seal, StampLine
from rightsdesk.workspace.status.standings import WORST_FIRST

TONES: Mapping[Standing, BlockTone] = {
    Standing.AGREES: BlockTone.GOOD,
    Standing.ATTESTED: BlockTone.TOLD,
    Standing.SILENT: BlockTone.OPEN,
    Standing.CONFLICTS: BlockTone.BAD,
    Standing.TERMS_ONLY: BlockTone.UNKNOWN,
    Standing.UNKNOWN: BlockTone.UNKNOWN,
    Standing.UNCHOSEN: BlockTone.UNKNOWN,
}
BEST_FIRST = tuple(reversed(WORST_FIRST))

_GROUPS: Mapping[str, tuple[DeedKind, ...]] = {
    "choices": (DeedKind.CONSENT_SET, DeedKind.CONSENT_CLEARED),
    "writes": (DeedKind.JOB,),
    "notes": (DeedKind.ATTESTED, DeedKind.ATTESTATION_WITHDRAWN),
    "checks": (DeedKind.FILES_CHECKED, DeedKind.ACCOUNT_CHECKED),
}


class Words:
    """The words of reports and letters in one language, named by its code (`de`)."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.text = wording(code)
        self.speech = speech_of(code)
        self.say = self.speech.say
        self.count = self.text.counted

    @property
    def _cldr(self) -> str:
        return self.text.language

    def number(self, value: int) -> str:
        """`1,200`."""
        return phrases.number(value, self._cldr)

    def day(self, time: str) -> str:
        """The day of a stored time, in UTC: `3 May 2026`. A month or an empty text stays."""
        if len(time) < len("2026-05-03"):
            return time
        moment = datetime.fromisoformat(time)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
        return str(phrases.written(moment.date(), "yMMMMd", self._cldr))

    def short_day(self, day: date) -> str:
        """`3 May 2026`."""
        return str(phrases.short_date(day, self._cldr))

    def listed(self, parts: list[str]) -> str:
        """`A, B and C`."""
        return str(phrases.and_list(parts, self._cldr))

    def choice(self, consent: Consent | None, grants: Grants = ()) -> str:
        """The name of a consent: a preset's, or that it has answers of its own; and partners."""
        return self.say(with_grants(self._choice(consent), grants))

    def _choice(self, consent: Consent | None) -> str:
        if consent is None:
            return self.text("misc.differs")
        if not consent:
            return self.text("permission.unstated")
        preset = preset_of(consent)
        return self.say(PRESET_TEXTS[preset].title) if preset else self.text("summary.own")

    def uses(self, uses: list[Use]) -> str:
        """`training AI that makes music, data mining`."""
        return ", ".join(self.say(USE_NAMES[use]) for use in uses)

    def answers(self, consent: Consent) -> list[str]:
        """A sentence for each answer of a consent, and one for the uses without any."""
        keys = {
            Permission.PROHIBITED: "summary.uses_no",
            Permission.CONSTRAINED: "summary.uses_ask",
            Permission.ALLOWED: "summary.uses_yes",
        }
        found = []
        for permission, key in keys.items():
            if some := [use for use in Use if consent.get(use) is permission]:
                found.append(self.text(key, uses=self.uses(some)))
        if silent := [use for use in Use if use not in consent]:
            found.append(self.text("summary.uses_silent", uses=self.uses(silent)))
        return found

    def stated(self, consent: Consent, grants: Grants = ()) -> str:
        """What a carrier says: the preset's name, else answer by answer; and partners."""
        return self.say(with_grants(self._stated(consent), grants))

    def _stated(self, consent: Consent) -> str:
        if not consent or preset_of(consent):
            return self._choice(consent)
        parts = []
        for permission in Permission:
            if some := [use for use in Use if consent.get(use) is permission]:
                name = self.text(f"permission.{permission.value}")
                alike = set(some) == AI_USES
                uses = self.text("summary.all_ai") if alike else self.uses(some)
                parts.append(f"{name}: {uses}")
        return "; ".join(parts)

    def standing(self, standing: Standing) -> str:
        """`as chosen`, `otherwise`."""
        return self.text(f"standing.{standing.value}")

    def evidence(self, evidence: Evidence) -> str:
        """`read in the file`, `a person noted it`."""
        return self.text(f"evidence.{evidence.value or 'none'}")

    def standings(self, counts: Mapping[Standing, int]) -> str:
        """`60 as chosen, 1 otherwise`: the best first."""
        return ", ".join(
            self.text(
                "carrier.says", n=self.number(counts[standing]), standing=self.standing(standing)
            )
            for standing in BEST_FIRST
            if counts.get(standing)
        )

    def period(self, period: Period, ended_on: str = "") -> str:
        """The days of a licence, and the time zone that they are days of; first the ISO day on
        which a person ended it, if one did."""
        if ended_on:
            day, agreed = self.day(ended_on), self.period(period)
            return self.text("licence.ended_early", day=day, period=agreed)
        first = self.day(period.first.isoformat()) if period.first else ""
        last = self.day(period.last.isoformat()) if period.last else ""
        if first and last:
            days = self.text("licence.span", first=first, last=last)
        elif last:
            days = self.text("licence.until", day=last)
        elif first:
            days = self.text("licence.from", day=first)
        else:
            return self.text("licence.open_end")
        return f"{days} ({period.zone})"

    def head(self, seal: Seal) -> str:
        """The ledger's head: its hash, and the number of its entry."""
        return self.text("seal.head", hash=seal.head, number=self.number(seal.entry))

    def stamp(self, stamp: StampLine) -> str:
        """A time stamp: of which entry, what it proves, when, and by whom."""
        return self.text(
            "seal.stamp",
            number=self.number(stamp.entry),
            state=self.text(f"stamp.{stamp.state}"),
            time=f"{minute(stamp.time)} UTC",
            authority=stamp.authority,
        )

    def read(self, evidence: Evidence, first: str, last: str) -> str:
        """How and when something was read: `read in the file, 3 May 2026`."""
        how = self.evidence(evidence)
        if not last:
            return how if evidence is Evidence.TERMS else self.text("carrier.never")
        days = self.day(first), self.day(last)
        if days[0] == days[1]:
            return self.text("carrier.read", how=how, day=days[0])
        return self.text("carrier.read_span", how=how, first=days[0], last=days[1])

    def kinds(self, kinds: Counter[DeedKind]) -> str:
        """`3 choices, 2 write jobs and 1 check`."""
        left = Counter(kinds)
        parts = []
        for key, group in _GROUPS.items():
            if number := sum(left.pop(kind, 0) for kind in group):
                parts.append(self.count(f"kind.{key}", number))
        for key in ("licence", "terms", "letter"):
            some = [kind for kind in left if kind.value.startswith(key)]
            if number := sum(left.pop(kind) for kind in some):
                plural = key if key == "terms" else f"{key}s"
                parts.append(self.count(f"kind.{plural}", number))
        if rest := sum(left.values()):
            parts.append(self.count("kind.others", rest))
        return self.listed(parts)


def minute(time: str) -> str:
    """A stored time to the minute, in UTC: `2026-05-03 14:05`; "" for none, a day as it is."""
    if len(time) <= len("2026-05-03"):
        return time
    local = datetime.fromisoformat(time).astimezone(UTC).replace(tzinfo=None)
    return local.isoformat(" ", timespec="minutes")
