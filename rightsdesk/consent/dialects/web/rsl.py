"""RSL 1.0: the licence file of a site, as XML.

Source: Really Simple Licensing 1.0 (Recommendation, 2025-12-10), namespace
`https://rslstandard.org/rsl`. `permits` is a closed list: the licence denies what it does not name
(3.5). A licence without it covers everything that it does not prohibit, and without a payment it is
free (3.7). So a licence of ours has `permits`, or prohibits `all`. `prohibits` beats `permits`
(3.6).

“Ask me” is a separate licence block that permits the use against payment, with the address of the
terms. Readers disagree if one block prohibits what another sells, so a use is never in both.
`server` is never written: it would require a token even for what is free. `ai-index` (an AI
system's own index or store) goes with `ai-input`: both are AI input here. Permitting only the index
is less than that; prohibiting it is a refusal.

RSL has no word for a single licensee: a `permits` is for everyone whom its lists name. So a licence
for one partner is an agreement in ODRL's namespace next to the licences: readers of RSL alone
conclude what they conclude without it (`web/odrl`).

Elements of other namespaces are extensions, which readers ignore (errata of 2026-08-07): they do
not limit a grant. An unknown element of RSL's own is an error. Parsed without entities, without a
DTD and without network access.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rightsdesk.consent.consent import Consent
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.addresses import ascii_address, mail_address, web_address
from rightsdesk.consent.dialects.base import Dialect, DialectError, readable
from rightsdesk.consent.dialects.coarse import granted, on_request, reserved
from rightsdesk.consent.dialects.web.odrl import NAMESPACE as ODRL
from rightsdesk.consent.dialects.web.odrl import add_xml, xml_grants
from rightsdesk.consent.dialects.web.path_patterns import covers_all
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.licences.grant import Grants, beyond, merged
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.consent.words import listed
from rightsdesk.sentences import worded

if TYPE_CHECKING:
    from lxml import etree

FIELD = "rsl.xml"
NAMESPACE = "https://rslstandard.org/rsl"
TOKENS = {
    "search": (Use.SEARCH,),
    "ai-train": (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING),
    "ai-input": (Use.AI_INPUT,),
}
SPELLED = {"ai-input": "ai-input ai-index"}
"""Tokens that are written together with another one."""

PAYMENTS = {"search": "subscription", "ai-train": "training", "ai-input": "subscription"}
_AI = (*TOKENS["ai-train"], *TOKENS["ai-input"])
SCOPE = (*_AI, Use.DATA_MINING, Use.SEARCH)
"""The uses that RSL can state. Data mining has no token of its own, only `all`."""

READ = {**TOKENS, "ai-index": (), "ai-all": _AI, "all": SCOPE}
REFUSED = {**READ, "ai-index": (Use.AI_INPUT,)}
DEAD = {"train-ai": TOKENS["ai-train"], "train-genai": TOKENS["ai-train"], "ai-use": _AI}
"""Tokens of the drafts. Some plugins still write them; here they can only prohibit."""

ELEMENTS = frozenset({"permits", "prohibits", "payment", "reporting", "legal"})
"""The elements that a licence may contain."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml\s[^>]*\?>")


@dataclass(frozen=True, slots=True)
class RslLicence:
    """One `<license>`: what it offers, and what it prohibits.

    `permits` is None if it has no list and holds something unknown: it is then no offer.
    """

    permits: frozenset[Use] | None
    prohibits: frozenset[Use]
    conditional: bool
    """Whether payment, users, places or anything unknown limit its offer."""

    sound: bool = True
    """Whether it has only elements that RSL defines. A file with any other element is not RSL
    1.0."""


