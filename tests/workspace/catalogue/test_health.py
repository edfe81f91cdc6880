"""Catalogue health: only contradictory codes are listed as problems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rightsdesk.errors import KnownError
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.findings import FindingKind
from rightsdesk.workspace.types.problems import Problem
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.catalogue.test_same_recording import ISRC
from tests.workspace.conftest import Song

ALL = Filter()


@pytest.fixture
def scan(workspace: Workspace, folder: Path) -> Callable[[Artist], None]:
    def run(of: Artist, below: str = "") -> None:
        workspace.catalogue.scan(of.id, [str(folder / below)])

    return run


def found(workspace: Workspace, chosen: Filter = ALL) -> list[Problem]:
    return [
        problem for problem in workspace.catalogue.problems(chosen) if problem.kind == "catalogue"
    ]


def test_the_same_isrc_on_different_songs_is_named(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Callable[..., None],
) -> None:
    for title in ("First", "Second", "Third"):
        song(f"a/{title}.flac", title=title, isrc=ISRC, album="One")
    scan(artist)
    (problem,) = found(workspace)
    assert problem.where == f"ISRC {ISRC}"
    assert problem.count == 3
    assert all(f"“{title}”" in problem.sentence for title in ("First", "Second", "Third"))
    assert problem.artist == artist.name
    assert not found(workspace, Filter(artist_id=artist.id + 1))


def test_for_an_ambiguous_isrc_the_advice_names_another_option(
    workspace: Workspace, artist: Artist, song: Song, scan: Callable[..., None]
) -> None:
    for title in ("First", "Second"):
        song(f"a/{title}.flac", title=title, isrc=ISRC, album="One")
    for isrc in ("QZES52400002", "QZES52400003"):
        song(f"a/{isrc}.flac", title="Twin", isrc=isrc, album="One")
    scan(artist)
    for name, other in ((ISRC, "title"), ("Twin", "ISRC")):
        with pytest.raises(KnownError, match="There are 2 recordings for") as refused:
            workspace.catalogue.find(recording=name)
        assert refused.value.advice.endswith(f"give the {other}.")


def test_the_same_isrc_of_two_artists_is_named_for_both(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Callable[..., None],
) -> None:
    other = workspace.artists.add("Someone else")
    song("a/one.flac", title="Song", isrc=ISRC, album="One")
    song("b/one.flac", title="Song", isrc=ISRC, album="One")
    scan(artist, "a")
    scan(other, "b")
    for chosen in (ALL, Filter(artist_id=artist.id), Filter(artist_id=other.id)):
        (problem,) = found(workspace, chosen)
        assert "“Someone”, “Someone else”" in problem.sentence


def test_an_invalid_isrc_is_named_with_its_file(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Callable[..., None],
) -> None:
    song("a/one.flac", title="Song", isrc="DE-A1B-24-0001 or so", album="One")
    scan(artist)
    (problem,) = found(workspace)
    assert "not one well-formed ISRC" in problem.sentence
    assert "“one.flac”" in problem.sentence


def test_a_sound_catalogue_has_no_findings(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Callable[..., None],
) -> None:
    song("a/one.flac", title="Song", isrc=ISRC, album="One")
    song("a/one.mp3", title="Song", isrc=ISRC, album="One")
    song("a/two.flac", title="Other", isrc="QZES52400002", album="One")
    scan(artist)
    assert not found(workspace)


def test_missing_isrcs_are_one_finding_per_artist(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Callable[..., None],
) -> None:
    other = workspace.artists.add("Someone else")
    for number in range(7):
        song(f"a/{number}.flac", title=f"Song {number}", album=f"Album {number % 2}")
    song("a/8.flac", title="Coded", isrc=ISRC, album="Album 1")
    song("a/9.flac", title="Odd", isrc="no code", album="Album 1")
    song("a/10.flac", title="Loose")
    song("b/1.flac", title="Other")
    scan(artist, "a")
    scan(other, "b")
    malformed, first, second = found(workspace)
    assert "not one well-formed ISRC" in malformed.sentence
    assert first.sentence == (
        "8 recordings have no ISRC: on 2 releases (“Album 0”, “Album 1”), and 1 without a release."
    )
    assert (first.count, first.artist) == (8, "Someone")
    assert second.sentence == "1 recording has no ISRC."
    assert not any("ISRC" in problem.sentence for problem in found(workspace, Filter(artist_id=99)))


def test_a_wav_and_an_mp3_that_contradict_are_one_finding(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Callable[..., None],
) -> None:
    song("a/song.wav", title="Night Ferry", isrc=ISRC)
    song("a/song.mp3", title="Nite Ferry", isrc="QZES52400002")
    song("a/song b.mp3", title="Song B", isrc="QZES52400003")
    scan(artist)
    (finding,) = workspace.catalogue.findings(ALL)
    assert finding.kind is FindingKind.COPIES
    assert "2 recordings look like one (" in finding.sentence
    assert "differ in title and ISRC" in finding.sentence
    assert {member.containers[0] for member in finding.members} == {"MP3", "WAV"}


def test_two_versions_at_the_same_place_of_a_release_are_found_in_any_folder(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Callable[..., None],
) -> None:
    tags = {"title": "Night Ferry", "album": "One", "tracknumber": "3"}
    song("flac/03.flac", isrc=ISRC, **tags)
    song("mp3/3 night ferry.mp3", isrc="QZES52400002", **tags)
    song("x/1.flac", title="Intro", isrc="QZES52400004", album="One")
    song("y/1.mp3", title="Outro", isrc="QZES52400005", album="One")
    scan(artist)
    (finding,) = workspace.catalogue.findings(ALL)
    assert finding.kind is FindingKind.COPIES
    assert "differ in ISRC" in finding.sentence


def test_files_of_a_recording_with_different_artists_are_found(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Callable[..., None],
) -> None:
    song("a/one.flac", title="Song", isrc=ISRC, artist="Mira Koval")
    song("b/one.mp3", title="Song", isrc=ISRC, artist="mira koval feat. X")
    song("c/one.ogg", title="Song", isrc=ISRC, artist="Salt and Signal")
    scan(artist)
    (finding,) = workspace.catalogue.findings(ALL)
    assert finding.kind is FindingKind.FILES
    assert "“Mira Koval”, “Salt and Signal”" in finding.sentence
    assert [member.files for member in finding.members] == [2, 1]


def test_ids_of_findings_stay_the_same(
    workspace: Workspace,
    artist: Artist,
    song: Song,
    scan: Callable[..., None],
) -> None:
    for title in ("First", "Second"):
        song(f"a/{title}.flac", title=title, isrc=ISRC)
    scan(artist)
    before = [finding.id for finding in workspace.catalogue.findings(ALL)]
    song("a/Third.flac", title="Third", isrc=ISRC)
    song("a/other.flac", title="Other", isrc="odd")
    scan(artist)
    assert set(before) < {finding.id for finding in workspace.catalogue.findings(ALL)}
