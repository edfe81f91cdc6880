"""What zsh completes: a function for each command, with the help of each option."""

from __future__ import annotations

from rightsdesk.cli.describing.tree import CommandTree, Option, ParameterValue, Takes

_HEAD = """\
#compdef rightsdesk
# Completion of rightsdesk for zsh. Made by: rightsdesk completion zsh
"""
_TAIL = """\
if [[ ${funcstack[1]} == _rightsdesk ]]; then
    _rightsdesk "$@"
else
    compdef _rightsdesk rightsdesk
fi
"""


def zsh(tree: CommandTree) -> str:
    """The script, for a folder of `fpath` (as `_rightsdesk`) or for `source`."""
    return "".join((_HEAD, *(_function(command) for command in tree.all()), _TAIL))


def _function(command: CommandTree) -> str:
    lines = [_option(option) for option in command.options]
    if not command.commands:
        lines += [
            _quoted(f"*:{_escaped(argument.value.name)}:{_action(argument.value)}")
            for argument in command.arguments[:1]
        ]
        body = " \\\n        ".join(("_arguments -s -S", *lines))
        return f"{_name(command)}() {{\n    {body}\n}}\n"
    lines += [_quoted("1: :->command"), _quoted("*:: :->rest")]
    body = " \\\n        ".join(("_arguments -C -s", *lines))
    listed = "\n".join(
        f"                {_quoted(each.name + ':' + each.line.replace(':', chr(92) + ':'))}"
        for each in command.commands
    )
    calls = "\n".join(f"                {each.name}) {_name(each)} ;;" for each in command.commands)
    files = "\n            _files" if not command.path else ""
    return f"""\
{_name(command)}() {{
    local curcontext=$curcontext state line
    typeset -A opt_args
    {body}
    case $state in
        command)
            local -a commands
            commands=(
{listed}
            )
            _describe -t commands command commands{files}
            ;;
        rest)
            case ${{line[1]}} in
{calls}
                *) _files ;;
            esac
            ;;
    esac
}}
"""


def _option(option: Option) -> str:
    """`'(-y --yes)'{-y,--yes}'[Don't ask.]'`, as `_arguments` wants it (zshcompsys(1))."""
    value = ""
    if option.value is not None:
        value = f":{_escaped(option.value.name)}:{_action(option.value)}"
    rest = _quoted(f"[{_escaped(option.help)}]{value}")
    if len(option.names) == 1:
        return option.names[0] + rest
    others = _quoted(f"({' '.join(option.names)})")
    return f"{others}{{{','.join(option.names)}}}{rest}"


def _action(value: ParameterValue) -> str:
    if value.words and value.takes is Takes.TEXT:
        return f"({' '.join(value.words)})"
    return {Takes.FILE: "_files", Takes.FOLDER: "_files -/", Takes.TEXT: " "}[value.takes]


def _name(command: CommandTree) -> str:
    return "_".join(("_rightsdesk", *(name.replace("-", "_") for name in command.path)))


def _escaped(text: str) -> str:
    for letter in "\\:[]":
        text = text.replace(letter, "\\" + letter)
    return text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
