"""The rights properties of XMP: text and an address, for people and their programs.

Source: XMP specification part 2, namespace `http://ns.adobe.com/xap/1.0/rights/`: `UsageTerms` (a
language alternative; the field here is its `x-default` text), `WebStatement` (an address) and
`Marked` (True: rights are reserved). None has categories of use, so our sentence in the text names
the uses. `dc:rights` is the copyright notice. It is read, never written, since the copyright line
has its own place in each container.
"""

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.addresses import web_address
from rightsdesk.consent.dialects.base import DialectError, SharedFields
from rightsdesk.consent.dialects.coarse import reserved
from rightsdesk.consent.dialects.files.sentence import (
    addresses_in,
    chosen_sentence,
    stated_by,
    with_sentence,
    without_written,
)
from rightsdesk.consent.dialects.take_back import Values
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Use

TERMS, STATEMENT, MARKED = "xmpRights:UsageTerms", "xmpRights:WebStatement", "xmpRights:Marked"
NOTICE = "dc:rights"
UNREADABLE = "xmp:damaged"
"""Reported instead of the properties if there is a packet that cannot be read."""


class XmpRights(SharedFields):
    """Our sentence in `xmpRights:UsageTerms`, with an address and mark if there are none."""

    id = "xmp-rights"
    name = "XMP rights"
    fields = (TERMS, STATEMENT, MARKED, NOTICE, UNREADABLE)
    read_only = (NOTICE, UNREADABLE)

    def decode(self, fields: Fields) -> Consent:
        """What our standard sentences state; the address and the mark name no uses.

        Raises DialectError if a packet cannot be read: its statement is unknown.
        """
        if UNREADABLE in fields:
            raise DialectError("The XMP packet is damaged, so what it declares is not known.")
        texts = [*fields.get(TERMS, ()), *fields.get(NOTICE, ())]
        return strictest(stated_by(text) for text in texts)

    def take_back(self, name: str, now: Values, written: Values, before: Values) -> Values | None:
        """Without the sentence that was written; the rest of the terms stays as it is."""
        return without_written(now, written, before) if name == TERMS else None

    def _filled(self, fields: Fields, declaration: Declaration) -> Fields:
        """Other people's terms and address stay.

        The address is replaced only if our sentence in the terms names it. The mark is set if it is
        absent, and then stays: it is true either way.
        """
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
