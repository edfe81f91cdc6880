"""The ledger: each deed is chained to the one before it; lists of deeds, and time stamps."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from rightsdesk.store.migrations.versions import rev_0020_deeds

revision = "0025"
down_revision = "0024"

_KEPT = {"deed_lists": ("UPDATE", "DELETE"), "stamps": ("DELETE",)}

TRIGGERS = {
    f"{table}_no_{what.lower()}": (
        f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} BEGIN "
        f"SELECT RAISE(ABORT, '{table} are only ever added'); END"
    )
    for table, statements in _KEPT.items()
    for what in statements
}
"""The triggers that keep lists and time stamps, by name."""


def upgrade() -> None:
    """What is there gets its hashes now, so it is proven from today on only."""
    for column in (
        sa.Column("seat", sa.String(), nullable=False, server_default=""),
        sa.Column("format", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("hash", sa.String(), nullable=False, server_default=""),
    ):
        op.add_column("deeds", column)
    op.create_table(
        "deed_lists",
        sa.Column("deed_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("deed_id", "part", name="pk_deed_lists"),
    )
    op.create_table(
        "stamps",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("query", sa.LargeBinary(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=False),
        sa.Column("upgraded_at", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_stamps"),
        sqlite_autoincrement=True,
    )
    op.execute("DROP TRIGGER deeds_no_update")
    _chain(op.get_bind())
    op.execute(rev_0020_deeds.TRIGGERS["deeds_no_update"])
    for trigger in TRIGGERS.values():
        op.execute(trigger)


def _chain(connection: sa.Connection) -> None:
    names = (
        *("id", "at", "who", "kind", "artist_id", "release_id", "recording_id", "account_id"),
        *("names", "before", "after", "undoes", "job_id"),
    )
    table = sa.table("deeds", *(sa.column(name) for name in (*names, "hash")))
    query = sa.select(*(table.c[name] for name in names)).order_by(table.c.id)
    change = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("number"))
        .values(hash=sa.bindparam("made"))
    )
    previous, last = "0" * 64, 0
    while rows := connection.execute(query.where(table.c.id > last).limit(1000)).all():
        made = []
        for row in rows:
            previous = hashlib.sha256(
                b"RightsDesk ledger, format 1\n" + previous.encode() + b"\n" + _entry(row)
            ).hexdigest()
            made.append({"number": row.id, "made": previous})
        connection.execute(change, made)
        last = rows[-1].id


def _entry(row: sa.Row[tuple[object, ...]]) -> bytes:
    entry = {
        "after": None if row.after is None else json.loads(row.after),
        "at": row.at,
        "before": None if row.before is None else json.loads(row.before),
        "format": 1,
        "id": row.id,
        "job": row.job_id,
        "kind": row.kind,
        "names": json.loads(row.names),
        "scope": {
            "account": row.account_id,
            "artist": row.artist_id,
            "recording": row.recording_id,
            "release": row.release_id,
        },
        "seat": "",
        "undoes": row.undoes,
        "who": row.who,
    }
    return json.dumps(entry, sort_keys=True, separators=(",", ":")).encode("ascii")
