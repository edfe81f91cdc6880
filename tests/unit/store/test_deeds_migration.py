"""The migration turns records from before the history into its first entries."""

from __future__ import annotations

import json
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

from rightsdesk.ledger.chain import Head
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import deed_of
from rightsdesk.store.schema import deeds
from rightsdesk.workspace.data import ledger

OLD = """
INSERT INTO artists (id, name, name_key, rightsholder, contact, terms_url, former_sentences,
  created_at)
VALUES (1, 'Mira Koval', 'mira koval', '', '', '', '[]', '2026-01-01T00:00:00+00:00');
INSERT INTO releases (id, artist_id, key, title, upc) VALUES (4, 1, 'k', 'Night Ferry', '');
INSERT INTO consents VALUES ('artist', 1, '{"search"\\:"allowed"}', '2026-01-02T00:00:00+00:00');
INSERT INTO consents VALUES ('release', 4, '{}', '2026-01-05T00:00:00+00:00');
INSERT INTO attestations (artist_id, platform, control, value, note, attested_at, remind_at,
  withdrawn_at)
VALUES (1, 'bandcamp', 'presence', 'here', '', '2026-01-03T00:00:00+00:00', '', '');
INSERT INTO jobs (id, kind, about, started_at, finished_at, undoes, unchanged)
VALUES (1, 'tag', '{"preset"\\:null,"carriers"\\:[],"text"\\:"x","continued"\\:false}',
  '2026-01-04T00:00:00+00:00', '', NULL, 0),
       (2, 'undo', '{"preset"\\:null,"carriers"\\:[],"text"\\:"x","continued"\\:false}',
  '2026-01-06T00:00:00+00:00', '', 1, 0)
"""


def test_older_records_become_the_first_entries(tmp_path: Path) -> None:
    database = Database(tmp_path / "old.sqlite3")
    with database.write() as connection:
        config = Config()
        config.set_main_option("script_location", "rightsdesk.store:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0019")
        for statement in OLD.split(";"):
            connection.execute(text(statement))
    database.migrate()
    with database.read() as connection:
        found = [deed_of(row) for row in connection.execute(select(deeds).order_by(deeds.c.id))]
    database.close()
    assert [(deed.id, deed.kind.value, deed.at[8:10], deed.who) for deed in found] == [
        (1, "artist-added", "01", ""),
        (2, "consent-set", "02", ""),
        (3, "attested", "03", ""),
        (4, "job", "04", ""),
        (5, "consent-set", "05", ""),
        (6, "job", "06", ""),
    ]
    assert found[1].before is None
    assert found[1].after == {"consent": {"search": "allowed"}}
    assert found[2].after is not None
    assert found[2].after["attestation"]["value"] == "here"
    assert (found[4].scope.release_id, found[4].names["release"]) == (4, "Night Ferry")
    assert (found[5].job_id, found[5].undoes) == (2, 4)
    assert json.loads(json.dumps(found[3].after))["about"]["text"] == "x"
    report = ledger.verify(database.path, Head())
    assert (report.entries, report.fault) == (6, None), "they are chained as they are"
