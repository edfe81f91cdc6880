"""What fish completes: a line for each command and option."""

from __future__ import annotations

from rightsdesk.cli.describing.tree import CommandTree, Option, ParameterValue, Takes

_HEAD = """\
# Completion of rightsdesk for fish. Made by: rightsdesk completion fish
function __rightsdesk_at --description 'Whether exactly these commands were typed'
    set -l known {known}
    set -l taking {taking}
    set -l words (commandline -opc)
    set -l path
    set -l skip no
    for word in $words[2..-1]
        if test $skip = yes
            set skip no
        else if contains -- "$path:$word" $taking
            set skip yes
        else if contains -- (string join ' ' -- $path $word) $known
            set -a path $word
        end
    end
    test "$path" = "$argv"
end
complete -c rightsdesk -f
"""


def fish(tree: CommandTree) -> str:
    """The script, for fish 3 and newer."""
    commands = list(tree.all())
    known = [" ".join(command.path) for command in commands if command.path]
    taking = [
        f"{' '.join(command.path)}:{name}"
        for command in commands
        if command.commands
        for option in command.options
        if option.value is not None
        for name in option.names
    ]
    head = _HEAD.format(known=" ".join(map(_quoted, known)), taking=" ".join(map(_quoted, taking)))
    return head + "".join(line + "\n" for command in commands for line in _lines(command))


def _lines(command: CommandTree) -> list[str]:
    condition = " ".join(("__rightsdesk_at", *command.path))
    start = f"complete -c rightsdesk -n {_quoted(condition)}"
    lines = [f"{start} -a {each.name} -d {_quoted(each.line)}" for each in command.commands]
    if not command.path:
        lines.append(f"{start} -F")  # `rightsdesk FOLDER` opens the window there
    for argument in command.arguments:
        if words := _taken(argument.value):
            lines.append(f"{start} {words}")
    lines += [f"{start} {_option(option)}" for option in command.options]
    return lines


def _option(option: Option) -> str:
    names = [f"-s {name[1:]}" for name in option.names if name[1] != "-"]
    names += [f"-l {name[2:]}" for name in option.names if name.startswith("--")]
    parts = [*names]
    if option.value is not None:
        parts.append(f"-r {_taken(option.value)}".strip())
    return " ".join((*parts, f"-d {_quoted(option.help)}"))


def _taken(value: ParameterValue) -> str:
    words = f"-a {_quoted(' '.join(value.words))}" if value.words else ""
    if value.takes is Takes.FOLDER:
        words = f"{words} -a '(__fish_complete_directories)'"
    elif value.takes is Takes.FILE:
        words = f"{words} -F"
    return words.strip()


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
