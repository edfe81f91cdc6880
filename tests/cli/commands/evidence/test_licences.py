"""`licence` on the command line: what it asks, prints and writes as JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from tests.cli.fakes import Ran, run

LICENCE = {
    *("id", "partner", "site", "identifier", "uses", "territory", "from", "until", "zone"),
    *("reference", "note", "document", "certificate", "state", "last_day", "days_left"),
    *("ended_at", "added_at", "covers", "recordings"),
}
KLAY = ("licence", "add", "Klay", "--use", "generative-training", "--until", "2999-12-31")
Command = Callable[..., Ran]


@pytest.fixture
def command(isolated: Path) -> Command:
    """A function that runs a command on one data folder, opened again each time."""
    with Workspace.open(isolated) as workspace:
        workspace.artists.add("Mira Koval")
        scope = Scope(ScopeKind.ARTIST, 1)
        workspace.consents.set(scope, PRESETS[Preset.NO_AI], confirmed=tuple(Use))
    return lambda *arguments: run(Workspace.open(isolated), *arguments)


def test_adding_needs_two_yeses(command: Command) -> None:
    refused = command(*KLAY, "--yes")
    assert refused.code == 1
    assert "This lets AI do more than before: training AI that makes music" in refused.out
    assert command("licence", "list", "--json").json == {"licences": []}

    done = command(*KLAY, "--yes", "--allow-widening", "--json")

    assert done.code == 0
    assert done.json["outcome"] == "done"
    assert done.json["widens"] == ["generative_training"]
    (licence,) = command("licence", "list", "--json").json["licences"]
    assert licence.keys() == LICENCE
    assert (licence["partner"], licence["state"]) == ("Klay", "holds")
    assert licence["covers"] == [
        {"kind": "artist", "id": 1, "name": "Mira Koval", "artist": "Mira Koval", "gone": False}
    ]


def test_a_dry_run_and_a_missing_terminal_change_nothing(command: Command, tmp_path: Path) -> None:
    contract = tmp_path / "contract.txt"
    contract.write_text("signed")
    options = ("--document", str(contract), "--keep-document")
    assert command(*KLAY, *options, "--dry-run", "--json").json["outcome"] == "planned"
    assert command(*KLAY, *options).code == 2
    assert command("licence", "list", "--json").json["licences"] == []
    assert not list(tmp_path.rglob("licences/*"))


def test_a_consent_names_the_partner(command: Command) -> None:
    command(*KLAY, "--yes", "--allow-widening", "--zone", "UTC")
    shown = command("consent", "show")
    assert "Mira Koval (artist): No AI, except Klay until 2999" in shown.out
    (scope,) = command("consent", "show", "--json").json["scopes"]
    assert scope["licensed"] == [
        {
            "partner": "Klay",
            "uses": ["generative_training"],
            "territory": "world",
            "until": "2999-12-31",
            "zone": "UTC",
        }
    ]


def test_a_licence_is_changed_shown_and_ended(command: Command) -> None:
    command(*KLAY, "--yes", "--allow-widening")
    narrower = ("licence", "change", "1", "--territory", "EU except FR", "--reference", "2026-17")
    assert command(*narrower, "--yes").code == 0
    shown = command("licence", "show", "1")
    assert "Territory: the EU, except France" in shown.out
    assert "Reference: 2026-17" in shown.out
    assert command("licence", "change", "1", "--territory", "world", "--yes").code == 1

    ended = command("licence", "end", "1", "--yes")

    assert "Klay: ended on" in ended.out
    assert "agreed until 31 Dec 2999" in ended.out
    assert command("licence", "list").out.count("31 Dec 2999") == 1, "the last day is the real one"
    assert command("licence", "list", "--state", "ended", "--json").json["licences"]
    assert command("licence", "list", "--ends-within", "30").out == "No licence fits.\n"
    again = command("licence", "end", "1", "--yes")
    assert again.code == 2
    assert "This licence has ended already." in again.err
    late = command("licence", "change", "1", "--until", "2999-06-30", "--yes")
    assert late.code == 2
    assert "Done" not in late.out
    assert "The licence of Klay was ended on" in late.err
    assert "Undo that in the history, or add a new licence." in late.err


@pytest.mark.parametrize(
    "flawed",
    [
        ("licence", "add", "Klay"),
        ("licence", "add", "Klay", "--use", "dancing"),
        (*KLAY, "--zone", "Europe/Nowhere"),
        (*KLAY, "--territory", "Atlantis"),
        (*KLAY, "--from", "3000-01-01"),
        (*KLAY, "--until", "2001-12-31"),
        (*KLAY, "--document", "missing.pdf"),
        (*KLAY, "--certificate-source", "its page"),
        ("licence", "change", "1"),
        ("licence", "change", "7", "--territory", "EU"),
        ("licence", "show", "7"),
        ("licence", "list", "--state", "asleep"),
    ],
)
def test_mistakes_are_usage_errors(command: Command, flawed: tuple[str, ...]) -> None:
    assert command(*flawed, "--yes" if flawed[1] in ("add", "change") else "--json").code == 2


def test_a_certified_partner_is_known(command: Command) -> None:
    done = command(
        *("licence", "add", "Endel", "--use", "ai-input", "--yes", "--allow-widening", "--json")
    )
    certificate = done.json["licence"]["certificate"]
    assert certificate["certified"] is True
    assert "Fairly Trained" in certificate["source"]


def test_the_list_names_the_time_zone_of_the_last_day(command: Command) -> None:
    zone = ("--until", "2098-05-03", "--zone", "Pacific/Kiritimati")
    command(*KLAY[:5], *zone, "--yes", "--allow-widening")
    assert "3 May 2098 (Pacific/Kiritimati)" in command("licence", "list").out
