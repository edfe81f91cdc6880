"""One act can be several deeds, such as a choice for many recordings. It is undone as one."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Older deeds stay acts of their own: what belonged together is not on record."""
    # A plain ALTER TABLE: Alembic's batches copy the table, and its triggers refuse that.
    op.execute("ALTER TABLE deeds ADD COLUMN part_of INTEGER REFERENCES deeds (id)")
    for name, column in (("part_of", "part_of"), ("recording", "recording_id")):
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_deeds_{name}", "deeds", [column], sqlite_where=there)
