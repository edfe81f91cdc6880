"""The words of the board: the heading, and what a card says of a platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rightsdesk import phrases
from rightsdesk.desktop.accounts.texts import found_text, state_text
from rightsdesk.desktop.design.tokens import Tone
from rightsdesk.desktop.design.words import language, within
from rightsdesk.desktop.guided.texts import (
    default_chip,
    default_text,
    minutes_text,
    nothing_done_text,
    read_text,
    short_name,
    told_text,
    value_text,
)
from rightsdesk.desktop.pages.platforms.sections import BoardSection, Need, Used
from rightsdesk.desktop.parts.segments import SIGNS, bar_words, segment_words
from rightsdesk.desktop.parts.texts import (
    consent_short,
    consent_text,
    counted,
    day_text,
    quoted,
    sentence,
    short_day,
    tr,
    when_text,
)
from rightsdesk.resources.facts import DefaultDirection, PlatformKind, PlatformPlace
from rightsdesk.roster.account_state import AccountState
from rightsdesk.workspace.types.matrix import Segment

NAMED = 3
"""So many platforms are named in the heading."""
_WORST = (
    *(Segment.SAYS_OTHERWISE, Segment.TO_WRITE, Segment.SILENT),
    *(Segment.UNKNOWN, Segment.UNCHOSEN, Segment.SAYS),
)


def section_title(section: BoardSection) -> str:
    """The heading over a part of the board."""
    return {
        BoardSection.NEEDS_YOU: tr("Needs you now"),
        BoardSection.CONNECTED: tr("Connected"),
        BoardSection.TOLD: tr("Noted by you"),
        BoardSection.TERMS: tr("Terms only"),
    }[section]


def heading_text(used: Sequence[Used]) -> str:
    """Where the person must act, in a sentence."""
    needing = [short_name(one.view.facts) for one in used if one.section is BoardSection.NEEDS_YOU]
    if not needing:
        return counted(
            "Nothing needs you on %n platform", "Nothing needs you on %n platforms", len(used)
        )
    if len(needing) == 1:
        return tr("{name} needs you").format(name=needing[0])
    if len(needing) <= NAMED:
        return tr("{names} need you").format(names=phrases.and_list(needing, language()))
    form = counted("%n platform needs you", "%n platforms need you", len(needing))
    return tr("{count}, {name} first").format(count=form, name=needing[0])


def under_text(used: Sequence[Used]) -> str:
    """`About 5 minutes · 2 connected · 1 noted by you`."""
    minutes = sum(one.minutes for one in used)
    found = Counter(one.section for one in used)
    parts = [tr("About {time}").format(time=minutes_text(minutes))] if minutes else []
    if connected := found[BoardSection.CONNECTED]:
        parts.append(counted("%n connected", "%n connected", connected))
    if told := found[BoardSection.TOLD]:
        parts.append(counted("%n noted by you", "%n noted by you", told))
    if by_terms := found[BoardSection.TERMS]:
        one, many = "%n known by its terms only", "%n known by their terms only"
        parts.append(counted(one, many, by_terms))
    return " · ".join(parts)


def chip_of(one: Used) -> tuple[str, Tone]:
    """A word or two for the state of a platform, and its tone."""
    need, broken = one.need, one.broken
    if need is Need.ON_BY_DEFAULT:
        return default_chip(one.switches[0].control), Tone.BAD
    if need is Need.SIGN_IN and broken:
        return state_text(broken), Tone.OPEN
    if need is Need.ALLOWS_MORE:
        return tr("allows more"), Tone.BAD
    if need is Need.WRITE:
        return counted("%n to write", "%n to write", one.to_write), Tone.ACCENT
    if need is Need.MATCH:
        return counted("%n to match", "%n to match", one.questions), Tone.OPEN
    if need is Need.CHECK_AGAIN:
        return tr("check again"), Tone.OPEN
    if need is Need.SET:
        return default_chip(one.switches[0].control), Tone.OPEN
    if one.accounts:
        return _connected_chip(one)
    told = [control for control in one.view.controls if control.attestation]
    if told and told[0].attestation:
        day = short_day(told[0].attestation.attested_at)
        form = tr("{value} · {day}")
        return form.format(value=value_text(told[0]).split(":")[0], day=day), Tone.TOLD
    return direction_chip(one.view.facts.direction)


def _connected_chip(one: Used) -> tuple[str, Tone]:
    if any(account.unread_since for account in one.accounts):
        return tr("not readable"), Tone.OPEN
    worst = next((segment for segment in _WORST if one.bar.get(segment)), None)
    if worst is None:
        return tr("connected"), Tone.GOOD
    if worst is Segment.SAYS:
        words = tr("says {choice}").format(choice=consent_short(one.view.consent))
        return words, Tone.GOOD
    return segment_words(worst), SIGNS[worst][1]


def sentences_of(one: Used) -> list[str]:
    """What a card says: the state, then what holds if nothing is done."""
    return [text for text in (_state(one), _if_nothing(one)) if text]


def _state(one: Used) -> str:
    view, need = one.view, one.need
    if one.switches and need in (Need.ON_BY_DEFAULT, Need.SET):
        control = one.switches[0].control
        return f"{quoted(tr(control.label))}: {_lower(default_text(control))}."
    if need is Need.ALLOWS_MORE:
        switch = next(s for s in one.switches if s.wider or any(r.wider for r in s.read))
        reading = next((r for r in switch.read if r.wider), None)
        return read_text(reading, view.facts.name) if reading else told_text(switch)
    if need is Need.CHECK_AGAIN:
        told = [told_text(control) for control in view.controls if control.attestation]
        return " ".join((*told, sentence(view.look_again)))
    if one.accounts:
        return " ".join(_account(one))
    told = [told_text(control) for control in view.controls if control.attestation]
    if told:
        return " ".join(told)
    return tr(view.facts.short)


def _account(one: Used) -> list[str]:
    parts = []
    for account in one.accounts:
        words = [account.name]
        if account.looked_at:
            words += [
                found_text(account),
                tr("checked {when}").format(when=when_text(account.looked_at)),
            ]
        parts.append(" · ".join(words) + ".")
        if account.unread_since and account.state == AccountState.CONNECTED:
            form = tr("Could not be read since {day}; RightsDesk tries again at the next check.")
            parts.append(form.format(day=short_day(account.unread_since)))
        elif account.state == AccountState.UNCONFIRMED:
            form = tr("Is this login {artist}'s? Nothing is done with it until you answer.")
            parts.append(form.format(artist=account.artist))
        elif account.problem:
            parts.append(sentence(account.problem))
    if words_ := bar_words(one.bar, whole=one.whole):
        if len(one.bar) > 1 and not one.whole:  # an account counts its tracks, the bar recordings
            number = counted("%n recording", "%n recordings", sum(one.bar.values()))
            words_ = f"{number}: {words_}"
        parts.append(words_[:1].upper() + words_[1:] + ".")
    return parts


def _if_nothing(one: Used) -> str:
    need = one.need
    if one.switches and need in (Need.ON_BY_DEFAULT, Need.SET):
        return nothing_done_text(one.switches[0].control)
    if need is Need.WRITE:
        form = tr("If you do nothing, it does not say {choice}.")
        return form.format(choice=consent_text(one.view.consent))
    if need is Need.MATCH:
        return tr("Until you answer, nothing is written to these tracks.")
    if need is Need.SIGN_IN:
        return tr("Until then, RightsDesk neither reads nor writes there.")
    if one.section is BoardSection.TOLD:
        days = [c.attestation.remind_at for c in one.view.controls if c.attestation]
        due = min((day for day in days if day), default="")
        return tr("RightsDesk asks again on {day}.").format(day=day_text(due)) if due else ""
    return ""


def kind_text(kind: PlatformKind) -> str:
    """What a group of platforms is called."""
    return {
        PlatformKind.SOCIAL: tr("Social"),
        PlatformKind.STREAMING: tr("Streaming"),
        PlatformKind.VIDEO: tr("Video"),
        PlatformKind.STORE: tr("Shops and archives"),
        PlatformKind.DISTRIBUTOR: tr("Distributors"),
        PlatformKind.WRITING: tr("Writing and membership"),
        PlatformKind.WEBSITE: tr("Your website"),
        PlatformKind.SELF_HOSTED: tr("Run by yourself or friends"),
        PlatformKind.FILES: tr("Files and code"),
        PlatformKind.TOOLS: tr("Tools and artwork"),
        PlatformKind.REGISTRY: tr("Registries"),
        PlatformKind.LICENSING: tr("Licensing"),
        PlatformKind.COLLECTING_SOCIETY: tr("Collecting societies"),
        PlatformKind.AI_MAKER: tr("AI makers"),
    }[kind]


def place_texts(place: PlatformPlace) -> tuple[str, str]:
    """The heading of a place of its own, and what it is good for."""
    return {
        PlatformPlace.PLATFORMS: (tr("Platforms"), ""),
        PlatformPlace.REGISTRIES: (
            tr("Registries and societies"),
            tr(
                "Where a no can be stated for all of your music, and what societies do for members."
            ),
        ),
        PlatformPlace.AI_MAKERS: (
            tr("AI makers"),
            tr("What they take from what you give them, and where you can object."),
        ),
    }[place]


def direction_chip(direction: DefaultDirection) -> tuple[str, Tone]:
    """What holds without the artist's doing, in a word or two."""
    return {
        DefaultDirection.OPT_IN: (tr("asks first"), Tone.GOOD),
        DefaultDirection.OPT_OUT: (tr("opt-out"), Tone.OPEN),
        DefaultDirection.SAYS_NO: (tr("says no for you"), Tone.GOOD),
        DefaultDirection.NO_CHOICE: (tr("no choice"), Tone.OPEN),
        DefaultDirection.SILENT: (tr("no word on AI"), Tone.DIM),
        DefaultDirection.UNKNOWN: (tr("not known"), Tone.DIM),
    }[direction]


def _lower(text: str) -> str:
    return within(text)
