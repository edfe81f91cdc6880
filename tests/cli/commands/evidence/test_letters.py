"""`rightsdesk letter`: draft, edit, keep, and note what became of it."""

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


def test_a_letter_from_draft_to_answer(mira: Workspace, tmp_path: Path) -> None:
    draft = run(mira, "letter", "write", "query", "--to", "A Firm", "--draft")
    assert draft.code == 0
    assert "[[rightsholder]]" in draft.out
    assert "rightsholder" in draft.err
    assert run(mira, "letter", "list", "--json").json == {"letters": []}
    text, place = tmp_path / "text.txt", tmp_path / "letter.html"
    text.write_text("\ufeffDear firm,\r\nplease answer.\r\n", "utf-8")
    kept = run(
        *(mira, "letter", "write", "query", "--to", "A Firm", "--text", str(text)),
        *("--output", str(place), "--json"),
    )
    assert kept.json["letter"]["text"] == "Dear firm,\nplease answer."
    assert "please answer" in place.read_text("utf-8")
    assert run(mira, "letter", "sent", "1", "--on", "2026-05-03").code == 0
    assert run(mira, "letter", "answered", "1", "--note", "Noted.").code == 0
    [letter] = run(mira, "letter", "list", "--json").json["letters"]
    assert (letter["sent_on"], letter["note"]) == ("2026-05-03", "Noted.")
    assert "please answer" in run(mira, "letter", "show", "1").out


def test_nothing_is_kept_if_the_file_is_refused(mira: Workspace, tmp_path: Path) -> None:
    place = tmp_path / "letter.txt"
    place.write_text("mine", "utf-8")
    done = run(mira, "letter", "write", "query", "--output", str(place))
    assert done.code == 2
    assert place.read_text("utf-8") == "mine"
    assert run(mira, "letter", "list", "--json").json == {"letters": []}


@pytest.mark.parametrize(
    "arguments",
    [
        ("write", "poem"),
        ("write", "query", "--language", "xx"),
        ("write", "query", "--text", "nowhere.txt"),
        ("show", "7"),
        ("sent", "7"),
        ("sent", "1", "--on", "yesterday"),
        ("answered", "7"),
        ("write", "reservation", "--artist", "Nobody"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(mira: Workspace, arguments: tuple[str, ...]) -> None:
    assert run(mira, "letter", *arguments).code == 2


def test_the_kinds_are_listed_in_a_language(mira: Workspace) -> None:
    kinds = run(mira, "letter", "list", "--kinds", "--language", "fr", "--json").json["kinds"]
    assert [kind["kind"] for kind in kinds] == ["objection", "query", "reservation", "takedown"]
    assert "Réserve de droits" in kinds[2]["title"]
