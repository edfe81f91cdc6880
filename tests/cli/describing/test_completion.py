"""What shells complete, asked of the shells themselves; and the manual page, asked of `man`."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from rightsdesk.cli.command_table import COMMANDS
from rightsdesk.cli.commands.completing import SHELLS
from rightsdesk.cli.describing.bash import bash
from rightsdesk.cli.describing.fish import fish
from rightsdesk.cli.describing.manual import manual
from rightsdesk.cli.describing.powershell import powershell
from rightsdesk.cli.describing.tree import CommandTree, Option, Takes, command_tree
from rightsdesk.cli.describing.zsh import zsh
from rightsdesk.cli.program import app
from tests.cli.fakes import FakeWorkspace, run

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "MANWIDTH": "80"}


@pytest.fixture(scope="module")
def tree() -> CommandTree:
    return command_tree(get_command(app))


def needed(program: str) -> str:
    """The program's path; the test is skipped where it is not installed."""
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not installed")
    return found


def ran(*command: str, **more: Any) -> str:
    """What a program printed; it must end well, and say nothing else."""
    done: subprocess.CompletedProcess[str]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=ENVIRONMENT, **more
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def script(tree: CommandTree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All scripts in one folder, named after their shells, and things to complete."""
    folder = tmp_path_factory.mktemp("shells")
    for name, make in (("bash", bash), ("zsh", zsh), ("fish", fish), ("powershell", powershell)):
        (folder / name).write_text(make(tree), "utf-8")
    (folder / "cold songs").mkdir()
    (folder / "cold.mp3").touch()
    return folder


# --- the tree ----------------------------------------------------------------------------------


def test_every_command_and_option_is_in_it(tree: CommandTree) -> None:
    assert [command.name for command in tree.commands] == list(COMMANDS)
    by_path = {command.path: command for command in tree.all()}
    preset = next(o for o in by_path["consent", "set"].options if "--preset" in o.names)
    assert preset.value is not None
    assert preset.value.words == ("no-ai", "no-generative", "ask-first", "open")
    assert by_path["scan",].arguments[0].value.takes is Takes.FOLDER
    assert Option(("--json",), None, "Print one JSON document on stdout.") in (
        by_path["status",].options
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_the_script(script: Path, shell: str) -> None:
    done = run(FakeWorkspace(), "completion", shell)
    assert done.code == 0
    assert done.out == (script / shell).read_text("utf-8").rstrip("\n") + "\n"


def test_another_shell_is_a_usage_error() -> None:
    done = run(FakeWorkspace(), "completion", "tcsh")
    assert done.code == 2
    assert "bash, zsh, fish, powershell" in done.err


def test_the_help_of_each_command_keeps_the_lines_of_its_examples(tree: CommandTree) -> None:
    """Checks what is printed: a mark that is typed wrong shows, and runs the lines together."""
    examples = 0
    for command in tree.all():
        printed = run(FakeWorkspace(), *command.path, "--help").out
        assert "\\b" not in printed, command.path
        assert "\b" not in printed, command.path
        lines = {line.strip() for line in printed.splitlines()}
        for line in map(str.strip, command.help.replace("\b", "\n").splitlines()):
            if line.startswith("rightsdesk "):
                assert line in lines, command.path
                examples += 1
    assert examples > 50


def test_every_command_has_an_example_that_parses(tree: CommandTree) -> None:
    program = get_command(app)
    for command in tree.all():
        lines = command.help.replace("\b", "\n").splitlines()
        examples = joined(line.strip() for line in lines)
        assert examples, f"{' '.join(command.path)}: no example in its help"
        own = [words for words in examples if tuple(words[: len(command.path)]) == command.path]
        assert own, f"{' '.join(command.path)}: no example of its own"
        for words in examples:
            assert parsed(program, words), " ".join(words)


def joined(lines: Iterable[str]) -> list[list[str]]:
    """The words of each example after the program's name, without what a shell does with it."""
    found: list[str] = []
    for line in lines:
        if found and found[-1].endswith("\\"):
            found[-1] = found[-1][:-1] + line
        elif line.startswith("rightsdesk "):
            found.append(line)
    texts = (re.split(r"\s{3,}|[;|>]", line)[0] for line in found)
    return [shlex.split(text)[1:] for text in texts]


def parsed(program: Any, words: list[str]) -> bool:
    """Whether the command line takes these words: its commands, options and arguments."""
    command, context = (
        program,
        program.make_context("rightsdesk", ["--version"], resilient_parsing=True),
    )
    left = list(words)
    while getattr(command, "list_commands", None) and left:
        inner = command.get_command(context, left[0])
        if inner is None:
            return False
        command, left = inner, left[1:]
        if not getattr(command, "list_commands", None) or not left or left[0].startswith("-"):
            break
    command.make_context(" ".join(words), left, parent=context)
    return True


# --- bash --------------------------------------------------------------------------------------

ASK_BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_rightsdesk
printf '%s\\n' "${COMPREPLY[@]}"
"""

QUESTIONS: list[tuple[list[str], set[str], set[str]]] = [
    (["cons"], {"consent"}, {"tag"}),
    (["consent", ""], {"show", "set"}, {"tag", "cold songs"}),
    (["--data-dir", "scan", "ta"], {"tag"}, {"show"}),
    (["-q", "consent", "se"], {"set"}, {"show"}),
    (["consent", "set", "--preset", ""], {"no-ai", "open"}, {"--artist"}),
    (["consent", "set", "--artist", "consent", "--pre"], {"--preset"}, {"no-ai"}),
    (["scan", "co"], {"cold songs"}, {"consent", "cold.mp3"}),
    (["inspect", "co"], {"cold songs", "cold.mp3"}, {"consent"}),
    (["co"], {"consent", "completion", "cold songs"}, {"scan"}),
    (["report", "--language", ""], {"de", "en", "es", "fr"}, {"CODE"}),
    (["report", "--paper", ""], {"a4", "letter"}, {"SIZE"}),
    (["export", "ro"], {"robots"}, {"KIND"}),
    (["export", ""], {"tdmrep", "matrix"}, {"KIND"}),
    (["licence", "add", "Klay", "--use", ""], {"generative-training", "search"}, {"USE"}),
    (["letter", "write", ""], {"reservation"}, {"KIND"}),
    (["history", "--kind", "cons"], {"consent-set", "consent-cleared"}, {"KIND"}),
    (["jobs", "show", "5", "--outcome", ""], {"failed", "done"}, {"OUTCOME"}),
    (["sync", "--platform", "so"], {"soundcloud"}, {"PLATFORM"}),
    (["settings", "proxy", ""], {"system", "none"}, {"ADDRESS"}),
]


@pytest.mark.parametrize(("typed", "there", "absent"), QUESTIONS, ids=range(len(QUESTIONS)))
def test_bash_completes(script: Path, typed: list[str], there: set[str], absent: set[str]) -> None:
    shell = needed("bash")
    arguments = [shell, "-c", ASK_BASH, "bash", str(script / "bash"), "rightsdesk", *typed]
    found = set(ran(*arguments, cwd=script).splitlines())
    assert there <= found
    assert not absent & found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_reads_its_script(script: Path, shell: str) -> None:
    assert ran(needed(shell), "-n", str(script / shell)) == ""


# --- fish, zsh, PowerShell ---------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "there", "absent"), QUESTIONS, ids=range(len(QUESTIONS)))
def test_fish_completes(
    script: Path, tmp_path: Path, typed: list[str], there: set[str], absent: set[str]
) -> None:
    words = " ".join(word or "''" for word in ("rightsdesk", *typed[:-1]))
    ask = f'source {script / "fish"}; complete -C "{words} {typed[-1]}"'
    home = {**ENVIRONMENT, "HOME": str(tmp_path)}
    done = subprocess.run(
        [needed("fish"), "--no-config", "-c", ask],
        cwd=script,
        env=home,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = (line.partition("\t")[0] for line in done.stdout.splitlines())
    found = {line.rstrip("/").replace("\\", "") for line in lines}
    assert there <= found
    assert not absent & found


ASK_ZSH = """
autoload -Uz compinit && compinit -u -D
source "$1"
print -r -- ${_comps[rightsdesk]}
"""


def test_zsh_takes_the_script(script: Path, tmp_path: Path) -> None:
    shell = needed("zsh")
    assert ran(shell, "-f", "-c", ASK_ZSH, "zsh", str(script / "zsh")) == "_rightsdesk\n"


def test_powershell_reads_its_script(script: Path) -> None:
    shell = needed("pwsh")
    ask = (
        "$errors = $null; [void][System.Management.Automation.Language.Parser]::ParseFile("
        f"'{script / 'powershell'}', [ref]$null, [ref]$errors); $errors.Count"
    )
    assert ran(shell, "-NoProfile", "-Command", ask).strip() == "0"


# --- the manual page ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(tree: CommandTree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("man") / "rightsdesk.1"
    made.write_text(manual(tree), "utf-8")
    return made


def test_man_finds_no_fault_in_the_page_and_shows_every_command(
    page: Path, tree: CommandTree
) -> None:
    shown = ran(needed("man"), "--warnings", "-l", "-Tutf8", str(page))
    plain = "".join(
        letter
        for letter, after in zip(shown, shown[1:] + " ", strict=True)
        if "\b" not in (letter, after)
    )
    for command in tree.all():
        assert " ".join(command.path) in plain


def test_mandoc_finds_no_fault_in_the_page(page: Path) -> None:
    done = subprocess.run(
        [needed("mandoc"), "-Tlint", "-Wwarning", str(page)], capture_output=True, text=True
    )
    faults = [line for line in done.stdout.splitlines() if "missing date" not in line]
    assert not faults, "a page that is made for each version has no date of its own"


def test_the_command_prints_the_page(page: Path) -> None:
    done = run(FakeWorkspace(), "manual")
    assert done.code == 0
    assert done.out == page.read_text("utf-8")
