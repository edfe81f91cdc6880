"""What bash completes: one function, for bash 3.2 (macOS) and newer."""

from __future__ import annotations

from collections.abc import Iterable

from rightsdesk.cli.describing.tree import CommandTree, Option, ParameterValue, Takes

_HEAD = """\
# Completion of rightsdesk for bash. Made by: rightsdesk completion bash
_rightsdesk() {
    local current=${COMP_WORDS[COMP_CWORD]} before='' path='' words='' kind='' i word
    local IFS=$' \\t\\n'
    COMPREPLY=()
    (( COMP_CWORD > 0 )) && before=${COMP_WORDS[COMP_CWORD - 1]}
    for (( i = 1; i < COMP_CWORD; i++ )); do
        word=${COMP_WORDS[i]}
        case "$path:$word" in
"""

_TAIL = """\
    esac
    case $current in
        -*) kind='' ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    case $kind in
        file) IFS=$'\\n' COMPREPLY+=($(compgen -f -- "$current")) ;;
        folder) IFS=$'\\n' COMPREPLY+=($(compgen -d -- "$current")) ;;
        *) return ;;
    esac
    compopt -o filenames 2>/dev/null
    return 0
}
complete -F _rightsdesk rightsdesk
"""


def bash(tree: CommandTree) -> str:
    """The script. It knows the commands by their path: `consent set`."""
    commands = list(tree.all())
    lines = [_HEAD]
    for command in commands:
        if command.commands:  # only there a value could be mistaken for a command
            names = [name for option in command.options if option.value for name in option.names]
            lines += [f"            {_cases(command, names)}) (( i++ )) ;;\n"] if names else []
            inner = [each.name for each in command.commands]
            step = 'path="$path $word"' if command.path else "path=$word"
            lines.append(f"            {_cases(command, inner)}) {step} ;;\n")
    lines.append('        esac\n    done\n    case "$path:$before" in\n')
    for command in commands:
        for option in command.options:
            if option.value is not None:
                cases = _cases(command, option.names)
                lines.append(f"        {cases}) {_set(option.value)} ;;\n")
    lines.append("        *) case $path in\n")
    for command in commands:
        lines.append(f"            {_quoted(' '.join(command.path))}) {_words(command)} ;;\n")
    lines.append("        esac ;;\n")
    return "".join((*lines, _TAIL))


def _set(value: ParameterValue) -> str:
    kind = "" if value.takes is Takes.TEXT else value.takes.value
    return f"words={_quoted(' '.join(value.words))} kind={_quoted(kind)}"


def _words(command: CommandTree) -> str:
    words = [each.name for each in command.commands]
    words += [name for option in command.options for name in _long(option)]
    words += [word for argument in command.arguments for word in argument.value.words]
    kinds = {argument.value.takes for argument in command.arguments} - {Takes.TEXT}
    if not command.path:
        kinds = {Takes.FILE}  # `rightsdesk FOLDER` opens the window there
    kind = min((kind.value for kind in kinds), default="")
    return f"words={_quoted(' '.join(words))} kind={_quoted(kind)}"


def _long(option: Option) -> Iterable[str]:
    return (name for name in option.names if name.startswith("--")) if option.names else ()


def _cases(command: CommandTree, names: Iterable[str]) -> str:
    path = " ".join(command.path)
    return "|".join(_quoted(f"{path}:{name}") for name in names)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
