"""Questions to the person at the terminal: yes or no, and secrets.

Questions go to stderr, so that stdout holds results only. Secrets are never arguments:
anyone on the machine could read those in the list of processes.
"""

from __future__ import annotations

import getpass
import sys

from rightsdesk.errors import KnownError
from rightsdesk.roster import passphrases
from rightsdesk.roster.asking import IF_LOST, Asking


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


def passphrase(why: Asking) -> str:
    """The passphrase of the vault, where there is no keyring; "" where nothing is typed."""
    if not someone_is_there():
        raise NoOneToAsk(
            "A passphrase protects your sign-ins, and there is no terminal to ask for it.",
            advice="Set RIGHTSDESK_PASSPHRASE, or run this in a terminal.",
        )
    if why is Asking.KNOWN:
        return getpass.getpass("Passphrase for your sign-ins: ")
    if why is Asking.WRONG:
        print(f"That was not the right passphrase. {IF_LOST}", file=sys.stderr)
        return getpass.getpass("Passphrase, or Enter to leave it: ")
    print(
        "This computer has no keyring to keep your sign-ins safe. Make up a passphrase that "
        f"protects them instead. {IF_LOST}",
        file=sys.stderr,
    )
    return new_passphrase()


def new_passphrase() -> str:
    """A new passphrase, typed twice; "" where nothing is typed. Says how strong it is."""
    while given := getpass.getpass("New passphrase: "):
        print(passphrases.hint(given), file=sys.stderr)
        if passphrases.flaw(given):
            continue
        if getpass.getpass("The same once more: ") == given:
            break
        print("These were two different ones.", file=sys.stderr)
    return given


def secret(prompt: str, *, from_stdin: bool) -> str:
    """A secret from stdin (its first line), from the person, or none at all."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(prompt) if someone_is_there() else ""
