"""The exit codes, and the ways in which a command ends early."""

from __future__ import annotations

from collections.abc import Iterator
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


COULD_NOT_START = frozenset({"another-at-work", "database-damaged", "locale", "no-home"})
"""The causes that keep a command from starting, wherever they are met."""


USAGE = frozenset(
    {"no-such-job", "not-text", "no-such-finding", "no-such-decision", "not-to-decide"}
)
"""The causes that lie in what was asked for."""


def code_of(known: KnownError) -> Exit:
    """The exit code for an error that ended a command."""
    if known.cause in COULD_NOT_START:
        return Exit.COULD_NOT_START
    return Exit.USAGE if known.cause in USAGE else Exit.SOME_FAILED


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


class NotText(UsageProblem):
    """An argument is no text in the encoding of this terminal."""

    cause = "not-text"


class AsciiOnly(KnownError):
    """The locale knows ASCII only, and there is other text."""

    cause = "locale"


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
