"""Uses that a standard can't express are shown with its statements and in `signals`."""

from pathlib import Path

import pytest

from rightsdesk.resources.signals import all_signals
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.cli.fakes import run
from tests.workspace.conftest import choose


def test_all_signals_are_listed_with_their_readers() -> None:
    done = run(None, "signals")
    assert done.code == 0
    for signal in all_signals():
        assert f"{signal.id}: {signal.name}\n    Read by: {signal.readers}" in done.out
    assert "not a lock" in done.out


def test_a_single_signal_is_explained_in_full() -> None:
    out = run(None, "signals", "aipref-header").out
    assert "Can express “No” for: training AI that makes music, use as AI input, search" in out
    assert "Has no word for: training other AI, imitating voice or style" in out
    assert "Good for: " in out
    [shape] = run(None, "signals", "aipref", "--json").json["signals"]
    assert shape["can_say"]["constrained"] == []
    assert shape["url"].startswith("https://")


def test_a_read_only_signal_is_shown_as_read_only() -> None:
    assert "Can express" in run(None, "signals", "bluesky").out
    assert run(None, "signals", "fax").code == 2


@pytest.mark.parametrize("as_json", [True, False])
def test_inspect_names_what_each_statement_cannot_express(
    workspace: Workspace, koval: Artist, music: Path, as_json: bool
) -> None:
    choose(workspace, koval)
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter(artist_id=koval.id)))
    [file, *_] = sorted(Path(koval.folders[0]).rglob("*.flac"))
    if as_json:
        [shape] = run(workspace, "inspect", str(file), "--json").json["files"]
        lacking = {
            declaration["dialect"]: declaration["no_word_for"]
            for declaration in shape["declarations"]
        }
        assert lacking["ai-consent"] == []
        assert lacking["tdmrep"] == ["likeness", "ai_input", "search", "recommendation"]
        assert all(declaration["caveats"] == [] for declaration in shape["declarations"])
    else:
        out = run(workspace, "inspect", str(file)).out
        assert "  TDM reservation: No to " in out
        assert "      It has no word for: imitating voice or style, use as AI input" in out
