"""What verdicts on the audio are called, in the window and on the command line alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from rightsdesk.workspace.types import Verdict


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """A verdict on a file's audio: in a word or two, in a sentence, and what to do about it."""

    name: str
    meaning: str
    advice: str = ""


VERDICT_WORDS: Mapping[Verdict, VerdictWords] = {
    Verdict.SAME: VerdictWords(
        "proven", "The audio is what it was before RightsDesk first changed the file."
    ),
    Verdict.CHANGED: VerdictWords(
        "different",
        "The audio is no longer what it was before RightsDesk first changed the file.",
        "RightsDesk compares the audio at each change that it makes; so another program or the "
        "disk did this. If it was not meant, take the file from a backup.",
    ),
    Verdict.UNREADABLE: VerdictWords(
        "unreadable",
        "The audio could not be read.",
        "Look whether the file is there and plays; if not, take it from a backup.",
    ),
    Verdict.NOT_RECORDED: VerdictWords(
        "not noted",
        "RightsDesk changed the file without noting first what its audio was.",
        "There is nothing to compare with, and what the audio is now proves nothing.",
    ),
    Verdict.UNTOUCHED: VerdictWords(
        "not touched yet", "RightsDesk has never changed the file: there is nothing to prove."
    ),
}

TO_LOOK_AT = (Verdict.CHANGED, Verdict.UNREADABLE, Verdict.NOT_RECORDED)
"""The verdicts whose files are named, the most pressing first."""
