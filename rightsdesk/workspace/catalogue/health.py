"""Catalogue health: contradictory codes and files, one finding each.

An ISRC names one recording (ISO 3901) and a UPC one release. If a code is on several, at least one
of them is wrong, and a consent set by that code could reach the wrong music. Reads the store only.
Decisions are in `deciding`. A decided finding is not listed again until something new belongs to
it.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from rightsdesk import phrases
from rightsdesk.folding import folded
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.bulk import any_of
from rightsdesk.store.database import Database
from rightsdesk.store.joins import (
    OWNED_FILES,
    RECORDING_FILES,
    catalogued,
    with_a_code_of_several,
    with_artists,
)
from rightsdesk.store.schema import artists, files, recordings, releases
from rightsdesk.workspace.catalogue.decisions import Decided, load_decided
from rightsdesk.workspace.catalogue.grouping import FROM_PLATFORM, FileDescription
from rightsdesk.workspace.catalogue.same_recording import core_title, same_length
from rightsdesk.workspace.types.findings import DecisionKind, Finding, FindingKind, Member
from rightsdesk.workspace.types.problems import Problem, ProblemKind
from rightsdesk.workspace.types.scopes import Filter

_MOST_NAMED = 5
_TAG_PLACES = {name: place for place, name in enumerate(FileDescription._fields[1:])}
"""Positions of values in the text of `FileDescription.to_text`."""
_CORRECT = "Correct it in the files with a tag editor, then scan their folder again."
_DECIDE = (
    "Merge them or keep them apart. If a tag is wrong, correct it with a tag editor, then scan "
    "the folder again."
)
_ADD = (
    "Add the ISRC of each with a tag editor, then scan the folder again. Until then they are "
    "recognized by release, place and title."
)
_ANY = (DecisionKind.MERGE, DecisionKind.KEEP_APART, DecisionKind.IGNORE)
_IGNORE = (DecisionKind.IGNORE,)

_R, _A, _F = recordings.c, artists.c, files.c
_HAS_FILE = exists().where(_F.recording_id == _R.id, _F.missing.is_(False))
_IS_SHARED = exists().where(_F.recording_id == _R.id, _F.shared.is_(True))


def problems(database: Database, chosen: Filter) -> Iterator[Problem]:
    """The findings as problems; none if the filter names one recording or a path."""
    for finding in findings(database, chosen):
        yield Problem(
            *(
                ProblemKind.CATALOGUE,
                finding.where,
                finding.sentence,
                finding.advice,
                finding.count,
                finding.artist,
            ),
            finding=finding.id,
            decisions=finding.decisions,
            id=finding.id,
        )


def findings(database: Database, chosen: Filter) -> list[Finding]:
    """Undecided findings, in a stable order; none if the filter names one recording or a path."""
    if chosen.recording_id is not None or chosen.path:
        return []
    with database.read() as connection:
        return list(findings_in(connection, chosen))


def findings_in(connection: Connection, chosen: Filter) -> Iterator[Finding]:
    """The same findings, within a transaction."""
    decided = load_decided(connection)
    check = _HealthCheck(connection, chosen, decided)
    for found in (
        *(check.one_isrc_on_several(), check.one_isrc_of_several_artists()),
        *(check.copies_that_disagree(), check.files_that_disagree()),
        *(check.one_upc_on_several(), check.malformed(), check.missing()),
    ):
        yield from (one for one in found if not decided.ignored(one.id, one.count))


def finding_id(kind: FindingKind, *identity: object) -> str:
    """A short, stable id, derived from what is contradictory and not from its place in a list."""
    text = "\0".join(map(str, identity)).encode("utf-8", "surrogateescape")
    return f"{kind}-{hashlib.blake2b(text, digest_size=4).hexdigest()}"


@dataclass(frozen=True, slots=True)
class _HealthCheck:
    """One check of the catalogue."""

    connection: Connection
    chosen: Filter
    decided: Decided

    def one_isrc_on_several(self) -> Iterator[Finding]:
        """One ISRC on several recordings of an artist."""
        several = with_a_code_of_several(recordings, _R.isrc)
        query = (
            _members(_R.artist_id, _R.isrc, source=several)
            .where(_HAS_FILE)
            .order_by(_A.name_key, _R.isrc, _R.title, _R.id)
        )
        rows = self.connection.execute(self._of(query, _R.artist_id)).all()
        for (artist, isrc), group in groupby(rows, lambda row: (row[0], row[1])):
            members = [_member(row[2:]) for row in group]
            if len(members) < 2 or self.decided.kept_apart(member.id for member in members):
                continue
            yield self._finding(
                finding_id(FindingKind.ISRC, artist, isrc),
                FindingKind.ISRC,
                f"ISRC {isrc}",
                worded(
                    "One ISRC is on {recordings} with different titles or lengths: {named}. They "
                    "were kept apart.",
                    recordings=phrases.counted(len(members), "recording"),
                    named=_named([member.title for member in members]),
                ),
                members,
                members[0].artist,
            )

    def one_isrc_of_several_artists(self) -> Iterator[Finding]:
        """One ISRC on recordings of several artists."""
        coded = select(_R.isrc).where(_R.isrc != "").group_by(_R.isrc)
        several = coded.having(func.min(_R.artist_id) != func.max(_R.artist_id))
        query = (
            _members(_R.isrc, _R.artist_id)
            .where(_R.isrc.in_(several), _HAS_FILE, ~_IS_SHARED)
            .order_by(_R.isrc, _A.name_key, _R.title, _R.id)
        )
        rows = self.connection.execute(query).all()
        for isrc, group in groupby(rows, lambda row: row[0]):
            found = list(group)
            members = [_member(row[2:]) for row in found]
            numbers = [member.id for member in members]
            owners = {row[1] for row in found}
            if len(owners) < 2 or self.chosen.artist_id not in (None, *owners):
                continue
            if self.decided.kept_apart(numbers) or self.decided.merged(numbers):
                continue
            names = list(dict.fromkeys(member.artist for member in members))
            yield self._finding(
                finding_id(FindingKind.ARTISTS, isrc),
                FindingKind.ARTISTS,
                f"ISRC {isrc}",
                worded(
                    "One ISRC is on recordings of {artists}: {named}.",
                    artists=phrases.counted(len(names), "artist"),
                    named=_named(names),
                ),
                members,
                count=len(names),
            )

    def copies_that_disagree(self) -> Iterator[Finding]:
        """Recordings that look like one and were kept apart.

        They have the same release, track number and title, or the same file name in one folder (a
        WAV and its MP3).
        """
        clusters = _Clusters()
        for numbers in self._same_by_key():
            clusters.unite(numbers)
        for numbers in self._same_by_name():
            clusters.unite(numbers)
        sorted_clusters = {min(numbers): sorted(numbers) for numbers in clusters}
        members_by_id = self._recordings(
            [number for numbers in sorted_clusters.values() for number in numbers]
        )
        for first, numbers in sorted(sorted_clusters.items()):
            members = self._filled(
                [members_by_id[number] for number in numbers if number in members_by_id]
            )
            differing = _differing(members)
            if len(members) < 2 or not differing or _is_one_isrc(members):
                continue
            if self.decided.kept_apart(member.id for member in members):
                continue
            kinds = ", ".join(
                dict.fromkeys(kind for member in members for kind in member.containers)
            )
            yield self._finding(
                finding_id(FindingKind.COPIES, first),
                FindingKind.COPIES,
                members[0].title,
                worded(
                    "{recordings} look like one ({kinds}) but differ in {differing}: {named}. "
                    "They were kept apart.",
                    recordings=phrases.counted(len(members), "recording"),
                    kinds=kinds,
                    differing=phrases.and_list(differing),
                    named=_named([member.title for member in members]),
                ),
                members,
                members[0].artist,
            )

    def files_that_disagree(self) -> Iterator[Finding]:
        """Files of one recording that name different artists."""
        performer = func.nullif(_tag("performer"), "")
        several = (
            select(_F.recording_id)
            .where(_F.missing.is_(False), _F.tags.not_in(("", "[]")), _F.recording_id.is_not(None))
            .group_by(_F.recording_id)
            .having((func.count() > 1) & (func.min(performer) != func.max(performer)))
        )
        query = (
            select(_F.recording_id, _R.title, _A.name, _F.id, _F.path, performer, _F.container)
            .select_from(with_artists(RECORDING_FILES, _F.artist_id))
            .where(_F.recording_id.in_(several), _F.missing.is_(False), performer.is_not(None))
            .order_by(_A.name_key, _R.title, _F.recording_id, _F.path)
        )
        rows = self.connection.execute(self._of(query, _F.artist_id)).all()
        for number, group in groupby(rows, lambda row: row[0]):
            found = list(group)
            parts = by_performer([(row[3], row[5]) for row in found])
            identity = finding_id(FindingKind.FILES, number)
            if len(parts) < 2 or self.decided.answered(identity, parts):
                continue
            by_id = {row[3]: row for row in found}
            members = [
                Member(
                    id=min(part),
                    artist=by_id[part[0]][5],
                    title=_file_name(by_id[part[0]][4]),
                    files=len(part),
                    containers=tuple(dict.fromkeys(by_id[file][6] for file in part)),
                )
                for part in parts
            ]
            names = _named([member.artist for member in members])
            yield Finding(
                identity,
                FindingKind.FILES,
                found[0][1],
                worded("The files of this recording name different artists: {names}.", names=names),
                _DECIDE,
                len(found),
                found[0][2],
                tuple(members),
                _ANY,
            )

    def one_upc_on_several(self) -> Iterator[Finding]:
        """One UPC on several releases of an artist."""
        c = releases.c
        several = with_a_code_of_several(releases, c.upc)
        number = select(func.count()).where(_R.release_id == c.id, _HAS_FILE)
        query = (
            select(c.artist_id, c.upc, c.id, _A.name, c.title, c.key, number.scalar_subquery())
            .select_from(with_artists(several, c.artist_id))
            .where(exists().where(_R.release_id == c.id, _HAS_FILE))
            .order_by(_A.name_key, c.upc, c.title, c.id)
        )
        rows = self.connection.execute(self._of(query, c.artist_id)).all()
        for (artist, upc), group in groupby(rows, lambda row: (row[0], row[1])):
            found = list(group)
            identity = finding_id(FindingKind.UPC, artist, upc)
            if len(found) < 2 or self.decided.keys_kept_apart(identity, [row[5] for row in found]):
                continue
            members = [Member(row[2], row[3], row[4], row[4], files=row[6]) for row in found]
            yield Finding(
                identity,
                FindingKind.UPC,
                f"UPC {upc}",
                worded(
                    "One UPC is on {releases}: {named}.",
                    releases=phrases.counted(len(found), "release"),
                    named=_named([row[4] for row in found]),
                ),
                _DECIDE,
                len(found),
                members[0].artist,
                tuple(members),
                _ANY,
            )

    def malformed(self) -> Iterator[Finding]:
        """Files with an ISRC field that is not one well-formed code."""
        raw_isrc = _tag("malformed_isrc")
        query = (
            select(_F.artist_id, raw_isrc, _A.name, _F.path)
            .select_from(OWNED_FILES)
            .where(_F.tags != "", _F.missing.is_(False), func.coalesce(raw_isrc, "") != "")
            .order_by(_A.name_key, raw_isrc, _F.path)
        )
        rows = self.connection.execute(self._of(query, _F.artist_id)).all()
        for (artist, isrc), group in groupby(rows, lambda row: (row[0], row[1])):
            found = list(group)
            identity = finding_id(FindingKind.MALFORMED, artist, isrc)
            names = [_file_name(row[3]) for row in found]
            yield Finding(
                identity,
                FindingKind.MALFORMED,
                worded("ISRC “{isrc}”", isrc=isrc),
                worded(
                    "This is not one well-formed ISRC. It is in {named}, and was not used.",
                    named=_named(names),
                ),
                _CORRECT,
                len(names),
                found[0][2],
                decisions=_IGNORE,
            )

    def missing(self) -> Iterator[Finding]:
        """One finding per artist for all recordings without an ISRC.

        Recordings with a malformed ISRC have their own finding.
        """
        has_malformed = exists().where(
            _F.recording_id == _R.id, _F.tags != "", func.coalesce(_tag("malformed_isrc"), "") != ""
        )
        number = func.count()
        query = (
            select(_R.artist_id, _A.name, releases.c.title, number)
            .select_from(catalogued())
            .where(_R.isrc == "", _HAS_FILE, ~has_malformed)
            .group_by(_R.artist_id, _R.release_id)
            .order_by(_A.name_key, number.desc(), releases.c.title)
        )
        rows = self.connection.execute(self._of(query, _R.artist_id)).all()
        for artist, group in groupby(rows, lambda row: row[0]):
            found = list(group)
            total = sum(row[3] for row in found)
            identity = finding_id(FindingKind.MISSING, artist)
            titles = [row[2] for row in found if row[2] is not None]
            loose = sum(row[3] for row in found if row[2] is None)
            yield Finding(
                identity,
                FindingKind.MISSING,
                "",
                _without_isrc(total, titles, loose),
                _ADD,
                total,
                found[0][1],
                decisions=_IGNORE,
            )

    def _finding(
        self,
        identity: str,
        kind: FindingKind,
        where: str,
        sentence: str,
        members: Sequence[Member],
        artist: str = "",
        count: int = 0,
    ) -> Finding:
        filled = tuple(self._filled(members))
        number = count or len(members)
        return Finding(
            identity, kind, where, sentence, _DECIDE, number, artist, filled, decisions=_ANY
        )

    def _same_by_key(self) -> Iterator[list[int]]:
        """Recordings with the same grouping key, apart from the number that grouping appends."""
        numbered = or_(*(_R.key.op("GLOB")(f"*|{'[0-9]' * digits}") for digits in (1, 2, 3)))
        query = select(_R.artist_id, _R.key).where(
            numbered, ~_R.key.startswith(FROM_PLATFORM), _HAS_FILE
        )
        keys = {
            (artist, key.rpartition("|")[0]): None
            for artist, key in self.connection.execute(self._of(query, _R.artist_id))
        }
        for artist, key in keys:
            like = key.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")
            same_key = or_(
                _R.key == key, *(_R.key.op("GLOB")(f"{like}|{'[0-9]' * n}") for n in (1, 2, 3))
            )
            query = select(_R.id, _R.title, _R.release_id, _R.track, _R.isrc, _R.duration_ms).where(
                _R.artist_id == artist, _R.key >= key, _R.key < key + "}", same_key, _HAS_FILE
            )
            by_title: defaultdict[str, list[Any]] = defaultdict(list)
            for row in self.connection.execute(query.order_by(_R.duration_ms, _R.id)):
                by_title[folded(row.title)].append(row)
            for rows in by_title.values():
                yield from _likely_copies(rows)

    def _same_by_name(self) -> Iterator[list[int]]:
        """Recordings with files of the same name in one folder, apart from the extension."""
        stem = _stem(_F.path)
        has_recording = (_F.missing.is_(False), _F.recording_id.is_not(None))
        first, last = func.min(_F.recording_id), func.max(_F.recording_id)
        query = select(_F.artist_id, stem).where(*has_recording).group_by(_F.artist_id, stem)
        query = query.having(first != last)
        for artist, name in self.connection.execute(self._of(query, _F.artist_id)).all():
            same_stem = (_F.path >= name + b".", _F.path < name + b"/", stem == name)
            numbers = select(_F.recording_id).where(
                _F.artist_id == artist, *has_recording, *same_stem
            )
            yield list(self.connection.execute(numbers.distinct()).scalars())

    def _recordings(self, numbers: Sequence[int]) -> dict[int, Member]:
        found: dict[int, Member] = {}
        for part in any_of(_R.id, numbers):
            query = _members().where(part, _HAS_FILE)
            for row in self.connection.execute(self._of(query, _R.artist_id)):
                found[row[0]] = _member(row)
        return found

    def _filled(self, members: Sequence[Member]) -> list[Member]:
        """The members with their number of files and the kinds of files."""
        kinds: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for part in any_of(_F.recording_id, [member.id for member in members]):
            query = select(_F.recording_id, _F.container, func.count())
            query = query.where(part, _F.missing.is_(False))
            for number, kind, count in self.connection.execute(
                query.group_by(_F.recording_id, _F.container)
            ):
                kinds[number][kind] = count
        return [
            replace(
                member, files=kinds[member.id].total(), containers=tuple(sorted(kinds[member.id]))
            )
            for member in members
        ]

    def _of(self, query: Select[Any], owner: ColumnElement[int]) -> Select[Any]:
        artist = self.chosen.artist_id
        return query if artist is None else query.where(owner == artist)


def by_performer(files_of_recording: Sequence[tuple[int, str]]) -> list[list[int]]:
    """The ids of a recording's files, grouped by the artist that they name.

    A guest or a spelling makes no other artist: one name only has to contain the other.
    """
    parts: list[tuple[str, list[int]]] = []
    for number, performer in files_of_recording:
        name = core_title(performer)
        for group_name, part in parts:
            if name in group_name or group_name in name:
                part.append(number)
                break
        else:
            parts.append((name, [number]))
    return [part for _, part in parts]


class _Clusters:
    """Numbers that were joined, directly or through others."""

    def __init__(self) -> None:
        self._of: dict[int, set[int]] = {}

    def unite(self, numbers: Collection[int]) -> None:
        cluster = set(numbers).union(*(self._of.get(number, ()) for number in numbers))
        self._of.update(dict.fromkeys(cluster, cluster))

    def __iter__(self) -> Iterator[set[int]]:
        yield from {id(cluster): cluster for cluster in self._of.values()}.values()


def _likely_copies(rows: Sequence[Any]) -> Iterator[list[int]]:
    """Recordings of one title that are likely copies. `rows` are in order of length.

    With a release and a track number: all of them. Otherwise only those with the same length and an
    ISRC each, since many songs are called “Intro”.
    """
    if rows[0].release_id is not None and rows[0].track:
        yield [row.id for row in rows]
        return
    close: list[Any] = []
    for row in (row for row in rows if row.isrc and row.duration_ms):
        if close and not same_length(close[-1].duration_ms, row.duration_ms):
            yield [row.id for row in close]
            close = []
        close.append(row)
    yield [row.id for row in close]


def _differing(members: Sequence[Member]) -> list[str]:
    """The properties in which recordings that look like one contradict each other."""
    lengths = [member.duration_ms for member in members if member.duration_ms is not None]
    contradictions = {
        worded("title"): len({core_title(member.title, member.artist) for member in members}) > 1,
        "ISRC": len({member.isrc for member in members if member.isrc}) > 1,
        worded("length"): bool(lengths) and not same_length(min(lengths), max(lengths)),
    }
    return [name for name, differs in contradictions.items() if differs]


def _without_isrc(total: int, titles: Sequence[str], loose: int) -> str:
    """How many recordings have no ISRC; `titles` are their releases, `loose` are on none."""
    missing = phrases.counted(total, "recording has no ISRC", "recordings have no ISRC")
    if not titles:
        return worded("{missing}.", missing=missing)
    return worded(
        "{missing}: on {releases} ({named}), and {loose} without a release."
        if loose
        else "{missing} on {releases}: {named}.",
        missing=missing,
        releases=phrases.counted(len(titles), "release"),
        named=_named(titles),
        loose=phrases.number(loose),
    )


def _is_one_isrc(members: Sequence[Member]) -> bool:
    """Whether all have one ISRC: that is a finding of its own."""
    return len({member.isrc for member in members}) == 1 and bool(members[0].isrc)


def _members(*before: ColumnElement[Any], source: FromClause = recordings) -> Select[Any]:
    shown = (_R.id, _A.name, _R.title, releases.c.title, _R.isrc, _R.duration_ms)
    return select(*before, *shown).select_from(catalogued(source))


def _member(row: Sequence[Any]) -> Member:
    number, artist, title, release, isrc, duration = row
    return Member(number, artist, title, release or "", isrc, duration)


def _tag(name: str) -> ColumnElement[Any]:
    """A value from a file's stored description."""
    return func.json_extract(_F.tags, f"$[{_TAG_PLACES[name]}]")


def _stem(path: ColumnElement[Any]) -> ColumnElement[Any]:
    """A path without its extension of two to four characters; else the whole path."""
    dot = literal(b".")
    return case(
        *(
            (func.substr(path, -n, 1) == dot, func.substr(path, 1, func.length(path) - n))
            for n in (4, 5, 3)
        ),
        else_=path,
    )


def _file_name(path: bytes) -> str:
    return texts.load_path(path).rpartition("/")[2]


def _named(names: Iterable[str]) -> str:
    return phrases.first_few(map(phrases.quoted, dict.fromkeys(names)), _MOST_NAMED)
