"""AIPREF: the IETF's vocabulary, as a `Content-Usage` field.

Source: draft-ietf-aipref-vocab-08 (2026-09-14) and draft-ietf-aipref-attach-05 (2026-08-19). Three
labels with the tokens `y` and `n`: `train-ai` (training of models that generate), `ai-use` (input
to such a model that its user did not bring) and `search`. There is no "ask me": it is written as
no. Other keys and values are ignored, as the draft requires. If several statements apply, the most
restrictive one wins.

`search=y` overrides the other two inside of search (section 4.3): it also allows training models
for search and feeding them. So it is written only if all of that is allowed.

The labels of drafts 02 to 04 have left the vocabulary but are still in use. Here they can only
refuse: what they allowed was defined by another vocabulary.
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
from rightsdesk.sentences import worded

LABELS = {
    Use.GENERATIVE_TRAINING: "train-ai",
    Use.AI_INPUT: "ai-use",
    Use.SEARCH: "search",
}
TOKENS = {"y": Permission.ALLOWED, "n": Permission.PROHIBITED}
INSIDE_SEARCH = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.AI_INPUT)
"""Uses that `search=y` also allows inside of search."""

_ANYTHING = (*COVERED, Use.AI_INPUT)
REFUSED_BY_OLD = {
    "all": _ANYTHING,
    "bots": _ANYTHING,
    "train-genai": (Use.GENERATIVE_TRAINING,),
    "ai-output": (Use.AI_INPUT,),
}
"""Uses that a no to a label of the older drafts refuses. `train-ai` meant all training then."""


class Aipref(Dialect):
    """`Content-Usage: train-ai=n, ai-use=n`, as a field inside the file."""

    id = "aipref"
    name = "AIPREF"
    fields = ("CONTENT-USAGE",)
    single = 1

    def encode(self, declaration: Declaration) -> Fields:
        """Each label whose use is stated; anything but allowed is `n`."""
        consent = declaration.consent
        answers = {
            label: "y" if consent[use] is Permission.ALLOWED else "n"
            for use, label in LABELS.items()
            if use in consent
        }
        if answers.get("search") == "y" and not granted(consent, INSIDE_SEARCH):
            del answers["search"]
        return {self.fields[0]: (write_tokens(answers),)} if answers else {}

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the values; labels without `y` or `n` state nothing."""
        return strictest(self._of_value(value) for value in fields.get(self.fields[0], ()))

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """Why a yes to search is left out, and what a no to AI input leaves open."""
        encoded = self.encode(declaration)
        consent = declaration.consent
        notes = []
        if consent.get(Use.SEARCH) is Permission.ALLOWED and not granted(consent, INSIDE_SEARCH):
            notes.append(
                worded(
                    "{name} says nothing about search, though you say Yes: a yes there would also "
                    "allow training AI and AI input inside search engines.",
                    name=self.name,
                )
            )
        if encoded and consent.get(Use.AI_INPUT) in (Permission.PROHIBITED, Permission.CONSTRAINED):
            notes.append(
                worded(
                    "{name} has no word for music that a person feeds to AI themselves.",
                    name=self.name,
                )
            )
        return tuple(notes)

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """What a yes to search overrides."""
        try:
            consent = self.decode(fields)
        except DialectError:
            return ()
        if consent.get(Use.SEARCH) is not Permission.ALLOWED or granted(consent, INSIDE_SEARCH):
            return ()
        return ("“search=y” also allows training and AI input inside search engines.",)

    def _of_value(self, value: str) -> Consent:
        tokens = parse_tokens(value, self.name)
        old = not REFUSED_BY_OLD.keys().isdisjoint(tokens)
        answers = {
            use: TOKENS[tokens[label]]
            for use, label in LABELS.items()
            if tokens.get(label) in TOKENS
            and not (old and tokens[label] == "y" and label == "ai-use")
        }
        return strictest([answers, dict.fromkeys(_refused(tokens, old=old), Permission.PROHIBITED)])


def _refused(tokens: Mapping[str, str], *, old: bool) -> Iterator[Use]:
    """The uses that labels of the older drafts forbid."""
    if tokens.get("train-ai") == "n" and old:
        yield Use.OTHER_TRAINING
    for label, uses in REFUSED_BY_OLD.items():
        if tokens.get(label) == "n":
            yield from uses


class AiprefHeader(Aipref):
    """AIPREF as an HTTP response header, the place that the draft defines for it."""

    id = "aipref-header"
    name = "AIPREF (header)"
    fields = ("content-usage",)
