"""The program: all commands, the shared options, and the exit code of every ending."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from rightsdesk import __version__, config_file, log_file
from rightsdesk.cli.command_table import COMMANDS, load, no_op
from rightsdesk.cli.exits import (
    EarlyExit,
    Exit,
    Stopped,
    UsageProblem,
    advice_for,
    ending_with,
    exit_code,
    stopped,
)
from rightsdesk.cli.session import Session
from rightsdesk.errors import KnownError
from rightsdesk.shown import shown
from rightsdesk.suggestions import did_you_mean

WITHOUT_CONFIG = ("completion", "config", "manual")
"""Commands that work whatever the config file says; `config show` reads it itself."""
GLOBAL_FLAGS = ("-q", "--quiet", "-v", "--verbose")


def global_options_first(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with options moved to the front that may also follow the command."""
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    early, rest = arguments[:end], arguments[end:]
    moved = [argument for argument in early if argument in GLOBAL_FLAGS]
    return [*moved, *(argument for argument in early if argument not in GLOBAL_FLAGS), *rest]


def is_path(word: str) -> bool:
    """Whether a word in the place of a command means a file or folder."""
    separators = [separator for separator in (os.sep, os.altsep) if separator]
    return any(separator in word for separator in separators) or os.path.lexists(word)


def usage_words(error: typer.TyperException) -> tuple[str, str]:
    """Return what is wrong with the arguments, and what to do, with the help of that command."""
    context = getattr(error, "ctx", None)
    parts = context.command_path.split()[1:] if context else []
    advice = f"Help: {' '.join(('rightsdesk', *parts))} --help"
    if context is None or not hasattr(error, "possibilities"):  # an option that there is not
        return error.format_message(), advice
    option = str(getattr(error, "option_name", ""))
    options = [name for one in context.command.params for name in one.opts if name[:2] == "--"]
    suggestion = did_you_mean(option, options)
    return f"There is no option {shown(option)}.", f"{suggestion} {advice}".strip()


class Program(TyperGroup):
    """The whole command line; every ending goes through `main`."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> int:
        """Run a command. End the program with its exit code, or return it."""
        session = extra.setdefault("obj", Session())
        given = global_options_first(sys.argv[1:] if args is None else args)
        session.asks_for_help = "--help" in given or "-h" in given
        session.asks_for_json = "--json" in given
        code = self._ended(session, given, prog_name, complete_var, extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def _ended(
        self,
        session: Session,
        args: list[str],
        prog_name: str | None,
        complete_var: str | None,
        extra: dict[str, Any],
    ) -> int:
        out = session.out
        try:
            with closing(session):
                ended = super().main(args, prog_name, complete_var, False, False, **extra)
            return int(ended or Exit.DONE)
        except EarlyExit as ended_early:
            log_file.note_failure(ended_early.known)
            out.failure(ended_early.known, ended_early.document)
            return ended_early.code
        except KnownError as error:
            log_file.note_failure(error)
            error.advice = advice_for(error)
            out.failure(error)
            return exit_code(error)
        except typer.TyperException as error:
            out.as_json = "--json" in args
            sentence, advice = usage_words(error)
            out.failure(UsageProblem(sentence, advice=advice))
            return Exit.USAGE
        except KeyboardInterrupt:
            out.failure(Stopped("Stopped."))
            return Exit.CANCELLED
        except Exception as error:  # a bug: reported as one
            log_file.note_failure(error)
            from rightsdesk.cli.crashes import encoding_error, report_bug

            error_shown = encoding_error(error, args) or report_bug(session, error)
            out.as_json = out.as_json or "--json" in args
            out.failure(error_shown)
            return Exit.COULD_NOT_START if session.opening else exit_code(error_shown)
        finally:
            log_file.end()

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command and its arguments; of a path in its place, `open` with all of them."""
        if args and args[0] not in COMMANDS and is_path(args[0]):
            return "open", self.get_command(ctx, "open"), args
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command with this name, imported now; None if there is none."""
        return load(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands by their registered lines, without importing them."""
        TyperGroup(commands=dict(self.commands)).format_commands(ctx, formatter)

    def invoke(self, ctx: Any) -> Any:
        """Invoke a command. Without this, Typer would exit silently on Ctrl-C."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise stopped("Stopped.") from None


app = typer.Typer(
    cls=Program,
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 all done, 1 some failed, 2 usage, 3 could not start, 130 cancelled.",
)


@app.callback(invoke_without_command=True)
def rightsdesk(
    context: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            "--data-dir",
            envvar="RIGHTSDESK_DATA_DIR",
            metavar="DIR",
            help="The folder of RightsDesk's own data; another folder is another roster.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            envvar="RIGHTSDESK_CONFIG",
            metavar="FILE",
            help="The config file to use, in place of the usual one.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Show results only.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show every detail.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> int:
    """Say once what AI may do with your music; see and settle it everywhere.

    Without a command the window opens; `rightsdesk FOLDER` opens it there. A first round on the
    command line:

    \b
    rightsdesk demo --headless
    rightsdesk artist add 'Mira Koval'
    rightsdesk scan ~/Music/Koval
    rightsdesk consent set --preset no-ai
    rightsdesk status
    rightsdesk tag
    rightsdesk undo
    """
    session: Session = context.obj
    found = config_file.Config(config_file.place(config))
    if context.invoked_subcommand not in WITHOUT_CONFIG and not session.asks_for_help:
        session.out.as_json = session.asks_for_json  # a flaw is told in the form that was asked for
        with ending_with(Exit.COULD_NOT_START):
            found = config_file.read(config)
    config_file.use(found)
    session.data_dir = data_dir or found.data_folder
    session.command = context.invoked_subcommand or "window"
    session.out.quiet, session.out.verbose = quiet, verbose
    if version:
        print(f"RightsDesk {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from rightsdesk.cli.commands.window import open_window

        return open_window(session)
    return Exit.DONE


for name, entry in COMMANDS.items():
    app.command(name, help=entry.line)(no_op)
