"""Why the vault asks for a passphrase: what a person needs to be told is different each time."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class PromptReason(Enum):
    """What the passphrase is asked for."""

    NEW = "new"
    """There is none yet: one is to be made up, and will be needed again."""
    KNOWN = "known"
    """To open what it protects."""
    WRONG = "wrong"
    """The same, after one that was not right."""


Ask = Callable[[PromptReason], str]
"""Asks a person; an empty answer means "not now"."""

IF_LOST = (
    "Nobody can find it out for you. If it is lost, RightsDesk makes a new key when you connect "
    "an account again, and all accounts have to be connected again; nothing else is lost."
)
"""What happens without it: said where it is made up, and where it was not right."""
