"""Ignored problems, with the reason: not listed until they grow, and taken back like a decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from rightsdesk.sentence_data import with_forms
from rightsdesk.store import texts
from rightsdesk.store.bulk import next_id
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import Deed, DeedKind
from rightsdesk.store.schema import health_decisions
from rightsdesk.workspace.catalogue.deciding.deeds import made_decision, note_decision
from rightsdesk.workspace.catalogue.deciding.merging import Notes
from rightsdesk.workspace.catalogue.deciding.undoing import NoSuchDecision, undo_within
from rightsdesk.workspace.types.findings import Decision, DecisionKind, DecisionPreview
from rightsdesk.workspace.types.problems import Problem

_D = health_decisions.c


def preview(problem: Problem) -> DecisionPreview:
    """What ignoring does: it changes no consent."""
    return DecisionPreview(DecisionKind.IGNORE, problem.where, _names(problem))


def ignore(database: Database, problems: Sequence[Problem], reason: str) -> list[Decision]:
    """Ignore problems until there is more of them than there is now: one act of the history."""
    made: list[Decision] = []
    first = None
    with database.write() as connection:
        for problem, summary in _summed(problems, reason):
            decision, deed = _keep(connection, problem.id, summary, part_of=first)
            first = first or deed
            made.append(decision)
    return made


def ignore_again(database: Database, act: Sequence[Deed]) -> None:
    """Ignore what the decisions ignored that these deeds took back, as one act.

    Raises NoSuchDecision with nothing changed.
    """
    first = None
    with database.write() as connection:
        for deed in act:
            number = (deed.before or {})["decision"]
            row = connection.execute(select(_D.finding, _D.summary).where(_D.id == number)).first()
            if row is None:
                raise NoSuchDecision("What was ignored is not known any more.")
            _, made = _keep(connection, row.finding, row.summary, deed.id, first)
            first = first or made


def list_again(database: Database, act: Sequence[Deed]) -> None:
    """Take back what these deeds ignored, as one act. Raises NoSuchDecision with nothing
    changed."""
    first = None
    with database.write() as connection:
        for deed in act:
            made = undo_within(connection, (deed.after or {})["decision"], deed.id, first)
            first = first or made


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
    connection: Connection,
    problem: str,
    summary: str,
    undoes: int | None = None,
    part_of: int | None = None,
) -> tuple[Decision, int]:
    """Store a decision to ignore; it, and its deed's id."""
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
    return made, note_decision(connection, DeedKind.DECIDED, made, (), undoes, part_of)
