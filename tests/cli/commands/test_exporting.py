"""`export` on a real workspace: results on stdout, losses on stderr."""

import json
from pathlib import Path

import pytest

from rightsdesk.cli.output.exports import MATRIX
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.exports.kinds import EXPORTS
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from tests.cli.fakes import run


@pytest.fixture
def mira(workspace: Workspace) -> Workspace:
    """A roster with one artist, whose consent is No AI."""
    artist = workspace.artists.add("Mira Koval")
    workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    return workspace


def test_the_list_names_every_kind() -> None:
    done = run(None, "export", "--list")
    assert done.code == 0
    names = [kind["kind"] for kind in run(None, "export", "--list", "--json").json["kinds"]]
    assert names == [*(kind.id for kind in EXPORTS), MATRIX]
    assert all(name in done.out for name in names)


def test_stdout_contains_only_the_text(mira: Workspace) -> None:
    done = run(mira, "export", "headers-netlify", "--site", "mira.example")
    assert done.code == 0
    assert done.out.startswith("# Netlify")
    assert '<https://mira.example/rightsdesk/rsl.xml>; rel="license"' in done.out
    assert "says nothing about imitating voice or style" in done.err
    assert "_headers" in done.err
    quiet = run(mira, "-q", "export", "headers-netlify", "--site", "mira.example")
    assert (quiet.out, quiet.err) == (done.out, "")


def test_line_ends_reach_a_pipe_unchanged(mira: Workspace) -> None:
    document = run(mira, "export", "ddex", "--json").json
    assert "\r\n" in document["text"]
    assert document["losses"]
    assert document["output"] == document["became"] == ""


def test_an_existing_file_is_not_changed_without_a_confirmation(
    mira: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "robots.txt"
    file.write_text("User-agent: *\nDisallow: /private/\n")
    refused = run(mira, "export", "robots", "-o", str(file))
    assert refused.code == 2
    assert "--yes" in refused.err
    assert file.read_text() == "User-agent: *\nDisallow: /private/\n"
    done = run(mira, "export", "robots", "-o", str(file), "--yes", "--json")
    assert done.json["became"] == "merged"
    assert file.read_text().startswith("User-agent: *\nDisallow: /private/\n")
    again = run(mira, "export", "robots", "-o", str(file))
    assert again.code == 0
    assert "left unchanged" in again.out


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 130)])
def test_a_person_is_asked(
    mira: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr("rightsdesk.cli.confirmation.is_interactive", lambda: True)
    file = tmp_path / "rsl.xml"
    file.write_text("old")
    assert run(mira, "export", "rsl", "-o", str(file), typed=answer).code == code
    assert (file.read_text() == "old") is (code != 0)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fax",),
        ("robots", "--path", "/music"),
        ("robots", "--site", "no address"),
        ("matrix", "--site", "mira.example"),
        ("ddex", "--artist", "Nobody"),
    ],
)
def test_an_impossible_export_is_a_usage_error(mira: Workspace, arguments: tuple[str, ...]) -> None:
    assert run(mira, "export", *arguments).code == 2


def test_an_empty_export_is_reported(mira: Workspace) -> None:
    done = run(mira, "export", "tdm-policy")
    assert done.code == 1
    assert done.out == ""
    assert "ask me" in done.err


@pytest.mark.usefixtures("koval")
def test_the_matrix_and_a_release(
    workspace: Workspace,
    tmp_path: Path,
) -> None:
    run(workspace, "consent", "set", "--preset", "no-ai", "--yes")
    done = run(workspace, "export", MATRIX)
    assert done.out.startswith("Artist,Release,Track,Title,ISRC,")
    assert done.err == ""
    assert run(workspace, "export", MATRIX, "-o", str(tmp_path)).code == 0
    assert (tmp_path / "rightsdesk-matrix.csv").is_file()
    assert run(workspace, "export", MATRIX, "-o", str(tmp_path)).code == 2
    title = workspace.catalogue.releases()[0][1]
    assert run(workspace, "export", "robots", "--release", title).code == 2
    # The registry accepts nothing without the recording's ISCC.
    bare = run(workspace, "export", "tdm-ai", "--release", title)
    assert bare.code == 2
    assert "--iscc" in bare.err
    note = run(workspace, "export", "tdm-ai", "--release", title, "--iscc", f"KIC{'A' * 52}")
    assert json.loads(note.out) == {"iscc": f"ISCC:KIC{'A' * 52}", "tdm-reservation": 1}
    assert run(workspace, "export", "ddex", "--iscc", "ISCC:KIC").code == 2


def test_a_policy_names_its_site(mira: Workspace) -> None:
    run(mira, "consent", "set", "--preset", "ask-me-first", "--yes", "--allow-widening")
    done = run(mira, "export", "tdm-policy", "--json")
    assert done.code == 2
    assert done.json["error"]["cause"] == "site-not-known"
    assert "which site it is for" in done.json["error"]["sentence"]
    assert "--site URL" in done.json["error"]["advice"]
    made = run(mira, "export", "tdm-policy", "--site", "mira.example")
    assert made.code == 0
    assert "TDM policy, Mira Koval, for https://mira.example." in made.err


@pytest.mark.parametrize("name", ["ask-first", "ask-me-first", "Ask me first"])
def test_a_preset_can_be_named_like_its_button(mira: Workspace, name: str) -> None:
    run(mira, "consent", "set", "--preset", name, "--yes", "--allow-widening")
    [scope] = [Scope(ScopeKind.ARTIST, artist.id) for artist in mira.artists.all()]
    assert mira.consents.of(scope).effective == PRESETS[Preset.ASK_FIRST]
    wrong = run(mira, "consent", "set", "--preset", "ask-me-later", "--json")
    assert wrong.code == 2
    assert "ask-first" in wrong.json["error"]["advice"]
