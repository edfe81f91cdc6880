"""The manual page: the commands and options as `man` shows them (man(7))."""

from __future__ import annotations

import re

from rightsdesk import __version__
from rightsdesk.cli.describing.tree import CommandTree, Option, ParameterValue

_HEAD = """\
.\\" Made by: rightsdesk manual
.TH RIGHTSDESK 1 "" "RightsDesk {version}" "User Commands"
.SH NAME
rightsdesk \\- say once what AI may do with your music
.SH SYNOPSIS
.B rightsdesk
.RI [ OPTION ]...
.RI [ COMMAND ]
.RI [ ARGUMENT ]...
.br
.B rightsdesk
.IR PATH ...
.SH DESCRIPTION
Without a command the window opens; with folders or audio files it opens there.
Each command does a part of the same job in a terminal or a scheduled job: scan folders of music,
set what AI may do with it, see what files and platforms say, write the difference, and undo it.
.PP
.B rightsdesk
.I COMMAND
.B \\-\\-help
explains one command.
"""
_TAIL = """\
.SH ENVIRONMENT
.TP
.B RIGHTSDESK_DATA_DIR
The data folder, if
.B \\-\\-data\\-dir
does not name one.
.TP
.B RIGHTSDESK_CONFIG
The config file, if
.B \\-\\-config
does not name one.
.TP
.B RIGHTSDESK_SEAT
The name of this computer in the history, in place of its host name.
.TP
.B RIGHTSDESK_PASSPHRASE
Opens the stored sign\\-ins where there is no keyring.
.SH EXIT STATUS
0 if all was done, 1 if some failed, 2 for a wrong command line, 3 if RightsDesk could not start,
130 if it was cancelled.
.SH FILES
.TP
.I ~/.config/RightsDesk/config.toml
The config file;
.B rightsdesk config init
writes one with explanations.
.TP
.I ~/.local/share/RightsDesk
Catalogue, consents, history and the encrypted vault. Removing the program leaves it in place.
"""


def manual(tree: CommandTree) -> str:
    """The page, in the language of man(7)."""
    parts = [_HEAD.format(version=_escaped(__version__)), ".SH OPTIONS\n"]
    parts += map(_option, tree.options)
    parts.append(".SH COMMANDS\n")
    for command in tree.commands:
        parts += (_command(each) for each in command.all())
    return "".join((*parts, _TAIL))


def _command(command: CommandTree) -> str:
    values = " ".join(_value(argument.value) for argument in command.arguments)
    title = _escaped(" ".join(command.path))
    parts = [f'.SS "{title}{" " if values else ""}{values}"\n']
    for number, paragraph in enumerate(command.help.split("\n\n")):
        parts.append(".PP\n" if number else "")
        if "\b" in paragraph:  # Typer's mark for lines that stay as they are
            text = "\n".join(map(_line, paragraph.replace("\b", "").strip().splitlines()))
            parts.append(f".nf\n{text}\n.fi\n")
        else:
            parts.append(f"{_line(' '.join(paragraph.split()))}\n")
    parts += map(_option, command.options[1:])
    return "".join(parts)


def _option(option: Option) -> str:
    names = ", ".join(f"\\fB{_escaped(name)}\\fR" for name in option.names)
    value = f" \\fI{_value(option.value)}\\fR" if option.value else ""
    return f".TP\n{names}{value}\n{_line(option.help) or 'No more is said.'}\n"


def _value(value: ParameterValue) -> str:
    return _escaped(value.name)


def _line(text: str) -> str:
    """A line of text; a dot or quote at its beginning would be a request."""
    return re.sub(r"^(?=[.'])", r"\\&", _escaped(text))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
