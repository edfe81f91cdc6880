"""`health`: contradictions are listed and decided, by a person and by a script."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.cli.fakes import run
from tests.workspace.conftest import Song, choose

ISRC = "QZES52400001"
ALL = Filter()


@pytest.fixture
def finding(workspace: Workspace, artist: Artist, song: Song, folder: Path) -> str:
    """The id of a finding about three songs with the same ISRC, one of which is open."""
    for title in ("First", "Second", "Third"):
        song(f"{title}.flac", title=title, isrc=ISRC)
    choose(workspace, artist)
    workspace.catalogue.scan(artist.id, [str(folder)])
    [first] = [
        r
        for r in workspace.catalogue.rows(workspace.catalogue.recordings(ALL))
        if r.title == "First"
    ]
    scope, opened = Scope(ScopeKind.RECORDING, first.recording_id), PRESETS[Preset.OPEN]
    workspace.consents.set(scope, opened, confirmed=workspace.consents.widened_by(scope, opened))
    [found] = workspace.catalogue.findings(ALL)
    return found.id


def consents(workspace: Workspace) -> list[Preset]:
    names = {PRESETS[preset]: preset for preset in Preset}
    return [
        names[row.consent] for row in workspace.catalogue.rows(workspace.catalogue.recordings(ALL))
    ]


def test_findings_are_listed_with_advice(workspace: Workspace, finding: str) -> None:
    output = run(workspace, "health", "list").out
    assert finding in output
    assert all(title in output for title in ("First", "Second", "Third"))
    assert f"rightsdesk health merge {finding}" in output
    [shape] = run(workspace, "health", "list", "--json").json["findings"]
    assert (shape["id"], shape["decisions"]) == (finding, ["merge", "keep-apart", "ignore"])
    assert f"health merge|keep-apart|ignore {finding}" in run(workspace, "problems").out
    [problem] = run(workspace, "problems", "--json").json["problems"][-1:]
    assert problem["finding"] == finding


def test_a_merge_names_what_becomes_stricter_and_can_be_undone(
    workspace: Workspace, finding: str
) -> None:
    would = run(workspace, "health", "merge", finding, "--dry-run")
    assert "First: Open → No AI" in would.out
    assert len(consents(workspace)) == 3
    done = run(workspace, "health", "merge", finding, "--yes", "--json").json
    assert (done["outcome"], done["opens"], done["decision"]) == ("done", [], 1)
    assert consents(workspace) == [Preset.NO_AI]
    assert "merged: ISRC" in run(workspace, "health", "list").out
    refused = run(workspace, "health", "undo", "1", "--yes")
    assert refused.code == 1
    assert "This lets AI do more than before" in refused.out
    assert "    First" in refused.out.splitlines()
    assert consents(workspace) == [Preset.NO_AI]
    assert run(workspace, "health", "undo", "1", "--yes", "--allow-widening").code == 0
    assert sorted(consents(workspace)) == sorted([Preset.OPEN, Preset.NO_AI, Preset.NO_AI])


def test_recordings_kept_apart_are_not_listed_again(workspace: Workspace, finding: str) -> None:
    assert run(workspace, "health", "keep-apart", finding, "--yes").code == 0
    output = run(workspace, "health", "list").out
    assert "There are no contradictions." in output
    assert "kept apart: ISRC" in output


def test_without_a_terminal_and_yes_nothing_is_decided(workspace: Workspace, finding: str) -> None:
    assert run(workspace, "health", "merge", finding).code == 2
    assert len(consents(workspace)) == 3


@pytest.mark.parametrize(
    "command",
    [
        ("merge", "isrc-00000000", "--yes"),
        ("merge", "FINDING", "1", "--yes"),
        ("ignore", "isrc-00000000", "--yes"),
        ("undo", "7", "--yes"),
    ],
)
def test_an_impossible_decision_is_a_usage_error(
    workspace: Workspace, finding: str, command: tuple[str, ...]
) -> None:
    arguments = [finding if argument == "FINDING" else argument for argument in command]
    assert run(workspace, "health", *arguments).code == 2


def test_a_consent_for_an_artist_names_every_title_that_it_widens(
    workspace: Workspace, finding: str
) -> None:
    command = ("consent", "set", "--preset", "open", "--dry-run")
    lines = run(workspace, *command).out.splitlines()
    assert [line.strip() for line in lines[-2:]] == ["Second", "Third"]
    opens = run(workspace, *command, "--json").json["opens"]
    assert [opened["recording"] for opened in opens] == ["Second", "Third"]
