"""Each cause has the same exit code in all commands; arguments that are not text are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rightsdesk.cli.command_table import COMMANDS, load
from rightsdesk.cli.exits import CAUSES, Exit
from rightsdesk.cli.options import PATH_METAVARS
from rightsdesk.data_folder import NotPrivate
from rightsdesk.workspace import Workspace
from tests.cli.fakes import run

PROJECT = Path(__file__).resolve().parents[2]
ODD = "Z\udcc3\udca9"
"""An argument with bytes outside the current encoding, as Python represents it (PEP 383)."""

NOTHING_THERE: dict[str, tuple[str, Exit]] = {
    "account add": ("bluesky", Exit.USAGE),
    "account check": ("", Exit.DONE),
    "account list": ("", Exit.DONE),
    "account reconnect": ("bluesky", Exit.USAGE),
    "account remove": ("bluesky --yes", Exit.USAGE),
    "artist add": ("", Exit.USAGE),
    "artist list": ("", Exit.DONE),
    "artist remove": ("Mira --yes", Exit.USAGE),
    "artist rename": ("Mira Ivo", Exit.USAGE),
    "attest": ("x --value off", Exit.USAGE),
    "backup": ("/nowhere/x", Exit.SOME_FAILED),
    "config init": ("/dev/null/nowhere.toml", Exit.SOME_FAILED),
    "config path": ("", Exit.DONE),
    "config show": ("", Exit.DONE),
    "consent set": ("--preset no-ai", Exit.USAGE),
    "consent show": ("", Exit.DONE),
    "export": ("robots", Exit.USAGE),
    "facts": ("", Exit.DONE),
    "facts address": ("", Exit.DONE),
    "facts update": ("/nowhere/x", Exit.USAGE),
    "health ignore": ("missing-7f0013b2", Exit.USAGE),
    "health keep-apart": ("missing-7f0013b2", Exit.USAGE),
    "health list": ("", Exit.DONE),
    "health merge": ("missing-7f0013b2", Exit.USAGE),
    "health undo": ("3", Exit.USAGE),
    "history": ("", Exit.DONE),
    "history redo": ("3", Exit.USAGE),
    "history undo": ("3", Exit.USAGE),
    "import": ("/nowhere/x --yes", Exit.USAGE),
    "inspect": ("/nowhere/x", Exit.USAGE),
    "jobs": ("", Exit.DONE),
    "jobs resume": ("3", Exit.USAGE),
    "jobs retry": ("3", Exit.USAGE),
    "jobs show": ("3", Exit.USAGE),
    "ledger export": ("/nowhere/x", Exit.SOME_FAILED),
    "ledger head": ("", Exit.DONE),
    "ledger verify": ("", Exit.DONE),
    "letter answered": ("3", Exit.USAGE),
    "letter edit": ("3 --text /nowhere/x", Exit.USAGE),
    "letter list": ("", Exit.DONE),
    "forget-everything": ("--dry-run", Exit.DONE),
    "log": ("", Exit.DONE),
    "letter sent": ("3", Exit.USAGE),
    "letter show": ("3", Exit.USAGE),
    "letter write": ("reservation", Exit.USAGE),
    "licence add": ("Klay --use search", Exit.USAGE),
    "licence change": ("3 --note x", Exit.USAGE),
    "licence end": ("3 --yes", Exit.USAGE),
    "licence list": ("", Exit.DONE),
    "licence show": ("3", Exit.USAGE),
    "look": ("", Exit.DONE),
    "match": ("", Exit.DONE),
    "platforms": ("", Exit.DONE),
    "problems": ("", Exit.DONE),
    "report": ("--output /nowhere/x.json", Exit.SOME_FAILED),
    "restore": ("/nowhere/x --yes", Exit.USAGE),
    "scan": ("", Exit.USAGE),
    "settings proxy": ("", Exit.DONE),
    "signals": ("", Exit.DONE),
    "stamp": ("", Exit.USAGE),
    "stamp authority": ("", Exit.DONE),
    "stamp calendars": ("", Exit.DONE),
    "stamp check": ("", Exit.DONE),
    "stamp export": ("3 /nowhere/x", Exit.USAGE),
    "stamp list": ("", Exit.DONE),
    "status": ("", Exit.DONE),
    "sync": ("", Exit.DONE),
    "tag": ("", Exit.USAGE),
    "terms answer": ("3 --noted", Exit.USAGE),
    "terms check": ("", Exit.USAGE),
    "terms compare": ("/nowhere/x /nowhere/y", Exit.USAGE),
    "terms list": ("", Exit.DONE),
    "terms off": ("", Exit.DONE),
    "terms on": ("", Exit.DONE),
    "terms show": ("3", Exit.USAGE),
    "terms versions": ("soundcloud", Exit.DONE),
    "undo": ("", Exit.DONE),
    "update": ("", Exit.DONE),
    "update check": ("/nowhere/x", Exit.USAGE),
    "update off": ("", Exit.DONE),
    "update on": ("", Exit.USAGE),
    "vault passphrase": ("", Exit.COULD_NOT_START),
    "verify": ("", Exit.DONE),
}
"""The exit code of every command if there is no artist, no music, no account and no job."""


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that can be run, with Typer's information about it."""
    for name in COMMANDS:
        found = load(name)
        inner = getattr(found, "commands", {})
        if not inner or found.invoke_without_command:
            yield name, found
        yield from ((f"{name} {subcommand}", command) for subcommand, command in inner.items())


