"""Any problem can be ignored with a reason, and is listed again when there is more of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rightsdesk.errors import KnownError
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.catalogue.deciding.making import NoSuchFinding
from rightsdesk.workspace.history.words import entry_words
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.findings import DecisionKind
from rightsdesk.workspace.types.problems import Problem, ProblemKind
from rightsdesk.workspace.types.scopes import Filter
from tests.cli.fakes import run
from tests.workspace.conftest import Song, choose


def listed(workspace: Workspace, kind: ProblemKind, artist: int | None = None) -> list[Problem]:
    found = workspace.catalogue.problems(Filter(artist_id=artist))
    return [problem for problem in found if problem.kind is kind]


@pytest.fixture
def gone(workspace: Workspace, artist: Artist, song: Song, folder: Path) -> Problem:
    """A music folder that no longer exists."""
    song("One.flac", title="One", isrc="QZES52400001")
    workspace.catalogue.scan(artist.id, [str(folder)])
    shutil.rmtree(folder)
    [problem] = listed(workspace, ProblemKind.FOLDER)
    return problem


def test_a_problem_names_its_artist_and_its_subject(
    workspace: Workspace, gone: Problem, artist: Artist, folder: Path
) -> None:
    assert (gone.artist, gone.artist_id, gone.path) == (artist.name, artist.id, str(folder))
    assert gone.decisions == (DecisionKind.IGNORE,)
    everything = workspace.catalogue.problems(Filter())
    assert len({problem.id for problem in everything}) == len(everything)
    [again] = listed(workspace, ProblemKind.FOLDER, artist.id)
    assert again == gone


def test_an_ignored_problem_is_not_listed_and_its_reason_is_kept(
    workspace: Workspace, gone: Problem
) -> None:
    [made] = workspace.catalogue.ignore([gone.id], " in the archive ")
    assert listed(workspace, ProblemKind.FOLDER) == []
    assert (made.kind, made.reason) == (DecisionKind.IGNORE, "in the archive")
    assert (made.where, made.sentence) == (gone.where, gone.sentence)
    assert workspace.catalogue.decisions()[0] == made
    workspace.catalogue.undo_decision(made.id)
    assert listed(workspace, ProblemKind.FOLDER) == [gone]


def test_ignoring_is_undone_and_redone_in_the_history(workspace: Workspace, gone: Problem) -> None:
    workspace.catalogue.ignore([gone.id], "in the archive")
    deed = workspace.history.newest_undoable()
    assert deed is not None
    undone = workspace.history.undo(deed.id)
    assert listed(workspace, ProblemKind.FOLDER) == [gone]
    assert not workspace.history.preview_redo(undone.id).uses
    workspace.history.redo(undone.id)
    assert listed(workspace, ProblemKind.FOLDER) == []
    assert workspace.catalogue.decisions()[0].reason == "in the archive"


def test_problems_ignored_at_once_are_one_entry_with_one_undo(
    workspace: Workspace, gone: Problem, artist: Artist
) -> None:
    workspace.catalogue.ignore([gone.id])
    problems = workspace.catalogue.problems(Filter())
    workspace.history.undo(workspace.history.entries()[0].id)
    before = workspace.catalogue.problems(Filter())
    ids = [one.id for one in before if DecisionKind.IGNORE in one.decisions]
    assert len(ids) > 1
    workspace.catalogue.ignore(ids, "all in the archive")
    assert len(workspace.catalogue.problems(Filter())) < len(problems)
    entry = workspace.history.entries()[0]
    assert entry.parts == len(ids)
    assert f"(and {len(ids) - 1} more)" in entry_words(entry)
    undone = workspace.history.undo(entry.id)
    assert workspace.catalogue.problems(Filter()) == before
    assert undone.parts == len(ids)
    assert workspace.history.entries()[0].id == undone.id
    again = workspace.history.redo(undone.id)
    assert again.parts == len(ids)
    assert {one.reason for one in workspace.catalogue.decisions() if not one.undone_at} == {
        "all in the archive"
    }
    assert workspace.evidence.verify().fault is None


def test_the_history_says_what_was_ignored_why_and_for_whom(
    workspace: Workspace, gone: Problem, artist: Artist
) -> None:
    workspace.catalogue.ignore([gone.id], "in the archive")
    entry = workspace.history.newest_undoable()
    assert entry is not None
    assert entry.deed.scope.artist_id == artist.id
    words = entry_words(entry)
    assert gone.sentence in words
    assert "in the archive" in words


def test_a_problem_that_grows_is_listed_again(
    workspace: Workspace, artist: Artist, song: Song, folder: Path
) -> None:
    song("One.flac", title="One", isrc="QZES52400001")
    choose(workspace, artist)
    workspace.catalogue.scan(artist.id, [str(folder)])
    [silent] = listed(workspace, ProblemKind.SILENT, artist.id)
    workspace.catalogue.ignore([silent.id])
    assert listed(workspace, ProblemKind.SILENT, artist.id) == []
    song("Two.flac", title="Two", isrc="QZES52400002")
    workspace.catalogue.scan(artist.id, [str(folder)])
    [silent] = listed(workspace, ProblemKind.SILENT, artist.id)
    assert silent.count == 2


def test_a_problem_is_the_same_one_for_one_artist_and_for_all(
    workspace: Workspace, artist: Artist, song: Song, folder: Path
) -> None:
    other = workspace.artists.add("Aaa")
    song("One.flac", title="One", isrc="QZES52400001")
    for one in (artist, other):
        choose(workspace, one)
        workspace.catalogue.scan(one.id, [str(folder)])
    [silent] = listed(workspace, ProblemKind.SILENT, artist.id)
    of_all = listed(workspace, ProblemKind.SILENT)
    assert [one.artist for one in of_all] == ["Aaa", artist.name]
    assert silent in of_all
    workspace.catalogue.ignore([silent.id])
    assert [one.artist for one in listed(workspace, ProblemKind.SILENT)] == ["Aaa"]


def test_another_cause_is_another_problem(
    workspace: Workspace, artist: Artist, song: Song, folder: Path
) -> None:
    broken = song("One.flac", title="One", isrc="QZES52400001")
    workspace.catalogue.scan(artist.id, [str(folder)])
    broken.write_bytes(b"")
    workspace.catalogue.scan(artist.id, [str(folder)])
    [empty] = listed(workspace, ProblemKind.FILE)
    assert (empty.artist, empty.path) == (artist.name, str(broken))
    workspace.catalogue.ignore([empty.id])
    assert listed(workspace, ProblemKind.FILE) == []
    broken.write_bytes(b"fLaC" + b"\xff" * 50)
    workspace.catalogue.scan(artist.id, [str(folder)])
    assert len(listed(workspace, ProblemKind.FILE)) == 1


def test_an_unknown_problem_is_reported_and_nothing_is_ignored(
    workspace: Workspace, gone: Problem
) -> None:
    with pytest.raises(NoSuchFinding, match="folder-00"):
        workspace.catalogue.ignore([gone.id, "folder-00"])
    assert listed(workspace, ProblemKind.FOLDER) == [gone]
    part = workspace.catalogue.problems(Filter(path=gone.path))
    assert all(not problem.decisions for problem in part), (
        "a problem of part of the music can't be ignored"
    )
    with pytest.raises(KnownError):
        workspace.catalogue.decide(gone.id, DecisionKind.MERGE)


def test_the_command_line_can_ignore_too(workspace: Workspace, gone: Problem) -> None:
    assert f"rightsdesk health ignore {gone.id}" in run(workspace, "problems", "-v").out
    done = run(workspace, "health", "ignore", gone.id, "--reason", "in the archive", "--yes")
    assert "health undo 1" in done.out
    assert listed(workspace, ProblemKind.FOLDER) == []
    assert "(in the archive)" in run(workspace, "health", "list").out
    run(workspace, "health", "undo", "1", "--yes")
    assert listed(workspace, ProblemKind.FOLDER) == [gone]
