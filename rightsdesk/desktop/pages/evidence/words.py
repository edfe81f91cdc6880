"""The record, its time stamps and letters in sentences."""

from __future__ import annotations

from datetime import date, datetime

from rightsdesk import phrases
from rightsdesk.desktop.design.tokens import Tone
from rightsdesk.desktop.design.words import language
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.ledger.chain import Head
from rightsdesk.workspace.evidence.types import Stamp
from rightsdesk.workspace.letters.types import Letter


def heading_text(head: Head) -> str:
    """How much there is to show others."""
    if not head.number:
        return tr("Evidence")
    return counted("%n entry on record", "%n entries on record", head.number)


def record_text(head: Head) -> str:
    """What the record is."""
    if not head.number:
        return tr("Nothing is on record yet.")
    return tr(
        "Every choice, note and write is an entry. Each carries the fingerprint of the one before "
        "it, so that none can be changed or removed unnoticed."
    )


def hash_text(head: Head) -> str:
    """The newest entry's hash in short."""
    return tr("Newest fingerprint: {hash}…").format(hash=head.hash[:12])


def stamp_chip(stamps: list[Stamp], head: Head) -> tuple[str, Tone]:
    """How far time stamps cover the record, in a few words, and their tone."""
    if not stamps:
        return tr("no time stamp yet"), Tone.DIM
    day = day_text(stamps[0].made_at)
    if stamps[0].head.number >= head.number:
        return tr("all of it stamped on {day}").format(day=day), Tone.GOOD
    return tr("stamped up to {day}").format(day=day), Tone.OPEN


def letter_chip(letter: Letter) -> tuple[str, Tone]:
    """Where a letter stands, and its tone."""
    if letter.answered_on:
        return tr("answered"), Tone.GOOD
    return (tr("sent"), Tone.TOLD) if letter.sent_on else (tr("not sent yet"), Tone.OPEN)


def letter_text(letter: Letter) -> str:
    """To whom, and what became of it."""
    if letter.answered_on:
        form = tr("To {name}, sent on {sent}, answered on {answered}")
    elif letter.sent_on:
        form = tr("To {name}, sent on {sent}")
    else:
        form = tr("To {name}, written on {written}")
    return form.format(
        name=letter.recipient or "–",
        written=day_text(letter.written_at),
        sent=day_text(letter.sent_on),
        answered=day_text(letter.answered_on),
    )


def day_text(time: str) -> str:
    """`3 May 2026` for a stored time or day; "" for none."""
    if not time:
        return ""
    if len(time) > len("2026-05-03"):
        return str(phrases.short_date(datetime.fromisoformat(time).astimezone().date(), language()))
    return str(phrases.short_date(date.fromisoformat(time), language()))
