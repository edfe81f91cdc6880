"""The words for platforms that a person visits: what is known of them, and how it is known.

Four facts stay apart: what RightsDesk wrote there, the platform's own setting, its terms,
and for each by which evidence and since when. What a person told is never worded as read.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from rightsdesk.consent import Standing, Use
from rightsdesk.desktop.parts.texts import (
    consent_text,
    counted,
    counter_text,
    day_text,
    on_day,
    sentence,
    tr,
    uses_text,
)
from rightsdesk.resources.controls import Control, Default, HoldsFor, Value
from rightsdesk.resources.facts import Offer, PlatformFacts
from rightsdesk.resources.fairly_trained import certified, split_by_certificate
from rightsdesk.resources.findings import Fact, Strength
from rightsdesk.resources.said import (
    ABOUT_TITLES,
    control_covers,
    default_says,
    fact_dated,
    fact_known,
    fact_says,
    source_known,
)
from rightsdesk.workspace.types.guided import ControlView, Signals, SwitchReading

TRAINING = frozenset({Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING})


def short_name(facts: PlatformFacts) -> str:
    """`Meta` of `Meta (Facebook, Instagram)`: for buttons and sentences."""
    return facts.name.split(" (")[0]


def value_text(one: ControlView) -> str:
    """What was told, as the platform calls it."""
    told = one.attestation
    value = one.control.value(told.value) if told else None
    return tr(value.label) if value else told.value if told else ""


def default_text(control: Control) -> str:
    """What holds while the person chooses nothing."""
    return sentence(default_says(control))


def default_chip(control: Control) -> str:
    """The same in a word or two."""
    return {
        Default.ON: tr("on by default"),
        Default.OFF: tr("off by default"),
        Default.VALUE: tr("not chosen"),
        Default.OPT_IN: tr("opt-in"),
        Default.NONE: tr("not set"),
        Default.UNKNOWN: tr("not known"),
    }[control.default]


def nothing_done_text(control: Control) -> str:
    """What holds if the person does nothing."""
    held, value = holds_text(control), control.value_by_default
    return {
        Default.ON: tr("If you do nothing, it stays on {held}."),
        Default.OFF: tr("If you do nothing, it stays off and refuses nothing {held}.")
        if control.permits_by_default
        else tr("If you do nothing, it stays off {held}."),
        Default.VALUE: tr("If you do nothing, it stays at “{value}” {held}."),
        Default.OPT_IN: tr("If you do nothing, you stay out {held}."),
        Default.NONE: tr("If you do nothing, nothing is stated there."),
        Default.UNKNOWN: tr("What holds if you do nothing is not known."),
    }[control.default].format(held=held, value=tr(value.label) if value else "")


def covers_texts(control: Control) -> list[str]:
    """Who and what a switch reaches."""
    return [sentence(one) for one in control_covers(control)]


def holds_text(control: Control) -> str:
    """What one choice is for."""
    return {
        HoldsFor.ACCOUNT: tr("for the whole account"),
        HoldsFor.RELEASE: tr("for each release"),
        HoldsFor.TRACK: tr("for each track"),
        HoldsFor.SITE: tr("for the whole site"),
        HoldsFor.BLOG: tr("for each blog"),
        HoldsFor.PUBLICATION: tr("for each publication"),
        HoldsFor.PROJECT: tr("for each project"),
    }[control.holds_for]


def minutes_text(minutes: int) -> str:
    """`1 minute`."""
    return counted("%n minute", "%n minutes", minutes)


def known_text(sentences: Iterable[str]) -> str:
    """How a fact is known, a sentence a line."""
    return "\n".join(sentence(one) for one in sentences)


def looked_up_text(source: str, last_checked: str, strength: Strength) -> str:
    """How something with one source is known: the source, the date, the strength."""
    return known_text(source_known(tr(source), last_checked, strength, day_text))


def fact_texts(fact: Fact, last_checked: str) -> tuple[str, str, str, str]:
    """The title of a fact, what it says, how it is known, and its day with its age."""
    today = datetime.datetime.now().astimezone().date()
    return (
        sentence(ABOUT_TITLES[fact.about]),
        sentence(fact_says(fact, day_text)),
        known_text(fact_known(fact, last_checked, today, day_text)),
        sentence(fact_dated(fact, today, day_text)),
    )


def set_text(facts: PlatformFacts, control: Control, value: Value) -> str:
    """`AI training is off on X.`: what a switch is set to, in a sentence."""
    name, word = short_name(facts), _on_or_off(value)
    if word and TRAINING & {Use(use) for use in control.governs}:
        form = tr("{name}: AI training is off.") if word == "off" else ""
        form = form or tr("{name}: AI training is on.")
        return form.format(name=name)
    return tr("{value} on {name}.").format(value=tr(value.label), name=name)


def is_now_text(value: Value) -> str:
    """What a person says once it is done: `It's off now`."""
    return {"off": tr("It's off now"), "on": tr("It's on")}.get(_on_or_off(value), tr(value.label))


def still_text(value: Value) -> str:
    """What a person says where nothing changed: `Still off`."""
    words = {"off": tr("Still off"), "on": tr("Still on")}
    return words.get(_on_or_off(value)) or tr("Still: {value}").format(value=tr(value.label))


def _on_or_off(value: Value) -> str:
    word = value.label.split(":")[0].strip().casefold()
    return word if word in ("on", "off") else ""


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
        more = tr("That allows more than you chose: {uses}.")
        said += " " + more.format(uses=uses_text(one.wider))
    elif one.narrower:
        less = tr("That allows less than you chose: {uses}.")
        said += " " + less.format(uses=uses_text(one.narrower))
    elif one.standing is Standing.SILENT:
        said += " " + tr("That does not state what you chose.")
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
        text += " " + tr("That allows more than you chose.")
    return text


def signal_texts(signals: Signals | None, facts: PlatformFacts) -> tuple[str, str]:
    """What RightsDesk wrote there itself, and how that is known."""
    if signals is None:
        return tr("RightsDesk can't write or read anything there."), ""
    if not signals.accounts:
        text = tr("Nothing: no account is connected. RightsDesk can write there with one.")
        return text, ""
    names = ", ".join(signals.accounts)
    if not signals.seen_at:
        return tr("Not read yet."), tr("Account: {names}").format(names=names)
    known = tr("Read from {platform} {day}. Account: {names}").format(
        platform=facts.name, day=on_day(signals.seen_at), names=names
    )
    return standings_text(signals) or tr("Nothing: there is only its own setting."), known


def standings_text(signals: Signals) -> str:
    """`4 say otherwise, 19 are silent`."""
    counts = [counter_text(s, signals.standings[s]) for s in Standing if signals.standings.get(s)]
    return ", ".join(counts)


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
