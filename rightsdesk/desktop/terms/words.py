"""Changes in terms, in the window's words."""

from __future__ import annotations

from rightsdesk.consent.words import listed
from rightsdesk.desktop.design.tokens import Tone
from rightsdesk.desktop.parts.texts import day_text, on_day, sentence, tr
from rightsdesk.terms.values import Direction
from rightsdesk.workspace.terms.types import Alarm, AlarmAnswer, DocumentSource, TermsVersion


def title_of(alarm: Alarm) -> str:
    """`SoundCloud changed what AI may do with uploads`."""
    form = tr("{platform} changed what AI may do with uploads")
    return form.format(platform=alarm.platform_name)


def place_of(alarm: Alarm) -> str:
    """`SoundCloud › Terms of Use › EEA, UK`."""
    return " › ".join(filter(None, (alarm.platform_name, alarm.title, alarm.region)))


def news_of(alarm: Alarm) -> str:
    """`SoundCloud changed its Terms of Use on 12 May`."""
    form = tr("{platform} changed “{document}” {day}")
    day = on_day(alarm.raised_at)
    return form.format(platform=alarm.platform_name, document=alarm.title, day=day)


def chip_of(alarm: Alarm) -> tuple[str, Tone]:
    """Which way a change goes, in a few words, with its tone."""
    match alarm.direction:
        case Direction.WIDENS:
            return tr("AI may do more"), Tone.BAD
        case Direction.NARROWS:
            return tr("AI may do less"), Tone.GOOD
        case Direction.NEW_SWITCH:
            return tr("New choice"), Tone.OPEN
        case _:
            return tr("Read both"), Tone.OPEN


def uses_of(alarm: Alarm) -> str:
    """`training AI that makes music, data mining`."""
    return sentence(listed(alarm.uses)) if alarm.uses else ""


def until_of(version: TermsVersion) -> str:
    """`until 11 February 2024`."""
    return tr("until {day}").format(day=day_text(version.last_seen))


def since_of(version: TermsVersion) -> str:
    """`since 12 February 2024`."""
    return tr("since {day}").format(day=day_text(version.first_seen))


def seen_of(version: TermsVersion) -> str:
    """Where a version was fetched, and the hash of its text."""
    form = (
        tr("Text of {day}, from Open Terms Archive, SHA-256 {hash}")
        if version.source is DocumentSource.ARCHIVE
        else tr("Text of {day}, from the page itself, SHA-256 {hash}")
    )
    day = day_text(version.first_seen)
    return form.format(day=day, hash=f"{version.text_sha256[:16]}…")


def concerned_of(alarm: Alarm) -> str:
    """`Mira Koval, Salt & Signal. Accounts: mira-koval`."""
    artists = ", ".join(name for _, name in alarm.concerned.artists)
    accounts = ", ".join(name for _, name in alarm.concerned.accounts)
    if not artists:
        return tr("No artist used it when this was noticed.")
    if accounts:
        form = tr("It concerns {artists}. Accounts there: {accounts}.")
        return form.format(artists=artists, accounts=accounts)
    return tr("It concerns {artists}.").format(artists=artists)


def answer_of(alarm: Alarm) -> str:
    """What was answered, and when; "" while there is no answer."""
    day = on_day(alarm.answered_at) if alarm.answered_at else ""
    match alarm.answer:
        case AlarmAnswer.NOTED:
            return tr("You noted this {day}.").format(day=day)
        case AlarmAnswer.CHOICE_CHANGED:
            return tr("You changed your choice {day}.").format(day=day)
        case AlarmAnswer.ASK_AGAIN:
            return tr("RightsDesk asks again on {day}.").format(day=day_text(alarm.ask_at))
        case _:
            return ""
