"""AIPREF: the IETF's vocabulary, as a `Content-Usage` field.

Source: draft-ietf-aipref-vocab-07 and draft-ietf-aipref-attach-05 (both 2026-08-19).
Two labels: `train-ai` (training of models that generate) and `search`; tokens `y` and
`n`. There is no "ask me": it is written as no. Other keys and values are ignored, as
the draft asks; where several statements apply, the most restrictive one wins.

The labels of drafts 02 to 04 are no longer the vocabulary's, but are still met. They can
only refuse here: what one of them allowed was meant in another vocabulary.
"""

from collections.abc import Iterator, Mapping

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.consent.dialects.structured import parse_tokens, write_tokens
from rightsdesk.consent.dialects.tdmrep import COVERED
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use

LABELS = {Use.GENERATIVE_TRAINING: "train-ai", Use.SEARCH: "search"}
TOKENS = {"y": Permission.ALLOWED, "n": Permission.PROHIBITED}
_ANYTHING = (*COVERED, Use.AI_INPUT)
REFUSED_BY_OLD = {
    "all": _ANYTHING,
    "bots": _ANYTHING,
    "train-genai": (Use.GENERATIVE_TRAINING,),
    "ai-use": (Use.AI_INPUT,),
    "ai-output": (Use.AI_INPUT,),
}
"""What a no to a label of the older drafts refuses. `train-ai` stood for all training then."""


class Aipref(Dialect):
    """`Content-Usage: train-ai=n, search=y`, as a field inside the file."""

    id = "aipref"
    name = "AIPREF"
    fields = ("CONTENT-USAGE",)
    single = 1

    def encode(self, declaration: Declaration) -> Fields:
        """Each label whose use is stated; anything but allowed is `n`."""
        said = {
            label: "y" if declaration.consent[use] is Permission.ALLOWED else "n"
            for use, label in LABELS.items()
            if use in declaration.consent
        }
        return {self.fields[0]: (write_tokens(said),)} if said else {}

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the values; labels without `y` or `n` say nothing."""
        return strictest(self._one(value) for value in fields.get(self.fields[0], ()))

    def _one(self, value: str) -> Consent:
        said = parse_tokens(value, self.name)
        answers = {use: TOKENS[said[lab]] for use, lab in LABELS.items() if said.get(lab) in TOKENS}
        return strictest([answers, dict.fromkeys(_refused(said), Permission.PROHIBITED)])


def _refused(said: Mapping[str, str]) -> Iterator[Use]:
    """What the labels of the older drafts forbid."""
    if said.get("train-ai") == "n" and not REFUSED_BY_OLD.keys().isdisjoint(said):
        yield Use.OTHER_TRAINING
    for label, uses in REFUSED_BY_OLD.items():
        if said.get(label) == "n":
            yield from uses


class AiprefHeader(Aipref):
    """The same as an HTTP response header, the place that the draft defines for it."""

    id = "aipref-header"
    name = "AIPREF (header)"
    fields = ("content-usage",)
