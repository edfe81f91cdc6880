"""Add the consent at an undo request, and which writes were sent without being read back."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """The consent at older undo requests is unknown. Older writes were read back."""
    op.add_column("changes", sa.Column("wanted", sa.Text(), nullable=False, server_default=""))
    op.add_column("changes", sa.Column("sent", sa.Boolean(), nullable=False, server_default="0"))
