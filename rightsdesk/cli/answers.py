"""Reading `USE=PERMISSION` pairs and presets from the command line. Pure."""

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
"""What a preset may be called: its own name, and what its button says."""


@dataclass(frozen=True, slots=True)
class NewConsent:
    """What to do to a scope's own answers: start afresh from `base` (None: from what is
    there), then set some and drop some."""

    base: Consent | None
    answers: Mapping[Use, Permission | None]

    def over(self, own: Consent) -> Consent:
        """The scope's own answers afterwards."""
        start = own if self.base is None else self.base
        merged: dict[Use, Permission | None] = {**start, **self.answers}
        return Consent({use: given for use, given in merged.items() if given is not None})


def read_preset(name: str) -> Preset | None:
    """The preset of that name; None where none is given. Raises a usage problem."""
    if not name:
        return None
    found = PRESET_NAMES.get(name.strip().lower().replace(" ", "-"))
    if found is None:
        raise usage(f"There is no preset “{shown(name)}”.", f"There are: {', '.join(Preset)}.")
    return found


def read_answers(
    preset: Preset | None, pairs: Iterable[str], *, inherit: bool
) -> NewConsent | None:
    """What the command line asks for; None where it gives no answers at all.

    Raises a usage problem for words that are not ours: a misspelt answer must never be
    taken for another one.
    """
    answers = dict(map(_pair, pairs))
    if inherit and (preset or answers):
        raise usage("--inherit drops all own answers, so it goes with nothing else.")
    if inherit:
        return NewConsent(Consent(), {})
    if preset is None and not answers:
        return None
    return NewConsent(PRESETS[preset] if preset else None, answers)


def _pair(text: str) -> tuple[Use, Permission | None]:
    name, equals, word = text.partition("=")
    uses = {use.value: use for use in Use}
    use = uses.get(name.strip().lower().replace("-", "_"))
    if not equals or use is None:
        known = ", ".join(each.token for each in Use)
        raise usage(f"“{shown(text)}” is not USE=PERMISSION.", f"Uses: {known}.")
    word = word.strip().lower()
    if word == INHERIT:
        return use, None
    if word not in PERMISSION_WORDS:
        raise usage(f"“{shown(word)}” is no answer.", "Say no, ask, yes or inherit.")
    return use, PERMISSION_WORDS[word]
