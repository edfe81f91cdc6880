"""`platforms --artist` and `--open`: what is to do on platforms that a person visits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rightsdesk import phrases
from rightsdesk.cli.output.facts import DEFAULT_WORDS, facts_lines
from rightsdesk.cli.output.words import shown, standing_count, standing_words
from rightsdesk.consent import Evidence, Standing
from rightsdesk.resources.facts import By
from rightsdesk.workspace.types import Group

if TYPE_CHECKING:
    from rightsdesk.workspace.types import ControlView, GuidedView, Open, Signals

HEADINGS = {
    Group.LOOK_AGAIN: "Look again",
    Group.TO_DO: "To do",
    Group.DONE: "Done",
    Group.ACCOUNT: "Through an account: RightsDesk reads and writes there",
    Group.NOTHING: "Nothing to set, as far as is known",
    Group.ASIDE: "Not used",
}


def group_lines(views: Sequence[GuidedView]) -> Iterator[str]:
    """All platforms for one artist, by what there is to do."""
    for group, heading in HEADINGS.items():
        some = [view for view in views if view.group is group]
        if some:
            yield f"{heading}:"
            for view in some:
                yield f"  {view.facts.name} ({view.platform}): {_line(view)}"


def facts_of_one(view: GuidedView, signals: Signals | None) -> Iterator[str]:
    """One platform for one artist: terms and switches, and apart what was told, read, written."""
    yield from facts_lines(view.facts)
    for one in view.controls:
        yield from (f"  Of “{one.control.label}”: {line}" for line in _control(one))
    if view.look_again:
        yield f"  {view.look_again}"
    yield f"  What RightsDesk wrote there: {_signal(signals)}"


def _signal(signals: Signals | None) -> str:
    if signals is None:
        return "it cannot write or read anything there"
    if not signals.accounts:
        return "nothing, no account is connected"
    if not signals.seen_at:
        return "not read yet"
    counts = [standing_count(s, signals.standings[s]) for s in Standing if signals.standings.get(s)]
    said = ", ".join(counts) or "nothing, there is only the platform's own switch"
    return f"{said} (read {phrases.iso_day(signals.seen_at)}, {signals.evidence})"


def signals_shape(signals: Signals | None) -> dict[str, Any] | None:
    """What our own declarations say on a platform; null where none can be written."""
    if signals is None:
        return None
    return {
        "accounts": list(signals.accounts),
        "standings": {one.value: number for one, number in signals.standings.items()},
        "evidence": signals.evidence if signals.seen_at else Evidence.NONE,
        "seen_at": signals.seen_at,
    }


def _line(view: GuidedView) -> str:
    if view.look_again:
        return view.look_again
    told = [line for one in view.controls for line in _control(one)]
    if told:
        return "; ".join(told)
    defaults = [one for one in view.controls if one.control.set_by is By.PERSON]
    if defaults:
        return ", ".join(DEFAULT_WORDS[one.control.default] for one in defaults)
    return "terms only" if view.facts.terms else "nothing is known of its terms"


def _control(one: ControlView) -> Iterator[str]:
    """What was told, and what was read: with the date of each."""
    if one.attestation:
        value = one.control.value(one.attestation.value)
        said = value.label if value else one.attestation.value
        day = phrases.iso_day(one.attestation.attested_at)
        yield f"{standing_words(one.standing)} on {day}: {said}"
    for reading in one.read:
        more = "allows more than you chose" if reading.wider else "allows no more than you chose"
        places = phrases.counted(reading.count, "place")
        yield f"read {phrases.iso_day(reading.seen_at)} in {places}: {more}"


def open_lines(found: Sequence[Open]) -> Iterator[str]:
    """For each artist, how much is open."""
    for one in found:
        parts = [
            f"{one.groups[group]} {HEADINGS[group].lower()}"
            for group in (Group.LOOK_AGAIN, Group.TO_DO, Group.DONE)
            if one.groups.get(group)
        ]
        yield f"{shown(one.artist)}: {', '.join(parts) or 'nothing to do'}"


def open_shape(one: Open) -> dict[str, Any]:
    """An artist's numbers, by group."""
    return {"artist": one.artist, **{group.value: one.groups.get(group, 0) for group in Group}}
