"""AIPREF: the IETF's vocabulary, as a `Content-Usage` field.

Source: draft-ietf-aipref-vocab-08 (2026-09-14) and draft-ietf-aipref-attach-05 (2026-08-19).
Three labels with the tokens `y` and `n`: `train-ai` (training of models that generate),
`ai-use` (input to such a model that its user did not bring) and `search`. There is no "ask
me": it is written as no. Other keys and values are ignored, as the draft asks; where several
statements apply, the most restrictive one wins.

`search=y` overrides the other two inside of search (section 4.3): it also allows to train
models for search and to feed them. So it is written only where all of that is allowed.

The labels of drafts 02 to 04 are no longer the vocabulary's, but are still met. They can
only refuse here: what one of them allowed was meant in another vocabulary.
"""

from collections.abc import Iterator, Mapping

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.coarse import granted
from rightsdesk.consent.dialects.web.structured import parse_tokens, write_tokens
from rightsdesk.consent.dialects.web.tdmrep import COVERED
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use

LABELS = {
    Use.GENERATIVE_TRAINING: "train-ai",
    Use.AI_INPUT: "ai-use",
    Use.SEARCH: "search",
}
TOKENS = {"y": Permission.ALLOWED, "n": Permission.PROHIBITED}
INSIDE_SEARCH = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.AI_INPUT)
"""What `search=y` also allows inside of search."""

_ANYTHING = (*COVERED, Use.AI_INPUT)
REFUSED_BY_OLD = {
    "all": _ANYTHING,
    "bots": _ANYTHING,
    "train-genai": (Use.GENERATIVE_TRAINING,),
    "ai-output": (Use.AI_INPUT,),
}
"""What a no to a label of the older drafts refuses. `train-ai` stood for all training then."""


class Aipref(Dialect):
    """`Content-Usage: train-ai=n, ai-use=n`, as a field inside the file."""

    id = "aipref"
    name = "AIPREF"
    fields = ("CONTENT-USAGE",)
    single = 1

    def encode(self, declaration: Declaration) -> Fields:
        """Each label whose use is stated; anything but allowed is `n`."""
        consent = declaration.consent
        said = {
            label: "y" if consent[use] is Permission.ALLOWED else "n"
            for use, label in LABELS.items()
            if use in consent
        }
        if said.get("search") == "y" and not granted(consent, INSIDE_SEARCH):
            del said["search"]
        return {self.fields[0]: (write_tokens(said),)} if said else {}

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the values; labels without `y` or `n` say nothing."""
        return strictest(self._one(value) for value in fields.get(self.fields[0], ()))

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """Why a yes to search is not said, and what a no to AI input leaves open."""
        said = self.encode(declaration)
        consent = declaration.consent
        notes = []
        if consent.get(Use.SEARCH) is Permission.ALLOWED and not granted(consent, INSIDE_SEARCH):
            notes.append(
                f"In {self.name}, yes to search also allows training and AI input inside search "
                "engines. So it is left out."
            )
        if said and consent.get(Use.AI_INPUT) in (Permission.PROHIBITED, Permission.CONSTRAINED):
            notes.append(f"{self.name} has no word for music that a person feeds to AI themselves.")
        return tuple(notes)

    def caveats(self, fields: Fields) -> tuple[str, ...]:
        """What a yes to search overrides."""
        try:
            said = self.decode(fields)
        except DialectError:
            return ()
        if said.get(Use.SEARCH) is not Permission.ALLOWED or granted(said, INSIDE_SEARCH):
            return ()
        return ("“search=y” also allows training and AI input inside search engines.",)

    def _one(self, value: str) -> Consent:
        said = parse_tokens(value, self.name)
        old = not REFUSED_BY_OLD.keys().isdisjoint(said)
        answers = {
            use: TOKENS[said[label]]
            for use, label in LABELS.items()
            if said.get(label) in TOKENS and not (old and said[label] == "y" and label == "ai-use")
        }
        return strictest([answers, dict.fromkeys(_refused(said, old=old), Permission.PROHIBITED)])


def _refused(said: Mapping[str, str], *, old: bool) -> Iterator[Use]:
    """What the labels of the older drafts forbid."""
    if said.get("train-ai") == "n" and old:
        yield Use.OTHER_TRAINING
    for label, uses in REFUSED_BY_OLD.items():
        if said.get(label) == "n":
            yield from uses


class AiprefHeader(Aipref):
    """The same as an HTTP response header, the place that the draft defines for it."""

    id = "aipref-header"
    name = "AIPREF (header)"
    fields = ("content-usage",)
