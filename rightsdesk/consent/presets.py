"""The four presets. Each is a plain consent that a person can then change."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rightsdesk.consent.consent import Consent
from rightsdesk.consent.uses import AI_USES, Permission, Use


class Preset(StrEnum):
    """A ready-made consent, by its name on the command line."""

    NO_AI = "no-ai"
    NO_GENERATIVE = "no-generative"
    ASK_FIRST = "ask-first"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class PresetText:
    """A preset in words: the label of its button, and what choosing it means."""

    title: str
    meaning: str


_FOUND = {Use.SEARCH: Permission.ALLOWED, Use.RECOMMENDATION: Permission.ALLOWED}

PRESETS: Mapping[Preset, Consent] = {
    Preset.NO_AI: Consent(dict.fromkeys(AI_USES, Permission.PROHIBITED) | _FOUND),
    # States nothing about other training and data mining: allowing those is an opt-in, and no
    # preset that people choose to say no may opt in.
    Preset.NO_GENERATIVE: Consent(
        {
            Use.GENERATIVE_TRAINING: Permission.PROHIBITED,
            Use.LIKENESS: Permission.PROHIBITED,
            Use.AI_INPUT: Permission.PROHIBITED,
        }
        | _FOUND
    ),
    Preset.ASK_FIRST: Consent(dict.fromkeys(AI_USES, Permission.CONSTRAINED) | _FOUND),
    Preset.OPEN: Consent(dict.fromkeys(Use, Permission.ALLOWED)),
}

PRESET_TEXTS: Mapping[Preset, PresetText] = {
    Preset.NO_AI: PresetText(
        "No AI",
        "No training, no imitation, no AI input, no data mining. "
        "Search and recommendations stay allowed.",
    ),
    Preset.NO_GENERATIVE: PresetText(
        "No generative AI",
        "AI that makes music or voices may not learn from this, imitate it or use it as input. "
        "You say nothing about other AI and data mining. Formats with one word for all of it, "
        "such as TDM reservations, say No to them too.",
    ),
    Preset.ASK_FIRST: PresetText(
        "Ask me first",
        "AI uses need a licence from you. Search and recommendations stay allowed.",
    ),
    Preset.OPEN: PresetText("Open", "Everything is allowed, AI training included."),
}


def read_as(stated: Consent, declared: Consent | None) -> Consent:
    """The consent to name a reading by: what was declared, if the reading only reserves more.

    Several standards have one word for training and data mining. So a file that declares “No
    generative AI” reserves all that “No AI” does, and would go by that name.
    """
    if not declared or stated == declared:
        return stated
    more = (answer for use, answer in stated.items() if use not in declared)
    whole = all(stated.get(use) is answer for use, answer in declared.items())
    only_reserves = all(answer is Permission.PROHIBITED for answer in more)
    return declared if whole and only_reserves else stated


def preset_of(consent: Consent) -> Preset | None:
    """The preset that equals this consent; None if there is none."""
    return next((name for name, preset in PRESETS.items() if preset == consent), None)
