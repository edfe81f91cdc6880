"""The rule of drift: what is kept beside a carrier that says something else than it did before.

It is here twice, for one reading and for many rows in one statement; a test holds the two together.
Kept is JSON: `before`, the consent that it said, and `at`, when the latest change was noticed.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, case, func

from rightsdesk.store import texts


def noted(drift: str, *, said: str, says: str, now: str) -> str:
    """What to keep about drift once a carrier that said `said` was read to say `says`.

    All are texts as the store has them; empty is no drift.
    """
    before = json.loads(drift)["before"] if drift else json.loads(said)
    if texts.dump(before) == says:
        return ""
    if drift and said == says:
        return drift
    return texts.dump({"before": before, "at": now})


def noted_in_sql(
    drift: ColumnElement[str],
    *,
    said: ColumnElement[str],
    says: ColumnElement[str],
    now: ColumnElement[str],
) -> ColumnElement[Any]:
    """The same as an expression."""
    before = func.coalesce(func.json_extract(func.nullif(drift, ""), "$.before"), said)
    return case(
        (before == says, ""),
        ((drift != "") & (said == says), drift),
        else_=func.json_object("at", now, "before", func.json(before)),
    )
