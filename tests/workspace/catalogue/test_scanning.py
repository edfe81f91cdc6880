"""Scans: what is stored, what is not, and how files are grouped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest
from sqlalchemy import select, text

import rightsdesk
from rightsdesk.changes.types import Outcome
from rightsdesk.consent import Preset, Standing
from rightsdesk.files.workers import process_pool
from rightsdesk.practice.catalogue import UNREADABLE
from rightsdesk.store.bulk import insertion, next_id, update_many, write_many
from rightsdesk.store.database import Database
from rightsdesk.store.schema import artists, files, recordings, releases
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.catalogue import scanning
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import KOVAL, Song, choose, written

SAMPLES = Path(rightsdesk.__file__).parent / "practice" / "samples"
EVERYTHING = Filter()


@pytest.fixture
def database(workspace: Workspace) -> Database:
    return workspace._database


@pytest.fixture
def artist(workspace: Workspace) -> Artist:
    return workspace.artists.add("Someone")


@pytest.fixture
def song(tmp_path: Path) -> Callable[..., Path]:
    """A function that creates a FLAC file with these tags."""

    def make(name: str, **tags: str) -> Path:
        path = tmp_path / "songs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLES / "sample.flac", path)
        audio: Any = mutagen.File(path)
        for key, value in tags.items():
            audio[key] = value
        audio.save()
        return path

    return make


def stored(database: Database) -> dict[str, Any]:
    with database.read() as connection:
        rows = connection.execute(select(files).order_by(files.c.path)).all()
    return {os.path.basename(os.fsdecode(row.path)): row for row in rows}


def data_version(database: Database) -> int:
    """SQLite's counter of writes by other connections."""
    with database.read() as connection:
        return int(connection.execute(text("PRAGMA data_version")).scalar_one())


