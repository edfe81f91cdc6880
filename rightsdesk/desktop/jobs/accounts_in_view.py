"""The accounts that a look or an update from the window is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightsdesk.desktop.parts.texts import tr
from rightsdesk.errors import KnownError
from rightsdesk.workspace.types import Account, Artist, NoAccount

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace


class NotRead(KnownError):
    """Some accounts could not be read; the others were."""

    cause = "not-read"


def some_accounts(workspace: Workspace, artist: Artist | None) -> list[Account]:
    """The accounts of an artist, or of all. Raises NoAccount where there is none."""
    accounts = workspace.accounts.all(artist.id if artist else None)
    if not accounts:
        raise NoAccount(
            tr("There is no account yet."), advice=tr("Sign in under Artist › Accounts first.")
        )
    return accounts
