"""The exit codes, and the ways in which a command ends early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

from rightsdesk.errors import KnownError


class Exit(IntEnum):
    """What the exit code tells a script."""

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
            "name-missing",
            "no-account",
            "no-address",
            "no-iscc",
            "no-such-account",
            "no-such-artist",
            "no-such-day",
            "no-such-decision",
            "no-such-deed",
            "no-such-export",
            "no-such-finding",
            "no-such-job",
            "not-found",
            "not-offered",
            "not-text",
            "not-to-decide",
            "nothing-chosen",
            "site-not-known",
            "usage",
        }
    ),
    Exit.COULD_NOT_START: frozenset(
        {
            "another-at-work",
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
"""The exit code for the cause that ends a command; for every other cause it is `SOME_FAILED`.
docs/command-line.md has the same table."""

FIRST: Mapping[str, str] = {
    "nothing-chosen": "Choose first: rightsdesk consent set --artist NAME --preset no-ai",
    "site-not-known": "Say which site: --site URL",
    "no-account": "Connect one: rightsdesk account add PLATFORM --artist NAME",
}
"""What to give, or which command has to come first, by the cause that ends a command."""

_CODES = {cause: code for code, causes in CAUSES.items() for cause in causes}


def code_of(known: KnownError) -> Exit:
    """The exit code for an error that ended a command."""
    return _CODES.get(known.cause, Exit.SOME_FAILED)


class Ended(Exception):
    """A command that ends early, with what there is to tell.

    `known` is the cause in words. `document` is what the JSON document holds besides
    the error: a plan that was shown and not agreed to, say.
    """

    def __init__(
        self, code: Exit, known: KnownError, document: dict[str, Any] | None = None
    ) -> None:
        super().__init__(str(known))
        self.code = code
        self.known = known
        self.document = document or {}


class UsageProblem(KnownError):
    """The command line asks for something that cannot be meant."""

    cause = "usage"


class Stopped(KnownError):
    """The person pressed Ctrl-C, or the system asked the program to end."""

    cause = "cancelled"


def usage(sentence: str, advice: str = "", document: dict[str, Any] | None = None) -> Ended:
    """A usage problem, to be raised."""
    return Ended(Exit.USAGE, UsageProblem(sentence, advice=advice), document)


def stopped(sentence: str) -> Ended:
    """A cancellation with nothing to report, to be raised."""
    return Ended(Exit.CANCELLED, Stopped(sentence))


@contextmanager
def ending_with(code: Exit) -> Iterator[None]:
    """Known errors inside end the command with this code."""
    try:
        yield
    except KnownError as known:
        raise Ended(code, known) from known
