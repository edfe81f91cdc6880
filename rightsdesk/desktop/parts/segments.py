"""How a segment is shown: its sign, its tone, its part of a bar, and its words."""

from __future__ import annotations

from collections.abc import Mapping

from rightsdesk.consent import Consent, Permission, Preset, Standing, Use, preset_of
from rightsdesk.desktop.design.bars import BarPart, Coverage
from rightsdesk.desktop.design.tokens import Tone
from rightsdesk.desktop.parts.texts import (
    Absence,
    cell_meaning,
    cell_text,
    consent_short,
    counted,
    number_text,
    standing_meaning,
    tr,
)
from rightsdesk.workspace.types.matrix import Cell, MatrixRow, Segment

SIGNS: Mapping[Segment, tuple[str, Tone]] = {
    Segment.SAYS: ("check", Tone.GOOD),
    Segment.TOLD: ("quote", Tone.TOLD),
    Segment.TO_WRITE: ("arrow", Tone.ACCENT),
    Segment.SILENT: ("dash", Tone.OPEN),
    Segment.SAYS_OTHERWISE: ("bang", Tone.BAD),
    Segment.UNKNOWN: ("question", Tone.DIM),
    Segment.TERMS: ("terms_only", Tone.DIM),
    Segment.UNCHOSEN: ("unchosen", Tone.DIM),
}
NOTHING_SIGN = ("dot", Tone.DIM)
"""Where a carrier has nothing of a recording."""

STANDING_SEGMENTS: Mapping[Standing, Segment] = {
    Standing.AGREES: Segment.SAYS,
    Standing.ATTESTED: Segment.TOLD,
    Standing.SILENT: Segment.SILENT,
    Standing.CONFLICTS: Segment.SAYS_OTHERWISE,
    Standing.UNKNOWN: Segment.UNKNOWN,
    Standing.TERMS_ONLY: Segment.TERMS,
    Standing.UNCHOSEN: Segment.UNCHOSEN,
}
"""The segment of a carrier of which nothing but the standing is known."""

PARTS: Mapping[Segment, BarPart] = {
    Segment.SAYS: BarPart.SAYS,
    Segment.TOLD: BarPart.TOLD,
    Segment.SAYS_OTHERWISE: BarPart.OTHERWISE,
    Segment.TO_WRITE: BarPart.TO_WRITE,
    Segment.SILENT: BarPart.SILENT,
    Segment.UNKNOWN: BarPart.UNKNOWN,
    Segment.TERMS: BarPart.UNKNOWN,
    Segment.UNCHOSEN: BarPart.UNKNOWN,
}
"""The part of a bar that shows a segment."""


def coverage_of(bar: Mapping[Segment, int]) -> Coverage:
    """Counts of segments as a bar.

    What is known from terms alone is left out beside anything else: it would never be filled.
    """
    counts: dict[BarPart, int] = {}
    for segment, number in bar.items():
        if segment is Segment.TERMS and len(bar) > 1:
            continue
        part = PARTS[segment]
        counts[part] = counts.get(part, 0) + number
    return Coverage.of(counts)


def bar_words(bar: Mapping[Segment, int], *, whole: bool) -> str:
    """`all 60 say it`, or `38 say it · 4 say otherwise · 19 silent`.

    `whole`: one setting holds for all recordings, so that a number would say nothing.
    """
    order = [segment for part in BarPart for segment in Segment if PARTS[segment] is part]
    there = [(segment, bar[segment]) for segment in order if bar.get(segment)]
    if whole:
        return " · ".join(segment_words(segment) for segment, _ in there)
    if len(there) == 1 and there[0][0] is Segment.SAYS:
        return counted("says it", "all %n say it", there[0][1])
    return " · ".join(segment_words(segment, number) for segment, number in there)


