"""What a comparison of two versions says, as values. Loads neither rules nor parsers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from rightsdesk.consent import Use
from rightsdesk.sentences import together, worded


class Direction(StrEnum):
    """Which way a change goes."""

    WIDENS = "widens"
    NARROWS = "narrows"
    NEW_SWITCH = "new_switch"
    UNCLEAR = "unclear"
    NONE = "none"


class Stated(StrEnum):
    """What a sentence states about what its rules name. REACHES: a licence covers prompts, too."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    CHOICE = "choice"
    REACHES = "reaches"


_FORMS = {
    (Stated.ALLOWED, True): "Now allowed: {what}.",
    (Stated.ALLOWED, False): "No longer stated as allowed: {what}.",
    (Stated.FORBIDDEN, True): "Now forbidden: {what}.",
    (Stated.FORBIDDEN, False): "No longer stated as forbidden: {what}.",
    (Stated.CHOICE, True): "Now with a choice: {what}.",
    (Stated.CHOICE, False): "No longer stated as with a choice: {what}.",
    (Stated.REACHES, True): "The licence that lets AI train reaches prompts and outputs.",
    (
        Stated.REACHES,
        False,
    ): "The licence that lets AI train no longer reaches prompts and outputs.",
}


@dataclass(frozen=True, slots=True)
class ParagraphReason:
    """Why a paragraph counts as changed: what is stated now, or no longer.

    `what` are the reasons of the rules, in English as in `rules.toml`; `rules` are their ids.
    """

    stated: Stated
    is_new: bool
    what: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The reason in words, with the rules."""
        named = ", ".join(self.rules)
        return together(
            (
                worded(_FORMS[self.stated, self.is_new], what=together(self.what, "; ")),
                worded("Rule: {rule}.", rule=named)
                if len(self.rules) == 1
                else worded("Rules: {rules}.", rules=named),
            )
        )


@dataclass(frozen=True, slots=True)
class ChangedParagraph:
    """A paragraph that changed what AI may do: its old and new text ("" if there is none).

    `why` is in English; it keeps its form where the `reasons` are known.
    """

    old: str
    new: str
    why: str
    reasons: tuple[ParagraphReason, ...] = ()

    @classmethod
    def because(cls, old: str, new: str, reasons: tuple[ParagraphReason, ...]) -> Self:
        """A paragraph with its reasons, which say why."""
        return cls(old, new, together(reason.sentence for reason in reasons), reasons)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether and how two versions differ in what AI may do with uploaded content."""

    ai_relevant: bool
    direction: Direction
    uses: tuple[Use, ...]
    broken_fetch: bool
    paragraphs: tuple[ChangedParagraph, ...]
    broken_why: str = ""
    """Which version is broken, and what is wrong with it; "" if none is."""
    broken_version: str = ""
    """"old" or "new"; "" if none is broken."""
    broken_whole: bool = False
    """Whether nothing of the broken version can be used. If not, only parts are missing."""
