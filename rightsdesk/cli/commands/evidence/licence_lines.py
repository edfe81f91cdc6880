"""Licences as lines, rows of a table, and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rightsdesk import phrases
from rightsdesk.cli.output.json_shapes import Shape
from rightsdesk.cli.output.words import shown
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.licence import LicenceState
from rightsdesk.consent.licences.words import (
    certificate_words,
    day_words,
    place_names,
    state_words,
)
from rightsdesk.consent.words import listed
from rightsdesk.workspace.licences.views import CoveredMusic, LicenceView

MOST_NAMED = 3


def table_row(view: LicenceView, now: datetime) -> tuple[str, ...]:
    """Return number, partner, state, last day with its time zone, uses, and what it covers."""
    agreement = view.licence.agreement
    last, zone = view.licence.last_day, agreement.period.zone
    return (
        str(view.licence.id),
        shown(agreement.partner),
        state_words(view.licence, now),
        f"{day_words(last)} ({shown(zone)})" if last else "",
        listed(agreement.grant.ordered_uses),
        shown(phrases.first_few((music_words(music) for music in view.covers), MOST_NAMED)),
    )


def music_words(music: CoveredMusic) -> str:
    """Return `Night Ferry (release of Mira Koval)`."""
    gone = ", not in the catalogue now" if music.gone else ""
    if music.kind.value == "artist":
        return f"{music.name} (all music{gone})"
    return f"{music.name} ({music.kind.value} of {music.artist}{gone})"


def view_lines(view: LicenceView, now: datetime) -> Iterator[str]:
    """Yield everything about a licence."""
    agreement = view.licence.agreement
    yield f"Licence {view.licence.id}: {shown(agreement.partner)}, {state_words(view.licence, now)}"
    yield from agreement_lines(agreement)
    if view.licence.ended_at is not None and view.state is not LicenceState.ENDED:
        yield f"  To end early: on {day_words(view.licence.period.day(view.licence.ended_at))}"
    elif view.licence.ended_at is not None:
        ended = phrases.iso_minute(view.licence.ended_at.isoformat())
        yield f"  Ended early: {ended} (time of this computer)"
    count = phrases.counted(view.recordings, "recording")
    yield f"  Covers {count}:"
    yield from (f"    {shown(music_words(music))}" for music in view.covers)


def agreement_lines(agreement: Agreement) -> Iterator[str]:
    """Yield what was agreed, a line for each detail that is known."""
    period, document = agreement.period, agreement.document
    lines = {
        "Uses": listed(agreement.grant.ordered_uses),
        "Territory": place_names(agreement.territory),
        "From": day_words(period.first) if period.first else "",
        "Until": f"{day_words(period.last)}, the whole day" if period.last else "no end",
        "Time zone": period.zone if period.first or period.last else "",
        "Site": agreement.site,
        "Identifier": agreement.identifier,
        "Reference": agreement.reference,
        "Document": document.name if document else "",
        "SHA-256": document.sha256 if document else "",
        "Copy": "kept in the data folder" if document and document.kept else "",
        "Fairly Trained": certificate_words(agreement.certificate),
        "Note": agreement.note,
    }
    yield from (f"  {name}: {shown(text)}" for name, text in lines.items() if text)


def view_shape(view: LicenceView) -> Shape:
    """Return a licence as JSON."""
    last = view.licence.last_day
    return {
        "id": view.licence.id,
        **view.licence.agreement.to_json(),
        "state": view.state.value,
        "last_day": last.isoformat() if last else "",
        "days_left": view.days_left,
        "ended_at": view.licence.ended_at.isoformat() if view.licence.ended_at else "",
        "added_at": view.licence.added_at,
        "covers": [music_shape(music) for music in view.covers],
        "recordings": view.recordings,
    }


def music_shape(music: CoveredMusic) -> Shape:
    """Return one thing that a licence covers."""
    return {
        "kind": music.kind.value,
        "id": music.id,
        "name": music.name,
        "artist": music.artist,
        "gone": music.gone,
    }


def scope_lines(names: Sequence[str]) -> Iterator[str]:
    """Yield what a new licence covers."""
    yield "  Covers:"
    yield from (f"    {shown(name)}" for name in names)
