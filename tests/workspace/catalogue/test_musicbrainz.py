"""MusicBrainz ids in tags, as Picard and beets write them, and what they tell apart and join."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest
from sqlalchemy import select, update

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.store.schema import files, recordings, releases
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.catalogue.grouping import FileDescription
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.conftest import Song

FIRST = "9c3a2b60-4d0f-4a58-9f3a-5f0e6b7c8d44"
SECOND = "1f3c1e52-8a53-4b53-a3a5-0c1f5f8d9e33"
ALBUM = "7ed2a4f0-1f2d-4b4c-8d3c-2a6c0a1f3b22"

Tagged = Callable[..., Path]


@pytest.fixture
def tagged(song: Song) -> Tagged:
    """A function that makes a FLAC file with a recording's, a release's or an artist's id."""

    def make(
        name: str,
        recording: str = "",
        release: str = "",
        artist_id: str = "",
        **tags: str,
    ) -> Path:
        path = song(name, **tags)
        audio: Any = mutagen.File(path)
        for key, value in (
            ("musicbrainz_trackid", recording),
            ("musicbrainz_albumid", release),
            ("musicbrainz_artistid", artist_id),
        ):
            if value:
                audio[key] = value
        audio.save()
        return path

    return make


def test_the_next_scan_reads_the_ids_of_data_of_version_0_1(
    workspace: Workspace, artist: Artist, tagged: Tagged, folder: Path
) -> None:
    """Its migrations leave what files state of their recordings open: see `rev_0010_catalogue`."""
    tagged("one.flac", FIRST, ALBUM, title="One", album="Night Ferry", artist="Mira Koval")
    scan(workspace, artist, folder)
    with workspace._database.write() as connection:
        connection.execute(update(files).values(tags=""))
        for table in (recordings, releases):
            connection.execute(update(table).values(musicbrainz_id=""))
    report = workspace.catalogue.scan(artist.id, [str(folder)])
    assert (report.changed, report.unchanged) == (0, 1)
    assert [row.musicbrainz_id for row in stored(workspace, recordings)] == [FIRST]
    assert [row.musicbrainz_id for row in stored(workspace, releases)] == [ALBUM]


def scan(workspace: Workspace, artist: Artist, folder: Path) -> None:
    workspace.catalogue.scan(artist.id, [str(folder)])


def stored(workspace: Workspace, table: Any) -> list[Any]:
    with workspace._database.read() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))


def test_one_id_is_one_recording_on_two_releases(
    workspace: Workspace, artist: Artist, folder: Path, tagged: Tagged
) -> None:
    tagged("a.flac", FIRST, title="Low Tide", album="Lanterns", tracknumber="3")
    tagged("b.flac", FIRST, title="Low Tide", album="The Best of Us", tracknumber="1")
    tagged("c.flac", SECOND, title="Low Tide", album="Live", tracknumber="1")
    tagged("d.flac", title="Low Tide", album="Demos", tracknumber="1")
    scan(workspace, artist, folder)
    assert [row.musicbrainz_id for row in stored(workspace, recordings)] == [FIRST, SECOND, ""]
    assert workspace.catalogue.count(Filter(artist_id=artist.id)) == 3
    scan(workspace, artist, folder)
    assert len(stored(workspace, recordings)) == 3


@pytest.mark.parametrize(
    ("title", "isrc"), [("High Tide", ""), ("Low Tide", "QZES52400002")], ids=["title", "isrc"]
)
def test_an_id_does_not_join_what_contradicts_it(
    workspace: Workspace, artist: Artist, folder: Path, tagged: Tagged, title: str, isrc: str
) -> None:
    tagged("a.flac", FIRST, title="Low Tide", album="Lanterns", isrc="QZES52400001")
    more = {"isrc": isrc} if isrc else {}
    tagged("b.flac", FIRST, title=title, album="The Best of Us", **more)
    scan(workspace, artist, folder)
    assert len(stored(workspace, recordings)) == 2


def test_other_ids_do_not_part_what_is_one_recording(
    workspace: Workspace, artist: Artist, folder: Path, tagged: Tagged
) -> None:
    """MusicBrainz merges entries, and files keep the id that they were tagged with."""
    for name, number in (("a.flac", FIRST), ("b.flac", SECOND)):
        tagged(name, number, title="Low Tide", album="Lanterns", tracknumber="3")
    scan(workspace, artist, folder)
    assert len(stored(workspace, recordings)) == 1


def test_a_release_that_is_spelled_in_two_ways_is_one(
    workspace: Workspace, artist: Artist, folder: Path, tagged: Tagged
) -> None:
    tagged("a.flac", release=ALBUM, title="One", album="Night Ferry")
    tagged("b.flac", release=ALBUM, title="Two", album="Night Ferry (Deluxe)")
    tagged("c.flac", title="Three", album="Night Ferry (Deluxe)")
    tagged("d.flac", title="Four", album="Lanterns")
    scan(workspace, artist, folder)
    found = [(row.title, row.musicbrainz_id) for row in stored(workspace, releases)]
    assert found == [("Night Ferry", ALBUM), ("Lanterns", "")]
    scan(workspace, artist, folder)
    tagged("e.flac", release=ALBUM, title="Five", album="Night Ferry, again")
    scan(workspace, artist, folder)
    assert len(stored(workspace, releases)) == 2, "the id is remembered"


def test_an_id_that_is_learned_joins_with_the_stricter_consent(
    workspace: Workspace, artist: Artist, folder: Path, tagged: Tagged
) -> None:
    tagged("a.flac", FIRST, title="Low Tide", album="Lanterns")
    tagged("b.flac", title="Low Tide", album="The Best of Us")
    scan(workspace, artist, folder)
    first, second = stored(workspace, recordings)
    for row, preset in ((first, Preset.OPEN), (second, Preset.NO_AI)):
        scope, consent = Scope(ScopeKind.RECORDING, row.id), PRESETS[preset]
        workspace.consents.set(
            scope, consent, confirmed=workspace.consents.widened_by(scope, consent)
        )
    tagged("b.flac", FIRST)
    scan(workspace, artist, folder)
    [left] = stored(workspace, recordings)
    assert {row.recording_id for row in stored(workspace, files)} == {left.id}
    consent = workspace.consents.of(Scope(ScopeKind.RECORDING, left.id)).effective
    assert consent == PRESETS[Preset.NO_AI]


def test_a_survey_tells_artists_apart_by_id_and_joins_spellings(
    workspace: Workspace, folder: Path, tagged: Tagged
) -> None:
    tagged("a.flac", artist_id=FIRST, artist="Björk")
    tagged("b.flac", artist_id=FIRST, artist="Björk")
    tagged("c.flac", artist_id=FIRST, artist="Björk Guðmundsdóttir")
    tagged("d.flac", artist="Bjork")
    tagged("e.flac", artist_id=SECOND, artist="Nina")
    tagged("f.flac", artist_id=ALBUM, artist="Nina")
    found = workspace.catalogue.survey([str(folder)])
    assert found.artists == (("Björk", 4), ("Nina", 1), ("Nina", 1))


def test_a_description_without_ids_is_stored_as_before() -> None:
    """A file that was moved, or read again after a restored backup, is still recognized."""
    plain = FileDescription("/x.flac", title="Low Tide")
    assert len(FileDescription._fields) == 16
    assert plain.to_text().count(",") == 12
    assert FileDescription.from_text("/x.flac", plain.to_text()) == plain
    known = plain._replace(mb_recording=FIRST)
    assert FileDescription.from_text("/x.flac", known.to_text()) == known
