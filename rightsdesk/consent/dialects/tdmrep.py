"""TDMRep: the W3C community group's one-bit reservation of text and data mining.

Source: TDM Reservation Protocol, Final Community Group Report 2024-05-10. The protocol
defines no place inside audio files; its names are used as tag names here. `1` is
reserved, `0` is not reserved, anything else is unset; the policy's address is ignored
where nothing is reserved.
"""

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use

COVERED = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING)
"""The uses that one bit stands for: training and mining are all text and data mining."""


class Tdmrep(Dialect):
    """`TDM-RESERVATION` and `TDM-POLICY`."""

    id = "tdmrep"
    name = "TDM reservation"
    fields = ("TDM-RESERVATION", "TDM-POLICY")

    def encode(self, declaration: Declaration) -> Fields:
        """1 as soon as one covered use is reserved; 0 only when all three are allowed."""
        answers = [declaration.consent.get(use) for use in COVERED]
        if any(answer in (Permission.PROHIBITED, Permission.CONSTRAINED) for answer in answers):
            said: dict[str, tuple[str, ...]] = {"TDM-RESERVATION": ("1",)}
            if declaration.terms_url:
                said["TDM-POLICY"] = (declaration.terms_url,)
            return said
        if all(answer is Permission.ALLOWED for answer in answers):
            return {"TDM-RESERVATION": ("0",)}
        return {}

    def decode(self, fields: Fields) -> Consent:
        """A reservation prohibits all three uses; what its policy offers is not read."""
        said = {"1": Permission.PROHIBITED, "0": Permission.ALLOWED}
        return strictest(
            Consent(dict.fromkeys(COVERED, said[value.strip()]))
            for value in fields.get("TDM-RESERVATION", ())
            if value.strip() in said
        )
