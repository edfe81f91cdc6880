"""Grants as an inner list of structured fields (RFC 9651, section 3.1.1), an item for each.

    ("Klay";uses="generative-training ai-input";until="2027-12-31";zone="Europe/Berlin";in="EU")

Our own form, for fields that no standard gives a form to. The item is the partner's name, as a
Display String if it is not ASCII. `until` is the last day, in `zone`; `in` a territory, left out
for the world; `site` the partner's web address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import http_sf
from http_sf import DisplayString, StructuredFieldError

from rightsdesk.consent.licences.flaws import LicenceFlaw
from rightsdesk.consent.licences.grant import Grant, Grants, merged
from rightsdesk.consent.licences.period import DEFAULT_ZONE, Period, parse_day
from rightsdesk.consent.licences.territory import parse_territory
from rightsdesk.consent.uses import Use

KEY = "licensed"
MOST = 200
"""Grants read from one field. A longer list is not ours."""


def item_list(grants: Grants) -> Any:
    """The inner list, as http-sf serialises it."""
    return [(_name(grant.partner), _parameters(grant)) for grant in grants], {}


def serialised(grants: Grants) -> str:
    """`licensed=("Klay";…)`, for texts that hold nothing else of structured fields."""
    return str(http_sf.ser({KEY: item_list(grants)}))


def parsed(text: str) -> Grants:
    """The grants from a Dictionary with the member `licensed`; none if it is malformed.

    Nothing is granted by reading them: they only say what a carrier names.
    """
    if KEY not in text:
        return ()
    try:
        members = http_sf.parse(text.encode("ascii"), tltype="dictionary")
    except (UnicodeEncodeError, StructuredFieldError):
        return ()
    member = members.get(KEY) if isinstance(members, Mapping) else None
    items = member[0] if isinstance(member, tuple) else None
    if not isinstance(items, list) or len(items) > MOST:
        return ()
    return merged(grant for item in items if (grant := _grant(item)) is not None)


def _name(partner: str) -> str | DisplayString:
    return partner if partner.isascii() else DisplayString(partner)


def _parameters(grant: Grant) -> dict[str, Any]:
    found = {"uses": " ".join(use.token for use in grant.ordered_uses)}
    if grant.period.last is not None:
        found |= {"until": grant.period.last.isoformat(), "zone": grant.period.zone}
    if not grant.territory.is_world:
        found["in"] = str(grant.territory)
    if grant.site.isascii() and grant.site:
        found["site"] = grant.site
    return found


def _grant(item: Any) -> Grant | None:
    name, parameters = item if isinstance(item, tuple) and len(item) == 2 else (item, {})
    if not isinstance(name, str | DisplayString) or not isinstance(parameters, Mapping):
        return None
    text = {key: value for key, value in parameters.items() if isinstance(value, str)}
    try:
        period = Period(None, parse_day(text.get("until", "")), text.get("zone", DEFAULT_ZONE))
        period.check()
        territory = parse_territory(text.get("in", "world"))
    except LicenceFlaw:
        return None
    uses = uses_named(text.get("uses", "").split())
    return Grant(str(name), uses, territory, period, text.get("site", "")) if uses else None


def uses_named(tokens: Sequence[str]) -> frozenset[Use]:
    """The uses of these tokens; unknown tokens are left out."""
    return frozenset(use for use in Use if use.token in tokens)
