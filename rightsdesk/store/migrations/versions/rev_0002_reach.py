"""Add what a remote item's declaration covers: the item, the account, or a site."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Every item was a track so far."""
    with op.batch_alter_table("items") as table:
        table.add_column(sa.Column("reach", sa.String(), nullable=False, server_default="item"))
