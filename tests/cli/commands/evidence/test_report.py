"""`rightsdesk report`: the file, refusals, and the JSON document about it."""

import json
from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from tests.cli.fakes import run


@pytest.fixture
def mira(workspace: Workspace) -> Workspace:
    """A roster with one artist, whose consent is No AI."""
    artist = workspace.artists.add("Mira Koval")
    workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    return workspace


@pytest.mark.parametrize(
    ("ending", "begins"), [("json", b"{"), ("html", b"<!DOCTYPE"), ("pdf", b"%PDF")]
)
def test_the_ending_is_the_form(
    ending: str, begins: bytes, mira: Workspace, tmp_path: Path, qapp: object
) -> None:
    place = tmp_path / f"mira.{ending}"
    done = run(mira, "report", "--artist", "Mira Koval", "--output", str(place), "--json")
    assert done.code == 0
    assert done.json == {"output": str(place), "recordings": 0, "language": "en"}
    assert place.read_bytes().startswith(begins)


def test_an_existing_file_stays_without_a_yes(mira: Workspace, tmp_path: Path) -> None:
    place = tmp_path / "mira.json"
    place.write_text("mine", "utf-8")
    done = run(mira, "report", "--output", str(place))
    assert done.code == 2
    assert "--yes" in done.err
    assert place.read_text("utf-8") == "mine"
    assert run(mira, "report", "--output", str(place), "--yes").code == 0
    assert json.loads(place.read_bytes())["format"] == "rightsdesk-report"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--output"),
        (("--output", "report.doc"), ".pdf, .html or .json"),
        (("--output", "report.html", "--language", "xx"), "en, de, es, fr"),
        (("--output", "report.pdf", "--paper", "a5"), "a4, letter"),
        (("--output", "."), "is a folder"),
        (("--output", "report.html", "--artist", "No One"), "Mira Koval"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: tuple[str, ...],
    says: str,
    mira: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(mira, "report", *arguments)
    assert done.code == 2
    assert says in done.err
    assert list(tmp_path.iterdir()) == []
