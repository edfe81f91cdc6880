"""The part of a workspace in which a person says what is wanted, and what goes with it."""

from __future__ import annotations

from collections.abc import Collection

from rightsdesk.consent import Consent, Use
from rightsdesk.store.database import Database
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.status import roster_view
from rightsdesk.workspace.types import Details, Opened, Scope, ScopeKind, Wish


class Choosing:
    """The use cases around a choice."""

    _database: Database

    def wish(self, scope: Scope) -> Wish:
        """What is wanted for a scope, and where it comes from."""
        return consents.wish(self._database, scope)

    def otherwise_below(self, scope: Scope) -> dict[ScopeKind, int]:
        """Of how many releases and recordings in a scope something else is wanted."""
        return consents.otherwise_below(self._database, scope)

    def widened_by(self, scope: Scope, consent: Consent | None) -> tuple[Use, ...]:
        """What a choice would open up, in its scope and all that inherits from it."""
        return consents.widened_by(self._database, scope, consent)

    def opened_by(self, scope: Scope, consent: Consent | None) -> tuple[Opened, ...]:
        """Every recording for which a choice would let AI do more than before."""
        return consents.opened_by(self._database, scope, consent)

    def set_wish(
        self, scope: Scope, consent: Consent | None, *, confirmed: Collection[Use] = ()
    ) -> None:
        """Choose; None inherits again. Raises WideningNotConfirmed unless all is named."""
        consents.set_wish(self._database, scope, consent, confirmed)

    def details(self, artist_id: int) -> Details:
        """What goes with an artist's declarations."""
        return roster_view.details(self._database, artist_id)

    def set_details(self, artist_id: int, details: Details) -> None:
        """Change what goes with an artist's declarations."""
        roster_view.set_details(self._database, artist_id, details)
