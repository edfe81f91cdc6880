"""Find the few items that are accounts or sites without reading all the others."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """An index of nothing but these."""
    op.create_index(
        "ix_items_whole", "items", ["account_id"], sqlite_where=sa.text("reach != 'item'")
    )
