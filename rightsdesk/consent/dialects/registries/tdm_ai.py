"""TDM·AI: Liccium's registry declarations, bound to the sound by its ISCC.

Source: docs.tdmai.org. Since 2025-11-04 the declarations use TDMRep: one bit and a policy. The
earlier form had AIPREF's labels of draft 02 with the words "true" and "false"; it is read, not
written. The registry needs an account, so the artist submits this document. A declaration covers
one recording and must carry its ISCC (ISO 24138). The registry accepts nothing without one, so
nothing is written then.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.addresses import ascii_address
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.coarse import one_bit
from rightsdesk.consent.dialects.documents import (
    as_object,
    parse_json,
    without_repeats,
    write_document,
)
from rightsdesk.consent.dialects.web.tdmrep import COVERED, answer_of
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.sentences import worded

FIELD = "tdm-ai.json"
OLD_LABELS = {
    "train-genai": Use.GENERATIVE_TRAINING,
    "train-ai": Use.OTHER_TRAINING,
    "ai-use": Use.AI_INPUT,
    "all": Use.DATA_MINING,
    "search": Use.SEARCH,
}
INCLUDED = {
    "train-ai": (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING),
    "all": (*COVERED, Use.AI_INPUT),
}
"""Uses that an old label also refused: it covered a family of uses, while grants covered one."""

PREFIX = "ISCC:"
FULL = 55
"""Length of an ISCC with all four parts (Meta, Content, Data, Instance), without the prefix."""

_CODE = re.compile(r"[A-Z2-7]{10,73}")
INTENTS = ("activate", "update", "supersede")


class TdmAi(Dialect):
    """`tdm-ai.json` for the recording with the given ISCC; nothing without one."""

    id = "tdm-ai"
    name = "TDM·AI"
    fields = (FIELD,)

    def __init__(self, iscc: str = "") -> None:
        self.iscc = iscc

    def encode(self, declaration: Declaration) -> Fields:
        """The declaration as the registry accepts it."""
        free = one_bit(declaration.consent, COVERED)
        if free is None or not self.iscc:
            return {}
        document = {"iscc": self.iscc, "tdm-reservation": 0 if free else 1}
        policy = "" if free else ascii_address(declaration.terms_url)
        return {FIELD: (write_document(document | ({"tdm-policy": policy} if policy else {})),)}

    def decode(self, fields: Fields) -> Consent:
        """Both forms, single or in a list; the strictest of them."""
        return strictest(
            consent for text in fields.get(FIELD, ()) for consent in _declarations(text, self.name)
        )

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Empty if the document already states the same in another spelling."""
        return without_repeats(super().edit(fields, declaration), fields)

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """What is missing, or that the registry wants the long form of an ISCC."""
        if not self.iscc:
            return ("TDM·AI takes a declaration only for one recording, with its ISCC.",)
        if len(self.iscc.removeprefix(PREFIX)) == FULL:
            return ()
        return (
            worded(
                "TDM·AI's registry takes the ISCC with {full} characters, which has all parts.",
                full=FULL,
            ),
        )


def iscc_of(text: str) -> str:
    """A typed ISCC in its written form: with prefix, in capitals.

    Empty if it is not an ISCC: base32 letters and digits, at least one whole unit.
    """
    code = text.strip().upper().removeprefix(PREFIX)
    return f"{PREFIX}{code}" if _CODE.fullmatch(code) else ""


def _declarations(text: str, dialect: str) -> Iterator[Consent]:
    document = parse_json(text, dialect)
    for member in document if isinstance(document, list) else [document]:
        declaration = as_object(member, dialect)
        if declaration.get("intent", INTENTS[0]) not in INTENTS:
            raise DialectError(
                worded("The {dialect} document has an intent that does not exist.", dialect=dialect)
            )
        yield from _bit(declaration)
        yield from _labels(declaration, dialect)


def _bit(declaration: Mapping[str, Any]) -> Iterator[Consent]:
    answer = answer_of(declaration.get("tdm-reservation"))
    if answer is not None:
        yield Consent(dict.fromkeys(COVERED, answer))


def _labels(declaration: Mapping[str, Any], dialect: str) -> Iterator[Consent]:
    for label, use in OLD_LABELS.items():
        word = declaration.get(label)
        if word == "false":
            yield Consent(dict.fromkeys(INCLUDED.get(label, (use,)), Permission.PROHIBITED))
        elif word == "true":
            yield Consent({use: Permission.ALLOWED})
        elif word is not None:
            raise DialectError(
                worded(
                    "The {dialect} document answers “{label}” with another word.",
                    dialect=dialect,
                    label=label,
                )
            )
