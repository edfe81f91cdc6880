"""`rightsdesk backup` and `rightsdesk restore`: RightsDesk's own data as one file."""

from __future__ import annotations

from typing import Annotated

import typer

from rightsdesk import phrases
from rightsdesk.cli.exits import Exit, ending_with, stopped, usage
from rightsdesk.cli.options import Json, Yes, absolute, begin
from rightsdesk.cli.output.words import shown
from rightsdesk.cli.prompts import confirmed, is_interactive

BackupFile = Annotated[str, typer.Argument(metavar="FILE", help="The backup.")]
_INSIDE = (
    "It contains artists, consents, accounts, observations and the journal. The stored sign-ins "
    "are encrypted in it. Their key is not in it: it stays in the keyring or with your passphrase."
)


def backup(
    context: typer.Context, file: BackupFile, yes: Yes = False, as_json: Json = False
) -> int:
    """Back up RightsDesk's own data to one file.

    This works at any time, also while a window is open. Sign-ins are encrypted in it; their key
    stays in the keyring or with your passphrase. Music is not included. RightsDesk also makes
    automatic backups in the data folder: once a day and before an update.

    \b
    rightsdesk backup ~/rightsdesk.backup
    rightsdesk backup ~/rightsdesk.backup --yes
    """
    from rightsdesk.workspace.exports.saving import AlreadyThere

    session = begin(context, as_json=as_json)
    workspace, place = session.workspace(), absolute(file)
    try:
        made = workspace.back_up(place, replace=yes)
    except AlreadyThere as error:
        if not is_interactive():
            raise usage(error.sentence, f"{error.untouched} To replace it: --yes") from error
        if not confirmed(f"{error.sentence} Replace it?"):
            raise stopped(error.untouched) from error
        made = workspace.back_up(place, replace=True)
    size = made.stat().st_size
    session.out.say(f"{shown(str(made))}: written.")
    session.out.note(_INSIDE)
    session.out.document({"file": str(made), "bytes": size})
    return Exit.DONE


def restore(
    context: typer.Context, file: BackupFile, yes: Yes = False, as_json: Json = False
) -> int:
    """Replace RightsDesk's own data with a backup.

    The backup is checked first, and the present data are kept. Afterwards all standings are unknown
    until files and platforms are read again, since they may have changed. Close every RightsDesk
    window before.

    \b
    rightsdesk restore ~/rightsdesk.backup
    """
    from rightsdesk.workspace import Workspace

    session = begin(context, as_json=as_json)
    place = absolute(file)

    def agree(artists: int) -> None:
        if yes:
            return
        question = (
            f"This is a backup with {phrases.counted(artists, 'artist')}. Replace all of "
            "RightsDesk's own data with it? The present data are kept."
        )
        if not is_interactive():
            raise usage("Nothing was restored.", f"{question} To confirm: --yes")
        if not confirmed(question):
            raise stopped("Nothing was restored.")

    with ending_with(Exit.COULD_NOT_START):
        done = Workspace.restore(place, session.data_dir, agree=agree)
    out = session.out
    out.say("Restored.")
    if done.kept is not None:
        out.note(f"The data from before are in {shown(str(done.kept.parent))}.")
    # this migrates the data, and shows notes about them
    artists = len(session.workspace().artists.all())
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
