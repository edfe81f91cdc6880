"""Inspects files on the disk now, and everything known of one recording."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import Row, select

from rightsdesk import phrases
from rightsdesk.consent import Consent, Fields, Permission, Standing
from rightsdesk.consent.dialects import Suite, SuiteReading
from rightsdesk.consent.dialects.files.training_mining import C2paTrainingMining, Cawg
from rightsdesk.consent.dialects.suites import FILE_SUITE, SIDECAR_SUITE
from rightsdesk.consent.dialects.vocabulary import wordless
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import container_named, container_of
from rightsdesk.files.containers.base import Signed, Tags, size_of
from rightsdesk.files.owned import COPYRIGHT, COPYRIGHT_2, OWN, XMP_DAMAGED, XMP_OWNED, XMP_READ
from rightsdesk.files.scan.scanner import FoundFile, Scan, ScanFailure
from rightsdesk.files.sidecars.reading import Sidecar, is_sidecar, sidecars_of
from rightsdesk.files.signed.manifest import UnreadManifest, declared_in
from rightsdesk.files.signed.manifest_place import manifest_beside, signature_of
from rightsdesk.files.writing.writer import opened
from rightsdesk.platforms.interface import Reach
from rightsdesk.resources.facts import platform_facts
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.joins import ACCOUNT_ITEMS, WHOLE_ACCOUNTS
from rightsdesk.store.schema import accounts, files, items, recordings, sidecars
from rightsdesk.workspace.catalogue.sidecars import read_sidecar
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.observing.freshness import Freshness
from rightsdesk.workspace.status import matrix
from rightsdesk.workspace.status.attested import attested_carriers
from rightsdesk.workspace.status.matrix import StoredObservation, standing_of
from rightsdesk.workspace.status.naming import Misnaming
from rightsdesk.workspace.suites import evidence_of, suite_of
from rightsdesk.workspace.types.matrix import (
    CarrierView,
    FileInspection,
    RecordingView,
    StatementView,
)
from rightsdesk.workspace.types.scopes import Scope, ScopeKind

SIGNED_SUITE = Suite((Cawg(), C2paTrainingMining()))
_WITH_SIGNED = Suite((*FILE_SUITE.dialects, *SIGNED_SUITE.dialects))

_NATIVE = {
    Tags.ID3: ("TXXX:{}", "TCOP"),
    Tags.VORBIS: ("{}", "COPYRIGHT"),
    Tags.MP4: ("----:com.apple.iTunes:{}", "cprt"),
}
"""Other programs' names for our own fields, and for the copyright line."""


def inspect(places: Sequence[str]) -> Iterator[FileInspection]:
    """Yields what files say now, and all audio files below folders. Nothing is stored."""
    for place in places:
        if os.path.isdir(place):
            for event in Scan([place]):
                if isinstance(event, FoundFile):
                    yield inspect_file(event.path)
                elif isinstance(event, ScanFailure):
                    yield FileInspection(event.path, "", Consent(), (), (), str(event.error))
        elif is_sidecar(place):
            yield inspect_sidecar(place)
        else:
            yield inspect_file(place)


def inspect_file(path: str) -> FileInspection:
    """What one file and its sidecars say, by dialect and together."""
    try:
        with opened(path) as f:
            container = container_of(f)
            signed = signature_of(container, f)
            credentials, problem = _credentials(signed, f)
            fields = container.fields(f)
        if signed is None:
            signed, credentials, problem = _detached(path)
    except KnownError as error:
        return FileInspection(path, "", Consent(), (), (), str(error))
    sidecar_fields, sidecar_statements = _sidecars(path)
    unsigned = FILE_SUITE.together([fields, *sidecar_fields])
    says = _WITH_SIGNED.together([fields, *sidecar_fields, credentials])
    consent = _claimed(unsigned.consent, says.consent, unread=bool(problem))
    statements = (
        _statements(FILE_SUITE.read(fields), container.name, FILE_SUITE) + sidecar_statements
    )
    if signed:
        statements += _signed_statements(credentials, signed, problem)
    return FileInspection(path, container.name, consent, says.conflicts, statements)


def inspect_sidecar(path: str) -> FileInspection:
    """What a sidecar says on its own."""
    try:
        _, fields = read_sidecar(path)
    except KnownError as error:
        return FileInspection(path, "", Consent(), (), (), str(error))
    says = SIDECAR_SUITE.read(fields)
    statements = _statements(says, Sidecar.name, SIDECAR_SUITE)
    return FileInspection(path, Sidecar.name, says.consent, says.conflicts, statements)


