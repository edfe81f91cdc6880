"""The record, its time stamps and letters in sentences."""

from __future__ import annotations

from datetime import date, datetime

from rightsdesk import phrases
from rightsdesk.desktop.design.words import language
from rightsdesk.desktop.parts.texts import counted, tr
from rightsdesk.ledger.chain import Head
from rightsdesk.workspace.evidence.types import Stamp
from rightsdesk.workspace.letters.types import Letter


def record_text(head: Head) -> str:
    """How many entries the record has, and its head in short."""
    if not head.number:
        return tr("Nothing is on record yet.")
    entries = counted(
        "%n entry is on record, chained to a hash.",
        "%n entries are on record, each chained to the one before.",
        head.number,
    )
    return tr("{entries} The newest hash begins with {hash}.").format(
        entries=entries, hash=head.hash[:12]
    )


def stamp_text(stamps: list[Stamp], head: Head) -> str:
    """What time stamps prove, in a sentence."""
    if not stamps:
        return tr("It has no time stamp yet.")
    day = day_text(stamps[0].made_at)
    if stamps[0].head.number >= head.number:
        return tr("The newest time stamp, of {day}, covers all of it.").format(day=day)
    return tr("The newest time stamp is of {day}; what was done since is not covered.").format(
        day=day
    )


def letter_text(letter: Letter) -> str:
    """To whom, and what became of it."""
    if letter.answered_on:
        form = tr("To {name}, sent on {sent}, answered on {answered}")
    elif letter.sent_on:
        form = tr("To {name}, sent on {sent}, no answer noted")
    else:
        form = tr("To {name}, written on {written}, not sent")
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
