"""The training-mining assertion of Content Credentials, as data.

Sources: CAWG Training and Data Mining Assertion 1.1 (DIF, 16 May 2025), label
`cawg.training-mining`; C2PA 1.4, section 19.23, label `c2pa.training-mining`, which C2PA 2.0
removed but which many readers still expect. Both have four entries, each `allowed`, `notAllowed`
or `constrained`. `constrained` without more information counts as `notAllowed`. CAWG's text calls
that information `constraints_info` and its schema `constraint_info`: the schema's name is written,
both are read. CAWG 1.0 had no `entries` around the entries, so they are also read at the top.

A use that a licence opens to one partner is `constrained`, and its information says to whom alone:
“the use is not necessarily permitted”, and the information says under which conditions it is. We
read such an entry of ours as what it says to everyone else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
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
from rightsdesk.consent.dialects.web.licensed_items import parsed, serialised
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.licences.grant import Grant, Grants, beyond, merged
from rightsdesk.consent.losses import Loss
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
ONLY_PARTNERS = "Not allowed, except to partners with a licence: "
ALSO_PARTNERS = " Partners with a licence: "


class Cawg(Dialect):
    """`cawg.training-mining`: four uses, and “ask me” with a contact."""

    id = "cawg"
    name = "CAWG"
    fields = ("cawg.training-mining",)
    prefix = "cawg"

    def encode(self, declaration: Declaration) -> Fields:
        """The assertion's data as JSON. A use that is not stated has no entry."""
        entries = {
            f"{self.prefix}.{key}": self._entry(use, declaration)
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

    def losses(self, declaration: Declaration) -> tuple[Loss, ...]:
        """Also uses that a licence makes `constrained`: others read “ask me” there."""
        return (*super().losses(declaration), *self._softened(declaration))

    def grants_in(self, fields: Fields) -> Grants:
        """The partners that the information of constrained entries names, if the assertion can be
        read."""
        try:
            documents = [parse_object(text, self.name) for text in fields.get(self.fields[0], ())]
            return merged(grant for one in documents for grant in self._licensed(one))
        except DialectError:
            return ()

    def _softened(self, declaration: Declaration) -> Iterator[Loss]:
        for use in ENTRIES:
            answer = declaration.consent.get(use)
            if answer is Permission.PROHIBITED and _for_use(declaration, use):
                yield Loss(self.name, use, answer, Permission.CONSTRAINED)

    def _licensed(self, assertion: Mapping[str, Any]) -> Iterator[Grant]:
        entries = as_object(assertion.get("entries", {}), self.name)
        for use, key in ENTRIES.items():
            entry = entries.get(f"{self.prefix}.{key}")
            information = text_of(entry, INFO) if isinstance(entry, dict) else ""
            for mark in (ONLY_PARTNERS, ALSO_PARTNERS):
                _, found, items = information.partition(mark)
                if found:
                    own = (replace(g, uses=frozenset({use}) & g.uses) for g in parsed(items))
                    yield from (grant for grant in own if grant.uses)

    def _entry(self, use: Use, declaration: Declaration) -> dict[str, str]:
        answer, grants = declaration.consent[use], _for_use(declaration, use)
        if answer is Permission.PROHIBITED and grants:
            return {
                "use": WORDS[Permission.CONSTRAINED],
                INFO: ONLY_PARTNERS + serialised(grants),
            }
        if answer is not Permission.CONSTRAINED:
            return {"use": WORDS[answer]}
        also = ALSO_PARTNERS + serialised(grants) if grants else ""
        return {"use": WORDS[answer], INFO: whom_to_ask(declaration) + also}

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
        if word == "constrained" and (not informed or informed.startswith(ONLY_PARTNERS)):
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

    def grants_in(self, fields: Fields) -> Grants:
        """None: its readers take “constrained” for permission, so no partner is named."""
        return ()

    def _softened(self, declaration: Declaration) -> Iterator[Loss]:
        return iter(())

    def _entry(self, use: Use, declaration: Declaration) -> dict[str, str]:
        allowed = declaration.consent[use] is Permission.ALLOWED
        return {"use": WORDS[Permission.ALLOWED if allowed else Permission.PROHIBITED]}


def _for_use(declaration: Declaration, use: Use) -> Grants:
    """What licences let partners do of one use beyond the consent."""
    beyond_consent = beyond(declaration.grants, declaration.consent)
    return merged(
        replace(grant, uses=frozenset({use})) for grant in beyond_consent if use in grant.uses
    )


def whom_to_ask(declaration: Declaration) -> str:
    """Where to get a licence: the terms, else a contact, else a plain sentence."""
    address = declaration.terms_url.strip() or declaration.contact.strip()
    who = declaration.rightsholder.strip() or "the rightsholder"
    return address or worded("A licence from {who} is required.", who=who)
