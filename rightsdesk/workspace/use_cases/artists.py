"""Everybody on the roster, and what goes with each artist's declarations."""

from __future__ import annotations

from rightsdesk.roster import accounts as account_store
from rightsdesk.roster import artists as roster
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.status import roster_view
from rightsdesk.workspace.types import (
    Artist,
    Details,
)
from rightsdesk.workspace.use_cases.core import Core


class Artists:
    """Everybody on the roster, and what goes with each artist's declarations.

    Every method may be called from any thread.
    """

    def __init__(self, core: Core) -> None:
        self._database = core.database
        self._core = core

    def all(self) -> list[Artist]:
        """Everybody on the roster, with what there is of each."""
        return roster_view.artists(self._database)

    def named(self, name: str) -> Artist:
        """The artist of that name. Raises KnownError where there is none."""
        return roster_view.artist(self._database, roster.artist_named(self._database, name).id)

    def add(self, name: str) -> Artist:
        """Put an artist on the roster."""
        return roster_view.artist(self._database, roster.add_artist(self._database, name))

    def rename(self, artist_id: int, name: str) -> None:
        """Give an artist another name. Raises ArtistExists, and vault errors where the artist's
        stored logins can't be opened just now: they are bound to the name."""
        self._core.connections.rename_artist(artist_id, name)

    def remove(self, artist_id: int) -> tuple[str, ...]:
        """Take an artist off the roster, with accounts and everything noted; no file is touched.

        A sentence for each platform that could not be told to end a sign-in.
        """
        owned = account_store.all_accounts(self._database, artist_id)
        told = [self._core.connections.remove(account.id) for account in owned]
        consents.forget(self._database, artist_id)
        roster.remove_artist(self._database, artist_id)
        return tuple(one for one in told if one)

    def details(self, artist_id: int) -> Details:
        """What goes with an artist's declarations."""
        return roster_view.details(self._database, artist_id)

    def set_details(self, artist_id: int, details: Details) -> None:
        """Change what goes with an artist's declarations."""
        roster_view.set_details(self._database, artist_id, details)
