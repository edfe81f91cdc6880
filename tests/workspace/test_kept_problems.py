"""Problems are found once while nothing changes, and anew when anything they depend on does."""

from pathlib import Path

import pytest

from rightsdesk.clock import SYSTEM
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.status import problems as finding
from rightsdesk.workspace.status.kept_problems import KeptProblems
from rightsdesk.workspace.types import Artist, Filter, ProblemKind, Scope, ScopeKind
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
