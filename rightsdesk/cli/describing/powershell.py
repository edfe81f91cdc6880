"""What PowerShell completes: tables of commands and options, and a block that looks into them."""

from __future__ import annotations

from collections.abc import Iterable

from rightsdesk.cli.describing.tree import CommandTree

_TEMPLATE = """\
# Completion of rightsdesk for PowerShell. Made by: rightsdesk completion powershell
Register-ArgumentCompleter -Native -CommandName 'rightsdesk' -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $commands = @{{
{commands}
    }}
    $options = @{{
{options}
    }}
    $values = @{{
{values}
    }}
    $path = ''
    $before = ''
    $skip = $false
    $typed = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object {{ $_.Extent.EndOffset -lt $cursorPosition }})
    foreach ($element in $typed) {{
        $word = $element.ToString()
        $before = $word
        if ($skip) {{ $skip = $false; continue }}
        if ($values.ContainsKey("${{path}}:$word")) {{ $skip = $true; continue }}
        $longer = "$path $word".Trim()
        if ($options.ContainsKey($longer)) {{ $path = $longer }}
    }}
    $found = @()
    if ($skip) {{
        $found = $values["${{path}}:$before"]
    }} else {{
        $found = @($commands[$path]) + @($options[$path])
    }}
    $found | Where-Object {{ $_ -and $_.Split("`t")[0] -like "$wordToComplete*" }} |
        ForEach-Object {{
            $name, $help = $_.Split("`t", 2)
            if (-not $help) {{ $help = $name }}
            [System.Management.Automation.CompletionResult]::new(
                $name, $name, 'ParameterValue', $help)
        }}
}}
"""


def powershell(tree: CommandTree) -> str:
    """The script, for the profile. Where nothing of ours fits, PowerShell offers files itself."""
    commands, options, values = [], [], []
    for command in tree.all():
        path = " ".join(command.path)
        inner = (f"{each.name}\t{each.line}" for each in command.commands)
        words = (word for argument in command.arguments for word in argument.value.words)
        commands.append(_entry(path, (*inner, *words)))
        long = (
            f"{name}\t{option.help}"
            for option in command.options
            for name in option.names
            if name.startswith("--")
        )
        options.append(_entry(path, long))
        for option in command.options:
            if option.value is not None:
                values += [_entry(f"{path}:{name}", option.value.words) for name in option.names]
    tables = ("\n".join(table) for table in (commands, options, values))
    return _TEMPLATE.format(**dict(zip(("commands", "options", "values"), tables, strict=True)))


def _entry(key: str, words: Iterable[str]) -> str:
    return f"        {_quoted(key)} = @({', '.join(map(_quoted, words))})"


def _quoted(text: str) -> str:
    """A string of PowerShell; a tab is inside as it is. Its own quotation marks count, too."""
    for mark in "'‘’‚‛":
        text = text.replace(mark, mark * 2)
    return f"'{text}'"
