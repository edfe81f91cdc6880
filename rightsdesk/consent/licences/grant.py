"""Grants: what one partner may do with one recording, as carriers state it, and their order.

A grant is the part of a licence that others have to know. Several licences of one recording give
several grants; `merged` brings them into one form, whatever order they came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rightsdesk.consent.licences.period import Period, ends_no_later
from rightsdesk.consent.licences.territory import NOWHERE, WORLD, Territory
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.folding import folded


@dataclass(frozen=True, slots=True)
class Grant:
    """What one partner may do, where, and until when.

    `site` is the partner's web address, "" if it is not known. The period's first day has passed
    wherever a grant is stated, so carriers leave it out.
    """

    partner: str
    uses: frozenset[Use]
    territory: Territory = WORLD
    period: Period = field(default_factory=Period)
    site: str = ""

    @property
    def party(self) -> str:
        """The partner's name for comparison."""
        return folded(self.partner)

    @property
    def ordered_uses(self) -> tuple[Use, ...]:
        """Its uses, in the order of `Use`."""
        return tuple(use for use in Use if use in self.uses)

    def to_json(self) -> dict[str, Any]:
        """The grant as plain data: `until` is its last day (ISO 8601), "" without an end."""
        return {
            "partner": self.partner,
            "uses": [use.value for use in self.ordered_uses],
            "territory": str(self.territory),
            "until": self.period.last.isoformat() if self.period.last else "",
            "zone": self.period.zone,
        }

    def covers(self, other: Grant) -> bool:
        """Whether `other` gives its partner nothing that this one does not give."""
        return (
            self.party == other.party
            and self.uses >= other.uses
            and ends_no_later(other.period, self.period)
            and self.territory.covers(other.territory)
        )


Grants = tuple[Grant, ...]


def merged(grants: Iterable[Grant]) -> Grants:
    """The grants in one order, without those that another covers.

    Grants of one partner that differ in nothing but their uses become one. A partner whose name
    is spelled in several ways gets one spelling.
    """
    every = list(grants)
    names: dict[str, str] = {}
    for grant in every:
        names[grant.party] = min(grant.partner, names.get(grant.party, grant.partner))
    alike: dict[tuple[str, Territory, Period], list[Grant]] = {}
    for grant in every:
        period = replace(grant.period, first=None)
        alike.setdefault((grant.party, grant.territory, period), []).append(grant)
    joined = sorted(
        (_joined(names[key[0]], some, key[2]) for key, some in alike.items()), key=_order
    )
    kept: list[Grant] = []
    for grant in joined:
        if not any(other.covers(grant) for other in kept):
            kept = [other for other in kept if not grant.covers(other)]
            kept.append(grant)
    return tuple(kept)


def common(one: Iterable[Grant], other: Iterable[Grant]) -> Grants:
    """What both give: for recordings of several artists, all of whom must have licensed them."""
    others = list(other)
    return merged(
        Grant(
            min(left.partner, right.partner),
            uses,
            territory,
            min(left.period, right.period, key=_end),
            min(left.site, right.site, key=lambda site: (not site, site)),
        )
        for left in one
        for right in others
        if left.party == right.party
        and (uses := left.uses & right.uses)
        and (territory := left.territory.within(right.territory)) != NOWHERE
    )


def beyond(grants: Iterable[Grant], consent: Mapping[Use, Permission]) -> Grants:
    """The grants without the uses that the consent allows everyone."""
    free = {use for use, answer in consent.items() if answer is Permission.ALLOWED}
    return merged(
        replace(grant, uses=grant.uses - free) for grant in grants if not grant.uses <= free
    )


def newly_granted(before: Iterable[Grant], after: Iterable[Grant]) -> tuple[Use, ...]:
    """The uses that some partner may do more of after than before."""
    old = list(before)
    opened = {
        use
        for grant in after
        for use in grant.uses
        if not any(one.covers(replace(grant, uses=frozenset({use}))) for one in old)
    }
    return tuple(use for use in Use if use in opened)


def _joined(name: str, some: list[Grant], period: Period) -> Grant:
    uses = frozenset(use for grant in some for use in grant.uses)
    site = min((grant.site for grant in some), key=lambda site: (not site, site))
    return Grant(name, uses, some[0].territory, period, site)


def _end(period: Period) -> tuple[bool, str, str]:
    return (period.ends is None, period.ends.isoformat() if period.ends else "", period.zone)


def _order(grant: Grant) -> tuple[object, ...]:
    period = grant.period
    last = period.last.isoformat() if period.last else "9999"
    uses = tuple(use.value for use in grant.ordered_uses)
    return (grant.party, last, period.zone, str(grant.territory), uses)
