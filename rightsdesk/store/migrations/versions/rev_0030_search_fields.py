"""Search texts by what they are of: names, codes, file names."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """All recordings are marked: the transaction that migrates makes their texts."""
    for name in ("codes", "files"):
        op.add_column("search_texts", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.execute("DELETE FROM search_stale")
    op.execute("INSERT INTO search_stale (recording_id) SELECT id FROM recordings")