LEAVES = dict(commands())
WITHOUT_JSON = {"completion", "demo", "manual", "open"}


def texts() -> Iterator[tuple[str, str]]:
    """Every text parameter that is not a path: (command, parameter)."""
    for name, command in LEAVES.items():
        if name in WITHOUT_JSON:
            continue
        for parameter in command.params:
            is_text = parameter.type.name in ("str", "text")
            if is_text and not PATH_METAVARS.search(str(parameter.metavar)):
                yield name, parameter.name


@pytest.mark.parametrize(
    "command",
    [
        "facts update /nowhere/x",
        "import /nowhere/x",
        "inspect /nowhere/x",
        "letter edit 3 --text /nowhere/x",
        "restore /nowhere/x --yes",
        "terms compare /nowhere/x /nowhere/y",
        "update check /nowhere/x",
    ],
)
def test_what_is_to_be_read_and_is_not_there_is_wrong_usage(
    workspace: Workspace, command: str
) -> None:
    done = run(workspace, *command.split(), "--json")
    assert (done.code, done.json["error"]["cause"]) == (Exit.USAGE, "not-found")
    assert done.json["error"]["sentence"] == "There is no file or folder /nowhere/x."


@pytest.mark.parametrize(
    ("command", "listed_by"),
    [
        ("health merge isrc-00000000", "problems -v"),
        ("health ignore isrc-00000000", "problems -v"),
        ("health undo 7", "health list"),
        ("history undo 7", "history"),
        ("jobs show 7", "jobs"),
        ("letter sent 7", "letter list"),
        ("licence show 7", "licence list"),
        ("stamp export 7 .", "stamp list"),
        ("terms show 7", "terms list"),
    ],
)
def test_what_does_not_exist_comes_with_the_command_that_lists_what_does(
    workspace: Workspace, command: str, listed_by: str
) -> None:
    done = run(workspace, *command.split(), "--json")
    advice = done.json["error"]["advice"]
    assert (done.code, advice) == (Exit.USAGE, f"To see them: rightsdesk {listed_by}")
    assert listed_by.removesuffix(" -v") in LEAVES


def test_an_unknown_export_is_refused_before_an_artist_is_asked_for(workspace: Workspace) -> None:
    workspace.artists.add("Mira")
    workspace.artists.add("Ivo")
    done = run(workspace, "export", "nope", "--json")
    assert (done.code, "There is no export “nope”." in done.json["error"]["sentence"]) == (2, True)