def _sidecars(path: str) -> tuple[list[Fields], tuple[StatementView, ...]]:
    """The fields of a file's sidecars, and their statements.

    A sidecar that could belong to several files gets a statement but does not count. An unreadable
    sidecar counts as damaged XMP.
    """
    own, shared = sidecars_of(path)
    held: list[Fields] = []
    statements: list[StatementView] = []
    for place in own:
        name = os.path.basename(place)
        try:
            _, fields = read_sidecar(place)
        except KnownError as error:
            held.append({XMP_DAMAGED: ("unreadable",)})
            statements.append(_problem_statement(name, str(error)))
            continue
        held.append(fields)
        statements += (
            replace(statement, carrier=f"{name}: {statement.carrier}")
            for statement in _statements(SIDECAR_SUITE.read(fields), Sidecar.name, SIDECAR_SUITE)
        )
    for place, owners in shared.items():
        names = phrases.or_list(owners)
        problem = worded(
            "This could belong to {names}, so it counts for none of them.", names=names
        )
        statements.append(_problem_statement(os.path.basename(place), problem))
    return held, tuple(statements)


def _problem_statement(name: str, problem: str) -> StatementView:
    return StatementView("xmp-sidecar", name, Consent(), "", problem, Sidecar.name)


def _credentials(signed: Signed | None, f: BinaryIO) -> tuple[Fields, str]:
    """The fields that a manifest declares, and a sentence if it can't be read."""
    try:
        return declared_in(signed, f) if signed else {}, ""
    except UnreadManifest as error:
        return {}, str(error)


def _detached(path: str) -> tuple[Signed | None, Fields, str]:
    """Signature, fields and problem of a manifest in a file of its own. Raises KnownError."""
    name = manifest_beside(path)
    if not name:
        return None, {}, ""
    with opened(os.path.join(os.path.dirname(path), name)) as f:
        signed = Signed(name, 0, size_of(f))
        return (signed, *_credentials(signed, f))


def _claimed(unsigned: Consent, all_of_it: Consent, *, unread: bool) -> Consent:
    """The consent of a file with a manifest of unchecked signature.

    Anyone can write such a manifest, so it can refuse but not allow. An unreadable manifest may
    refuse anything.
    """
    yes = Permission.ALLOWED
    return Consent(
        {
            use: given
            for use, given in all_of_it.items()
            if given is Permission.PROHIBITED
            or (not unread and (given is not yes or unsigned.get(use) is yes))
        }
    )


def _signed_statements(
    credentials: Fields, signed: Signed, problem: str
) -> tuple[StatementView, ...]:
    """The statements of a manifest, or its problem."""
    carrier = f"{signed.place}, signature not checked"
    if problem:
        name = "Content Credentials"
        return (StatementView("content-credentials", carrier, Consent(), "", problem, name),)
    reading = SIGNED_SUITE.read(credentials)
    return tuple(
        replace(statement, carrier=carrier) for statement in _statements(reading, "", SIGNED_SUITE)
    )


def recording(database: Database, recording_id: int, now: datetime | None = None) -> RecordingView:
    """Everything that is known of one recording. Raises KnownError if it is gone.

    Licences count as of `now` (aware; the system's clock by default).
    """
    found = matrix.rows(database, [recording_id], now)
    if not found:
        raise KnownError("This recording is no longer in the catalogue.")
    row = found[0]
    scoped = consents.of_scope(database, Scope(ScopeKind.RECORDING, recording_id))
    scoped = replace(scoped, grants=row.grants)
    of_artist = consents.of_scope(database, Scope(ScopeKind.ARTIST, row.artist_id)).effective
    with database.read() as connection:
        reader = matrix.RowReader(connection, now)
        misnamed = reader.misnamed(recordings.c.id == recording_id)
    views = [
        _with_standing(view, scoped.effective, misnamed, number)
        for view, number in _files(database, recording_id)
    ]
    views += [
        _with_standing(view, of_artist if for_all else scoped.effective, misnamed, number)
        for view, number, for_all in _items(database, recording_id)
    ]
    return RecordingView(row, scoped, (*views, *attested_carriers(row)))


def _with_standing(
    view: CarrierView, consent: Consent, misnamed: Misnaming, number: int
) -> CarrierView:
    carrier, says = CarrierId(view.kind), texts.dump_consent(view.says)
    partners = misnamed.get((carrier, number))
    seen = StoredObservation(says, view.problem, view.seen_at, partners=partners)
    return replace(view, standing=standing_of(carrier, consent, seen))


