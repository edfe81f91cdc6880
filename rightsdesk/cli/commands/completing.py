"""`completion` and `manual`: scripts for shells and the page for `man`, from the commands."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated

import typer

from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.options import begin
from rightsdesk.cli.output.output import write

SHELLS = ("bash", "zsh", "fish", "powershell")


def completion(
    context: typer.Context,
    shell: Annotated[
        str, typer.Argument(metavar="bash|zsh|fish|powershell", help="The shell it is for.")
    ],
) -> int:
    """Print a script with which a shell completes commands and options.

    \b
    rightsdesk completion bash > ~/.local/share/bash-completion/completions/rightsdesk
    rightsdesk completion zsh > ~/.zfunc/_rightsdesk
    rightsdesk completion fish > ~/.config/fish/completions/rightsdesk.fish
    rightsdesk completion powershell >> $PROFILE
    """
    begin(context)
    if shell not in SHELLS:
        raise usage(f"There is no script for “{shell}”.", f"There are: {', '.join(SHELLS)}.")
    from rightsdesk.cli.describing.tree import command_tree

    make = getattr(import_module(f"rightsdesk.cli.describing.{shell}"), shell)
    write(sys.stdout, make(command_tree(context.find_root().command)).rstrip("\n"))
    return Exit.DONE


def manual(context: typer.Context) -> int:
    """Print the manual page, in the language of `man`.

    \b
    rightsdesk manual | man -l -
    """
    begin(context)
    from rightsdesk.cli.describing.manual import manual as page
    from rightsdesk.cli.describing.tree import command_tree

    write(sys.stdout, page(command_tree(context.find_root().command)).rstrip("\n"))
    return Exit.DONE
