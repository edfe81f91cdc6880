"""Problems are found once while nothing changes, and anew when anything they depend on does."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from rightsdesk.clock import SYSTEM
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.resources.controls import Control
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.guided import views
from rightsdesk.workspace.guided.platform_readings import readings_by_artist
from rightsdesk.workspace.status import problems as finding
from rightsdesk.workspace.status.kept_problems import KeptProblems
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.problems import ProblemKind
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.bench.catalogue import fill
from tests.workspace.conftest import KOVAL


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Filter]:
    """What problems were looked for."""
    found: list[Filter] = []
    real = finding.problems

    def counted(database: object, chosen: Filter, now: object) -> object:
        found.append(chosen)
        return real(database, chosen, now)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(finding, "problems", counted)
    return found


def test_they_are_found_once_until_the_data_change(
    workspace: Workspace, koval: Artist, runs: list[Filter]
) -> None:
    first = workspace.catalogue.problems(Filter())
    first.clear()  # what was handed out is the caller's own
    assert workspace.catalogue.problems(Filter())
    assert len(runs) == 1
    workspace.consents.set(Scope(ScopeKind.ARTIST, koval.id), PRESETS[Preset.NO_AI])
    workspace.catalogue.problems(Filter())
    workspace.catalogue.problems(Filter(artist_id=koval.id))
    assert runs == [Filter(), Filter(), Filter(artist_id=koval.id)]


def test_a_folder_that_goes_away_or_comes_back_is_noticed(
    workspace: Workspace, koval: Artist, music: Path
) -> None:
    kept = KeptProblems(workspace._database, SYSTEM)

    def away() -> list[str]:
        return [one.path for one in kept.of(Filter()) if one.kind is ProblemKind.FOLDER]

    assert away() == []
    (music / KOVAL).rename(music / "elsewhere")
    assert away() == [str(music / KOVAL)]
    (music / "elsewhere").rename(music / KOVAL)
    assert away() == []


def test_each_switch_is_read_once_for_all_artists(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(workspace.catalogue._database, 200, artists_number=8)
    read: list[tuple[str, str]] = []
    real = readings_by_artist

    def counted(connection: Connection, platform: str, control: Control, *more: Any) -> Any:
        read.append((platform, control.id))
        return real(connection, platform, control, *more)

    monkeypatch.setattr(views, "readings_by_artist", counted)
    each = [
        found
        for artist in workspace.artists.all()
        for found in views.problems(workspace.catalogue._database, Filter(artist_id=artist.id))
    ]
    read.clear()
    together = views.problems(workspace.catalogue._database, Filter())
    assert read
    assert len(read) == len(set(read))
    assert sorted(map(repr, together)) == sorted(map(repr, each))


def test_accounts_without_numbers_are_the_same_accounts(workspace: Workspace) -> None:
    fill(workspace.catalogue._database, 60, artists_number=2)
    bare = workspace.accounts.all(counted=False)
    assert {one.items for one in bare} == {0}
    whole = workspace.accounts.all()
    assert any(one.items for one in whole)
    assert [(one.id, one.artist, one.name) for one in bare] == [
        (one.id, one.artist, one.name) for one in whole
    ]
    assert [workspace.accounts.by_id(one.id) for one in whole] == whole
