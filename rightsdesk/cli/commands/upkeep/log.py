"""`rightsdesk log`: what was logged, and all that a maintainer needs as one file."""

from __future__ import annotations

from collections import deque
from typing import Annotated

import typer

from rightsdesk import data_folder, log_file
from rightsdesk.cli.exits import Exit, stopped, usage
from rightsdesk.cli.options import Json, Yes, absolute, begin
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.prompts import confirmed, is_interactive


def log(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Option("--save", metavar="FILE", help="Write log and crash reports to a zip file."),
    ] = "",
    lines: Annotated[
        int, typer.Option("--lines", metavar="N", min=1, help="Show so many lines.")
    ] = 40,
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Show the newest lines of the log, or save it for the makers of RightsDesk.

    The log holds commands, numbers and kinds of failures: no passwords or keys, and no names of
    artists, titles or files. Nothing is sent anywhere.

    \b
    rightsdesk log
    rightsdesk log --save rightsdesk-log.zip
    """
    session = begin(context, as_json=as_json)
    folder = session.data_dir or data_folder.default()
    if not file:
        newest: deque[str] = deque(maxlen=lines)
        for path in log_file.files(folder):
            newest.extend(path.read_text("utf-8", "replace").splitlines())
        session.out.say(*(map(shown, newest) if newest else ["Nothing was logged so far."]))
        session.out.document({"file": "", "inside": [], "lines": list(newest)})
        return Exit.DONE
    from rightsdesk.workspace import Workspace
    from rightsdesk.workspace.exports.saving import AlreadyThere

    place = absolute(file)
    try:
        inside = Workspace.save_log(place, folder, replace=yes)
    except AlreadyThere as error:
        if not is_interactive():
            raise usage(error.sentence, f"{error.untouched} To replace it: --yes") from error
        if not confirmed(f"{error.sentence} Replace it?"):
            raise stopped(error.untouched) from error
        inside = Workspace.save_log(place, folder, replace=True)
    session.out.say(f"{shown(place)}: written.")
    session.out.note("Look through it before you pass it on. RightsDesk sends it nowhere.")
    session.out.document({"file": place, "inside": inside, "lines": []})
    return Exit.DONE
