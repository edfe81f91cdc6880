"""Prompts at the terminal: yes or no, and secrets.

Questions go to stderr, since stdout is for results. Secrets are never arguments: the process list
would show them to everyone on the machine.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

from rightsdesk.enums.causes import Cause
from rightsdesk.errors import KnownError
from rightsdesk.roster import passphrases
from rightsdesk.roster.passphrase_prompts import IF_LOST, PromptReason

PEM_BEGINS, PEM_ENDS = "-----BEGIN ", "-----END "
LONGEST_LINE, MOST_LINES = 100_000, 1000
"""Limits for reading a secret, far above the size of any key."""


class NoTerminal(KnownError):
    """A secret is needed, and there is no terminal to ask for it."""

    cause = Cause.NO_TERMINAL


def is_interactive() -> bool:
    """Whether stdin is a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirmed(question: str) -> bool:
    """Ask a yes-or-no question. Return True only for a clear yes."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def passphrase(why: PromptReason) -> str:
    """Ask for the vault's passphrase if there is no keyring. Return "" if nothing is typed."""
    if not is_interactive():
        raise NoTerminal(
            "A passphrase protects your sign-ins, and there is no terminal to ask for it.",
            advice="Set RIGHTSDESK_PASSPHRASE, or run this in a terminal.",
        )
    if why is PromptReason.KNOWN:
        return getpass.getpass("Passphrase for your sign-ins: ")
    if why is PromptReason.WRONG:
        print(f"That was not the right passphrase. {IF_LOST}", file=sys.stderr)
        return getpass.getpass("Passphrase, or Enter to cancel: ")
    print(
        "This computer has no keyring for your sign-ins. Choose a passphrase that protects "
        f"them instead. {IF_LOST}",
        file=sys.stderr,
    )
    return new_passphrase()


def new_passphrase() -> str:
    """Ask for a new passphrase twice. Return "" if nothing is typed. Shows its strength."""
    while given := getpass.getpass("New passphrase: "):
        print(passphrases.hint(given), file=sys.stderr)
        if passphrases.flaw(given):
            continue
        if getpass.getpass("Repeat the passphrase: ") == given:
            break
        print("The two passphrases differ. Type it again.", file=sys.stderr)
    return given


def secret(prompt: str, *, from_stdin: bool) -> str:
    """Return a secret from stdin or from a prompt; "" without a terminal.

    It is one line, or a key in PEM, which is read up to its last line (RFC 7468).
    """
    if from_stdin:
        return _line_or_pem(lambda: sys.stdin.readline(LONGEST_LINE))
    if not is_interactive():
        return ""
    prompts = iter([prompt])
    return _line_or_pem(lambda: getpass.getpass(next(prompts, "")) + "\n")


def _line_or_pem(line: Callable[[], str]) -> str:
    first = line().rstrip("\r\n")
    if not first.startswith(PEM_BEGINS):
        return first
    lines = [first]
    while len(lines) < MOST_LINES and not lines[-1].startswith(PEM_ENDS) and (more := line()):
        lines.append(more.rstrip("\r\n"))
    return "\n".join(lines) + "\n"
