"""The artist's own reservation in the `rights` of an item of the Internet Archive.

Source: the Archive's metadata schema, `rights`: one or several free texts. `licenseurl` next to it
names a licence and is never touched. There is no field for AI. Our sentence is appended to the
rights statement, as to a file's copyright line.
"""

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.consent.dialects.files.sentence import (
    chosen_sentence,
    stated_by,
    with_sentence,
    without_written,
)
from rightsdesk.consent.dialects.take_back import Values
from rightsdesk.consent.fields import Fields, difference

FIELD = "rights"


class ArchiveRights(Dialect):
    """`rights` of an item."""

    id = "archive-rights"
    name = "Internet Archive rights"
    fields = (FIELD,)

    def encode(self, declaration: Declaration) -> Fields:
        """The sentence alone, for an item without a rights statement."""
        sentence = chosen_sentence(declaration)
        return {FIELD: (sentence,)} if sentence else {}

    def decode(self, fields: Fields) -> Consent:
        """What our standard sentences state. Any other wording is for people only."""
        return strictest(stated_by(text) for text in fields.get(FIELD, ()))

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Appends or replaces our sentence; the rest of the statement stays."""
        before = {FIELD: tuple(fields[FIELD])} if FIELD in fields else {}
        texts = with_sentence(fields.get(FIELD, ()), declaration)
        return difference(before, {FIELD: texts} if texts else {})

    def take_back(self, name: str, now: Values, written: Values, before: Values) -> Values | None:
        """Without the sentence that was written; the rest of the statement stays as it is."""
        return without_written(now, written, before)
