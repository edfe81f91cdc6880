"""Exit codes, and exceptions that end a command early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

from rightsdesk.errors import KnownError


class Exit(IntEnum):
    """The exit codes of the program."""

    DONE = 0
    SOME_FAILED = 1
    USAGE = 2
    COULD_NOT_START = 3
    CANCELLED = 130


CAUSES: Mapping[Exit, frozenset[str]] = {
    Exit.USAGE: frozenset(
        {
            "already-there",
            "artist-exists",
            "details-flawed",
            "form-flawed",
            "letter-fixed",
            "letter-open",
            "licence-flaw",
            "music-folder-needed",
            "name-missing",
            "no-account",
            "no-address",
            "no-document",
            "no-feed-address",
            "no-certificate",
            "no-iscc",
            "no-such-account",
            "no-such-alarm",
            "no-such-artist",
            "no-such-day",
            "no-such-decision",
            "no-such-deed",
            "no-such-export",
            "no-such-finding",
            "no-such-form",
            "no-stamp-source",
            "no-such-job",
            "no-such-letter",
            "no-such-licence",
            "no-such-stamp",
            "not-a-library",
            "not-found",
            "not-offered",
            "not-text",
            "not-to-decide",
            "nothing-chosen",
            "nothing-reserved",
            "nothing-to-import",
            "nothing-to-watch",
            "site-not-known",
            "usage",
        }
    ),
    Exit.COULD_NOT_START: frozenset(
        {
            "another-at-work",
            "config-flawed",
            "data-folder",
            "database-damaged",
            "key-missing",
            "keyring-absent",
            "keyring-denied",
            "keyring-locked",
            "keyring-unknown",
            "locale",
            "no-backup",
            "no-home",
            "no-terminal",
            "no-window",
            "passphrase-needed",
            "vault",
            "wrong-passphrase",
        }
    ),
    Exit.CANCELLED: frozenset({"cancelled", "sign-in-cancelled"}),
}
"""The exit code for each cause that ends a command; all other causes exit with `SOME_FAILED`.

docs/command-line.md has the same table.
"""

FIRST: Mapping[str, str] = {
    "no-feed-address": "Name it: rightsdesk update on ADDRESS",
    "music-folder-needed": "Name it: --music-folder DIR (`directory` in beets' configuration).",
    "nothing-chosen": "Set a consent first: rightsdesk consent set --artist NAME --preset no-ai",
    "site-not-known": "Name the site: --site URL",
    "no-such-deed": "To see them: rightsdesk history",
    "no-such-job": "To see them: rightsdesk jobs",
    "no-account": "Connect one: rightsdesk account add PLATFORM --artist NAME",
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

    cause = "usage"


class NotWidened(KnownError):
    """A change lets AI do more than before, and that was not allowed."""

    cause = "widening"

    def __init__(
        self, sentence: str = "Nothing was changed: this lets AI do more than before."
    ) -> None:
        super().__init__(sentence, advice="Add --allow-widening to allow it.")


class Stopped(KnownError):
    """The person pressed Ctrl-C, or the system asked the program to end."""

    cause = "cancelled"


def usage(sentence: str, advice: str = "", document: dict[str, Any] | None = None) -> EarlyExit:
    """Return a usage error, to be raised."""
    return EarlyExit(Exit.USAGE, UsageProblem(sentence, advice=advice), document)


def stopped(sentence: str) -> EarlyExit:
    """Return a cancellation without a report, to be raised."""
    return EarlyExit(Exit.CANCELLED, Stopped(sentence))


@contextmanager
def ending_with(code: Exit) -> Iterator[None]:
    """End the command with this code if a known error is raised inside."""
    try:
        yield
    except KnownError as error:
        raise EarlyExit(code, error) from error
