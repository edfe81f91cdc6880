"""Facts about platforms as lines and as JSON. No input or output."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rightsdesk.cli.output.json_shapes import consent_keys
from rightsdesk.consent import Evidence, Use
from rightsdesk.consent.words import listed
from rightsdesk.resources.controls import By, Control
from rightsdesk.resources.facts import Offer, PlatformFacts
from rightsdesk.resources.fairly_trained import certified, is_certified, split_by_certificate
from rightsdesk.resources.said import (
    ABOUT_TITLES,
    age,
    control_covers,
    default_says,
    direction_says,
    fact_known,
    fact_says,
    source_known,
)
from rightsdesk.resources.strict_toml import plain

if TYPE_CHECKING:
    from rightsdesk.workspace.types.guided import ControlView, GuidedView

Shape = dict[str, Any]


def facts_lines(facts: PlatformFacts) -> Iterator[str]:
    """Yield all facts about a platform."""
    yield f"{facts.name} ({facts.kind}, {facts.id})"
    yield from terms_lines(facts)
    for control in facts.controls:
        yield from control_lines(facts, control)
    for control in facts.reported:
        yield f"  Said to exist, not confirmed: “{control.label}”"
        yield _known(source_known(control.evidence, facts.last_checked, control.strength))
    for offer in facts.offers:
        yield f"  Offer: {offer.short}"
        yield from (f"    {line}" for line in _certified_lines(offer))
    for note in facts.notes:
        yield f"  {note.about}: {note.short}"


def default_words(control: Control) -> str:
    """What holds while the person chooses nothing, for the middle of a line."""
    words = default_says(control)
    return words[:1].lower() + words[1:]


def _known(sentences: Iterable[str]) -> str:
    return f"    {' '.join(sentences)}"


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
    """Yield what it comes down to, each fact with its source and age, and a note if the platform
    has no switch."""
    yield f"  {facts.short}"
    yield f"  {direction_says(facts)}"
    today = datetime.datetime.now().astimezone().date()
    for fact in facts.facts:
        yield f"  {ABOUT_TITLES[fact.about]}: {fact_says(fact)}"
        yield _known(fact_known(fact, facts.last_checked, today))
        if fact.url:
            yield f"    {fact.url}"
    if not facts.terms:
        yield f"  {facts.no_terms} Looked for in {facts.last_checked}."
    if facts.terms_url:
        yield f"  The terms: {facts.terms_url}"
    if facts.no_control:
        yield f"  {facts.no_control}"


def control_lines(facts: PlatformFacts, control: Control) -> Iterator[str]:
    """Yield a switch: its name, its uses, its place and its default."""
    name = (
        f"  Switch: “{control.label}” ({control.id})"
        if len(facts.controls) > 1
        else (f"  Switch: “{control.label}”")
    )
    yield f"{name}: {default_words(control)}"
    yield f"    About: {listed(Use(use) for use in control.governs)}, for the {control.holds_for}"
    yield f"    Where: {' → '.join(control.where)}"
    if control.link:
        sure = "" if control.link_verified else " (the home page; the steps lead on from there)"
        yield f"    {control.link}{sure}"
    if control.set_by is By.API:
        yield "    RightsDesk sets and reads it once the account is connected."
    elif control.read_by is By.API:
        yield "    You set it; RightsDesk can read it."
    else:
        yield "    You set it, and record it in RightsDesk."
    for sentence in control_covers(control):
        yield f"    {sentence}"
    yield _known(source_known(control.evidence, facts.last_checked, control.strength))


def facts_shape(facts: PlatformFacts) -> Shape:
    """Return a platform's facts for JSON. `age` is in words, "" below a month."""
    today = datetime.datetime.now().astimezone().date()
    return {
        "platform": facts.id,
        "name": facts.name,
        "also": list(facts.also),
        "kind": facts.kind.value,
        "place": facts.place.value,
        "last_checked": facts.last_checked,
        "direction": facts.direction.value,
        "short": facts.short,
        "minutes": facts.minutes,
        "check_again": facts.check_again,
        "facts": [
            {
                **plain(fact),
                "says": fact_says(fact),
                "age": age(fact.date, today) if fact.date else "",
            }
            for fact in facts.facts
        ],
        "terms_date": facts.terms_date,
        "no_terms": facts.no_terms,
        "controls": [control_shape(control) for control in facts.controls],
        "reported": [control_shape(control) for control in facts.reported],
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
        "documents": [plain(document) for document in facts.documents],
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
        **consent_keys(view.consent),
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
