"""Decisions and scans lead to the same grouping and consents in any order.

The music consists of made-up descriptions, which the scan's own code stores.
"""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update

from rightsdesk.changes.types import Never, no_progress
from rightsdesk.consent import PRESETS, Consent, Preset, widened
from rightsdesk.files.identity import FileIdentity
from rightsdesk.files.scan.scanner import FileState, FoundFile
from rightsdesk.files.scan.tags import AudioFile
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import artists, files, health_decisions, metadata, recordings
from rightsdesk.workspace import WideningNotConfirmed
from rightsdesk.workspace.catalogue import health
from rightsdesk.workspace.catalogue.deciding import ignoring, making, undoing
from rightsdesk.workspace.catalogue.scanning import _Run, drop_empty
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.types.findings import DecisionKind
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind

ALL = Filter()
ARTISTS = (1, 2)
KINDS = ("WAV", "MP3", "FLAC")
IDENTITY = FileIdentity(1, 2, 3, 4)


class Song(NamedTuple):
    """A file with its description."""

    artist: int
    path: str
    audio: AudioFile


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two artists and no music, as a template."""
    path = tmp_path_factory.mktemp("empty") / "empty.sqlite3"
    database = Database(path)
    database.migrate()
    with database.write() as connection:
        for number in ARTISTS:
            row = {"id": number, "name": f"Artist {number}", "name_key": f"{number}"}
            connection.execute(insert(artists).values({**row, "created_at": ""}))
    consents.set_consent(database, Scope(ScopeKind.ARTIST, 1), PRESETS[Preset.ASK_FIRST], ())
    consents.set_consent(database, Scope(ScopeKind.ARTIST, 2), PRESETS[Preset.NO_AI], ())
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@contextmanager
def a_copy(empty: Path) -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        database = Database(Path(shutil.copy(empty, folder)))
        try:
            yield database
        finally:
            database.close()


def scan(database: Database, songs: Sequence[Song], *, state: FileState = FileState.NEW) -> None:
    """Store these files as a scan does after reading them."""
    for artist in ARTISTS:
        walk: Any = None
        known = {} if state is FileState.NEW else {song.path: IDENTITY.to_str() for song in songs}
        run = _Run(database, artist, walk, no_progress, Never(), (), known, {})
        for song in songs:
            if song.artist == artist:
                candidate = FoundFile(song.path, IDENTITY, state)
                run.unstored.append((candidate, (song.audio, "")))
        run._store()
        with database.write() as connection:
            drop_empty(connection, artist)


def begin(database: Database, songs: Sequence[Song]) -> None:
    """Scan until nothing moves: a later file can decide where an earlier file belongs."""
    scan(database, songs)
    for _ in songs:
        before = grouping(database)
        scan_again(database, songs)
        if grouping(database) == before:
            return


def scan_again(database: Database, songs: Sequence[Song]) -> None:
    """Scan files that are known, but whose descriptions are not."""
    with database.write() as connection:
        connection.execute(update(files).values(tags=""))
    scan(database, songs, state=FileState.CHANGED)


@st.composite
def music(draw: st.DrawFn) -> list[Song]:
    songs = []
    for number in range(draw(st.integers(2, 6))):
        title = draw(st.sampled_from(["Night Ferry", "Paper Moons"]))
        kind = draw(st.sampled_from(KINDS))
        audio = AudioFile(
            container=kind,
            title=title,
            artist=draw(st.sampled_from(["Mira Koval", "Salt and Signal"])),
            album=draw(st.sampled_from(["", "One", "Two"])),
            track=draw(st.sampled_from([0, 1])),
            isrc=draw(st.sampled_from(["", "QZES52400001", "QZES52400002"])),
            upc="036000291452",
            duration_ms=draw(st.sampled_from([60_000, 60_200, 90_000])),
        )
        name = draw(st.sampled_from(["a", "b", str(number)]))
        path = f"/music/{number}/{name}.{kind.lower()}"
        songs.append(Song(draw(st.sampled_from(ARTISTS)), path, audio))
    return songs


class Step(NamedTuple):
    """A person's step: decide about a finding, or undo a decision."""

    pick: int
    kind: DecisionKind | None


