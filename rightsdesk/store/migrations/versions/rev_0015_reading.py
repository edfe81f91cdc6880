"""How far a reading of an account's list came that was cut off."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """The next reading of each account begins at the start."""
    op.add_column("accounts", sa.Column("reading", sa.Text(), nullable=False, server_default=""))
