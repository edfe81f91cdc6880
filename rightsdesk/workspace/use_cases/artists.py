"""The roster, and what goes with each artist's declarations."""

from __future__ import annotations

from rightsdesk.roster import accounts as account_store
from rightsdesk.roster import artists as roster
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.status import roster_view
from rightsdesk.workspace.types.artists import Artist, Details
from rightsdesk.workspace.use_cases.core import Core


class Artists:
    """The roster, and what goes with each artist's declarations.

    Thread-safe.
    """

    def __init__(self, core: Core) -> None:
        self._database = core.database
        self._core = core

    def all(self) -> list[Artist]:
        """All artists on the roster, with their counts."""
        return roster_view.artists(self._database)

    def named(self, name: str) -> Artist:
        """The artist with this name. Raises KnownError if there is none."""
        return roster_view.artist(self._database, roster.artist_named(self._database, name).id)

    def add(self, name: str) -> Artist:
        """Add an artist to the roster."""
        return roster_view.artist(self._database, roster.add_artist(self._database, name))

    def rename(self, artist_id: int, name: str) -> None:
        """Rename an artist.

        Raises ArtistExists. Raises vault errors if the artist's stored logins can't be opened now:
        they are bound to the name.
        """
        self._core.connections.rename_artist(artist_id, name)

    def remove(self, artist_id: int) -> tuple[str, ...]:
        """Remove an artist with accounts and stored data; no file is touched.

        Returns a sentence per platform where a sign-in could not be ended.
        """
        owned = account_store.all_accounts(self._database, artist_id)
        warnings = [self._core.connections.remove(account.id) for account in owned]
        consents.forget(self._database, artist_id)
        roster.remove_artist(self._database, artist_id)
        return tuple(warning for warning in warnings if warning)

    def details(self, artist_id: int) -> Details:
        """What goes with an artist's declarations."""
        return roster_view.details(self._database, artist_id)

    def set_details(self, artist_id: int, details: Details) -> None:
        """Set what goes with an artist's declarations."""
        roster_view.set_details(self._database, artist_id, details)
