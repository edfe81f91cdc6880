"""Values as text for a terminal: consents, standings, names, times.

A standing is always a word with a symbol before it; colour is only an addition. Names come from
other people's files, so control characters are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rightsdesk import phrases
from rightsdesk.consent import Consent, Permission, Standing, Use, preset_of
from rightsdesk.consent.licences.grant import Grant
from rightsdesk.consent.licences.words import with_grants
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.consent.words import (
    PERMISSION_NAMES,
    STANDING_NAMES_COUNTED,
    STANDING_NAMES_OF_MANY,
    listed,
    permission_name,
    standing_name,
)
from rightsdesk.roster.account_state import AccountState
from rightsdesk.shown import shown as shown

if TYPE_CHECKING:
    from rightsdesk.workspace.types.artists import Account, Artist
    from rightsdesk.workspace.types.scopes import Filter

SYMBOLS: Final[Mapping[Standing, str]] = {
    Standing.AGREES: "✓",
    Standing.SILENT: "○",
    Standing.CONFLICTS: "✗",
    Standing.ATTESTED: "✎",
    Standing.TERMS_ONLY: "§",
    Standing.UNKNOWN: "?",
    Standing.UNCHOSEN: "•",
}
STYLES: Final[Mapping[Standing, str]] = {
    Standing.AGREES: "green",
    Standing.SILENT: "yellow",
    Standing.CONFLICTS: "bold red",
    Standing.ATTESTED: "cyan",
    Standing.TERMS_ONLY: "cyan",
    Standing.UNKNOWN: "dim",
    Standing.UNCHOSEN: "dim",
}


def no_music_words(wanted: Filter) -> str:
    """Return the sentence for an empty selection of the catalogue."""
    place = " there" if wanted.path else " of that artist" if wanted.artist_id else ""
    return f"RightsDesk has no music{place} yet."


def first_steps(artists: Sequence[Artist]) -> str:
    """Return what to do where there is no music: add an artist, or scan a folder of one."""
    if artists:
        return "Scan a folder: rightsdesk scan FOLDER --artist NAME"
    return (
        "Add an artist, then scan a folder: rightsdesk artist add NAME, "
        "rightsdesk scan FOLDER --artist NAME"
    )


def unread_words(account: Account) -> str:
    """Return why an account can't be read, and since when; "" if it can be read."""
    since = phrases.iso_day(account.unread_since)
    if account.state == AccountState.RECONNECT:
        return shown(account.problem) + (f" Not read since {since}." if since else "")
    return f"could not be read since {since}: {shown(account.unread_why)}" if since else ""


def standing_words(standing: Standing, says: Mapping[Use, Permission] | None = None) -> str:
    """Return symbol and name: `✗ says otherwise`."""
    return f"{SYMBOLS[standing]} {standing_name(standing, says or {})}"


def standing_count(standing: Standing, number: int) -> str:
    """Return the count with its name: `1 agrees`, `1,200 agree`."""
    singular, plural = STANDING_NAMES_COUNTED[standing], STANDING_NAMES_OF_MANY[standing]
    return phrases.counted(number, singular, plural)


def standing_of_all(standing: Standing, _number: int) -> str:
    """Return the name only: `agrees`. A value for all recordings is not counted by recording."""
    return STANDING_NAMES_COUNTED[standing]


def consent_words(consent: Mapping[Use, Permission]) -> str:
    """Return a consent in one phrase: the name of a preset, or its answers."""
    if not consent:
        return permission_name(None)
    preset = preset_of(Consent(consent))
    if preset is not None:
        return PRESET_TEXTS[preset].title
    return "; ".join(
        f"{PERMISSION_NAMES[answer]} to {listed(uses)}"
        for answer in Permission
        if (uses := [use for use, given in consent.items() if given is answer])
    )


def licensed_words(consent: Mapping[Use, Permission], grants: Sequence[Grant]) -> str:
    """Return a consent in one phrase, with its partners: `No AI, except Klay until 2027`."""
    return shown(with_grants(consent_words(consent), grants))


def joined(parts: Iterable[str]) -> str:
    """Join the non-empty parts with commas."""
    return ", ".join(part for part in parts if part)
