"""What a person should know of the languages that a plan is about to write."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from rightsdesk.changes.types import Plan
from rightsdesk.consent import Declaration
from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.workspace.suites import suite_of


def remarks(plan: Plan) -> tuple[str, ...]:
    """A sentence each, said once: that it holds for a whole account, say.

    Only of languages in which something is written.
    """
    return tuple(dict.fromkeys(_remarks(plan)))


def _remarks(plan: Plan) -> Iterator[str]:
    written = dict.fromkeys((change.target.carrier, change.after) for change in plan.planned)
    for carrier, said in written:
        for dialect in suite_of(carrier).dialects:
            if not set(dialect.fields) <= set(dialect.read_only):
                yield from dialect.notes(Declaration(said))
    for change in plan.planned:
        for dialect in _asked(change.target.carrier):
            yield from dialect.on_replacing(change.expected)


@cache
def _asked(carrier: str) -> tuple[Dialect, ...]:
    """The dialects that have something to say of what is replaced."""
    plain = Dialect.on_replacing
    return tuple(d for d in suite_of(carrier).dialects if type(d).on_replacing is not plain)
