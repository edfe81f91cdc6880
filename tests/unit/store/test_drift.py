"""Drift follows one rule: for a single observation in Python, and for many rows in SQL."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, literal, select

from rightsdesk.consent import PRESETS, Consent
from rightsdesk.store.drift import noted, noted_in_sql
from rightsdesk.store.texts import dump, dump_consent

EARLIER, NOW = "2026-11-01T12:00:00+00:00", "2026-11-22T12:00:00+00:00"
CONSENTS = [Consent(), *PRESETS.values()]
SAID = st.sampled_from([dump_consent(consent) for consent in CONSENTS])
DRIFTS = st.just("") | SAID.map(lambda said: dump({"before": json.loads(said), "at": EARLIER}))
ENGINE = create_engine("sqlite://")

A, B, C = (dump_consent(consent) for consent in CONSENTS[:3])
FROM_A = dump({"before": json.loads(A), "at": EARLIER})


@pytest.mark.parametrize(
    ("drift", "said", "says", "expected"),
    [
        ("", A, A, ""),
        ("", A, B, dump({"before": json.loads(A), "at": NOW})),
        (FROM_A, B, B, FROM_A),
        (FROM_A, B, A, ""),
        (FROM_A, B, C, dump({"before": json.loads(A), "at": NOW})),
    ],
)
def test_drift_lasts_until_the_old_value_returns(
    drift: str, said: str, says: str, expected: str
) -> None:
    assert noted(drift, previous=said, current=says, now=NOW) == expected


@given(DRIFTS, SAID, SAID)
def test_the_sql_expression_gives_the_same_result(drift: str, said: str, says: str) -> None:
    expression = noted_in_sql(
        literal(drift), previous=literal(said), current=literal(says), now=literal(NOW)
    )
    with ENGINE.connect() as connection:
        found = connection.execute(select(expression)).scalar_one()
    assert found == noted(drift, previous=said, current=says, now=NOW)
