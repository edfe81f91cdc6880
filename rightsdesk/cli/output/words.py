"""How values read on a terminal: consents, standings, names, times.

A standing is always a word, with a symbol before it and colour on top for those who see
it: never by colour alone. Names come from other people's files, so anything that could
steer a terminal is written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from rightsdesk import phrases
from rightsdesk.consent import Consent, Permission, Standing, Use, preset_of
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
    from rightsdesk.workspace.types import Account, Filter

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
    """That there is nothing in the catalogue of what was asked for."""
    place = " there" if wanted.path else " of that artist" if wanted.artist_id else ""
    return f"RightsDesk knows no music{place} yet."


def unread_words(account: Account) -> str:
    """Why an account can't be read, and since when; "" where it can be."""
    since = phrases.iso_day(account.unread_since)
    if account.state == AccountState.RECONNECT:
        return shown(account.problem) + (f" Not read since {since}." if since else "")
    return f"could not be read since {since}: {shown(account.unread_why)}" if since else ""


def standing_words(standing: Standing, says: Mapping[Use, Permission] | None = None) -> str:
    """`✗ conflicts`."""
    return f"{SYMBOLS[standing]} {standing_name(standing, says or {})}"


def standing_count(standing: Standing, number: int) -> str:
    """`1 agrees`, `1,200 agree`."""
    one, many = STANDING_NAMES_COUNTED[standing], STANDING_NAMES_OF_MANY[standing]
    return phrases.counted(number, one, many)


def standing_of_all(standing: Standing, _number: int) -> str:
    """`agrees`: what holds for all recordings is not counted by recording."""
    return STANDING_NAMES_COUNTED[standing]


def consent_words(consent: Mapping[Use, Permission]) -> str:
    """A consent in one phrase: the name of a preset, or answer by answer."""
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


def joined(parts: Iterable[str]) -> str:
    """The parts that say something, with commas."""
    return ", ".join(part for part in parts if part)
