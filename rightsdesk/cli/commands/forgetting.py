"""`scan --forget`: folders that RightsDesk is to look into no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rightsdesk import phrases
from rightsdesk.cli.exits import Exit, usage
from rightsdesk.cli.output.words import shown

if TYPE_CHECKING:
    from rightsdesk.cli.session import Session
    from rightsdesk.workspace.types import Artist


def forget_folders(session: Session, whose: Artist, places: Sequence[str]) -> Exit:
    """Forget folders of an artist, and say what becomes of their files."""
    if not places:
        raise usage("Say which folders to forget.", " ".join(map(shown, whose.folders)))
    number = sum(session.workspace().catalogue.forget_folder(whose.id, place) for place in places)
    session.out.say(
        f"{phrases.counted(number, 'file is', 'files are')} no longer listed. Nothing in them was "
        "changed; what they say stays, and jobs can still be undone."
    )
    session.out.document({"forgotten": list(places), "files": number})
    return Exit.DONE
