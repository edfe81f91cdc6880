"""The history: one append-only table of everything that was done."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_REFUSE = "SELECT RAISE(ABORT, 'deeds are only ever added')"

TRIGGERS = {
    f"deeds_no_{what.lower()}": (
        f"CREATE TRIGGER deeds_no_{what.lower()} BEFORE {what} ON deeds BEGIN {_REFUSE}; END"
    )
    for what in ("UPDATE", "DELETE")
}
"""The triggers that refuse to change a deed, by name."""


def upgrade() -> None:
    """What is on record with its time becomes the first deeds. Who did it is not known."""
    op.create_table(
        "deeds",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("artist_id", sa.Integer()),
        sa.Column("release_id", sa.Integer()),
        sa.Column("recording_id", sa.Integer()),
        sa.Column("account_id", sa.Integer()),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("undoes", sa.Integer(), sa.ForeignKey("deeds.id", name="fk_deeds_undoes")),
        sa.Column("job_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_deeds"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deeds_artist_id", "deeds", ["artist_id"])
    op.create_index("ix_deeds_at", "deeds", ["at"])
    op.create_index("ix_deeds_kind", "deeds", ["kind"])
    for name in ("undoes", "job_id"):
        there = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_deeds_{name}", "deeds", [name], sqlite_where=there)
    _take_over(op.get_bind())
    for trigger in TRIGGERS.values():
        op.execute(trigger)


_KNOWN = """
    SELECT a.created_at AS at, 'artist-added' AS kind, a.id AS artist_id, NULL AS release_id,
           NULL AS recording_id, NULL AS account_id, a.name AS artist, '' AS release,
           '' AS recording, '' AS platform, '' AS account, NULL AS value, NULL AS job_id,
           NULL AS undoes_job, 0 AS rank, a.id AS row
    FROM artists a
    UNION ALL
    SELECT c.created_at, 'account-connected', c.artist_id, NULL, NULL, c.id, a.name, '', '',
           c.platform, c.name, json_object('login', c.remote_id), NULL, NULL, 1, c.id
    FROM accounts c JOIN artists a ON a.id = c.artist_id
    UNION ALL
    SELECT s.set_at, 'consent-set', a.id, l.id, r.id, NULL, a.name, coalesce(l.title, ''),
           coalesce(r.title, ''), '', '', json_object('consent', json(s.consent)), NULL, NULL,
           2, s.owner_id
    FROM consents s
    LEFT JOIN recordings r ON s.kind = 'recording' AND r.id = s.owner_id
    LEFT JOIN releases l ON l.id = CASE s.kind WHEN 'release' THEN s.owner_id
                                               WHEN 'recording' THEN r.release_id END
    JOIN artists a ON a.id = CASE s.kind WHEN 'artist' THEN s.owner_id
                             WHEN 'release' THEN l.artist_id ELSE r.artist_id END
    UNION ALL
    SELECT t.attested_at, 'attested', t.artist_id, NULL, NULL, NULL, a.name, '', '', t.platform,
           '', json_object('platform', t.platform, 'control', t.control, 'attestation',
                           json_object('id', t.id, 'value', t.value, 'note', t.note,
                                       'attested_at', t.attested_at, 'remind_at', t.remind_at)),
           NULL, NULL, 3, t.id
    FROM attestations t JOIN artists a ON a.id = t.artist_id
    WHERE t.withdrawn_at = ''
    UNION ALL
    SELECT h.decided_at, 'decided', NULL, NULL, NULL, NULL, '', '', '', '', '',
           json_object('decision', h.id, 'finding', h.finding, 'choice', h.decision,
                       'where', json_extract(h.summary, '$.where'),
                       'titles', json_extract(h.summary, '$.names')), NULL, NULL, 4, h.id
    FROM health_decisions h WHERE h.undone_at = ''
    UNION ALL
    SELECT j.started_at, 'job', NULL, NULL, NULL, NULL, '', '', '', '', '',
           json_object('kind', j.kind, 'about', json(j.about)), j.id, j.undoes, 5, j.id
    FROM jobs j
    ORDER BY at, rank, row
"""
_NAMES = ("artist", "release", "recording", "platform", "account")
_SCOPE = ("artist_id", "release_id", "recording_id", "account_id")


def _take_over(connection: sa.Connection) -> None:
    made_by: dict[int, int] = {}
    rows = connection.execute(sa.text(_KNOWN)).mappings().all()
    new = []
    for number, row in enumerate(rows, 1):
        if row["job_id"] is not None:
            made_by[row["job_id"]] = number
        names = {name: row[name] for name in _NAMES if row[name]}
        new.append(
            {
                "id": number,
                "at": row["at"],
                "who": "",
                "kind": row["kind"],
                **{name: row[name] for name in _SCOPE},
                "names": json.dumps(names, sort_keys=True, separators=(",", ":")),
                "before": None,
                "after": _compact(row["value"]),
                "undoes": made_by.get(row["undoes_job"] or 0),
                "job_id": row["job_id"],
            }
        )
    if new:
        table = sa.table("deeds", *(sa.column(name) for name in new[0]))
        connection.execute(sa.insert(table), new)


def _compact(value: str | None) -> str | None:
    if value is None:
        return None
    return json.dumps(json.loads(value), sort_keys=True, separators=(",", ":"))
