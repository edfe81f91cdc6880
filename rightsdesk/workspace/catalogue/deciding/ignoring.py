"""Ignored problems, with the reason: not listed until they grow, and taken back like a decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from rightsdesk.sentence_data import with_forms
from rightsdesk.store import texts
from rightsdesk.store.bulk import next_id
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind
from rightsdesk.store.schema import health_decisions
from rightsdesk.workspace.catalogue.deciding.deeds import made_decision, note_decision
from rightsdesk.workspace.catalogue.deciding.merging import Notes
from rightsdesk.workspace.catalogue.deciding.undoing import NoSuchDecision
from rightsdesk.workspace.types import Decision, DecisionKind, DecisionPreview, Problem

_D = health_decisions.c


def preview(problem: Problem) -> DecisionPreview:
    """What ignoring does: it changes no consent."""
    return DecisionPreview(DecisionKind.IGNORE, problem.where, _names(problem))


def ignore(database: Database, problems: Sequence[Problem], reason: str) -> list[Decision]:
    """Ignore problems until there is more of them than there is now."""
    with database.write() as connection:
        return [
            _keep(connection, problem.id, summary) for problem, summary in _summed(problems, reason)
        ]


def ignore_again(database: Database, number: int, *, undoes: int) -> None:
    """Ignore what a decision ignored that was taken back. Raises NoSuchDecision."""
    with database.write() as connection:
        row = connection.execute(select(_D.finding, _D.summary).where(_D.id == number)).first()
        if row is None:
            raise NoSuchDecision("What was ignored is not known any more.")
        _keep(connection, row.finding, row.summary, undoes)


def _summed(problems: Sequence[Problem], reason: str) -> Iterator[tuple[Problem, str]]:
    for one in problems:
        summary: dict[str, Any] = {
            "where": one.where,
            "names": list(_names(one)),
            "sides": [],
            "count": one.count,
            "sentence": one.sentence,
            "reason": reason.strip(),
        }
        yield one, texts.dump(with_forms(summary, "where", "sentence"))


def _names(problem: Problem) -> tuple[str, ...]:
    return (problem.artist,) if problem.artist else ()


def _keep(
    connection: Connection, problem: str, summary: str, undoes: int | None = None
) -> Decision:
    number = next_id(connection, _D.id)
    row = {
        "id": number,
        "finding": problem,
        "decision": DecisionKind.IGNORE.value,
        "decided_at": texts.now(),
        "undone_at": "",
        "summary": summary,
        "before": texts.dump(Notes().to_json(connection)),
    }
    connection.execute(insert(health_decisions).values(row))
    made = made_decision(connection, number)
    note_decision(connection, DeedKind.DECIDED, made, (), undoes)
    return made
