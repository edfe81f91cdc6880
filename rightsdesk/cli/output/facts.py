"""Facts about platforms as lines and as JSON. No input or output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from rightsdesk.consent import Evidence, Use
from rightsdesk.consent.words import listed
from rightsdesk.resources.facts import By, Control, Default, Offer, PlatformFacts, Strength
from rightsdesk.resources.fairly_trained import certified, is_certified, split_by_certificate
from rightsdesk.resources.strict_toml import plain

if TYPE_CHECKING:
    from rightsdesk.workspace.types import ControlView, GuidedView

Shape = dict[str, Any]

DEFAULT_WORDS: Final[Mapping[Default, str]] = {
    Default.ON: "on unless you switch it off",
    Default.OFF: "off unless you switch it on",
    Default.OPT_IN: "out unless you join",
    Default.NONE: "nothing until you choose",
    Default.UNKNOWN: "default not known",
}
STRENGTH_WORDS: Final[Mapping[Strength, str]] = {
    Strength.DOCUMENT: "read in the document itself",
    Strength.REPORTED: "several sources report it",
}


def facts_lines(facts: PlatformFacts) -> Iterator[str]:
    """Yield all facts about a platform."""
    yield f"{facts.name} ({facts.kind}, {facts.id})"
    yield from terms_lines(facts)
    for control in facts.controls:
        yield from control_lines(facts, control)
    for offer in facts.offers:
        yield f"  Offer: {offer.short}"
        yield from (f"    {line}" for line in _certified_lines(offer))
    for note in facts.notes:
        yield f"  {note.about}: {note.short}"


def _certified_lines(offer: Offer) -> Iterator[str]:
    registry = certified()
    on_list, rest = split_by_certificate(offer.companies)
    if on_list:
        yield f"Certified by Fairly Trained (list of {registry.date}): {', '.join(on_list)}"
    if rest:
        more = "" if registry.complete else ", which is not complete"
        names = ", ".join(rest)
        yield f"Not on our copy of the Fairly Trained list of {registry.date}{more}: {names}"
        yield f"The list of today: {registry.url}"


def terms_lines(facts: PlatformFacts) -> Iterator[str]:
    """Yield the terms in short, and a note if the platform has no switch."""
    terms = facts.terms
    if terms:
        date = f" of {terms.date}" if terms.date else ""
        yield f"  Terms{date}: {terms.short}"
        known = f"looked up {facts.last_checked}; {STRENGTH_WORDS[terms.strength]}"
        yield f"    Source: {terms.source}; {known}"
        if terms.url:
            yield f"    {terms.url}"
    else:
        yield f"  Terms: {facts.no_terms}"
    if facts.no_control:
        yield f"  {facts.no_control}"


def control_lines(facts: PlatformFacts, control: Control) -> Iterator[str]:
    """Yield a switch: its name, its uses, its place and its default."""
    name = (
        f"  Switch: “{control.label}” ({control.id})"
        if len(facts.controls) > 1
        else (f"  Switch: “{control.label}”")
    )
    yield f"{name}: {DEFAULT_WORDS[control.default]}"
    yield f"    About: {listed(Use(use) for use in control.governs)}, for the {control.holds_for}"
    yield f"    Where: {' → '.join(control.where)}"
    if control.link:
        yield f"    {control.link}"
    if control.set_by is By.API:
        yield "    RightsDesk sets and reads it once the account is connected."
    elif control.read_by is By.API:
        yield "    You set it; RightsDesk can read it."
    else:
        yield "    You set it, and record it in RightsDesk."
    known = f"Looked up {facts.last_checked}; {STRENGTH_WORDS[control.strength]}."
    yield f"    Known from: {control.evidence} {known}"


def facts_shape(facts: PlatformFacts) -> Shape:
    """Return a platform's facts for JSON."""
    return {
        "platform": facts.id,
        "name": facts.name,
        "kind": facts.kind.value,
        "last_checked": facts.last_checked,
        "terms": plain(facts.terms) if facts.terms else None,
        "no_terms": facts.no_terms,
        "controls": [control_shape(control) for control in facts.controls],
        "no_control": facts.no_control,
        "offers": [
            {
                **plain(offer),
                "companies": [
                    {"name": name, "certified": is_certified(name)} for name in offer.companies
                ],
            }
            for offer in facts.offers
        ],
        "notes": [plain(note) for note in facts.notes],
    }


def control_shape(control: Control) -> Shape:
    """Return a switch for JSON. `known_from` is the source of the facts."""
    shape = plain(control)
    return {**shape, "known_from": shape.pop("evidence")}


def view_shape(view: GuidedView) -> Shape:
    """Return a platform for one artist for JSON: its facts, and what was attested and read."""
    return {
        **facts_shape(view.facts),
        "standing": view.standing.value,
        "group": view.group.value,
        "here": view.here,
        "look_again": view.look_again,
        "wanted": view.consent.to_json(),
        "controls": [_control_view_shape(control) for control in view.controls],
    }


def _control_view_shape(view: ControlView) -> Shape:
    return {
        **control_shape(view.control),
        "standing": view.standing.value,
        "says": view.says.to_json(),
        "evidence": Evidence.ATTESTED
        if view.attestation
        else Evidence.NONE,  # as in the matrix's cells
        "wider": [use.value for use in view.wider],
        "narrower": [use.value for use in view.narrower],
        "fitting": view.fitting,
        "attested": asdict(view.attestation) if view.attestation else None,
        "look_again": view.look_again,
        "read": [
            {
                "says": reading.says.to_json(),
                "count": reading.count,
                "wider": [use.value for use in reading.wider],
                "evidence": reading.evidence,
                "seen_at": reading.seen_at,
            }
            for reading in view.read
        ],
    }
