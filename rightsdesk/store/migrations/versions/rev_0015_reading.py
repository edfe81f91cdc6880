"""Add how far an interrupted read of an account's list came."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """The next read of each account starts at the beginning."""
    op.add_column("accounts", sa.Column("reading", sa.Text(), nullable=False, server_default=""))
