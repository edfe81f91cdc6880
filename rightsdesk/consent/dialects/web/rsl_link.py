"""The header that points to a site's RSL file.

Source: RSL 1.0, section on discovery; RFC 8288 for `Link`. It states nothing itself: `rsl` reads
the file. Other links in the header belong to the site.
"""

import re

from rightsdesk.consent.consent import Consent
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.addresses import ascii_address
from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.consent.dialects.web.rsl import Rsl
from rightsdesk.consent.fields import Fields, difference

FIELD = "link"
_OURS = re.compile(r'\s*<[^<>]*>\s*;[^<>]*type="?application/rsl\+xml"?[^<>]*', re.IGNORECASE)


class RslLink(Dialect):
    """`Link: <…>; rel="license"; type="application/rsl+xml"`, one value per link."""

    id = "rsl-link"
    name = "RSL (link)"
    fields = (FIELD,)

    def __init__(self, licence_url: str = "") -> None:
        self.licence_url = ascii_address(licence_url)

    def encode(self, declaration: Declaration) -> Fields:
        """The link, if there is a file with content to point to."""
        if not (self.licence_url and Rsl().encode(declaration)):
            return {}
        return {FIELD: (f'<{self.licence_url}>; rel="license"; type="application/rsl+xml"',)}

    def decode(self, fields: Fields) -> Consent:
        """Nothing: an address is not an answer."""
        return Consent()

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Our link, replacing an older one; other links stay in order."""
        values = fields.get(FIELD, ())
        kept = tuple(value for value in values if not _OURS.fullmatch(value))
        wanted = (*kept, *self.encode(declaration).get(FIELD, ()))
        return (
            {} if sorted(wanted) == sorted(values) else difference({FIELD: values}, {FIELD: wanted})
        )

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """The note that the answers are in the linked file."""
        return ("This only points to your RSL file, which holds the answers.",)
