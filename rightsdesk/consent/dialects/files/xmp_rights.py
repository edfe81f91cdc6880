"""The rights properties of XMP: text and an address, for people and their programs.

Source: XMP specification part 2, namespace `http://ns.adobe.com/xap/1.0/rights/`:
`UsageTerms` (a language alternative; its `x-default` text is the field here),
`WebStatement` (an address) and `Marked` (True: rights are reserved). None has categories
of use, so it is our sentence in the text that says which. `dc:rights` is the copyright
notice: read, never written, for the copyright line has its own place in each container.
"""

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.addresses import web_address
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.coarse import reserved
from rightsdesk.consent.dialects.files.sentence import (
    addresses_in,
    chosen_sentence,
    said_by,
    with_sentence,
    without_written,
)
from rightsdesk.consent.dialects.take_back import Values
from rightsdesk.consent.fields import Fields, difference
from rightsdesk.consent.uses import Use

TERMS, STATEMENT, MARKED = "xmpRights:UsageTerms", "xmpRights:WebStatement", "xmpRights:Marked"
NOTICE = "dc:rights"
UNREADABLE = "xmp:damaged"
"""Told in place of the properties where there is a packet that cannot be read."""


class XmpRights(Dialect):
    """Our sentence in `xmpRights:UsageTerms`, with address and mark where there are none."""

    id = "xmp-rights"
    name = "XMP rights"
    fields = (TERMS, STATEMENT, MARKED, NOTICE, UNREADABLE)
    read_only = (NOTICE, UNREADABLE)

    def encode(self, declaration: Declaration) -> Fields:
        """The properties of a packet that had none of them."""
        return self._filled({}, declaration)

    def decode(self, fields: Fields) -> Consent:
        """What our standard sentences say; the address and the mark name no uses.

        Raises DialectError where a packet cannot be read: what it says is not known.
        """
        if UNREADABLE in fields:
            raise DialectError("The XMP packet is damaged, so what it declares is not known.")
        texts = [*fields.get(TERMS, ()), *fields.get(NOTICE, ())]
        return strictest(said_by(text) for text in texts)

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Somebody else's terms and address stay as they are.

        The address is ours to change where it is the one that our sentence in the terms
        names. The mark is set where it is absent, and then stays: it is true either way.
        """
        writable = [name for name in self.fields if name not in self.read_only]
        ours = {name: fields[name] for name in writable if name in fields}
        return difference(ours, self._filled(ours, declaration))

    def take_back(self, name: str, now: Values, written: Values, before: Values) -> Values | None:
        """Without the sentence that was written; the rest of the terms stays as it is."""
        return without_written(now, written, before) if name == TERMS else None

    def _filled(self, fields: Fields, declaration: Declaration) -> Fields:
        claims = reserved(declaration.consent, Use)
        filled = dict(fields)
        filled[TERMS] = with_sentence(fields.get(TERMS, ()), declaration)
        address = web_address(declaration.terms_url)
        wanted = (address,) if claims and address and chosen_sentence(declaration) else ()
        ours = addresses_in(" ".join(fields.get(TERMS, ())))
        if ours.issuperset(fields.get(STATEMENT, ())):
            filled[STATEMENT] = wanted
        if claims and MARKED not in fields:
            filled[MARKED] = ("True",)
        return {name: values for name, values in filled.items() if values}
