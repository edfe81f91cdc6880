"""Add a digest of a file's audio before RightsDesk first changed the file; empty if unknown."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Files changed before this revision have no digest."""
    op.add_column("files", sa.Column("essence", sa.String(), nullable=True))