STEPS = st.lists(
    st.builds(Step, st.integers(0, 50), st.sampled_from([*DecisionKind, None])), max_size=5
)


def take(database: Database, step: Step) -> None:
    """Take a step if it is possible and widens nothing."""
    if step.kind is None:
        with database.read() as connection:
            query = select(health_decisions.c.id).where(health_decisions.c.undone_at == "")
            made = list(connection.execute(query.order_by(health_decisions.c.id)).scalars())
        if made:
            try_to(lambda: undoing.undo(database, made[step.pick % len(made)]))
        return
    kind = step.kind
    found = [finding for finding in health.findings(database, ALL) if kind in finding.decisions]
    if found:
        finding = sorted(found, key=lambda finding: finding.id)[step.pick % len(found)]
        if kind is DecisionKind.IGNORE:
            [problem] = [each for each in health.problems(database, ALL) if each.id == finding.id]
            ignoring.ignore(database, [problem], "")
            return
        try_to(lambda: making.decide(database, finding.id, kind))


def try_to(do: Any) -> None:
    with suppress(WideningNotConfirmed, undoing.BuiltUpon):
        do()


def grouping(database: Database) -> set[frozenset[tuple[int, str]]]:
    groups: dict[int, set[tuple[int, str]]] = {}
    with database.read() as connection:
        query = select(files.c.recording_id, files.c.artist_id, files.c.path)
        for number, artist, path in connection.execute(query):
            groups.setdefault(number, set()).add((artist, texts.load_path(path)))
    return {frozenset(group) for group in groups.values()}


def effective_consents(database: Database) -> dict[tuple[int, str], Consent]:
    """The effective consent of each file."""
    with database.read() as connection:
        known = consents.load(connection)
        query = select(files.c.artist_id, files.c.path, recordings.c.release_id, recordings.c.id)
        query = query.join(recordings, recordings.c.id == files.c.recording_id)
        return {
            (artist, texts.load_path(path)): known.effective(
                artist_id=artist, release_id=release, recording_id=recording
            )
            for artist, path, release, recording in connection.execute(query)
        }


def opened(
    before: Mapping[tuple[int, str], Consent], after: Mapping[tuple[int, str], Consent]
) -> list[tuple[int, str]]:
    return [song for song in before if widened(before[song], after[song])]


def choose(database: Database, chosen: Sequence[int]) -> None:
    """Set a different consent for some of the recordings."""
    with database.read() as connection:
        numbers = list(
            connection.execute(select(recordings.c.id).order_by(recordings.c.id)).scalars()
        )
    for at, preset in zip(chosen, itertools.cycle([Preset.OPEN, Preset.NO_AI]), strict=False):
        scope = Scope(ScopeKind.RECORDING, numbers[at % len(numbers)])
        consent = PRESETS[preset]
        consents.set_consent(
            database, scope, consent, consents.widened_by(database, scope, consent)
        )


PROPERTY = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
"""Every example works on databases, so a failing example is not reduced."""


@PROPERTY
@given(songs=music(), chosen=st.lists(st.integers(0, 9), max_size=2), steps=STEPS)
def test_scans_between_decisions_change_nothing(
    empty: Path, songs: list[Song], chosen: list[int], steps: list[Step]
) -> None:
    with a_copy(empty) as with_scans, a_copy(empty) as without:
        for database in (with_scans, without):
            begin(database, songs)
            choose(database, chosen)
        for step in steps:
            for database in (with_scans, without):
                before = effective_consents(database)
                take(database, step)
                assert opened(before, effective_consents(database)) == [], (
                    "nothing widens without a confirmation"
                )
            scan_again(with_scans, songs)
            assert grouping(with_scans) == grouping(without)
            assert effective_consents(with_scans) == effective_consents(without)
        scan_again(without, songs)
        assert grouping(with_scans) == grouping(without)
        assert effective_consents(with_scans) == effective_consents(without)
        kinds = [
            [finding.kind for finding in health.findings(d, ALL)] for d in (with_scans, without)
        ]
        assert kinds[0] == kinds[1]


