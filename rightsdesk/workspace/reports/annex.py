"""The annex of a report: complete tables of whose music it is, what was chosen, found and done."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rightsdesk.changes.types import Outcome
from rightsdesk.changes.words import OUTCOME_NAMES
from rightsdesk.consent import Evidence
from rightsdesk.consent.licences.words import place_names
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.platforms.registry import NAMES
from rightsdesk.workspace.documents.blocks import (
    Block,
    BlockTone,
    Heading,
    Paragraph,
    Points,
    Table,
)
from rightsdesk.workspace.reports.gathering import Report
from rightsdesk.workspace.reports.recordings import release_lines
from rightsdesk.workspace.reports.types import (
    FileLine,
    HistoryLine,
    OpenPoint,
    RecordingLine,
    TermsLine,
    TrackLine,
)
from rightsdesk.workspace.reports.words import Words, minute

TableRows = Iterator[Sequence[str]]

MOST_FOLDERS = 5
"""With more scanned folders, the list of fingerprints does not name them."""


@dataclass(frozen=True, slots=True)
class ReportLimits:
    """How much a form of the report can hold; None for all.

    With more `recordings` it lists releases, and of long lists only the first `rows`.
    """

    recordings: int | None = None
    rows: int | None = None


ALL = ReportLimits()


def annex(report: Report, words: Words, limits: ReportLimits) -> Iterator[Block]:
    """All tables of a report, and how to check them."""
    yield from _table(
        words,
        "rightsholders",
        ("artist", "rightsholder", "contact", "terms"),
        ([o.name, o.rightsholder, o.contact, o.terms_url] for o in report.owners),
        (28, 26, 24, 22),
    )
    yield from _table(
        words,
        "choices",
        ("scope", "title", "artist", "choice", "since"),
        _shortened(_chosen_rows(report, words), limits),
        (11, 22, 18, 35, 14),
    )
    if report.accounts:
        yield from _accounts(report, words)
    if report.noted:
        yield from _table(
            words,
            "attested",
            ("artist", "platform", "switch", "value", "noted", "note"),
            (
                [
                    *(n.artist, n.platform_name, words.say(n.control), words.say(n.value)),
                    *(minute(n.noted_at), n.note),
                ]
                for n in report.noted
            ),
            (15, 15, 24, 15, 14, 17),
        )
    yield from _terms(report, words)
    if report.licences:
        yield from _licences(report, words)
    if report.open_points:
        yield from _table(
            words,
            "open",
            ("where", "what", "todo", "since"),
            (
                [
                    *(place_of(p, report, words) or p.artist, words.say(p.sentence)),
                    *(words.say(p.advice), minute(p.since)),
                ]
                for p in report.open_points
            ),
            (18, 37, 31, 14),
        )
    yield from _history(report, words, limits)
    yield from _recordings(report, words, limits)
    yield Heading(words.text("heading.check"))
    checks = ["json", "ledger", "hashes", *([] if report.hashed else ["hashes_missing"])]
    yield Points([words.text(f"check.{key}") for key in checks])
    yield Paragraph(words.text("caution.text"), BlockTone.QUIET)


def _table(
    words: Words,
    heading: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[int],
    code: frozenset[int] = frozenset(),
) -> Iterator[Block]:
    yield Heading(words.text(f"heading.{heading}"))
    yield Table([words.text(f"column.{name}") for name in columns], rows, widths, code)


def _shortened(rows: TableRows, limits: ReportLimits) -> TableRows:
    return rows if limits.rows is None else islice(rows, limits.rows)


def _chosen_rows(report: Report, words: Words) -> TableRows:
    for one in report.chosen():
        yield [
            words.text(f"scope.{one.kind.value}"),
            one.name,
            one.artist,
            f"{words.choice(one.consent)}. {' '.join(words.answers(one.consent))}",
            minute(one.since),
        ]


def _accounts(report: Report, words: Words) -> Iterator[Block]:
    def rows() -> TableRows:
        for one in report.accounts:
            says = words.stated(one.says) if one.reach else "–"
            standing = words.standing(one.standing) if one.standing else "–"
            known = words.evidence(one.evidence) if one.seen_at else words.text("carrier.never")
            what = one.title if one.reach else ""
            yield [
                *(one.artist, one.platform_name, " · ".join(filter(None, (one.account, what)))),
                *(says, standing, known, minute(one.seen_at), words.say(one.problem)),
            ]

    columns = ("artist", "platform", "account", "says", "standing", "known", "read", "note")
    yield from _table(words, "accounts", columns, rows(), (12, 12, 14, 14, 12, 12, 11, 13))


def _terms(report: Report, words: Words) -> Iterator[Block]:
    text = words.text
    yield Heading(text("heading.terms"))
    if not report.terms:
        yield Paragraph(text("summary.terms_none"))
        return

    def rows() -> TableRows:
        for one in report.terms:
            yield [
                one.platform_name,
                text("terms.silent") if one.silent else words.say(one.short),
                _version(one, words),
                "\n".join(filter(None, (one.document, one.archive, one.url))),
            ]

    columns = [text(f"column.{name}") for name in ("platform", "text", "version", "source")]
    yield Table(columns, rows(), (14, 36, 22, 28))
    yield Paragraph(text("attribution.terms"), BlockTone.QUIET)
    if report.held:
        yield from _table(
            words,
            "held",
            ("platform", "document", "read", "file_hash"),
            (
                [
                    *(one.platform_name, "\n".join((one.document, one.address))),
                    *(f"{minute(one.first_seen)}\n{minute(one.last_seen)}", one.fetched_sha256),
                ]
                for one in report.held
            ),
            (14, 36, 16, 34),
            frozenset((3,)),
        )


def _version(line: TermsLine, words: Words) -> str:
    """How old what is known of a document is, and how it is known."""
    text = words.text
    parts = (
        text("terms.version", date=words.day(line.date)) if line.date else "",
        text("terms.checked", date=words.day(line.checked)),
        text("terms.document" if line.read else "terms.reported"),
        text("terms.stale") if line.maybe_stale else "",
    )
    return ", ".join(filter(None, parts))


def _licences(report: Report, words: Words) -> Iterator[Block]:
    def rows() -> TableRows:
        for one in report.licences:
            agreement = one.agreement
            where = words.say(place_names(agreement.territory, words.text.language))
            paper = agreement.document
            document = f"{paper.name}\nSHA-256 {paper.sha256}" if paper else ""
            yield [
                agreement.partner,
                words.uses(list(agreement.grant.ordered_uses)),
                f"{words.period(one.period, one.ended_on)}\n{where}",
                words.listed(list(one.covers)),
                "\n".join(filter(None, (agreement.reference, document))),
                words.text(f"licence.{one.state}"),
            ]

    columns = ("partner", "uses", "period", "scope", "reference", "state")
    yield from _table(words, "licences", columns, rows(), (13, 18, 20, 17, 22, 10))


def _history(report: Report, words: Words, limits: ReportLimits) -> Iterator[Block]:
    columns = ("entry", "when", "who", "what", "result")
    rows = _shortened((_entry(line, words) for line in report.history()), limits)
    widths = (9, 17, 12, 40, 22)
    yield from _table(words, "history", columns, rows, widths)
    number = sum(report.kinds.values())
    if limits.rows is not None and number > limits.rows:
        most, every = words.number(limits.rows), words.number(number)
        yield Paragraph(words.text("check.shortened", most=most, all=every), BlockTone.QUIET)
    if report.numbers_missing:
        yield Paragraph(words.text("check.numbers"), BlockTone.QUIET)


def _entry(line: HistoryLine, words: Words) -> Sequence[str]:
    parts = [
        f"{words.number(number)} {words.say(OUTCOME_NAMES[Outcome(name)])}"
        for name, number in line.result.items()
        if number and name in set(Outcome)
    ]
    if line.undone_by is not None:
        parts.append(words.text("misc.undone", number=words.number(line.undone_by)))
    deed = line.deed
    return [str(deed.id), minute(deed.at), deed.who, words.say(line.words), ", ".join(parts)]


def _recordings(report: Report, words: Words, limits: ReportLimits) -> Iterator[Block]:
    places = _places(report)
    most = limits.recordings
    if most is not None and report.totals.recordings > most:
        columns: tuple[str, ...] = ("artist", "release", "recordings", "choice", "standing")
        rows = _shortened(_releases(report, words), limits)
        yield from _table(words, "releases", columns, rows, (20, 30, 12, 16, 22))
        note = words.text("check.summarised", most=words.number(most))
        yield Paragraph(note, BlockTone.QUIET)
        return
    columns = ("title", "choice", "where", "says", "standing", "known")
    rows = (row for line in report.recordings() for row in _lines(line, words, places))
    yield from _table(words, "recordings", columns, rows, (23, 11, 26, 12, 11, 17))
    if report.hashed or report.totals.known_audio:
        columns = ("where", "file_hash", "audio_hash")
        lines = report.recordings(hashed=True)
        rows = (row for line in lines for row in _fingerprints(line, places))
        yield from _table(words, "fingerprints", columns, rows, (32, 34, 34), frozenset((1, 2)))
        every = [folder for owner in report.owners for folder in owner.folders]
        if len(every) <= MOST_FOLDERS:
            folders = words.listed(every)
            yield Paragraph(words.text("check.folders", folders=folders), BlockTone.QUIET)


def _releases(report: Report, words: Words) -> TableRows:
    for one in release_lines(report.recordings()):
        title = one.release or words.text("misc.loose")
        yield [
            one.artist,
            f"{title}\nUPC {one.upc}" if one.upc else title,
            words.number(one.recordings),
            words.choice(one.consent),
            words.standings(one.worst),
        ]


CarrierPlaces = Mapping[str, tuple[str, ...]]


def _places(report: Report) -> CarrierPlaces:
    """The folders of each artist's music, by the artist's name: paths are written from there."""
    return {owner.name: owner.folders for owner in report.owners}


def _short(path: str, folders: Sequence[str]) -> str:
    """A path from the artist's folder on: the rest is about the computer, not the music."""
    for folder in folders:
        start = folder.rstrip(os.sep) + os.sep
        if path.startswith(start):
            return path.removeprefix(start)
    return path