def segment_words(segment: Segment, number: int | None = None) -> str:
    """`19 silent`, or `silent` without a number."""
    match segment:
        case Segment.SAYS:
            return tr("says it") if number is None else counted("%n says it", "%n say it", number)
        case Segment.TOLD:
            if number is None:
                return tr("noted by you")
            return counted("%n noted by you", "%n noted by you", number)
        case Segment.SAYS_OTHERWISE:
            if number is None:
                return tr("says otherwise")
            return counted("%n says otherwise", "%n say otherwise", number)
        case Segment.TO_WRITE:
            return (
                tr("to write") if number is None else counted("%n to write", "%n to write", number)
            )
        case Segment.SILENT:
            return tr("silent") if number is None else counted("%n silent", "%n silent", number)
        case Segment.UNKNOWN:
            return (
                tr("not read") if number is None else counted("%n not read", "%n not read", number)
            )
        case Segment.UNCHOSEN:
            if number is None:
                return tr("no choice")
            return counted("%n without a choice", "%n without a choice", number)
        case Segment.TERMS:
            if number is None:
                return tr("known from its terms")
            return counted("%n by its terms", "%n by its terms", number)


def legend_word(segment: Segment) -> str:
    """What a sign means, for the line below a list."""
    return {
        Segment.SAYS: tr("says what you chose"),
        Segment.TOLD: tr("noted by you"),
        Segment.TO_WRITE: tr("to write"),
        Segment.SILENT: tr("silent"),
        Segment.SAYS_OTHERWISE: tr("says otherwise"),
        Segment.UNKNOWN: tr("not read"),
        Segment.TERMS: tr("terms only"),
        Segment.UNCHOSEN: tr("nothing chosen yet"),
    }[segment]


def segment_meaning(segment: Segment) -> str:
    """What a sign means, in a sentence."""
    if segment is Segment.TO_WRITE:
        return tr("Your choice is not there yet. Write it, and it says so.")
    standing = next(one for one, other in STANDING_SEGMENTS.items() if other is segment)
    return standing_meaning(standing)


def carrier_word(row: MatrixRow, carrier: str, absence: Absence) -> str:
    """`Says No AI`, `To write`, `Silent`: what a carrier's cell of a row means."""
    cell, segment = row.cells.get(carrier), row.segments.get(carrier)
    if segment is Segment.TO_WRITE:
        return tr("To write")
    if segment is Segment.SAYS and row.consent:
        return tr("Says {choice}").format(choice=consent_short(row.consent))
    return cell_text(cell, absence)


def carrier_meaning(row: MatrixRow, carrier: str, name: str, absence: Absence) -> str:
    """The same in full, for the tooltip."""
    cell: Cell | None = row.cells.get(carrier)
    meaning = cell_meaning(cell, name, absence, consent=row.consent)
    if row.segments.get(carrier) is not Segment.TO_WRITE:
        return meaning
    _, _, rest = meaning.partition("\n")
    first = tr("{carrier}: To write. Your choice is not there yet.").format(carrier=name)
    return "\n".join(filter(None, (first, rest)))


def tracks_text(number: int) -> str:
    """`10 tracks`."""
    return counted("%n track", "%n tracks", number)


def some_tracks_text(number: int, whole: int) -> str:
    """`3 of 10 tracks`, where a filter hides the others."""
    if number >= whole:
        return tracks_text(number)
    form = counted("{n} of %n track", "{n} of %n tracks", whole)
    return form.format(n=number_text(number))


def write_this_text() -> str:
    """`Write to this track…`."""
    return tr("Write to this track…")


def write_tracks_text(number: int) -> str:
    """The same of tracks; how many is not known with 0."""
    if not number:
        return tr("Write to these tracks…")
    return counted("Write to %n track…", "Write to %n tracks…", number)


def consent_tone(consent: Mapping[Use, Permission] | None) -> Tone:
    """The tone of a chip that names a choice; None where several differ."""
    if consent is None:
        return Tone.DIM
    if not consent:
        return Tone.OPEN
    strict = preset_of(Consent(consent)) in (Preset.NO_AI, Preset.NO_GENERATIVE)
    return Tone.GOOD if strict else Tone.DIM