def test_a_config_file_is_not_written_into_a_folder_that_is_not_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    done = run(workspace, "config", "init", str(tmp_path / "no" / "such.toml"), "--json")
    assert (done.code, done.json["error"]["cause"]) == (Exit.SOME_FAILED, "not-saved")
    assert not (tmp_path / "no").exists()


def test_quiet_changes_print_no_preview(workspace: Workspace) -> None:
    workspace.artists.add("Mira")
    done = run(workspace, "-q", "consent", "set", "--preset", "no-ai", "--yes")
    assert (done.code, "→" in done.out, "before" in done.out.lower()) == (0, False, False)
    loud = run(workspace, "-q", "consent", "set", "--preset", "ask-first", "--dry-run")
    assert len(loud.out.splitlines()) > len(done.out.splitlines())


def test_every_command_is_listed() -> None:
    assert set(NOTHING_THERE) == LEAVES.keys() - WITHOUT_JSON


@pytest.mark.parametrize("command", NOTHING_THERE)
def test_without_an_artist_every_command_exits_by_the_same_rule(
    workspace: Workspace, command: str
) -> None:
    more, code = NOTHING_THERE[command]
    done = run(workspace, *command.split(), *more.split(), "--json")
    assert done.code == code
    if code is Exit.DONE:
        assert "error" not in done.json
    elif "nowhere" not in more:
        assert (done.json["error"]["cause"] in CAUSES[code]) or code is Exit.SOME_FAILED
        assert done.json["error"]["advice"], "the advice"


@pytest.mark.parametrize("command", NOTHING_THERE)
def test_data_that_cannot_be_opened_exit_with_3_in_every_command(command: str) -> None:
    if command.startswith("config ") or command in (
        "forget-everything",
        "log",
        "restore",
        "signals",
        "terms compare",
    ):
        return  # these commands open no data, or only those that are there
    more, _ = NOTHING_THERE[command]
    more = more or ("Mira" if command == "artist add" else "")
    done = run(NotPrivate("Open to others."), *command.split(), *more.split(), "--json")
    assert done.code == 3
    assert done.json["error"]["cause"] == "data-folder"


@pytest.mark.parametrize(("command", "name"), list(texts()))
def test_an_argument_that_is_no_text_is_reported_for_every_parameter(
    command: str, name: str
) -> None:
    given: list[str] = []
    for parameter in LEAVES[command].params:
        if parameter.param_type_name == "argument":
            if parameter.name == name or parameter.required:
                given.append(ODD if parameter.name == name else "1")
        elif parameter.name == name:
            given += [parameter.opts[0], ODD]
    done = run(Unopened(), *command.split(), *given, "--json")
    assert (done.code, done.json["error"]["cause"]) == (2, "not-text")


@pytest.mark.parametrize("option", ["--artist", "--release", "--recording"])
def test_a_filter_in_an_ascii_locale_exits_with_3(
    option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rightsdesk.cli.encodings.ascii_only", lambda: True)
    done = run(Unopened(), "status", option, ODD, "--json")
    assert (done.code, done.json["error"]["cause"]) == (3, "locale")
    assert "LC_ALL" in done.json["error"]["advice"]


class Unopened:
    """A workspace that must not be used."""

    notes = ()
    recovery = None

    def close(self) -> None:
        """Nothing was opened."""


def test_the_table_in_the_manual_matches_the_code() -> None:
    manual = (PROJECT / "docs" / "command-line.md").read_text("utf-8")
    lines = re.findall(r"^\| (\d+) \| .+? \| (.*) \|$", manual, re.MULTILINE)
    documented = {Exit(int(code)): set(re.findall("`([a-z-]+)`", causes)) for code, causes in lines}
    assert documented[Exit.DONE] == documented[Exit.SOME_FAILED] == set()
    assert set(documented) == set(Exit)
    assert documented == {code: set(CAUSES.get(code, ())) for code in Exit}


def test_no_cause_has_two_codes() -> None:
    named = [cause for causes in CAUSES.values() for cause in causes]
    assert len(named) == len(set(named))
