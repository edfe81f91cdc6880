"""The migration that calls consents so keeps those of open jobs and of decisions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

from rightsdesk.changes.journal import changes_of
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.schema import health_decisions

JOB = """
INSERT INTO jobs (id, kind, about, started_at, finished_at, unchanged)
VALUES (1, 'tag', '{"preset":null,"carriers":[],"text":"x","continued":false}',
  '2026-11-28T00:00:00+00:00', '', 0)
"""
CHANGE = """
INSERT INTO changes (job_id, carrier, target_id, locator, label, before, after, edit, expected,
  stamp, widens, state, problem, wanted)
VALUES (1, 'file', 7, x'2f61', x'61', '{}', '{}', '{}', '{}', '', '[]', 'planned', '', :consent)
"""
DECISION = """
INSERT INTO health_decisions (id, finding, decision, decided_at, undone_at, summary, before)
VALUES (:id, 'isrc-1', 'merge', '2026-11-28T00:00:00+00:00', '', '{}', :before)
"""
WISHES = [["recording", 3, '{"search":"allowed"}', None]]


@pytest.fixture
def old(tmp_path: Path) -> Database:
    """A database at the revision before."""
    database = Database(tmp_path / "old.sqlite3")
    with database.write() as connection:
        config = Config()
        config.set_main_option("script_location", "rightsdesk.store:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0032")
    return database


def test_an_open_job_keeps_its_consent(old: Database) -> None:
    with old.write() as connection:
        connection.exec_driver_sql(JOB)
        connection.execute(text(CHANGE), {"consent": texts.dump_consent(PRESETS[Preset.NO_AI])})
    old.migrate()
    [entry] = changes_of(old, 1)
    assert entry.change.consent == PRESETS[Preset.NO_AI]
    old.close()


def test_what_a_decision_noted_keeps_its_consents(old: Database) -> None:
    with old.write() as connection:
        notes = {"gone": [], "wishes": WISHES}
        for number, before in enumerate([json.dumps(notes), "{}", "not JSON"], start=1):
            connection.execute(text(DECISION), {"id": number, "before": before})
    old.migrate()
    with old.read() as connection:
        query = select(health_decisions.c.before).order_by(health_decisions.c.id)
        first, *others = connection.execute(query).scalars()
    assert json.loads(first) == {"gone": [], "consents": WISHES}
    assert others == ["{}", "not JSON"]
    old.close()
