"""Licences in the words of the page, and which of them a chip shows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from rightsdesk.consent.licences.licence import LicenceState
from rightsdesk.consent.licences.period import Period
from rightsdesk.consent.licences.words import SOON, certificate_words, place_names, state_words
from rightsdesk.desktop.design.tokens import Tone
from rightsdesk.desktop.design.words import language
from rightsdesk.desktop.parts.texts import capital, counted, day_text, sentence, tr, uses_text
from rightsdesk.workspace.licences.views import CoveredMusic, LicenceView
from rightsdesk.workspace.types.scopes import ScopeKind

NAMED = 3
"""Titles in a row; the details are in the form."""


class Shown(StrEnum):
    """What a chip shows."""

    ALL = "all"
    SOON = "soon"
    HOLDS = "holds"
    NOT_YET = "not-yet"
    ENDED = "ended"


def chip_text(shown: Shown) -> str:
    """The words of a chip."""
    return {
        Shown.ALL: tr("All"),
        Shown.SOON: tr("Ends in {number} days").format(number=SOON),
        Shown.HOLDS: tr("Holds"),
        Shown.NOT_YET: tr("Not yet"),
        Shown.ENDED: tr("Ended"),
    }[shown]


def is_shown(view: LicenceView, shown: Shown) -> bool:
    """Whether a chip shows this licence."""
    if shown is Shown.ALL:
        return True
    if shown is Shown.SOON:
        return view.days_left is not None and view.days_left <= SOON
    return view.state.value == shown.value


def state_text(view: LicenceView, now: datetime) -> str:
    """`Ends in 12 days`."""
    return capital(sentence(state_words(view.licence, now)))


def tone_of(view: LicenceView) -> Tone:
    """The tone of the state."""
    if view.state is not LicenceState.HOLDS:
        return Tone.DIM if view.state is LicenceState.ENDED else Tone.ACCENT
    return Tone.OPEN if is_shown(view, Shown.SOON) else Tone.GOOD


def music_text(music: CoveredMusic) -> str:
    """`Night Ferry (Mira Koval)`, `All music of Mira Koval`."""
    if music.kind is ScopeKind.ARTIST:
        return tr("All music of {name}").format(name=music.name)
    form = tr("{name} ({artist})")
    if music.gone:
        form = tr("{name} ({artist}), not in the catalogue now")
    return form.format(name=music.name, artist=music.artist)


def covers_text(view: LicenceView) -> str:
    """What a licence covers, by titles, with the number of recordings."""
    names = [music_text(music) for music in view.covers[:NAMED]]
    if (rest := len(view.covers) - NAMED) > 0:
        names.append(counted("%n more", "%n more", rest))
    recordings = counted("%n recording", "%n recordings", view.recordings)
    return " · ".join((", ".join(names) or tr("no music"), recordings))


def terms_text(view: LicenceView) -> str:
    """`training AI that makes music · the EU, except France · until 31 December 2027`.

    If a person ended it early, as its state says, these days are only what was agreed.
    """
    agreement = view.licence.agreement
    where = (
        ""
        if agreement.territory.is_world
        else sentence(place_names(agreement.territory, language()))
    )
    days = period_text(agreement.period)
    parts = (
        uses_text(agreement.grant.ordered_uses),
        where,
        tr("agreed {days}").format(days=days) if view.licence.ended_at and days else days,
    )
    return " · ".join(part for part in parts if part)


UTC_NAME = "UTC"
UTC_ZONES = frozenset(("UTC", "Etc/UTC", "Etc/UCT", "Etc/GMT", "Etc/Zulu", "GMT", "UCT", "Zulu"))
"""Names of the same time zone."""


def zone_name(zone: str) -> str:
    """A time zone as people call it: `Berlin`, `UTC`."""
    return UTC_NAME if zone in UTC_ZONES else zone.rpartition("/")[2].replace("_", " ")


def period_text(period: Period) -> str:
    """`until 31 December 2027 (Berlin)`; "" without days."""
    first = day_text(period.first.isoformat()) if period.first else ""
    last = day_text(period.last.isoformat()) if period.last else ""
    if not (first or last):
        return ""
    form = tr("from {first} until {last} ({zone})") if first and last else ""
    form = form or (tr("until {last} ({zone})") if last else tr("from {first} ({zone})"))
    return form.format(first=first, last=last, zone=zone_name(period.zone))


def evidence_text(view: LicenceView) -> str:
    """Reference, document and certificate in a line; "" if none is known."""
    agreement = view.licence.agreement
    document = agreement.document
    parts = (
        agreement.reference,
        document.name if document else "",
        sentence(certificate_words(agreement.certificate)),
    )
    return " · ".join(part for part in parts if part)