@PROPERTY
@given(songs=music(), chosen=st.lists(st.integers(0, 9), max_size=2), steps=STEPS)
def test_undoing_all_decisions_restores_the_start(
    empty: Path, songs: list[Song], chosen: list[int], steps: list[Step]
) -> None:
    with a_copy(empty) as database:
        begin(database, songs)
        choose(database, chosen)
        before = grouping(database), effective_consents(database)
        for step in steps:
            if step.kind is not None:
                take(database, step)
        with database.read() as connection:
            made = select(health_decisions.c.id).order_by(health_decisions.c.id.desc())
            numbers = list(connection.execute(made).scalars())
        for number in numbers:
            uses = undoing.preview(database, number).uses
            undoing.undo(database, number, uses)
        assert (grouping(database), effective_consents(database)) == before
        scan_again(database, songs)
        assert (grouping(database), effective_consents(database)) == before


@PROPERTY
@given(songs=music(), late=st.integers(1, 3), steps=STEPS)
def test_a_decision_holds_whatever_files_come_later(
    empty: Path, songs: list[Song], late: int, steps: list[Step]
) -> None:
    early = songs[:-late] or songs[:1]
    with a_copy(empty) as database:
        begin(database, early)
        for step in steps:
            take(database, step)
        before = grouping(database)
        scan(database, [song for song in songs if song not in early])
        scan_again(database, songs)
        there = {(song.artist, song.path) for song in early}
        assert {group & there for group in grouping(database)} - {frozenset()} == before


@PROPERTY
@given(songs=music())
def test_a_database_from_before_decisions_keeps_everything(empty: Path, songs: list[Song]) -> None:
    with a_copy(empty) as database, TemporaryDirectory() as folder:
        begin(database, songs)
        choose(database, [0])
        with older(Path(folder) / "old.sqlite3", database.path) as old:
            old.migrate()
            assert kept(old) == kept(database)
            assert (grouping(old), effective_consents(old)) == (
                grouping(database),
                effective_consents(database),
            )
            scan_again(old, songs)
            assert (grouping(old), effective_consents(old)) == (
                grouping(database),
                effective_consents(database),
            )


OLD_NAMES = {"consents": "wishes"}
"""Tables that a later migration renamed."""


@contextmanager
def older(path: Path, like: Path) -> Iterator[Database]:
    """A database from before decisions, with as much of the other database as fits."""
    database = Database(path)
    config = Config()
    config.set_main_option("script_location", "rightsdesk.store:migrations")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("ATTACH ? AS new", (str(like),))
            for table in metadata.sorted_tables:
                old_name = OLD_NAMES.get(table.name, table.name)
                columns = connection.execute(f"PRAGMA main.table_info({old_name})").fetchall()
                names = ", ".join(row[1] for row in columns if row[1] in table.c)
                if names:
                    rows = f"SELECT {names} FROM new.{table.name}"
                    connection.execute(f"INSERT INTO main.{old_name} ({names}) {rows}")
            connection.commit()
        yield database
    finally:
        database.close()


def kept(database: Database) -> list[list[str]]:
    with database.read() as connection:
        return [
            sorted(repr(tuple(row)) for row in connection.execute(text(f"SELECT {what}")))
            for what in (
                "id, artist_id, recording_id, path, container, identity, fields, says FROM files",
                "id, artist_id, release_id, title, isrc, duration_ms, key FROM recordings",
                "kind, owner_id, consent FROM consents",
            )
        ]
