"""Add drift since the last observation, and what a file can and should not carry."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """No drift has been recorded so far."""
    with op.batch_alter_table("items") as table:
        table.add_column(sa.Column("drift", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("files") as table:
        table.add_column(sa.Column("drift", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("settable", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("signed", sa.Text(), nullable=False, server_default=""))