def test_a_second_scan_writes_nothing_and_opens_no_file(
    workspace: Workspace, koval: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written(workspace)
    monkeypatch.setattr(Database, "write", None)
    monkeypatch.setattr(scanning, "RecordingAssigner", None)
    monkeypatch.setattr(os, "open", None)

    report = workspace.catalogue.scan(koval.id, koval.folders)

    assert (report.new, report.changed, report.missing) == (0, 0, 0)
    assert report.unchanged == report.files > 0
    assert written(workspace) == before


def test_helpers_and_many_transactions_give_the_same_catalogue(
    workspace: Workspace, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shape(artist: Artist) -> list[tuple[Any, ...]]:
        workspace.catalogue.scan(artist.id, [str(music)])
        rows = workspace.catalogue.rows(workspace.catalogue.recordings(Filter(artist_id=artist.id)))
        shapes = [(r.release, r.track, r.title, r.isrc, r.duration_ms, r.cells) for r in rows]
        workspace.artists.remove(artist.id)
        return shapes

    plain = shape(workspace.artists.add("One"))
    monkeypatch.setattr(process_pool, "ALONE", 0)
    monkeypatch.setattr(scanning, "BATCH", 2)
    monkeypatch.setattr(scanning, "MOST_UNSTORED", 3)
    again = shape(workspace.artists.add("Two"))

    without_times = [[row[:5] for row in rows] for rows in (plain, again)]
    assert without_times[0] == without_times[1]
    assert plain


def test_a_file_of_another_artist_is_named_and_stays_with_that_artist(
    workspace: Workspace, artist: Artist, song: Callable[..., Path], database: Database
) -> None:
    first = song("a.flac", title="A")
    workspace.catalogue.scan(artist.id, [str(first.parent)])
    second = song("../b.flac", title="B")
    other = workspace.artists.add("Other")

    report = workspace.catalogue.scan(other.id, [str(first.parent.parent)])

    assert [(f.path, f.problem) for f in report.theirs] == [
        (str(first), f"This file belongs to {artist.name} here.")
    ]
    assert (report.files, report.new, report.failed) == (1, 1, ())
    owners = {name: row.artist_id for name, row in stored(database).items()}
    assert owners == {first.name: artist.id, second.name: other.id}


def test_files_tagged_with_another_artist_of_the_roster_are_reported(
    workspace: Workspace, artist: Artist, song: Callable[..., Path]
) -> None:
    folder = song("a.flac", title="A", artist="OTHER").parent
    song("b.flac", title="B", artist="Nobody here")
    song("c.flac", title="C", artist=artist.name)
    workspace.artists.add("Other")
    assert workspace.catalogue.scan(artist.id, [str(folder)]).named == (("Other", 1),)
    assert workspace.catalogue.scan(artist.id, [str(folder)]).named == (), (
        "reported only if something is new"
    )
    workspace.catalogue.forget_folders(artist.id, [str(folder)])
    assert workspace.catalogue.scan(artist.id, [str(folder / "elsewhere")]).named == ()


def test_the_start_of_a_declaration_survives_other_changes(
    workspace: Workspace,
    artist: Artist,
    song: Callable[..., Path],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    today = ["2026-01-01"]
    monkeypatch.setattr("rightsdesk.store.texts.now", lambda: today[0])
    folder = str(song("a.flac", title="A").parent)
    workspace.catalogue.scan(artist.id, [folder])
    song("a.flac", title="B", tracknumber="1")
    today[0] = "2026-01-02"
    workspace.catalogue.scan(artist.id, [folder])
    before = stored(database)["a.flac"]
    song("a.flac", title="B", **{"ai-consent": "generative-training=n"})
    today[0] = "2026-01-03"
    workspace.catalogue.scan(artist.id, [folder])
    after = stored(database)["a.flac"]

    assert (before.since, before.seen_at) == ("2026-01-01", "2026-01-02")
    assert (after.since, after.seen_at) == ("2026-01-03", "2026-01-03")
    assert "generative" in after.says


def test_an_unreadable_file_keeps_its_earlier_description(
    workspace: Workspace, artist: Artist, song: Callable[..., Path], database: Database
) -> None:
    path = song("a.flac", title="A")
    workspace.catalogue.scan(artist.id, [str(path.parent)])
    known = stored(database)["a.flac"]
    path.write_bytes(b"not audio any more")

    report = workspace.catalogue.scan(artist.id, [str(path.parent)])

    now = stored(database)["a.flac"]
    assert [f.path for f in report.failed] == [str(path)]
    assert now.problem
    assert (now.recording_id, now.container) == (known.recording_id, "FLAC")
    assert workspace.catalogue.scan(artist.id, [str(path.parent)]).unchanged == 1


def test_a_returning_file_is_present_again(
    workspace: Workspace, artist: Artist, song: Callable[..., Path], database: Database
) -> None:
    path = song("a.flac", title="A")
    kept = song("b.flac", title="B")
    workspace.catalogue.scan(artist.id, [str(path.parent)])
    path.rename(kept.parent.parent / "away")
    assert workspace.catalogue.scan(artist.id, [str(kept.parent)]).missing == 1
    assert stored(database)["a.flac"].missing
    (kept.parent.parent / "away").rename(path)

    report = workspace.catalogue.scan(artist.id, [str(kept.parent)])

    assert (report.new, report.unchanged) == (1, 1)
    assert (stored(database)["a.flac"].missing, stored(database)["a.flac"].problem) == (False, "")


def test_a_recording_gets_its_description_from_all_its_files(
    workspace: Workspace, artist: Artist, song: Callable[..., Path]
) -> None:
    song("a.flac", title="A", album="X", tracknumber="1")
    folder = str(song("b.flac", title="Z", album="X", tracknumber="2").parent)
    workspace.catalogue.scan(artist.id, [folder])
    song("master.flac", title="A", album="X", tracknumber="1", isrc="QZES52400001")

    workspace.catalogue.scan(artist.id, [folder])

    rows = workspace.catalogue.rows(workspace.catalogue.recordings(EVERYTHING))
    assert [(row.title, row.isrc, row.cells["file"].count) for row in rows] == [
        ("A", "QZES52400001", 2),
        ("Z", "", 1),
    ]


def test_a_stopped_scan_keeps_what_was_read_and_calls_nothing_missing(
    workspace: Workspace, artist: Artist, song: Callable[..., Path], database: Database
) -> None:
    class Stop:
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 180

    for number in range(100):
        song(f"{number:03}.flac", title=str(number))
    folder = str(song("100.flac").parent)

    report = workspace.catalogue.scan(artist.id, [folder], cancel=Stop())

    assert report.cancelled
    assert report.missing == 0
    assert 0 < len(stored(database)) < 101
    assert workspace.catalogue.scan(artist.id, [folder]).files == len(stored(database)) == 101


# Writing in bulk


def test_numbers_for_new_rows_follow_the_highest_number(
    workspace: Workspace, koval: Artist
) -> None:
    with workspace._database.write() as connection:
        highest = connection.execute(text("SELECT max(id) FROM recordings")).scalar_one()
        assert next_id(connection, recordings.c.id) == highest + 1
        assert next_id(connection, artists.c.id) > koval.id


def test_rows_are_written_in_the_order_of_the_columns(
    workspace: Workspace, artist: Artist, database: Database
) -> None:
    columns = ("artist_id", "key", "title")
    with database.write() as connection:
        write_many(connection, insertion(releases, columns), columns, [])
        rows = [(artist.id, "x", "X"), (artist.id, "y", "Y")]
        write_many(connection, insertion(releases, columns), columns, rows)
        update_many(connection, releases, [])
        update_many(connection, releases, [{"key": "y", "title": "Why"}], by="key")
        found = connection.execute(select(releases.c.key, releases.c.title, releases.c.upc)).all()
    assert [tuple(row) for row in found] == [("x", "X", ""), ("y", "Why", "")]


def test_the_caller_decides_the_order_of_the_values(
    workspace: Workspace, artist: Artist, database: Database
) -> None:
    columns = ("title", "key", "artist_id")
    with database.write() as connection:
        write_many(connection, insertion(releases, columns), columns, [("X", "x", artist.id)])
        found = connection.execute(select(releases.c.artist_id, releases.c.key, releases.c.title))
        assert tuple(found.one()) == (artist.id, "x", "X")


def test_values_without_a_column_are_refused(database: Database) -> None:
    statement = insertion(releases, ("artist_id", "key", "title"))
    with database.write() as connection:
        with pytest.raises(ValueError, match="wants"):
            write_many(connection, statement, ("artist_id", "name"), [(1, "X")])
        with pytest.raises(ValueError, match="no plain default"):
            write_many(connection, statement, ("artist_id", "key"), [(1, "x")])


def test_a_file_that_is_still_unreadable_is_named_again(
    workspace: Workspace, signal: Artist, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = str(music / UNREADABLE)
    monkeypatch.setattr(Database, "write", None)
    again = workspace.catalogue.scan(signal.id, signal.folders)
    assert [failure.path for failure in again.failed] == [bad]
    assert again.unchanged == again.files
    elsewhere = str(music / KOVAL)
    monkeypatch.undo()
    koval = workspace.artists.add(KOVAL)
    assert not workspace.catalogue.scan(koval.id, [elsewhere]).failed


def test_a_file_that_became_empty_is_not_silent_and_not_planned(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    choose(workspace, koval, Preset.NO_AI)
    song = next((music / KOVAL).rglob("01 Lantern.*"))
    content = song.read_bytes()
    song.write_bytes(b"")

    for _ in range(2):
        report = workspace.catalogue.scan(koval.id, koval.folders)
        assert [(file.path, file.problem) for file in report.failed] == [
            (str(song), "This file is empty. Copy or export it again.")
        ]
    [row] = workspace.catalogue.rows(
        workspace.catalogue.recordings(workspace.catalogue.find(path=str(song)))
    )
    assert row.cells["file"].standing is Standing.UNKNOWN
    [change] = workspace.jobs.plan_tag(Filter(path=str(song))).changes
    assert change.outcome is Outcome.SKIPPED

    song.write_bytes(content)
    assert not workspace.catalogue.scan(koval.id, koval.folders).failed
    [row] = workspace.catalogue.rows([row.recording_id])
    assert row.cells["file"].standing is Standing.SILENT


def test_a_folder_without_music_is_remembered_for_later_music(
    workspace: Workspace, artist: Artist, song: Callable[..., Path], tmp_path: Path
) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    assert workspace.catalogue.scan(artist.id, [str(folder)]).files == 0
    assert workspace.artists.all()[0].folders == (str(folder),)
    song("one.flac", title="One")
    assert workspace.catalogue.scan(artist.id, workspace.artists.all()[0].folders).new == 1


def test_a_missing_folder_is_reported_as_missing_and_stays_a_problem(
    workspace: Workspace, artist: Artist, song: Callable[..., Path], tmp_path: Path
) -> None:
    song("one.flac", title="One")
    folder, elsewhere = tmp_path / "songs", tmp_path / "renamed"
    workspace.catalogue.scan(artist.id, [str(folder)])
    folder.rename(elsewhere)
    report = workspace.catalogue.scan(artist.id, [str(folder)])
    assert (report.away, report.missing) == ((str(folder),), 0)
    assert len(workspace.catalogue.recordings(EVERYTHING)) == 1, (
        "the folder was not read, so no file is missing"
    )
    folders = [p.where for p in workspace.catalogue.problems(EVERYTHING) if p.kind == "folder"]
    assert folders == [str(folder)]
    elsewhere.rename(folder)
    assert workspace.catalogue.scan(artist.id, [str(folder)]).away == ()
    assert not [p for p in workspace.catalogue.problems(EVERYTHING) if p.kind == "folder"]


def test_a_folder_that_never_existed_is_not_remembered(
    workspace: Workspace, artist: Artist, tmp_path: Path
) -> None:
    workspace.catalogue.scan(artist.id, [str(tmp_path / "nowhere")])
    assert workspace.artists.all()[0].folders == ()


def test_an_artist_may_have_a_thousand_folders(
    workspace: Workspace, artist: Artist, song: Callable[..., Path]
) -> None:
    """SQLite limits the depth of a condition: the folders must not be one long chain."""
    first, second = song("0/a.flac", title="A"), song("999/b.flac", title="B")
    folders = [str(first.parents[1] / str(number)) for number in range(1000)]
    for folder in folders:
        Path(folder).mkdir(exist_ok=True)
    assert workspace.catalogue.scan(artist.id, folders).new == 2
    assert workspace.catalogue.count(Filter(places=tuple(folders))) == 2
    other = workspace.artists.add("Somebody else")
    assert workspace.catalogue.scan(other.id, [str(second)]).shared == ((artist.name, 1),)
    assert workspace.catalogue.forget_folders(artist.id, [str(first.parent)]) == 1
    assert workspace.catalogue.count(Filter(artist_id=artist.id)) == 1


@pytest.mark.parametrize("first", ["a.flac", "b.flac"])
def test_an_album_without_an_album_artist_is_the_artists(
    workspace: Workspace, artist: Artist, folder: Path, song: Song, first: str
) -> None:
    song("a.flac", title="One", album="Sea", tracknumber="1", albumartist=artist.name)
    song("b.flac", title="Two", album="sea", tracknumber="2")
    song("c.flac", title="Three", album="Sea", tracknumber="3", albumartist="Various Artists")
    workspace.catalogue.scan(artist.id, [str(folder / first)])
    workspace.catalogue.scan(artist.id, [str(folder)])
    with workspace._database.read() as connection:
        query = select(recordings.c.title, recordings.c.release_id)
        release = {row.title: row.release_id for row in connection.execute(query)}
    assert release["One"] == release["Two"] != release["Three"]
