"""`rightsdesk config`: show the config file, or write a first one."""

from __future__ import annotations

from typing import Annotated

import typer

from rightsdesk import config_file, data_folder
from rightsdesk.cli.exits import Exit, stopped, usage
from rightsdesk.cli.options import Json, Yes, absolute, begin
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.prompts import confirmed, is_interactive

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The config file: it counts where no option or setting says otherwise.\n\n\b\n"
    "rightsdesk config show",
)


@app.callback()
def config() -> None:
    """The config file: it counts where no option or setting says otherwise."""


@app.command()
def show(context: typer.Context, as_json: Json = False) -> int:
    """Show what the config file says, and the data folder that is in use.

    \b
    rightsdesk config show
    """
    session = begin(context, as_json=as_json)
    found = config_file.read_again()
    folder = session.data_dir or found.data_folder or data_folder.default()
    said = {
        "data-dir": str(found.data_folder or ""),
        "language": found.language,
        "proxy": found.proxy,
        "log": found.log,
    }
    there = "" if found.path.is_file() else " (not there)"
    lines = [f"{key} = {shown(value) or '(nothing)'}" for key, value in said.items()]
    session.out.say(
        f"Config file: {shown(str(found.path))}{there}", *lines, f"In use: {shown(str(folder))}"
    )
    session.out.document(
        {"file": str(found.path), "exists": not there, "says": said, "data_dir": str(folder)}
    )
    return Exit.DONE


@app.command()
def path(context: typer.Context, as_json: Json = False) -> int:
    """Print the path of the config file, whether it is there or not.

    \b
    rightsdesk config path
    """
    session = begin(context, as_json=as_json)
    place = str(config_file.in_use().path)
    session.out.say(shown(place))
    session.out.document({"file": place})
    return Exit.DONE


@app.command()
def init(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="The file to write; without it, the usual one.")
    ] = "",
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Write a config file that explains every line and sets none.

    The folder of a FILE that you name has to be there.

    \b
    rightsdesk config init
    rightsdesk config init ~/rightsdesk.toml
    """
    session = begin(context, as_json=as_json)
    place = absolute(file) or str(config_file.in_use().path.absolute())
    from rightsdesk.workspace.exports.saving import AlreadyThere, save, save_with_folder

    write = save if file else save_with_folder
    content = config_file.TEMPLATE.encode("utf-8")
    try:
        write(place, content, replace=yes)
    except AlreadyThere as error:
        if not is_interactive():
            raise usage(error.sentence, f"{error.untouched} To replace it: --yes") from error
        if not confirmed(f"{error.sentence} Replace it?"):
            raise stopped(error.untouched) from error
        write(place, content, replace=True)
    session.out.say(f"{shown(place)}: written.")
    session.out.document({"file": place})
    return Exit.DONE
