"""Results of comparing audio with its state before RightsDesk's first change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AudioState(StrEnum):
    """The result of comparing a file's audio with its state before the first change."""

    SAME = "same"
    CHANGED = "changed"
    NOT_RECORDED = "not recorded"
    UNTOUCHED = "never touched"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class VerifiedFile:
    """A file, and whether its audio is unchanged since before RightsDesk's first change.

    `changed`: another program has changed the audio, unknown which. `not recorded`: RightsDesk
    changed the file without noting its audio before; from now on it is noted. `problem` says why a
    file could not be read.
    """

    path: str
    state: AudioState
    problem: str = ""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The result of verifying files."""

    files: tuple[VerifiedFile, ...]
    cancelled: bool = False

    @property
    def counts(self) -> dict[AudioState, int]:
        """The number of files per state, without zeros."""
        counted = {state: sum(f.state is state for f in self.files) for state in AudioState}
        return {state: number for state, number in counted.items() if number}
