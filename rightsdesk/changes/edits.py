"""The consent that fields state, the partners that they name, and the change that an edit makes.

Results are cached: a catalogue holds few different sets of fields, many thousand times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from rightsdesk.changes.carrier import Carrier, Observation
from rightsdesk.changes.types import Change, Target
from rightsdesk.consent import Consent, Fields, Use, widened
from rightsdesk.consent.dialects import Suite
from rightsdesk.consent.licences.grant import Grants, beyond, newly_granted
from rightsdesk.enums.carriers import CarrierId


def change_to(target: Target, carrier: Carrier, observation: Observation, edit: Fields) -> Change:
    """The change that an edit makes to a carrier as observed."""
    return change_to_fields(target, carrier.suite, observation.fields, observation.stamp, edit)


def change_to_fields(
    target: Target, suite: Suite, fields: Fields, stamp: str, edit: Fields
) -> Change:
    """The change that an edit makes to these fields."""
    edited = suite.edited(fields, edit)
    before, after = stated_consent(suite, fields), stated_consent(suite, edited)
    named_before, named_after = named_partners(suite, fields), named_partners(suite, edited)
    return Change(
        target=target,
        before=before,
        after=after,
        edit=edit,
        expected={name: fields[name] for name in edit if name in fields},
        stamp=stamp,
        widens=newly_open(before, after, named_before, named_after),
        named_before=named_before,
        named_after=named_after,
    )


def newly_open(
    before: Consent, after: Consent, named_before: Grants, named_after: Grants
) -> tuple[Use, ...]:
    """The uses that somebody may make after a change and not before."""
    opened = {*widened(before, after), *newly_granted(named_before, beyond(named_after, before))}
    return tuple(use for use in Use if use in opened)


def followed_by(first: Change, then: Change) -> Change:
    """One change that does what two do to the same carrier, one after the other."""
    return replace(
        then,
        before=first.before,
        named_before=first.named_before,
        edit={**first.edit, **then.edit},
        expected={**then.expected, **first.expected},
        stamp=first.stamp,
        widens=newly_open(first.before, then.after, first.named_before, then.named_after),
        problem=then.problem or first.problem,
        exact_undo_of=None,
    )


def stated_consent(suite: Suite, fields: Fields) -> Consent:
    """The consent that a suite's dialects read in these fields, taken together."""
    return _stated_consent(suite, frozenset(fields.items()))


def suites_of(carriers: Mapping[CarrierId, Carrier]) -> dict[CarrierId, Suite]:
    """The suite of each of these carriers, by its name."""
    return {name: carrier.suite for name, carrier in carriers.items()}


def with_partners(change: Change, suite: Suite) -> Change:
    """A change from the journal, with the partners that the fields it changes name."""
    before, after = named_partners(suite, change.expected), named_partners(suite, change.edit)
    return replace(change, named_before=before, named_after=after)


def named_partners(suite: Suite, fields: Fields) -> Grants:
    """The partners that a suite's dialects name in these fields."""
    return _named_partners(suite, frozenset(fields.items()))


@lru_cache(maxsize=4096)
def _named_partners(suite: Suite, items: frozenset[tuple[str, tuple[str, ...]]]) -> Grants:
    return suite.grants_in(dict(items))


@lru_cache(maxsize=4096)
def _stated_consent(suite: Suite, items: frozenset[tuple[str, tuple[str, ...]]]) -> Consent:
    return suite.read(dict(items)).consent
