"""Questions to the person at the terminal: yes or no, and secrets.

Questions go to stderr, so that stdout holds results only. Secrets are never arguments:
anyone on the machine could read those in the list of processes.
"""

from __future__ import annotations

import getpass
import sys

from rightsdesk.errors import KnownError


class NoOneToAsk(KnownError):
    """A secret is needed, and there is no terminal to ask for it."""

    cause = "no-terminal"


def someone_is_there() -> bool:
    """Whether a person can answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def agreed(question: str) -> bool:
    """Ask yes or no; anything but a clear yes is a no."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def passphrase() -> str:
    """The passphrase of the vault, where there is no keyring."""
    if not someone_is_there():
        raise NoOneToAsk(
            "This computer has no keyring, and there is no terminal to ask for a passphrase.",
            advice="Set RIGHTSDESK_PASSPHRASE, or run this in a terminal.",
        )
    return getpass.getpass("Passphrase for your sign-ins (this computer has no keyring): ")


def secret(prompt: str, *, from_stdin: bool) -> str:
    """A secret from stdin (its first line), from the person, or none at all."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(prompt) if someone_is_there() else ""
