"""tdmrep.json: TDMRep for a whole site, with its policy as a second document.

Source: TDM Reservation Protocol (Final Community Group Report 2024-05-10), sections on the file in
`/.well-known/` and on policies; the policy is an ODRL 2.2 offer of its profile. The file is an
array of rules. The first rule that matches a path decides, so rules for smaller places come before
those for larger ones. The file has one bit; a policy can state “ask me” for all three uses together
(`obtainConsent`). A licence for a partner is a permission for that assignee alone. Without an offer
to everyone the policy is then an ODRL agreement and not a TDMRep offer: a reader that only knows
offers takes it as unreadable. Next to an offer the partner's permission has its duty, too, so that
a reader that overlooks assignees finds no more than the offer. An unreadable policy is no error:
its conditions are unknown, and the reservation stands ("Declaring the reservation of TDM Rights").
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.addresses import ascii_address, mail_address
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.dialects.coarse import on_request, one_bit
from rightsdesk.consent.dialects.documents import (
    as_object,
    parse_json,
    parse_object,
    text_of,
    without_repeats,
    write_document,
)
from rightsdesk.consent.dialects.web.odrl import json_grants, json_permission
from rightsdesk.consent.dialects.web.path_patterns import matches, reaches_into
from rightsdesk.consent.dialects.web.tdmrep import COVERED, answer_of
from rightsdesk.consent.fields import Fields, difference
from rightsdesk.consent.licences.grant import Grant, Grants, beyond, merged
from rightsdesk.consent.uses import Permission

FILE, POLICY = "tdmrep.json", "tdm-policy.json"
PROFILE = "http://www.w3.org/ns/tdmrep"
MINE = ("tdm:mine", "mine", f"{PROFILE}#mine")
"""Names of the protocol's only action: its name, its short JSON-LD name, its identifier."""


