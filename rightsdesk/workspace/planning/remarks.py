"""Remarks about the dialects that a plan writes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from rightsdesk.changes.types import Plan
from rightsdesk.consent import Declaration
from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace.suites import suite_of


def remarks(plan: Plan) -> tuple[str, ...]:
    """One sentence per remark, each only once: for example, that a field holds for a whole account.

    Only for dialects that the plan writes.
    """
    return tuple(dict.fromkeys(_remarks(plan)))


def _remarks(plan: Plan) -> Iterator[str]:
    written = dict.fromkeys((change.target.carrier, change.after) for change in plan.planned)
    for carrier, consent in written:
        for dialect in suite_of(carrier).dialects:
            if not set(dialect.fields) <= set(dialect.read_only):
                yield from dialect.notes(Declaration(consent))
    for change in plan.planned:
        for dialect in _with_replacing_remarks(change.target.carrier):
            yield from dialect.on_replacing(change.expected)


@cache
def _with_replacing_remarks(carrier: CarrierId) -> tuple[Dialect, ...]:
    """The dialects that have remarks about what a change replaces."""
    plain = Dialect.on_replacing
    return tuple(d for d in suite_of(carrier).dialects if type(d).on_replacing is not plain)
