"""Exit codes, and exceptions that end a command early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError


class Exit(IntEnum):
    """The exit codes of the program."""

    DONE = 0
    SOME_FAILED = 1
    USAGE = 2
    COULD_NOT_START = 3
    CANCELLED = 130


CAUSES: Mapping[Exit, frozenset[Cause]] = {
    Exit.USAGE: frozenset(
        {
            Cause.ALREADY_THERE,
            Cause.ARTIST_EXISTS,
            Cause.DETAILS_FLAWED,
            Cause.FORM_FLAWED,
            Cause.LETTER_FIXED,
            Cause.LETTER_OPEN,
            Cause.LICENCE_FLAW,
            Cause.MUSIC_FOLDER_NEEDED,
            Cause.NAME_MISSING,
            Cause.NO_ACCOUNT,
            Cause.NO_ADDRESS,
            Cause.NO_DOCUMENT,
            Cause.NO_FEED_ADDRESS,
            Cause.NO_CERTIFICATE,
            Cause.NO_ISCC,
            Cause.NO_SUCH_ACCOUNT,
            Cause.NO_SUCH_ALARM,
            Cause.NO_SUCH_ARTIST,
            Cause.NO_SUCH_DAY,
            Cause.NO_SUCH_DECISION,
            Cause.NO_SUCH_DEED,
            Cause.NO_SUCH_EXPORT,
            Cause.NO_SUCH_FINDING,
            Cause.NO_SUCH_FORM,
            Cause.NO_STAMP_SOURCE,
            Cause.NO_SUCH_JOB,
            Cause.NO_SUCH_LETTER,
            Cause.NO_SUCH_LICENCE,
            Cause.NO_SUCH_STAMP,
            Cause.NOT_A_LIBRARY,
            Cause.NOT_FOUND,
            Cause.NOT_OFFERED,
            Cause.NOT_TEXT,
            Cause.NOT_TO_DECIDE,
            Cause.NOTHING_CHOSEN,
            Cause.NOTHING_RESERVED,
            Cause.NOTHING_TO_IMPORT,
            Cause.NOTHING_TO_WATCH,
            Cause.SITE_NOT_KNOWN,
            Cause.USAGE,
        }
    ),
    Exit.COULD_NOT_START: frozenset(
        {
            Cause.ANOTHER_AT_WORK,
            Cause.CONFIG_FLAWED,
            Cause.DATA_FOLDER,
            Cause.DATABASE_DAMAGED,
            Cause.KEY_MISSING,
            Cause.KEYRING_ABSENT,
            Cause.KEYRING_DENIED,
            Cause.KEYRING_LOCKED,
            Cause.KEYRING_UNKNOWN,
            Cause.LOCALE,
            Cause.NO_BACKUP,
            Cause.NO_HOME,
            Cause.NO_TERMINAL,
            Cause.NO_WINDOW,
            Cause.PASSPHRASE_NEEDED,
            Cause.VAULT,
            Cause.WRONG_PASSPHRASE,
        }
    ),
    Exit.CANCELLED: frozenset({Cause.CANCELLED, Cause.SIGN_IN_CANCELLED}),
}
"""The exit code for each cause that ends a command; all other causes exit with `SOME_FAILED`.

docs/command-line.md has the same table.
"""

FIRST: Mapping[Cause, str] = {
    Cause.NO_FEED_ADDRESS: "Name it: rightsdesk update on ADDRESS",
    Cause.MUSIC_FOLDER_NEEDED: "Name it: --music-folder DIR (`directory` in beets' configuration).",
    Cause.NOTHING_CHOSEN: (
        "Set a consent first: rightsdesk consent set --artist NAME --preset no-ai"
    ),
    Cause.SITE_NOT_KNOWN: "Name the site: --site URL",
    Cause.NO_STAMP_SOURCE: (
        "Choose an authority: rightsdesk stamp authority ADDRESS. "
        "Or use calendars: rightsdesk stamp calendars on."
    ),
    Cause.NO_SUCH_ALARM: "To see them: rightsdesk terms list",
    Cause.NO_SUCH_DECISION: "To see them: rightsdesk health list",
    Cause.NO_SUCH_DEED: "To see them: rightsdesk history",
    Cause.NO_SUCH_FINDING: "To see them: rightsdesk problems -v",
    Cause.NO_SUCH_JOB: "To see them: rightsdesk jobs",
    Cause.NO_SUCH_LETTER: "To see them: rightsdesk letter list",
    Cause.NO_SUCH_LICENCE: "To see them: rightsdesk licence list",
    Cause.NO_SUCH_STAMP: "To see them: rightsdesk stamp list",
    Cause.NO_ACCOUNT: "Connect one: rightsdesk account add PLATFORM --artist NAME",
}
"""Advice by cause: the missing option, or the command that has to come first."""

NEW_KEY = "To make a new key: rightsdesk account reconnect PLATFORM --new-vault-key"
"""Advice for any command that finds the key to the stored sign-ins lost."""

_CODES = {cause: code for code, causes in CAUSES.items() for cause in causes}


def exit_code(error: KnownError) -> Exit:
    """Return the exit code for an error that ended a command."""
    return _CODES.get(error.cause, Exit.SOME_FAILED)


def advice_for(error: KnownError) -> str:
    """Return what to do about an error, with the command that does it where there is one."""
    from rightsdesk.roster.vault_errors import VaultError  # of no use until something fails

    lost = isinstance(error, VaultError) and (error.lost or error.may_be_lost)
    if lost and "--new-vault-key" not in error.advice:
        return f"{error.advice} {NEW_KEY}".strip()
    return FIRST.get(error.cause, error.advice)


class EarlyExit(Exception):
    """A command ends early with this exit code and error.

    `document` is added to the JSON document besides the error, such as a plan that was not
    confirmed.
    """

    def __init__(
        self, code: Exit, error: KnownError, document: dict[str, Any] | None = None
    ) -> None:
        super().__init__(str(error))
        self.code = code
        self.known = error
        self.document = document or {}


class UsageProblem(KnownError):
    """The command line asks for something impossible or contradictory."""

    cause = Cause.USAGE


class NotWidened(KnownError):
    """A change lets AI do more than before, and that was not allowed."""

    cause = Cause.WIDENING

    def __init__(
        self, sentence: str = "Nothing was changed: this lets AI do more than before."
    ) -> None:
        super().__init__(sentence, advice="Add --allow-widening to allow it.")


class Stopped(KnownError):
    """The person pressed Ctrl-C, or the system asked the program to end."""

    cause = Cause.CANCELLED


def usage(sentence: str, advice: str = "", document: dict[str, Any] | None = None) -> EarlyExit:
    """Return a usage error, to be raised."""
    return EarlyExit(Exit.USAGE, UsageProblem(sentence, advice=advice), document)


def stopped(sentence: str) -> EarlyExit:
    """Return a cancellation without a report, to be raised."""
    return EarlyExit(Exit.CANCELLED, Stopped(sentence))


@contextmanager
def ending_with(code: Exit) -> Iterator[None]:
    """End the command with this code if a known error is raised inside, except wrong usage."""
    try:
        yield
    except KnownError as error:
        wrong_usage = exit_code(error) is Exit.USAGE
        raise EarlyExit(Exit.USAGE if wrong_usage else code, error) from error
