"""A report as a document: a first page for everyone, and the annex, which is complete."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from rightsdesk.consent.licences.licence import LicenceState
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace.documents.blocks import (
    Bar,
    Bars,
    Block,
    BlockTone,
    Callout,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Points,
    Title,
)
from rightsdesk.workspace.reports.annex import ALL, ReportLimits, annex, place_of
from rightsdesk.workspace.reports.gathering import Report
from rightsdesk.workspace.reports.types import (
    ChosenConsent,
    OpenPoint,
    ReportSubject,
)
from rightsdesk.workspace.reports.words import BEST_FIRST, TONES, Words
from rightsdesk.workspace.types.scopes import ScopeKind

FEW = 5
"""How many lines of a list the first page shows."""


def pages(report: Report, code: str, limits: ReportLimits = ALL) -> Document:
    """The report as a document in a language, by its code."""
    words = Words(code)
    text = words.text
    return Document(
        title=f"{text('head.name')}: {title_of(report, words)}",
        language=code,
        blocks=_blocks(report, words, limits),
        running=f"RightsDesk · {text('head.name')}",
        page_form=text.forms["head.page"] if isinstance(text.forms["head.page"], str) else "",
        author="RightsDesk",
    )


def title_of(report: Report, words: Words) -> str:
    """What the report is about: a name, all artists, or selected recordings."""
    if report.about is ReportSubject.ROSTER:
        return words.text("head.roster")
    if report.about is ReportSubject.SELECTION:
        return words.text("head.selection")
    if report.about is ReportSubject.ARTIST or not report.owners:
        return report.name
    return f"{report.name} · {report.owners[0].name}"


def _blocks(report: Report, words: Words, limits: ReportLimits) -> Iterator[Block]:
    yield from _first_page(report, words)
    yield PageBreak()
    yield Heading(words.text("heading.annex"), 1)
    yield from annex(report, words, limits)


def _first_page(report: Report, words: Words) -> Iterator[Block]:
    text = words.text
    yield Title(title_of(report, words), _under(report, words))
    yield Callout(tuple(_summary(report, words)))
    yield Heading(text("heading.found"))
    yield Bars([_bar(report, words, at) for at in range(len(report.carriers))])
    yield Heading(text("heading.done"))
    yield Paragraph(_done(report, words))
    yield Heading(text("heading.open"))
    yield from _open(report, words)
    yield Heading(text("heading.seal"))
    yield from _seal(report, words)
    yield Heading(text("heading.shows"))
    yield Points([text(f"shows.{key}") for key in ("one", "two", "three")])
    yield Heading(text("heading.not_shows"))
    yield Points([text(f"not_shows.{key}") for key in ("one", "two", "three", "four")])
    yield Paragraph(text("caution.text"), BlockTone.STRONG)
    yield Paragraph(_made(report, words), BlockTone.QUIET)


def _under(report: Report, words: Words) -> str:
    totals, at = report.totals, report.made_at
    values = {
        "recordings": words.count("count.recordings", totals.recordings),
        "day": words.day(at.isoformat()),
        "time": f"{at:%H:%M}",
    }
    if not totals.releases:
        return words.text("head.under_loose", **values)
    releases = words.count("count.releases", totals.releases)
    return words.text("head.under", releases=releases, **values)


def _made(report: Report, words: Words) -> str:
    if not report.made_by:
        return words.text("head.made_unknown", version=report.version)
    return words.text("head.made", version=report.version, who=report.made_by)


def _summary(report: Report, words: Words) -> Iterator[Paragraph]:
    """What holds: the choice of each artist, or how many recordings have which."""
    chosen = list(islice(report.chosen(), FEW + 1))
    main = chosen[0] if chosen and chosen[0].kind is ScopeKind.ARTIST else None
    if main and len(report.owners) == 1:
        yield Paragraph(_chosen(main, words), BlockTone.STRONG)
        yield Paragraph(" ".join(words.answers(main.consent)))
        for other in chosen[1:FEW]:
            exception = words.text(
                "summary.exception", name=other.name, choice=words.choice(other.consent)
            )
            yield Paragraph(exception, BlockTone.OPEN)
    else:
        for consent, number in report.consents[:FEW]:
            recordings = words.count("count.recordings", number)
            if not consent:
                yield Paragraph(words.text("summary.nothing", recordings=recordings))
                continue
            effective = words.text(
                "summary.effective", choice=words.choice(consent), recordings=recordings
            )
            yield Paragraph(effective, BlockTone.STRONG)
            yield Paragraph(" ".join(words.answers(consent)))
        if not report.consents:
            yield Paragraph(words.text("summary.nothing", recordings=words.number(0)))
    for licence in [one for one in report.licences if one.state == LicenceState.HOLDS][:FEW]:
        agreement = licence.agreement
        line = words.text(
            "summary.licence",
            partner=agreement.partner,
            uses=words.uses(list(agreement.grant.ordered_uses)),
            covers=words.listed(list(licence.covers)[:FEW]),
            period=words.period(licence.period),
        )
        yield Paragraph(line, BlockTone.OPEN)
    if len(chosen) > FEW or len(report.licences) > FEW:
        yield Paragraph(words.text("summary.full_list"), BlockTone.QUIET)


def _chosen(choice: ChosenConsent, words: Words) -> str:
    name = words.choice(choice.consent)
    if not choice.since:
        return words.text("summary.chosen_undated", choice=name, name=choice.name)
    return words.text("summary.chosen", choice=name, name=choice.name, day=words.day(choice.since))


def _bar(report: Report, words: Words, at: int) -> Bar:
    carrier = report.carriers[at]
    name = words.text("carrier.files") if carrier.carrier == CarrierId.FILES else carrier.name
    parts = [
        (TONES[standing], carrier.standings[standing])
        for standing in BEST_FIRST
        if carrier.standings.get(standing)
    ]
    read = words.read(carrier.evidence, carrier.first_read, carrier.last_read)
    return Bar(name, parts, words.standings(carrier.standings), read)


def _done(report: Report, words: Words) -> str:
    number = sum(report.kinds.values())
    if not number:
        return words.text("summary.history_none")
    return words.text(
        "summary.history",
        entries=words.count("count.entries", number),
        day=words.day(report.first_at),
        kinds=words.kinds(report.kinds),
    )


def _open(report: Report, words: Words) -> Iterator[Block]:
    points = report.open_points
    if not points:
        yield Paragraph(words.text("summary.open_none"))
        return
    yield Points([_point(point, report, words) for point in points[:FEW]])
    if len(points) > FEW:
        number = words.count("count.problems", len(points))
        yield Paragraph(words.text("summary.open_some", problems=number), BlockTone.QUIET)


def _point(point: OpenPoint, report: Report, words: Words) -> str:
    where, sentence = place_of(point, report, words), words.say(point.sentence)
    return f"{where}: {sentence}" if where else sentence


def _seal(report: Report, words: Words) -> Iterator[Block]:
    seal, text = report.seal, words.text
    yield Paragraph(text("seal.entries", entries=words.count("count.entries", seal.entries)))
    yield Paragraph(words.head(seal), BlockTone.CODE)
    for stamp in seal.stamps:
        line = words.stamp(stamp)
        yield Paragraph(line if stamp.fits else f"{line}. {text('seal.gone')}", BlockTone.CODE)
    if not seal.stamps:
        yield Paragraph(text("seal.no_stamp"), BlockTone.QUIET)
