"""What each carrier should declare: the consent, the licences that hold, and the artist's details.

Plans write this, and the status of a carrier is measured by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from rightsdesk.consent import Consent, Declaration
from rightsdesk.consent.licences.grant import Grants, beyond
from rightsdesk.roster.artists import ArtistRecord, artists_on
from rightsdesk.workspace.consents import consents
from rightsdesk.workspace.licences.holding import holding
from rightsdesk.workspace.types.scopes import ScopeKind

OwnerKey = tuple[int, int | None, int | None, bool]
"""Artist, release, recording, and whether on disk: the same for all carriers that declare the
same."""


class Declared:
    """The declaration of each place at an aware moment. Each combination is built once.

    Licences of `licences` hold at that moment.
    """

    def __init__(
        self,
        connection: Connection,
        now: datetime,
        stored: consents.StoredConsents | None = None,
    ) -> None:
        self._consents = consents.load(connection) if stored is None else stored
        self.licences = holding(connection, now, self._consents.partners)
        self._roster = {artist.id: artist for artist in artists_on(connection)}
        self._releases = self._consents.with_own_consent(ScopeKind.RELEASE)
        self._recordings = self._consents.with_own_consent(ScopeKind.RECORDING)
        self._releases |= self.licences.releases
        self._recordings |= self.licences.recordings
        self._built: dict[OwnerKey, Declaration | None] = {}

    def key(
        self, artist_id: int, release_id: int | None, recording_id: int | None, *, on_disk: bool
    ) -> OwnerKey:
        """The key of a carrier. The artist's account as a whole has no release or recording."""
        return (
            artist_id,
            release_id if release_id in self._releases else None,
            recording_id if recording_id in self._recordings else None,
            on_disk,
        )

    def of(self, key: OwnerKey) -> Declaration | None:
        """The declaration for a key; None if no consent is set."""
        if key not in self._built:
            self._built[key] = self._build(*key)
        return self._built[key]

    def is_shared(self, recording_id: int | None) -> bool:
        """Whether a recording's files belong to several artists."""
        return recording_id in self._consents.partners

    def _build(
        self, artist_id: int, release: int | None, recording: int | None, on_disk: bool
    ) -> Declaration | None:
        consent = self._consents.effective(
            artist_id=artist_id, release_id=release, recording_id=recording
        )
        if not consent:
            return None
        places = self._consents.partners.get(recording or 0, ()) if on_disk else ()
        owners = list(dict.fromkeys(place.artist_id for place in places)) or [artist_id]
        artist = _speaker([self._roster[number] for number in owners])
        grants = beyond(self.licences.at(artist_id, release, recording), consent)
        return declaration_of(artist, consent, grants)


def _speaker(owners: Sequence[ArtistRecord]) -> ArtistRecord:
    """The artist who declares for a file of several artists: the first on the roster.

    Details that this artist leaves empty come from the others. Sentences that any of them declared
    before are known as former ones.
    """
    if len(owners) == 1:
        return owners[0]
    sentences = [artist.sentence for artist in owners if artist.sentence is not None]
    sentence = next(iter(sentences), None)
    former = [*(s for s in sentences if s and s != sentence)]
    former += [s for owner in owners for s in owner.former_sentences if s != sentence]
    return replace(
        owners[0],
        rightsholder=next((artist.rightsholder for artist in owners if artist.rightsholder), ""),
        contact=next((artist.contact for artist in owners if artist.contact), ""),
        terms_url=next((artist.terms_url for artist in owners if artist.terms_url), ""),
        sentence=sentence,
        former_sentences=tuple(dict.fromkeys(former)),
    )


def declaration_of(artist: ArtistRecord, consent: Consent, grants: Grants = ()) -> Declaration:
    """An artist's declaration of a consent, with the artist's details, and partners' licences."""
    return Declaration(
        consent=consent,
        rightsholder=artist.rightsholder,
        contact=artist.contact,
        terms_url=artist.terms_url,
        sentence=artist.sentence,
        former_sentences=artist.former_sentences,
        grants=grants,
    )
