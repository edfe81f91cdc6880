"""Grants as ODRL agreements: in JSON-LD for a TDMRep policy, in XML inside an RSL file.

Sources: ODRL Information Model 2.2 (W3C Recommendation, 2018-02-15), ODRL Vocabulary 2.2, and
ODRL Version 2.1 XML Encoding (W3C community group, 2015-03-05). An agreement names an assigner and
an assignee, and permits the assignee alone. All constraints of a permission have to be satisfied;
a reader that does not know one must not act on the permission (2.5). So the uses stand in a
constraint on the `purpose`, the last day in one on `dateTime`, and the countries in `spatial`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from rightsdesk.consent.dialects.web.licensed_items import MOST, uses_named
from rightsdesk.consent.licences.flaws import LicenceFlaw
from rightsdesk.consent.licences.grant import Grant, Grants, merged
from rightsdesk.consent.licences.period import Period, last_day_before, zone_named
from rightsdesk.consent.licences.territory import parse_territory

if TYPE_CHECKING:
    from lxml import etree

NAMESPACE = "http://www.w3.org/ns/odrl/2/"
VCARD = "urn:ietf:params:xml:ns:vcard-4.0"
_Constraint = tuple[str, str, tuple[str, ...]]
"""Left operand, operator, right operands."""


def json_permission(grant: Grant, target: str, action: str) -> dict[str, Any]:
    """A permission of a JSON-LD policy that only the partner has."""
    assignee = {"@type": ["Party", "vcard:Organization"], "vcard:fn": grant.partner}
    if grant.site:
        assignee["uid"] = grant.site
    constraints = [
        {
            "leftOperand": left,
            "operator": operator,
            "rightOperand": {"@value": values[0], "@type": "xsd:dateTime"}
            if left == "dateTime"
            else list(values),
        }
        for left, operator, values in _constraints(grant)
    ]
    return {"target": target, "assignee": assignee, "action": action, "constraint": constraints}


def json_grants(permissions: Iterable[Any]) -> Grants:
    """The grants among the permissions of a JSON-LD policy; those that are not ours are left
    out."""
    found = []
    for permission in list(permissions)[:MOST]:
        if not isinstance(permission, Mapping) or not isinstance(
            (assignee := permission.get("assignee")), Mapping
        ):
            continue
        constraints = permission.get("constraint")
        parsed = _json_constraints(constraints if isinstance(constraints, list) else [])
        name, site = assignee.get("vcard:fn"), assignee.get("uid", "")
        if parsed is not None and isinstance(name, str) and isinstance(site, str):
            found.append(_grant(name, site, parsed))
    return merged(grant for grant in found if grant is not None)


def _json_constraints(constraints: list[Any]) -> list[_Constraint] | None:
    found: list[_Constraint] = []
    for constraint in constraints:
        if not isinstance(constraint, Mapping):
            return None
        right = constraint.get("rightOperand")
        value = right.get("@value") if isinstance(right, Mapping) else right
        values: list[Any] = value if isinstance(value, list) else [value]
        names = constraint.get("leftOperand"), constraint.get("operator")
        if not all(isinstance(text, str) for text in (*names, *values)):
            return None
        found.append((str(names[0]), str(names[1]), tuple(map(str, values))))
    return found


def add_xml(parent: etree._Element, grants: Grants, asset: str, assigner: str) -> None:
    """Add an agreement with these grants to an element, in ODRL's own namespace."""
    from lxml import etree  # slow to load

    policy = etree.SubElement(
        *(parent, _tag("Policy")),
        {"type": f"{NAMESPACE}Agreement", "uid": "#licensed"},
        nsmap={"o": NAMESPACE, "v": VCARD},
    )
    for number, grant in enumerate(grants, 1):
        permission = etree.SubElement(policy, _tag("permission"))
        target = {"relation": f"{NAMESPACE}target", "uid": asset}
        etree.SubElement(permission, _tag("asset"), target)
        etree.SubElement(permission, _tag("action"), {"name": f"{NAMESPACE}use"})
        for left, operator, values in _constraints(grant):
            named = {"name": NAMESPACE + left, "operator": NAMESPACE + operator}
            right = {"rightOperand": " ".join(values)}
            etree.SubElement(permission, _tag("constraint"), {**named, **right})
        for function, name, uid in (
            ("assigner", assigner, "#rightsholder"),
            ("assignee", grant.partner, grant.site or f"#partner-{number}"),
        ):
            party = etree.SubElement(
                permission, _tag("party"), {"function": NAMESPACE + function, "uid": uid}
            )
            if name:
                etree.SubElement(etree.SubElement(party, _card("fn")), _card("text")).text = name


def xml_grants(parent: etree._Element) -> Grants:
    """The grants in the agreements directly below an element; malformed ones are left out."""
    found: list[Grant | None] = []
    for policy in parent.iterchildren(_tag("Policy")):
        if policy.get("type") != f"{NAMESPACE}Agreement":
            continue
        for permission in list(policy.iterchildren(_tag("permission")))[:MOST]:
            found.append(_xml_grant(permission))
    return merged(grant for grant in found if grant is not None)


def _xml_grant(permission: etree._Element) -> Grant | None:
    constraints: list[_Constraint] = [
        (
            element.get("name", "").removeprefix(NAMESPACE),
            element.get("operator", "").removeprefix(NAMESPACE),
            tuple(element.get("rightOperand", "").split()),
        )
        for element in permission.iterchildren(_tag("constraint"))
    ]
    for party in permission.iterchildren(_tag("party")):
        if party.get("function") == f"{NAMESPACE}assignee":
            name = party.findtext(f"{_card('fn')}/{_card('text')}", "")
            uid = party.get("uid", "")
            return _grant(name, "" if uid.startswith("#") else uid, constraints)
    return None


def _constraints(grant: Grant) -> list[_Constraint]:
    found = [("purpose", "isAnyOf", tuple(use.token for use in grant.ordered_uses))]
    period, territory = grant.period, grant.territory
    if period.last is not None:
        # Where clocks skip midnight, this is still the right moment, by the offset before it.
        ends = datetime.combine(period.last + timedelta(days=1), time(), zone_named(period.zone))
        found.append(("dateTime", "lt", (ends.isoformat(),)))
    if territory.places:
        found.append(("spatial", "isAnyOf", tuple(sorted(territory.places))))
    if territory.without:
        found.append(("spatial", "isNoneOf", tuple(sorted(territory.without))))
    return found


def _grant(name: str, site: str, constraints: Iterable[_Constraint]) -> Grant | None:
    """The grant of these constraints; None if any is not one of ours: it may limit it further."""
    uses, period, places, without = frozenset[Any](), Period(), "world", ""
    try:
        for left, operator, values in constraints:
            if (left, operator) == ("purpose", "isAnyOf"):
                uses = uses_named(values)
            elif (left, operator, len(values)) == ("dateTime", "lt", 1):
                period = last_day_before(datetime.fromisoformat(values[0]))
                period.check()
            elif (left, operator) == ("spatial", "isAnyOf"):
                places = " ".join(values)
            elif (left, operator) == ("spatial", "isNoneOf"):
                without = " except " + " ".join(values)
            else:
                return None
        territory = parse_territory(places + without)
    except (LicenceFlaw, ValueError, OverflowError):
        return None
    return Grant(name, uses, territory, period, site) if name.strip() and uses else None


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _card(name: str) -> str:
    return f"{{{VCARD}}}{name}"
