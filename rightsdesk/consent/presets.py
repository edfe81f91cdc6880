"""The four ready-made choices. Each is a plain consent that a person can then change."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rightsdesk.consent.consent import Consent
from rightsdesk.consent.uses import AI_USES, Permission, Use


class Preset(StrEnum):
    """A ready-made choice, by the name the command line uses."""

    NO_AI = "no-ai"
    NO_GENERATIVE = "no-generative"
    ASK_FIRST = "ask-first"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class PresetText:
    """A preset in words: what the button says, and what choosing it means."""

    title: str
    meaning: str


_FOUND = {Use.SEARCH: Permission.ALLOWED, Use.RECOMMENDATION: Permission.ALLOWED}

PRESETS: Mapping[Preset, Consent] = {
    Preset.NO_AI: Consent(dict.fromkeys(AI_USES, Permission.PROHIBITED) | _FOUND),
    # Says nothing of other training and of data mining: to allow those is an opt-in,
    # and opting in is never part of a preset that people choose to say no.
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
        "AI that makes music or voices may not learn from this, imitate it or use it. "
        "Nothing is said about other AI, but the standard for data mining cannot tell the two "
        "apart and reserves that too.",
    ),
    Preset.ASK_FIRST: PresetText(
        "Ask me first",
        "AI uses need a licence from you. Search and recommendations stay allowed.",
    ),
    Preset.OPEN: PresetText("Open", "Everything is allowed, AI training included."),
}


def preset_of(consent: Consent) -> Preset | None:
    """The preset that says exactly this, if there is one."""
    return next((name for name, preset in PRESETS.items() if preset == consent), None)
