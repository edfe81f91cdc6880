"""The words for platforms that a person visits: what is known of them, and how it is known.

Four facts stay apart: what RightsDesk wrote there, the platform's own setting, its terms,
and for each by which evidence and since when. What a person told is never worded as read.
"""

from __future__ import annotations

from rightsdesk.consent import Standing
from rightsdesk.desktop.parts.texts import (
    consent_text,
    counted,
    counter_text,
    day_text,
    on_day,
    tr,
    uses_text,
)
from rightsdesk.resources.facts import Control, Default, HoldsFor, Offer, PlatformFacts
from rightsdesk.resources.fairly_trained import certified, split_by_certificate
from rightsdesk.workspace.types import ControlView, Group, GuidedView, Signals, SwitchReading


def group_title(group: Group) -> str:
    """The heading over platforms with as much to do."""
    return {
        Group.LOOK_AGAIN: tr("Check again"),
        Group.TO_DO: tr("To do"),
        Group.DONE: tr("Done"),
        Group.ACCOUNT: tr("By account"),
        Group.NOTHING: tr("Nothing to set there"),
        Group.ASIDE: tr("Not yours"),
    }[group]


def line_of(view: GuidedView) -> str:
    """One line below a platform's name in the list."""
    if view.group is Group.ASIDE:
        return tr("You said you are not there")
    for one in view.controls:
        wider = next((reading for reading in one.read if reading.wider), None)
        if wider:
            return tr("Read {day}: not what you want").format(day=on_day(wider.seen_at))
        if one.attestation:
            day = on_day(one.attestation.attested_at)
            if one.standing is Standing.CONFLICTS:
                return tr("You said {day}: not what you want").format(day=day)
            return tr("You said {day}: {value}").format(day=day, value=value_text(one))
    if view.group is Group.ACCOUNT:
        return tr("Connected") if view.connected else tr("Not connected")
    for one in view.controls:
        if one.read:
            return tr("Read {day}").format(day=on_day(one.read[0].seen_at))
        return default_text(one.control)
    return tr("Terms only") if view.facts.terms else tr("Little is known")


def value_text(one: ControlView) -> str:
    """What was told, as the platform calls it."""
    told = one.attestation
    value = one.control.value(told.value) if told else None
    return value.label if value else told.value if told else ""


def default_text(control: Control) -> str:
    """What holds while nobody chooses."""
    return {
        Default.ON: tr("On unless you switch it off"),
        Default.OFF: tr("Off unless you switch it on"),
        Default.OPT_IN: tr("Out unless you join"),
        Default.NONE: tr("Nothing until you choose"),
        Default.UNKNOWN: tr("It is not known what holds by default"),
    }[control.default]


def holds_text(control: Control) -> str:
    """What one choice is for."""
    return {
        HoldsFor.ACCOUNT: tr("for the whole account"),
        HoldsFor.RELEASE: tr("for each release"),
        HoldsFor.TRACK: tr("for each track"),
        HoldsFor.SITE: tr("for the whole site"),
    }[control.holds_for]


def sure_text(*, verified: bool, source: str, last_checked: str) -> str:
    """How a fact is known: looked up, or written from memory."""
    day = day_text(last_checked)
    if verified:
        return tr("Looked up in {day}. Source: {source}").format(day=day, source=source)
    return tr("Written from memory and not checked yet ({day}). Source: {source}").format(
        day=day, source=source
    )


def terms_texts(facts: PlatformFacts) -> tuple[str, str, bool]:
    """What the terms say, how that is known, and whether it was verified."""
    terms = facts.terms
    if terms is None:
        known = tr("Looked for in {day}.").format(day=day_text(facts.last_checked))
        return facts.no_terms, known, True
    known = sure_text(verified=terms.verified, source=terms.source, last_checked=facts.last_checked)
    if terms.date:
        known = tr("Terms of {day}.").format(day=day_text(terms.date)) + " " + known
    return terms.short, known, terms.verified


def told_text(one: ControlView) -> str:
    """`You said on 3 May 2026: Off`, with the note and how that stands."""
    told = one.attestation
    if told is None:
        return ""
    said = tr("You said {day}: {value}.").format(
        day=on_day(told.attested_at), value=value_text(one)
    )
    if told.note:
        said += f" ({told.note})"
    if one.wider:
        more = tr("That allows more than you want: {uses}.")
        said += " " + more.format(uses=uses_text(one.wider))
    elif one.narrower:
        less = tr("That allows less than you want: {uses}.")
        said += " " + less.format(uses=uses_text(one.narrower))
    elif one.standing is Standing.SILENT:
        said += " " + tr("That leaves unsaid what you want.")
    return said


def read_text(reading: SwitchReading, platform: str) -> str:
    """`Read from YouTube today: 10 tracks say No: training …`."""
    says = consent_text(reading.says) if reading.says else tr("nothing")
    if not reading.of_tracks:
        head = tr("Read from {platform} {day}: it says {says}.")
    else:
        times = counted("%n track", "%n tracks", reading.count)
        head = tr("Read from {platform} {day}: {times} say {says}.").replace("{times}", times)
        if reading.count == 1:
            head = head.replace(f"{times} say", f"{times} says")
    text = head.format(platform=platform, day=on_day(reading.seen_at), says=says)
    if reading.wider:
        text += " " + tr("That allows more than you want.")
    return text


def signal_texts(signals: Signals | None, facts: PlatformFacts) -> tuple[str, str]:
    """What RightsDesk wrote there itself, and how that is known."""
    if signals is None:
        return tr("RightsDesk cannot write or read anything there."), ""
    if not signals.accounts:
        text = tr("Nothing: no account is connected. RightsDesk can write there with one.")
        return text, ""
    names = ", ".join(signals.accounts)
    if not signals.seen_at:
        return tr("Not read yet."), tr("Account: {names}").format(names=names)
    known = tr("Read from {platform} {day}. Account: {names}").format(
        platform=facts.name, day=on_day(signals.seen_at), names=names
    )
    counts = [counter_text(s, signals.standings[s]) for s in Standing if signals.standings.get(s)]
    return ", ".join(counts) or tr("Nothing: there is only its own setting."), known


def offer_texts(offer: Offer) -> list[str]:
    """Whether the companies that an offer names are certified, as far as our list goes."""
    seen = certified()
    sure, rest = split_by_certificate(offer.companies)
    day = day_text(seen.date)
    texts = []
    if sure:
        text = tr("Certified by Fairly Trained (list of {day}): {names}.")
        texts.append(text.format(day=day, names=", ".join(sure)))
    if rest:
        text = (
            tr("Not on the Fairly Trained list that we have (as of {day}): {names}.")
            if seen.complete
            else tr(
                "Not on the Fairly Trained list that we have (as of {day}, and not complete): "
                "{names}."
            )
        )
        texts.append(text.format(day=day, names=", ".join(rest)))
    return texts


def open_text(found: dict[Group, int]) -> str:
    """`1 to look at again, 5 to do`."""
    parts = []
    if again := found.get(Group.LOOK_AGAIN, 0):
        parts.append(counted("%n to look at again", "%n to look at again", again))
    if todo := found.get(Group.TO_DO, 0):
        parts.append(counted("%n to do", "%n to do", todo))
    return ", ".join(parts) or tr("nothing to do")
