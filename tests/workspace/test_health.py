"""Catalogue health: contradicting codes are named among the problems, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types import Artist, Filter, Problem
from tests.workspace.test_sameness import ISRC, artist, folder, song  # noqa: F401  # fixtures

Song = Callable[..., Path]
ALL = Filter()


@pytest.fixture
def scan(workspace: Workspace, folder: Path) -> Callable[[Artist], None]:  # noqa: F811
    def run(of: Artist, below: str = "") -> None:
        workspace.scan(of.id, [str(folder / below)])

    return run


def found(workspace: Workspace, chosen: Filter = ALL) -> list[Problem]:
    return [one for one in workspace.problems(chosen) if one.kind == "catalogue"]


def test_one_isrc_on_different_songs_is_named(
    workspace: Workspace,
    artist: Artist,  # noqa: F811
    song: Song,  # noqa: F811
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


def test_one_isrc_of_two_artists_is_named_for_both(
    workspace: Workspace,
    artist: Artist,  # noqa: F811
    song: Song,  # noqa: F811
    scan: Callable[..., None],
) -> None:
    other = workspace.add_artist("Someone else")
    song("a/one.flac", title="Song", isrc=ISRC, album="One")
    song("b/one.flac", title="Song", isrc=ISRC, album="One")
    scan(artist, "a")
    scan(other, "b")
    for chosen in (ALL, Filter(artist_id=artist.id), Filter(artist_id=other.id)):
        (problem,) = found(workspace, chosen)
        assert "“Someone”, “Someone else”" in problem.sentence


def test_what_is_no_isrc_is_named_with_its_file(
    workspace: Workspace,
    artist: Artist,  # noqa: F811
    song: Song,  # noqa: F811
    scan: Callable[..., None],
) -> None:
    song("a/one.flac", title="Song", isrc="DE-A1B-24-0001 or so", album="One")
    scan(artist)
    (problem,) = found(workspace)
    assert "not one well-formed ISRC" in problem.sentence
    assert "“one.flac”" in problem.sentence


def test_a_sound_catalogue_has_no_findings(
    workspace: Workspace,
    artist: Artist,  # noqa: F811
    song: Song,  # noqa: F811
    scan: Callable[..., None],
) -> None:
    song("a/one.flac", title="Song", isrc=ISRC, album="One")
    song("a/one.mp3", title="Song", isrc=ISRC, album="One")
    song("a/two.flac", title="Other", isrc="QZES52400002", album="One")
    scan(artist)
    assert not found(workspace)
