"""Fill a letter's form from the record; what the record does not have is marked and named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice

from rightsdesk import phrases
from rightsdesk.consent import Permission, Standing, Use
from rightsdesk.consent.licences.licence import LicenceState
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.resources.facts import facts_named
from rightsdesk.resources.letter_forms import VALUES, LetterForm
from rightsdesk.sentences import worded
from rightsdesk.workspace.evidence.types import StampState
from rightsdesk.workspace.letters.types import Draft, NothingReserved
from rightsdesk.workspace.reports.gathering import Report
from rightsdesk.workspace.reports.types import RecordingLine
from rightsdesk.workspace.reports.words import Words

RESERVATION = "reservation"
_MINING = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING)
"""The uses that text and data mining (Article 2(2) of Directive (EU) 2019/790) is about."""
MOST_TITLES = 200
"""So many recordings a letter names; then it says how many more there are."""
_PROVEN = frozenset({StampState.HOLDS.value, StampState.CLAIMS_BLOCK.value})
OPEN, CLOSE = "[[", "]]"
"""Around a place that is still to be filled in."""


def filled(
    report: Report, form: LetterForm, kind: str, words: Words, recipient: str, address: str
) -> Draft:
    """The form with the values of a report on one artist's music."""
    if kind == RESERVATION:
        _check_reserved(report)
    owner = report.owners[0]
    values = _values(report, words, recipient, address)
    missing: list[str] = []

    def value(name: str) -> str:
        if text := values.get(name, ""):
            return text
        if name not in missing:
            missing.append(name)
        return marked(words, name)

    shown = [one for one in form.paragraphs if not one.when or values.get(one.when)]
    every = _Values(value)
    text = "\n\n".join(one.text.format_map(every) for one in shown)
    return Draft(
        kind=kind,
        language=words.code,
        artist_id=owner.id,
        artist=owner.name,
        recipient=recipient,
        address=address,
        subject=form.subject.format_map(every),
        text=text,
        missing=tuple(name for name in VALUES if name in missing),
    )


class _Values(dict[str, str]):
    def __init__(self, value: object) -> None:
        super().__init__()
        self._value = value

    def __missing__(self, name: str) -> str:
        assert callable(self._value)
        return str(self._value(name))


def marked(words: Words, name: str) -> str:
    """The mark of a place to fill in: `[[contact]]` in the letter's language."""
    return f"{OPEN}{words.text(f'letter.{name}')}{CLOSE}"


def open_places(text: str) -> list[str]:
    """What is still marked in a text, in order, each once."""
    parts = (part.partition(CLOSE) for part in text.split(OPEN)[1:])
    return list(dict.fromkeys(name for name, end, _rest in parts if end))


def _check_reserved(report: Report) -> None:
    """Raise NothingReserved if the letter would contradict the choice for some of the music."""
    number = sum(
        count
        for consent, count in report.consents
        if not consent or any(consent.get(use) is Permission.ALLOWED for use in _MINING)
    )
    if number:
        raise NothingReserved(
            worded(
                "{recordings} of this music have no choice, or one that allows training or data "
                "mining: the letter would contradict it.",
                recordings=phrases.counted(number, "recording"),
            ),
            untouched="Nothing was written.",
            advice="Choose what AI may do with them, or name a release without them.",
        )


def _values(report: Report, words: Words, recipient: str, address: str) -> Mapping[str, str]:
    owner, platform = report.owners[0], _platform(recipient)
    chosen = list(report.chosen())
    nearest = chosen[-1] if chosen else None
    accounts = [one for one in report.accounts if one.platform == platform]
    today = datetime.now(UTC).date().isoformat()
    return {
        "recipient": recipient,
        "address": address,
        "day": words.day(today),
        "artist": owner.name,
        "rightsholder": owner.rightsholder,
        "contact": owner.contact,
        "terms_url": owner.terms_url,
        "account": words.listed(list(dict.fromkeys(one.account for one in accounts))),
        "choice": _choice(report, words),
        "since": words.day(nearest.since) if nearest and len(report.consents) == 1 else "",
        "licences": _licences(report, words),
        "carriers": _carriers(report, words),
        "terms": _terms(report, words, platform),
        "observed": _observed(report, words, platform),
        "titles": _titles(report, words),
        "record": f"{words.head(report.seal)}." if report.seal.entries else "",
        "stamp": _stamp(report, words),
    }


def _platform(recipient: str) -> str:
    facts = facts_named(recipient) if recipient.strip() else None
    return facts.id if facts else ""


def _choice(report: Report, words: Words) -> str:
    """What was chosen, only where it is the same for all of the music."""
    if len(report.consents) != 1 or not report.consents[0][0]:
        return ""
    consent = report.consents[0][0]
    return " ".join((f"{words.choice(consent)}.", *words.answers(consent)))


def _licences(report: Report, words: Words) -> str:
    """The licences that hold for some of the music: partner, uses, what for, and until when."""
    lines = []
    for one in report.licences:
        if one.state == LicenceState.HOLDS:
            agreement = one.agreement
            uses = words.uses(list(agreement.grant.ordered_uses))
            covers, period = words.listed(list(one.covers)), words.period(one.period)
            lines.append(f"{agreement.partner}: {uses}; {covers}; {period}")
    return "\n".join(lines)


def _stamp(report: Report, words: Words) -> str:
    """The newest time stamp that holds, of a state that is still in the ledger."""
    proven = [one for one in report.seal.stamps if one.fits and one.state in _PROVEN]
    newest = max(proven, key=lambda one: (one.entry, one.time), default=None)
    return f"{words.stamp(newest)}." if newest else ""


def _carriers(report: Report, words: Words) -> str:
    """Where the choice stands as it was chosen, by what was read there."""
    lines = []
    for one in report.carriers:
        if number := one.standings.get(Standing.AGREES, 0):
            name = words.text("carrier.files") if one.carrier == CarrierId.FILES else one.name
            recordings = words.count("count.recordings", number)
            read = words.read(one.evidence, one.first_read, one.last_read)
            lines.append(f"{name}: {recordings} ({read})")
    return "; ".join(lines)


def _observed(report: Report, words: Words, platform: str) -> str:
    for one in report.carriers:
        if one.carrier == platform:
            read = words.read(one.evidence, one.first_read, one.last_read)
            return f"{words.standings(one.standings)} ({read})"
    return ""


def _terms(report: Report, words: Words, platform: str) -> str:
    lines = []
    for one in report.terms:
        if one.platform == platform:
            said = words.text("terms.silent") if one.silent else words.say(one.short)
            version = words.text("terms.version", date=words.day(one.date)) if one.date else ""
            source = ", ".join(filter(None, (one.document, version)))
            lines.append(f"{said} ({source})")
    for held in report.held:
        if held.platform == platform:
            lines.append(f"{held.document}: SHA-256 {held.fetched_sha256}")
    return "\n".join(lines)


def _titles(report: Report, words: Words) -> str:
    found = report.recordings()
    lines = [_title(line) for line in islice(found, MOST_TITLES)]
    if more := report.totals.recordings - len(lines):
        lines.append(words.count("count.more", more))
    return "\n".join(lines)


def _title(line: RecordingLine) -> str:
    return ", ".join(
        filter(None, (line.title, line.release, f"ISRC {line.isrc}" if line.isrc else ""))
    )
