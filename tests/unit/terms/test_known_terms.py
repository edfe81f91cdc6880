"""Real terms with labels, where they lie beside the project; they are not part of it."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rightsdesk.terms.judging import Judgement, compare_texts

KNOWN = Path(__file__).resolve().parents[4] / "shared" / "terms"

pytestmark = pytest.mark.skipif(
    not (KNOWN / "labels.jsonl").is_file(),
    reason="the labelled terms (Open Terms Archive) do not lie in ../shared/terms",
)


@pytest.fixture(scope="module")
def judged() -> list[tuple[dict[str, Any], Judgement]]:
    return list(_judged())


def _judged() -> Iterator[tuple[dict[str, Any], Judgement]]:
    for line in (KNOWN / "labels.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        old, new = ((KNOWN / label[side]).read_text("utf-8") for side in ("from", "to"))
        yield label, compare_texts(old, new)


@pytest.mark.parametrize("confidence", [{"high", "medium"}, {"high", "medium", "low"}])
def test_alarms_are_raised_where_people_saw_a_change(
    judged: list[tuple[dict[str, Any], Judgement]], confidence: set[str]
) -> None:
    counts = Counter(
        (label["ai_relevant"], judgement.ai_relevant)
        for label, judgement in judged
        if label["confidence"] in confidence
    )
    hits, missed, false = counts[True, True], counts[True, False], counts[False, True]
    assert hits / (hits + missed) >= 0.95
    assert hits / (hits + false) >= 0.80


def test_a_broken_fetch_raises_no_alarm(
    judged: list[tuple[dict[str, Any], Judgement]],
) -> None:
    alarms = [
        label["to"]
        for label, judgement in judged
        if label["broken_fetch"] and judgement.ai_relevant and not label["ai_relevant"]
    ]
    assert alarms == []


def test_most_directions_are_as_people_saw_them(
    judged: list[tuple[dict[str, Any], Judgement]],
) -> None:
    right = [
        label["direction"] == judgement.direction
        for label, judgement in judged
        if label["ai_relevant"] and judgement.ai_relevant and label["confidence"] != "low"
    ]
    assert sum(right) >= 0.85 * len(right)
