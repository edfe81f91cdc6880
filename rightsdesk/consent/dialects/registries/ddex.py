"""DDEX: the use types with which a label grants uses to a distributor.

Source: DDEX Allowed Value Sets, version 9 (2025), `UseType`; the name in ERN 3's set of 2020 is
read too. A use type in a deal is a grant, subject to the agreement of both sides. A message can
only state no by omitting the grant. So existing messages are read, to find grants that contradict
the artist. RightsDesk writes only a note for the people who make the messages, and no messages.
"""

import csv
import io
import re
from collections.abc import Iterator

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.addresses import web_address
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.coarse import RESERVED
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use

GRANTS, NOTE = "UseType", "ddex-note.csv"
USE_TYPES = {
    Use.GENERATIVE_TRAINING: "UseForTrainingGenerativeAI",
    Use.OTHER_TRAINING: "UseForTrainingNonGenerativeAI",
    Use.DATA_MINING: "UseForDataMining",
}
_USES = {name: use for use, name in USE_TYPES.items()} | {
    "UseForGenerativeAI": Use.GENERATIVE_TRAINING
}
HEADING = ["UseType", "Granted", "Licence"]
ANSWERS = {Permission.PROHIBITED: "no", Permission.CONSTRAINED: "on request"}
_PERMISSIONS = {word: permission for permission, word in ANSWERS.items()}


class DdexUseTypes(Dialect):
    """`UseType` values of a message (read only), and the note of what is not granted."""

    id = "ddex"
    name = "DDEX use types"
    fields = (GRANTS, NOTE)
    read_only = (GRANTS,)

    def encode(self, declaration: Declaration) -> Fields:
        """The note as CSV (RFC 4180). A grant is never written."""
        rows = [
            [USE_TYPES[use], ANSWERS[answer], web_address(declaration.terms_url)]
            for use, answer in declaration.consent.items()
            if use in USE_TYPES and answer in RESERVED
        ]
        if not rows:
            return {}
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows([HEADING, *rows])
        return {NOTE: (text.getvalue(),)}

    def decode(self, fields: Fields) -> Consent:
        """The grants in the message and the refusals in the note, each as stated.

        If both answer one use, the note wins; compare them to find contradicting grants. Raises
        DialectError for a damaged note.
        """
        granted = {
            _USES[name]: Permission.ALLOWED
            for value in fields.get(GRANTS, ())
            for name in re.split(r"[\s,;]+", value)
            if name in _USES
        }
        refused = strictest(said for text in fields.get(NOTE, ()) for said in _refused(text))
        return strictest([granted, refused])

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """Who reads the note."""
        return (
            "This is a note for your distributor's staff. In the messages themselves, no means "
            "that the use type is left out.",
        )


def _refused(text: str) -> Iterator[Consent]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise DialectError("The DDEX note can't be read.") from error
    for row in rows:
        if row and row != HEADING:
            if len(row) < 2 or row[0] not in _USES or row[1] not in _PERMISSIONS:
                raise DialectError("The DDEX note has an invalid line.")
            yield Consent({_USES[row[0]]: _PERMISSIONS[row[1]]})