class TdmrepFile(Dialect):
    """One rule for `location`, and a policy at `policy_url` if the site publishes one there."""

    id = "tdmrep-file"
    name = "TDM reservation (site)"
    fields = (FILE, POLICY)

    def __init__(self, location: str = "/", policy_url: str = "") -> None:
        self.location = location
        self.policy_url = ascii_address(policy_url)

    def encode(self, declaration: Declaration) -> Fields:
        """The file with our rule alone, and the policy if “ask me” fits all three uses."""
        return self._filled([], declaration)

    def decode(self, fields: Fields) -> Consent:
        """The site's answer for `location`, and for any place inside it that is reserved.

        Raises DialectError if a document does not follow the protocol.
        """
        offer = any(_offers(text) for text in fields.get(POLICY, ()))
        return strictest(self._stated(self._rules(text), offer) for text in fields.get(FILE, ()))

    def grants_in(self, fields: Fields) -> Grants:
        """The partners that the policy names, if it can be read."""
        found: list[Grant] = []
        for text in fields.get(POLICY, ()):
            try:
                policy = parse_object(text.removeprefix("\ufeff"), "policy")
            except DialectError:
                continue
            permissions = policy.get("permission")
            if not policy.get("prohibition") and isinstance(permissions, list):
                found += json_grants(permissions)
        return merged(found)

    def edit(self, fields: Fields, declaration: Declaration) -> Fields:
        """Our rule, replacing an older one for the same place; other rules stay.

        Raises DialectError if the existing file cannot be read: it is the site's.
        """
        rules = [rule for text in fields.get(FILE, ()) for rule in self._rules(text)]
        ours = {name: fields[name] for name in self.fields if name in fields}
        edit = difference(ours, self._filled(rules, declaration))
        return without_repeats(edit, fields)

    def put_back(self, now: str, written: str, before: str) -> str | None:
        """The file as it is now with our rule as before a write, and all other rules unchanged; ""
        if no rule is left.

        None if that cannot be determined: our rule was edited or removed since, or a document
        cannot be read.
        """
        try:
            rules, then, old = (
                self._rules(text) if text else [] for text in (now, written, before)
            )
        except DialectError:
            return None
        ours = [rule for rule in rules if self._is_ours(rule)]
        foreign_rules = [rule for rule in then if not self._is_ours(rule)]
        if not ours or ours != [rule for rule in then if self._is_ours(rule)]:
            return None
        if foreign_rules != [rule for rule in old if not self._is_ours(rule)]:
            return None
        index = rules.index(ours[0])
        kept = [rule for rule in rules if not self._is_ours(rule)]
        kept[index:index] = [rule for rule in old if self._is_ours(rule)]
        return write_document(kept) if kept else ""

    def _is_ours(self, rule: dict[str, Any]) -> bool:
        return bool(rule["location"] == self.location)

    def _filled(self, rules: list[dict[str, Any]], declaration: Declaration) -> Fields:
        filled = {}
        kept = [rule for rule in rules if rule["location"] != self.location]
        places = [rule["location"] for rule in rules]
        if rule := self._rule(declaration):
            shadowed = (n for n, r in enumerate(kept) if matches(r["location"], self.location))
            index = (
                places.index(self.location)
                if self.location in places
                else next(shadowed, len(kept))
            )
            kept.insert(index, rule)
        if kept:
            filled[FILE] = (write_document(kept),)
        if self._published(declaration):
            filled[POLICY] = (write_document(self._policy(declaration)),)
        return filled

    def _offered(self, declaration: Declaration) -> bool:
        return bool(self.policy_url) and on_request(declaration.consent, COVERED)

    def _published(self, declaration: Declaration) -> bool:
        return self._offered(declaration) or bool(self._granted(declaration))

    def _granted(self, declaration: Declaration) -> Grants:
        """The grants of mining beyond the consent, if there is a policy to state them in."""
        if not self.policy_url or one_bit(declaration.consent, COVERED) is not False:
            return ()
        return merged(
            replace(grant, uses=grant.uses & frozenset(COVERED))
            for grant in beyond(declaration.grants, declaration.consent)
            if not grant.uses.isdisjoint(COVERED)
        )

    def _rule(self, declaration: Declaration) -> dict[str, Any]:
        free = one_bit(declaration.consent, COVERED)
        if free is None:
            return {}
        published = self._published(declaration)
        address = self.policy_url if published else ascii_address(declaration.terms_url)
        rule = {"location": self.location, "tdm-reservation": 0 if free else 1}
        return {**rule, "tdm-policy": address} if address and not free else rule

    def _policy(self, declaration: Declaration) -> dict[str, Any]:
        site = urlsplit(self.policy_url)
        assigner = {
            "uid": f"{site.scheme}://{site.netloc}",
            "vcard:fn": declaration.rightsholder.strip(),
            "vcard:hasEmail": f"mailto:{mail_address(declaration.contact)}",
            "vcard:hasURL": ascii_address(declaration.terms_url),
        }
        offered = self._offered(declaration)
        target = f"{assigner['uid']}{_collection(self.location)}"
        duty = {"duty": [{"action": "obtainConsent"}]} if offered else {}
        permissions = [{"target": target, "action": MINE[0], **duty}] if offered else []
        permissions += [
            {**json_permission(grant, target, MINE[0]), **duty}
            for grant in self._granted(declaration)
        ]
        return {
            "@context": ["http://www.w3.org/ns/odrl.jsonld", "http://www.w3.org/ns/tdmrep.jsonld"],
            "@type": "Offer" if offered else "Agreement",
            "profile": PROFILE,
            "uid": self.policy_url,
            "assigner": {
                name: text for name, text in assigner.items() if text not in ("", "mailto:")
            },
            "permission": permissions,
        }

    def _rules(self, text: str) -> list[dict[str, Any]]:
        rules = parse_json(text.removeprefix("\ufeff"), self.name)
        if not isinstance(rules, list):
            raise DialectError("The tdmrep.json document is not a list of rules.")
        for rule in rules:
            if not text_of(as_object(rule, self.name), "location"):
                raise DialectError("A rule in tdmrep.json names no place.")
        return rules

    def _stated(self, rules: list[dict[str, Any]], offer: bool) -> Consent:
        return strictest(Consent(dict.fromkeys(COVERED, p)) for p in self._answers(rules, offer))

    def _answers(self, rules: list[dict[str, Any]], offer: bool) -> Iterator[Permission]:
        """Answers of the rules. A grant must be in the deciding rule; a reservation counts anywhere
        inside.

        So neither reading of the order, first or most specific, can widen it. If a rule lacks a
        mandatory member, readers may refuse the file: then nothing in it is a grant.
        """
        sound = all("tdm-reservation" in rule for rule in rules)
        decided = False
        for rule in rules:
            place, bit = rule["location"], rule.get("tdm-reservation")
            decides = not decided and matches(place, self.location)
            decided = decided or decides
            answer = answer_of(bit)
            if answer is Permission.PROHIBITED and (decides or reaches_into(place, self.location)):
                on_terms = offer and bool(text_of(rule, "tdm-policy"))
                yield Permission.CONSTRAINED if on_terms else answer
            elif answer is Permission.ALLOWED and decides and sound:
                yield answer


def _collection(location: str) -> str:
    """The place of a location, as the end of an address, without pattern characters."""
    literal = location.partition("*")[0].removesuffix("$")
    return literal if literal.startswith("/") else "/"


def _offers(text: str) -> bool:
    """Whether a policy offers mining under terms. Never read as a grant."""
    try:
        policy = parse_object(text.removeprefix("\ufeff"), "policy")
    except DialectError:
        return False
    kinds = (policy.get("@type", "Offer"), policy.get("profile", PROFILE))
    permissions = policy.get("permission")
    if (
        kinds != ("Offer", PROFILE)
        or policy.get("prohibition")
        or not isinstance(permissions, list)
    ):
        return False
    return any(
        isinstance(permission, dict)
        and permission.get("action") in MINE
        and "assignee" not in permission
        for permission in permissions
    )
