"""Read `USE=PERMISSION` pairs and presets from the command line. No input or output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rightsdesk.cli.exits import usage
from rightsdesk.cli.output.words import shown
from rightsdesk.consent import PRESETS, Consent, Permission, Preset, Use
from rightsdesk.consent.presets import PRESET_TEXTS

PERMISSION_WORDS: Mapping[str, Permission] = {
    "n": Permission.PROHIBITED,
    "no": Permission.PROHIBITED,
    "ask": Permission.CONSTRAINED,
    "y": Permission.ALLOWED,
    "yes": Permission.ALLOWED,
    **{permission.value: permission for permission in Permission},
}
INHERIT = "inherit"
PRESET_NAMES: Mapping[str, Preset] = {
    **{text.title.lower().replace(" ", "-"): preset for preset, text in PRESET_TEXTS.items()},
    **{preset.value: preset for preset in Preset},
}
"""Accepted names of presets: the preset's id and the text of its button."""


@dataclass(frozen=True, slots=True)
class NewConsent:
    """The edit of a scope's own answers.

    It starts from `base` (None: from the present answers), then sets or drops single answers.
    """

    base: Consent | None
    answers: Mapping[Use, Permission | None]

    def over(self, own: Consent) -> Consent:
        """Return the scope's own answers after the edit."""
        start = own if self.base is None else self.base
        merged: dict[Use, Permission | None] = {**start, **self.answers}
        return Consent({use: given for use, given in merged.items() if given is not None})


def read_preset(name: str) -> Preset | None:
    """Return the preset with this name; None for "". Raises a usage error."""
    if not name:
        return None
    found = PRESET_NAMES.get(name.strip().lower().replace(" ", "-"))
    if found is None:
        raise usage(f"There is no preset “{shown(name)}”.", f"There are: {', '.join(Preset)}.")
    return found


def read_answers(
    preset: Preset | None, pairs: Iterable[str], *, inherit: bool
) -> NewConsent | None:
    """Return the edit that the command line asks for; None if it names no answers.

    Raises a usage error for unknown words: a misspelt answer must never be read as another.
    """
    answers = dict(map(_pair, pairs))
    if inherit and (preset or answers):
        raise usage("--inherit drops all own answers. It can't be combined with other answers.")
    if inherit:
        return NewConsent(Consent(), {})
    if preset is None and not answers:
        return None
    return NewConsent(PRESETS[preset] if preset else None, answers)


def _pair(text: str) -> tuple[Use, Permission | None]:
    name, equals, answer = text.partition("=")
    uses = {use.value: use for use in Use}
    use = uses.get(name.strip().lower().replace("-", "_"))
    if not equals or use is None:
        uses_text = ", ".join(use_.token for use_ in Use)
        raise usage(f"“{shown(text)}” is not USE=PERMISSION.", f"Uses: {uses_text}.")
    answer = answer.strip().lower()
    if answer == INHERIT:
        return use, None
    if answer not in PERMISSION_WORDS:
        raise usage(f"“{shown(answer)}” is not an answer.", "Use no, ask, yes or inherit.")
    return use, PERMISSION_WORDS[answer]
