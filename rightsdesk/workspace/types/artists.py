"""Values of the roster: artists and their accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rightsdesk.consent import Consent
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.roster.account_state import AccountState

if TYPE_CHECKING:
    pass


class NoAccount(KnownError):
    """No account is connected that could be read."""

    cause = Cause.NO_ACCOUNT

    def __init__(
        self,
        sentence: str = "No account is connected for this music.",
        *,
        advice: str = "Connect one, then try again.",
    ) -> None:
        super().__init__(sentence, advice=advice)


@dataclass(frozen=True, slots=True)
class Artist:
    """An entry of the roster, with its counts. `musicbrainz_id` is "" if it is not known."""

    id: int
    name: str
    recordings: int = 0
    files: int = 0
    accounts: int = 0
    consent: Consent = field(default_factory=Consent)
    folders: tuple[str, ...] = ()
    musicbrainz_id: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What goes with an artist's consent into declarations.

    `sentence`: None for the standard copyright sentence, "" for none, else the artist's own.
    `sidecars`: whether XMP sidecars are created next to FLAC, Ogg and Opus files.
    """

    rightsholder: str = ""
    contact: str = ""
    terms_url: str = ""
    sentence: str | None = None
    sidecars: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """An artist's login on a platform.

    While `state` is unconfirmed, nothing is done with it before a confirmation: its name is not the
    artist's.

    `items` counts its items, and `questions` those without a certain match. `noun` and `nouns` are
    the platform's words for an item and items. `checked_at` is the last check of the sign-in,
    `looked_at` the last reading of an item (ISO 8601 UTC, or empty). `signs_in_by` is browser,
    password or token. `open_changes` counts what jobs have left to do there.

    `unread_since` is when reading first failed (ISO 8601 UTC), `unread_why` why it last failed;
    both are empty after a successful reading. `lacks` has one sentence per permission that the
    platform did not grant.
    """

    id: int
    artist_id: int
    artist: str
    platform: CarrierId
    platform_name: str
    name: str
    url: str
    base_url: str
    auth_url: str
    client_id: str
    state: AccountState
    checked_at: str
    items: int = 0
    problem: str = ""
    noun: str = ""
    nouns: str = ""
    looked_at: str = ""
    questions: int = 0
    signs_in_by: str = ""
    open_changes: int = 0
    unread_since: str = ""
    unread_why: str = ""
    lacks: tuple[str, ...] = ()
