"""Files of one recording: an ISRC with title and length, never only an ISRC."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from rightsdesk.consent import PRESETS, Consent, Permission, Preset, Use
from rightsdesk.store.schema import files, recordings
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.catalogue.grouping import FileDescription, parted
from rightsdesk.workspace.catalogue.same_recording import ByLength, core_title, same_length
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.workspace.conftest import Song, choose

ISRC = "QZES52400001"
ALL = Filter()


def titles(workspace: Workspace) -> list[tuple[str, int]]:
    rows = workspace.catalogue.rows(workspace.catalogue.recordings(ALL))
    return sorted((row.title, row.cells["file"].count if row.cells else 0) for row in rows)


def numbered(workspace: Workspace) -> dict[str, int]:
    return {
        row.title: row.recording_id
        for row in workspace.catalogue.rows(workspace.catalogue.recordings(ALL))
    }


def effective_consents(workspace: Workspace) -> dict[str, Consent]:
    return {
        row.title: row.consent
        for row in workspace.catalogue.rows(workspace.catalogue.recordings(ALL))
    }


def open_up(workspace: Workspace, kind: ScopeKind, number: int) -> None:
    scope = Scope(kind, number)
    consent = PRESETS[Preset.OPEN]
    workspace.consents.set(scope, consent, confirmed=workspace.consents.widened_by(scope, consent))


SAME = [
    ("Night Ferry", "night  ferry"),
    ("Night Ferry", "Night Ferry (Remastered 2011)"),
    ("Night Ferry", "Night Ferry - 2011 Remaster"),
    ("Night Ferry", "Night Ferry (feat. Salt & Signal)"),
    ("Night Ferry feat. X", "Night Ferry ft. Y"),
    ("Night Ferry", "Night-Ferry!"),
    ("Don't Go", "Dont go"),
    ("Café", "Cafe"),
    ("Für immer", "Fuer immer"),
    ("You & I", "You and I"),
    ("Suite, Pt. II", "Suite, Part 2"),
]
OTHERS = [
    ("First Song", "Second Song"),
    ("Night Ferry", "Night Ferry (Live)"),
    ("Night Ferry", "Night Ferry - Remix"),
    ("Night Ferry", "Night Ferry (Instrumental)"),
    ("Part 1", "Part 2"),
    ("Blue Moon", "Blue Mood"),
    ("...", "???"),
    ("Song A", "Song B"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_spellings_of_the_same_title(first: str, second: str) -> None:
    assert core_title(first) == core_title(second)


@pytest.mark.parametrize(("first", "second"), OTHERS)
def test_titles_of_different_songs(first: str, second: str) -> None:
    assert core_title(first) != core_title(second)


@given(st.text())
def test_a_title_is_never_folded_to_an_empty_text(title: str) -> None:
    assert core_title(title) or not title.split()
    assert core_title(title) == core_title(title)


def test_lengths_may_differ_by_encoder_delay_and_silence() -> None:
    assert same_length(180_000, 182_900)
    assert not same_length(180_000, 183_500)
    assert same_length(1_000, 1_300)
    assert not same_length(1_000, 2_000), "a piece twice as long is another piece"
    assert same_length(None, 5)


def test_the_nearest_length_is_found_in_constant_time() -> None:
    known: ByLength[str] = ByLength()
    for number in range(0, 3_000_000, 10_000):
        known.add(number, str(number))
    assert known.find(1_001_500, lambda _: True) == "1000000"
    assert known.find(1_005_000, lambda _: True) is None
    assert known.find(None, lambda _: True) is None, "several recordings match"


def test_a_hundred_thousand_files_with_one_wrong_isrc_are_separated_at_once() -> None:
    many = 20_000
    members = [(FileDescription(f"{n}", f"Song number {n}", isrc=ISRC), "") for n in range(many)]
    assert len(parted(members)) == many


def test_four_songs_with_the_same_isrc_stay_four(
    workspace: Workspace, artist: Artist, folder: Path, song: Song
) -> None:
    for name in ("First", "Second", "Third", "Fourth"):
        song(f"{name}.flac", title=f"{name} Song", isrc=ISRC)
    choose(workspace, artist)
    workspace.catalogue.scan(artist.id, [str(folder)])
    assert titles(workspace) == [
        (f"{name} Song", 1) for name in ("First", "Fourth", "Second", "Third")
    ]
    open_up(workspace, ScopeKind.RECORDING, numbered(workspace)["First Song"])
    workspace.jobs.apply(plan := workspace.jobs.plan_tag(ALL), confirmed=plan.confirmation())
    assert [change.target.label for change in plan.planned if not change.widens] == [
        "Fourth.flac",
        "Second.flac",
        "Third.flac",
    ]
    song("Fifth.flac", title="Fifth Song", isrc=ISRC)
    workspace.catalogue.scan(artist.id, [str(folder)])
    assert effective_consents(workspace)["Fifth Song"] == PRESETS[Preset.NO_AI]


def test_a_master_and_its_copies_are_one_recording(
    workspace: Workspace, artist: Artist, folder: Path, song: Song
) -> None:
    song("a.wav", title="Night Ferry", isrc=ISRC)
    song("b.mp3", title="night ferry (Remastered)", isrc="QZ-ES5-24-00001")
    song("c.flac", title="Night Ferry (feat. X)", isrc=ISRC, artist="Someone")
    workspace.catalogue.scan(artist.id, [str(folder)])
    assert [number for _, number in titles(workspace)] == [3]


def test_a_file_without_a_title_joins_the_only_song_with_its_isrc(
    workspace: Workspace, artist: Artist, folder: Path, song: Song
) -> None:
    song("0001.wav", isrc=ISRC)
    song("b.flac", title="Night Ferry", isrc=ISRC)
    workspace.catalogue.scan(artist.id, [str(folder)])
    assert titles(workspace) == [("Night Ferry", 2)]


def test_a_corrected_title_keeps_the_consent(
    workspace: Workspace, artist: Artist, folder: Path, song: Song
) -> None:
    choose(workspace, artist)
    song("a.flac", title="Nihgt Ferry", isrc=ISRC)
    song("b.mp3", title="Nihgt Ferry", isrc=ISRC)
    workspace.catalogue.scan(artist.id, [str(folder)])
    open_up(workspace, ScopeKind.RECORDING, (number := numbered(workspace)["Nihgt Ferry"]))

    song("a.flac", title="Night Ferry")
    workspace.catalogue.scan(artist.id, [str(folder)])
    assert titles(workspace) == [("Night Ferry", 1), ("Nihgt Ferry", 1)]
    assert effective_consents(workspace)["Night Ferry"] == PRESETS[Preset.NO_AI], (
        "a guess never widens"
    )

    song("b.mp3", title="Night Ferry")
    workspace.catalogue.scan(artist.id, [str(folder)])
    assert titles(workspace) == [("Night Ferry", 2)]
    assert numbered(workspace) == {"Night Ferry": number}
    assert effective_consents(workspace)["Night Ferry"] == PRESETS[Preset.OPEN], (
        "the consent is not lost"
    )


def test_files_that_are_all_corrected_at_once_keep_their_recordings(
    workspace: Workspace, artist: Artist, folder: Path, song: Song
) -> None:
    choose(workspace, artist)
    song("a.flac", title="Old", isrc=ISRC)
    song("b.mp3", title="Old", isrc=ISRC)
    workspace.catalogue.scan(artist.id, [str(folder)])
    open_up(workspace, ScopeKind.RECORDING, (number := numbered(workspace)["Old"]))
    song("a.flac", title="New")
    song("b.mp3", title="New")
    workspace.catalogue.scan(artist.id, [str(folder)])
    assert numbered(workspace) == {"New": number}
    assert effective_consents(workspace)["New"] == PRESETS[Preset.OPEN]


def test_a_corrected_isrc_is_adopted(
    workspace: Workspace, artist: Artist, folder: Path, song: Song
) -> None:
    song("a.flac", title="A", isrc=ISRC)
    workspace.catalogue.scan(artist.id, [str(folder)])
    song("a.flac", isrc="QZES52400002")
    workspace.catalogue.scan(artist.id, [str(folder)])
    [row] = workspace.catalogue.rows(workspace.catalogue.recordings(ALL))
    assert row.isrc == "QZES52400002"


@pytest.fixture
def merged(workspace: Workspace, artist: Artist, folder: Path, song: Song) -> dict[str, int]:
    """A database of an earlier version, which grouped only by ISRC."""
    choose(workspace, artist)
    song("a/first.flac", title="First", isrc=ISRC, album="One")
    song("b/second.flac", title="Second", isrc=ISRC, album="Two")
    song("c/third.flac", title="Third", isrc="QZES52400003", album="Two")
    workspace.catalogue.scan(artist.id, [str(folder)])
    numbers = numbered(workspace)
    with workspace._database.write() as connection:
        merge = update(files).values(recording_id=numbers["First"], tags="")
        connection.execute(merge.where(files.c.recording_id == numbers["Second"]))
        connection.execute(update(files).values(tags=""))
        connection.execute(text(f"DELETE FROM recordings WHERE id = {numbers['Second']}"))
    return numbers


def test_wrongly_merged_songs_are_separated_at_the_next_scan_and_nothing_widens(
    workspace: Workspace, artist: Artist, folder: Path, merged: dict[str, int]
) -> None:
    assert titles(workspace) == [("First", 2), ("Third", 1)]
    open_up(workspace, ScopeKind.RECORDING, merged["First"])

    report = workspace.catalogue.scan(artist.id, [str(folder)])

    assert (report.new, report.changed, report.unchanged) == (0, 0, 3), "nothing has changed"
    assert titles(workspace) == [("First", 1), ("Second", 1), ("Third", 1)]
    assert effective_consents(workspace)["First"] == PRESETS[Preset.OPEN], "its own consent stays"
    assert effective_consents(workspace)["Second"] == PRESETS[Preset.NO_AI], (
        "the separated part gets the stricter consent"
    )
    with workspace._database.read() as connection:
        assert connection.execute(select(recordings.c.id)).scalars().all()
    again = workspace.catalogue.scan(artist.id, [str(folder)])
    assert (again.unchanged, again.changed) == (3, 0)


def test_a_stricter_consent_of_merged_songs_holds_for_each_part(
    workspace: Workspace, artist: Artist, folder: Path, merged: dict[str, int]
) -> None:
    open_up(workspace, ScopeKind.ARTIST, artist.id)
    scope = Scope(ScopeKind.RECORDING, merged["First"])
    workspace.consents.set(scope, Consent({Use.LIKENESS: Permission.PROHIBITED}))

    workspace.catalogue.scan(artist.id, [str(folder)])

    consents = effective_consents(workspace)
    assert consents["First"][Use.LIKENESS] is Permission.PROHIBITED
    assert consents["Second"][Use.LIKENESS] is Permission.PROHIBITED
    assert consents["Third"][Use.LIKENESS] is Permission.ALLOWED


def test_a_renamed_folder_is_the_same_music_with_all_its_data(
    workspace: Workspace, artist: Artist, folder: Path, song: Song
) -> None:
    choose(workspace, artist)
    before = {path.name: path.read_bytes() for path in (song("a.flac", title="A"), song("b.mp3"))}
    workspace.catalogue.scan(artist.id, [str(folder)])
    workspace.jobs.apply(workspace.jobs.plan_tag(ALL))
    here = folder.rename(folder.with_name("renamed"))

    report = workspace.catalogue.scan(artist.id, [str(here)])

    assert (report.new, report.moved, report.unchanged, report.failed) == (0, 2, 2, ())
    assert workspace.artists.named(artist.name).folders == (str(here),)
    assert workspace.jobs.plan_tag(ALL).changes == (), "the old path causes no failure"
    assert not [p for p in workspace.catalogue.problems(ALL) if p.kind in ("file", "folder")]
    assert {file.state.value for file in workspace.catalogue.verify(ALL).files} == {"same"}
    assert workspace.jobs.apply(workspace.jobs.plan_undo()).counts == {"done": 2}
    assert {path.name: path.read_bytes() for path in here.iterdir()} == before


def test_a_folder_copied_to_another_disk_is_recognised_by_name_size_and_time(
    workspace: Workspace, artist: Artist, folder: Path, song: Song
) -> None:
    choose(workspace, artist)
    song("x/a.flac", title="A")
    song("y/a.flac", title="B")
    workspace.catalogue.scan(artist.id, [str(folder)])
    workspace.jobs.apply(workspace.jobs.plan_tag(ALL))
    shutil.copytree(folder, here := folder.with_name("other disk"))
    shutil.rmtree(folder)
    report = workspace.catalogue.scan(artist.id, [str(here)])
    assert (report.new, report.moved) == (0, 2)
    assert workspace.jobs.apply(workspace.jobs.plan_undo()).counts == {"done": 2}


def test_a_copy_next_to_the_original_is_no_move(
    workspace: Workspace, artist: Artist, folder: Path, song: Song
) -> None:
    song("a.flac", title="A")
    workspace.catalogue.scan(artist.id, [str(folder)])
    shutil.copytree(folder, folder / "copy")
    report = workspace.catalogue.scan(artist.id, [str(folder)])
    assert (report.new, report.moved) == (1, 0)


def test_a_file_lost_during_a_move_is_missing_and_no_error_for_the_rest(
    workspace: Workspace, artist: Artist, folder: Path, song: Song
) -> None:
    choose(workspace, artist)
    song("a.flac", title="A")
    gone = song("b.flac", title="B")
    workspace.catalogue.scan(artist.id, [str(folder)])
    gone.unlink()
    here = folder.rename(folder.with_name("renamed"))
    workspace.catalogue.scan(artist.id, [str(here)])
    report = workspace.jobs.apply(workspace.jobs.plan_tag(ALL))
    assert report.counts == {"done": 1}
    assert os.listdir(here) == ["a.flac"]
