"""All commands with their options, as plain values: made from what parses the command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

PROGRAM = "rightsdesk"


class Takes(Enum):
    """What a value is, as far as a shell can help with it."""

    TEXT = "text"
    FILE = "file"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """The value of an option or argument. `words`: values that can be listed."""

    name: str
    takes: Takes
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """An option: how it is written, its value (None for a switch), and its help."""

    names: tuple[str, ...]
    value: ParameterValue | None
    help: str


@dataclass(frozen=True, slots=True)
class Argument:
    """A value by position."""

    value: ParameterValue
    help: str


@dataclass(frozen=True, slots=True)
class CommandTree:
    """A command. `path` has the names from the first one on; the program itself has none."""

    path: tuple[str, ...]
    help: str
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]
    commands: tuple[CommandTree, ...] = ()

    @property
    def name(self) -> str:
        """Its last name."""
        return self.path[-1] if self.path else PROGRAM

    @property
    def line(self) -> str:
        """The first paragraph of its help, on one line."""
        return " ".join(self.help.split("\n\n")[0].split())

    def all(self) -> Iterator[CommandTree]:
        """This command, and all below it."""
        yield self
        for command in self.commands:
            yield from command.all()


HELP = Option(("-h", "--help"), None, "Show this message and exit.")

_FILES = {"FILE", "NEW_FILE", "OLD_FILE", "PATH"}
_FOLDERS = {"DIR", "FOLDER"}


def _uses() -> list[str]:
    from rightsdesk.consent.uses import Use

    return [use.token for use in Use]


def _exports() -> list[str]:
    from rightsdesk.cli.output.exports import MATRIX
    from rightsdesk.workspace.exports.kinds import EXPORTS

    return [*(kind.id for kind in EXPORTS), MATRIX]


def _entries() -> list[str]:
    from rightsdesk.store.deeds import DeedKind

    return list(DeedKind)


def _letters() -> list[str]:
    from rightsdesk.resources.letter_forms import letter_forms

    return list(letter_forms())


def _outcomes() -> list[str]:
    from rightsdesk.changes.types import Outcome

    return list(Outcome)


def _platforms() -> list[str]:
    from rightsdesk.platforms.registry import NAMES

    return list(NAMES)


_LISTS: dict[str, dict[str, Callable[[], list[str]]]] = {
    "USE": {"": _uses},
    "KIND": {"export": _exports, "history": _entries, "letter": _letters},
    "OUTCOME": {"": _outcomes},
    "PLATFORM": {"account": _platforms, "sync": _platforms},
}
"""The words for a name in the help: by the command that has it, "" for all commands."""


def command_tree(root: Any) -> CommandTree:
    """The whole command line, from Typer's group of all commands. Imports every command."""
    names = root.list_commands(None)
    commands = tuple(_described(root.get_command(None, name), (name,)) for name in names)
    return _described(root, (), commands)


def _described(
    command: Any, path: tuple[str, ...], commands: tuple[CommandTree, ...] | None = None
) -> CommandTree:
    if commands is None:
        inner = getattr(command, "commands", None) or {}
        commands = tuple(_described(each, (*path, name)) for name, each in inner.items())
    options, arguments = [HELP], []
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        words = " ".join((getattr(parameter, "help", None) or "").split())
        if parameter.param_type_name == "argument":
            arguments.append(Argument(_value(parameter, path), words))
        else:
            value = None if parameter.is_flag else _value(parameter, path)
            names = (*parameter.opts, *parameter.secondary_opts)
            options.append(Option(names, value, words))
    text = (command.help or "").replace("\b\n", "\b").strip()
    return CommandTree(path, text, tuple(options), tuple(arguments), commands)


def _value(parameter: Any, path: tuple[str, ...]) -> ParameterValue:
    """What a parameter takes, as its name in the help says: `holds|ended`, `FILE`, `[JOB]`.

    A name in capitals can stand for words that are listed elsewhere: see `_LISTS`.
    """
    name = parameter.metavar or parameter.type.name.upper()
    parts = re.split(r"[|\[\]]|\.\.\.|…", name)
    words = tuple(part for part in parts if re.fullmatch(r"[a-z][a-z0-9-]*", part))
    for part in parts:
        for of, make in _LISTS.get(part, {}).items():
            if of in ("", path[0] if path else ""):
                words += tuple(make())
    takes = Takes.TEXT
    if _FILES & set(parts):
        takes = Takes.FILE
    elif _FOLDERS & set(parts):
        takes = Takes.FOLDER
    return ParameterValue(name, takes, words)
