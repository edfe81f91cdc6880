"""Consents: set for an artist, a release or a recording."""

from __future__ import annotations

from collections.abc import Collection

from rightsdesk.consent import Consent, Use
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.types.consents import EffectiveConsent, ManyChanged, Opened
from rightsdesk.workspace.types.scopes import Scope, ScopeKind
from rightsdesk.workspace.use_cases.core import Core


class Consents:
    """Consents, set for an artist, a release or a recording.

    Thread-safe.
    """

    def __init__(self, core: Core) -> None:
        self._database = core.database
        self._clock = core.clock

    def of(self, scope: Scope) -> EffectiveConsent:
        """The effective consent of a scope, where it comes from, and the licences that hold."""
        from rightsdesk.workspace.licences.of_scope import with_grants_of

        scoped = consents.of_scope(self._database, scope)
        return with_grants_of(self._database, scoped, self._clock.now())

    def differing_below(self, scope: Scope) -> dict[ScopeKind, int]:
        """How many releases and recordings in a scope have a different effective consent."""
        return consents.differing_below(self._database, scope)

    def widened_by(self, scope: Scope, consent: Consent | None) -> tuple[Use, ...]:
        """The uses that a consent would open up, in its scope and in all that inherits from it."""
        return consents.widened_by(self._database, scope, consent)

    def opened_by(self, scope: Scope, consent: Consent | None) -> tuple[Opened, ...]:
        """Every recording for which a consent would allow AI more than before."""
        return consents.opened_by(self._database, scope, consent)

    def set(
        self, scope: Scope, consent: Consent | None, *, confirmed: Collection[Use] = ()
    ) -> None:
        """Set a consent; None inherits again.

        Raises WideningNotConfirmed unless `confirmed` has every use that opens up.
        """
        consents.set_consent(self._database, scope, consent, confirmed)

    def preview_for(self, recording_ids: Collection[int], consent: Consent | None) -> ManyChanged:
        """What setting a consent for these recordings would change, and what it would open up."""
        from rightsdesk.workspace.consents import many

        return many.preview(self._database, recording_ids, consent)

    def preview_artists(self, artist_ids: Collection[int], consent: Consent) -> ManyChanged:
        """What setting the consent of these artists would change, and what it would open up."""
        from rightsdesk.workspace.consents import many

        return many.preview_artists(self._database, artist_ids, consent)

    def set_artists(
        self, artist_ids: Collection[int], consent: Consent, *, confirmed: Collection[Use] = ()
    ) -> ManyChanged:
        """Set the consent of these artists, all or none, as one act.

        Consents of their releases and recordings stay. Raises WideningNotConfirmed unless
        `confirmed` has every use that opens up.
        """
        from rightsdesk.workspace.consents import many

        return many.set_artists(self._database, artist_ids, consent, confirmed)

    def set_for(
        self,
        recording_ids: Collection[int],
        consent: Consent | None,
        *,
        confirmed: Collection[Use] = (),
    ) -> ManyChanged:
        """Set a consent for these recordings, all or none; None inherits again.

        What all recordings of a release or an artist get is set there. Raises
        WideningNotConfirmed unless `confirmed` has every use that opens up.
        """
        from rightsdesk.workspace.consents import many

        return many.set_for(self._database, recording_ids, consent, confirmed)
