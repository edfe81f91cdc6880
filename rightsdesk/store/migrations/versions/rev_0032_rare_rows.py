"""Indexes of the few files and items that drifted, are missing, or could not be read."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

INDEXES = {
    "ix_files_unidentified": ("files", "artist_id", "identity = ''"),
    "ix_files_drift": ("files", "artist_id", "drift != ''"),
    "ix_files_missing": ("files", "recording_id", "missing = 1"),
    "ix_files_problem": ("files", "artist_id", "problem != ''"),
    "ix_items_drift": ("items", "account_id", "drift != ''"),
    "ix_items_problem": ("items", "account_id", "problem != ''"),
}


def upgrade() -> None:
    """Every scan and every page of the window asks for these rows, and they are rare."""
    for name, (table, column, where) in INDEXES.items():
        op.create_index(name, table, [column], sqlite_where=sa.text(where))
