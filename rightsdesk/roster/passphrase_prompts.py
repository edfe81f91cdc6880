"""Reasons for which the vault asks for a passphrase. Each needs another text."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class PromptReason(Enum):
    """Why the passphrase is requested."""

    NEW = "new"
    """There is none yet: the person chooses one, and will need it again."""
    KNOWN = "known"
    """To open what it protects."""
    WRONG = "wrong"
    """The same, after a wrong passphrase."""


PassphraseQuestion = Callable[[PromptReason], str]
"""Asks a person for a passphrase. An empty answer means "not now"."""

IF_LOST = (
    "No one can recover it for you. If it is lost, RightsDesk makes a new key when you connect "
    "an account again, and all accounts have to be connected again; nothing else is lost."
)
"""What happens if it is lost. Shown when it is chosen, and after a wrong one."""
