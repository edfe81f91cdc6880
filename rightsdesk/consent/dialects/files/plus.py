"""PLUS Data Mining: one value of a fixed vocabulary, in XMP.

Source: IPTC Photo Metadata Standard (since 2023.1) and the PLUS vocabulary
`http://ns.useplus.org/ldf/vocab/`, property `plus:DataMining`. It is made for images and video; in
audio it is legal XMP that generic readers show. One value covers training, mining and search, so
the most restrictive fitting value is chosen. What no value states goes into `plus:OtherConstraints`
in words. The three values that refer to another text state “Prohibited” first: whatever that text
does not name stays prohibited.
"""

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import DialectError, SharedFields
from rightsdesk.consent.dialects.coarse import granted, reserved
from rightsdesk.consent.dialects.files.sentence import stated_by, with_sentence
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.sentences import worded

VOCABULARY = "http://ns.useplus.org/ldf/vocab/"
VALUE, CONSTRAINTS = "plus:DataMining", "plus:OtherConstraints"

UNSPECIFIED = "DMI-UNSPECIFIED"
ALLOWED = "DMI-ALLOWED"
NO_TRAINING = "DMI-PROHIBITED-AIMLTRAINING"
NO_GENERATIVE = "DMI-PROHIBITED-GENAIMLTRAINING"
ONLY_SEARCH = "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING"
PROHIBITED = "DMI-PROHIBITED"
SEE_CONSTRAINT = "DMI-PROHIBITED-SEECONSTRAINT"
SEE_EMBEDDED = "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR"
SEE_LINKED = "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR"

TRAINING = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING)
MINING = (*TRAINING, Use.DATA_MINING)
ALL_BUT_SEARCH = (*MINING, Use.AI_INPUT, Use.RECOMMENDATION)
"""What a machine does with data that no exception names: includes AI input and recommendation."""


def _no(*uses: Use) -> Consent:
    return Consent(dict.fromkeys(uses, Permission.PROHIBITED))


MEANINGS = {
    UNSPECIFIED: Consent(),
    ALLOWED: Consent(dict.fromkeys(MINING, Permission.ALLOWED)),
    NO_TRAINING: _no(*TRAINING),
    NO_GENERATIVE: _no(Use.GENERATIVE_TRAINING),
    ONLY_SEARCH: _no(*ALL_BUT_SEARCH).overlaid({Use.SEARCH: Permission.ALLOWED}),
    PROHIBITED: _no(*ALL_BUT_SEARCH, Use.SEARCH),
    SEE_CONSTRAINT: _no(*MINING),
    SEE_EMBEDDED: _no(*MINING),
    SEE_LINKED: _no(*MINING),
}


def choose(consent: Consent) -> str:
    """The value for a consent; UNSPECIFIED if none fits without granting too much."""
    generative, other_training, mining, search = (consent.get(use) for use in (*MINING, Use.SEARCH))
    no, ask, yes = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
    if ask in (generative, other_training, mining, search):
        return SEE_CONSTRAINT
    if granted(consent, MINING):
        return SEE_CONSTRAINT if reserved(consent, Use) else ALLOWED
    if mining is no:
        return ONLY_SEARCH if search is yes else PROHIBITED
    if other_training is no:
        return SEE_CONSTRAINT if generative is yes else NO_TRAINING
    return NO_GENERATIVE if generative is no else UNSPECIFIED


class Plus(SharedFields):
    """`plus:DataMining`, and `plus:OtherConstraints` (its `x-default` text) if needed."""

    id = "plus"
    name = "PLUS data mining"
    fields = (VALUE, CONSTRAINTS)
    single = 1

    def decode(self, fields: Fields) -> Consent:
        """The strictest value. “Prohibited, see constraints” prohibits mining and training, except
        what our sentence in the constraints offers for a licence.

        Constraints in any other wording are for people only.
        """
        return strictest(self._of_value(value, fields) for value in fields.get(VALUE, ()))

    def _filled(self, fields: Fields, declaration: Declaration) -> Fields:
        """Other people's constraints stay; only our sentence among them changes."""
        value = choose(declaration.consent)
        stated = declaration.consent if value == SEE_CONSTRAINT else Consent()
        sentence = Declaration(stated, terms_url=declaration.terms_url)
        constraints = with_sentence(fields.get(CONSTRAINTS, ()), sentence)
        filled = {VALUE: () if value == UNSPECIFIED else (f"{VOCABULARY}{value}",)}
        return {n: v for n, v in {**filled, CONSTRAINTS: constraints}.items() if v}

    def _of_value(self, value: str, fields: Fields) -> Consent:
        code = value.strip().replace("https://", "http://", 1).removeprefix(VOCABULARY)
        if code not in MEANINGS:
            raise DialectError(
                worded("“{value}” is no value of {name}.", value=value[:80], name=self.name)
            )
        if code == SEE_CONSTRAINT:
            ours = strictest(stated_by(text) for text in fields.get(CONSTRAINTS, ()))
            return MEANINGS[code].overlaid(ours)
        return MEANINGS[code]
