"""What was wanted when an undo was asked for, and which writes were sent and not read back."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Of older undos nobody knows any more what was wanted; older writes were read back."""
    op.add_column("changes", sa.Column("wanted", sa.Text(), nullable=False, server_default=""))
    op.add_column("changes", sa.Column("sent", sa.Boolean(), nullable=False, server_default="0"))
