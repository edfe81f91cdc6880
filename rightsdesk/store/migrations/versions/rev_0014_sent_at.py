"""Add when a write was sent to a platform."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Unknown for older writes."""
    op.add_column("changes", sa.Column("sent_at", sa.String(), nullable=False, server_default=""))
    op.create_index(
        "ix_changes_sent", "changes", ["carrier", "target_id"], sqlite_where=sa.text("sent = 1")
    )
