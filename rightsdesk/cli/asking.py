"""Questions to the person at the terminal: yes or no, and secrets.

Questions go to stderr, so that stdout holds results only. Secrets are never arguments:
anyone on the machine could read those in the list of processes.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

from rightsdesk.errors import KnownError
from rightsdesk.roster import passphrases
from rightsdesk.roster.passphrase_prompts import IF_LOST, PromptReason

PEM_BEGINS, PEM_ENDS = "-----BEGIN ", "-----END "
LONGEST_LINE, MOST_LINES = 100_000, 1000
"""What is read of a secret: far more than any key has."""


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


def passphrase(why: PromptReason) -> str:
    """The passphrase of the vault, where there is no keyring; "" where nothing is typed."""
    if not someone_is_there():
        raise NoOneToAsk(
            "A passphrase protects your sign-ins, and there is no terminal to ask for it.",
            advice="Set RIGHTSDESK_PASSPHRASE, or run this in a terminal.",
        )
    if why is PromptReason.KNOWN:
        return getpass.getpass("Passphrase for your sign-ins: ")
    if why is PromptReason.WRONG:
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
    """A secret from stdin, from the person, or none at all.

    It is one line, or a key in PEM: that goes on to the line that ends it (RFC 7468).
    """
    if from_stdin:
        return _whole(lambda: sys.stdin.readline(LONGEST_LINE))
    if not someone_is_there():
        return ""
    asked = iter([prompt])
    return _whole(lambda: getpass.getpass(next(asked, "")) + "\n")


def _whole(line: Callable[[], str]) -> str:
    first = line().rstrip("\r\n")
    if not first.startswith(PEM_BEGINS):
        return first
    lines = [first]
    while len(lines) < MOST_LINES and not lines[-1].startswith(PEM_ENDS) and (more := line()):
        lines.append(more.rstrip("\r\n"))
    return "\n".join(lines) + "\n"