class Rsl(Dialect):
    """`rsl.xml` for everything under `content_url`."""

    id = "rsl"
    name = "RSL"
    fields = (FIELD,)

    def __init__(self, content_url: str = "/") -> None:
        self.content_url = content_url

    def encode(self, declaration: Declaration) -> Fields:
        """The whole document; absent if RSL has nothing to state."""
        consent = declaration.consent
        offered = [token for token in TOKENS if self._offered(token, declaration)]
        free = [token for token, uses in TOKENS.items() if granted(consent, uses)]
        refused = [
            token
            for token, uses in TOKENS.items()
            if reserved(consent, uses) and token not in offered
        ]
        if not offered and not free and not refused:
            return {}
        from lxml import etree  # slow to load

        root = etree.Element("rsl", nsmap={None: NAMESPACE})
        content = etree.SubElement(root, "content", url=self.content_url)
        if not free and not offered:
            licence = etree.SubElement(content, "license")
            etree.SubElement(licence, "prohibits", type="usage").text = "all"
        elif free:
            licence = etree.SubElement(content, "license")
            for verb, tokens in (("permits", free), ("prohibits", refused)):
                if tokens:
                    etree.SubElement(licence, verb, type="usage").text = _spelled(tokens)
        for token in offered:
            licence = etree.SubElement(content, "license")
            etree.SubElement(licence, "permits", type="usage").text = _spelled([token])
            payment = etree.SubElement(licence, "payment", type=PAYMENTS[token])
            etree.SubElement(payment, "custom").text = ascii_address(declaration.terms_url)
        _add_rightsholder(content, declaration)
        if grants := _stateable(declaration):
            add_xml(content, grants, self.content_url, _holder(declaration))
        etree.indent(root)
        text = etree.tostring(root, encoding="unicode")
        return {FIELD: (f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n',)}

    def decode(self, fields: Fields) -> Consent:
        """The combined consent of the licences: one that prohibits beats one that permits (3.1.1).

        Raises DialectError if the text is not RSL, or has a document type.
        """
        licences = [licence for text in fields.get(FIELD, ()) for licence in self._licences(text)]
        answers = {use: _answer(use, licences) for use in SCOPE}
        return Consent({use: p for use, p in answers.items() if p is not None})

    def grants_in(self, fields: Fields) -> Grants:
        """The partners that agreements in the document name, if it can be read."""
        try:
            roots = [_parse(text) for text in fields.get(FIELD, ()) if ODRL in text]
        except DialectError:
            return ()
        contents = (one for root in roots for one in root.iterchildren(_tag("content")))
        return merged(
            grant
            for content in contents
            if content.get("url") == self.content_url or covers_all(content.get("url", ""))
            for grant in xml_grants(content)
        )

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """Names uses that a part of the site offers for free: its own licences apply there
        (3.1.1)."""
        consent = readable(self, fields)
        if consent is None:
            return ()
        parts: dict[str, list[RslLicence]] = {}
        for text in fields.get(FIELD, ()):
            for url, licence in self._by_place(text):
                if url != self.content_url and not covers_all(url):
                    parts.setdefault(url, []).append(licence)
        free = {
            url: [
                use
                for use in SCOPE
                if _answer(use, licences) is Permission.ALLOWED
                if consent.get(use) is not Permission.ALLOWED
            ]
            for url, licences in parts.items()
        }
        return tuple(
            worded(
                "For {url} RSL gives for free: {uses}."
                if url
                else "For unnamed content RSL gives for free: {uses}.",
                url=url[:60],
                uses=listed(uses),
            )
            for url, uses in free.items()
            if uses
        )

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """Why “ask me” became no, if only an address is missing."""
        on_request_wanted = any(on_request(declaration.consent, uses) for uses in TOKENS.values())
        if on_request_wanted and not ascii_address(declaration.terms_url):
            return ("RSL can only say “ask me” with the web address of your terms.",)
        return ()

    def _offered(self, token: str, declaration: Declaration) -> bool:
        reachable = bool(ascii_address(declaration.terms_url))
        return reachable and on_request(declaration.consent, TOKENS[token])

    def _licences(self, text: str) -> Iterator[RslLicence]:
        licences = list(self._by_place(text))
        sound = all(licence.sound for _, licence in licences)
        for url, licence in licences:
            elsewhere = url != self.content_url and not covers_all(url)
            narrowed = licence.conditional or elsewhere or not sound
            yield replace(licence, conditional=narrowed)

    def _by_place(self, text: str) -> Iterator[tuple[str, RslLicence]]:
        """The licences, each with the address of its content."""
        root = _parse(text)
        if root.tag != _tag("rsl"):
            raise DialectError("The text is not an RSL document.")
        for content in root.iterchildren(_tag("content")):
            guarded = "server" in content.attrib or content.get("encrypted") == "true"
            for licence in content.iterchildren(_tag("license")):
                yield content.get("url", ""), _licence(licence, narrowed=guarded)


def _licence(element: etree._Element, *, narrowed: bool) -> RslLicence:
    from lxml import etree  # slow to load

    permits: set[Use] | None = None
    prohibits: set[Use] = set()
    conditional = narrowed
    understood = True
    usage: set[str] = set()
    sound = True
    for child in element.iterchildren():
        name = etree.QName(child)
        if name.namespace != NAMESPACE:
            continue
        sound = sound and name.localname in ELEMENTS
        if name.localname in ("permits", "prohibits") and child.get("type") == "usage":
            # Drafts put commas between the tokens, and the standard allows one list of a kind. A
            # list that others cannot read is not taken as a grant.
            repeated = name.localname in usage
            usage.add(name.localname)
            conditional = conditional or repeated or "," in (child.text or "")
            tokens = (child.text or "").replace(",", " ").split()
            if len(child):
                raise DialectError("The RSL document lists uses in a way that RSL does not know.")
            understood = understood and bool(tokens) and set(tokens) <= set(READ)
            if name.localname == "permits":
                permits = (permits or set()).union(*(READ.get(t, ()) for t in tokens))
            else:
                prohibits.update(*((REFUSED | DEAD).get(t, ()) for t in tokens))
        elif name.localname == "payment":
            conditional = conditional or child.get("type") != "free" or len(child) > 0
        elif name.localname != "legal":
            conditional = True
            understood = understood and name.localname in ("permits", "prohibits", "reporting")
    if permits is None and understood:
        permits = set(SCOPE) - prohibits
    return RslLicence(
        None if permits is None else frozenset(permits), frozenset(prohibits), conditional, sound
    )


def _answer(use: Use, licences: Iterable[RslLicence]) -> Permission | None:
    licences = list(licences)
    if any(use in licence.prohibits for licence in licences):
        return Permission.PROHIBITED
    offers = [
        licence for licence in licences if licence.permits is not None and use in licence.permits
    ]
    if not offers:
        listed = any(licence.permits is not None for licence in licences)
        return Permission.PROHIBITED if listed else None
    # A use that is offered both for free and for money is free.
    free = any(not licence.conditional for licence in offers)
    return Permission.ALLOWED if free else Permission.CONSTRAINED


def _parse(text: str) -> etree._Element:
    from lxml import etree  # slow to load

    if "<!DOCTYPE" in text:
        raise DialectError("The RSL document has a document type, which is not read.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(_DECLARATION.sub("", text).encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DialectError("The RSL document can't be read.") from error


def _add_rightsholder(content: etree._Element, declaration: Declaration) -> None:
    from lxml import etree  # slow to load

    contacts = {
        "contactEmail": mail_address(declaration.contact),
        "contactUrl": ascii_address(declaration.contact),
    }
    given = {name: value for name, value in contacts.items() if value}
    holder = _holder(declaration)
    if holder or given:
        etree.SubElement(content, "copyright", given).text = holder
    if terms := _NOT_XML.sub("", web_address(declaration.terms_url)):
        etree.SubElement(content, "terms").text = terms


def _holder(declaration: Declaration) -> str:
    return _NOT_XML.sub("", declaration.rightsholder).strip()


def _stateable(declaration: Declaration) -> Grants:
    """The grants beyond the consent, of the uses that RSL can state."""
    return merged(
        replace(grant, uses=grant.uses & frozenset(SCOPE))
        for grant in beyond(declaration.grants, declaration.consent)
        if not grant.uses.isdisjoint(SCOPE)
    )


def _spelled(tokens: Iterable[str]) -> str:
    return " ".join(SPELLED.get(token, token) for token in tokens)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