def _files(database: Database, recording_id: int) -> Iterator[tuple[CarrierView, int]]:
    """The recording's files and sidecars, each with its id."""
    query = select(files).where(files.c.recording_id == recording_id).order_by(files.c.path)
    with database.read() as connection:
        rows = connection.execute(query).all()
        of_files = select(sidecars).where(sidecars.c.file_id.in_([row.id for row in rows]))
        sidecars_by_file: dict[int, list[Any]] = {}
        for sidecar in connection.execute(of_files.order_by(sidecars.c.path)):
            sidecars_by_file.setdefault(sidecar.file_id, []).append(sidecar)
    for row in rows:
        path = texts.load_path(row.path)
        fields = texts.load_fields(row.fields)
        yield (
            _view(CarrierId.FILES, os.path.basename(path), path, row.container, fields, row),
            row.id,
        )
        for sidecar in sidecars_by_file.get(row.id, ()):
            place, held = texts.load_path(sidecar.path), texts.load_fields(sidecar.fields)
            view = _view(
                CarrierId.SIDECARS, os.path.basename(place), place, Sidecar.name, held, sidecar
            )
            yield view, sidecar.id


def _items(database: Database, recording_id: int) -> Iterator[tuple[CarrierView, int, bool]]:
    """The recording's items, each with its id, and whether it holds for all of the artist."""
    owner = select(recordings.c.artist_id).where(recordings.c.id == recording_id)
    whole = select(items.c.id).select_from(ACCOUNT_ITEMS).where(WHOLE_ACCOUNTS)
    for_all = items.c.id.in_(whole.where(accounts.c.artist_id == owner.scalar_subquery()))
    of_account = (accounts.c.platform, accounts.c.unread_since, accounts.c.unread_why)
    query = select(items, *of_account).select_from(ACCOUNT_ITEMS).order_by(items.c.id)
    query = query.where((items.c.recording_id == recording_id) | for_all)
    with database.read() as connection:
        fresh = Freshness.of(connection)
        rows = connection.execute(query).all()
    for row in rows:
        fields = texts.load_fields(row.fields)
        facts = platform_facts(row.platform)
        view = _view(row.platform, row.title, row.url, facts.name, fields, row)
        problem = fresh.problem(row.seen_at, row.problem, row.unread_since, row.unread_why)
        says = Consent() if fresh.is_old(row.seen_at) else view.says
        view = replace(view, terms=facts.terms_line, problem=problem, says=says)
        yield view, row.id, row.reach != Reach.ITEM.value


def _view(
    kind: CarrierId, title: str, place: str, container: str, fields: Fields, row: Row[Any]
) -> CarrierView:
    says = suite_of(kind).read(fields)
    return CarrierView(
        kind=kind,
        title=title,
        place=place,
        container=container,
        standing=Standing.UNKNOWN,
        says=says.consent,
        conflicts=says.conflicts,
        statements=_statements(says, container, suite_of(kind)),
        evidence=evidence_of(kind),
        seen_at=row.seen_at,
        since=row.since,
        problem=row.problem,
        fields=fields,
    )


def _statements(says: SuiteReading, container: str, suite: Suite) -> tuple[StatementView, ...]:
    languages = {dialect.id: dialect for dialect in suite.dialects}
    return tuple(
        StatementView(
            dialect=statement.dialect,
            name=statement.name,
            carrier=", ".join(_native(name, container) for name in statement.raw),
            says=statement.says,
            raw="; ".join(" / ".join(values) for values in statement.raw.values()),
            problem=statement.problem,
            notes=languages[statement.dialect].notes_on(statement.raw),
            wordless=wordless(languages[statement.dialect]),
            grants=languages[statement.dialect].grants_in(statement.raw),
        )
        for statement in says.statements
    )


def _native(field: str, container: str) -> str:
    """The field's name as other programs show it for this kind of file."""
    kind = container_named(container)
    own, copyright_line = _NATIVE[kind.tags if kind else Tags.ID3]
    if field in OWN:
        return own.format(field)
    if field == COPYRIGHT:
        return copyright_line
    if field == COPYRIGHT_2:
        return (kind.second_line if kind else "") or field
    if field == XMP_DAMAGED:
        return "XMP"
    return f"XMP {field}" if field in (*XMP_OWNED, *XMP_READ) else field
