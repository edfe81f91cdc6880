"""`rightsdesk backup` and `rightsdesk restore`: RightsDesk's own data as one file."""

from __future__ import annotations

from typing import Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.asking import agreed, someone_is_there
from rightsdesk.cli.exits import Exit, ending_with, stopped, usage
from rightsdesk.cli.options import Json, Yes, absolute, begin
from rightsdesk.cli.output.words import shown

FileName = Annotated[str, typer.Argument(metavar="FILE")]
_INSIDE = (
    "Artists, consents, accounts, what was read, and the journal are in it. The stored sign-ins "
    "are in it encrypted; the key to them is not: it stays in the keyring or with your passphrase."
)


def backup(context: typer.Context, file: FileName, yes: Yes = False, as_json: Json = False) -> int:
    """Back up RightsDesk's own data to one file.

    It can be made at any time, also while a window is open. Sign-ins are in it encrypted; the
    key stays in the keyring or with your passphrase. Music is not part of it. RightsDesk makes
    such backups by itself, too: once a day and before an update, in the data folder.
    """
    from rightsdesk.workspace.exports.saving import AlreadyThere

    session = begin(context, as_json=as_json)
    workspace, place = session.workspace(), absolute(file)
    try:
        made = workspace.back_up(place, replace=yes)
    except AlreadyThere as error:
        if not someone_is_there():
            raise usage(error.sentence, f"{error.untouched} To replace it: --yes") from error
        if not agreed(f"{error.sentence} Replace it?"):
            raise stopped(error.untouched) from error
        made = workspace.back_up(place, replace=True)
    size = made.stat().st_size
    session.out.say(f"{shown(str(made))}: written.")
    session.out.note(_INSIDE)
    session.out.document({"file": str(made), "bytes": size})
    return Exit.DONE


def restore(context: typer.Context, file: FileName, yes: Yes = False, as_json: Json = False) -> int:
    """Put a backup in the place of RightsDesk's own data.

    The backup is checked first, and the data that are there now are kept aside. Afterwards
    what files and platforms say is unknown until they are read again, as they may have changed
    since. Close every RightsDesk window before.
    """
    from rightsdesk.workspace import Workspace

    session = begin(context, as_json=as_json)
    place = absolute(file)

    def agree(artists: int) -> None:
        if yes:
            return
        question = (
            f"This is a backup with {phrases.counted(artists, 'artist')}. Replace all of "
            "RightsDesk's own data with it? They are kept aside."
        )
        if not someone_is_there():
            raise usage("Nothing was restored.", f"{question} Yes: --yes")
        if not agreed(question):
            raise stopped("Nothing was restored.")

    with ending_with(Exit.COULD_NOT_START):
        done = Workspace.restore(place, session.data_dir, agree=agree)
    out = session.out
    out.say("Restored.")
    if done.kept is not None:
        out.note(f"What was there before is in {shown(str(done.kept.parent))}.")
    artists = len(session.workspace().artists.all())  # brings them up to date, and says what is old
    out.note("Next: rightsdesk scan, rightsdesk look")
    out.document(
        {
            "file": place,
            "kept": str(done.kept) if done.kept else "",
            "vault": done.vault,
            "artists": artists,
        }
    )
    return Exit.DONE
