"""From an edit to the change that it makes: what a carrier says before and after."""

from __future__ import annotations

from rightsdesk.changes.carrier import Carrier, Look
from rightsdesk.changes.said import said
from rightsdesk.changes.types import Change, Target
from rightsdesk.consent import Fields, widened
from rightsdesk.consent.dialects import Suite


def change_to(target: Target, carrier: Carrier, look: Look, edit: Fields) -> Change:
    """The change that an edit makes to a carrier as it looks now."""
    return change_to_fields(target, carrier.suite, look.fields, look.stamp, edit)


def change_to_fields(
    target: Target, suite: Suite, fields: Fields, stamp: str, edit: Fields
) -> Change:
    """The change that an edit makes to these fields."""
    before = said(suite, fields)
    after = said(suite, suite.edited(fields, edit))
    return Change(
        target=target,
        before=before,
        after=after,
        edit=edit,
        expected={name: fields[name] for name in edit if name in fields},
        stamp=stamp,
        widens=widened(before, after),
    )
