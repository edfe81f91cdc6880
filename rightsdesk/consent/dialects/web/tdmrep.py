"""TDMRep: the W3C community group's one-bit reservation of text and data mining.

Source: TDM Reservation Protocol, Final Community Group Report 2024-05-10. It defines headers, HTML,
a file on the site (see `tdmrep_file`) and XMP in PDF, but no place inside audio files. There its
names are used as tag names. `1` is reserved, `0` is not reserved, anything else is unset. The
policy's address is ignored if nothing is reserved. Of several answers the later counts, whatever it
is: the page's over the header's, the header's over the file's ("Processing priority"). An absent or
unset answer replaces nothing.
"""

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.addresses import ascii_address
from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.consent.dialects.coarse import one_bit
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use

COVERED = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING)
"""The uses of the one bit: training and mining are both text and data mining."""


def answer_of(bit: object) -> Permission | None:
    """The answer of `tdm-reservation` in JSON: the number 1 or 0; nothing else allows.

    A 1 in quotes counts as a reservation.
    """
    if isinstance(bit, bool) or not isinstance(bit, int | str):
        return None
    return {1: Permission.PROHIBITED, "1": Permission.PROHIBITED, 0: Permission.ALLOWED}.get(bit)


class Tdmrep(Dialect):
    """`TDM-RESERVATION` and `TDM-POLICY`, as tags inside a file."""

    id = "tdmrep"
    name = "TDM reservation"
    fields = ("TDM-RESERVATION", "TDM-POLICY")
    single = 1

    def encode(self, declaration: Declaration) -> Fields:
        """1 as soon as one covered use is reserved; 0 only if all three are allowed."""
        reservation, policy = self.fields
        free = one_bit(declaration.consent, COVERED)
        if free is None:
            return {}
        if free:
            return {reservation: ("0",)}
        address = self._address(declaration)
        return {reservation: ("1",)} | ({policy: (address,)} if address else {})

    def decode(self, fields: Fields) -> Consent:
        """A reservation prohibits all three uses; its policy's offer is not read."""
        answers = {"1": Permission.PROHIBITED, "0": Permission.ALLOWED}
        return strictest(
            Consent(dict.fromkeys(COVERED, answers[bit]))
            for bit in (value.strip(" \t\r\n") for value in fields.get(self.fields[0], ()))
            if bit in answers
        )

    def _address(self, declaration: Declaration) -> str:
        return declaration.terms_url


class TdmrepXmp(Tdmrep):
    """TDMRep as XMP properties, namespace `http://www.w3.org/ns/tdmrep/`."""

    id = "tdmrep-xmp"
    name = "TDM reservation (XMP)"
    fields = ("tdm:reservation", "tdm:policy")


class TdmrepHeader(Tdmrep):
    """TDMRep as HTTP response headers."""

    id = "tdmrep-header"
    name = "TDM reservation (header)"
    supersedes: tuple[str, ...] = ("tdmrep-file",)
    fields = ("tdm-reservation", "tdm-policy")

    def _address(self, declaration: Declaration) -> str:
        return ascii_address(declaration.terms_url)


class TdmrepMeta(TdmrepHeader):
    """TDMRep as `<meta>` elements of an HTML page."""

    id = "tdmrep-meta"
    name = "TDM reservation (web page)"
    supersedes = ("tdmrep-file", "tdmrep-header")
    fields = ("meta:tdm-reservation", "meta:tdm-policy")