def _lines(line: RecordingLine, words: Words, places: CarrierPlaces) -> TableRows:
    """A row for each file and each track of a recording; its title stands in the first."""
    under = " · ".join(filter(None, (line.artist, line.release)))
    codes = f"ISRC {line.isrc}" if line.isrc else ""
    first = [
        "\n".join(filter(None, (line.title, under, codes))),
        words.choice(line.consent, line.grants),
    ]
    carried = [*(_file(file, words, places.get(line.artist, ())) for file in line.files)]
    carried += [_item(item, words) for item in line.items]
    for cells in carried or [["–", "", "", ""]]:
        yield [*first, *cells]
        first = ["", ""]


def _file(file: FileLine, words: Words, folders: Sequence[str]) -> list[str]:
    result = words.standing(file.standing)
    if file.missing:
        result = words.text("misc.missing_file")
    where = _short(file.path, folders)
    return [where, words.stated(file.says, file.grants), result, _known(file, Evidence.FILE, words)]


def _item(item: TrackLine, words: Words) -> list[str]:
    where = "\n".join(filter(None, (f"{item.platform_name} · {item.account}", item.url)))
    known = _known(item, item.evidence, words)
    return [where, words.stated(item.says), words.standing(item.standing), known]


def _known(line: FileLine | TrackLine, evidence: Evidence, words: Words) -> str:
    parts = (words.evidence(evidence), minute(line.seen_at), words.say(line.problem))
    return "\n".join(filter(None, parts))


def _fingerprints(line: RecordingLine, places: CarrierPlaces) -> TableRows:
    for file in line.files:
        if file.sha256 or file.audio:
            yield [_short(file.path, places.get(line.artist, ())), file.sha256, file.audio]


def place_of(point: OpenPoint, report: Report, words: Words) -> str:
    """Where an open point is: files, a platform, a file from its artist's folder on, or a name."""
    if point.where == CarrierId.FILES:
        return words.text("carrier.files")
    folders = [folder for owner in report.owners for folder in owner.folders]
    return NAMES.get(point.where) or words.say(_short(point.where, folders))
