"""The training-mining assertion of Content Credentials, as data.

Sources: CAWG Training and Data Mining Assertion 1.1 (DIF, 16 May 2025), label
`cawg.training-mining`; C2PA 1.4, section 19.23, label `c2pa.training-mining`, which C2PA 2.0
removed but which many readers still expect. Both have four entries, each `allowed`, `notAllowed`
or `constrained`. `constrained` without more information counts as `notAllowed`. CAWG's text calls
that information `constraints_info` and its schema `constraint_info`: the schema's name is written,
both are read. CAWG 1.0 had no `entries` around the entries, so they are also read at the top.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.coarse import RESERVED
from rightsdesk.consent.dialects.documents import (
    as_object,
    parse_object,
    text_of,
    without_repeats,
    write_json,
)
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.sentences import worded

ENTRIES = {
    Use.GENERATIVE_TRAINING: "ai_generative_training",
    Use.OTHER_TRAINING: "ai_training",
    Use.AI_INPUT: "ai_inference",
    Use.DATA_MINING: "data_mining",
}
WORDS = {
    Permission.ALLOWED: "allowed",
    Permission.PROHIBITED: "notAllowed",
    Permission.CONSTRAINED: "constrained",
}
PERMISSIONS = {word: permission for permission, word in WORDS.items()}
INFO = "constraint_info"
PREFIXES = ("cawg", "c2pa")


class Cawg(Dialect):
    """`cawg.training-mining`: four uses, and “ask me” with a contact."""

    id = "cawg"
    name = "CAWG"
    fields = ("cawg.training-mining",)
    prefix = "cawg"

    def encode(self, declaration: Declaration) -> Fields:
        """The assertion's data as JSON. A use that is not stated has no entry."""
        entries = {
            f"{self.prefix}.{key}": self._entry(declaration.consent[use], declaration)
            for use, key in ENTRIES.items()
            if use in declaration.consent
        }
        return {self.fields[0]: (write_json({"entries": entries}),)} if entries else {}

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the assertions, and of repeated entries."""
        return strictest(
            entries
            for text in fields.get(self.fields[0], ())
            for entries in self._entries(parse_object(text, self.name))
        )

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Empty if the assertion already states the same in another spelling."""
        return without_repeats(super().edit(fields, declaration), fields)

    def _entry(self, answer: Permission, declaration: Declaration) -> dict[str, str]:
        if answer is not Permission.CONSTRAINED:
            return {"use": WORDS[answer]}
        return {"use": WORDS[answer], INFO: whom_to_ask(declaration)}

    def _entries(self, assertion: Mapping[str, Any]) -> Iterator[Consent]:
        consents: list[Consent] = []
        sound = True
        for holder in (assertion, as_object(assertion.get("entries", {}), self.name)):
            for use, key in ENTRIES.items():
                for prefix in PREFIXES:
                    if (label := f"{prefix}.{key}") in holder:
                        entry = as_object(holder[label], self.name)
                        sound = sound and bool(text_of({INFO: "-", **entry}, INFO))
                        consents.append(Consent({use: self._answer(entry)}))
        if not sound and any(Permission.ALLOWED in consent.values() for consent in consents):
            # The schema rejects the whole assertion, so nothing in it is a grant.
            raise DialectError(
                worded(
                    "The {name} assertion allows uses but does not follow its schema.",
                    name=self.name,
                )
            )
        yield from consents

    def _answer(self, entry: Mapping[str, Any]) -> Permission:
        word = entry.get("use")
        if not isinstance(word, str) or word not in PERMISSIONS:
            raise DialectError(
                worded("The {name} assertion has an answer that does not exist.", name=self.name)
            )
        informed = text_of(entry, INFO) or text_of(entry, "constraints_info")
        if word == "constrained" and not informed:
            return Permission.PROHIBITED
        return PERMISSIONS[word]


class C2paTrainingMining(Cawg):
    """`c2pa.training-mining`, for older readers. They ignore “ask me”, so it becomes no."""

    id = "c2pa-training-mining"
    name = "C2PA (older readers)"
    fields = ("c2pa.training-mining",)
    prefix = "c2pa"

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """The note that readers of this form do not distinguish the uses."""
        answers = {declaration.consent.get(use) for use in ENTRIES}
        if Permission.ALLOWED not in answers or answers.isdisjoint(RESERVED):
            return ()
        return ("The tool datadiligence takes one no in this form for a no to everything.",)

    def _entry(self, answer: Permission, declaration: Declaration) -> dict[str, str]:
        plain = Permission.ALLOWED if answer is Permission.ALLOWED else Permission.PROHIBITED
        return {"use": WORDS[plain]}


def whom_to_ask(declaration: Declaration) -> str:
    """Where to get a licence: the terms, else a contact, else a plain sentence."""
    address = declaration.terms_url.strip() or declaration.contact.strip()
    who = declaration.rightsholder.strip() or "the rightsholder"
    return address or worded("A licence from {who} is required.", who=who)
