"""Add the requested permissions that an account was not given."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Unknown for connected accounts until their next sign-in."""
    op.add_column("accounts", sa.Column("lacks", sa.Text(), nullable=False, server_default=""))
