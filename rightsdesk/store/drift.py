"""The rule of drift: a record kept for a carrier that states something else than before.

It exists twice: in Python for one observation, in SQL for many rows. A test compares the two. The
record is JSON: `before` is the earlier consent, `at` when the latest change was noticed.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, case, func

from rightsdesk.store import texts


def noted(drift: str, *, previous: str, current: str, now: str) -> str:
    """The drift record after a carrier's consent changed from `previous` to `current`.

    All arguments are texts as stored. An empty record means no drift.
    """
    before = json.loads(drift)["before"] if drift else json.loads(previous)
    if texts.dump(before) == current:
        return ""
    if drift and previous == current:
        return drift
    return texts.dump({"before": before, "at": now})


def noted_in_sql(
    drift: ColumnElement[str],
    *,
    previous: ColumnElement[str],
    current: ColumnElement[str],
    now: ColumnElement[str],
) -> ColumnElement[Any]:
    """The same rule as an SQL expression."""
    before = func.coalesce(func.json_extract(func.nullif(drift, ""), "$.before"), previous)
    return case(
        (before == current, ""),
        ((drift != "") & (previous == current), drift),
        else_=func.json_object("at", now, "before", func.json(before)),
    )
