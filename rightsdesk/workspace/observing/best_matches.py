"""The candidates that a person can accept all at once: those clearly better than others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from rightsdesk.workspace.types.matches import Doubt, MatchQuestion

GOOD_SCORE = 80.0
"""From this score on, a candidate can be accepted without seeing the others."""


def best(questions: Collection[MatchQuestion]) -> dict[int, int]:
    """The best candidate of each question, by item, if it is clearly better than the others.

    Left out: a candidate with another ISRC, a low score, one that another recording equals, and
    a recording that two items of one account would be.
    """
    found = {
        (question.account_id, question.item_id): recording
        for question in questions
        if (recording := _outstanding(question)) is not None
    }
    claims = Counter((account, recording) for (account, _), recording in found.items())
    return {
        item: recording
        for (account, item), recording in found.items()
        if claims[account, recording] == 1
    }


def _outstanding(question: MatchQuestion) -> int | None:
    if not question.candidates:
        return None
    first, *others = question.candidates
    if first.score < GOOD_SCORE or Doubt.ISRC in first.doubts:
        return None
    if any(other.score >= first.score for other in others):
        return None
    return first.recording_id
