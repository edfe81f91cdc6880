"""Lines and JSON for `platforms --artist` and `--open`: switches that a person sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rightsdesk import phrases
from rightsdesk.cli.output.facts import default_words, facts_lines
from rightsdesk.cli.output.words import shown, standing_count, standing_words
from rightsdesk.consent import Evidence, Standing
from rightsdesk.resources.controls import By
from rightsdesk.workspace.types.guided import Urgency

if TYPE_CHECKING:
    from rightsdesk.workspace.types.guided import ControlView, GuidedView, Open, Signals

HEADINGS = {
    Urgency.LOOK_AGAIN: "Check again",
    Urgency.TO_DO: "To do",
    Urgency.DONE: "Done",
    Urgency.ACCOUNT: "Through an account: RightsDesk reads and writes there",
    Urgency.NOTHING: "Nothing to set, as far as we know",
    Urgency.ASK: "Do you use these? (attest PLATFORM --here or --not-here)",
    Urgency.ASIDE: "Not used",
}


def group_lines(views: Sequence[GuidedView]) -> Iterator[str]:
    """Yield all platforms for one artist, grouped by what has to be done."""
    for group, heading in HEADINGS.items():
        in_group = [view for view in views if view.group is group]
        if in_group:
            yield f"{heading}:"
            for view in in_group:
                yield f"  {view.facts.name} ({view.platform}): {_line(view)}"


def platform_lines(view: GuidedView, signals: Signals | None) -> Iterator[str]:
    """Yield one platform for one artist: facts, then what was attested, read and written."""
    yield from facts_lines(view.facts)
    for control_view in view.controls:
        yield from (
            f"  Of “{control_view.control.label}”: {line}" for line in _control(control_view)
        )
    if view.look_again:
        yield f"  {view.look_again}"
    yield f"  What RightsDesk wrote there: {_signal(signals)}"


def _signal(signals: Signals | None) -> str:
    if signals is None:
        return "it can't read or write there"
    if not signals.accounts:
        return "nothing, no account is connected"
    if not signals.seen_at:
        return "not read yet"
    counts = [standing_count(s, signals.standings[s]) for s in Standing if signals.standings.get(s)]
    standings = ", ".join(counts) or "nothing, there is only the platform's own switch"
    return f"{standings} (read {phrases.iso_day(signals.seen_at)}, {signals.evidence})"


def signals_shape(signals: Signals | None) -> dict[str, Any] | None:
    """Return the standings of our own declarations on a platform; None if none can be written."""
    if signals is None:
        return None
    return {
        "accounts": list(signals.accounts),
        "standings": {standing.value: number for standing, number in signals.standings.items()},
        "evidence": signals.evidence if signals.seen_at else Evidence.NONE,
        "seen_at": signals.seen_at,
    }


def _line(view: GuidedView) -> str:
    if view.look_again:
        return view.look_again
    answers = [line for control_view in view.controls for line in _control(control_view)]
    if answers:
        return "; ".join(answers)
    defaults = [
        control_view for control_view in view.controls if control_view.control.set_by is By.PERSON
    ]
    if defaults:
        return ", ".join(default_words(control_view.control) for control_view in defaults)
    return "terms only" if view.facts.terms else "its terms are not known"


def _control(control_view: ControlView) -> Iterator[str]:
    """Yield the attested and the read value, each with its date."""
    if control_view.attestation:
        value = control_view.control.value(control_view.attestation.value)
        label = value.label if value else control_view.attestation.value
        day = phrases.iso_day(control_view.attestation.attested_at)
        yield f"{standing_words(control_view.standing)} on {day}: {label}"
    for reading in control_view.read:
        more = (
            "allows more than your consent" if reading.wider else "allows no more than your consent"
        )
        places = phrases.counted(reading.count, "place")
        yield f"read {phrases.iso_day(reading.seen_at)} in {places}: {more}"


def open_lines(found: Sequence[Open]) -> Iterator[str]:
    """Yield one line per artist: the number of tasks by group."""
    for tasks in found:
        parts = [
            f"{tasks.groups[group]} {HEADINGS[group].lower()}"
            for group in (Urgency.LOOK_AGAIN, Urgency.TO_DO, Urgency.DONE)
            if tasks.groups.get(group)
        ]
        yield f"{shown(tasks.artist)}: {', '.join(parts) or 'nothing to do'}"


def open_shape(tasks: Open) -> dict[str, Any]:
    """Return an artist's numbers by group."""
    return {
        "artist": tasks.artist,
        **{group.value: tasks.groups.get(group, 0) for group in Urgency},
    }
